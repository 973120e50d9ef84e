/*
 * Rule files: where errors point, what a budget stops, extensions, words of
 * examples, hosts, paths, matching, the printed answer.
 */
#include "tests/lib/unit.h"

#include "compiler/rules.h"

struct result {
	struct arena *a;
	struct rule_set set;
	char *messages;
	int status;
};

static struct result
read_text(const char *text, bool has_extensions)
{
	const struct rules_options opt = { .has_extensions = has_extensions };
	struct result r = { .a = arena_new(0, NULL) };
	struct diag d;
	size_t n;
	FILE *f = open_memstream(&r.messages, &n);

	assert_non_null(f);
	diag_init(&d, f);
	r.status = rules_read(r.a, &d, source_text(r.a, "t.rules", text,
	    strlen(text)), &opt, &r.set);
	fclose(f);
	return r;
}

static void
clear(struct result *r)
{
	free(r->messages);
	arena_free(r->a);
}

static void
errors_point_at_what_is_wrong(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "x = (1,\n  2", "t.rules:1:5: error: this bracket is not" },
		{ "x = 1 +\n", "t.rules:1:8: error: unexpected end of line" },
		{ "if 1:\nx = 1\n", "t.rules:2:1: error: unexpected name" },
		{ "\tx = 1", "t.rules:1:1: error: tabs are not allowed" },
		{ "x =\t1", "t.rules:1:4: error: tabs are not allowed" },
		{ "if 1:\n    x = 1\n  y = 2\n",
		    "t.rules:3:1: error: indentation of 2 fits no block" },
		{ "while 1: pass", "t.rules:1:1: error: \"while\" is a word" },
		{ "load(\"a\", \"b\")", "t.rules:1:1: error: \"load\": rule" },
		{ "x = 1 < 2 < 3", "error: comparisons do not chain" },
		{ "x = {1, 2}", "t.rules:1:5: error: sets do not exist" },
		{ "x = (y for y in [1])", "error: generator expressions do" },
		{ "x = 2 ** 3", "t.rules:1:7: error: \"**\" does not exist" },
		{ "x = \"a\" \"b\"", "t.rules:1:9: error: strings side by" },
		{ "(x := 1)", "t.rules:1:4: error: \":=\" does not exist" },
		{ "x = 1_000", "error: an integer cannot have \"_\" in it" },
		{ "x = 010", "error: an integer cannot begin with 0" },
		{ "x = \xc3\xa9", "t.rules:1:5: error: character \"\xc3\xa9\"" },
		{ "x = \"abc\ny = 1\n", "t.rules:1:5: error: string is not" },
		{ "x = \"\\xg1\"", "error: escape \"\\\\x\" needs 2 hex" },
		{ "x = \"\\ud800\"", "is not a character" },
		{ "\xef\xbb\xbfx = 1", "error: a byte order mark" },
		{ "x = \xff", "t.rules:1:5: error: this is not UTF-8" },
		{ "x = y", "t.rules:1:5: error: name \"y\" is not defined" },
		{ "prefix_rul([\"a\"])", "did you mean \"prefix_rule\"?" },
		{ "return 1", "t.rules:1:1: error: \"return\" outside" },
		{ "break", "t.rules:1:1: error: \"break\" outside of a loop" },
		{ "f() = 1", "t.rules:1:1: error: this cannot be assigned" },
		{ "def f(a, a): pass", "t.rules:1:10: error: this parameter's" },
		{ "x = [1][3]", "t.rules:1:5: error: index 3 is out of range" },
		{ "x = {}[\"a\"]", "error: the dict has no key \"a\"" },
		{ "x = 1 // 0", "t.rules:1:5: error: division by zero" },
		{ "x = 1 << 100001", "error: integer overflow" },
		{ "x = int(\"9\" * 40001)", "more than 40000 digits" },
		{ "fail(int(\"9\" * 40000) % 1000007)", "752652" },
		{ "x = \"a\".uper()", "did you mean \"upper\"?" },
		{ "fail(\"a\", 1)", "t.rules:1:1: error: fail: \"a 1\"" },
		{ "prefix_rule([])", "t.rules:1:13: error: \"pattern\" is empty" },
		{ "prefix_rule([\"a\"], decision=\"alow\")",
		    "t.rules:1:29: error: decision \"alow\": expected one of "
		    "\"allow\", \"prompt\", \"forbidden\"; did you mean "
		    "\"allow\"?" },
		{ "prefix_rule([\"a\"], decison=\"allow\")",
		    "t.rules:1:20: error: prefix_rule() has no parameter "
		    "\"decison\"; did you mean \"decision\"?" },
		{ "prefix_rule([\"a\"], justification=\" \")",
		    "t.rules:1:34: error: \"justification\" is blank" },
		{ "prefix_rule([\"a\"], match=[\"a\", \"b\"])",
		    "t.rules:1:32: error: example \"b\" does not match" },
		{ "prefix_rule([\"a\"], not_match=[\"a x\"])",
		    "t.rules:1:31: error: example \"a x\" matches its rule" },
		{ "network_rule(\"*.a\", \"https\", \"allow\")",
		    "t.rules:1:14: error: host \"*.a\" has a wildcard" },
		{ "host_executable(\"a\", [\"/a\", \"a\"])",
		    "t.rules:1:29: error: path \"a\" is not absolute" },
		{ "prefix_rule([\"a\"], exact=True)",
		    "error: prefix_rule() has no parameter \"exact\"" },
		{ "glob(\"a\")", "error: name \"glob\" is not defined" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct result r = read_text(rows[i].text, false);

		if (r.status != -1 ||
		    strstr(r.messages, rows[i].want) == NULL)
			fail_msg("%s\ngot  %s\nwant %s", rows[i].text,
			    r.messages, rows[i].want);
		clear(&r);
	}
}

