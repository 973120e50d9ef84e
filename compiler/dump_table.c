/*
 * What a policy lets through and how strongly each line of it is kept, on a
 * kernel that has everything: a row a resource.  What only some runs can
 * keep says in which.
 */
#include <linux/seccomp.h>
#include <string.h>

#include "blob/address.h"
#include "blob/judge.h"
#include "compiler/columns.h"
#include "compiler/dump.h"
#include "compiler/dump_quote.h"
#include "compiler/expand.h"
#include "compiler/rules.h"
#include "compiler/schema.h"

#define SUPERVISED	"in supervised runs"
#define BROKERED	"the supervisor connects"
#define RESOLVED	"its addresses at the start; the supervisor connects"
#define BY_MOUNTS	"with a mount namespace, what exists at the start; " \
	"other names in supervised runs"

struct row {
	const char *resource, *status, *strength, *line, *note;
};

struct table {
	const struct dump *d;
	struct row *rows;
	size_t n, cap;
};

static const char *
hard(void)
{
	return judge_strength_name(JUDGE_HARD);
}

static const char *
supervised(void)
{
	return judge_strength_name(JUDGE_SUPERVISED);
}

static void
row(struct table *t, struct row r, uint32_t rule)
{
	const char *place = dump_rule_line(t->d, rule);

	t->rows = arena_grow(t->d->a, t->rows, t->n, &t->cap,
	    sizeof(*t->rows));
	r.resource = dump_escape(t->d->a, r.resource);
	r.line = place != NULL ? dump_escape(t->d->a, place) : "-";
	t->rows[t->n++] = r;
}

static const char *
text(const struct table *t, const char *what, const char *of)
{
	return arena_printf(t->d->a, "%s %s", what, of);
}

/* --- files -------------------------------------------------------------- */

static const struct {
	unsigned right;
	const char *status, *note;
} kept[] = {
	{ FS_READ, "allowed", NULL },
	{ FS_WRITE, "allowed", NULL },
	{ FS_EXEC, "allowed", NULL },
	{ FS_PROTECT, "unchanged", BY_MOUNTS },
	{ FS_DENY, "denied", BY_MOUNTS },
	{ FS_DEVICE, "allowed", NULL },
	{ FS_GIT, "what git runs unchanged", BY_MOUNTS },
};

static bool
has_root(const struct dump *d, unsigned right)
{
	struct blob_fs e;
	uint32_t i;

	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++)
		if (e.rights & right && strcmp(blob_str(d->b, e.path),
		    "/") == 0)
			return true;
	return false;
}

static void
put_all_else(struct table *t, unsigned right, const char *name,
    uint32_t list, const char *note)
{
	if (!has_root(t->d, right))
		row(t, (struct row){ .resource = text(t, name, "all else"),
		    .status = "denied", .strength = hard(), .note = note },
		    list);
}

