/*
 * A blob for people: one line for each thing that it holds, in the order of
 * its sections, with the line of policy that it comes from.
 */
#include "compiler/dump.h"

#include <stdarg.h>
#include <stdlib.h>

#include "compiler/dump_quote.h"
#include "compiler/expand.h"
#include "compiler/rules.h"
#include "compiler/schema.h"
#include "compiler/sysgroup.h"

/* One line; what fmt makes is escaped, so it may hold foreign text. */
static void __attribute__((format(printf, 3, 4)))
line(const struct dump *d, uint32_t rule, const char *fmt, ...)
{
	const char *place = dump_rule_line(d, rule);
	char *text = NULL;
	size_t len;
	va_list ap;
	FILE *mem = open_memstream(&text, &len);

	if (mem == NULL)
		return;
	va_start(ap, fmt);
	vfprintf(mem, fmt, ap);
	va_end(ap);
	if (place != NULL)
		fprintf(mem, "  # %s, %s", dump_rule_name(d, rule), place);
	if (fclose(mem) == 0)
		fprintf(d->out, "%s\n", dump_escape(d->a, text));
	free(text);
}

static void
put_meta(const struct dump *d, const struct blob_meta *m)
{
	const uint8_t *p = blob_digest(d->b);
	unsigned i;

	line(d, 0, "profile: %s", blob_str(d->b, m->name));
	line(d, 0, "description: %s", blob_str(d->b, m->description));
	fputs("sha256: ", d->out);
	for (i = 0; i < 32; i++)
		fprintf(d->out, "%02x", p[i]);
	putc('\n', d->out);
	for (i = 0; dump_predicates[i] != NULL; i++)
		line(d, 0, "%s: %s", dump_predicates[i],
		    m->predicates >> i & 1 ? "true" : "false");
}

static void
put_files(const struct dump *d)
{
	struct blob_fs e;
	uint32_t i, rule;
	unsigned k;

	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++)
		for (k = 0; dump_rights[k].name != NULL; k++) {
			if (!(e.rights & dump_rights[k].bit))
				continue;
			rule = dump_right_rule(&e, dump_rights[k].bit);
			line(d, rule, "%s: %s", dump_rights[k].name,
			    dump_path(d, &e, dump_rights[k].bit));
		}
}

static void
put_lists(const struct dump *d)
{
	struct blob_fs_head h;

	if (blob_fs_head_get(d->b, &h) != BLOB_OK)
		return;
	line(d, h.list_read, "list: read");
	line(d, h.list_write, "list: write");
	line(d, h.list_exec, "list: exec");
}

static void
put_network(const struct dump *d)
{
	struct blob_net_head h;
	struct blob_net_port p;
	struct blob_net_host x;
	struct blob_net_unix u;
	struct blob_net_domain e;
	uint32_t i;

	if (blob_net_head_get(d->b, &h) != BLOB_OK)
		return;
	line(d, h.rule_mode, "network: %s, unix %s", schema_net_words[h.mode],
	    dump_unix_words[h.unix_mode]);
	for (i = 0; blob_net_port_get(d->b, i, &p) == BLOB_OK; i++)
		line(d, p.rule, "%s: %s", p.is_bind ? "bind" : "connect",
		    dump_ports(d, p.lo, p.hi));
	for (i = 0; blob_net_host_get(d->b, i, &x) == BLOB_OK; i++)
		line(d, x.rule, "connect: %s:%s", blob_str(d->b, x.host),
		    dump_ports(d, x.lo, x.hi));
	for (i = 0; blob_net_unix_get(d->b, i, &u) == BLOB_OK; i++)
		line(d, u.rule, "unix: %s", expand_show(d->a,
		    blob_str(d->b, u.path)));
	for (i = 0; blob_net_domain_get(d->b, i, &e) == BLOB_OK; i++)
		line(d, e.rule, "domain: %s%s%s", dump_domain(d, &e),
		    e.lo != 0 ? ", ports " : "", e.lo != 0 ?
		    dump_ports(d, e.lo, e.hi) : "");
}