static void
one_error_does_not_hide_the_next(void **state)
{
	struct result r = read_text("x = (1 2)\ny = [3 4]\nz = 1\n", false);

	(void)state;
	assert_non_null(strstr(r.messages, "t.rules:1:8"));
	assert_non_null(strstr(r.messages, "t.rules:2:8"));
	assert_null(strstr(r.messages, "t.rules:3"));
	clear(&r);
	r = read_text("prefix_rule([])\nprefix_rule([1])\n", false);
	assert_non_null(strstr(r.messages, "t.rules:1:13"));
	assert_non_null(strstr(r.messages, "t.rules:2:13"));
	clear(&r);
}

static void
evaluation_has_budgets(void **state)
{
	static const struct { const char *what, *text, *want; } rows[] = {
		{ "steps", "x = [1] * 1000\n[1 for a in x for b in x for c in x "
		    "if 0]", "evaluation takes too long" },
		{ "steps at once", "x = list(range(2147483647))",
		    "evaluation takes too" },
		{ "memory", "x = \"a\" * 60000000\ny = [x + x for i in "
		    "range(1000)]", "too much memory" },
		{ "one string", "x = \"a\" * 2147483647", "is too large" },
		{ "calls", "def f(n):\n  return 0 if n == 0 else f(n - 1)\n"
		    "x = f(49)\n", "nested more than 49 deep" },
		{ "no recursion without end", "def f(): return f()\nf()",
		    "nested more than 49 deep" },
		{ "a dict", "x = {i: i for i in range(2147483647)}",
		    "evaluation takes too" },
		{ "long texts", "x = \"a\" * 1000000\n[x.count(\"a\") for i "
		    "in range(100000)]", "takes too long" },
		{ "long texts compared", "x = [\"a\" * 100000 + str(i) for i "
		    "in range(1000)]\n[sorted(x) for i in range(1000)]",
		    "takes too long" },
		{ "large numbers", "x = 3\nfor i in range(100): x = x * x",
		    "takes too long" },
		{ "examples", "prefix_rule([\"a\"], match=[\"a \" + \"b\" * "
		    "1000000] * 1000)", "evaluation takes too" },
		{ "hosts", "[host_executable(\"g%d\" % i, [\"/g%d\" % i]) for "
		    "i in range(100000)]", "takes too long" },
		{ "sort", "def k(x): return sorted([1], key=k)\nk(1)",
		    "nested more than 49 deep" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct result r = read_text(rows[i].text, false);

		if (r.status != -1 || strstr(r.messages, rows[i].want) == NULL)
			fail_msg("%s: got %s, want %s", rows[i].what,
			    r.messages, rows[i].want);
		clear(&r);
	}
}

/* n times before, then in the middle, then n times after. */
static char *
deep(const char *before, const char *middle, const char *after, size_t n)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	fputs("x = ", f);
	for (size_t i = 0; i < n; i++)
		fputs(before, f);
	fputs(middle, f);
	for (size_t i = 0; i < n; i++)
		fputs(after, f);
	putc('\n', f);
	fclose(f);
	return text;
}

