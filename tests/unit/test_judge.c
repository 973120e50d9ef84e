/* Decisions on paths, network, environment and calls, from blobs by hand. */
#include "tests/lib/unit.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "blob/eval.h"
#include "blob/judge.h"
#include "blob/write.h"

#define W	"\x10"		/* ${workspace} in a template */
#define H	"\x11"		/* ${home} */
#define T	"\x12"		/* ${tmpdir} */
#define U	"\x14"		/* ${uid} */

/* Rules of lists and modes; entries have the numbers of their rows. */
enum {
	LIST_READ = 101, LIST_WRITE, LIST_EXEC, MODE, CONNECT, BIND, UNIXES,
	INHERIT, OTHERWISE, NEWER, NRULES
};

struct policy {
	struct blob b;
	uint8_t *bytes;
	struct blob_writer *w;
};

static struct blob_buf *
section(struct policy *p, enum blob_kind kind, uint32_t arch)
{
	return blob_writer_section(p->w, kind, arch,
	    kind == BLOB_DBGI ? 0 : BLOB_SF_CRITICAL);
}

static void
put_zeros(struct policy *p, enum blob_kind kind, size_t n)
{
	struct blob_buf *b = section(p, kind, 0);

	while (b->len < n)
		blob_put8(b, 0);
}

/* An automaton of one state, with one home for each hash. */
static void
put_exec(struct policy *p)
{
	struct blob_buf *b = section(p, BLOB_EXEC, 0);
	size_t k;

	for (k = 0; k < EXEC_HEAD; k += 4)
		blob_put32(b, k == EXEC_TOK_HOMES || k == EXEC_EDGE_HOMES ||
		    k == EXEC_NSTATES);
	for (k = 0; k < EXEC_TOKSLOT_LEN + EXEC_EDGE_LEN; k += 4)
		blob_put32(b, EXEC_NONE);
	for (k = 0; k < EXEC_STATE_LEN; k += 4)
		blob_put32(b, k >= EXEC_T_BEST_ARRIVE &&
		    k <= EXEC_T_BEST_END ? EXEC_NONE : 0);
}

static void
start(struct policy *p)
{
	*p = (struct policy){ .w = blob_writer_new() };
	assert_non_null(p->w);
}

/* What no test has written is empty. */
static void
finish(struct policy *p)
{
	struct blob_buf *b;
	size_t len;

	put_zeros(p, BLOB_META, META_LEN);
	put_zeros(p, BLOB_FSRL, FSRL_HEAD);
	put_zeros(p, BLOB_NETW, NETW_HEAD);
	put_zeros(p, BLOB_ENVR, ENVR_HEAD);
	put_zeros(p, BLOB_AUDT, AUDT_LEN);
	put_exec(p);
	b = section(p, BLOB_DBGI, 0);
	blob_put32(b, NRULES);
	put_zeros(p, BLOB_DBGI, DBGI_HEAD + NRULES * DBGI_E_LEN);
	assert_int_equal(blob_writer_finish(p->w, &p->bytes, &len),
	    BLOB_WRITE_OK);
	assert_int_equal(blob_open(&p->b, p->bytes, len), BLOB_OK);
}

static void
clear(struct policy *p)
{
	blob_writer_free(p->w);
	free(p->bytes);
}

static void
expect(const char *what, const struct judge_verdict *v,
    enum blob_decision decision, enum judge_cause cause, uint32_t rule)
{
	if (v->decision != decision || v->cause != cause || v->rule != rule)
		fail_msg("%s: got decision %d, cause %d, rule %u, want %d, "
		    "%d, %u", what, v->decision, v->cause, v->rule, decision,
		    cause, rule);
}

/* --- paths -------------------------------------------------------------- */

/* In the order of the section; the rule is the row's number, from 1. */
static const struct entry {
	const char *path;
	unsigned rights;
} entries[] = {
	{ W, FS_READ | FS_WRITE },
	{ W "/.git", FS_PROTECT },
	{ W "/secret", FS_DENY },
	{ H, FS_READ },
	{ H "/.ssh", FS_DENY },
	{ T, FS_WRITE },
	{ "/dev/null", FS_READ | FS_WRITE | FS_DEVICE },
	{ "/dev/pts", FS_READ | FS_WRITE | FS_DEVICE },
	{ "/opt/blind", FS_EXEC },
	{ "/run/user/" U "/x", FS_READ },
	{ "/usr", FS_READ | FS_EXEC },
	{ "/usr/local", FS_READ },
	{ "/var/f", FS_READ | FS_WRITE },
};

