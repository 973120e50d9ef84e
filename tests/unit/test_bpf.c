/*
 * The generator: every comparison at the values where it turns, random
 * policies against the naive evaluator, lengths, limits, determinism.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "tests/lib/naive.h"

#define DENY		(SECCOMP_RET_ERRNO | 1)

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

/* Every program that these tests look at is proved as well. */
static struct bpf_program
generate(struct arena *a, const struct sysc_policy *p)
{
	struct prove_witness w;
	struct bpf_program g;
	int r = bpf_generate(a, p, &g);

	if (r != BPF_OK)
		fail_msg("generate: %s", bpf_strerror(r));
	r = prove_program(a, p, g.insns, g.ninsns, &w, NULL);
	if (r != PROVE_OK)
		fail_msg("prove: %s at %u: nr %#x args %#llx %#llx %#llx: "
		    "got %#x, want %#x", prove_strerror(r), w.at,
		    (unsigned)w.call.nr, w.call.args[0], w.call.args[1],
		    w.call.args[2], w.got, w.want);
	return g;
}

static void
check_call(const char *what, const struct sysc_policy *p,
    const struct bpf_program *g, const struct seccomp_data *call)
{
	uint32_t want = naive_action(p, call);
	struct sim_result got;

	if (sim_run(g->insns, g->ninsns, call, &got) != 0)
		fail_msg("%s: the program is broken", what);
	if (got.action != want)
		fail_msg("%s: arch %#x nr %#x args %#llx %#llx %#llx: got %#x, "
		    "want %#x", what, call->arch, (unsigned)call->nr,
		    call->args[0], call->args[1], call->args[2], got.action,
		    want);
}

/* The one atom decides call 5; values around its own, both words. */
static void
check_atom(struct sysc_atom x)
{
	static const uint64_t offsets[] = { 0, 1, UINT64_MAX };
	static const uint64_t highs[] = { 0, 1ull << 32, 1ull << 63,
		0xffffffffull << 32, 1ull << 31 };
	struct sysc_item item = { 5, 5, SECCOMP_RET_ALLOW, 1, 0, 1 };
	struct sysc_policy p = { .arch = AUDIT_ARCH_AARCH64, .action = DENY,
		.newer = SECCOMP_RET_ERRNO | 38, .newer_from = 400,
		.items = &item, .nitems = 1, .atoms = &x, .natoms = 1 };
	struct arena *a = arena_new(0, on_full);
	struct bpf_program g = generate(a, &p);
	char what[128];

	snprintf(what, sizeof(what), "op %u flags %u mask %#llx value %#llx",
	    x.op, x.flags, (unsigned long long)x.mask,
	    (unsigned long long)x.value);
	for (size_t i = 0; i < NELEM(offsets) * NELEM(highs); i++) {
		struct seccomp_data call = { .arch = p.arch, .nr = 5 };
		uint64_t v = x.value + offsets[i % NELEM(offsets)];

		call.args[x.arg] = v ^ highs[i / NELEM(offsets)];
		check_call(what, &p, &g, &call);
		call.args[x.arg] = v | highs[i / NELEM(offsets)];
		check_call(what, &p, &g, &call);
	}
	arena_free(a);
}

static void
every_comparison_turns_where_it_should(void **state)
{
	static const uint64_t values[] = { 0, 1, 2, 41, 0x7fffffff, 0x80000000,
		0xfffffffe, 0xffffffff, 0x100000000, 0x123456789abcdef0,
		0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX };
	static const uint64_t masks[] = { UINT64_MAX, 0xff, 0xffffffff, 0x11,
		0x80000000, 0xffffffff00000000, 0x8000000000000001, 0 };

	(void)state;
	for (unsigned op = 0; op < BLOB_NSYSOPS; op++)
		for (unsigned flags = 0; flags <= SYSC_ALL_FLAGS; flags++)
			for (size_t v = 0; v < NELEM(values); v++)
				for (size_t m = 0; m < NELEM(masks); m++)
					check_atom((struct sysc_atom){
					    (uint8_t)((v + m) % 6),
					    (uint8_t)op, (uint8_t)flags,
					    masks[m], values[v] });
}

static void
random_policies_mean_what_they_say(void **state)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64,
		AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM };
	struct naive_rng r = { 1 };
	struct seccomp_data call;
	unsigned calls = 0;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;
		struct bpf_program g;
		char what[32];

		snprintf(what, sizeof(what), "policy %u", i);
		naive_random_policy(&r, a, archs[i % NELEM(archs)], &p);
		g = generate(a, &p);
		for (unsigned j = 0; j < 600; j++) {
			naive_random_call(&r, &p, &call);
			check_call(what, &p, &g, &call);
			calls++;
		}
		arena_free(a);
	}
	print_message("# %u calls of 2000 random policies\n", calls);
}

/* Does the policy allow the call, whatever its arguments? */
static bool
is_always_allowed(const struct sysc_policy *p, uint32_t nr)
{
	struct seccomp_data call = { .arch = p->arch, .nr = (int)nr };

	for (size_t i = 0; i < p->nitems; i++) {
		if (p->items[i].natoms > 0 && p->items[i].lo <= nr &&
		    nr <= p->items[i].hi)
			return false;
	}
	return naive_action(p, &call) == SECCOMP_RET_ALLOW;
}

static void
container_policy_is_short_and_cached(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_policy p;
	struct bpf_program g;
	uint32_t worst = 0;

	(void)state;
	naive_container_policy(a, AUDIT_ARCH_X86_64, &p);
	g = generate(a, &p);
	for (uint32_t nr = 0; nr < 500; nr++) {
		struct seccomp_data call = { .arch = p.arch, .nr = (int)nr };
		struct sim_result s;

		assert_int_equal(sim_run(g.insns, g.ninsns, &call, &s), 0);
		assert_int_equal(s.action, naive_action(&p, &call));
		worst = s.executed > worst ? s.executed : worst;
		assert_int_equal(is_always_allowed(&p, nr),
		    sim_is_cached(g.insns, g.ninsns, p.arch, nr));
	}
	assert_in_range(g.ninsns, 1, 93);
	assert_in_range(worst, 1, 17);
	arena_free(a);
}

