/*
 * OCI seccomp profiles: words, what comparisons mean for typed arguments,
 * diagrams of bits, and libseccomp as a witness: a profile that container
 * runtimes hand to it must answer like the one that we make of it, as long as
 * no argument has bits that the kernel does not take.
 */
#include "tests/lib/unit.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compiler/bitdd.h"
#include "compiler/lower.h"
#include "compiler/oci.h"
#include "compiler/sim.h"
#include "compiler/sysset.h"

#define MAX_VALUES	64

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

/* --- comparisons ----------------------------------------------------------- */

static const struct {
	const char *call, *arch;
	struct oci_arg arg;
	enum oci_sense sense;
	const char *text;
} conds[] = {
	{ "socket", "x86_64", { .op = OCI_LT, .value = 38 }, OCI_SOMETIMES,
	    "domain in {0..37}" },
	{ "socket", "x86_64", { .op = OCI_LT, .value = 0 }, OCI_NEVER, NULL },
	{ "socket", "x86_64", { .op = OCI_LE, .value = 0xffffffff },
	    OCI_ALWAYS, NULL },
	{ "socket", "x86_64", { .op = OCI_LT, .value = 0xffffffff },
	    OCI_SOMETIMES, "(domain >= 0 || domain <= -2)" },
	{ "socket", "x86_64", { .op = OCI_LT, .value = 0x80000000 },
	    OCI_SOMETIMES, "domain in {0..0x7fffffff}" },
	{ "socket", "x86_64", { .op = OCI_GT, .value = 40 }, OCI_SOMETIMES,
	    "(domain >= 41 || domain < 0)" },
	{ "socket", "x86_64", { .op = OCI_GT, .value = 0xffffffff },
	    OCI_NEVER, NULL },
	{ "socket", "x86_64", { .op = OCI_GE, .value = 0xfffffff0 },
	    OCI_SOMETIMES, "domain in {-16..-1}" },
	{ "socket", "x86_64", { .op = OCI_EQ, .value = 1ull << 32 },
	    OCI_NEVER, NULL },
	{ "socket", "x86_64", { .op = OCI_NE, .value = 1ull << 32 },
	    OCI_ALWAYS, NULL },
	{ "openat", "x86_64", { .op = OCI_EQ, .value = (uint64_t)-100 },
	    OCI_SOMETIMES, "dirfd == 0xffffff9c" },
	{ "fcntl", "x86_64", { .index = 2, .op = OCI_GE, .value = 5000 },
	    OCI_SOMETIMES, "arg >= 0x1388" },
	{ "chmod", "x86_64", { .index = 1, .op = OCI_EQ, .value = 0x10000 },
	    OCI_NEVER, NULL },
	{ "clone", "x86_64", { .op = OCI_MASKED_EQ, .value = 0x10000000 },
	    OCI_SOMETIMES, "(flags & 0x10000000) == 0" },
	{ "socket", "x86_64", { .op = OCI_MASKED_EQ, .value = 0xffffffff,
	    .value_two = 2 }, OCI_SOMETIMES, "domain == 2" },
	{ "socket", "x86_64", { .op = OCI_MASKED_EQ, .value = 1ull << 32 },
	    OCI_ALWAYS, NULL },
	{ "socket", "x86_64", { .op = OCI_MASKED_EQ, .value = 1ull << 32,
	    .value_two = 1ull << 32 }, OCI_NEVER, NULL },
	{ "socket", "x86_64", { .op = OCI_MASKED_EQ, .value = 1,
	    .value_two = 3 }, OCI_SOMETIMES, "(domain & 0x1) == 1" },
	{ "pread64", "i386", { .index = 3, .op = OCI_EQ, .value = 7 },
	    OCI_SOMETIMES, "arg3 == 7" },
	{ "mmap", "i386", { .index = 2, .op = OCI_EQ, .value = 7 },
	    OCI_SOMETIMES, "arg2 == 7" },
};