static void
put_paths(struct policy *p, const struct entry *e, size_t n)
{
	struct blob_buf *b = section(p, BLOB_FSRL, 0);
	uint32_t i;
	int k;

	blob_put32(b, (uint32_t)n);
	blob_put32(b, LIST_READ);
	blob_put32(b, LIST_WRITE);
	blob_put32(b, LIST_EXEC);
	for (i = 0; i < n; i++) {
		blob_put32(b, blob_writer_string(p->w, e[i].path));
		blob_put16(b, e[i].rights);
		blob_put16(b, 0);
		for (k = 0; k < 4; k++)
			blob_put32(b, i + 1);
	}
}

static const char *const workspaces[] = { "/w/one", "/w/two" };
static const struct judge_alias aliases[] = { { 10, "/mnt/usr" } };
static const struct judge_vars vars = {
	.value = { [BLOB_VAR_HOME] = "/home/u", [BLOB_VAR_UID] = "7" },
	.workspaces = workspaces, .nworkspaces = 2,
	.other_home = "/other/u", .aliases = aliases, .naliases = 1,
};

static void
paths_are_decided_by_the_nearest_entry(void **state)
{
	static const struct {
		enum judge_right right;
		const char *path;
		enum judge_cause cause;
		uint32_t rule;		/* below LIST_READ: allowed, or a bar */
	} rows[] = {
		{ JUDGE_READ, "/w/one", JUDGE_BY_RULE, 1 },
		{ JUDGE_READ, "/w/two/a/b", JUDGE_BY_RULE, 1 },
		{ JUDGE_READ, "/w/three", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/w/onemore", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/w", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/w/two/.git/config", JUDGE_BY_RULE, 1 },
		{ JUDGE_WRITE, "/w/two/a", JUDGE_BY_RULE, 1 },
		{ JUDGE_WRITE, "/w/two/.git/config", JUDGE_BY_PROTECT, 2 },
		{ JUDGE_WRITE, "/w/two/.gitignore", JUDGE_BY_RULE, 1 },
		{ JUDGE_CREATE, "/w/two/.git", JUDGE_BY_PROTECT, 2 },
		{ JUDGE_CREATE, "/w/two/new", JUDGE_BY_RULE, 1 },
		{ JUDGE_CREATE, "/w/two", JUDGE_BY_ABSENCE, LIST_WRITE },
		{ JUDGE_REMOVE, "/w/two/new", JUDGE_BY_RULE, 1 },
		{ JUDGE_REMOVE, "/w/two", JUDGE_BY_DENY, 3 },
		{ JUDGE_READ, "/w/one/secret", JUDGE_BY_DENY, 3 },
		{ JUDGE_WRITE, "/w/one/secret/x", JUDGE_BY_DENY, 3 },
		{ JUDGE_RUN, "/w/one/secret/x", JUDGE_BY_DENY, 3 },
		{ JUDGE_READ, "/home/u/.profile", JUDGE_BY_RULE, 4 },
		{ JUDGE_READ, "/other/u/.profile", JUDGE_BY_ABSENCE,
		    LIST_READ },
		{ JUDGE_READ, "/home/u/.ssh/id", JUDGE_BY_DENY, 5 },
		{ JUDGE_READ, "/other/u/.ssh/id", JUDGE_BY_DENY, 5 },
		{ JUDGE_READ, "/dev/null", JUDGE_BY_RULE, 7 },
		{ JUDGE_WRITE, "/dev/null", JUDGE_BY_RULE, 7 },
		{ JUDGE_REMOVE, "/dev/null", JUDGE_BY_ABSENCE, LIST_WRITE },
		{ JUDGE_WRITE, "/dev/pts/3", JUDGE_BY_RULE, 8 },
		{ JUDGE_CREATE, "/dev/pts/3", JUDGE_BY_ABSENCE, LIST_WRITE },
		{ JUDGE_RUN, "/opt/blind/x", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/run/user/7/x/y", JUDGE_BY_RULE, 10 },
		{ JUDGE_READ, "/run/user/71/x", JUDGE_BY_ABSENCE, LIST_READ },
		{ JUDGE_READ, "/usr/lib/x", JUDGE_BY_RULE, 11 },
		{ JUDGE_READ, "/usr/local/lib", JUDGE_BY_RULE, 12 },
		{ JUDGE_RUN, "/usr/local/bin/x", JUDGE_BY_RULE, 11 },
		{ JUDGE_RUN, "/mnt/usr/bin/x", JUDGE_BY_RULE, 11 },
		{ JUDGE_RUN, "/w/one/x", JUDGE_BY_ABSENCE, LIST_EXEC },
		{ JUDGE_WRITE, "/usr/x", JUDGE_BY_ABSENCE, LIST_WRITE },
		{ JUDGE_WRITE, "/var/f", JUDGE_BY_RULE, 13 },
		{ JUDGE_REMOVE, "/var/f", JUDGE_BY_ABSENCE, LIST_WRITE },
		/* ${tmpdir} has no value: the entry speaks of nothing. */
		{ JUDGE_WRITE, "/tmp", JUDGE_BY_ABSENCE, LIST_WRITE },
	};
	struct judge_verdict v;
	struct policy p;
	char what[128];
	size_t i;

	(void)state;
	start(&p);
	put_paths(&p, entries, NELEM(entries));
	finish(&p);
	for (i = 0; i < NELEM(rows); i++) {
		snprintf(what, sizeof(what), "%s %s",
		    judge_right_name(rows[i].right), rows[i].path);
		assert_int_equal(judge_path(&p.b, &vars, rows[i].right,
		    rows[i].path, &v), BLOB_OK);
		expect(what, &v, rows[i].cause == JUDGE_BY_RULE ? BLOB_ALLOW :
		    BLOB_FORBIDDEN, rows[i].cause, rows[i].rule);
	}
	assert_int_equal(judge_path(&p.b, &vars, JUDGE_READ, "usr", &v),
	    BLOB_ERR_VALUE);
	expect("a relative path", &v, BLOB_FORBIDDEN, JUDGE_BY_ABSENCE, 0);
	clear(&p);
}

static void
git_keeps_what_it_runs(void **state)
{
	static const struct entry tree[] = {
		{ W, FS_WRITE | FS_GIT },
	};
	static const struct {
		enum judge_right right;
		const char *path;
		bool is_kept;
	} rows[] = {
		{ JUDGE_WRITE, "/w/one/.git/hooks/pre-commit", true },
		{ JUDGE_CREATE, "/w/two/.git/hooks/pre-commit", true },
		{ JUDGE_WRITE, "/w/one/.git/config", true },
		{ JUDGE_CREATE, "/w/one/.git/config.lock", false },
		{ JUDGE_CREATE, "/w/one/.git/config.worktree", true },
		{ JUDGE_CREATE, "/w/one/.git/commondir", true },
		{ JUDGE_CREATE, "/w/one/.git/gitdir", true },
		{ JUDGE_WRITE, "/w/one/.git/info/attributes", true },
		{ JUDGE_WRITE, "/w/one/.git/index", false },
		{ JUDGE_CREATE, "/w/one/.git/objects/info/x", false },
		{ JUDGE_REMOVE, "/w/one/.git", true },
		{ JUDGE_CREATE, "/w/one/.git", false },
		{ JUDGE_REMOVE, "/w/one/.git/modules", true },
		{ JUDGE_REMOVE, "/w/one/.git/modules/a", true },
		{ JUDGE_CREATE, "/w/one/.git/modules/a", false },
		{ JUDGE_WRITE, "/w/one/.git/modules/a/config", true },
		{ JUDGE_WRITE, "/w/one/.git/modules/a/b/hooks/x", true },
		{ JUDGE_WRITE, "/w/one/.git/modules/a/index", false },
		{ JUDGE_WRITE, "/w/one/.git/worktrees/a/gitdir", true },
		{ JUDGE_WRITE, "/w/one/.git/worktrees/a/HEAD", false },
		{ JUDGE_WRITE, "/w/one/.github/hooks/x", false },
		{ JUDGE_WRITE, "/w/one/d/.git/hooks/x", false },
	};
	struct judge_verdict v;
	struct policy p;
	size_t i;

	(void)state;
	start(&p);
	put_paths(&p, tree, NELEM(tree));
	finish(&p);
	for (i = 0; i < NELEM(rows); i++) {
		judge_path(&p.b, &vars, rows[i].right, rows[i].path, &v);
		expect(rows[i].path, &v, rows[i].is_kept ?
		    BLOB_FORBIDDEN : BLOB_ALLOW,
		    rows[i].is_kept ? JUDGE_BY_PROTECT : JUDGE_BY_RULE, 1);
	}
	clear(&p);
}

static void
root_holds_everything(void **state)
{
	static const struct entry root[] = { { "/", FS_READ | FS_WRITE } };
	static const char *const slash[] = { "/" };
	static const struct entry below[] = { { W "/x", FS_READ } };
	static const struct judge_vars at_root = { .workspaces = slash,
	    .nworkspaces = 1 };
	struct judge_verdict v;
	struct policy p;

	(void)state;
	start(&p);
	put_paths(&p, root, 1);
	finish(&p);
	judge_path(&p.b, &vars, JUDGE_WRITE, "/", &v);
	expect("write /", &v, BLOB_ALLOW, JUDGE_BY_RULE, 1);
	judge_path(&p.b, &vars, JUDGE_CREATE, "/x", &v);
	expect("create /x", &v, BLOB_ALLOW, JUDGE_BY_RULE, 1);
	clear(&p);
	start(&p);
	put_paths(&p, below, 1);
	finish(&p);
	judge_path(&p.b, &at_root, JUDGE_READ, "/x/y", &v);
	expect("a workspace /", &v, BLOB_ALLOW, JUDGE_BY_RULE, 1);
	clear(&p);
}

static void
within_compares_whole_components(void **state)
{
	static const struct { const char *path, *root; bool want; } rows[] = {
		{ "/a", "/a", true }, { "/a/b", "/a", true },
		{ "/ab", "/a", false }, { "/a", "/a/b", false },
		{ "/a", "/", true }, { "/", "/", true }, { "/", "/a", false },
		{ "/a", "", false }, { "/a", "a", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		if (judge_is_within(rows[i].path, rows[i].root) !=
		    rows[i].want)
			fail_msg("\"%s\" in \"%s\": not %d", rows[i].path,
			    rows[i].root, rows[i].want);
}

/* --- network ------------------------------------------------------------ */

static void
put_port(struct blob_buf *b, bool is_bind, unsigned lo, unsigned hi,
    uint32_t rule)
{
	blob_put16(b, is_bind);
	blob_put16(b, lo);
	blob_put16(b, hi);
	blob_put16(b, 0);
	blob_put32(b, rule);
}

static void
put_domain(struct policy *p, struct blob_buf *b, const char *host,
    unsigned protocols, enum blob_decision d, uint32_t rule)
{
	blob_put32(b, blob_writer_string(p->w, host));
	blob_put16(b, protocols);
	blob_put16(b, d);
	blob_put32(b, rule);
	blob_put32(b, blob_writer_string(p->w, "because"));
	blob_put16(b, 0);
	blob_put16(b, 0);
}

/* Ports 443 (1), 8000-8100 (2), bind 9000 (3), a host (4), a socket (5). */
static void
put_network(struct policy *p, enum blob_net_mode mode,
    enum blob_unix_mode unixes, bool has_ports)
{
	struct blob_buf *b = section(p, BLOB_NETW, 0);

	blob_put8(b, mode);
	blob_put8(b, unixes);
	blob_put16(b, 0);
	blob_put32(b, has_ports ? 3 : 0);
	blob_put32(b, has_ports ? 1 : 0);
	blob_put32(b, 1);
	blob_put32(b, 4);
	blob_put32(b, MODE);
	blob_put32(b, CONNECT);
	blob_put32(b, BIND);
	blob_put32(b, UNIXES);
	if (has_ports) {
		put_port(b, false, 443, 443, 1);
		put_port(b, false, 8000, 8100, 2);
		put_port(b, true, 9000, 9000, 3);
		blob_put32(b, blob_writer_string(p->w, "Db.example"));
		blob_put16(b, 5432);
		blob_put16(b, 5432);
		blob_put32(b, 4);
	}
	blob_put32(b, blob_writer_string(p->w, T "/s"));
	blob_put32(b, 5);
	put_domain(p, b, "*.example.com", NET_ALL_PROTOS, BLOB_ALLOW, 6);
	put_domain(p, b, "ask.example.com", NET_ALL_PROTOS, BLOB_PROMPT, 7);
	put_domain(p, b, "bad.example.com", NET_PROTO_HTTPS, BLOB_FORBIDDEN,
	    8);
	put_domain(p, b, "ask.example.com", NET_ALL_PROTOS, BLOB_ALLOW, 9);
}

#define A	BLOB_ALLOW
#define P	BLOB_PROMPT
#define F	BLOB_FORBIDDEN

static void
connections_follow_the_mode(void **state)
{
	static const struct {
		enum blob_net_mode mode;
		bool has_ports;
		const char *host;
		uint16_t port;
		enum blob_decision decision;
		enum judge_cause cause;
		uint32_t rule;
		enum judge_strength strength;
	} rows[] = {
		{ BLOB_NET_NONE, false, "::1", 443, F, JUDGE_BY_MODE, MODE,
		    JUDGE_HARD },
		{ BLOB_NET_LOOPBACK, false, "127.0.0.2", 1, A, JUDGE_BY_MODE,
		    MODE, JUDGE_HARD },
		{ BLOB_NET_LOOPBACK, false, "LocalHost", 1, A, JUDGE_BY_MODE,
		    MODE, JUDGE_HARD },
		{ BLOB_NET_LOOPBACK, false, "127.0.0.evil.com", 1, F,
		    JUDGE_BY_MODE, MODE, JUDGE_HARD },
		{ BLOB_NET_LOOPBACK, false, "10.0.0.1", 1, F, JUDGE_BY_MODE,
		    MODE, JUDGE_HARD },
		{ BLOB_NET_PORTS, true, "any", 443, A, JUDGE_BY_RULE, 1,
		    JUDGE_HARD },
		{ BLOB_NET_PORTS, true, "any", 8100, A, JUDGE_BY_RULE, 2,
		    JUDGE_HARD },
		{ BLOB_NET_PORTS, true, "any", 8101, F, JUDGE_BY_ABSENCE,
		    CONNECT, JUDGE_SUPERVISED },
		{ BLOB_NET_PORTS, true, "any", 9000, F, JUDGE_BY_ABSENCE,
		    CONNECT, JUDGE_SUPERVISED },
		{ BLOB_NET_PORTS, true, "dB.example", 5432, A, JUDGE_BY_RULE,
		    4, JUDGE_SUPERVISED },
		{ BLOB_NET_PORTS, true, "x.db.example", 5432, F,
		    JUDGE_BY_ABSENCE, CONNECT, JUDGE_SUPERVISED },
		{ BLOB_NET_PORTS, false, "any", 80, F, JUDGE_BY_ABSENCE,
		    CONNECT, JUDGE_HARD },
		{ BLOB_NET_PROXY, false, "a.example.com", 443, A,
		    JUDGE_BY_RULE, 6, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "a.Example.com.", 80, A,
		    JUDGE_BY_RULE, 6, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "example.com", 443, F,
		    JUDGE_BY_ABSENCE, MODE, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "notexample.com", 443, F,
		    JUDGE_BY_ABSENCE, MODE, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "ask.example.com", 443, P,
		    JUDGE_BY_RULE, 7, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "bad.example.com", 443, F,
		    JUDGE_BY_RULE, 8, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "bad.example.com", 80, A,
		    JUDGE_BY_RULE, 6, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "bad.example.com", 22, F,
		    JUDGE_BY_RULE, 8, JUDGE_SUPERVISED },
		{ BLOB_NET_PROXY, false, "a.example.com", 22, F,
		    JUDGE_BY_ABSENCE, MODE, JUDGE_SUPERVISED },
		{ BLOB_NET_FULL, false, "bad.example.com", 443, A,
		    JUDGE_BY_MODE, MODE, JUDGE_HARD },
	};
	struct judge_verdict v;
	struct policy p;
	char what[128];
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		start(&p);
		put_network(&p, rows[i].mode, BLOB_UNIX_PAIR,
		    rows[i].has_ports);
		finish(&p);
		snprintf(what, sizeof(what), "row %zu, %s:%u", i,
		    rows[i].host, rows[i].port);
		assert_int_equal(judge_connect(&p.b, rows[i].host,
		    rows[i].port, &v), BLOB_OK);
		expect(what, &v, rows[i].decision, rows[i].cause,
		    rows[i].rule);
		if (v.strength != rows[i].strength)
			fail_msg("%s: %s", what,
			    judge_strength_name(v.strength));
		clear(&p);
	}
}

static void
ports_are_bound_where_listed(void **state)
{
	static const struct {
		enum blob_net_mode mode;
		uint16_t port;
		enum blob_decision decision;
		uint32_t rule;
	} rows[] = {
		{ BLOB_NET_NONE, 9000, F, MODE },
		{ BLOB_NET_LOOPBACK, 1, A, MODE },
		{ BLOB_NET_PORTS, 9000, A, 3 }, { BLOB_NET_PORTS, 443, F, BIND },
		{ BLOB_NET_PORTS, 0, F, BIND }, { BLOB_NET_PROXY, 9000, A, MODE },
		{ BLOB_NET_FULL, 1, A, MODE },
	};
	struct judge_verdict v;
	struct policy p;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		start(&p);
		put_network(&p, rows[i].mode, BLOB_UNIX_PAIR, true);
		finish(&p);
		assert_int_equal(judge_bind(&p.b, rows[i].port, &v), BLOB_OK);
		if (v.decision != rows[i].decision || v.rule != rows[i].rule)
			fail_msg("row %zu: %d by rule %u", i, v.decision,
			    v.rule);
		clear(&p);
	}
}

static void
a_denied_socket_is_not_connected_to(void **state)
{
	struct judge_verdict v;
	struct policy p;

	(void)state;
	start(&p);
	put_paths(&p, entries, NELEM(entries));
	put_network(&p, BLOB_NET_NONE, BLOB_UNIX_ANY, false);
	finish(&p);
	judge_unix(&p.b, &vars, "/w/one/secret", &v);
	expect("denied", &v, F, JUDGE_BY_DENY, 3);
	judge_unix(&p.b, &vars, "/w/one/s", &v);
	expect("another", &v, A, JUDGE_BY_MODE, UNIXES);
	clear(&p);
}

static void
unix_sockets_are_listed_by_path(void **state)
{
	static const struct {
		enum blob_unix_mode mode;
		const char *path;
		enum blob_decision decision;
		enum judge_cause cause;
		uint32_t rule;
	} rows[] = {
		{ BLOB_UNIX_NONE, "/t/s", F, JUDGE_BY_MODE, UNIXES },
		{ BLOB_UNIX_PAIR, "/t/s", F, JUDGE_BY_MODE, UNIXES },
		{ BLOB_UNIX_PATHS, "/t/s", A, JUDGE_BY_RULE, 5 },
		{ BLOB_UNIX_PATHS, "/t/s/x", F, JUDGE_BY_ABSENCE, UNIXES },
		{ BLOB_UNIX_PATHS, "@abstract", F, JUDGE_BY_ABSENCE, UNIXES },
		{ BLOB_UNIX_ANY, "@abstract", A, JUDGE_BY_MODE, UNIXES },
	};
	static const struct judge_vars tmp = {
		.value = { [BLOB_VAR_TMPDIR] = "/t" }
	};
	struct judge_verdict v;
	struct policy p;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		start(&p);
		put_network(&p, BLOB_NET_NONE, rows[i].mode, false);
		finish(&p);
		assert_int_equal(judge_unix(&p.b, &tmp, rows[i].path, &v),
		    BLOB_OK);
		expect(rows[i].path, &v, rows[i].decision, rows[i].cause,
		    rows[i].rule);
		clear(&p);
	}
}

/* --- environment -------------------------------------------------------- */

static void
put_environment(struct policy *p, bool inherits)
{
	static const char *const globs[] = { "*_TOKEN", "LD_*", "LD_KEPT" };
	struct blob_buf *b = section(p, BLOB_ENVR, 0);
	uint32_t i;

	blob_put32(b, inherits);
	blob_put32(b, 2);
	blob_put32(b, 1);
	blob_put32(b, 1);
	blob_put32(b, INHERIT);
	for (i = 0; i < NELEM(globs); i++) {
		blob_put32(b, blob_writer_string(p->w, globs[i]));
		blob_put32(b, i + 1);
	}
	blob_put32(b, blob_writer_string(p->w, "MARK"));
	blob_put32(b, blob_writer_string(p->w, "1"));
	blob_put32(b, 4);
}

static void
variables_pass_by_keep_then_drop(void **state)
{
	static const struct {
		bool inherits;
		const char *name;
		enum blob_decision decision;
		enum judge_cause cause;
		uint32_t rule;
	} rows[] = {
		{ true, "PATH", A, JUDGE_BY_DEFAULT, INHERIT },
		{ true, "GH_TOKEN", F, JUDGE_BY_RULE, 1 },
		{ true, "LD_PRELOAD", F, JUDGE_BY_RULE, 2 },
		{ true, "LD_KEPT", A, JUDGE_BY_RULE, 3 },
		{ false, "PATH", F, JUDGE_BY_DEFAULT, INHERIT },
		{ false, "LD_KEPT", A, JUDGE_BY_RULE, 3 },
	};
	struct judge_verdict v;
	struct blob_env_set set;
	struct policy p;
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		start(&p);
		put_environment(&p, rows[i].inherits);
		finish(&p);
		assert_int_equal(judge_env(&p.b, rows[i].name, &v), BLOB_OK);
		expect(rows[i].name, &v, rows[i].decision, rows[i].cause,
		    rows[i].rule);
		assert_int_equal(judge_env_set(&p.b, "MARK", &set), BLOB_OK);
		assert_int_equal(set.rule, 4);
		assert_int_equal(judge_env_set(&p.b, "PATH", &set),
		    BLOB_ERR_MISSING);
		assert_int_equal(judge_env(&p.b, "A=B", &v), BLOB_ERR_VALUE);
		clear(&p);
	}
}