static void
depth_is_limited(void **state)
{
	static const struct {
		const char *before, *middle, *after;
		size_t n;
		int want;
	} rows[] = {
		{ "[", "", "]", 9000, 0 }, { "[", "", "]", 11000, -1 },
		{ "[", "", "]", 500000, -1 }, { "(", "1", ")", 9000, 0 },
		{ "(", "1", ")", 500000, -1 }, { "-", "1", "", 9000, 0 },
		{ "-", "1", "", 100000, -1 }, { "not ", "1", "", 100000, -1 },
		{ "1+", "1", "", 9000, 0 }, { "1+", "1", "", 100000, -1 },
		{ "{1:", "1", "}", 9000, 0 }, { "{1:", "1", "}", 100000, -1 },
		{ "lambda: ", "1", "", 100000, -1 },
		{ "lambda a=", "1", ": 1", 100000, -1 },
		{ "1 if 1 else ", "1", "", 100000, -1 },
		{ "", "len", "(1)", 100000, -1 },
		{ "", "len", ".a", 100000, -1 },
		{ "", "len", "[0]", 100000, -1 },
		{ "f'{", "1", "}'", 10, 0 }, { "f'{", "1", "}'", 100, -1 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		char *text = deep(rows[i].before, rows[i].middle,
		    rows[i].after, rows[i].n);
		struct result r = read_text(text, false);

		if (r.status != rows[i].want)
			fail_msg("%zu times %s: got %d, want %d: %.300s",
			    rows[i].n, rows[i].before, r.status,
			    rows[i].want, r.messages);
		clear(&r);
		free(text);
	}
}

static void
heads_make_one_rule_each(void **state)
{
	struct result r = read_text("prefix_rule([[\"a\", \"b\"], [\"c\", "
	    "\"d\"]], \"prompt\", justification=\"why\")\n"
	    "\nprefix_rule([\"e\"])", false);

	(void)state;
	assert_int_equal(r.status, 0);
	assert_int_equal(r.set.nprefix, 3);
	assert_string_equal(r.set.prefix[0].elems[0].alts[0], "a");
	assert_string_equal(r.set.prefix[1].elems[0].alts[0], "b");
	assert_int_equal(r.set.prefix[1].elems[0].nalts, 1);
	assert_int_equal(r.set.prefix[1].elems[1].nalts, 2);
	assert_int_equal(r.set.prefix[1].decision, BLOB_PROMPT);
	assert_string_equal(r.set.prefix[1].justification, "why");
	assert_int_equal(r.set.prefix[2].loc.line, 3);
	assert_int_equal(r.set.prefix[2].decision, BLOB_ALLOW);
	clear(&r);
}

static void
network_and_hosts_are_normalised(void **state)
{
	struct result r = read_text("network_rule(\" Example.COM.:443 \", "
	    "\"http-connect\", \"deny\")\n"
	    "host_executable(\"git\", [\"/old\" + \"/git\"])\n"
	    "host_executable(\"git\", [\"/usr/./bin/../bin//git\", "
	    "\"/usr/bin/git/\"])\n", false);

	(void)state;
	assert_int_equal(r.status, 0);
	assert_string_equal(r.set.network[0].host, "example.com");
	assert_int_equal(r.set.network[0].protocol, NET_PROTO_HTTPS);
	assert_int_equal(r.set.network[0].decision, BLOB_FORBIDDEN);
	assert_int_equal(r.set.nhosts, 1);
	assert_int_equal(r.set.hosts[0].npaths, 1);
	assert_string_equal(r.set.hosts[0].paths[0], "/usr/bin/git");
	clear(&r);
}

static void
hosts_are_checked(void **state)
{
	static const struct { const char *raw, *want; } rows[] = {
		{ "A.b", "a.b" }, { "a.", "a" }, { "a...", "a" },
		{ "a:80", "a" }, { "a:", "a:" }, { "a:x", "a:x" },
		{ "::1", "::1" }, { "[::1]", "::1" }, { "[::1]:8", "::1" },
		{ "\xc3\x89", "\xc3\x89" }, { "\xc2\xa0" "a\xe2\x80\x83", "a" },
		{ "", NULL }, { " ", NULL }, { ".", NULL }, { "[]", NULL },
		{ "[a", NULL }, { "[a]b", NULL }, { "[a]:", NULL },
		{ "a/b", NULL }, { "http://a", NULL }, { "a?", NULL },
		{ "a#", NULL }, { "*", NULL }, { "a b", NULL },
	};
	struct arena *a = arena_new(0, NULL);

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *fault, *got = rules_host(a, rows[i].raw, &fault);

		if ((got == NULL) != (rows[i].want == NULL) ||
		    (got != NULL && strcmp(got, rows[i].want) != 0) ||
		    (got == NULL && fault == NULL))
			fail_msg("%s: got %s, want %s", rows[i].raw,
			    got ? got : "refused",
			    rows[i].want ? rows[i].want : "refused");
	}
	arena_free(a);
}

