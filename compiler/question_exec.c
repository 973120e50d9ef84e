/*
 * Answers on commands: the parts that blob/decide sees in one, the rules that
 * match them, and the line that decided.
 */
#include <string.h>

#include "blob/exec.h"
#include "compiler/question_impl.h"

/* A second look at what has been decided, part by part. */
struct look {
	const struct question_asked *x;
	const struct decide_verdict *v;
	const struct exec_view *view;
	struct answer *out;
	struct answer_part **end;
};

/* --- words -------------------------------------------------------------- */

/* What the program does that the profile refuses: the other line. */
static const char *
file_line(const struct question_asked *x, const struct program_verdict *p)
{
	struct blob_rule_info info;

	if (p->cause != PROGRAM_BY_FILE ||
	    blob_rule_get(x->b, p->file.rule, &info) != BLOB_OK)
		return "";
	return arena_printf(x->a, ": %s  [%s, %s:%u]",
	    judge_right_name(p->file.right),
	    arena_strdup(x->a, blob_str(x->b, info.name)),
	    blob_str(x->b, info.file), info.line);
}

static const char *
program_reason(const struct question_asked *x, const struct eval_command *c,
    const struct program_verdict *p, const char *why)
{
	struct arena *a = x->a;
	const char *word = p->word < c->argc && p->word > 0 ?
	    arena_printf(a, " at %s", diag_quote(a, c->argv[p->word])) : "";

	return arena_printf(a, "%s%s%s%s%s", program_cause_name(p->cause), word,
	    file_line(x, p), why[0] != '\0' ? ": " : "", why);
}

static const char *
command_reason(const struct look *l, const struct decide_part *p)
{
	const struct eval_verdict *v = &p->verdict;
	const char *why = v->nmatches > 0 ? blob_str(l->x->b, v->by.why) : "";

	if (v->is_program && v->program.cause != PROGRAM_FITS)
		return program_reason(l->x, &p->command, &v->program,
		    arena_strdup(l->x->a, why));
	if (why[0] != '\0')
		return why;
	if (v->nmatches > 0)
		return v->nmatches > 1 ? "the strictest of the rules that "
		    "match" : "the rule that matches";
	return v->info == 0 ? "no rule matches it, and the profile has no "
	    "section exec" : "no rule matches it: the default";
}

static const char *
part_reason(const struct look *l, const struct decide_part *p)
{
	switch (p->kind) {
	case DECIDE_READ:
	case DECIDE_WRITE:
		return question_path_reason(l->x, &p->file);
	case DECIDE_OPAQUE:
		return arena_printf(l->x->a, "%s cannot be seen through",
		    shell_construct_name(p->construct));
	default:
		return command_reason(l, p);
	}
}

/* What the part is called where it is not the command itself. */
static const char *
part_name(const struct look *l, const struct decide_part *p,
    const char *text)
{
	const char *column = p->column > 0 ? arena_printf(l->x->a,
	    ", column %u", p->column) : "";

	if (p->depth == 0 && p->kind == DECIDE_COMMAND)
		return "";
	return arena_printf(l->x->a, "%s %s%s: ", p->kind == DECIDE_OPAQUE ?
	    "in" : decide_kind_name(p->kind), text, column);
}

/* --- parts -------------------------------------------------------------- */

static uint32_t
part_rule(const struct look *l, const struct decide_part *p)
{
	switch (p->kind) {
	case DECIDE_READ:
	case DECIDE_WRITE:
		return p->file.rule;
	case DECIDE_OPAQUE:
		return l->view->rule_opaque;
	default:
		return p->verdict.info;
	}
}

static void
add_match(struct look *l, uint32_t rule)
{
	struct answer *o = l->out;
	size_t i;

	for (i = 0; i < o->nmatches; i++)
		if (o->matches[i] == rule)
			return;
	o->matches = arena_grow(l->x->a, o->matches, o->nmatches,
	    &o->cap_matches, sizeof(*o->matches));
	o->matches[o->nmatches++] = rule;
}

