/*
 * Commands, variables, limits and the process of a stack.
 */
#include "compiler/stack.h"

#include <string.h>

#include "blob/judge.h"
#include "compiler/expand.h"
#include "compiler/schema.h"

static const char *const decided[] = { [BLOB_ALLOW] = "allowed",
	[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "denied" };

static struct stack_row *
find_row(const struct stack *s, const char *what, const char *target,
    const char *status)
{
	struct stack_row *row;

	for (row = s->rows; row != NULL; row = row->next)
		if (strcmp(row->what, what) == 0 &&
		    strcmp(row->target, target) == 0 &&
		    strcmp(row->status, status) == 0)
			break;
	return row;
}

/* A row that several layers may share. */
static struct stack_row *
share(struct stack *s, enum stack_section section, const char *what,
    const char *target, const char *status, const char *strength)
{
	struct stack_row *row = find_row(s, what, target, status);

	return row != NULL ? row : stack_add(s, section, what, target, status,
	    strength);
}

/* --- commands ----------------------------------------------------------- */

static bool
has_tree(const struct stack *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->layers[i].exec.scope == BLOB_SCOPE_TREE)
			return true;
	return false;
}

/* Rules that allow matter only where something would refuse. */
static void
put_rules(struct stack *s, unsigned dflt, const char *strength)
{
	struct dump *d;
	struct exec_rule x;
	const char *words;
	uint32_t k, more;
	size_t i;

	for (i = 0; i < s->n; i++) {
		d = &s->layers[i];
		for (k = 0; exec_rule_get(&d->exec, k, &x) == BLOB_OK;
		    k += more + 1) {
			words = dump_rule_words(d, k, &more);
			if (x.decision == BLOB_ALLOW && dflt == BLOB_ALLOW)
				continue;
			stack_add_by(s, share(s, STACK_EXEC, "command",
			    words, decided[x.decision], strength), i,
			    x.info);
		}
	}
}

static void
put_default(struct stack *s, const char *target, unsigned dflt,
    bool is_opaque, const char *strength)
{
	struct stack_row *row = stack_add(s, STACK_EXEC, "command", target,
	    decided[dflt], strength);
	const struct exec_view *v;
	size_t i;

	for (i = 0; i < s->n; i++) {
		v = &s->layers[i].exec;
		if ((is_opaque ? v->opaque : v->dflt) == dflt)
			stack_add_by(s, row, i, is_opaque ? v->rule_opaque :
			    v->rule_default);
	}
}

void
stack_exec(struct stack *s)
{
	unsigned dflt = BLOB_ALLOW, opaque = BLOB_ALLOW;
	const char *strength = has_tree(s) ?
	    judge_strength_name(JUDGE_SUPERVISED) : "consent";
	struct stack_row *row;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->layers[i].exec.dflt > dflt)
			dflt = s->layers[i].exec.dflt;
		if (s->layers[i].exec.opaque > opaque)
			opaque = s->layers[i].exec.opaque;
	}
	put_rules(s, dflt, strength);
	put_default(s, "all else", dflt, false, strength);
	put_default(s, "opaque", opaque, true, strength);
	row = stack_add(s, STACK_EXEC, "scope", "", has_tree(s) ? "tree" :
	    "command", "-");
	for (i = 0; i < s->n; i++)
		if ((s->layers[i].exec.scope == BLOB_SCOPE_TREE) ==
		    has_tree(s))
			stack_add_by(s, row, i, 0);
}

/* --- variables ---------------------------------------------------------- */

/* Does a layer let the variable through, or set it? */
static bool
lets_through(const struct blob *b, const char *name, uint32_t *rule)
{
	struct judge_verdict v;
	struct blob_env_set set;

	if (judge_env_set(b, name, &set) == BLOB_OK) {
		*rule = set.rule;
		return true;
	}
	(void)judge_env(b, name, &v);
	*rule = v.rule;
	return v.decision == BLOB_ALLOW;
}

