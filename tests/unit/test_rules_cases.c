/*
 * The language against recorded answers of the program that it comes from:
 * every program of tests/golden/rules is accepted with the same answer, or
 * refused.
 */
#include "tests/lib/unit.h"

#include <unistd.h>

#include "blob/read.h"
#include "compiler/program_put.h"
#include "compiler/rules.h"

/*
 * A file of cases: lines that begin with `%% accepted' or `%% refused' begin
 * a program, `%% answer' its answer.
 */
static const char *
next_mark(const char *p)
{
	if (strncmp(p, "%% ", 3) == 0)
		return p;
	p = strstr(p, "\n%% ");
	return p != NULL ? p + 1 : NULL;
}

static const char *
after_line(const char *p)
{
	const char *nl = strchr(p, '\n');

	return nl != NULL ? nl + 1 : p + strlen(p);
}

/* What the automaton finds is what the plain search does. */
static void
compare_ways(struct arena *a, const struct rule_set *set,
    const struct rules_command *c, const struct rules_hit *want, size_t n)
{
	struct automaton_spec spec = { .set = set };
	struct rules_hit *got;
	uint8_t *p = NULL;
	struct diag d;
	struct blob b;
	size_t i, ngot, len;

	diag_init(&d, NULL);
	assert_int_equal(program_blob(a, &d, &spec, &p, &len), 0);
	assert_int_equal(blob_open(&b, p, len), BLOB_OK);
	assert_int_equal(rules_match_blob(a, set, &b, c, &got, &ngot),
	    BLOB_OK);
	assert_int_equal(ngot, n);
	for (i = 0; i < n; i++)
		assert_ptr_equal(got[i].rule, want[i].rule);
	free(p);
}

/* The answer for the command `a', or NULL if the program is refused. */
static char *
answer(struct arena *a, const char *text, size_t n)
{
	static const char *const argv[] = { "a" };
	static const struct rules_options opt = { .has_extensions = false };
	struct rules_command c = { .argv = argv, .argc = 1 };
	struct rule_set set = { .nprefix = 0 };
	struct rules_answer said;
	const struct rules_result result = { .answers = &said,
	    .nanswers = 1 };
	struct rules_hit *hits;
	struct diag d;
	char *out = NULL;
	size_t nhits, len;
	FILE *f;

	diag_init(&d, NULL);
	if (rules_read(a, &d, source_text(a, "cases.rules", text, n), &opt,
	    &set) == -1)
		return NULL;
	nhits = rules_match_naive(a, &set, &c, &hits);
	compare_ways(a, &set, &c, hits, nhits);
	f = open_memstream(&out, &len);
	assert_non_null(f);
	said = (struct rules_answer){ .command = c, .hits = hits,
	    .nhits = nhits };
	rules_print_json(f, &result, false);
	putc('\n', f);
	fclose(f);
	return out;
}

static void
check_case(const char *mark, const char *end)
{
	bool is_accepted = strncmp(mark, "%% accepted", 11) == 0;
	const char *text = after_line(mark), *stop = end, *want = NULL;
	struct arena *a = arena_new(0, NULL);
	char *got;

	if (is_accepted) {
		stop = next_mark(text);
		assert_non_null(stop);
		want = after_line(stop);
	}
	got = answer(a, text, (size_t)(stop - text));
	if ((got != NULL) != is_accepted)
		fail_msg("%s, and should not be:\n%.*s", got != NULL ?
		    "accepted" : "refused", (int)(stop - text), text);
	if (got != NULL && (strlen(got) != (size_t)(end - want) ||
	    memcmp(got, want, strlen(got)) != 0))
		fail_msg("%.*s\ngot  %s\nwant %.*s", (int)(stop - text),
		    text, got, (int)(end - want), want);
	free(got);
	arena_free(a);
}

static void
run_file(const char *name, size_t at_least)
{
	const char *srcdir = getenv("srcdir");
	struct arena *a = arena_new(0, NULL);
	const struct source *src;
	const char *p, *end;
	size_t n = 0;

	if (source_load(a, arena_printf(a, "%s/tests/golden/rules/%s",
	    srcdir != NULL ? srcdir : ".", name), name, &src) != SOURCE_OK)
		fail_msg("%s cannot be read", name);
	for (p = next_mark(src->text); p != NULL; p = end, n++) {
		end = next_mark(after_line(p));
		if (strncmp(p, "%% accepted", 11) == 0 && end != NULL)
			end = next_mark(after_line(end));
		check_case(p, end != NULL ? end : src->text + src->len);
	}
	if (n < at_least)
		fail_msg("%s: %zu cases, want %zu", name, n, at_least);
	arena_free(a);
}

static void
values_are_as_in_codex(void **state)
{
	(void)state;
	run_file("values.cases", 100);
}

static void
statements_are_as_in_codex(void **state)
{
	(void)state;
	run_file("statements.cases", 300);
}

static void
types_are_as_in_codex(void **state)
{
	(void)state;
	run_file("types.cases", 80);
}

static void
calls_are_as_in_codex(void **state)
{
	(void)state;
	run_file("calls.cases", 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_as_in_codex),
		cmocka_unit_test(statements_are_as_in_codex),
		cmocka_unit_test(types_are_as_in_codex),
		cmocka_unit_test(calls_are_as_in_codex),
	};

	return cmocka_run_group_tests_name("rules_cases", tests, NULL, NULL);
}
