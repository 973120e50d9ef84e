/*
 * Random conditions as text, against an evaluator of their own that knows
 * nothing of normal forms; random items, against what `has no effect' says.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "compiler/arena.h"
#include "compiler/sysc.h"

#define MAX_NODES	64
#define NVALUES		12

/* Arguments of clone (64 bits), socket (int) and ioctl (unsigned, mode). */
static const struct call {
	const char *name, *args[3];
	unsigned width[3];
	bool is_signed[3];
} calls[] = {
	{ "prctl", { "arg2", "arg3", "arg4" }, { 64, 64, 64 },
	    { false, false, false } },
	{ "socket", { "domain", "type", "protocol" }, { 32, 32, 32 },
	    { true, true, true } },
	{ "openat2", { "dirfd", "arg3", "arg4" }, { 32, 64, 64 },
	    { true, false, false } },
	{ "mknodat", { "dirfd", "mode", "dev" }, { 32, 16, 32 },
	    { true, false, false } },
};

static const unsigned registers[NELEM(calls)][3] = {
	{ 1, 2, 3 }, { 0, 1, 2 }, { 0, 3, 4 }, { 0, 2, 3 },
};

struct gen {
	uint64_t state;
	const struct call *call;
	const unsigned *reg;
	FILE *out;
	unsigned nodes;
	uint64_t args[NVALUES][6];
};

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static unsigned
below(struct gen *g, unsigned n)
{
	g->state = g->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(g->state >> 33) % n;
}

/* What the kernel sees of a register. */
static int64_t
taken(const struct gen *g, unsigned arg, uint64_t v)
{
	switch (g->call->width[arg]) {
	case 16:
		return (uint16_t)v;
	case 32:
		return g->call->is_signed[arg] ? (int64_t)(int32_t)v :
		    (int64_t)(uint32_t)v;
	default:
		return (int64_t)v;
	}
}

typedef unsigned truth;		/* a bit for each of the NVALUES calls */

static truth
compare(struct gen *g, unsigned arg, const char *op, uint64_t mask,
    uint64_t value)
{
	bool is_signed = g->call->is_signed[arg];
	truth t = 0;

	for (unsigned i = 0; i < NVALUES; i++) {
		int64_t x = taken(g, arg, g->args[i][g->reg[arg]] & mask);
		int64_t v = taken(g, arg, value);
		bool is_less = is_signed ? x < v :
		    (uint64_t)x < (uint64_t)v;
		bool holds = op[0] == '=' ? x == v : op[0] == '!' ? x != v :
		    op[0] == '<' ? is_less || (op[1] == '=' && x == v) :
		    (!is_less && x != v) || (op[1] == '=' && x == v);

		t |= (truth)holds << i;
	}
	return t;
}

static truth
leaf(struct gen *g)
{
	static const char *const ops[] = { "==", "!=", "<", "<=", ">", ">=" };
	const char *op = ops[below(g, NELEM(ops))];
	unsigned arg = below(g, 3), lo = below(g, 9), hi = lo + below(g, 4);
	const char *name = g->call->args[arg];
	unsigned mask = 1 + below(g, 15);

	switch (below(g, 4)) {
	case 0:
		fprintf(g->out, "%s in {%u, %u..%u}", name, lo + 5, lo, hi);
		return compare(g, arg, "==", UINT64_MAX, lo + 5) |
		    (compare(g, arg, ">=", UINT64_MAX, lo) &
		    compare(g, arg, "<=", UINT64_MAX, hi));
	case 1:
		fprintf(g->out, "(%s & %u) %s %u", name, mask, below(g, 2) ?
		    (op = "==") : (op = "!="), lo & mask);
		return compare(g, arg, op, mask, lo & mask);
	default:
		lo += 1;	/* nothing is below or at least 0 */
		fprintf(g->out, "%s %s %u", name, op, lo);
		return compare(g, arg, op, UINT64_MAX, lo);
	}
}

static truth
tree(struct gen *g, unsigned depth)
{
	truth t;
	bool is_and;

	if (depth == 0 || ++g->nodes > MAX_NODES || below(g, 4) == 0)
		return leaf(g);
	if (below(g, 4) == 0) {
		fputs("!(", g->out);
		t = ~tree(g, depth - 1);
		fputc(')', g->out);
		return t;
	}
	is_and = below(g, 2);
	fputc('(', g->out);
	t = tree(g, depth - 1);
	fputs(is_and ? ") && (" : ") || (", g->out);
	t = is_and ? t & tree(g, depth - 1) : t | tree(g, depth - 1);
	fputc(')', g->out);
	return t;
}

/* Small values, sometimes with a bit above the argument's width set. */
static void
random_args(struct gen *g)
{
	static const uint64_t high[] = { 0, 0, 0, 1ull << 16, 1ull << 32,
		1ull << 63, 0xffffffff00000000, 0xfffffffffffffff0 };

	for (unsigned i = 0; i < NVALUES; i++)
		for (unsigned k = 0; k < 6; k++)
			g->args[i][k] = below(g, 18) |
			    high[below(g, NELEM(high))];
}