static void
words_are_split_as_in_a_shell(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "a b", "a|b|" }, { " a\t b\n", "a|b|" }, { "", "" },
		{ "'a b'c", "a bc|" }, { "\"a b\"", "a b|" },
		{ "\"a\\\"b\\$\\x\"", "a\"b$\\x|" }, { "a\\ b", "a b|" },
		{ "''", "|" }, { "a '' b", "a||b|" }, { "a #b\nc", "a|c|" },
		{ "a#b", "a#b|" }, { "#a", "" }, { "a\\\nb", "ab|" },
		{ "\\\n a", "|a|" }, { "'\\'", "\\|" }, { "a\rb", "a\rb|" },
		{ "'", NULL }, { "\"", NULL }, { "a\\", NULL },
		{ "\"\\", NULL }, { "'a' 'b", NULL },
	};
	struct arena *a = arena_new(0, NULL);

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *const *words = NULL, *got = "";
		size_t n = 0;
		bool ok = rules_shlex(a, rows[i].text, strlen(rows[i].text),
		    &words, &n);

		for (size_t k = 0; ok && k < n; k++)
			got = arena_printf(a, "%s%s|", got, words[k]);
		if (ok != (rows[i].want != NULL) ||
		    (ok && strcmp(got, rows[i].want) != 0))
			fail_msg("%s: got %s, want %s", rows[i].text,
			    ok ? got : "refused",
			    rows[i].want ? rows[i].want : "refused");
	}
	arena_free(a);
}