static void
comparisons_are_of_the_kernels_bits(void **state)
{
	struct arena *a = arena_new(0, on_full);

	(void)state;
	for (size_t i = 0; i < NELEM(conds); i++) {
		const char *text = NULL;
		enum oci_sense sense = oci_cond(a, conds[i].call,
		    sysc_arch_by_name(conds[i].arch), &conds[i].arg, &text);

		if (sense != conds[i].sense || (sense == OCI_SOMETIMES &&
		    strcmp(text, conds[i].text) != 0))
			fail_msg("row %zu: got %d %s, want %d %s", i, sense,
			    text, conds[i].sense, conds[i].text);
	}
	arena_free(a);
}

/* --- diagrams -------------------------------------------------------------- */

struct found {
	const uint64_t *args;
	unsigned n;
	uint32_t answer;
};

static bool
find_region(void *ctx, const struct bitdd_cube *c, uint32_t answer)
{
	struct found *f = ctx;

	for (unsigned i = 0; i < 6; i++)
		if ((f->args[i] & c->mask[i]) != c->value[i])
			return true;
	f->n++;
	f->answer = answer;
	return true;
}

/* Each point lies in one region, and the atom holds where that says 1. */
static void
check_atom(struct bitdd *b, const struct sysc_atom *x)
{
	static const uint64_t around[] = { 0, 1, (uint64_t)-1, 1ull << 31,
		1ull << 32, 1ull << 63, 0x7fffffff };
	uint32_t root = bitdd_atom(b, x);

	for (size_t i = 0; i < 2 * NELEM(around); i++) {
		uint64_t args[6] = { 0 };
		struct found f = { .args = args };

		args[x->arg] = around[i / 2] + (i % 2 ? x->value : 0);
		bitdd_walk(b, root, find_region, &f);
		if (f.n != 1 || f.answer != sysset_atom_holds(x, args))
			fail_msg("op %u flags %u mask %#llx value %#llx at "
			    "%#llx: %u regions, %u", x->op, x->flags,
			    (unsigned long long)x->mask,
			    (unsigned long long)x->value,
			    (unsigned long long)args[x->arg], f.n, f.answer);
	}
}

static void
diagrams_say_what_atoms_say(void **state)
{
	static const uint64_t masks[] = { UINT64_MAX, 0xffffffff, 0xffff,
		0x80000000, 0xf0f0 }, values[] = { 0, 1, 5, 0x7fffffff,
		0x80000000, 0xffffffff, 1ull << 63, UINT64_MAX, 0x1234 };
	struct arena *a = arena_new(0, on_full);
	struct bitdd *b = bitdd_new(a);
	struct sysc_atom x = { .arg = 3 };

	(void)state;
	for (x.op = 0; x.op < BLOB_NSYSOPS; x.op++)
		for (x.flags = 0; x.flags <= SYSC_ALL_FLAGS; x.flags++)
			for (size_t m = 0; m < NELEM(masks); m++)
				for (size_t v = 0; v < NELEM(values); v++) {
					x.mask = masks[m];
					x.value = values[v];
					if (x.flags & SYSC_F_32) {
						x.mask &= 0xffffffff;
						x.value &= 0xffffffff;
					}
					check_atom(b, &x);
				}
	arena_free(a);
}

/* --- libseccomp as a witness -------------------------------------------------- */

struct pair {
	const struct sysc_arch *arch;
	struct oci_profile profile;
	struct sysc_policy ours;
	struct blob_bpf_insn *theirs;
	size_t ntheirs;
	unsigned long compared;
};

static const struct source *
load(struct arena *a, const char *path)
{
	const struct source *src;

	return source_load(a, path, "profile.json", &src) == SOURCE_OK ? src :
	    NULL;
}

static void
make_ours(struct arena *a, struct pair *p)
{
	struct oci_options opt = { .archs = &p->arch, .narchs = 1 };
	struct lower_options lower = { .archs = &p->arch, .narchs = 1 };
	struct ir *ir = arena_alloc(a, sizeof(*ir));
	struct node *root;
	char *text = NULL;
	size_t len = 0;
	struct diag d;
	FILE *out = open_memstream(&text, &len);

	diag_init(&d, stderr);
	d.muted = (const char *const[]){ "oci-contradiction", NULL };
	assert_int_equal(oci_import(a, &d, &p->profile, &opt, out), 0);
	fclose(out);
	root = yaml_read(a, &d, source_text(a, "out.yaml", text, len));
	free(text);
	assert_non_null(root);
	assert_int_equal(lower_profile(a, &d, root, &lower, ir), 0);
	assert_int_equal(sysc_lower(a, &d, &ir->sys, p->arch->audit,
	    &p->ours), 0);
}