static void
same_policy_gives_same_program(void **state)
{
	struct naive_rng r = { 3 };

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;
		struct bpf_program x, y;

		naive_random_policy(&r, a, AUDIT_ARCH_X86_64, &p);
		x = generate(a, &p);
		y = generate(a, &p);
		assert_int_equal(x.ninsns, y.ninsns);
		assert_memory_equal(x.insns, y.insns,
		    x.ninsns * sizeof(*x.insns));
		arena_free(a);
	}
}

/* Every second value of an argument is allowed, n of them. */
static void
many_values(struct arena *a, uint32_t n, struct sysc_policy *out)
{
	*out = (struct sysc_policy){ .arch = AUDIT_ARCH_X86_64,
		.action = DENY, .newer = SECCOMP_RET_ERRNO | 38,
		.newer_from = 400, .foreign = SECCOMP_RET_KILL_PROCESS,
		.nitems = n, .natoms = n };
	out->items = arena_array(a, n, sizeof(*out->items));
	out->atoms = arena_array(a, n, sizeof(*out->atoms));
	for (uint32_t i = 0; i < n; i++) {
		out->items[i] = (struct sysc_item){ 16, 16,
			SECCOMP_RET_ALLOW, 0, i, 1 };
		out->atoms[i] = (struct sysc_atom){ 1, BLOB_SYS_EQ,
			SYSC_F_32, UINT64_MAX, i * 2654435761u };
	}
}

static void
long_programs_jump_far(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_policy p;
	struct bpf_program g;

	(void)state;
	many_values(a, 400, &p);
	g = generate(a, &p);
	assert_in_range(g.ninsns, 400, 1000);
	arena_free(a);
}

static void
too_long_names_the_largest(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct bpf_report report;
	struct bpf_program g;
	struct sysc_policy p;
	struct sysc_item *items;

	(void)state;
	many_values(a, 4500, &p);
	/* Nine calls share the values: none has too many. */
	items = p.items;
	for (uint32_t i = 0; i < p.nitems; i++)
		items[i].lo = items[i].hi = 20 + 2 * (i / 500);
	assert_int_equal(bpf_generate_with(a, &p, NULL, &g, &report),
	    BPF_ERR_TOO_LONG);
	assert_in_range(report.ninsns, 4097, 10000);
	assert_int_equal(report.nshares, BPF_MAX_SHARES);
	for (size_t i = 0; i < report.nshares; i++) {
		assert_in_range(report.shares[i].lo, 20, 36);
		assert_in_range(report.shares[i].ninsns, 500, 1100);
	}
	arena_free(a);
}

static void
too_many_cases_are_refused(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_policy p;
	struct bpf_program g;

	(void)state;
	many_values(a, 16384, &p);
	assert_int_equal(bpf_generate(a, &p, &g), BPF_ERR_TOO_MANY);
	arena_free(a);
}

static uint32_t
executed(const struct sysc_policy *p, const struct bpf_program *g,
    uint32_t nr)
{
	struct seccomp_data call = { .arch = p->arch, .nr = (int)nr };
	struct sim_result s;

	assert_int_equal(sim_run(g->insns, g->ninsns, &call, &s), 0);
	return s.executed;
}

static void
hot_calls_come_first(void **state)
{
	struct bpf_hot hot = { 135, 1000 }, cached = { 3, 1000 };
	struct bpf_options o = { .hot = &hot, .nhot = 1 };
	struct arena *a = arena_new(0, on_full);
	struct bpf_program plain, g;
	struct sysc_policy p;

	(void)state;
	naive_container_policy(a, AUDIT_ARCH_X86_64, &p);
	plain = generate(a, &p);
	assert_int_equal(bpf_generate_with(a, &p, &o, &g, NULL), BPF_OK);
	assert_int_equal(prove_program(a, &p, g.insns, g.ninsns, NULL, NULL),
	    PROVE_OK);
	assert_true(executed(&p, &g, 135) < executed(&p, &plain, 135));
	/* What the bitmap answers is never hot, unless there is none. */
	o.hot = &cached;
	assert_int_equal(bpf_generate_with(a, &p, &o, &g, NULL), BPF_OK);
	assert_int_equal(executed(&p, &g, 3), executed(&p, &plain, 3));
	o.has_no_bitmap = true;
	assert_int_equal(bpf_generate_with(a, &p, &o, &g, NULL), BPF_OK);
	assert_true(executed(&p, &g, 3) < executed(&p, &plain, 3));
	arena_free(a);
}

static void
errors_have_names(void **state)
{
	(void)state;
	for (int e = BPF_ERR_TOO_MANY; e <= BPF_OK; e++)
		assert_string_not_equal(bpf_strerror(e), "unknown error");
	assert_string_equal(bpf_strerror(1), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_comparison_turns_where_it_should),
		cmocka_unit_test(random_policies_mean_what_they_say),
		cmocka_unit_test(container_policy_is_short_and_cached),
		cmocka_unit_test(same_policy_gives_same_program),
		cmocka_unit_test(long_programs_jump_far),
		cmocka_unit_test(too_long_names_the_largest),
		cmocka_unit_test(too_many_cases_are_refused),
		cmocka_unit_test(hot_calls_come_first),
		cmocka_unit_test(errors_have_names),
	};

	return cmocka_run_group_tests_name("bpf", tests, NULL, NULL);
}