static void
paths_are_normalised(void **state)
{
	static const struct { const char *path, *want; } rows[] = {
		{ "/a/b", "/a/b" }, { "//a//b/", "/a/b" }, { "/", "/" },
		{ "/..", "/" }, { "/a/..", "/" }, { "/a/../..", "/" },
		{ "/a/./b", "/a/b" }, { "b", "/cwd/b" }, { "", "/cwd" },
		{ ".", "/cwd" }, { "..", "/" }, { "../b", "/b" },
		{ "~", "/home/u" }, { "~/b", "/home/u/b" },
		{ "~x/b", "/cwd/~x/b" }, { "/...", "/..." },
	};
	struct arena *a = arena_new(0, NULL);

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const char *got = rules_absolute(a, rows[i].path, "/cwd",
		    "/home/u");

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].path, got,
			    rows[i].want);
	}
	assert_null(rules_basename("/"));
	assert_string_equal(rules_basename("/a/b"), "b");
	arena_free(a);
}

static void
matching_finds_the_right_rules(void **state)
{
	static const char text[] =
	    "host_executable('git', ['/usr/bin/git'])\n"
	    "prefix_rule(['git', 'push'], id='push')\n"
	    "prefix_rule(['git'], exact=True, id='bare')\n"
	    "prefix_rule(['git'], unless=[['git', ['log', 'show']]], "
	    "id='not-log')\n"
	    "prefix_rule(['ls', glob('*.c')], id='c')\n"
	    "prefix_rule(['LS'], canonical_matching=True, id='folded')\n"
	    "prefix_rule([''], id='empty')\n";
	static const struct {
		const char *command, *resolved, *want;
	} rows[] = {
		{ "git", NULL, "bare not-log " },
		{ "git push x", NULL, "push not-log " },
		{ "git log", NULL, "" }, { "git logs", NULL, "not-log " },
		{ "Git", NULL, "" }, { "/usr/bin/git", NULL, "" },
		{ "/usr/bin/git", "/usr/bin/git", "bare not-log " },
		{ "/bin/git", "/bin/git", "" },
		{ "git", "/bin/git", "bare not-log " },
		{ "ls a.c", NULL, "c folded " }, { "ls a.h", NULL, "folded " },
		{ "lS", NULL, "folded " }, { "/x/lS", "/x/lS", "folded " },
		{ "''", "/", "empty " }, { "x", "/", "" },
	};
	struct result r = read_text(text, true);

	(void)state;
	if (r.status != 0)
		fail_msg("%s", r.messages);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct rules_command c = { .resolved = rows[i].resolved };
		struct rules_hit *hits = NULL;
		const char *got = "";
		size_t n, k;

		assert_true(rules_shlex(r.a, rows[i].command,
		    strlen(rows[i].command), &c.argv, &c.argc));
		n = rules_match_naive(r.a, &r.set, &c, &hits);
		for (k = 0; k < n; k++)
			got = arena_printf(r.a, "%s%s ", got,
			    hits[k].rule->id);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: got %s, want %s", rows[i].command, got,
			    rows[i].want);
	}
	clear(&r);
}

static void
additions_point_at_what_is_wrong(void **state)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "prefix_rule([\"a\"], exact=1)", "t.rules:1:26: error: "
		    "\"exact\" takes True or False" },
		{ "prefix_rule([\"a\"], unless=[[]])", "t.rules:1:27: error: "
		    "\"unless\" is empty" },
		{ "prefix_rule([\"a\"], id=\"\")", "t.rules:1:23: error: "
		    "\"id\" is empty" },
		{ "prefix_rule([\"a\"], exact=True, match=[\"a\", \"b\"])",
		    "t.rules:1:44: error: example \"b\" does not match" },
		{ "prefix_rule([\"a\", glob(\"?b\")])", "t.rules:1:19: error: "
		    "glob \"?b\": only \"*\" is special" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct result r = read_text(rows[i].text, true);

		if (r.status != -1 || strstr(r.messages, rows[i].want) == NULL)
			fail_msg("%s: got %s, want %s", rows[i].text,
			    r.messages, rows[i].want);
		clear(&r);
	}
}

