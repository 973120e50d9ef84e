/*
 * A blob as a profile that compiles to the same bytes.  Every value carries
 * where it came from by `!from', so that DBGI comes out the same too; what
 * follows from other values (predicates, refusals that a network mode
 * implies, programs) is left to the compiler.
 */
#include <string.h>

#include "compiler/dump.h"
#include "compiler/dump_list.h"
#include "compiler/dump_quote.h"
#include "compiler/expand.h"
#include "compiler/rules.h"
#include "compiler/schema.h"

static const char *
quoted(const struct dump *d, const char *s)
{
	return dump_quote_yaml(d->a, s);
}

static void
put_value(const struct dump *d, const char *key, uint32_t rule,
    const char *value)
{
	fprintf(d->out, "  %s: %s\n", key, dump_from(d, rule, value));
}

/* --- files -------------------------------------------------------------- */

static void
put_paths(struct dump *d, const char *key, unsigned right, uint32_t list)
{
	struct dump_list found = { .n = 0 };
	struct blob_fs e;
	uint32_t i, rule;

	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++) {
		rule = dump_right_rule(&e, right);
		/* What the device list gives is not the profile's. */
		if (!(e.rights & right) || (e.rights & FS_DEVICE &&
		    dump_is_device_rule(d, rule)))
			continue;
		dump_list_add(d, &found, rule, quoted(d, dump_path(d, &e,
		    right)));
	}
	if (list != 0 || found.n > 0)
		dump_list_put(d, key, list, &found);
}

static uint32_t
device_rule(const struct dump *d)
{
	struct blob_fs e;
	uint32_t i;

	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++) {
		if (!(e.rights & FS_DEVICE))
			continue;
		if (e.rule_read != 0 && dump_is_device_rule(d, e.rule_read))
			return e.rule_read;
		if (e.rule_write != 0 && dump_is_device_rule(d, e.rule_write))
			return e.rule_write;
	}
	return 0;
}

static bool
has_bars(const struct dump *d)
{
	struct blob_fs e;
	uint32_t i;

	for (i = 0; blob_fs_get(d->b, i, &e) == BLOB_OK; i++)
		if (e.rights & FS_BARS)
			return true;
	return false;
}

static void
put_filesystem(struct dump *d, const struct blob_meta *m)
{
	uint32_t devices = device_rule(d);
	bool says_devices = devices != 0 || m->devices != BLOB_DEV_MINIMAL;
	struct blob_fs_head h;

	if (blob_fs_head_get(d->b, &h) != BLOB_OK || (!says_devices &&
	    (h.list_read | h.list_write | h.list_exec) == 0 && !has_bars(d)))
		return;
	fputs("filesystem:\n", d->out);
	put_paths(d, "read", FS_READ, h.list_read);
	put_paths(d, "write", FS_WRITE, h.list_write);
	/* Without a list of its own, what may be read may be executed. */
	if (h.list_exec != h.list_read)
		put_paths(d, "exec", FS_EXEC, h.list_exec);
	put_paths(d, "protect", FS_PROTECT, 0);
	put_paths(d, "deny", FS_DENY, 0);
	put_paths(d, "git", FS_GIT, 0);
	if (says_devices)
		put_value(d, "devices", devices,
		    schema_device_words[m->devices]);
}

/* --- network ------------------------------------------------------------ */

static void
put_ports(struct dump *d, const struct blob_net_head *h, bool is_bind)
{
	struct dump_list found = { .n = 0 };
	uint32_t list = is_bind ? h->rule_bind : h->rule_connect, i;
	struct blob_net_port p;
	struct blob_net_host x;

	for (i = 0; blob_net_port_get(d->b, i, &p) == BLOB_OK; i++)
		if (p.is_bind == is_bind)
			dump_list_add(d, &found, p.rule,
			    dump_ports(d, p.lo, p.hi));
	for (i = 0; !is_bind && blob_net_host_get(d->b, i, &x) == BLOB_OK;
	    i++)
		dump_list_add(d, &found, x.rule, quoted(d, arena_printf(d->a,
		    "%s:%s", blob_str(d->b, x.host),
		    dump_ports(d, x.lo, x.hi))));
	if (list != 0)
		dump_list_put(d, is_bind ? "bind" : "connect", list, &found);
}

