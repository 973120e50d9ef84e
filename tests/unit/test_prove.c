/*
 * The checker: each of its complaints, and mutations: no change to a good
 * program passes unless it makes no difference.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>
#include <linux/filter.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "tests/lib/naive.h"
#include "tests/lib/realpolicy.h"

#define DENY		(SECCOMP_RET_ERRNO | 1)
#define KILL		SECCOMP_RET_KILL_PROCESS
#define ALLOW		SECCOMP_RET_ALLOW
#define ARCH		AUDIT_ARCH_AARCH64

#define LD(off)		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, off }
#define AND(k)		{ BPF_ALU | BPF_AND | BPF_K, 0, 0, k }
#define JA(k)		{ BPF_JMP | BPF_JA, 0, 0, k }
#define JEQ(k, t, f)	{ BPF_JMP | BPF_JEQ | BPF_K, t, f, k }
#define JGT(k, t, f)	{ BPF_JMP | BPF_JGT | BPF_K, t, f, k }
#define JGE(k, t, f)	{ BPF_JMP | BPF_JGE | BPF_K, t, f, k }
#define JSET(k, t, f)	{ BPF_JMP | BPF_JSET | BPF_K, t, f, k }
#define RET(k)		{ BPF_RET | BPF_K, 0, 0, k }
#define MUTATED		12	/* policies; about 3000 mutants each */
#define NR		0
#define ARCH_OFF	4
#define ARG0		16

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

/* Call 5 is allowed when the low byte of its first argument is 3. */
static struct sysc_atom atom = { 0, BLOB_SYS_EQ, 0, 0xff, 3 };
static struct sysc_item items[] = {
	{ 5, 5, ALLOW, 0, 0, 1 },
	{ 7, 9, ALLOW, 0, 0, 0 },
};
static const struct sysc_policy policy = { .arch = ARCH, .action = DENY,
	.newer = DENY, .newer_from = 400, .foreign = KILL, .items = items,
	.nitems = 2, .atoms = &atom, .natoms = 1 };

#define HEAD	LD(ARCH_OFF), JEQ(ARCH, 1, 0), RET(KILL), LD(NR)

static const struct {
	const char *what;
	struct blob_bpf_insn insns[16];
	size_t n;
	int want;
	uint32_t at;
} rows[] = {
	{ "right", { HEAD, JGE(7, 0, 1), JGT(9, 5, 4), JEQ(5, 0, 4),
	    LD(ARG0), AND(0xff), JEQ(3, 0, 1), RET(ALLOW), RET(DENY) },
	    12, PROVE_OK, 0 },
	{ "one value too many", { HEAD, JGE(7, 0, 1), JGT(10, 5, 4),
	    JEQ(5, 0, 4), LD(ARG0), AND(0xff), JEQ(3, 0, 1), RET(ALLOW),
	    RET(DENY) }, 12, PROVE_ERR_ACTION, 10 },
	{ "mask too narrow", { HEAD, JGE(7, 0, 1), JGT(9, 5, 4),
	    JEQ(5, 0, 4), LD(ARG0), AND(0x7f), JEQ(3, 0, 1), RET(ALLOW),
	    RET(DENY) }, 12, PROVE_ERR_ACTION, 10 },
	{ "architecture not looked at", { LD(NR), JGE(7, 0, 1),
	    JGT(9, 5, 4), JEQ(5, 0, 4), LD(ARG0), AND(0xff), JEQ(3, 0, 1),
	    RET(ALLOW), RET(DENY) }, 9, PROVE_ERR_ACTION, 8 },
	{ "other half of the argument", { HEAD, JGE(7, 0, 1), JGT(9, 5, 4),
	    JEQ(5, 0, 4), LD(ARG0 + 4), AND(0xff), JEQ(3, 0, 1), RET(ALLOW),
	    RET(DENY) }, 12, PROVE_ERR_ACTION, 10 },
	{ "loaded before the return", { HEAD, JGE(7, 0, 1), JGT(9, 6, 4),
	    JEQ(5, 0, 5), LD(ARG0), AND(0xff), JEQ(3, 1, 2), LD(ARG0 + 8),
	    RET(ALLOW), RET(DENY) }, 13, PROVE_ERR_CACHE, 11 },
	{ "empty", { RET(KILL) }, 0, PROVE_ERR_LENGTH, 0 },
	{ "no return", { LD(NR) }, 1, PROVE_ERR_JUMP, 0 },
	{ "jump past the end", { LD(NR), JEQ(1, 1, 0), RET(KILL) }, 3,
	    PROVE_ERR_JUMP, 1 },
	{ "long jump past the end", { JA(UINT32_MAX), RET(KILL) }, 2,
	    PROVE_ERR_JUMP, 0 },
	{ "odd offset", { LD(2), RET(KILL) }, 2, PROVE_ERR_OFFSET, 0 },
	{ "offset past the call", { LD(64), RET(KILL) }, 2,
	    PROVE_ERR_OFFSET, 0 },
	{ "memory", { { BPF_ST, 0, 0, 0 }, RET(KILL) }, 2,
	    PROVE_ERR_OPCODE, 0 },
	{ "return of A", { LD(NR), { BPF_RET | BPF_A, 0, 0, 0 } }, 2,
	    PROVE_ERR_OPCODE, 1 },
	{ "unreachable instruction", { HEAD, JGE(7, 0, 1), JGT(9, 5, 4),
	    JEQ(5, 0, 4), LD(ARG0), AND(0xff), JEQ(3, 0, 1), RET(ALLOW),
	    RET(DENY), RET(DENY) }, 13, PROVE_ERR_DEAD, 12 },
	{ "branch never taken", { HEAD, JGE(7, 0, 2), JGE(7, 0, 6),
	    JGT(9, 5, 4), JEQ(5, 0, 4), LD(ARG0), AND(0xff), JEQ(3, 0, 1),
	    RET(ALLOW), RET(DENY) }, 13, PROVE_ERR_DEAD, 5 },
};