static void
ids_are_used_once(void **state)
{
	struct result r = read_text("prefix_rule(['a'], id='x')\n"
	    "prefix_rule(['b'], id='y')\nprefix_rule(['c'], id='x')\n", true);

	(void)state;
	assert_int_equal(r.status, -1);
	assert_non_null(strstr(r.messages, "t.rules:3:1: error: id \"x\""));
	assert_non_null(strstr(r.messages, "t.rules:1:1: note: first used"));
	clear(&r);
	r = read_text("prefix_rule([['a', 'b']], id='x')", true);
	assert_int_equal(r.status, 0);
	clear(&r);
}

static void
answers_escape_what_json_wants(void **state)
{
	static const char *const argv[] = { "a", "\"\\\b\f\n\r\t\x01\x7f\xc3\xa9" };
	struct rules_command c = { .argv = argv, .argc = 2 };
	struct result r = read_text("prefix_rule(['a'], justification="
	    "'x\\x00y')\nprefix_rule(['a', '\"\\\\\\b\\f\\n\\r\\t\\x01\\x7f"
	    "\xc3\xa9'], 'forbidden')", false);
	struct rules_answer said;
	const struct rules_result result = { .answers = &said,
	    .nanswers = 1 };
	struct rules_hit *hits;
	char *out = NULL;
	size_t n, len;
	FILE *f = open_memstream(&out, &len);

	(void)state;
	assert_int_equal(r.status, 0);
	n = rules_match_naive(r.a, &r.set, &c, &hits);
	said = (struct rules_answer){ .command = c, .hits = hits,
	    .nhits = n };
	rules_print_json(f, &result, false);
	fclose(f);
	assert_string_equal(out, "{\"matchedRules\":[{\"prefixRuleMatch\":"
	    "{\"matchedPrefix\":[\"a\"],\"decision\":\"allow\","
	    "\"justification\":\"x\\u0000y\"}},{\"prefixRuleMatch\":"
	    "{\"matchedPrefix\":[\"a\",\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f"
	    "\xc3\xa9\"],\"decision\":\"forbidden\"}}],"
	    "\"decision\":\"forbidden\"}");
	free(out);
	clear(&r);
}

static void
files_add_up(void **state)
{
	const struct rules_options opt = { .has_extensions = false };
	struct arena *a = arena_new(0, NULL);
	struct rule_set set = { .nprefix = 0 };
	struct diag d;
	const char *one = "host_executable('a', ['/x/a'])\nprefix_rule(['b'])",
	    *two = "prefix_rule(['a'], not_match=['/y/a'], match=['/x/a'])";

	(void)state;
	diag_init(&d, NULL);
	assert_int_equal(rules_read(a, &d, source_text(a, "1", one,
	    strlen(one)), &opt, &set), 0);
	assert_int_equal(rules_read(a, &d, source_text(a, "2", two,
	    strlen(two)), &opt, &set), 0);
	assert_int_equal(set.nprefix, 2);
	assert_string_equal(set.prefix[0].loc.src->name, "1");
	assert_string_equal(set.prefix[1].loc.src->name, "2");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_point_at_what_is_wrong),
		cmocka_unit_test(one_error_does_not_hide_the_next),
		cmocka_unit_test(evaluation_has_budgets),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(heads_make_one_rule_each),
		cmocka_unit_test(network_and_hosts_are_normalised),
		cmocka_unit_test(hosts_are_checked),
		cmocka_unit_test(words_are_split_as_in_a_shell),
		cmocka_unit_test(paths_are_normalised),
		cmocka_unit_test(matching_finds_the_right_rules),
		cmocka_unit_test(additions_point_at_what_is_wrong),
		cmocka_unit_test(ids_are_used_once),
		cmocka_unit_test(answers_escape_what_json_wants),
		cmocka_unit_test(files_add_up),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