static void
put_unix(struct dump *d, const struct blob_net_head *h)
{
	static const char *const modes[] = { [BLOB_UNIX_NONE] = NULL,
		[BLOB_UNIX_PAIR] = "pair", [BLOB_UNIX_PATHS] = NULL,
		[BLOB_UNIX_ANY] = "any" };
	struct dump_list found = { .n = 0 };
	struct blob_net_unix u;
	uint32_t i;

	if (h->rule_unix == 0)
		return;
	if (modes[h->unix_mode] != NULL)
		dump_list_add(d, &found, 0, modes[h->unix_mode]);
	for (i = 0; blob_net_unix_get(d->b, i, &u) == BLOB_OK; i++)
		dump_list_add(d, &found, u.rule, quoted(d, expand_show(d->a,
		    blob_str(d->b, u.path))));
	dump_list_put(d, "unix", h->rule_unix, &found);
}

static void
put_domains(struct dump *d)
{
	struct dump_list allow = { .n = 0 }, deny = { .n = 0 };
	struct blob_net_domain e;
	uint32_t i;

	for (i = 0; blob_net_domain_get(d->b, i, &e) == BLOB_OK; i++)
		if (!dump_domain_is_rule(d, &e))
			dump_list_add(d, e.decision == BLOB_ALLOW ? &allow
			    : &deny, e.rule,
			    quoted(d, dump_domain_entry(d, &e)));
	if (allow.n + deny.n == 0)
		return;
	fputs("  domains:\n", d->out);
	if (allow.n > 0)
		dump_list_put(d, "  allow", 0, &allow);
	if (deny.n > 0)
		dump_list_put(d, "  deny", 0, &deny);
}

static void
put_network(struct dump *d)
{
	struct blob_net_head h;

	if (blob_net_head_get(d->b, &h) != BLOB_OK || h.rule_mode == 0)
		return;
	fputs("network:\n", d->out);
	put_value(d, "mode", h.rule_mode, schema_net_words[h.mode]);
	put_ports(d, &h, false);
	put_ports(d, &h, true);
	put_unix(d, &h);
	put_domains(d);
}

/* --- system calls ------------------------------------------------------- */

static void
put_rules(const struct dump *d)
{
	const struct dump_item *it, *old = NULL;
	size_t i;

	for (i = 0; i < d->items.n; i++) {
		it = &d->items.v[i];
		if (it->is_derived)
			continue;
		if (old == NULL)
			fputs("  rules:\n", d->out);
		if (old == NULL || old->action != it->action) {
			if (old != NULL)
				fputs("\n      ]\n", d->out);
			fputs("    - ", d->out);
			if (d->overrides)
				fputs("override: true\n      ", d->out);
			fprintf(d->out, "%s: [",
			    sysc_action_text(d->a, it->action));
		}
		fprintf(d->out, "\n        %s,", dump_from(d, it->rule,
		    quoted(d, it->text)));
		old = it;
	}
	if (old != NULL)
		fputs("\n      ]\n", d->out);
}

/* Without them the programs would be others. */
static void
put_hints(struct dump *d)
{
	struct blob_hint hint;
	uint32_t kernel = 0, i;

	if (blob_hint_kernel_get(d->b, &kernel) != BLOB_OK)
		return;
	if (kernel != 0)
		fprintf(d->out, "  target_kernel: \"%u.%u\"\n", kernel >> 16,
		    kernel & 0xffff);
	for (i = 0; blob_hint_get(d->b, i, &hint) == BLOB_OK; i++)
		fprintf(d->out, "%s%s=%u", i == 0 ? "  hot: [" : ", ",
		    blob_str(d->b, hint.call), hint.weight);
	if (i > 0)
		fputs("]\n", d->out);
}

