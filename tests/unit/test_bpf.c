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
		}
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_comparison_turns_where_it_should),
		cmocka_unit_test(random_policies_mean_what_they_say),
	};

	return cmocka_run_group_tests_name("bpf", tests, NULL, NULL);
}