/*
 * Few globs are looked up by their first byte, many one by one: the first
 * that matches decides either way.  Padding that matches nothing makes many.
 */
static void
put_globs(struct policy *p, const char *const *globs, uint32_t n,
    uint32_t padding)
{
	struct blob_buf *b = section(p, BLOB_ENVR, 0);

	blob_put32(b, true);
	blob_put32(b, n + padding);
	blob_put32(b, 0);
	blob_put32(b, 0);
	blob_put32(b, INHERIT);
	for (uint32_t i = 0; i < n + padding; i++) {
		blob_put32(b, blob_writer_string(p->w,
		    i < padding ? "#" : globs[i - padding]));
		blob_put32(b, i < padding ? 0 : i - padding + 1);
	}
}

static uint32_t
first_match(const char *const *globs, uint32_t n, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (eval_glob(globs[i], name))
			return i + 1;
	return INHERIT;
}

static void
first_of_many_globs_decides(void **state)
{
	static const char *const globs[] = {
		"", "A", "AB*", "*", "A*", "*B", "B*B", "\xff*", "*\xff",
		"**", "C", "*C*", "CC",
	};
	static const char *const names[] = {
		"A", "AB", "ABC", "B", "BB", "BAB", "C", "CC", "XCX", "X",
		"*", "*B", "\xff", "\xffz", "z\xff", "#",
	};
	static const uint32_t paddings[] = { 0, 1, 242, 243, 400 };
	struct judge_verdict v;
	struct policy p;

	(void)state;
	for (size_t from = 0; from < NELEM(globs); from++)
		for (size_t k = 0; k < NELEM(paddings); k++) {
			uint32_t n = (uint32_t)(NELEM(globs) - from);

			start(&p);
			put_globs(&p, globs + from, n, paddings[k]);
			finish(&p);
			for (size_t i = 0; i < NELEM(names) -
			    (paddings[k] > 0); i++) {
				assert_int_equal(judge_env(&p.b, names[i],
				    &v), BLOB_OK);
				assert_int_equal(v.rule, first_match(
				    globs + from, n, names[i]));
			}
			clear(&p);
		}
}

