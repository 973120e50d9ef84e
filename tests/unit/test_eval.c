/*
 * The reader and evaluator of EXEC on bytes spelled out by hand, and on
 * damaged ones.  What the builder makes is test_automaton.c's.
 */
#include "tests/lib/unit.h"

#include "blob/eval.h"
#include "blob/exec.h"
#include "tests/lib/execrules.h"
#include "tests/lib/execwalk.h"

/*
 * Rule 0: "git", allow.  Rule 1: "git push" and no more, forbidden.  Rule 2:
 * "git pu*" unless "git pull", prompt.  git is /usr/bin/git.  With one home
 * a table is a list.
 */
#define S_GIT	1
#define S_PUSH	5
#define S_PATH	10
#define S_GLOB	23
#define S_PULL	27
static const char strings[] = "\0git\0push\0/usr/bin/git\0pu*\0pull";

#define NO	EXEC_NONE
#define CLASS(n) (EXEC_SYM_CLASS | (n))
#define ACC(rule, decision) ((rule) | (uint32_t)(decision) << EXEC_A_SHIFT)
#define ARRIVE0	ACC(0, BLOB_ALLOW)
#define END1	ACC(1, BLOB_FORBIDDEN)
#define ARRIVE2	ACC(2, BLOB_PROMPT)
#define LEAF2	(EXEC_TO_LEAF | ARRIVE2)

static const uint32_t section[] = {
	/* 0 */ BLOB_PROMPT | BLOB_SCOPE_TREE << 8, 5,
	/* seeds, longest token */ 0, 0, 4,
	/* token homes, probe; edge homes, probe */ 1, 2, 1, 3,
	/* states, plain, accepts, rules */ 3, 1, 3, 3,
	/* exceptions, elems, alts, hosts, paths */ 1, 7, 7, 1, 1,
	/* glob states, byte classes */ 4, 3,
	/* folded words: first state, entries, items */ 0, 0, 0, 0,
	/* 24: tokens, ascending by hash */
	0x82cf8dcf, S_PULL, 0, 0x980bf1f7, S_GIT, 1, 0xcefb3760, S_PUSH, 2,
	/* 33: edges */
	0, 1, 1,   1, 0, 3,   1, 2, 2,   1, CLASS(1), LEAF2,
	/* 45: states */
	0, 0, 0, 0, NO, NO, NO, 0,
	0, 1, 0, 0, ARRIVE0, NO, NO, 1,
	1, 1, 0, 1, ARRIVE2, NO, END1, 0,
	/* 69: accepts */ ARRIVE0, ARRIVE2, END1,
	/* 72: rules */
	BLOB_ALLOW, 11, 0, 0, 0, 0,
	BLOB_FORBIDDEN | EXEC_RF_EXACT << 8, 12, 0, 0, 1, 0,
	BLOB_PROMPT, 13, S_PATH, 0, 3, 0,
	/* 90: exceptions */ 5,
	/* 91: elems */ 0, 1, 2, 3, 4, 5, 6,
	/* 98: alts */ S_GIT, S_GIT, S_PUSH, S_GIT, S_GLOB | EXEC_ALT_GLOB,
	S_GIT, S_PULL,
	/* 105: hosts */ S_GIT, 0, 14,
	/* 108: paths */ S_PATH,
	/* 109: classes of glob states: dead, "", "p", "pu" */ 0, 0, 0, 1,
};

/* Rows of next states, by class of byte: another, `p', `u'. */
static const uint16_t glob_rows[] = { 0, 0, 0,  0, 2, 0,  0, 0, 3,  3, 3, 3 };

#define LEN	(sizeof(section) + EXEC_BYTE_MAP + sizeof(glob_rows))