/* A variable that a layer sets: as all others have it. */
static void
put_set(struct stack *s, size_t layer, const struct blob_env_set *set)
{
	const struct blob *b = s->layers[layer].b;
	const char *name = blob_str(b, set->name), *value;
	struct stack_row *row;
	uint32_t rule;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!lets_through(s->layers[i].b, name, &rule)) {
			row = share(s, STACK_ENVIRONMENT, "env", name,
			    "dropped", judge_strength_name(JUDGE_HARD));
			stack_add_by(s, row, i, rule);
			return;
		}
	value = expand_show(s->a, blob_str(b, set->value));
	row = stack_add(s, STACK_ENVIRONMENT, "env", name, arena_printf(s->a,
	    "set to %s", value), judge_strength_name(JUDGE_HARD));
	stack_add_by(s, row, layer, set->rule);
}

/* Which layer's value of a variable stands, of those that set it. */
static size_t
last_word(const struct stack *s, const char *name)
{
	struct blob_env_set set;
	const char *value = NULL;
	size_t i, last = s->n;

	for (i = 0; i < s->n; i++) {
		if (judge_env_set(s->layers[i].b, name, &set) != BLOB_OK ||
		    (value != NULL && !stack_replaces(name, value)))
			continue;
		value = blob_str(s->layers[i].b, set.value);
		last = i;
	}
	return last;
}

static void
put_globs(struct stack *s, bool is_keep)
{
	struct blob_env_glob g;
	struct stack_row *row;
	uint32_t k;
	size_t i;

	for (i = 0; i < s->n; i++)
		for (k = 0; (is_keep ? blob_env_keep_get : blob_env_drop_get)(
		    s->layers[i].b, k, &g) == BLOB_OK; k++) {
			row = share(s, STACK_ENVIRONMENT, "env",
			    blob_str(s->layers[i].b, g.glob), is_keep ?
			    "kept" : "dropped", judge_strength_name(JUDGE_HARD));
			row->note = is_keep ? "by that layer, where the others "
			    "let it through" : NULL;
			stack_add_by(s, row, i, g.rule);
		}
}

void
stack_environment(struct stack *s)
{
	struct blob_env_head h[STACK_MAX];
	struct blob_env_set set;
	struct stack_row *row;
	bool is_open = true;
	uint32_t k;
	size_t i;

	put_globs(s, true);
	put_globs(s, false);
	for (i = 0; i < s->n; i++)
		for (k = 0; blob_env_set_get(s->layers[i].b, k, &set) ==
		    BLOB_OK; k++)
			if (last_word(s, blob_str(s->layers[i].b,
			    set.name)) == i)
				put_set(s, i, &set);
	for (i = 0; i < s->n; i++) {
		h[i] = (struct blob_env_head){ .inherit = false };
		(void)blob_env_head_get(s->layers[i].b, &h[i]);
		is_open &= h[i].inherit;
	}
	row = stack_add(s, STACK_ENVIRONMENT, "env", "all else", is_open ?
	    "inherited" : "dropped", judge_strength_name(JUDGE_HARD));
	for (i = 0; i < s->n; i++)
		if (h[i].inherit == is_open)
			stack_add_by(s, row, i, h[i].rule_inherit);
}

/* --- limits ------------------------------------------------------------- */

static bool
find_limit(const struct blob *b, unsigned resource,
    struct blob_limit_entry *out)
{
	uint32_t i;

	for (i = 0; blob_limit_get(b, i, out) == BLOB_OK; i++)
		if (out->resource == resource)
			return true;
	return false;
}

/* The smallest of each. */
void
stack_limits(struct stack *s)
{
	struct blob_limit_entry e, least;
	struct stack_row *row;
	unsigned resource;
	size_t i, from;

	for (resource = 0; resource < BLOB_NLIMITS; resource++) {
		from = s->n;
		for (i = 0; i < s->n; i++)
			if (find_limit(s->layers[i].b, resource, &e) &&
			    (from == s->n || e.value < least.value)) {
				least = e;
				from = i;
			}
		if (from == s->n)
			continue;
		row = stack_add(s, STACK_LIMITS, "limit",
		    dump_limit_name(resource), dump_limit(&s->layers[from],
		    &least), judge_strength_name(JUDGE_HARD));
		for (i = 0; i < s->n; i++)
			if (find_limit(s->layers[i].b, resource, &e) &&
			    e.value == least.value)
				stack_add_by(s, row, i, e.rule);
		if (resource == BLOB_LIM_WALL)
			row->note = "in supervised runs";
	}
}