/* --- system calls ------------------------------------------------------- */

#define ERRNO_1	(SECCOMP_RET_ERRNO | 1)
#define ERRNO_38 (SECCOMP_RET_ERRNO | 38)

/* 5 with arg1 == 3: allowed; 5..9: errno 1; 20: logged; 21: notified. */
static void
put_calls(struct policy *p)
{
	static const struct {
		uint32_t lo, action, rule;
		uint16_t more, atom;
	} items[] = {
		{ 5, SECCOMP_RET_ALLOW, 1, 0, 0 },
		{ 5, ERRNO_1, 2, 4, 2 },
		{ 20, SECCOMP_RET_LOG, 3, 0, 2 },
		{ 21, SECCOMP_RET_USER_NOTIF, 4, 0, 2 },
	};
	static const uint32_t head[] = { SECCOMP_RET_KILL_PROCESS, ERRNO_38,
		400, SECCOMP_RET_TRAP, OTHERWISE, NEWER, NELEM(items), 2,
		NELEM(items) };
	static const uint64_t atoms[][2] = { { 0xff, 3 }, { 0x100, 0 } };
	struct blob_buf *b = section(p, BLOB_SYSC, AUDIT_ARCH_X86_64);
	size_t i;

	for (i = 0; i < NELEM(head); i++)
		blob_put32(b, head[i]);
	for (i = 0; i < NELEM(items); i++) {
		blob_put32(b, items[i].lo |
		    (uint32_t)items[i].more << SYSC_I_SHIFT);
		blob_put16(b, items[i].atom);
		blob_put16(b, (uint16_t)i);
	}
	for (i = 0; i < 2; i++) {
		blob_put32(b, 1);	/* argument 1, EQ, no flags */
		blob_put64(b, atoms[i][0]);
		blob_put64(b, atoms[i][1]);
	}
	for (i = 0; i < NELEM(items); i++) {
		blob_put32(b, items[i].action);
		blob_put32(b, items[i].rule);
	}
	b = section(p, BLOB_BPF0, AUDIT_ARCH_X86_64);
	blob_put64(b, 6);
}