static void
add_matches(struct look *l, const struct decide_part *p)
{
	struct eval_match m;
	uint32_t i;

	for (i = 0; i < p->verdict.nmatches && eval_exec_match(l->x->b,
	    &p->command, i, &m) == BLOB_OK; i++)
		add_match(l, m.info);
	if (p->verdict.nmatches > 0)
		add_match(l, p->verdict.info);
}

static void
take_decider(struct look *l, const struct decide_part *p, const char *text)
{
	static const char *const words[] = { [BLOB_ALLOW] = "allowed",
		[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "forbidden" };
	bool is_file = p->kind == DECIDE_READ || p->kind == DECIDE_WRITE;
	struct answer *o = l->out;

	o->decision = p->decision;
	o->word = words[p->decision];
	o->rule = part_rule(l, p);
	o->cause = p->kind == DECIDE_OPAQUE ? "opaque" :
	    p->verdict.nmatches > 0 || is_file ? "rule" : "default";
	o->reason = arena_printf(l->x->a, "%s%s", part_name(l, p, text),
	    part_reason(l, p));
	if (!is_file || p->decision == BLOB_ALLOW)
		return;
	o->word = "denied";
	o->is_by_file = true;
	o->strength = judge_strength_name(p->file.strength);
	o->note = NULL;
}

static void
look_at(void *ctx, const struct decide_part *p)
{
	struct look *l = ctx;
	struct answer_part *part = arena_alloc(l->x->a, sizeof(*part));

	*part = (struct answer_part){ .kind = p->kind,
	    .decision = p->decision, .counts = p->counts,
	    .has_decided = p->number == l->v->part, .depth = p->depth,
	    .text = question_shell_text(l->x->a, p->command.argv,
	    p->command.argc), .column = p->column,
	    .rule = part_rule(l, p) };
	*l->end = part;
	l->end = &part->next;
	if (p->kind == DECIDE_COMMAND)
		add_matches(l, p);
	if (part->has_decided)
		take_decider(l, p, part->text);
}

/* --- the answer --------------------------------------------------------- */

/* The file itself must be one that can be executed. */
static int
answer_program(const struct question_asked *x, struct answer *out)
{
	struct answer file = *out;
	const char *path;
	bool exists;
	int r;

	if (x->q->file == NULL || out->decision == BLOB_FORBIDDEN)
		return BLOB_OK;
	path = place_path(x->a, x->p, x->q->file, &exists);
	file.note = NULL;
	r = question_answer_path(x, JUDGE_RUN, path, &file);
	if (r != BLOB_OK || file.decision == BLOB_ALLOW)
		return r;
	file.reason = arena_printf(x->a, "%s: %s (the rules alone: %s)", path,
	    file.reason, out->word);
	file.is_by_file = true;
	*out = file;
	return BLOB_OK;
}

int
question_answer_exec(const struct question_asked *x, struct answer *out)
{
	const struct eval_command c = { .argv = x->q->argv,
	    .argc = x->q->argc, .resolved = x->q->resolved,
	    .file = x->q->file, .cwd = x->p->cwd, .vars = &x->p->vars,
	    .canonical = x->p->is_real ? place_canonical : NULL };
	struct decide_verdict v, again;
	struct exec_view view;
	struct look l = { x, &v, &view, out, &out->parts };
	int r = exec_view_of(&view, x->b);

	if (r != BLOB_OK || (r = decide_command(x->b, &c, NULL, NULL, &v)) !=
	    BLOB_OK)
		return r;
	out->strength = view.scope == BLOB_SCOPE_TREE ?
	    judge_strength_name(JUDGE_SUPERVISED) : "consent";
	out->note = view.scope == BLOB_SCOPE_TREE ? "in supervised runs" :
	    "the first command alone";
	r = decide_command(x->b, &c, look_at, &l, &again);
	return r == BLOB_OK ? answer_program(x, out) : r;
}