static void
put_syscalls(struct dump *d)
{
	const struct sysc_arch *archs[8];
	size_t n = dump_sysc_archs(d->b, archs, 8), i;
	struct blob_sysc_head h;

	if (n == 0 ||
	    blob_sysc_head_get(d->b, archs[0]->audit, &h) != BLOB_OK)
		return;
	fputs("syscalls:\n", d->out);
	if (h.rule_default != 0)
		put_value(d, "default", h.rule_default,
		    sysc_action_text(d->a, h.action));
	if (h.rule_newer != 0)
		put_value(d, "newer", h.rule_newer,
		    sysc_action_text(d->a, h.newer));
	fputs("  architectures: [", d->out);
	for (i = 0; i < n; i++)
		fprintf(d->out, "%s%s", i > 0 ? ", " : "", archs[i]->name);
	fputs("]\n", d->out);
	put_hints(d);
	put_rules(d);
}

/* --- exec rules --------------------------------------------------------- */

static void
put_items(const struct dump *d, struct dump_list *l)
{
	dump_list_sort(l);
	for (size_t i = 0; i < l->n; i++)
		fprintf(d->out, "    - %s\n", dump_from(d, l->v[i].rule,
		    l->v[i].text));
}

/* Hosts are sorted by name in the blob; they were numbered as written. */
static void
put_hosts(struct dump *d)
{
	struct dump_list found = { .n = 0 };
	struct exec_host h;
	uint32_t i;

	for (i = 0; exec_host_get(&d->exec, i, &h) == BLOB_OK; i++)
		dump_list_add(d, &found, h.info, dump_quote_single(d->a,
		    dump_host(d, &h)));
	put_items(d, &found);
}

/* Programs are sorted likewise. */
static void
put_programs(struct dump *d)
{
	struct dump_list found = { .n = 0 };
	const char *text;
	uint32_t i, rule;

	for (i = 0; (text = dump_program(d, i, &rule)) != NULL; i++)
		dump_list_add(d, &found, rule, dump_quote_single(d->a, text));
	put_items(d, &found);
}

static void
put_inline(struct dump *d)
{
	struct blob_net_domain e;
	struct exec_rule r;
	const char *text;
	uint32_t i, n;

	fputs("  inline:\n", d->out);
	for (i = 0; exec_rule_get(&d->exec, i, &r) == BLOB_OK; i += n + 1) {
		text = dump_rule(d, i, &n);
		fprintf(d->out, "    - %s\n", dump_from(d, r.info,
		    dump_quote_single(d->a, text)));
	}
	put_hosts(d);
	put_programs(d);
	for (i = 0; blob_net_domain_get(d->b, i, &e) == BLOB_OK; i++)
		if (dump_domain_is_rule(d, &e))
			fprintf(d->out, "    - %s\n", dump_from(d, e.rule,
			    dump_quote_single(d->a, dump_domain(d, &e))));
}

static bool
has_rules(const struct dump *d)
{
	struct blob_net_domain e;
	uint32_t i;

	for (i = 0; blob_net_domain_get(d->b, i, &e) == BLOB_OK; i++)
		if (dump_domain_is_rule(d, &e))
			return true;
	return d->exec.nrules > 0 || d->exec.nhosts > 0 ||
	    d->programs.nspecs > 0 || d->programs.nsubstrings > 0 ||
	    d->programs.nregexes > 0;
}

static void
put_exec(struct dump *d)
{
	const struct exec_view *v = &d->exec;

	if (v->rule_default == 0)
		return;		/* no section: everything is forbidden */
	fputs("exec:\n", d->out);
	put_value(d, "default", v->rule_default,
	    rules_decision_name(v->dflt));
	put_value(d, "opaque", v->rule_opaque,
	    rules_decision_name(v->opaque));
	fprintf(d->out, "  scope: %s\n", schema_scope_words[v->scope]);
	if (has_rules(d))
		put_inline(d);
}

