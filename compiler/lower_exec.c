/* The exec section: rule files, rules inside the profile, defaults. */
#include "compiler/lower.h"

#include <errno.h>
#include <string.h>

#include "compiler/merge.h"
#include "compiler/scalar.h"
#include "compiler/schema.h"

/* by is the profile that says so; NULL: the command line. */
static void
read_rules(struct lower *l, const struct source *src, const struct source *by)
{
	static const struct rules_options usual = { .has_extensions = true };
	struct rule_set *set = &l->ir->exec;
	size_t i = set->nprefix;

	rules_read(l->a, l->d, src, l->rules != NULL ? l->rules : &usual, set);
	for (; i < set->nprefix; i++)
		set->prefix[i].is_inherited = by != NULL &&
		    by != l->root->at.src;
}

static void
read_file(struct lower *l, const char *path, const char *shown, struct loc at)
{
	const struct source *src;
	int r = source_load(l->a, path, shown, &src);

	if (r != SOURCE_OK) {
		diag_error(l->d, at, "rules %s %s%s%s",
		    diag_quote(l->a, path), source_strerror(r),
		    r == SOURCE_ERR_OPEN ? ": " : "",
		    r == SOURCE_ERR_OPEN ? strerror(errno) : "");
		return;
	}
	if (l->on_file != NULL)
		l->on_file(l->ctx, path);
	read_rules(l, src, at.src);
}

static void
read_inline(struct lower *l, const struct node *n)
{
	const struct node *c;
	struct source *src;

	if (n->kind == NODE_LIST) {
		for (c = n->first; c != NULL; c = c->next)
			read_inline(l, c);
		return;
	}
	if (n->kind != NODE_SCALAR) {
		diag_error(l->d, n->at, "\"inline\" takes the text of rules, "
		    "found %s", node_what(l->a, n));
		return;
	}
	src = scalar_source(l->a, n);
	if (n->loc.src != n->at.src)
		src->origin = &n->loc;
	read_rules(l, src, n->loc.src);	/* of resolved text: not its own */
}

/* Each rule that can decide gets a number. */
static void
number_rules(struct lower *l)
{
	struct ir *ir = l->ir;
	size_t i;

	ir->exec_rules = arena_array(l->a, ir->exec.nprefix, 4);
	ir->host_rules = arena_array(l->a, ir->exec.nhosts, 4);
	for (i = 0; i < ir->exec.nprefix; i++) {
		ir->exec_rules[i] = ir_rule_add(l->a, ir,
		    ir->exec.prefix[i].id != NULL ? ir->exec.prefix[i].id :
		    "prefix_rule", source_origin(ir->exec.prefix[i].loc));
	}
	for (i = 0; i < ir->exec.nhosts; i++)
		ir->host_rules[i] = ir_rule_add(l->a, ir, "host_executable",
		    source_origin(ir->exec.hosts[i].loc));
}

static void
number_programs(struct lower *l)
{
	struct rule_set *set = &l->ir->exec;
	struct ir *ir = l->ir;
	size_t i;

	ir->program_rules = arena_array(l->a, set->nprograms, 4);
	ir->substring_rules = arena_array(l->a, set->nsubstrings, 4);
	ir->regex_rules = arena_array(l->a, set->nregexes, 4);
	for (i = 0; i < set->nprograms; i++)
		ir->program_rules[i] = ir_rule_add(l->a, ir,
		    "define_program", source_origin(set->programs[i].loc));
	for (i = 0; i < set->nsubstrings; i++)
		ir->substring_rules[i] = ir_rule_add(l->a, ir,
		    "forbid_substrings", source_origin(set->substrings[i].loc));
	for (i = 0; i < set->nregexes; i++)
		ir->regex_rules[i] = ir_rule_add(l->a, ir,
		    "forbid_program_regex",
		    source_origin(set->regexes[i].loc));
}

static void
lower_network_rules(struct lower *l)
{
	const struct network_rule *r;
	struct ir *ir = l->ir;
	size_t i;

	for (i = 0; i < ir->exec.nnetwork; i++) {
		r = &ir->exec.network[i];
		ir->domains = arena_grow(l->a, ir->domains, ir->ndomains,
		    &ir->cap_domains, sizeof(*ir->domains));
		ir->domains[ir->ndomains++] = (struct ir_domain){
		    .host = r->host, .protocols = r->protocol,
		    .decision = r->decision,
		    .why = r->justification != NULL ? r->justification : "",
		    .rule = ir_rule_add(l->a, ir, "network_rule",
		    source_origin(r->loc)) };
	}
}

void
lower_exec(struct lower *l, const struct node *exec)
{
	const struct node *n = node_get(exec, "rules");
	const struct node *by_default = node_get(exec, "default");
	const struct node *opaque = node_get(exec, "opaque");
	const struct node *scope = node_get(exec, "scope");
	unsigned i;

	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next)
		read_file(l, merge_resolve(l->a, n->at.src->path, n->text),
		    merge_resolve(l->a, n->at.src->name, n->text), n->at);
	if ((n = node_get(exec, "inline")) != NULL)
		read_inline(l, n);
	for (i = 0; l->extra_rules != NULL && l->extra_rules[i] != NULL; i++)
		read_file(l, l->extra_rules[i], l->extra_rules[i],
		    (struct loc){ .src = NULL });
	/* Absence grants nothing. */
	l->ir->exec_default = schema_word_index(by_default,
	    schema_decision_words, BLOB_FORBIDDEN);
	l->ir->exec_opaque = schema_word_index(opaque, schema_decision_words,
	    BLOB_PROMPT);
	l->ir->exec_scope = schema_word_index(scope, schema_scope_words,
	    BLOB_SCOPE_COMMAND);
	if (exec == NULL && i > 0)
		exec = l->root;		/* rules of --rules alone */
	l->ir->rule_exec_default = lower_rule(l, "exec.default",
	    by_default != NULL ? by_default : exec);
	l->ir->rule_exec_opaque = lower_rule(l, "exec.opaque",
	    opaque != NULL ? opaque : exec);
	number_rules(l);
	number_programs(l);
	lower_network_rules(l);
}
