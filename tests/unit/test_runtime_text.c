/* Quoting, redaction and lexical paths: what stands between foreign text and
 * a terminal or a log. */
#include "tests/lib/unit.h"

#include "runtime/redact.h"
#include "runtime/text.h"
#include "runtime/vars.h"

struct row {
	const char *what, *in, *want;
};

static void
check(const struct row *r, size_t n, void (*put)(struct text *, const char *))
{
	char buf[1024];
	struct text t;

	for (size_t i = 0; i < n; i++) {
		text_init(&t, buf, sizeof(buf));
		put(&t, r[i].in);
		if (strcmp(buf, r[i].want) != 0)
			fail_msg("%s: got %s, want %s", r[i].what, buf,
			    r[i].want);
	}
}

static void
escaped_text_moves_no_cursor(void **state)
{
	static const struct row rows[] = {
		{ "plain", "a b~", "a b~" },
		{ "control", "a\033[31m\n", "a\\x1b[31m\\x0a" },
		{ "delete", "\177", "\\x7f" },
		{ "utf-8", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "C1", "\xc2\x9b", "\\xc2\\x9b" },
		{ "right-to-left override", "\xe2\x80\xae", "\\xe2\\x80\\xae" },
		{ "isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
		{ "bare high byte", "\xff" "a", "\\xffa" },
		{ "cut sequence", "\xe2\x82", "\\xe2\\x82" },
		{ "overlong", "\xc0\xaf", "\\xc0\\xaf" },
		{ "overlong of three", "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "too large", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	};

	(void)state;
	check(rows, NELEM(rows), text_escaped);
}

static void
json_strings_are_valid(void **state)
{
	static const struct row rows[] = {
		{ "plain", "a", "\"a\"" },
		{ "quotes", "a\"\\", "\"a\\\"\\\\\"" },
		{ "control", "\n\001", "\"\\u000a\\u0001\"" },
		{ "bad byte", "\xff", "\"\\ufffd\"" },
		{ "bidi", "\xe2\x80\xae", "\"\\u202e\"" },
		{ "variation selector", "\xf3\xa0\x84\x80",
		    "\"\\udb40\\udd00\"" },
		{ "filler", "\xe3\x85\xa4", "\"\\u3164\"" },
		{ "above the first plane", "\xf3\xa0\x80\x81",
		    "\"\\udb40\\udc01\"" },
		{ "utf-8", "\xc3\xa4", "\"\xc3\xa4\"" },
	};

	(void)state;
	check(rows, NELEM(rows), text_json);
}

static void
shell_words_are_quoted(void **state)
{
	static const struct row rows[] = {
		{ "plain", "a-b_c/d.e", "a-b_c/d.e" },
		{ "empty", "", "''" },
		{ "blank", "a b", "'a b'" },
		{ "quote", "it's", "'it'\\''s'" },
		{ "glob", "*", "'*'" },
		{ "only quote", "'", "''\\'''" },
		{ "home", "~", "'~'" },
	};

	(void)state;
	check(rows, NELEM(rows), text_shell);
}

static void
full_buffers_are_cut(void **state)
{
	char buf[4];
	struct text t;

	(void)state;
	text_init(&t, buf, sizeof(buf));
	text_str(&t, "abc");
	assert_false(t.is_cut);
	text_str(&t, "d");
	assert_true(t.is_cut);
	assert_string_equal(buf, "abc");
	text_init(&t, buf, 1);
	text_num(&t, 7);
	assert_true(t.is_cut);
	assert_string_equal(buf, "");
}

static void
numbers_are_decimal(void **state)
{
	char buf[64];
	struct text t;

	(void)state;
	text_init(&t, buf, sizeof(buf));
	text_num(&t, 0);
	text_str(&t, " ");
	text_num(&t, UINT64_MAX);
	text_str(&t, " ");
	text_padded(&t, 7, 3);
	text_str(&t, " ");
	text_padded(&t, 1234, 3);
	assert_string_equal(buf, "0 18446744073709551615 007 1234");
}

static void
numbers_are_read(void **state)
{
	static const struct { const char *s; uint64_t want; } rows[] = {
		{ "", 0 }, { "-1", 0 }, { " 1", 0 }, { "0", 0 },
		{ "1000:x", 1000 }, { "28633\n", 28633 },
		{ "9999999999999999999", UINT64_C(9999999999999999999) },
		{ "10000000000000000000", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_parse_num(rows[i].s) != rows[i].want)
			fail_msg("\"%s\" is read as another number",
			    rows[i].s);
}

static void
put_redacted(struct text *t, const char *s)
{
	static const struct redact r = {
		.user = "ann", .home = "/home/ann", .has_secrets = true,
	};

	redact_put(&r, s, t);
}

static void
redaction_takes_whole_words(void **state)
{
	static const struct row rows[] = {
		{ "home", "/home/ann/x", "[HOME]/x" },
		{ "home alone", "/home/ann", "[HOME]" },
		{ "other home", "/home/anna", "/home/anna" },
		{ "user", "ann", "[USER]" },
		{ "user as component", "/srv/ann/x", "/srv/[USER]/x" },
		{ "within a word", "anna joann", "anna joann" },
		{ "at host", "ann@host", "[USER]@host" },
		{ "home after =", "-I=/home/ann/i", "-I=[HOME]/i" },
		{ "assigned", "API_TOKEN=abc x", "API_TOKEN=[SECRET] x" },
		{ "option", "--password hunter2", "--password [SECRET]" },
		{ "option =", "--db-password=hunter2",
		    "--db-password=[SECRET]" },
		{ "quoted", "'MY_SECRET=a b'", "'MY_SECRET=[SECRET]'" },
		{ "quoted option", "x '--token=a b' y",
		    "x '--token=[SECRET]' y" },
		{ "option, quoted value", "--password 'a b' c",
		    "--password '[SECRET]' c" },
		{ "in a script", "'export TOKEN=abc; run it'",
		    "'export TOKEN=[SECRET]; run it'" },
		{ "double quotes", "'x --token \"a b\" y'",
		    "'x --token \"[SECRET]\" y'" },
		{ "json", "'{\"api_key\": \"abc\", \"a\": 1}'",
		    "'{\"api_key\": \"[SECRET]\", \"a\": 1}'" },
		{ "camel case", "_authToken=abc", "_authToken=[SECRET]" },
		{ "run together", "PGPASSWORD=abc", "PGPASSWORD=[SECRET]" },
		{ "mysql", "MYSQL_PWD=abc", "MYSQL_PWD=[SECRET]" },
		{ "key", "AWS_SECRET_ACCESS_KEY=ab/c+d x",
		    "AWS_SECRET_ACCESS_KEY=[SECRET] x" },
		{ "openssl", "-passin pass:abc", "-passin pass:[SECRET]" },
		{ "basic", "'Authorization: Basic YTpi'",
		    "'Authorization: Basic [SECRET]'" },
		{ "header unquoted", "Authorization: Basic YTpi x",
		    "Authorization: Basic [SECRET] x" },
		{ "ordinary words stay", "basic training", "basic training" },
		{ "private key", "'-----BEGIN EC PRIVATE KEY-----\nabc\n"
		    "-----END EC PRIVATE KEY-----'",
		    "'[SECRET]-----END EC PRIVATE KEY-----'" },
		{ "jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.sig_x y",
		    "[SECRET] y" },
		{ "openai", "sk-proj-abcdefghij0123456789", "[SECRET]" },
		{ "home after a letter", "-I/home/ann/i", "-I[HOME]/i" },
		{ "working directory stays", "PWD=/x", "PWD=/x" },
		{ "counts stay", "--max-tokens=5 --tokenizer t",
		    "--max-tokens=5 --tokenizer t" },
		{ "files stay", "--password-file /x TOKEN_PATH=/y",
		    "--password-file /x TOKEN_PATH=/y" },
		{ "packages stay", "sk-learn-something-long-name",
		    "sk-learn-something-long-name" },
		{ "settings stay", "npm_config_fetch_retry_mintimeout=1",
		    "npm_config_fetch_retry_mintimeout=1" },
		{ "public key stays", "-----BEGIN PUBLIC KEY-----",
		    "-----BEGIN PUBLIC KEY-----" },
		{ "another folder stays", "/home/ann.bak/x",
		    "/home/[USER].bak/x" },
		{ "a longer path", "/srv/home/ann", "/srv/home/[USER]" },
		{ "keys stay", "--key k --keyboard=us monkey=1",
		    "--key k --keyboard=us monkey=1" },
		{ "hashes stay", "0123456789abcdef0123456789abcdef01234567",
		    "0123456789abcdef0123456789abcdef01234567" },
		{ "plain word", "token ring", "token ring" },
		{ "shape", "ghp_abcdefghijklmnopqrstuv", "[SECRET]" },
		{ "short shape", "sk-abc", "sk-abc" },
		{ "bearer", "'Authorization: Bearer abc.def'",
		    "'Authorization: Bearer [SECRET]'" },
		{ "url", "https://bob:pw@host/x", "https://[SECRET]@host/x" },
		{ "url without", "https://host/x@y", "https://host/x@y" },
		{ "name at the end", "--token", "--token" },
	};

	(void)state;
	check(rows, NELEM(rows), put_redacted);
}

static void
put_normalised(struct text *t, const char *s)
{
	char buf[128];

	strcpy(buf, s);
	path_normalise(buf);
	text_str(t, buf);
}

static void
paths_are_normalised(void **state)
{
	static const struct row rows[] = {
		{ "plain", "/a/b", "/a/b" }, { "root", "/", "/" },
		{ "slashes", "//a///b/", "/a/b" }, { "dot", "/./a/.", "/a" },
		{ "dots", "/a/../b", "/b" }, { "above root", "/../..", "/" },
		{ "deep", "/a/b/../../c", "/c" },
		{ "three dots", "/a/.../b", "/a/.../b" },
		{ "hidden", "/.a/..b", "/.a/..b" },
		{ "trailing dots", "/a/b/..", "/a" },
	};

	(void)state;
	check(rows, NELEM(rows), put_normalised);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escaped_text_moves_no_cursor),
		cmocka_unit_test(json_strings_are_valid),
		cmocka_unit_test(shell_words_are_quoted),
		cmocka_unit_test(full_buffers_are_cut),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(numbers_are_read),
		cmocka_unit_test(redaction_takes_whole_words),
		cmocka_unit_test(paths_are_normalised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
