/*
 * The automaton against a matcher that tries rule by rule; its limits; its
 * bytes.
 */
#include "tests/lib/unit.h"

#include "blob/exec.h"
#include "tests/lib/execrules.h"

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
	abort();
}

static struct blob
open_blob(const uint8_t *p, size_t len)
{
	struct blob b;
	int r = blob_open(&b, p, len);

	if (r != BLOB_OK)
		fail_msg("blob_open: %s", blob_strerror(r));
	return b;
}

/* One command: the same rules, in the same order, by the same way. */
static void
compare(const struct rule_set *set, const struct exec_view *v,
    const struct eval_command *c, uint64_t at)
{
	uint32_t want[128];
	struct eval_verdict got;
	struct eval_match m;
	bool is_resolved;
	size_t i, n = execrules_match(set, c, want, &is_resolved);
	enum blob_decision d = execrules_decide(set, want, n, v->dflt);

	assert_int_equal(eval_view(v, c, &got), BLOB_OK);
	if (got.nmatches != n || got.decision != d)
		fail_msg("case %llu: got %u matches, decision %d; want %zu, %d",
		    (unsigned long long)at, got.nmatches, (int)got.decision,
		    n, (int)d);
	for (i = 0; i < n && set->prefix[want[i]].decision != d; i++)
		continue;
	if (n > 0 && got.by.rule != want[i])
		fail_msg("case %llu: by rule %u, want %u",
		    (unsigned long long)at, got.by.rule, want[i]);
	for (i = 0; i <= n; i++) {
		int r = eval_view_match(v, c, (uint32_t)i, &m);

		assert_int_equal(r, i < n ? BLOB_OK : BLOB_ERR_RANGE);
		if (i < n && (m.rule != want[i] ||
		    m.is_resolved != is_resolved ||
		    m.decision != set->prefix[want[i]].decision ||
		    m.ntokens != set->prefix[want[i]].nelems))
			fail_msg("case %llu: match %zu is rule %u, want %u",
			    (unsigned long long)at, i, m.rule, want[i]);
	}
}

#ifdef __SANITIZE_ADDRESS__
#define NSETS	400
#else
#define NSETS	4000
#endif
#define NCOMMANDS	300

/* AUTOMATON_SETS=N asks for as many sets of rules, and begins elsewhere. */
static uint64_t
nsets(uint64_t *seed)
{
	const char *asked = getenv("AUTOMATON_SETS");

	if (asked == NULL)
		return NSETS;
	*seed += strtoull(asked, NULL, 10);
	return strtoull(asked, NULL, 10);
}

static void
same_as_rule_by_rule(void **state)
{
	uint64_t seed = 0x2545f4914f6cdd1du, at, n = nsets(&seed);
	const char *argv[EXECRULES_MAX_ARGC];
	struct eval_command c;
	struct exec_view v;
	struct rule_set set;
	struct diag d;
	struct arena *a;
	struct blob b;
	uint8_t *p;
	size_t len, i;

	(void)state;
	diag_init(&d, NULL);
	for (at = 0; at < n; at++) {
		struct automaton_spec spec = { .set = &set,
		    .dflt = at % BLOB_NDECISIONS };

		a = arena_new(0, on_full);
		execrules_make(a, &seed, 1 + at % 24, &set);
		p = execrules_blob(a, &d, &spec, &len);
		assert_non_null(p);
		b = open_blob(p, len);
		assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
		for (i = 0; i < NCOMMANDS; i++) {
			execrules_command(&seed, argv, &c);
			compare(&set, &v, &c, at * NCOMMANDS + i);
		}
		free(p);
		arena_free(a);
	}
}