static void
put32(uint8_t *p, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* The section in a buffer of just its size; to be freed. */
static struct blob_span
make(void)
{
	uint8_t *p = calloc(1, LEN), *q;
	size_t i;

	assert_non_null(p);
	for (i = 0; i < NELEM(section); i++)
		put32(p + 4 * i, section[i]);
	q = p + sizeof(section);
	q['p'] = 1;
	q['u'] = 2;
	q += EXEC_BYTE_MAP;
	for (i = 0; i < NELEM(glob_rows); i++)
		q[2 * i] = (uint8_t)glob_rows[i];
	return (struct blob_span){ .p = p, .len = LEN };
}

static struct blob_span
make_strings(void)
{
	uint8_t *p = malloc(sizeof(strings));

	assert_non_null(p);
	memcpy(p, strings, sizeof(strings));
	return (struct blob_span){ .p = p, .len = sizeof(strings) };
}

static void
drop(struct blob_span s)
{
	free((void *)(uintptr_t)s.p);
}

static uint8_t *
bytes(struct blob_span s)
{
	return (uint8_t *)(uintptr_t)s.p;
}

/* The hashes are part of the format. */
static void
hashes_are_fixed(void **state)
{
	static const struct {
		const char *s;
		uint32_t seed, want;
	} rows[] = {
		{ "git", 0, 0x980bf1f7 }, { "pull", 0, 0x82cf8dcf },
		{ "push", 0, 0xcefb3760 }, { "", 0, 0x1717e0d4 }, { "git", 1, 0x9768abc6 },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		uint32_t h = exec_hash_token(rows[i].seed, rows[i].s, 100,
		    &len);

		if (h != rows[i].want || len != strlen(rows[i].s))
			fail_msg("%s, %u: got 0x%08x, want 0x%08x",
			    rows[i].s, rows[i].seed, h, rows[i].want);
	}
	exec_hash_token(0, "12345", 3, &len);
	assert_int_equal(len, 4);	/* longer than asked for */
}

static const struct {
	const char *what;
	const char *argv[4];
	const char *resolved;
	enum blob_decision decision;
	uint32_t nmatches, rule, ntokens, info;
	bool is_resolved;
} commands[] = {
	{ "prefix", { "git" }, NULL, BLOB_ALLOW, 1, 0, 1, 11, false },
	{ "more words", { "git", "log", "x" }, NULL, BLOB_ALLOW, 1, 0, 1, 11,
	  false },
	{ "exact", { "git", "push" }, NULL, BLOB_FORBIDDEN, 3, 1, 2, 12,
	  false },
	{ "not exact", { "git", "push", "x" }, NULL, BLOB_PROMPT, 2, 2, 2, 13,
	  false },
	{ "glob", { "git", "purge" }, NULL, BLOB_PROMPT, 2, 2, 2, 13, false },
	{ "glob, shortest", { "git", "pu" }, NULL, BLOB_PROMPT, 2, 2, 2, 13,
	  false },
	{ "glob, too short", { "git", "p" }, NULL, BLOB_ALLOW, 1, 0, 1, 11,
	  false },
	{ "exception", { "git", "pull" }, NULL, BLOB_ALLOW, 1, 0, 1, 11,
	  false },
	{ "none", { "hg" }, NULL, BLOB_PROMPT, 0, 0, 0, 5, false },
	{ "empty word", { "" }, NULL, BLOB_PROMPT, 0, 0, 0, 5, false },
	{ "token elsewhere", { "push" }, NULL, BLOB_PROMPT, 0, 0, 0, 5,
	  false },
	{ "path, not resolved", { "/usr/bin/git" }, NULL, BLOB_PROMPT, 0, 0,
	  0, 5, false },
	{ "path", { "/usr/bin/git", "push" }, "/usr/bin/git", BLOB_FORBIDDEN,
	  3, 1, 2, 12, true },
	{ "path not listed", { "/opt/git" }, "/opt/git", BLOB_PROMPT, 0, 0,
	  0, 5, false },
	{ "name not pinned", { "/opt/push" }, "/opt/push", BLOB_PROMPT, 0, 0,
	  0, 5, false },
	{ "literal first", { "git" }, "/opt/git", BLOB_ALLOW, 1, 0, 1, 11,
	  false },
	{ "root", { "/" }, "/", BLOB_PROMPT, 0, 0, 0, 5, false },
};

static void
decides_by_hand(void **state)
{
	struct blob_span s = make(), strs = make_strings();
	struct eval_verdict got;
	struct exec_view v;
	size_t i;

	(void)state;
	assert_int_equal(exec_view_open(&v, s, strs), BLOB_OK);
	for (i = 0; i < NELEM(commands); i++) {
		struct eval_command c = { .argv = commands[i].argv,
		    .resolved = commands[i].resolved };

		while (c.argc < 4 && commands[i].argv[c.argc] != NULL)
			c.argc++;
		assert_int_equal(eval_view(&v, &c, &got), BLOB_OK);
		if (got.decision != commands[i].decision ||
		    got.nmatches != commands[i].nmatches ||
		    got.info != commands[i].info ||
		    got.by.rule != commands[i].rule ||
		    got.by.ntokens != commands[i].ntokens ||
		    got.by.is_resolved != commands[i].is_resolved)
			fail_msg("%s: decision %d, %u matches, rule %u (%u)",
			    commands[i].what, (int)got.decision, got.nmatches,
			    got.by.rule, got.info);
	}
	drop(s);
	drop(strs);
}

/* One word of the section changed. */
static void
refuses_bad_headers(void **state)
{
	static const struct {
		const char *what;
		size_t off;
		uint32_t value;
		int want;
	} rows[] = {
		{ "decision", 0, 3, BLOB_ERR_VALUE },
		{ "scope", 0, 2 << 8, BLOB_ERR_VALUE },
		{ "padding", 0, 1u << 24, BLOB_ERR_RESERVED },
		{ "no homes", EXEC_TOK_HOMES, 0, BLOB_ERR_VALUE },
		{ "no edge homes", EXEC_EDGE_HOMES, 0, BLOB_ERR_VALUE },
		{ "long probe", EXEC_TOK_PROBE, 65, BLOB_ERR_VALUE },
		{ "long edge probe", EXEC_EDGE_PROBE, 65, BLOB_ERR_VALUE },
		{ "no state", EXEC_NSTATES, 0, BLOB_ERR_VALUE },
		{ "too many rules", EXEC_NRULES, BLOB_MAX_RULES + 1,
		  BLOB_ERR_VALUE },
		{ "many plain states", EXEC_NPLAIN, EXEC_TO_LEAF,
		  BLOB_ERR_VALUE },
		{ "many globs", EXEC_NGLOBSTATES, 65536, BLOB_ERR_VALUE },
		{ "no byte class", EXEC_NBYTECLASSES, 0, BLOB_ERR_VALUE },
		{ "classes", EXEC_NBYTECLASSES, 257, BLOB_ERR_VALUE },
		{ "classes without globs", EXEC_NGLOBSTATES, 0,
		  BLOB_ERR_VALUE },
		{ "one token more", EXEC_TOK_HOMES, 2, BLOB_ERR_COUNT },
		{ "token sum wraps", EXEC_TOK_HOMES, UINT32_MAX,
		  BLOB_ERR_COUNT },
		{ "states wrap", EXEC_NSTATES, 0x20000000, BLOB_ERR_COUNT },
		{ "alternatives", EXEC_NALTS, UINT32_MAX, BLOB_ERR_COUNT },
		{ "one path less", EXEC_NPATHS, 0, BLOB_ERR_COUNT },
		{ "folded from nowhere", EXEC_FOLDED, 3, BLOB_ERR_VALUE },
		{ "folds for nothing", EXEC_NFOLDS, 1, BLOB_ERR_VALUE },
		{ "items for nothing", EXEC_NFOLDITEMS, 1, BLOB_ERR_VALUE },
	};
	struct exec_view v;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		struct blob_span s = make(), none = { .p = NULL };
		int r;

		put32(bytes(s) + rows[i].off, rows[i].value);
		r = exec_view_open(&v, s, none);
		if (r != rows[i].want || blob_exec_validate(s) != r)
			fail_msg("%s: got %s, want %s", rows[i].what,
			    blob_strerror(r), blob_strerror(rows[i].want));
		drop(s);
	}
}

