/*
 * Policies of real programs: what ours does is what libseccomp's program
 * does, call by call, at every value where a condition of the call turns.
 */
#include "tests/lib/unit.h"

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "tests/lib/naive.h"
#include "tests/lib/witness.h"

#define MAX_VALUES	4096
#define MAX_PRODUCT	60000u		/* above, a sample of so many */

/* Values of each argument at which something may change. */
struct values {
	uint64_t v[6][MAX_VALUES];
	size_t n[6];
};

struct comparison {
	struct arena *a;
	struct realpolicy p;
	struct sysc_policy policy;
	struct bpf_program ours, theirs;
	struct naive_rng rng;
	struct values values;
	unsigned long calls, left_out;
};

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static void
add_value(struct values *s, unsigned arg, uint64_t v)
{
	for (size_t i = 0; i < s->n[arg]; i++)
		if (s->v[arg][i] == v)
			return;
	assert_true(s->n[arg] < MAX_VALUES);
	s->v[arg][s->n[arg]++] = v;
}

/* A value, its neighbours, and each with bits of the high word set. */
static void
add_around(struct values *s, unsigned arg, uint64_t v)
{
	static const uint64_t highs[] = { 0, 1ull << 32, 1ull << 63,
		0xffffffffull << 32 };

	for (size_t i = 0; i < NELEM(highs); i++) {
		add_value(s, arg, v ^ highs[i]);
		add_value(s, arg, (v - 1) ^ highs[i]);
		add_value(s, arg, (v + 1) ^ highs[i]);
	}
}

static void
collect_values(struct comparison *c, const char *call)
{
	memset(c->values.n, 0, sizeof(c->values.n));
	for (unsigned i = 0; i < 6; i++)
		add_value(&c->values, i, 0);
	for (size_t i = 0; i < c->p.nrules; i++) {
		const struct realpolicy_rule *r = &c->p.rules[i];

		for (size_t k = 0; k < r->nconds; k++) {
			const struct realpolicy_cond *x = &r->conds[k];

			if (strcmp(r->name, call) != 0)
				continue;
			add_around(&c->values, x->arg, x->value);
			for (unsigned b = 0; b < 64; b++)
				if (x->mask != UINT64_MAX &&
				    (x->mask >> b & 1))
					add_value(&c->values, x->arg,
					    x->value ^ 1ull << b);
			if (x->mask != UINT64_MAX)
				add_value(&c->values, x->arg,
				    x->value | ~x->mask);
		}
	}
}

static void
compare_call(struct comparison *c, const char *name,
    const struct seccomp_data *call)
{
	struct seccomp_data narrow = *call;
	struct sim_result ours, theirs;
	uint64_t args[6];

	for (unsigned i = 0; i < 6; i++)
		args[i] = call->args[i];
	witness_narrow(c->a, &c->p, name, args);
	for (unsigned i = 0; i < 6; i++)
		narrow.args[i] = args[i];
	assert_int_equal(sim_run(c->ours.insns, c->ours.ninsns, call, &ours),
	    0);
	assert_int_equal(sim_run(c->theirs.insns, c->theirs.ninsns, &narrow,
	    &theirs), 0);
	c->calls++;
	if (ours.action != theirs.action)
		fail_msg("%s: %s (%d), %#llx %#llx %#llx %#llx: ours %#x, "
		    "libseccomp %#x", c->p.name, name, call->nr,
		    call->args[0], call->args[1], call->args[2],
		    call->args[3], ours.action, theirs.action);
	assert_int_equal(ours.action, naive_action(&c->policy, call));
}

/* Combination k of the values. */
static void
pick(const struct comparison *c, uint64_t k, struct seccomp_data *call)
{
	for (unsigned i = 0; i < 6; i++) {
		call->args[i] = c->values.v[i][k % c->values.n[i]];
		k /= c->values.n[i];
	}
}

