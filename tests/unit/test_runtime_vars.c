/* Run-time variables, environment rules and the command line. */
#include "tests/lib/unit.h"

#include "blob/write.h"
#include "runtime/env.h"
#include "runtime/options.h"
#include "runtime/vars.h"

static void
paths_within_end_at_a_component(void **state)
{
	static const struct {
		const char *path, *root;
		bool want;
	} rows[] = {
		{ "/a/b", "/a", true }, { "/a", "/a", true },
		{ "/ab", "/a", false }, { "/", "/a", false },
		{ "/a", "/", true }, { "/a", "/a/b", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (path_is_within(rows[i].path, rows[i].root) !=
		    rows[i].want)
			fail_msg("%s in %s", rows[i].path, rows[i].root);
}

static void
password_lines_are_found_by_number(void **state)
{
	static const char file[] = "root:x:0:0:root:/root:/bin/sh\n"
	    "broken\n:x:\nx:y:abc:1:::\nshort:x:7\n"
	    "ann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n"
	    "last:x:42:42::/srv";
	static const struct {
		unsigned long uid;
		const char *name, *home;
	} rows[] = {
		{ 0, "root", "/root" }, { 1000, "ann", "/home/ann" },
		{ 42, "last", "/srv" }, { 100, NULL, NULL },
		{ 7, NULL, NULL }, { 4, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		char name[64], home[64];
		struct text tn, th;
		int r;

		text_init(&tn, name, sizeof(name));
		text_init(&th, home, sizeof(home));
		r = passwd_find(file, rows[i].uid, &tn, &th);
		if ((r == 0) != (rows[i].name != NULL))
			fail_msg("uid %lu: got %d", rows[i].uid, r);
		if (r == 0) {
			assert_string_equal(name, rows[i].name);
			assert_string_equal(home, rows[i].home);
		}
	}
}

static void
templates_expand(void **state)
{
	char *env[] = { (char[]){ "TMPDIR=/nonexistent/./t" },
		(char[]){ "XDG_CACHE_HOME=relative" }, NULL };
	const char *cache;
	struct scratch mem;
	struct vars v;
	enum blob_var missing = BLOB_NVARS;
	char buf[256];
	struct text t;

	(void)state;
	scratch_init(&mem, NULL, 0, 1 << 20);
	vars_init(&v, &mem, env);
	text_init(&t, buf, sizeof(buf));
	assert_int_equal(vars_expand(&v, "\x10/a:\x12:b", "/ws", &t,
	    &missing), 0);
	assert_string_equal(buf, "/ws/a:/nonexistent/t:b");
	/*
	 * A relative XDG variable does not count; its default is below the
	 * home directory, which not every user has.
	 */
	cache = vars_get(&v, BLOB_VAR_XDG_CACHE_HOME);
	if (cache != NULL)
		assert_null(strstr(cache, "relative"));
	assert_int_equal(vars_expand(&v, "\x18", "/ws", &t, &missing), -1);
	assert_int_equal(missing, BLOB_VAR_XDG_RUNTIME_DIR);
	assert_int_equal(vars_first("a\x13"), BLOB_VAR_USER);
	assert_int_equal(vars_first("abc"), BLOB_NVARS);
}

static void
scratch_gives_no_more_than_it_has(void **state)
{
	_Alignas(max_align_t) char first[4096] = "";
	struct scratch mem;
	char more[85] = "";

	(void)state;
	scratch_init(&mem, first, sizeof(first), 0);
	assert_non_null(scratch_alloc(&mem, 4000));
	assert_null(scratch_alloc(&mem, 97));
	assert_null(scratch_alloc(&mem, SIZE_MAX));
	assert_non_null(scratch_dup(&mem, "0123456789", 10));
	assert_null(scratch_dup(&mem, more, sizeof(more)));
}

/* A policy of META and ENVR: drop *_TOKEN and LD_*, keep GH_TOKEN. */
static void
make_policy(struct policy *p, bool inherits)
{
	struct blob_writer *w = blob_writer_new();
	struct blob_buf *s;
	uint32_t drop1 = blob_writer_string(w, "*_TOKEN");
	uint32_t drop2 = blob_writer_string(w, "LD_*");
	uint32_t keep = blob_writer_string(w, "GH_TOKEN");
	uint32_t name = blob_writer_string(w, "MARK");
	uint32_t value = blob_writer_string(w, "in \x10");
	uint8_t *bytes;
	size_t len;

	s = blob_writer_section(w, BLOB_META, 0, BLOB_SF_CRITICAL);
	for (int i = 0; i < META_LEN / 4; i++)
		blob_put32(s, 0);
	s = blob_writer_section(w, BLOB_ENVR, 0, BLOB_SF_CRITICAL);
	blob_put32(s, inherits);
	blob_put32(s, 2);
	blob_put32(s, 1);
	blob_put32(s, 1);
	blob_put32(s, 0);
	blob_put32(s, drop1), blob_put32(s, 0);
	blob_put32(s, drop2), blob_put32(s, 0);
	blob_put32(s, keep), blob_put32(s, 0);
	blob_put32(s, name), blob_put32(s, value), blob_put32(s, 0);
	assert_int_equal(blob_writer_finish(w, &bytes, &len), 0);
	blob_writer_free(w);
	/* Not blob_open(): that wants the other sections too. */
	p->blob.all = (struct blob_span){ .p = bytes, .len = len };
	p->blob.nsections = blob_le32(bytes + BLOB_H_NSECTIONS);
	blob_index(&p->blob);
}

static void
check_env(bool inherits, const char *want)
{
	char *env[] = { (char[]){ "A=1" }, (char[]){ "X_TOKEN=s" },
		(char[]){ "GH_TOKEN=g" }, (char[]){ "LD_PRELOAD=x" },
		(char[]){ "MARK=old" }, (char[]){ "nothing" },
		(char[]){ "=odd" }, (char[]){ "MARK=older" }, NULL };
	struct policy policy = { .path = NULL };
	struct policies all = { .list = &policy, .count = 1 };
	struct scratch mem;
	struct failure f = { 0 };
	struct vars v;
	struct env e;
	char got[256] = "";

	scratch_init(&mem, NULL, 0, 1 << 20);
	vars_init(&v, &mem, env);
	v.workspaces[v.nworkspaces++] = "/ws";
	make_policy(&all.list[0], inherits);
	if (env_build(&e, &all, &v, &f) < 0)
		fail_msg("%s", f.what);
	for (size_t i = 0; e.list[i] != NULL; i++) {
		strcat(got, e.list[i]);
		strcat(got, ";");
	}
	assert_string_equal(got, want);
	free((void *)(uintptr_t)all.list[0].blob.all.p);
}

static void
environment_rules_filter_and_set(void **state)
{
	(void)state;
	check_env(true, "A=1;GH_TOKEN=g;MARK=in /ws;");
	check_env(false, "GH_TOKEN=g;MARK=in /ws;");
}

static void
options_are_taken_or_refused(void **state)
{
	static const struct {
		const char *what;
		const char *argv[6];
		int want;
		const char *cmd;
	} rows[] = {
		{ "command", { "x", "ls", "-l" }, 0, "ls" },
		{ "long", { "x", "--profile", "p", "ls" }, 0, "ls" },
		{ "long =", { "x", "--profile=p", "ls" }, 0, "ls" },
		{ "short attached", { "x", "-pfoo", "ls" }, 0, "ls" },
		{ "dashes", { "x", "--", "-p" }, 0, "-p" },
		{ "lone dash", { "x", "-" }, 0, "-" },
		{ "never", { "x", "--approve=never", "ls" }, 0, "ls" },
		{ "help needs no command", { "x", "-h" }, 0, NULL },
		{ "doctor neither", { "x", "--doctor", "--json" }, 0, NULL },
		{ "no command", { "x", "-q" }, -1, NULL },
		{ "unknown", { "x", "--nosuch", "ls" }, -1, NULL },
		{ "prefix", { "x", "--prof", "p", "ls" }, -1, NULL },
		{ "no value", { "x", "-p" }, -1, NULL },
		{ "empty value", { "x", "--profile=", "ls" }, -1, NULL },
		{ "value unwanted", { "x", "--quiet=1", "ls" }, -1, NULL },
		{ "cluster", { "x", "-qh", "ls" }, -1, NULL },
		{ "later", { "x", "--mcp", "ls" }, -1, NULL },
		{ "two files", { "x", "--audit=a", "--audit=b", "ls" }, -1,
		    NULL },
		{ "rotate small", { "x", "--audit=a", "--audit-rotate=9K",
		    "ls" }, -1, NULL },
		{ "rotate what", { "x", "--audit-rotate=64K", "ls" }, -1,
		    NULL },
		{ "rotate unit", { "x", "--audit=a", "--audit-rotate=64Kb",
		    "ls" }, -1, NULL },
		{ "rotate", { "x", "--audit=a", "--audit-rotate=64K", "ls" },
		    0, "ls" },
		{ "later =", { "x", "--learn=3", "ls" }, -1, NULL },
		{ "signature", { "x", "--require-signature=k", "ls" }, -1,
		    NULL },
		{ "tty", { "x", "--approve", "tty", "ls" }, 0, "ls" },
		{ "approve what", { "x", "--approve", "me", "ls" }, -1, NULL },
		{ "fd", { "x", "--json-fd", "3x", "ls" }, -1, NULL },
		{ "fd too large", { "x", "--json-fd", "1000000", "ls" }, -1,
		    NULL },
		{ "session", { "x", "--session", "a/b", "ls" }, -1, NULL },
		{ "label", { "x", "--label", "novalue", "ls" }, -1, NULL },
		{ "label twice", { "x", "--label=a=1", "--label=a=2", "ls" },
		    -1, NULL },
		{ "json alone", { "x", "--json", "ls" }, -1, NULL },
	};
	char *env[] = { NULL };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct options o;
		struct failure f;
		int argc = 0, r;

		while (argc < 6 && rows[i].argv[argc] != NULL)
			argc++;
		r = options_parse(&o, argc,
		    (char *const *)(uintptr_t)rows[i].argv, env, &f);
		if (r != rows[i].want)
			fail_msg("%s: got %d, want %d", rows[i].what, r,
			    rows[i].want);
		if (r < 0 && f.status != EXIT_RUNNER)
			fail_msg("%s: status %d", rows[i].what, f.status);
		if (rows[i].cmd != NULL &&
		    strcmp(o.argv[0], rows[i].cmd) != 0)
			fail_msg("%s: command %s", rows[i].what, o.argv[0]);
	}
}

static void
a_bad_session_in_the_environment_is_refused(void **state)
{
	char *good[] = { (char[]){ "CODEX_SESSION_ID=abc" }, NULL };
	char *bad[] = { (char[]){ "CODEX_SESSION_ID=a\nb" }, NULL };
	char *argv[] = { (char[]){ "x" }, (char[]){ "ls" }, NULL };
	struct options o;
	struct failure f;

	(void)state;
	assert_int_equal(options_parse(&o, 2, argv, good, &f), 0);
	assert_string_equal(o.session, "abc");
	assert_int_equal(options_parse(&o, 2, argv, bad, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_within_end_at_a_component),
		cmocka_unit_test(password_lines_are_found_by_number),
		cmocka_unit_test(templates_expand),
		cmocka_unit_test(scratch_gives_no_more_than_it_has),
		cmocka_unit_test(environment_rules_filter_and_set),
		cmocka_unit_test(options_are_taken_or_refused),
		cmocka_unit_test(a_bad_session_in_the_environment_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
