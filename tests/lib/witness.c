/* Rules of a real policy to libseccomp's calls, and its program back. */
#include "tests/lib/witness.h"

#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compiler/sysarg.h"

struct build {
	const struct realpolicy *p;
	scmp_filter_ctx ctx;
};

static _Noreturn void
fail(const struct realpolicy *p, const char *what, int err)
{
	fprintf(stderr, "witness: %s: %s: %s\n", p->name, what,
	    strerror(-err));
	exit(2);
}

static uint32_t
library_arch(const struct realpolicy *p)
{
	return seccomp_arch_resolve_name(p->arch->name);
}

bool
witness_knows(const struct realpolicy *p, const char *call)
{
	return seccomp_syscall_resolve_name_arch(library_arch(p), call) >= 0;
}

/* SCMP_ACT_* are the kernel's values. */
static void
add_rule(struct build *b, const struct realpolicy_rule *r,
    const struct scmp_arg_cmp *args, unsigned n)
{
	int nr = seccomp_syscall_resolve_name(r->name);
	int e = seccomp_rule_add_array(b->ctx, r->action, nr, n, args);

	/* Said already. */
	if (e != 0 && e != -EEXIST)
		fail(b->p, r->name, e);
}

static struct scmp_arg_cmp
compare(const struct realpolicy_cond *c)
{
	static const enum scmp_compare ops[] = {
		[REAL_EQ] = SCMP_CMP_EQ, [REAL_NE] = SCMP_CMP_NE,
		[REAL_LT] = SCMP_CMP_LT, [REAL_LE] = SCMP_CMP_LE,
		[REAL_GT] = SCMP_CMP_GT, [REAL_GE] = SCMP_CMP_GE };

	if (c->mask == UINT64_MAX)
		return (struct scmp_arg_cmp){ c->arg, ops[c->op], c->value,
			0 };
	return (struct scmp_arg_cmp){ c->arg, SCMP_CMP_MASKED_EQ, c->mask,
		c->value };
}

/* `(arg & mask) != 0' has no operator: one rule for each bit. */
static void
add_conditions(struct build *b, const struct realpolicy_rule *r,
    struct scmp_arg_cmp *args, size_t i)
{
	const struct realpolicy_cond *c = &r->conds[i];

	if (i == r->nconds) {
		add_rule(b, r, args, (unsigned)r->nconds);
		return;
	}
	if (c->mask == UINT64_MAX || c->op == REAL_EQ) {
		args[i] = compare(c);
		add_conditions(b, r, args, i + 1);
		return;
	}
	if (c->op != REAL_NE || c->value != 0)
		fail(b->p, "a masked comparison", -EINVAL);
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t m = c->mask & 1ull << bit;

		if (m == 0)
			continue;
		args[i] = (struct scmp_arg_cmp){ c->arg, SCMP_CMP_MASKED_EQ,
			m, m };
		add_conditions(b, r, args, i + 1);
	}
}

static void
add_rules(struct build *b)
{
	struct scmp_arg_cmp args[REALPOLICY_MAX_CONDS];

	for (size_t i = 0; i < b->p->nrules; i++) {
		const struct realpolicy_rule *r = &b->p->rules[i];

		/* A rule with the default's action is refused. */
		if (r->action != b->p->action && witness_knows(b->p, r->name))
			add_conditions(b, r, args, 0);
	}
}

static void
export(struct build *b, struct arena *a, struct bpf_program *out)
{
	int fd = memfd_create("witness", MFD_CLOEXEC);
	struct sock_filter f;
	size_t cap = 0;
	int e;

	*out = (struct bpf_program){ .ninsns = 0 };
	e = fd == -1 ? -errno : seccomp_export_bpf(b->ctx, fd);
	if (e != 0 || lseek(fd, 0, SEEK_SET) != 0)
		fail(b->p, "export", e);
	while (read(fd, &f, sizeof(f)) == (ssize_t)sizeof(f)) {
		out->insns = arena_grow(a, out->insns, out->ninsns, &cap,
		    sizeof(*out->insns));
		out->insns[out->ninsns++] = (struct blob_bpf_insn){ f.code,
			f.jt, f.jf, f.k };
	}
	close(fd);
}

void
witness_build(struct arena *a, const struct realpolicy *p,
    enum witness_kind kind, struct bpf_program *out)
{
	struct build b = { .p = p, .ctx = seccomp_init(p->action) };
	uint32_t arch = library_arch(p);
	int e = b.ctx == NULL ? -ENOMEM : 0;

	if (e == 0 && arch != seccomp_arch_native())
		e = seccomp_arch_remove(b.ctx, SCMP_ARCH_NATIVE);
	if (e == 0 && arch != seccomp_arch_native())
		e = seccomp_arch_add(b.ctx, arch);
	if (e == 0)
		e = seccomp_attr_set(b.ctx, SCMP_FLTATR_ACT_BADARCH,
		    SCMP_ACT_KILL_PROCESS);
	if (e == 0)
		e = seccomp_attr_set(b.ctx, SCMP_FLTATR_CTL_OPTIMIZE, kind);
	if (e != 0)
		fail(p, "set up", e);
	add_rules(&b);
	export(&b, a, out);
	seccomp_release(b.ctx);
}

void
witness_narrow(struct arena *a, const struct realpolicy *p, const char *call,
    uint64_t args[6])
{
	struct sysarg arg;

	for (unsigned i = 0; i < 6; i++) {
		sysarg_at(a, call, i, p->arch->audit, &arg);
		if (arg.width < 64)
			args[i] &= (1ull << arg.width) - 1;
	}
}