static void
same_input_same_bytes(void **state)
{
	uint64_t seed = 77, again;
	struct rule_set set;
	struct automaton_spec spec = { .set = &set };
	struct diag d;
	struct arena *a = arena_new(0, on_full);
	uint8_t *p, *q;
	size_t np, nq;
	int i;

	(void)state;
	diag_init(&d, NULL);
	for (i = 0; i < 50; i++) {
		again = seed;
		execrules_make(a, &seed, 30, &set);
		p = execrules_blob(a, &d, &spec, &np);
		execrules_make(a, &again, 30, &set);
		q = execrules_blob(a, &d, &spec, &nq);
		assert_int_equal(np, nq);
		assert_memory_equal(p, q, np);
		free(p);
		free(q);
	}
	arena_free(a);
}

/* What `show' prints is what was written. */
static void
rules_read_back(void **state)
{
	static const char *const git[] = { "git" }, *const push[] = { "push",
		"pull*" }, *const force[] = { "--dry-run" };
	static const bool is_glob[] = { false, true };
	static const struct rule_elem elems[] = { { git, NULL, 1 },
		{ push, is_glob, 2 } };
	static const struct rule_elem except[] = { { git, NULL, 1 },
		{ push, is_glob, 2 }, { force, NULL, 1 } };
	static const struct rule_pattern unless[] = { { except, 3 } };
	struct prefix_rule rules[] = {
		{ .id = "one", .elems = elems, .nelems = 1,
		  .decision = BLOB_ALLOW, .is_exact = true },
		{ .elems = elems, .nelems = 2, .decision = BLOB_PROMPT,
		  .justification = "asks", .unless = unless, .nunless = 1 },
	};
	struct rule_set set = { .prefix = rules, .nprefix = 2 };
	const uint32_t info[] = { 7, 9 };
	struct automaton_spec spec = { .set = &set, .rules = info,
	    .dflt = BLOB_FORBIDDEN, .scope = BLOB_SCOPE_TREE,
	    .rule_default = 3 };
	struct arena *a = arena_new(0, on_full);
	struct exec_view v;
	struct exec_rule r;
	struct exec_run run;
	struct exec_alt alt;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t len;

	(void)state;
	diag_init(&d, NULL);
	p = execrules_blob(a, &d, &spec, &len);
	assert_non_null(p);
	b = open_blob(p, len);
	assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
	assert_int_equal(v.dflt, BLOB_FORBIDDEN);
	assert_int_equal(v.scope, BLOB_SCOPE_TREE);
	assert_int_equal(v.rule_default, 3);
	assert_int_equal(v.nrules, 2);
	assert_int_equal(exec_rule_get(&v, 0, &r), BLOB_OK);
	assert_int_equal(r.flags, EXEC_RF_EXACT);
	assert_int_equal(r.info, 7);
	assert_int_equal(r.unless.n, 0);
	assert_string_equal(exec_str(&v, r.id), "one");
	assert_string_equal(exec_str(&v, r.why), "");
	assert_int_equal(exec_rule_get(&v, 1, &r), BLOB_OK);
	assert_int_equal(r.decision, BLOB_PROMPT);
	assert_int_equal(r.unless.n, 1);
	assert_string_equal(exec_str(&v, r.why), "asks");
	assert_int_equal(r.elems.n, 2);
	assert_int_equal(exec_rule_get(&v, 2, &r), BLOB_ERR_RANGE);
	assert_int_equal(exec_unless_get(&v, r.unless.first, &run), BLOB_OK);
	assert_int_equal(run.n, 3);
	assert_int_equal(exec_elem_get(&v, run.first + 1, &run), BLOB_OK);
	assert_int_equal(run.n, 2);
	assert_int_equal(exec_alt_get(&v, run.first + 1, &alt), BLOB_OK);
	assert_true(alt.is_glob);
	assert_string_equal(exec_str(&v, alt.string), "pull*");
	free(p);
	arena_free(a);
}