static void
each_mistake_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct arena *a = arena_new(0, on_full);
		struct prove_witness w;
		int r = prove_program(a, &policy, rows[i].insns, rows[i].n,
		    &w, NULL);

		if (r != rows[i].want || w.at != rows[i].at)
			fail_msg("%s: got %s at %u, want %s at %u",
			    rows[i].what, prove_strerror(r), w.at,
			    prove_strerror(rows[i].want), rows[i].at);
		arena_free(a);
	}
}

static void
malformed_policies_are_refused(void **state)
{
	static const struct blob_bpf_insn kill = RET(KILL);
	struct sysc_item bad_order = { 5, 4, ALLOW, 0, 0, 0 };
	struct sysc_item bad_atom = { 5, 5, ALLOW, 0, 1, 1 };
	struct sysc_atom bad_arg = { 6, 0, 0, 0, 0 };
	struct sysc_policy p[3] = { policy, policy, policy };
	struct arena *a = arena_new(0, on_full);

	(void)state;
	p[0].items = &bad_order;
	p[1].items = &bad_atom;
	p[0].nitems = p[1].nitems = 1;
	p[2].atoms = &bad_arg;
	for (size_t i = 0; i < NELEM(p); i++)
		assert_int_equal(prove_program(a, &p[i], &kill, 1, NULL,
		    NULL), PROVE_ERR_POLICY);
	arena_free(a);
}

struct tally {
	unsigned mutants, malformed, refused, equivalent;
};

/* A complaint about an action is right when its witness shows it. */
static void
check_witness(const struct sysc_policy *p, const struct bpf_program *g,
    const struct prove_witness *w)
{
	struct sim_result s;

	assert_int_equal(sim_run(g->insns, g->ninsns, &w->call, &s), 0);
	assert_int_equal(s.action, w->got);
	assert_int_equal(s.at, w->at);
	assert_int_equal(naive_action(p, &w->call), w->want);
	assert_int_not_equal(w->got, w->want);
}

/* A program that was proved must survive any number of calls. */
static void
check_equivalent(const struct sysc_policy *p, const struct bpf_program *g,
    struct naive_rng *r)
{
	for (unsigned i = 0; i < 100; i++) {
		struct seccomp_data call;
		struct sim_result s;

		naive_random_call(r, p, &call);
		assert_int_equal(sim_run(g->insns, g->ninsns, &call, &s), 0);
		assert_int_equal(s.action, naive_action(p, &call));
	}
}

static void
try_mutant(const struct sysc_policy *p, const struct bpf_program *g,
    struct naive_rng *r, struct tally *t)
{
	struct arena *a = arena_new(0, on_full);
	struct prove_witness w;
	int e = prove_program(a, p, g->insns, g->ninsns, &w, NULL);