/* --- process, records --------------------------------------------------- */

static void
put_flag(struct stack *s, const char *what, bool is_on, unsigned layers)
{
	struct stack_row *row = stack_add(s, STACK_PROCESS, what, "", is_on ?
	    "true" : "false", "-");
	size_t i;

	for (i = 0; i < s->n; i++)
		if (layers >> i & 1)
			stack_add_by(s, row, i, 0);
}

static void
put_session(struct stack *s)
{
	/* no, auto, yes: who wants one gets it. */
	unsigned most = 0, rank;
	struct stack_row *row;
	size_t i;

	for (i = 0; i < s->n; i++) {
		rank = s->meta[i].new_session;
		if (rank == BLOB_YES || (rank != BLOB_NO && most != BLOB_YES) ||
		    i == 0)
			most = rank;
	}
	row = stack_add(s, STACK_PROCESS, "new_session", "",
	    schema_session_words[most], "-");
	for (i = 0; i < s->n; i++)
		if (s->meta[i].new_session == most)
			stack_add_by(s, row, i, 0);
}

/* Which layers have that word, and what all of them come to. */
static void
put_words(struct stack *s, enum stack_section section, const char *what,
    const char *const *words, const unsigned bits[STACK_MAX], bool is_any)
{
	struct stack_row *row;
	bool has_all;
	size_t i, k;

	for (k = 0; words[k] != NULL; k++) {
		row = NULL;
		has_all = true;
		for (i = 0; i < s->n; i++)
			has_all &= bits[i] >> k & 1;
		for (i = 0; i < s->n && (is_any || has_all); i++) {
			if (!(bits[i] >> k & 1))
				continue;
			if (row == NULL)
				row = stack_add(s, section, what, words[k],
				    section == STACK_DEGRADE ? "may be missing"
				    : "true", "-");
			stack_add_by(s, row, i, 0);
		}
	}
}

static void
put_audit(struct stack *s)
{
	unsigned events[STACK_MAX], redact[STACK_MAX], lack[STACK_MAX];
	struct blob_audit x;
	unsigned chains = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		/* Without the section: all, as codex-exec has it. */
		x = (struct blob_audit){ .events = AUDT_ALL_EVENTS,
		    .redact = AUDT_ALL_REDACT };
		(void)blob_audit_get(s->layers[i].b, &x);
		events[i] = x.events;
		redact[i] = x.redact;
		lack[i] = s->meta[i].may_lack;
		chains |= (unsigned)(x.chain != 0) << i;
	}
	put_words(s, STACK_AUDIT, "event", schema_event_words, events, true);
	put_words(s, STACK_AUDIT, "redact", schema_redact_words, redact, true);
	for (i = 0; i < s->n; i++)
		if (chains >> i & 1)
			stack_add_by(s, share(s, STACK_AUDIT, "chain", "",
			    "true", "-"), i, 0);
	put_words(s, STACK_DEGRADE, "layer", schema_degrade_words, lack,
	    false);
}

void
stack_process(struct stack *s)
{
	uint64_t fds = UINT64_MAX;
	unsigned namespaces[STACK_MAX];
	unsigned detach = 0, debug = 0, all = (1u << s->n) - 1;
	struct stack_row *row;
	size_t i;

	for (i = 0; i < s->n; i++) {
		fds &= s->meta[i].keep_fds;
		detach |= (unsigned)(s->meta[i].detach != 0) << i;
		debug |= (unsigned)(s->meta[i].debug != 0) << i;
	}
	put_session(s);
	row = stack_add(s, STACK_PROCESS, "keep_fds", "",
	    dump_numbers(&s->layers[0], fds, ", "), "-");
	for (i = 0; i < s->n; i++)
		stack_add_by(s, row, i, 0);
	put_flag(s, "detach", detach == all, detach == all ? all :
	    all & ~detach);
	for (i = 0; i < s->n; i++)
		namespaces[i] = s->meta[i].namespaces;
	put_words(s, STACK_PROCESS, "namespace", schema_namespace_words,
	    namespaces, true);
	put_flag(s, "debug", debug == all, debug == all ? all : all & ~debug);
	put_audit(s);
}
