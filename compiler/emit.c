/*
 * Write each section of a policy; offsets and order are blob/write's.
 */
#include "compiler/emit.h"

#include <stdlib.h>
#include <string.h>

#include "blob/read.h"
#include "blob/write.h"
#include "compiler/automaton.h"
#include "compiler/dump_quote.h"
#include "compiler/emit_sys.h"
#include "compiler/program_put.h"
#include "compiler/ruleref.h"

struct emit {
	struct arena *a;
	struct diag *d;
	const struct ir *ir;
	struct blob_writer *w;
};

static struct blob_buf *
section(const struct emit *e, enum blob_kind kind, uint32_t arch)
{
	return blob_writer_section(e->w, kind, arch,
	    kind == BLOB_DBGI ? 0 : BLOB_SF_CRITICAL);
}

static uint32_t
str(const struct emit *e, const char *s)
{
	return blob_writer_string(e->w, s);
}

static void
emit_meta(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_META, 0);
	const struct ir *ir = e->ir;

	blob_put32(b, str(e, ir->name));
	blob_put32(b, str(e, ir->description));
	blob_put32(b, ir->predicates);
	blob_put8(b, ir->new_session);
	blob_put8(b, ir->is_debug);
	blob_put8(b, ir->is_detached);
	blob_put8(b, ir->devices);
	blob_put32(b, ir->may_lack);
	blob_put32(b, ir->namespaces);	/* one byte, and three reserved */
	blob_put64(b, ir->keep_fds);
}

static void
emit_fs(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_FSRL, 0);
	const struct ir_path *p;
	size_t i;

	blob_put32(b, (uint32_t)e->ir->npaths);
	blob_put32(b, e->ir->list_read);
	blob_put32(b, e->ir->list_write);
	blob_put32(b, e->ir->list_exec);
	for (i = 0; i < e->ir->npaths; i++) {
		p = &e->ir->paths[i];
		blob_put32(b, str(e, p->path));
		blob_put16(b, p->rights);
		blob_put16(b, (p->is_optional ? FS_OPTIONAL : 0) |
		    (p->is_bar_optional ? FS_BAR_OPTIONAL : 0) |
		    (p->is_node ? FS_NODE : 0));
		blob_put32(b, p->rule_read);
		blob_put32(b, p->rule_write);
		blob_put32(b, p->rule_exec);
		blob_put32(b, p->rule_bar);
	}
}

static void
emit_net_tables(const struct emit *e, struct blob_buf *b)
{
	const struct ir *ir = e->ir;
	size_t i;

	for (i = 0; i < ir->nports; i++) {
		blob_put16(b, ir->ports[i].is_bind);
		blob_put16(b, ir->ports[i].lo);
		blob_put16(b, ir->ports[i].hi);
		blob_put16(b, 0);
		blob_put32(b, ir->ports[i].rule);
	}
	for (i = 0; i < ir->nhosts; i++) {
		blob_put32(b, str(e, ir->hosts[i].host));
		blob_put16(b, ir->hosts[i].lo);
		blob_put16(b, ir->hosts[i].hi);
		blob_put32(b, ir->hosts[i].rule);
	}
	for (i = 0; i < ir->nunixes; i++) {
		blob_put32(b, str(e, ir->unixes[i].path));
		blob_put32(b, ir->unixes[i].rule);
	}
	for (i = 0; i < ir->ndomains; i++) {
		blob_put32(b, str(e, ir->domains[i].host));
		blob_put16(b, ir->domains[i].protocols);
		blob_put16(b, ir->domains[i].decision);
		blob_put32(b, ir->domains[i].rule);
		blob_put32(b, str(e, ir->domains[i].why));
		blob_put16(b, ir->domains[i].lo);
		blob_put16(b, ir->domains[i].hi);
	}
}

static void
emit_net(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_NETW, 0);
	const struct ir *ir = e->ir;

	blob_put8(b, ir->net_mode);
	blob_put8(b, ir->unix_mode);
	blob_put16(b, 0);
	blob_put32(b, (uint32_t)ir->nports);
	blob_put32(b, (uint32_t)ir->nhosts);
	blob_put32(b, (uint32_t)ir->nunixes);
	blob_put32(b, (uint32_t)ir->ndomains);
	blob_put32(b, ir->rule_mode);
	blob_put32(b, ir->rule_connect);
	blob_put32(b, ir->rule_bind);
	blob_put32(b, ir->rule_unix);
	emit_net_tables(e, b);
}

/* What a supervisor of this policy makes in the command's place. */
static unsigned
notify_flags(const struct ir *ir)
{
	unsigned flags = 0;

	if (ir->nhosts > 0 || ir->nunixes > 0 || ir->net_mode == BLOB_NET_PROXY)
		flags |= BPFN_F_CONNECT;
	if (ir->nunixes > 0)
		flags |= BPFN_F_BIND;
	return flags;
}

static int
emit_arch(const struct emit *e, const struct sysc_arch *arch)
{
	struct emit_syscalls s = { .a = e->a, .d = e->d, .w = e->w,
		.ir = e->ir, .arch = arch, .notify = notify_flags(e->ir) };

	return emit_syscalls(&s);
}

