/*
 * Decisions on the execs of a tree: see ruling.h.
 *
 * A program can be started under any name: argv[0] is the caller's choice,
 * the path may be a link, a script runs its interpreter.  So a command is
 * decided on as it is spelled, with its path in the place of argv[0], and
 * with the file that really runs; of the last only rules count that speak of
 * it, not the default: python3 is allowed as python3, whatever file the link
 * leads to.
 *
 * A script is decided on by its own command line.  Of its interpreter, which
 * the kernel starts for it, again only rules count that speak of it; whoever
 * starts an interpreter himself has it decided on like anything else.
 */
#include "runtime/ruling.h"

#include <string.h>

#include "blob/decide.h"
#include "blob/exec.h"

/* One spelling of the command. */
struct spelling {
	const char *first;	/* instead of argv[0] */
	size_t from;		/* argv goes on here */
	const char *resolved, *file;
	bool has_default;	/* counts where no rule matches */
};

bool
ruling_has_scope(const struct policy *p)
{
	struct exec_view v;

	return exec_view_of(&v, &p->blob) == BLOB_OK &&
	    v.scope == BLOB_SCOPE_TREE;
}

bool
ruling_any_has_scope(const struct policies *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (ruling_has_scope(&all->list[i]))
			return true;
	return false;
}

bool
ruling_is_open(const struct policy *p)
{
	struct exec_view v;
	struct exec_rule r;
	struct blob_span prog;
	int e = BLOB_OK;

	if (exec_view_of(&v, &p->blob) != BLOB_OK || v.dflt != BLOB_ALLOW ||
	    blob_section(&p->blob, BLOB_PROG, 0, &prog) == BLOB_OK)
		return false;
	for (uint32_t i = 0; i < v.nrules && e == BLOB_OK; i++) {
		e = exec_rule_get(&v, i, &r);
		if (e == BLOB_OK && r.decision != BLOB_ALLOW)
			return false;
	}
	return e == BLOB_OK;
}

/* Of two alike, one that a rule has made: it says more than the default. */
static struct ruling
stricter(struct ruling a, struct ruling b)
{
	if (a.by == NULL || b.by == NULL)
		return a.by == NULL ? b : a;
	return b.decision > a.decision || (b.decision == a.decision &&
	    b.is_rule && !a.is_rule) ? b : a;
}

static struct ruling
ruling_of(const struct policy *p, const struct eval_verdict *v)
{
	bool is_rule = v->nmatches > 0;

	return (struct ruling){ .decision = v->decision, .by = p,
	    .info = v->info, .is_rule = is_rule,
	    .why = is_rule ? blob_str(&p->blob, v->by.why) : "" };
}

/* What counts of a command and of what can be seen inside of it. */
struct parts {
	const struct policy *by;
	struct ruling whole;		/* the command itself */
	struct ruling strictest;
	bool has_opaque, has_default;
};

static void
add_part(void *ctx, const struct decide_part *p)
{
	struct parts *all = ctx;
	struct ruling r = { .by = all->by, .why = "" };

	if (p->kind == DECIDE_OPAQUE) {
		all->has_opaque = true;
		return;
	}
	if (p->kind == DECIDE_COMMAND) {
		r = ruling_of(all->by, &p->verdict);
	} else {
		r.decision = p->file.decision;
		r.info = p->file.rule;
		r.is_rule = true;
	}
	if (!r.is_rule && !all->has_default)
		return;
	if (p->number == 0)
		all->whole = r;
	if (p->counts)
		all->strictest = stricter(all->strictest, r);
}

/*
 * What cannot be seen through is no prompt here: whatever it starts is
 * decided on in its turn.  But then the command itself counts, by the default
 * as well.
 */
static struct ruling
rule_by(const struct policy *p, const struct eval_command *c,
    bool has_default)
{
	struct parts parts = { .by = p, .has_default = has_default };
	struct decide_verdict v;

	if (decide_command(&p->blob, c, add_part, &parts, &v) != BLOB_OK ||
	    (has_default && parts.whole.by == NULL))
		return (struct ruling){ .decision = BLOB_FORBIDDEN, .by = p,
		    .why = "the rules are damaged" };
	if (parts.has_opaque || parts.strictest.by == NULL)
		return stricter(parts.whole, parts.strictest);
	return parts.strictest;
}