static void
calls_take_the_first_item(void **state)
{
	static const struct {
		uint32_t nr;
		uint64_t arg1;
		enum blob_decision decision;
		enum judge_cause cause;
		uint32_t rule, action;
	} rows[] = {
		{ 5, 3, A, JUDGE_BY_RULE, 1, SECCOMP_RET_ALLOW },
		{ 5, 0x203, A, JUDGE_BY_RULE, 1, SECCOMP_RET_ALLOW },
		{ 5, 0x103, F, JUDGE_BY_RULE, 2, ERRNO_1 },
		{ 9, 3, F, JUDGE_BY_RULE, 2, ERRNO_1 },
		{ 20, 0, A, JUDGE_BY_RULE, 3, SECCOMP_RET_LOG },
		{ 21, 0, F, JUDGE_BY_RULE, 4, SECCOMP_RET_USER_NOTIF },
		{ 10, 0, F, JUDGE_BY_DEFAULT, OTHERWISE,
		    SECCOMP_RET_KILL_PROCESS },
		{ 399, 0, F, JUDGE_BY_DEFAULT, OTHERWISE,
		    SECCOMP_RET_KILL_PROCESS },
		{ 400, 0, F, JUDGE_BY_DEFAULT, NEWER, ERRNO_38 },
		{ 0x40000005, 3, F, JUDGE_BY_DEFAULT, 0, SECCOMP_RET_TRAP },
	};
	struct judge_verdict v;
	struct policy p;
	char what[64];
	size_t i;

	(void)state;
	start(&p);
	put_calls(&p);
	finish(&p);
	for (i = 0; i < NELEM(rows); i++) {
		const uint64_t args[6] = { 0, rows[i].arg1 };

		snprintf(what, sizeof(what), "call %u, %#jx", rows[i].nr,
		    (uintmax_t)rows[i].arg1);
		assert_int_equal(judge_syscall(&p.b, AUDIT_ARCH_X86_64,
		    rows[i].nr, args, &v), BLOB_OK);
		expect(what, &v, rows[i].decision, rows[i].cause,
		    rows[i].rule);
		if (v.action != rows[i].action)
			fail_msg("%s: action %#x, want %#x", what, v.action,
			    rows[i].action);
	}
	assert_int_equal(judge_syscall(&p.b, AUDIT_ARCH_ARM, 5,
	    (const uint64_t[6]){ 0 }, &v), BLOB_ERR_MISSING);
	expect("another architecture", &v, F, JUDGE_BY_DEFAULT, 0);
	clear(&p);
}