	t->mutants++;
	switch (e) {
	case PROVE_OK:
		check_equivalent(p, g, r);
		t->equivalent++;
		break;
	case PROVE_ERR_ACTION:
		check_witness(p, g, &w);
		t->refused++;
		break;
	case PROVE_ERR_CACHE:
		assert_false(sim_is_cached(g->insns, g->ninsns, p->arch,
		    (uint32_t)w.call.nr));
		t->refused++;
		break;
	case PROVE_ERR_DEAD:
		t->refused++;
		break;
	case PROVE_ERR_EFFORT:
	case PROVE_ERR_POLICY:
		fail_msg("mutant: %s", prove_strerror(e));
		break;
	default:
		t->malformed++;
	}
	arena_free(a);
}

/* One instruction changed in one of many ways; false past the last way. */
static bool
mutate(struct blob_bpf_insn *x, unsigned way)
{
	static const uint16_t codes[] = { BPF_LD | BPF_W | BPF_ABS,
		BPF_ALU | BPF_AND | BPF_K, BPF_JMP | BPF_JA,
		BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JGT | BPF_K,
		BPF_JMP | BPF_JGE | BPF_K, BPF_JMP | BPF_JSET | BPF_K,
		BPF_RET | BPF_K };
	struct blob_bpf_insn old = *x;

	if (way < NELEM(codes)) {
		x->code = codes[way];
		return true;
	}
	way -= NELEM(codes);
	if (way < 32) {
		x->k ^= 1u << way;
		return true;
	}
	switch (way - 32) {
	case 0:
		x->k++;
		return true;
	case 1:
		x->k--;
		return true;
	case 2:
		x->jt++;
		return true;
	case 3:
		x->jt--;
		return true;
	case 4:
		x->jf++;
		return true;
	case 5:
		x->jf--;
		return true;
	case 6:
		x->jt = old.jf;
		x->jf = old.jt;
		return true;
	}
	return false;
}

static void
mutate_all(const struct sysc_policy *p, struct naive_rng *r, struct tally *t)
{
	struct arena *a = arena_new(0, on_full);
	struct bpf_program g;

	assert_int_equal(bpf_generate(a, p, &g), BPF_OK);
	for (size_t i = 0; i < g.ninsns; i++) {
		struct blob_bpf_insn old = g.insns[i];

		for (unsigned way = 0; mutate(&g.insns[i], way); way++) {
			if (memcmp(&g.insns[i], &old, sizeof(old)) != 0)
				try_mutant(p, &g, r, t);
			g.insns[i] = old;
		}
	}
	arena_free(a);
}

static void
print_tally(const char *of, const struct tally *t)
{
	print_message("# %u mutants of %s: %u malformed, %u refused, %u "
	    "without effect\n", t->mutants, of, t->malformed, t->refused,
	    t->equivalent);
	assert_true(t->refused > t->mutants / 2);
}

static void
no_mutant_passes_that_differs(void **state)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64, ARCH };
	struct naive_rng r = { 7 };
	struct tally t = { 0 };

	(void)state;
	for (unsigned i = 0; i < MUTATED; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;

		if (i == 0)
			naive_container_policy(a, archs[0], &p);
		else
			naive_random_policy(&r, a, archs[i % 2], &p);
		mutate_all(&p, &r, &t);
		arena_free(a);
	}
	print_tally("random policies", &t);
}

static void
no_mutant_of_a_real_policy_passes(void **state)
{
	struct naive_rng r = { 8 };
	struct tally t = { 0 };

	(void)state;
	for (size_t i = 0; realpolicy_at(i) != NULL; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;
		struct realpolicy real;

		realpolicy_read(a, realpolicy_at(i), &real);
		realpolicy_lower(a, &real, &p);
		mutate_all(&p, &r, &t);
		arena_free(a);
	}
	print_tally("real policies", &t);
}

static void
errors_have_names(void **state)
{
	(void)state;
	for (int e = PROVE_ERR_EFFORT; e <= PROVE_OK; e++)
		assert_string_not_equal(prove_strerror(e), "unknown error");
	assert_string_equal(prove_strerror(1), "unknown error");
	assert_string_equal(prove_strerror(PROVE_BLOB + BLOB_ERR_MISSING),
	    blob_strerror(BLOB_ERR_MISSING));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_found),
		cmocka_unit_test(malformed_policies_are_refused),
		cmocka_unit_test(no_mutant_passes_that_differs),
		cmocka_unit_test(no_mutant_of_a_real_policy_passes),
		cmocka_unit_test(errors_have_names),
	};

	return cmocka_run_group_tests_name("prove", tests, NULL, NULL);
}
