/*
 * A blob for programs: everything in it, the numbers of SYSC included.  Keys
 * are an interface, listed in codex-policyc(1).
 */
#include "compiler/dump_json.h"

#include <string.h>

#include "compiler/expand.h"
#include "compiler/rules.h"
#include "compiler/schema.h"

/* Rule numbers lead to "rules"; 0 is none. */
static void
put_rule(struct jsonout *j, uint32_t rule)
{
	jsonout_number(j, "rule", rule);
}

static void
put_words(struct jsonout *j, const char *key, const char *const *words,
    unsigned bits)
{
	unsigned i;

	jsonout_open(j, key, '[');
	for (i = 0; words[i] != NULL; i++)
		if (bits >> i & 1)
			jsonout_string(j, NULL, words[i]);
	jsonout_close(j, ']');
}

static void
put_meta(const struct dump *d, struct jsonout *j, const struct blob_meta *m)
{
	const uint8_t *p = blob_digest(d->b);
	char hex[65];
	unsigned i;

	for (i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	jsonout_number(j, "format", 1);
	jsonout_string(j, "name", blob_str(d->b, m->name));
	jsonout_string(j, "description", blob_str(d->b, m->description));
	jsonout_string(j, "sha256", hex);
	jsonout_open(j, "predicates", '{');
	for (i = 0; dump_predicates[i] != NULL; i++)
		jsonout_bool(j, dump_predicates[i], m->predicates >> i & 1);
	jsonout_close(j, '}');
}

static void
put_path(const struct dump *d, struct jsonout *j, const struct blob_fs *e)
{
	unsigned k;

	jsonout_open(j, NULL, '{');
	jsonout_string(j, "path", expand_show(d->a, blob_str(d->b,
	    e->path)));
	jsonout_bool(j, "optional", e->flags & FS_OPTIONAL);
	jsonout_bool(j, "bar_optional", e->flags & FS_BAR_OPTIONAL);
	jsonout_open(j, "rights", '{');
	for (k = 0; dump_rights[k].name != NULL; k++)
		if (e->rights & dump_rights[k].bit)
			jsonout_number(j, dump_rights[k].name,
			    dump_right_rule(e, dump_rights[k].bit));
	jsonout_close(j, '}');
	jsonout_close(j, '}');
}

static void
put_files(const struct dump *d, struct jsonout *j, const struct blob_meta *m)
{
	struct blob_fs_head h = { .count = 0 };
	struct blob_fs e;
	uint32_t i;

	(void)blob_fs_head_get(d->b, &h);
	jsonout_open(j, "filesystem", '{');
	jsonout_string(j, "devices", schema_device_words[m->devices]);
	jsonout_number(j, "read_rule", h.list_read);
	jsonout_number(j, "write_rule", h.list_write);
	jsonout_number(j, "exec_rule", h.list_exec);
	jsonout_open(j, "paths", '[');
	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++)
		put_path(d, j, &e);
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

static void
put_range(struct jsonout *j, unsigned lo, unsigned hi, uint32_t rule)
{
	jsonout_number(j, "first", lo);
	jsonout_number(j, "last", hi);
	put_rule(j, rule);
	jsonout_close(j, '}');
}

static void
put_ports(const struct dump *d, struct jsonout *j)
{
	struct blob_net_port p;
	struct blob_net_host x;
	uint32_t i;

	jsonout_open(j, "ports", '[');
	for (i = 0; blob_net_port_get(d->b, i, &p) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "use", p.is_bind ? "bind" : "connect");
		put_range(j, p.lo, p.hi, p.rule);
	}
	jsonout_close(j, ']');
	jsonout_open(j, "hosts", '[');
	for (i = 0; blob_net_host_get(d->b, i, &x) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "host", blob_str(d->b, x.host));
		put_range(j, x.lo, x.hi, x.rule);
	}
	jsonout_close(j, ']');
}

static void
put_domain(const struct dump *d, struct jsonout *j,
    const struct blob_net_domain *e)
{
	static const char *const protocols[] = { "http", "https",
		"socks5_tcp", "socks5_udp", NULL };

	jsonout_open(j, NULL, '{');
	jsonout_string(j, "host", blob_str(d->b, e->host));
	put_words(j, "protocols", protocols, e->protocols);
	jsonout_string(j, "decision", rules_decision_name(e->decision));
	jsonout_string(j, "justification", blob_str(d->b, e->why));
	if (e->lo != 0) {
		jsonout_number(j, "first", e->lo);
		jsonout_number(j, "last", e->hi);
	}
	put_rule(j, e->rule);
	jsonout_close(j, '}');
}