static void
put_syscalls(const struct dump *d)
{
	const struct sysc_arch *archs[8];
	size_t n = dump_sysc_archs(d->b, archs, 8), i;
	struct blob_sysc_head h;
	struct blob_hint hint;
	struct blob_span s;

	for (i = 0; i < n; i++) {
		if (blob_section(d->b, BLOB_BPF0, archs[i]->audit, &s) !=
		    BLOB_OK || blob_sysc_head_get(d->b, archs[i]->audit,
		    &h) != BLOB_OK)
			continue;
		line(d, h.rule_default, "syscalls: %s %u items, %zu "
		    "instructions, proved, default %s, newer than %u %s, "
		    "foreign %s", archs[i]->name, h.nitems,
		    s.len / BPF_I_LEN, sysc_action_text(d->a, h.action),
		    h.newer_from - 1, sysc_action_text(d->a, h.newer),
		    sysc_action_text(d->a, h.foreign));
	}
	for (i = 0; blob_hint_get(d->b, (uint32_t)i, &hint) == BLOB_OK; i++)
		line(d, 0, "hot: %s %u", blob_str(d->b, hint.call),
		    hint.weight);
	if (n > 0)
		line(d, 0, "groups: version %d of the lists",
		    SYSGROUP_VERSION);
	for (i = 0; i < d->items.n; i++)
		line(d, d->items.v[i].rule, "syscall: %s %s",
		    sysc_action_text(d->a, d->items.v[i].action),
		    d->items.v[i].text);
}

static void
put_exec(const struct dump *d)
{
	const struct exec_view *v = &d->exec;
	struct exec_rule r;
	struct exec_host h;
	const char *text;
	uint32_t i, n;

	line(d, v->rule_default, "exec: %s by default, scope %s",
	    rules_decision_name(v->dflt), schema_scope_words[v->scope]);
	line(d, v->rule_opaque, "exec: %s where it is opaque",
	    rules_decision_name(v->opaque));
	for (i = 0; exec_rule_get(v, i, &r) == BLOB_OK; i += n + 1) {
		text = dump_rule(d, i, &n);
		line(d, r.info, "rule: %s", text);
	}
	for (i = 0; exec_host_get(v, i, &h) == BLOB_OK; i++)
		line(d, h.info, "host: %s", dump_host(d, &h));
	for (i = 0; (text = dump_program(d, i, &n)) != NULL; i++)
		line(d, n, "program: %s", text);
}

static void
put_environment(const struct dump *d)
{
	struct blob_env_head h;
	struct blob_env_glob g;
	struct blob_env_set s;
	uint32_t i;

	if (blob_env_head_get(d->b, &h) != BLOB_OK)
		return;
	line(d, h.rule_inherit, "environment: %s",
	    h.inherit ? "inherited" : "empty");
	for (i = 0; blob_env_drop_get(d->b, i, &g) == BLOB_OK; i++)
		line(d, g.rule, "drop: %s", blob_str(d->b, g.glob));
	for (i = 0; blob_env_keep_get(d->b, i, &g) == BLOB_OK; i++)
		line(d, g.rule, "keep: %s", blob_str(d->b, g.glob));
	for (i = 0; blob_env_set_get(d->b, i, &s) == BLOB_OK; i++)
		line(d, s.rule, "set: %s=%s", blob_str(d->b, s.name),
		    expand_show(d->a, blob_str(d->b, s.value)));
}

static void
put_limits(const struct dump *d)
{
	struct blob_limit_entry e;
	uint32_t i;

	for (i = 0; blob_limit_get(d->b, i, &e) == BLOB_OK; i++)
		line(d, e.rule, "limit: %s %s", dump_limit_name(e.resource),
		    dump_limit(d, &e));
}

static const char *
word_or_none(const char *words)
{
	return *words != '\0' ? words : "none";
}

static void
put_process(const struct dump *d, const struct blob_meta *m)
{
	struct blob_audit x;

	line(d, 0, "devices: %s", schema_device_words[m->devices]);
	line(d, 0, "process: new_session %s, keep_fds %s, debug %s, detach "
	    "%s", schema_session_words[m->new_session],
	    dump_numbers(d, m->keep_fds, ", "), m->debug ? "true" : "false",
	    m->detach ? "true" : "false");
	if (m->namespaces != 0)
		line(d, 0, "namespaces: %s", dump_words(d,
		    schema_namespace_words, m->namespaces));
	if (blob_audit_get(d->b, &x) == BLOB_OK)
		line(d, x.rule, "audit: events %s; redact %s; chain %s",
		    word_or_none(dump_words(d, schema_event_words, x.events)),
		    word_or_none(dump_words(d, schema_redact_words,
		    x.redact)), x.chain ? "true" : "false");
	line(d, 0, "degrade: %s", word_or_none(dump_words(d,
	    schema_degrade_words, m->may_lack)));
}

void
dump_plain(struct dump *d)
{
	struct blob_meta m;

	if (blob_meta_get(d->b, &m) != BLOB_OK)
		return;
	put_meta(d, &m);
	put_files(d);
	put_lists(d);
	put_network(d);
	put_syscalls(d);
	put_exec(d);
	put_environment(d);
	put_limits(d);
	put_process(d, &m);
}