/* The strictest policy on one spelling; by NULL: none has anything to say. */
static struct ruling
rule_on(const struct policies *all, const struct exec_seen *e,
    const struct spelling *s)
{
	const char **argv = e->words->argv + s->from - 1;
	const char *kept = argv[0];
	struct eval_command c = {
		.argv = argv, .argc = e->words->argc - s->from + 1,
		.resolved = s->resolved, .file = s->file, .cwd = e->cwd,
		.vars = e->cwd != NULL ? e->vars : NULL,
	};
	struct ruling r = { .by = NULL };

	argv[0] = s->first;
	for (size_t i = 0; i < all->count; i++)
		if (ruling_has_scope(&all->list[i]))
			r = stricter(r, rule_by(&all->list[i], &c,
			    s->has_default));
	argv[0] = kept;
	return r;
}

/* As it is spelled; a login shell's dash is no part of the name. */
static struct ruling
rule_as_spelled(const struct policies *all, const struct exec_seen *e)
{
	const char *first = e->words->argv[0];
	struct spelling s = { .first = first, .from = 1,
	    .file = e->exe != NULL ? e->exe : e->path, .has_default = true };

	s.first += first[0] == '-' && first[1] != '\0';
	s.resolved = first[0] == '/' ? first : e->path;
	return rule_on(all, e, &s);
}

/* With the path for its name, and what follows from there on. */
static struct ruling
rule_by_path(const struct policies *all, const struct exec_seen *e,
    size_t from)
{
	struct spelling s = { .first = e->path, .from = from,
	    .resolved = e->path, .file = e->path, .has_default = true };

	return rule_on(all, e, &s);
}

/* What the kernel started for a script, as if it had been called so. */
static struct ruling
rule_on_interpreters(const struct policies *all, const struct exec_seen *e)
{
	struct ruling r = { .by = NULL };

	for (size_t i = 0; i < e->script.nlevels; i++) {
		const char *first = e->words->argv[e->script.at[i]];
		struct spelling s = { .first = first,
		    .from = e->script.at[i] + 1, .resolved = first,
		    .file = i + 1 == e->script.nlevels ? e->exe : first };

		r = stricter(r, rule_on(all, e, &s));
	}
	return r;
}

/* With the file that runs for its name. */
static struct ruling
rule_by_file(const struct policies *all, const struct exec_seen *e)
{
	struct spelling s = { .first = e->exe, .from = 1, .resolved = e->exe,
	    .file = e->exe };

	return rule_on(all, e, &s);
}

/* What runs code that no rule can name. */
static const char *
find_hidden(const struct exec_seen *e)
{
	const char *file = e->exe != NULL ? e->exe : e->path;

	if (strncmp(file, "/memfd:", 7) == 0)
		return "it runs from memory, where no rule can name it";
	if (judge_is_loader(file))
		return "a loader runs files that no rule can name";
	return NULL;
}

struct ruling
ruling_decide(const struct policies *all, const struct exec_seen *e)
{
	const char *hidden = e->can_refuse ? find_hidden(e) : NULL;
	struct ruling r;

	/* Without arguments the kernel makes argv[0] empty. */
	if (e->words->argc == 0)
		e->words->argv[e->words->argc++] = "";
	if (e->script.nlevels > 0) {
		r = rule_by_path(all, e, e->script.from);
		r = stricter(r, rule_on_interpreters(all, e));
	} else {
		r = rule_by_path(all, e, 1);
		if (e->words->argv[0][0] != '\0')
			r = stricter(r, rule_as_spelled(all, e));
	}
	if (e->exe != NULL && strcmp(e->exe, e->path) != 0)
		r = stricter(r, rule_by_file(all, e));
	if (hidden != NULL && r.decision != BLOB_FORBIDDEN)
		r = (struct ruling){ .decision = BLOB_FORBIDDEN,
		    .by = r.by, .why = hidden };
	return r;
}