/* Alternatives do not multiply out: 20 places of 20 words are 21 states. */
static void
alternatives_stay_small(void **state)
{
	struct arena *a = arena_new(0, on_full);
	const char **alts = arena_array(a, 20, sizeof(*alts));
	struct rule_elem *e = arena_array(a, 20, sizeof(*e));
	struct prefix_rule rule = { .elems = e, .nelems = 20 };
	struct rule_set set = { .prefix = &rule, .nprefix = 1 };
	struct automaton_spec spec = { .set = &set };
	struct exec_view v;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t i, len;

	(void)state;
	diag_init(&d, NULL);
	for (i = 0; i < 20; i++) {
		alts[i] = arena_printf(a, "word%zu", i);
		e[i] = (struct rule_elem){ .alts = alts, .nalts = 20 };
	}
	p = execrules_blob(a, &d, &spec, &len);
	assert_non_null(p);
	b = open_blob(p, len);
	assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
	assert_int_equal(v.nstates + v.nplain, 20);	/* and a leaf */
	free(p);
	arena_free(a);
}

/*
 * Rules whose sets of places multiply: each wants "x" at one place and
 * anything before it, so every subset of them is a state.
 */
static void
make_heavy(struct arena *a, const struct source *src, size_t n,
    struct rule_set *set)
{
	static const char *const any[] = { "*" }, *const x[] = { "x" },
		*const plain[] = { "plain" };
	static const bool is_glob[] = { true };
	struct prefix_rule *r = arena_array(a, n + 1, sizeof(*r));
	struct rule_elem *e;
	size_t i, k;

	for (i = 0; i < n; i++) {
		e = arena_array(a, n + 2, sizeof(*e));
		for (k = 0; k < n + 2; k++)
			e[k] = (struct rule_elem){ any, is_glob, 1 };
		e[i] = (struct rule_elem){ x, NULL, 1 };
		r[i + 1] = (struct prefix_rule){ .elems = e, .nelems = n + 2,
		    .loc = { src, (uint32_t)i + 2, 1, 1 } };
	}
	e = arena_array(a, 1, sizeof(*e));
	*e = (struct rule_elem){ plain, NULL, 1 };
	r[0] = (struct prefix_rule){ .elems = e, .nelems = 1,
	    .loc = { src, 1, 1, 1 } };
	*set = (struct rule_set){ .prefix = r, .nprefix = n + 1 };
}

static void
limits_name_the_rules(void **state)
{
	static const struct {
		const char *what;
		struct automaton_spec spec;
		const char *want;
	} rows[] = {
		{ "states", { .max_states = 1000 }, "more than 1000 states;" },
		{ "work", { .max_work = 1000 },
		  "more than 1000 steps to build;" },
		{ "globs", { .max_globs = 1 },
		  "more than 1 states for their globs;" },
	};
	struct arena *a = arena_new(0, on_full);
	const struct source *src = source_named(a, "h.rules");
	struct rule_set set;
	size_t i, len;

	(void)state;
	make_heavy(a, src, 14, &set);
	for (i = 0; i < NELEM(rows); i++) {
		struct automaton_spec spec = rows[i].spec;
		char *text = NULL;
		size_t n = 0;
		struct diag d;

		diag_init(&d, open_memstream(&text, &n));
		spec.set = &set;
		assert_null(execrules_blob(a, &d, &spec, &len));
		fclose(d.out);
		assert_int_equal(d.errors, 1);
		if (strstr(text, rows[i].want) == NULL ||
		    strstr(text, "h.rules:1:") != NULL)
			fail_msg("%s: got \"%s\"", rows[i].what, text);
		free(text);
	}
	arena_free(a);
}

/* Rules made of one letter's globs: linear, because `*' covers the rest. */
static void
many_globs(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct prefix_rule *r = arena_array(a, 40, sizeof(*r));
	struct rule_set set = { .prefix = r, .nprefix = 40 };
	struct automaton_spec spec = { .set = &set };
	static const bool is_glob[] = { true };
	struct rule_elem *e = arena_array(a, 40, sizeof(*e));
	const char **text = arena_array(a, 40, sizeof(*text));
	const char *argv[] = { "git-receive-pack17" };
	struct eval_command c = { .argv = argv, .argc = 1 };
	struct exec_view v;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t i, len;

	(void)state;
	diag_init(&d, NULL);
	for (i = 0; i < 40; i++) {
		text[i] = arena_printf(a, "git-*-pack%zu", i);
		e[i] = (struct rule_elem){ &text[i], is_glob, 1 };
		r[i] = (struct prefix_rule){ .elems = &e[i], .nelems = 1 };
	}
	p = execrules_blob(a, &d, &spec, &len);
	assert_non_null(p);
	b = open_blob(p, len);
	assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
	assert_true(v.nglobs < 100);
	compare(&set, &v, &c, 0);
	free(p);
	arena_free(a);
}