static bool
applies(const struct pair *p, const struct oci_rule *r)
{
	unsigned bit = 0;

	while (sysc_arch_at(bit) != p->arch)
		bit++;
	return r->includes.caps == 0 && !r->excludes.has_kernel &&
	    (!r->includes.has_archs || r->includes.columns >> bit & 1) &&
	    !(r->excludes.columns >> bit & 1) &&
	    r->action != p->profile.action;
}

/* As runc does: a repeated argument makes rules of their own. */
static void
add_rule(scmp_filter_ctx ctx, int nr, const struct oci_rule *r)
{
	static const enum scmp_compare ops[] = { [OCI_NE] = SCMP_CMP_NE,
		[OCI_LT] = SCMP_CMP_LT, [OCI_LE] = SCMP_CMP_LE,
		[OCI_EQ] = SCMP_CMP_EQ, [OCI_GE] = SCMP_CMP_GE,
		[OCI_GT] = SCMP_CMP_GT, [OCI_MASKED_EQ] = SCMP_CMP_MASKED_EQ };
	struct scmp_arg_cmp args[8];
	unsigned n = (unsigned)r->nargs;

	assert_true(n <= NELEM(args));
	for (unsigned i = 0; i < n; i++)
		args[i] = (struct scmp_arg_cmp){ .arg = r->args[i].index,
		    .op = ops[r->args[i].op], .datum_a = r->args[i].value,
		    .datum_b = r->args[i].value_two };
	if (!oci_is_repeated(r)) {
		seccomp_rule_add_array(ctx, r->action, nr, n, args);
		return;
	}
	for (unsigned i = 0; i < n; i++)
		seccomp_rule_add_array(ctx, r->action, nr, 1, &args[i]);
}

static void
read_program(struct arena *a, scmp_filter_ctx ctx, struct pair *p)
{
	int fd = memfd_create("bpf", MFD_CLOEXEC);
	struct sock_filter f;
	off_t len;

	assert_true(fd >= 0);
	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	len = lseek(fd, 0, SEEK_END);
	p->ntheirs = (size_t)len / sizeof(f);
	p->theirs = arena_array(a, p->ntheirs, sizeof(*p->theirs));
	for (size_t i = 0; i < p->ntheirs; i++) {
		assert_int_equal(pread(fd, &f, sizeof(f),
		    (off_t)(i * sizeof(f))), sizeof(f));
		p->theirs[i] = (struct blob_bpf_insn){ f.code, f.jt, f.jf,
		    f.k };
	}
	close(fd);
}

/*
 * Rules are given with the numbers of the machine that runs this.  There our
 * table serves, which may be newer.
 */
static int
their_number(const struct pair *p, const char *call)
{
	int nr = sysc_call_number(p->arch->audit, call);

	if (nr < 0)
		return __NR_SCMP_ERROR;
	return p->arch->audit == seccomp_arch_native() ? nr :
	    seccomp_syscall_resolve_name(call);
}

static void
make_theirs(struct arena *a, struct pair *p)
{
	scmp_filter_ctx ctx = seccomp_init(p->profile.action);
	const struct oci_rule *r;
	const struct node *name;

	assert_non_null(ctx);
	if (seccomp_arch_native() != p->arch->audit) {
		assert_int_equal(seccomp_arch_add(ctx, p->arch->audit), 0);
		assert_int_equal(seccomp_arch_remove(ctx,
		    seccomp_arch_native()), 0);
	}
	for (r = p->profile.first; r != NULL; r = r->next)
		for (name = r->names->first; applies(p, r) && name != NULL;
		    name = name->next) {
			int nr = their_number(p, name->text);

			if (nr != __NR_SCMP_ERROR)
				add_rule(ctx, nr, r);
		}
	read_program(a, ctx, p);
	seccomp_release(ctx);
}