/* Damage behind a good header: seen where it is read. */
static void
damage_is_an_error(void **state)
{
	static const struct {
		const char *what;
		size_t word;
		uint32_t value;
		const char *argv[3];
		int want;
	} rows[] = {
		{ "edge to nowhere", 35, 4, { "git" }, BLOB_ERR_RANGE },
		{ "leaf is no rule", 35, EXEC_TO_LEAF | 3, { "git" },
		  BLOB_ERR_VALUE },
		{ "leaf decides more", 35, EXEC_TO_LEAF | ACC(0, 3),
		  { "git" }, BLOB_ERR_VALUE },
		{ "leaf decides else", 35, EXEC_TO_LEAF | ACC(0, BLOB_PROMPT),
		  { "git" }, BLOB_ERR_VALUE },
		{ "accepts outside", 53, 4, { "git" }, BLOB_ERR_VALUE },
		{ "too many accepts", 54, 4, { "git" }, BLOB_ERR_VALUE },
		{ "best without accepts", 54, 0, { "git" }, BLOB_ERR_VALUE },
		{ "best is no rule", 57, 3, { "git" }, BLOB_ERR_VALUE },
		{ "best decides more", 57, ACC(0, 3), { "git" },
		  BLOB_ERR_VALUE },
		{ "best decides else", 57, ACC(0, BLOB_PROMPT), { "git" },
		  BLOB_ERR_VALUE },
		{ "longer than argv", 57, ACC(1, BLOB_FORBIDDEN), { "git" },
		  BLOB_ERR_VALUE },
		{ "rule decision", 72, 7, { "git" }, BLOB_ERR_VALUE },
		{ "rule flags", 72, 4 << 8, { "git" }, BLOB_ERR_VALUE },
		{ "rule padding", 72, 1 << 16, { "git" }, BLOB_ERR_VALUE },
		{ "exceptions", 77, 2, { "git" }, BLOB_ERR_ORDER },
		{ "elements", 76, 2, { "git" }, BLOB_ERR_ORDER },
		{ "elements of exceptions", 90, 8, { "git" },
		  BLOB_ERR_ORDER },
	};
	struct blob_span strs = make_strings();
	struct eval_verdict got;
	struct exec_view v;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		struct blob_span s = make();
		struct eval_command c = { .argv = rows[i].argv, .argc = 1 };
		int r;

		put32(bytes(s) + 4 * rows[i].word, rows[i].value);
		assert_int_equal(exec_view_open(&v, s, strs), BLOB_OK);
		r = eval_view(&v, &c, &got);
		if (r != rows[i].want)
			fail_msg("%s: got %s, want %s", rows[i].what,
			    blob_strerror(r), blob_strerror(rows[i].want));
		drop(s);
	}
	drop(strs);
}