/* Absent where nothing was asked for. */
static void
emit_hints(const struct emit *e)
{
	const struct ir *ir = e->ir;
	struct blob_buf *b;

	if (ir->nhot == 0 && ir->target_kernel == 0)
		return;
	b = blob_writer_section(e->w, BLOB_HINT, 0, 0);
	blob_put32(b, ir->target_kernel);
	blob_put32(b, (uint32_t)ir->nhot);
	for (size_t i = 0; i < ir->nhot; i++) {
		blob_put32(b, str(e, ir->hot[i].name));
		blob_put32(b, ir->hot[i].weight);
	}
}

static void
put_globs(const struct emit *e, struct blob_buf *b, const struct ir_env *g,
    size_t n)
{
	for (; n > 0; n--, g++) {
		blob_put32(b, str(e, g->name));
		blob_put32(b, g->rule);
	}
}

static void
emit_env(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_ENVR, 0);
	const struct ir *ir = e->ir;
	size_t i;

	blob_put32(b, ir->is_env_inherited);
	blob_put32(b, (uint32_t)ir->ndrop);
	blob_put32(b, (uint32_t)ir->nkeep);
	blob_put32(b, (uint32_t)ir->nset);
	blob_put32(b, ir->rule_inherit);
	put_globs(e, b, ir->drop, ir->ndrop);
	put_globs(e, b, ir->keep, ir->nkeep);
	for (i = 0; i < ir->nset; i++) {
		blob_put32(b, str(e, ir->set[i].name));
		blob_put32(b, str(e, ir->set[i].value));
		blob_put32(b, ir->set[i].rule);
	}
}

static void
emit_limits(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_LIMT, 0);
	unsigned i;

	for (i = 0; i < BLOB_NLIMITS; i++) {
		if (e->ir->limits[i].rule == 0)
			continue;
		blob_put32(b, i);
		blob_put32(b, e->ir->limits[i].rule);
		blob_put64(b, e->ir->limits[i].value);
	}
}

static void
emit_audit(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_AUDT, 0);

	blob_put32(b, e->ir->audit_events);
	blob_put16(b, e->ir->audit_redact);
	blob_put16(b, e->ir->is_chained);
	blob_put32(b, e->ir->rule_audit);
}

static void
emit_rules(const struct emit *e)
{
	struct blob_buf *b = section(e, BLOB_DBGI, 0);
	const struct ir_rule *r;
	size_t i;

	blob_put32(b, (uint32_t)e->ir->nrules);
	for (i = 0; i < e->ir->nrules; i++) {
		r = &e->ir->rules[i];
		blob_put32(b, str(e, r->name));
		/* A file may have any name; here it is text. */
		blob_put32(b, str(e, r->loc.src != NULL ?
		    dump_escape(e->a, r->loc.src->name) : ""));
		blob_put32(b, r->loc.line);
		blob_put32(b, r->loc.col);
	}
}

static int
emit_programs(const struct emit *e)
{
	const struct program_numbers numbers = {
		.programs = e->ir->program_rules,
		.substrings = e->ir->substring_rules,
		.regexes = e->ir->regex_rules,
	};

	if (!program_is_used(&e->ir->exec))
		return 0;
	return program_put(e->a, e->d, &e->ir->exec, &numbers, e->w,
	    section(e, BLOB_PROG, 0));
}

static int
emit_sections(const struct emit *e, const struct sysc_arch *const *archs,
    size_t narchs)
{
	size_t i;

	emit_meta(e);
	emit_fs(e);
	emit_net(e);
	for (i = 0; i < narchs; i++)
		if (emit_arch(e, archs[i]) == -1)
			return -1;
	emit_hints(e);
	if (automaton_emit(e->a, e->d, e->ir, e->w,
	    section(e, BLOB_EXEC, 0)) == -1)
		return -1;
	emit_env(e);
	emit_limits(e);
	emit_audit(e);
	emit_rules(e);
	return emit_programs(e);
}

int
emit_blob(struct arena *a, struct diag *d, struct ir *ir,
    const struct sysc_arch *const *archs, size_t narchs, uint8_t **bytes,
    size_t *len)
{
	struct emit e = { .a = a, .d = d, .ir = ir, .w = blob_writer_new() };
	struct loc nowhere = { .src = NULL };
	struct blob blob;
	int r = -1, err;

	if (e.w == NULL) {
		diag_error(d, nowhere, "out of memory");
		return -1;
	}
	if (ruleref_compact(a, d, ir, archs, narchs) == -1 ||
	    emit_sections(&e, archs, narchs) == -1)
		goto out;
	err = blob_writer_finish(e.w, bytes, len);
	if (err != BLOB_WRITE_OK) {
		diag_error(d, nowhere, "%s", blob_write_strerror(err));
		goto out;
	}
	err = blob_open(&blob, *bytes, *len);
	if (err != BLOB_OK) {
		diag_error(d, nowhere, "internal error: the policy cannot be "
		    "read back: %s", blob_strerror(err));
		free(*bytes);
		goto out;
	}
	r = 0;
out:
	blob_writer_free(e.w);
	return r;
}
