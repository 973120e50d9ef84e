/*
 * What is said of a command that may not run: the whole of it, the line that
 * decided, the part that it speaks of.
 */
#include "runtime/launch.h"

#define DENIAL_CAP	300	/* of the command in a message */

/* What a program does that its policy refuses: the other of the two lines. */
static void
put_program(const struct command *c, const struct eval_command *part,
    struct text *out)
{
	const struct program_verdict *p = &c->verdict.program;

	if (!c->verdict.is_program || p->cause == PROGRAM_FITS)
		return;
	text_str(out, ": ");
	if (p->cause != PROGRAM_BY_FILE) {
		text_str(out, program_cause_name(p->cause));
		return;
	}
	text_str(out, judge_right_name(p->file.right));
	text_str(out, " ");
	text_shell(out, p->word > 0 && p->word < part->argc ?
	    part->argv[p->word] : ".");
	policy_put_rule(c->by, p->file.rule, NULL, out);
}

struct telling {
	const struct command *c;
	struct text *out;
};

/* The part of a command that decided, if it is not the whole. */
static void
put_part(void *ctx, const struct decide_part *p)
{
	const struct telling *to = ctx;
	bool is_opaque = p->kind == DECIDE_OPAQUE;
	char cmd[DENIAL_CAP];
	struct text t;

	if (p->number != to->c->decided.part)
		return;
	if (p->depth > 0 || is_opaque) {
		text_init(&t, cmd, sizeof(cmd));
		command_put_words(p->command.argv, p->command.argc, &t);
		text_str(to->out, ": ");
		text_str(to->out, is_opaque ?
		    shell_construct_name(p->construct) :
		    decide_kind_name(p->kind));
		text_str(to->out, is_opaque ? " in " : " ");
		text_str(to->out, cmd);
		text_str(to->out, t.is_cut ? "..." : "");
	}
	if (p->column > 0) {
		text_str(to->out, ", column ");
		text_num(to->out, p->column);
	}
	if (p->kind == DECIDE_COMMAND)
		put_program(to->c, &p->command, to->out);
}

void
launch_put_denial(const struct run *r, struct text *out)
{
	const struct command *c = &r->command;
	struct telling to = { c, out };
	const char *why = c->verdict.nmatches == 0 ? ""
	    : blob_str(&c->by->blob, c->verdict.by.why);
	char cmd[DENIAL_CAP];
	struct text t;

	text_init(&t, cmd, sizeof(cmd));
	command_put(c, &t);
	text_str(out, "denied: exec ");
	text_str(out, cmd);
	text_str(out, t.is_cut ? "..." : "");
	policy_put_rule(c->by, c->verdict.info, "consent", out);
	if (c->verdict.decision == BLOB_PROMPT && r->approval != NULL) {
		text_str(out, ": ");
		text_str(out, r->approval);
	} else if (c->verdict.decision == BLOB_PROMPT) {
		text_str(out, r->options.approve != NULL ?
		    ": needs an approval"
		    : ": needs an approval that nobody can give");
	}
	if (why[0] != '\0') {
		text_str(out, ": ");
		text_str(out, why);
	}
	command_tell(c, put_part, &to);
}