static void
put_files(struct table *t)
{
	struct blob_fs_head h = { .count = 0 };
	struct blob_fs e;
	uint32_t i;
	size_t k;

	for (k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
		for (i = 0; blob_fs_get(t->d->b, i, &e) == BLOB_OK; i++) {
			if (!(e.rights & kept[k].right) ||
			    (kept[k].right != FS_DEVICE &&
			    e.rights & FS_DEVICE && dump_is_device_rule(t->d,
			    dump_right_rule(&e, kept[k].right))))
				continue;
			row(t, (struct row){ .resource = text(t,
			    dump_rights[k].name, dump_path(t->d, &e,
			    kept[k].right)),
			    .status = kept[k].status, .strength = hard(),
			    .note = kept[k].note },
			    dump_right_rule(&e, kept[k].right));
		}
	(void)blob_fs_head_get(t->d->b, &h);
	put_all_else(t, FS_READ, "read", h.list_read, NULL);
	put_all_else(t, FS_WRITE, "write", h.list_write, NULL);
	put_all_else(t, FS_EXEC, "exec", h.list_exec,
	    "execve of a file, not what an interpreter reads");
}

/* --- network ------------------------------------------------------------ */

static const struct {
	const char *status, *note;
	enum judge_strength strength;
} modes[BLOB_NNETMODES] = {
	[BLOB_NET_NONE] = { "denied", NULL, JUDGE_HARD },
	[BLOB_NET_LOOPBACK] = { "loopback only",
	    "in a network namespace of its own", JUDGE_HARD },
	[BLOB_NET_PORTS] = { "listed ports only",
	    "plain TCP: the port, not the host", JUDGE_HARD },
	[BLOB_NET_PROXY] = { "by the proxy only",
	    "in a network namespace of its own", JUDGE_HARD },
	[BLOB_NET_FULL] = { "allowed", NULL, JUDGE_HARD },
};

static const struct {
	const char *status, *note;
	enum judge_strength strength;
} unixes[BLOB_NUNIXMODES] = {
	[BLOB_UNIX_NONE] = { "denied", NULL, JUDGE_HARD },
	[BLOB_UNIX_PAIR] = { "socketpair only", NULL, JUDGE_HARD },
	[BLOB_UNIX_PATHS] = { "listed paths only", BROKERED,
	    JUDGE_SUPERVISED },
	[BLOB_UNIX_ANY] = { "allowed", NULL, JUDGE_HARD },
};

static void
put_sockets(struct table *t, const struct blob_net_head *h)
{
	/* Where a host is listed, the broker refuses all others. */
	bool is_brokered = h->mode == BLOB_NET_PORTS && h->nhosts > 0;

	row(t, (struct row){ .resource = "network",
	    .status = modes[h->mode].status,
	    .strength = is_brokered ? supervised() :
	    judge_strength_name(modes[h->mode].strength),
	    .note = is_brokered ? BROKERED : modes[h->mode].note },
	    h->rule_mode);
	row(t, (struct row){ .resource = "unix sockets",
	    .status = unixes[h->unix_mode].status,
	    .strength = judge_strength_name(unixes[h->unix_mode].strength),
	    .note = unixes[h->unix_mode].note },
	    h->rule_unix != 0 ? h->rule_unix : h->rule_mode);
}

static bool
is_address(const char *host)
{
	struct address a;

	return address_parse(host, &a);
}

static void
put_addresses(struct table *t)
{
	const struct dump *d = t->d;
	struct blob_net_port p;
	struct blob_net_host x;
	struct blob_net_unix u;
	uint32_t i;

	for (i = 0; blob_net_port_get(d->b, i, &p) == BLOB_OK; i++)
		row(t, (struct row){ .resource = text(t, p.is_bind ? "bind" :
		    "connect", dump_ports(d, p.lo, p.hi)),
		    .status = "allowed", .strength = hard() }, p.rule);
	for (i = 0; blob_net_host_get(d->b, i, &x) == BLOB_OK; i++)
		row(t, (struct row){ .resource = arena_printf(d->a,
		    "connect %s:%s", blob_str(d->b, x.host),
		    dump_ports(d, x.lo, x.hi)), .status = "allowed",
		    .strength = supervised(), .note = is_address(blob_str(
		    d->b, x.host)) ? BROKERED : RESOLVED }, x.rule);
	for (i = 0; blob_net_unix_get(d->b, i, &u) == BLOB_OK; i++)
		row(t, (struct row){ .resource = text(t, "unix",
		    expand_show(d->a, blob_str(d->b, u.path))),
		    .status = "allowed", .strength = supervised(),
		    .note = BROKERED }, u.rule);
}

static const char *const decided[] = { [BLOB_ALLOW] = "allowed",
	[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "denied" };

/* Names are looked at by the proxy alone. */
static void
put_domains(struct table *t, const struct blob_net_head *h)
{
	bool is_kept = h->mode == BLOB_NET_PROXY;
	struct blob_net_domain e;
	uint32_t i;

	for (i = 0; blob_net_domain_get(t->d->b, i, &e) == BLOB_OK; i++)
		row(t, (struct row){ .resource = arena_printf(t->d->a,
		    "domain %s %s", dump_domain_entry(t->d, &e),
		    dump_protocols(e.protocols)),
		    .status = decided[e.decision],
		    .strength = is_kept ? supervised() : "-",
		    .note = is_kept ? SUPERVISED : "without effect: names "
		    "count in mode proxy" }, e.rule);
}

static void
put_network(struct table *t)
{
	struct blob_net_head h = { .mode = BLOB_NET_NONE };

	(void)blob_net_head_get(t->d->b, &h);
	put_sockets(t, &h);
	put_addresses(t);
	put_domains(t, &h);
}

/* --- calls and commands ------------------------------------------------- */

static const char *
action_status(const struct table *t, uint32_t action)
{
	return (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ALLOW ?
	    "allowed" : sysc_action_text(t->d->a, action);
}

static struct row
call_row(const struct table *t, const char *what, uint32_t action)
{
	bool is_asked = (action & SECCOMP_RET_ACTION_FULL) ==
	    SECCOMP_RET_USER_NOTIF;

	return (struct row){ .resource = text(t, "syscall", what),
	    .status = action_status(t, action),
	    .strength = is_asked ? supervised() : hard(),
	    .note = is_asked ? SUPERVISED : NULL };
}

static void
put_syscalls(struct table *t)
{
	const struct sysc_arch *arch;
	struct blob_sysc_head h;
	size_t i;

	for (i = 0; i < t->d->items.n; i++)
		row(t, call_row(t, t->d->items.v[i].text,
		    t->d->items.v[i].action), t->d->items.v[i].rule);
	if (dump_sysc_archs(t->d->b, &arch, 1) == 0 ||
	    blob_sysc_head_get(t->d->b, arch->audit, &h) != BLOB_OK)
		return;
	row(t, call_row(t, "all else", h.action), h.rule_default);
	row(t, call_row(t, "newer than the compiler", h.newer),
	    h.rule_newer);
	row(t, call_row(t, "of another ABI", h.foreign), 0);
}

static void
put_exec(struct table *t)
{
	const struct exec_view *v = &t->d->exec;
	bool is_tree = v->scope == BLOB_SCOPE_TREE;
	/* Before the command runs; no kernel looks at it afterwards. */
	struct row r = { .strength = is_tree ? supervised() : "consent",
	    .note = is_tree ? SUPERVISED : "the first command alone" };
	struct exec_rule x;
	struct blob_meta m;
	const char *words;
	uint32_t i, n;

	/* /proc can be written: what was decided on can be changed. */
	if (is_tree && blob_meta_get(t->d->b, &m) == BLOB_OK &&
	    (m.predicates & META_ALLOWS_FULL_WRITE) != 0)
		r.strength = judge_strength_name(JUDGE_ADVISORY);
	for (i = 0; exec_rule_get(v, i, &x) == BLOB_OK; i += n + 1) {
		words = dump_rule_words(t->d, i, &n);
		r.resource = text(t, "command", words);
		r.status = decided[x.decision];
		row(t, r, x.info);
	}
	r.resource = "command all else";
	r.status = decided[v->dflt];
	row(t, r, v->rule_default);
	r.resource = "command opaque";
	r.status = decided[v->opaque];
	row(t, r, v->rule_opaque);
}

/* --- what a run begins with --------------------------------------------- */

static void
put_environment(struct table *t)
{
	struct row r = { .strength = hard() };
	struct blob_env_head h = { .inherit = false };
	struct blob_env_glob g;
	struct blob_env_set s;
	uint32_t i;

	for (i = 0; blob_env_keep_get(t->d->b, i, &g) == BLOB_OK; i++) {
		r.resource = text(t, "env", blob_str(t->d->b, g.glob));
		r.status = "kept";
		row(t, r, g.rule);
	}
	for (i = 0; blob_env_drop_get(t->d->b, i, &g) == BLOB_OK; i++) {
		r.resource = text(t, "env", blob_str(t->d->b, g.glob));
		r.status = "dropped";
		row(t, r, g.rule);
	}
	for (i = 0; blob_env_set_get(t->d->b, i, &s) == BLOB_OK; i++) {
		r.resource = text(t, "env", blob_str(t->d->b, s.name));
		r.status = "set";
		row(t, r, s.rule);
	}
	(void)blob_env_head_get(t->d->b, &h);
	r.resource = "env all else";
	r.status = h.inherit ? "inherited" : "dropped";
	row(t, r, h.rule_inherit);
}

static void
put_limits(struct table *t)
{
	struct blob_limit_entry e;
	struct blob_meta m = { .namespaces = 0 };
	uint32_t i;

	(void)blob_meta_get(t->d->b, &m);
	for (i = 0; blob_limit_get(t->d->b, i, &e) == BLOB_OK; i++)
		row(t, (struct row){ .resource = text(t, "limit",
		    dump_limit_name(e.resource)),
		    .status = dump_limit(t->d, &e), .strength = hard(),
		    .note = e.resource == BLOB_LIM_WALL &&
		    (m.namespaces & META_NS_PID) == 0 ?
		    SUPERVISED ", with a pid namespace or cgroup" : NULL },
		    e.rule);
}

/* What a namespace is worth where Landlock has no scopes. */
static const char *
note_scope(const struct blob_meta *m)
{
	return judge_keeps_scope(m) ? "signals and abstract sockets "
	    "beyond the run too, without Landlock's scopes" : NULL;
}

static void
put_namespaces(struct table *t)
{
	struct blob_meta m;

	if (blob_meta_get(t->d->b, &m) != BLOB_OK)
		return;
	if ((m.namespaces & META_NS_PID) != 0)
		row(t, (struct row){ .resource = "process others",
		    .status = "absent", .strength = hard(),
		    .note = note_scope(&m) }, 0);
	if ((m.namespaces & META_NS_IPC) != 0)
		row(t, (struct row){ .resource = "ipc others",
		    .status = "absent", .strength = hard() }, 0);
}

static void
put_degrade(struct table *t)
{
	struct blob_meta m;
	size_t i;

	if (blob_meta_get(t->d->b, &m) != BLOB_OK)
		return;
	for (i = 0; schema_degrade_words[i] != NULL; i++)
		if (m.may_lack >> i & 1)
			row(t, (struct row){ .resource = text(t, "layer",
			    schema_degrade_words[i]),
			    .status = "may be missing", .strength = "-",
			    .note = "what it keeps is lost there" }, 0);
}

/* --- columns ------------------------------------------------------------ */

void
dump_table(struct dump *d)
{
	struct table t = { .d = d };
	size_t width[3] = { 0, 0, 0 }, i;

	t.rows = arena_grow(d->a, t.rows, t.n, &t.cap, sizeof(*t.rows));
	t.rows[t.n++] = (struct row){ "RESOURCE", "STATUS", "STRENGTH",
	    "LINE", NULL };
	put_files(&t);
	put_network(&t);
	put_syscalls(&t);
	put_exec(&t);
	put_environment(&t);
	put_limits(&t);
	put_namespaces(&t);
	put_degrade(&t);
	for (i = 0; i < t.n; i++) {
		width[0] = columns_widest(width[0], t.rows[i].resource);
		width[1] = columns_widest(width[1], t.rows[i].status);
		width[2] = columns_widest(width[2], t.rows[i].strength);
	}
	for (i = 0; i < t.n; i++) {
		columns_put(d->out, t.rows[i].resource, width[0]);
		columns_put(d->out, t.rows[i].status, width[1]);
		columns_put(d->out, t.rows[i].strength, width[2]);
		fputs(t.rows[i].line, d->out);
		if (t.rows[i].note != NULL)
			fprintf(d->out, "  (%s)", t.rows[i].note);
		putc('\n', d->out);
	}
}