static void
compare_number(struct comparison *c, uint32_t nr)
{
	const char *name = sysc_call_name(c->p.arch->audit, nr);
	struct seccomp_data call = { .arch = c->p.arch->audit,
		.nr = (int)nr };
	struct arena *keep = c->a;
	uint64_t product = 1;

	if (name != NULL && !witness_knows(&c->p, name)) {
		c->left_out++;
		return;
	}
	collect_values(c, name != NULL ? name : "");
	for (unsigned i = 0; i < 6; i++)
		product *= c->values.n[i];
	c->a = arena_new(0, on_full);
	for (uint64_t k = 0; k < product && k < MAX_PRODUCT; k++) {
		pick(c, product <= MAX_PRODUCT ? k : naive_random(&c->rng) %
		    product, &call);
		compare_call(c, name != NULL ? name : "", &call);
		if (k % 1000 == 999) {
			arena_free(c->a);
			c->a = arena_new(0, on_full);
		}
	}
	arena_free(c->a);
	c->a = keep;
}

static void
compare_policy(const char *name, enum witness_kind kind)
{
	struct comparison c = { .a = arena_new(0, on_full), .rng = { 17 } };
	struct prove_witness w;
	int r;

	realpolicy_read(c.a, name, &c.p);
	realpolicy_lower(c.a, &c.p, &c.policy);
	assert_int_equal(bpf_generate(c.a, &c.policy, &c.ours), BPF_OK);
	r = prove_program(c.a, &c.policy, c.ours.insns, c.ours.ninsns, &w,
	    NULL);
	if (r != PROVE_OK)
		fail_msg("%s: %s at %u", name, prove_strerror(r), w.at);
	witness_build(c.a, &c.p, kind, &c.theirs);
	for (uint32_t nr = 0; nr < c.policy.newer_from + 10; nr++)
		compare_number(&c, nr);
	if (c.p.arch == sysc_arch_by_name("x86_64"))
		compare_number(&c, 0x40000001);
	print_message("# %s: %lu calls compared, %lu unknown to the library, "
	    "%zu and %zu instructions\n", name, c.calls, c.left_out,
	    c.ours.ninsns, c.theirs.ninsns);
	assert_true(c.calls > 400);
	arena_free(c.a);
}

static void
libseccomp_agrees(void **state)
{
	(void)state;
	for (size_t i = 0; realpolicy_at(i) != NULL; i++)
		compare_policy(realpolicy_at(i), WITNESS_LIST);
}

static void
its_trees_agree(void **state)
{
	(void)state;
	compare_policy("docker.x86_64", WITNESS_TREE);
	compare_policy("podman.aarch64", WITNESS_TREE);
}

/*
 * Length, the longest path, and the mean over all numbers of the table: what
 * a simple generator of another project reaches is reached here.
 */
static const struct reference {
	const char *name;
	size_t length, worst;
	double mean;
} references[] = {
	{ "docker.x86_64", 73, 18, 10.0 },
	{ "podman.x86_64", 62, 17, 9.2 },
	{ "firecracker-vmm.x86_64", 145, 25, 10.1 },
	{ "crosvm-gpu.x86_64", 185, 22, 11.0 },
	{ "crosvm-xhci.x86_64", 159, 34, 10.9 },
	{ "mediaextractor.x86_64", 50, 10, 9.9 },
	{ "docker.aarch64", 80, 17, 9.9 },
};

static double
mean_length(const struct sysc_policy *p, const struct bpf_program *g)
{
	uint64_t sum = 0;

	for (uint32_t nr = 0; nr < p->newer_from; nr++) {
		struct seccomp_data call = { .arch = p->arch,
			.nr = (int)nr };
		struct sim_result s;

		assert_int_equal(sim_run(g->insns, g->ninsns, &call, &s), 0);
		sum += s.executed;
	}
	return (double)sum / p->newer_from;
}

static void
programs_are_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(references); i++) {
		const struct reference *want = &references[i];
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy policy;
		struct realpolicy p;
		struct bpf_program g;
		uint32_t worst;

		realpolicy_read(a, want->name, &p);
		realpolicy_lower(a, &p, &policy);
		assert_int_equal(bpf_generate(a, &policy, &g), BPF_OK);
		worst = sim_longest(a, g.insns, g.ninsns);
		if (g.ninsns > want->length || worst > want->worst ||
		    mean_length(&policy, &g) >= want->mean + 0.05)
			fail_msg("%s: got %zu/%u/%.1f, want %zu/%zu/%.1f",
			    want->name, g.ninsns, worst,
			    mean_length(&policy, &g), want->length,
			    want->worst, want->mean);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libseccomp_agrees),
		cmocka_unit_test(its_trees_agree),
		cmocka_unit_test(programs_are_short),
	};

	return cmocka_run_group_tests_name("realpolicy", tests, NULL, NULL);
}
