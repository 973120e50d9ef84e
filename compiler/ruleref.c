/* Walk over everything in a policy that has a rule number. */
#include "compiler/ruleref.h"

#include <string.h>

struct refs {
	uint32_t *map;			/* of each old number: 0, or the new */
	void (*visit)(struct refs *r, uint32_t *rule);
};

static void
mark(struct refs *r, uint32_t *rule)
{
	r->map[*rule] = 1;
}

static void
renumber(struct refs *r, uint32_t *rule)
{
	*rule = r->map[*rule];
}

static void
visit_files(struct refs *r, struct ir *ir)
{
	size_t i;

	for (i = 0; i < ir->npaths; i++) {
		r->visit(r, &ir->paths[i].rule_read);
		r->visit(r, &ir->paths[i].rule_write);
		r->visit(r, &ir->paths[i].rule_exec);
		r->visit(r, &ir->paths[i].rule_bar);
	}
	r->visit(r, &ir->list_read);
	r->visit(r, &ir->list_write);
	r->visit(r, &ir->list_exec);
}

static void
visit_network(struct refs *r, struct ir *ir)
{
	size_t i;

	for (i = 0; i < ir->nports; i++)
		r->visit(r, &ir->ports[i].rule);
	for (i = 0; i < ir->nhosts; i++)
		r->visit(r, &ir->hosts[i].rule);
	for (i = 0; i < ir->nunixes; i++)
		r->visit(r, &ir->unixes[i].rule);
	for (i = 0; i < ir->ndomains; i++)
		r->visit(r, &ir->domains[i].rule);
	r->visit(r, &ir->rule_mode);
	r->visit(r, &ir->rule_connect);
	r->visit(r, &ir->rule_bind);
	r->visit(r, &ir->rule_unix);
}

static void
visit_env(struct refs *r, struct ir_env *e, size_t n)
{
	for (; n > 0; n--, e++)
		r->visit(r, &e->rule);
}

static void
visit_rest(struct refs *r, struct ir *ir)
{
	size_t i;

	r->visit(r, &ir->sys.rule_default);
	r->visit(r, &ir->sys.rule_newer);
	r->visit(r, &ir->rule_exec_default);
	r->visit(r, &ir->rule_exec_opaque);
	for (i = 0; i < ir->exec.nprefix; i++)
		r->visit(r, &ir->exec_rules[i]);
	for (i = 0; i < ir->exec.nhosts; i++)
		r->visit(r, &ir->host_rules[i]);
	for (i = 0; i < ir->exec.nprograms; i++)
		r->visit(r, &ir->program_rules[i]);
	for (i = 0; i < ir->exec.nsubstrings; i++)
		r->visit(r, &ir->substring_rules[i]);
	for (i = 0; i < ir->exec.nregexes; i++)
		r->visit(r, &ir->regex_rules[i]);
	r->visit(r, &ir->rule_inherit);
	visit_env(r, ir->drop, ir->ndrop);
	visit_env(r, ir->keep, ir->nkeep);
	visit_env(r, ir->set, ir->nset);
	for (i = 0; i < BLOB_NLIMITS; i++)
		r->visit(r, &ir->limits[i].rule);
	r->visit(r, &ir->rule_audit);
}

static void
visit_all(struct refs *r, struct ir *ir)
{
	visit_files(r, ir);
	visit_network(r, ir);
	visit_rest(r, ir);
}

/* What an item says counts where some architecture has something of it. */
static int
mark_syscalls(struct refs *r, struct arena *a, struct diag *d,
    const struct ir *ir, const struct sysc_arch *arch)
{
	struct sysc_policy p;
	size_t i;

	if (sysc_lower(a, d, &ir->sys, arch->audit, &p) == -1)
		return -1;
	for (i = 0; i < p.nitems; i++)
		r->visit(r, &p.items[i].rule);
	return 0;
}

static bool
is_same_place(const struct ir_rule *x, const struct ir_rule *y)
{
	if (strcmp(x->name, y->name) != 0 || x->loc.line != y->loc.line ||
	    x->loc.col != y->loc.col)
		return false;
	if (x->loc.src == NULL || y->loc.src == NULL)
		return x->loc.src == y->loc.src;
	return strcmp(x->loc.src->name, y->loc.src->name) == 0;
}

/* Keep what is marked, and make map say the new numbers. */
static void
compact(struct refs *r, struct ir *ir)
{
	size_t i, n = 0;

	r->map[0] = 0;
	for (i = 0; i < ir->nrules; i++) {
		if (r->map[i + 1] == 0)
			continue;
		if (n == 0 || !is_same_place(&ir->rules[n - 1],
		    &ir->rules[i]))
			ir->rules[n++] = ir->rules[i];
		r->map[i + 1] = (uint32_t)n;
	}
	ir->nrules = n;
}

int
ruleref_compact(struct arena *a, struct diag *d, struct ir *ir,
    const struct sysc_arch *const *archs, size_t narchs)
{
	struct refs r = { .visit = mark,
	    .map = arena_array(a, ir->nrules + 1, sizeof(*r.map)) };
	size_t i;

	visit_all(&r, ir);
	for (i = 0; i < narchs; i++)
		if (mark_syscalls(&r, a, d, ir, archs[i]) == -1)
			return -1;
	compact(&r, ir);
	r.visit = renumber;
	visit_all(&r, ir);
	for (i = 0; i < ir->nsys_items; i++)
		renumber(&r, &ir->sys_items[i].rule);
	return 0;
}