static char *
random_item(struct gen *g, truth *t)
{
	char *text;
	size_t size;

	g->out = open_memstream(&text, &size);
	g->nodes = 0;
	fprintf(g->out, "%s(", g->call->name);
	*t = tree(g, 4);
	fputc(')', g->out);
	fclose(g->out);
	return text;
}

static struct sysc_text
item(struct arena *a, const char *text, uint32_t action, uint32_t rule)
{
	return (struct sysc_text){ .text = text, .action = action,
	    .rule = rule, .loc = { source_text(a, "t", text, strlen(text)), 1,
	    1, 1 } };
}

static uint32_t
number(const struct gen *g)
{
	return (uint32_t)sysc_call_number(AUDIT_ARCH_X86_64, g->call->name);
}

static void
choose_call(struct gen *g)
{
	size_t i = below(g, NELEM(calls));

	g->call = &calls[i];
	g->reg = registers[i];
	random_args(g);
}

static bool
one_random_condition(struct gen *g)
{
	const struct sysc_arch *archs[] = { sysc_arch_by_name("x86_64") };
	struct arena *a = arena_new(0, on_full);
	struct sysc_policy p;
	struct sysc_text text;
	struct sysc_request r = { .items = &text, .nitems = 1,
		.action = SECCOMP_RET_TRAP };
	struct diag d;
	truth want;
	char *s;
	bool is_good;

	choose_call(g);
	s = random_item(g, &want);
	text = item(a, s, SECCOMP_RET_ALLOW, 1);
	diag_init(&d, NULL);
	is_good = sysc_check(a, &d, &r, archs, 1) == 0;
	if (is_good)
		assert_int_equal(sysc_lower(a, &d, &r, archs[0]->audit, &p),
		    0);
	for (unsigned i = 0; i < NVALUES; i++) {
		bool got = is_good && sysc_eval(&p, number(g), g->args[i],
		    NULL) == SECCOMP_RET_ALLOW;

		if (got != (want >> i & 1))
			fail_msg("%s: call %u (%#llx %#llx %#llx): got %d", s,
			    i, (unsigned long long)g->args[i][g->reg[0]],
			    (unsigned long long)g->args[i][g->reg[1]],
			    (unsigned long long)g->args[i][g->reg[2]], got);
	}
	free(s);
	arena_free(a);
	return is_good;
}

static void
random_conditions_mean_what_they_say(void **state)
{
	struct gen g = { .state = 1 };
	unsigned good = 0;

	(void)state;
	/* The others never hold, which the evaluator confirms. */
	for (unsigned i = 0; i < 20000; i++)
		good += one_random_condition(&g);
	print_message("# %u of 20000 conditions can hold\n", good);
	assert_true(good > 15000);
}

/* Of some items on one call, the last is refused: it never is the first. */
static bool
one_random_contradiction(struct gen *g)
{
	const struct sysc_arch *archs[] = { sysc_arch_by_name("x86_64") };
	struct arena *a = arena_new(0, on_full);
	struct sysc_text t[4];
	struct sysc_request r = { .items = t, .nitems = NELEM(t) };
	truth holds[NELEM(t)], before = 0;
	unsigned errors[NELEM(t) + 1] = { 0 };
	char *s[NELEM(t)];
	struct diag d;
	bool is_dead;

	choose_call(g);
	for (size_t i = 0; i < NELEM(t); i++) {
		s[i] = random_item(g, &holds[i]);
		t[i] = item(a, s[i], SECCOMP_RET_ERRNO | (uint32_t)(i + 1),
		    1);
		r.nitems = i + 1;
		diag_init(&d, NULL);
		sysc_check(a, &d, &r, archs, 1);
		errors[i + 1] = d.errors;
	}
	is_dead = errors[NELEM(t)] > errors[NELEM(t) - 1];
	for (size_t i = 0; i < NELEM(t) - 1; i++)
		before |= holds[i];
	if (is_dead && (holds[NELEM(t) - 1] & ~before &
	    ((1u << NVALUES) - 1)) != 0)
		fail_msg("%s; %s; %s; %s: said to have no effect", s[0], s[1],
		    s[2], s[3]);
	for (size_t i = 0; i < NELEM(t); i++)
		free(s[i]);
	arena_free(a);
	return is_dead;
}

static void
what_has_no_effect_has_none(void **state)
{
	struct gen g = { .state = 2 };
	unsigned dead = 0;

	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		dead += one_random_contradiction(&g);
	print_message("# %u of 3000 items have no effect\n", dead);
	assert_true(dead > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_conditions_mean_what_they_say),
		cmocka_unit_test(what_has_no_effect_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