/* Words that lead the same ways are one symbol, the others are not. */
static void
alternatives_share_an_edge(void **state)
{
	enum { N = 40 };
	struct arena *a = arena_new(0, on_full);
	const char **text = arena_array(a, N + 1, sizeof(*text));
	const struct rule_elem elems[] = {
		{ text, NULL, N }, { text + 1, NULL, N }, { text, NULL, 1 },
	};
	struct prefix_rule rules[] = {
		{ .elems = &elems[0], .nelems = 2 },
		{ .elems = &elems[2], .nelems = 1,
		  .decision = BLOB_FORBIDDEN },
	};
	struct rule_set set = { .prefix = rules, .nprefix = 2 };
	struct automaton_spec spec = { .set = &set };
	struct exec_view v;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t i, len;

	(void)state;
	diag_init(&d, NULL);
	for (i = 0; i <= N; i++)
		text[i] = arena_printf(a, "w%zu", i);
	p = execrules_blob(a, &d, &spec, &len);
	assert_non_null(p);
	b = open_blob(p, len);
	assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
	/* By w0 or w1-39; from both by w1-39 or w40: six, and room. */
	assert_int_equal(v.edge_homes, 8);
	for (i = 0; i < (N + 1) * (N + 1); i++) {
		const char *argv[] = { text[i / (N + 1)], text[i % (N + 1)] };
		struct eval_command c = { .argv = argv, .argc = 2 };

		compare(&set, &v, &c, i);
	}
	free(p);
	arena_free(a);
}

/* Words made to have one home under the first seed: the next is taken. */
static void
crafted_collisions_cost_a_seed(void **state)
{
	enum { N = 100, HOMES = N + N / 4 + 1 };
	struct arena *a = arena_new(0, on_full);
	struct prefix_rule *r = arena_array(a, N, sizeof(*r));
	struct rule_elem *e = arena_array(a, N, sizeof(*e));
	const char **text = arena_array(a, N, sizeof(*text));
	struct rule_set set = { .prefix = r, .nprefix = N };
	struct automaton_spec spec = { .set = &set };
	struct eval_command c = { .argc = 1 };
	struct exec_view v;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t i, n, len;
	char word[16];

	(void)state;
	diag_init(&d, NULL);
	for (i = n = 0; n < N; i++) {
		snprintf(word, sizeof(word), "w%zu", i);
		if (exec_home(exec_hash_token(0, word, 100, &len), HOMES) != 7)
			continue;
		text[n] = arena_strdup(a, word);
		e[n] = (struct rule_elem){ &text[n], NULL, 1 };
		r[n] = (struct prefix_rule){ .elems = &e[n], .nelems = 1 };
		n++;
	}
	p = execrules_blob(a, &d, &spec, &len);
	assert_non_null(p);
	b = open_blob(p, len);
	assert_int_equal(exec_view_of(&v, &b), BLOB_OK);
	assert_int_equal(v.tok_homes, HOMES);
	assert_int_equal(v.tok_seed, 1);
	for (i = 0; i < N; i++) {
		c.argv = &text[i];
		compare(&set, &v, &c, i);
	}
	free(p);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_rule_by_rule),
		cmocka_unit_test(same_input_same_bytes),
		cmocka_unit_test(rules_read_back),
		cmocka_unit_test(alternatives_stay_small),
		cmocka_unit_test(limits_name_the_rules),
		cmocka_unit_test(many_globs),
		cmocka_unit_test(alternatives_share_an_edge),
		cmocka_unit_test(crafted_collisions_cost_a_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