static void
compare(struct pair *p, uint32_t nr, const uint64_t args[6])
{
	struct seccomp_data data = { .nr = (int)nr, .arch = p->arch->audit };
	uint32_t ours = sysc_eval(&p->ours, nr, args, NULL);
	struct sim_result theirs;

	memcpy(data.args, args, sizeof(data.args));
	assert_int_equal(sim_run(p->theirs, p->ntheirs, &data, &theirs), 0);
	p->compared++;
	if (ours != theirs.action)
		fail_msg("%s %s(%#llx, %#llx, %#llx): ours %#x, libseccomp "
		    "%#x", p->arch->name, sysc_call_name(p->arch->audit, nr),
		    (unsigned long long)args[0], (unsigned long long)args[1],
		    (unsigned long long)args[2], ours, theirs.action);
}

static void
value_add(uint64_t *values, size_t *n, uint64_t v)
{
	v &= 0x7fffffff;	/* every register has these bits */
	for (size_t i = 0; i < *n; i++)
		if (values[i] == v)
			return;
	if (*n < MAX_VALUES)
		values[(*n)++] = v;
}

/* Values that rules compare an argument with, and those beside them. */
static size_t
values_of(const struct pair *p, const char *call, unsigned index,
    uint64_t *values)
{
	const struct oci_rule *r;
	const struct node *name;
	size_t n = 0;

	value_add(values, &n, 0);
	for (r = p->profile.first; r != NULL; r = r->next)
		for (name = r->names->first; name != NULL; name = name->next)
			for (size_t i = 0; strcmp(name->text, call) == 0 &&
			    i < r->nargs; i++) {
				uint64_t v = r->args[i].value;

				if (r->args[i].index != index)
					continue;
				value_add(values, &n, v - 1);
				value_add(values, &n, v);
				value_add(values, &n, v + 1);
				value_add(values, &n, r->args[i].value_two);
			}
	return n;
}

static void
compare_call(struct pair *p, uint32_t nr)
{
	const char *call = sysc_call_name(p->arch->audit, nr);
	uint64_t values[3][MAX_VALUES], args[6] = { 0 };
	size_t n[3];

	if (call == NULL || their_number(p, call) == __NR_SCMP_ERROR)
		return;
	for (unsigned i = 0; i < 3; i++)
		n[i] = values_of(p, call, i, values[i]);
	for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
		args[0] = values[0][i % n[0]];
		args[1] = values[1][i / n[0] % n[1]];
		args[2] = values[2][i / n[0] / n[1]];
		compare(p, nr, args);
	}
}

/* Returns how many calls were compared; 0: the file is not there. */
static unsigned long
compare_profile(const char *path)
{
	static const char *const archs[] = { "x86_64", "aarch64", "riscv64" };
	struct arena *a = arena_new(0, on_full);
	const struct source *src = load(a, path);
	unsigned long compared = 0;
	struct diag d;

	for (size_t i = 0; src != NULL && i < NELEM(archs); i++) {
		struct pair p = { .arch = sysc_arch_by_name(archs[i]) };

		diag_init(&d, stderr);
		d.muted = (const char *const[]){ "oci-contradiction", NULL };
		assert_int_equal(oci_read(a, &d, src, &p.profile), 0);
		make_ours(a, &p);
		make_theirs(a, &p);
		for (uint32_t nr = 0; nr < p.ours.newer_from; nr++)
			compare_call(&p, nr);
		compared += p.compared;
	}
	arena_free(a);
	return compared;
}

static void
libseccomp_answers_the_same(void **state)
{
	static const char *const files[] = {
		"tests/golden/oci/witness.json",
		"../shared/data/seccomp/docker/default.json",
		"../shared/data/seccomp/podman/seccomp.json" };
	const char *top = getenv("srcdir");
	char path[512];

	(void)state;
	for (size_t i = 0; i < NELEM(files); i++) {
		unsigned long n;

		snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".",
		    files[i]);
		/* The first is ours; the others are where they are. */
		if (i > 0 && access(path, R_OK) < 0) {
			print_message("# %s: not here\n", files[i]);
			continue;
		}
		n = compare_profile(path);
		print_message("# %s: %lu calls\n", files[i], n);
		assert_true(n > 1000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons_are_of_the_kernels_bits),
		cmocka_unit_test(diagrams_say_what_atoms_say),
		cmocka_unit_test(libseccomp_answers_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