static void
put_network(const struct dump *d, struct jsonout *j)
{
	struct blob_net_head h = { .mode = BLOB_NET_NONE };
	struct blob_net_unix u;
	struct blob_net_domain e;
	uint32_t i;

	(void)blob_net_head_get(d->b, &h);
	jsonout_open(j, "network", '{');
	jsonout_string(j, "mode", schema_net_words[h.mode]);
	put_rule(j, h.rule_mode);
	jsonout_number(j, "connect_rule", h.rule_connect);
	jsonout_number(j, "bind_rule", h.rule_bind);
	put_ports(d, j);
	jsonout_string(j, "unix", dump_unix_words[h.unix_mode]);
	jsonout_number(j, "unix_rule", h.rule_unix);
	jsonout_open(j, "unix_paths", '[');
	for (i = 0; blob_net_unix_get(d->b, i, &u) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "path", expand_show(d->a,
		    blob_str(d->b, u.path)));
		put_rule(j, u.rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	jsonout_open(j, "domains", '[');
	for (i = 0; blob_net_domain_get(d->b, i, &e) == BLOB_OK; i++)
		put_domain(d, j, &e);
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

static void
put_environment(const struct dump *d, struct jsonout *j)
{
	struct blob_env_head h = { .inherit = false };
	struct blob_env_glob g;
	struct blob_env_set s;
	uint32_t i, k;

	(void)blob_env_head_get(d->b, &h);
	jsonout_open(j, "environment", '{');
	jsonout_bool(j, "inherit", h.inherit);
	put_rule(j, h.rule_inherit);
	for (k = 0; k < 2; k++) {
		jsonout_open(j, k == 0 ? "drop" : "keep", '[');
		for (i = 0; (k == 0 ? blob_env_drop_get : blob_env_keep_get)(
		    d->b, i, &g) == BLOB_OK; i++) {
			jsonout_open(j, NULL, '{');
			jsonout_string(j, "pattern", blob_str(d->b, g.glob));
			put_rule(j, g.rule);
			jsonout_close(j, '}');
		}
		jsonout_close(j, ']');
	}
	jsonout_open(j, "set", '[');
	for (i = 0; blob_env_set_get(d->b, i, &s) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "name", blob_str(d->b, s.name));
		jsonout_string(j, "value", expand_show(d->a,
		    blob_str(d->b, s.value)));
		put_rule(j, s.rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

static void
put_limits(const struct dump *d, struct jsonout *j)
{
	struct blob_limit_entry e;
	uint32_t i;

	jsonout_open(j, "limits", '[');
	for (i = 0; blob_limit_get(d->b, i, &e) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "resource", dump_limit_name(e.resource));
		jsonout_number(j, "value", e.value);
		jsonout_string(j, "text", dump_limit(d, &e));
		put_rule(j, e.rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void
put_process(const struct dump *d, struct jsonout *j,
    const struct blob_meta *m)
{
	struct blob_audit x = { .events = 0 };
	unsigned i;

	jsonout_open(j, "process", '{');
	jsonout_string(j, "new_session", schema_session_words[m->new_session]);
	jsonout_open(j, "keep_fds", '[');
	for (i = 0; i < 64; i++)
		if (m->keep_fds >> i & 1)
			jsonout_number(j, NULL, i);
	jsonout_close(j, ']');
	jsonout_bool(j, "debug", m->debug);
	jsonout_bool(j, "detach", m->detach);
	put_words(j, "namespaces", schema_namespace_words, m->namespaces);
	jsonout_close(j, '}');
	(void)blob_audit_get(d->b, &x);
	jsonout_open(j, "audit", '{');
	put_words(j, "events", schema_event_words, x.events);
	put_words(j, "redact", schema_redact_words, x.redact);
	jsonout_bool(j, "chain", x.chain);
	put_rule(j, x.rule);
	jsonout_close(j, '}');
	put_words(j, "degrade", schema_degrade_words, m->may_lack);
}

static void
put_rules(const struct dump *d, struct jsonout *j)
{
	struct blob_rule_info info;
	uint32_t i;

	jsonout_open(j, "rules", '[');
	for (i = 1; blob_rule_get(d->b, i, &info) == BLOB_OK; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_number(j, "number", i);
		jsonout_string(j, "name", blob_str(d->b, info.name));
		jsonout_string(j, "file", blob_str(d->b, info.file));
		jsonout_number(j, "line", info.line);
		jsonout_number(j, "column", info.col);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

void
dump_json(struct dump *d)
{
	struct jsonout j = { .a = d->a, .out = d->out };
	struct blob_meta m;

	if (blob_meta_get(d->b, &m) != BLOB_OK)
		return;
	jsonout_open(&j, NULL, '{');
	put_meta(d, &j, &m);
	put_files(d, &j, &m);
	put_network(d, &j);
	dump_json_syscalls(d, &j);
	dump_json_exec(d, &j);
	put_environment(d, &j);
	put_limits(d, &j);
	put_process(d, &j, &m);
	put_rules(d, &j);
	jsonout_close(&j, '}');
}