/* Entries seen in a walk cannot be more than there are, times the commands. */
#define MAX_STEPS	100000

static void
flip_every_bit(struct blob_span s, struct blob_span strs)
{
	uint64_t steps;
	size_t i;

	for (i = 0; i < s.len * 8; i++) {
		bytes(s)[i / 8] ^= (uint8_t)(1u << i % 8);
		execwalk(s, strs, &steps);
		if (steps > MAX_STEPS)
			fail_msg("bit %zu: %llu steps", i,
			    (unsigned long long)steps);
		bytes(s)[i / 8] ^= (uint8_t)(1u << i % 8);
	}
}

static void
bit_flips_are_safe(void **state)
{
	struct blob_span s = make(), strs = make_strings();

	(void)state;
	flip_every_bit(s, strs);
	drop(s);
	drop(strs);
}

static void
truncations_are_refused(void **state)
{
	struct blob_span all = make(), strs = make_strings(), part;
	uint64_t steps;
	size_t i;

	(void)state;
	for (i = 0; i < all.len; i++) {
		uint8_t *p = malloc(i == 0 ? 1 : i);

		assert_non_null(p);
		memcpy(p, all.p, i);
		part = (struct blob_span){ .p = p, .len = i };
		assert_int_not_equal(execwalk(part, strs, &steps), BLOB_OK);
		free(p);
	}
	assert_int_equal(execwalk(all, strs, &steps), BLOB_OK);
	assert_true(steps > 0);
	drop(all);
	drop(strs);
}

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
	abort();
}