/* --- the rest ----------------------------------------------------------- */

static void
put_globs(struct dump *d, const char *key, uint32_t n, int (*get)(
    const struct blob *b, uint32_t i, struct blob_env_glob *out))
{
	struct dump_list found = { .n = 0 };
	struct blob_env_glob g;
	uint32_t i;

	for (i = 0; i < n && get(d->b, i, &g) == BLOB_OK; i++)
		dump_list_add(d, &found, g.rule, quoted(d, blob_str(d->b,
		    g.glob)));
	if (n > 0)
		dump_list_put(d, key, 0, &found);
}

/* The explicit form of a key: the short one ends at 1024 characters. */
static void
put_environment(struct dump *d)
{
	struct blob_env_head h;
	struct blob_env_set s;
	uint32_t i;

	if (blob_env_head_get(d->b, &h) != BLOB_OK || h.rule_inherit == 0)
		return;
	fputs("environment:\n", d->out);
	put_value(d, "inherit", h.rule_inherit, h.inherit ? "true" : "false");
	put_globs(d, "drop", h.ndrop, blob_env_drop_get);
	put_globs(d, "keep", h.nkeep, blob_env_keep_get);
	for (i = 0; blob_env_set_get(d->b, i, &s) == BLOB_OK; i++) {
		const char *name = quoted(d, blob_str(d->b, s.name));

		if (i == 0)
			fputs("  set:\n", d->out);
		fprintf(d->out, strlen(name) > 500 ? "    ? %s\n    : %s\n" :
		    "    %s: %s\n", name, dump_from(d, s.rule, quoted(d,
		    expand_show(d->a, blob_str(d->b, s.value)))));
	}
}

static void
put_limits(struct dump *d)
{
	struct blob_limit_entry e;
	uint32_t i;

	for (i = 0; blob_limit_get(d->b, i, &e) == BLOB_OK; i++) {
		if (i == 0)
			fputs("limits:\n", d->out);
		put_value(d, dump_limit_name(e.resource), e.rule,
		    dump_limit(d, &e));
	}
}

static void
put_process(const struct dump *d, const struct blob_meta *m)
{
	fprintf(d->out, "process:\n  new_session: %s\n  keep_fds: [%s]\n"
	    "  debug: %s\n  detach: %s\n",
	    schema_session_words[m->new_session],
	    dump_numbers(d, m->keep_fds, ", "), m->debug ? "true" : "false",
	    m->detach ? "true" : "false");
	if (m->namespaces != 0)
		fprintf(d->out, "  namespaces: [%s]\n", dump_words(d,
		    schema_namespace_words, m->namespaces));
}

static void
put_audit(const struct dump *d)
{
	struct blob_audit x;

	if (blob_audit_get(d->b, &x) != BLOB_OK || x.rule == 0)
		return;
	fprintf(d->out, "audit: %s\n", dump_from(d, x.rule, arena_printf(d->a,
	    "{events: [%s], redact: [%s], chain: %s}",
	    dump_words(d, schema_event_words, x.events),
	    dump_words(d, schema_redact_words, x.redact),
	    x.chain ? "true" : "false")));
}

void
dump_yaml(struct dump *d)
{
	struct blob_meta m;

	if (blob_meta_get(d->b, &m) != BLOB_OK)
		return;
	fprintf(d->out, "version: 1\nname: %s\n",
	    quoted(d, blob_str(d->b, m.name)));
	if (m.description != 0)
		fprintf(d->out, "description: %s\n",
		    quoted(d, blob_str(d->b, m.description)));
	put_filesystem(d, &m);
	put_network(d);
	put_syscalls(d);
	put_exec(d);
	put_environment(d);
	put_limits(d);
	put_process(d, &m);
	put_audit(d);
	fprintf(d->out, "degrade: [%s]\n",
	    dump_words(d, schema_degrade_words, m.may_lack));
}