static void
atoms_compare_words_and_signs(void **state)
{
	static const struct {
		struct blob_sysc_atom atom;
		uint64_t arg;
		bool want;
	} rows[] = {
		{ { 0, BLOB_SYS_EQ, 0, UINT64_MAX, 5 }, 0x100000005, false },
		{ { 0, BLOB_SYS_EQ, SYSC_F_32, UINT64_MAX, 5 }, 0x100000005,
		    true },
		{ { 0, BLOB_SYS_LT, SYSC_F_SIGNED, UINT64_MAX, 0 },
		    UINT64_MAX, true },
		{ { 0, BLOB_SYS_LT, 0, UINT64_MAX, 0 }, UINT64_MAX, false },
		{ { 0, BLOB_SYS_LT, SYSC_F_SIGNED | SYSC_F_32, UINT64_MAX, 0 },
		    0xffffffff, true },
		{ { 0, BLOB_SYS_GE, 0, UINT64_MAX, 7 }, 7, true },
		{ { 0, BLOB_SYS_GT, 0, UINT64_MAX, 7 }, 7, false },
		{ { 0, BLOB_SYS_LE, 0, UINT64_MAX, 7 }, 7, true },
		{ { 0, BLOB_SYS_NE, 0, 0xf0, 0x10 }, 0x1f, false },
		{ { 6, BLOB_SYS_NE, 0, UINT64_MAX, 1 }, 0, false },
		{ { 0, BLOB_NSYSOPS, 0, UINT64_MAX, 0 }, 0, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		const uint64_t args[6] = { rows[i].arg };

		if (judge_atom_holds(&rows[i].atom, args) != rows[i].want)
			fail_msg("row %zu: not %d", i, rows[i].want);
	}
}

/* --- what is not there -------------------------------------------------- */

static void
absence_refuses(void **state)
{
	struct judge_verdict v;
	struct policy p;

	(void)state;
	start(&p);
	finish(&p);
	judge_path(&p.b, &vars, JUDGE_READ, "/", &v);
	expect("read", &v, F, JUDGE_BY_ABSENCE, 0);
	judge_connect(&p.b, "::1", 1, &v);
	expect("connect", &v, F, JUDGE_BY_MODE, 0);
	judge_bind(&p.b, 1, &v);
	expect("bind", &v, F, JUDGE_BY_MODE, 0);
	judge_unix(&p.b, &vars, "/s", &v);
	expect("unix", &v, F, JUDGE_BY_MODE, 0);
	judge_domain(&p.b, "x", 80, NET_PROTO_HTTP, &v);
	expect("domain", &v, F, JUDGE_BY_MODE, 0);
	judge_env(&p.b, "PATH", &v);
	expect("env", &v, F, JUDGE_BY_DEFAULT, 0);
	assert_int_equal(judge_syscall(&p.b, AUDIT_ARCH_X86_64, 1,
	    (const uint64_t[6]){ 0 }, &v), BLOB_ERR_MISSING);
	clear(&p);
}

static void
every_enumerator_has_a_name(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < JUDGE_NSTRENGTHS; i++)
		assert_string_not_equal(judge_strength_name(i), "?");
	for (i = 0; i < JUDGE_NRIGHTS; i++)
		assert_string_not_equal(judge_right_name(i), "?");
	assert_string_equal(judge_strength_name(JUDGE_NSTRENGTHS), "?");
	assert_string_equal(judge_right_name(JUDGE_NRIGHTS), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_decided_by_the_nearest_entry),
		cmocka_unit_test(git_keeps_what_it_runs),
		cmocka_unit_test(root_holds_everything),
		cmocka_unit_test(within_compares_whole_components),
		cmocka_unit_test(connections_follow_the_mode),
		cmocka_unit_test(ports_are_bound_where_listed),
		cmocka_unit_test(unix_sockets_are_listed_by_path),
		cmocka_unit_test(a_denied_socket_is_not_connected_to),
		cmocka_unit_test(variables_pass_by_keep_then_drop),
		cmocka_unit_test(first_of_many_globs_decides),
		cmocka_unit_test(calls_take_the_first_item),
		cmocka_unit_test(atoms_compare_words_and_signs),
		cmocka_unit_test(absence_refuses),
		cmocka_unit_test(every_enumerator_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