static struct blob_span
section_dup(const struct blob *b, enum blob_kind kind)
{
	struct blob_span s;
	uint8_t *p;

	assert_int_equal(blob_section(b, kind, 0, &s), BLOB_OK);
	p = malloc(s.len);
	assert_non_null(p);
	memcpy(p, s.p, s.len);
	return (struct blob_span){ .p = p, .len = s.len };
}

/* Written with EVAL_SEED=FILE: a seed for the fuzzer. */
static void
save_seed(struct blob_span strs, struct blob_span exec)
{
	const char *path = getenv("EVAL_SEED");
	uint8_t len[2] = { (uint8_t)strs.len, (uint8_t)(strs.len >> 8) };
	FILE *f = path == NULL ? NULL : fopen(path, "wb");

	if (f == NULL)
		return;
	fwrite(len, 1, 2, f);
	fwrite(strs.p, 1, strs.len, f);
	fwrite(exec.p, 1, exec.len, f);
	fclose(f);
}

/* The same for what the builder makes of globs, exceptions and hosts. */
static void
bit_flips_of_built_ones(void **state)
{
	uint64_t seed = 4242;
	struct rule_set set;
	struct automaton_spec spec = { .set = &set };
	struct arena *a = arena_new(0, on_full);
	struct blob_span exec, strs;
	struct diag d;
	struct blob b;
	uint8_t *p;
	size_t len;
	int i;

	(void)state;
	diag_init(&d, NULL);
	for (i = 0; i < 4; i++) {
		do
			execrules_make(a, &seed, 5, &set);
		while (set.nprefix < 3);
		p = execrules_blob(a, &d, &spec, &len);
		assert_non_null(p);
		assert_int_equal(blob_open(&b, p, len), BLOB_OK);
		exec = section_dup(&b, BLOB_EXEC);
		strs = section_dup(&b, BLOB_STRS);
		save_seed(strs, exec);
		flip_every_bit(exec, strs);
		drop(exec);
		drop(strs);
		free(p);
	}
	arena_free(a);
}

static void
glob_rows_match(void **state)
{
	static const struct {
		const char *glob, *s;
		bool want;
	} rows[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true },
		{ "*", "abc", true }, { "a*", "a", true }, { "a*", "ba", false },
		{ "*a", "bab", false }, { "*a*b", "xaxxbb", true },
		{ "a*b*c", "abbc", true }, { "a*b*c", "acb", false },
		{ "AWS_*", "AWS_KEY", true }, { "*_TOKEN", "TOKEN", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		if (eval_glob(rows[i].glob, rows[i].s) != rows[i].want)
			fail_msg("%s on %s", rows[i].glob, rows[i].s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_fixed),
		cmocka_unit_test(decides_by_hand),
		cmocka_unit_test(refuses_bad_headers),
		cmocka_unit_test(damage_is_an_error),
		cmocka_unit_test(bit_flips_are_safe),
		cmocka_unit_test(truncations_are_refused),
		cmocka_unit_test(bit_flips_of_built_ones),
		cmocka_unit_test(glob_rows_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
