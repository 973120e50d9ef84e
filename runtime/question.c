/* What is asked of who approves: see question.h. */
#include "runtime/question.h"

#include <string.h>

#include "blob/decide.h"

#define AMENDMENT_CAP	8192
#define AMENDMENT_WORDS	256u

static void
put_words(const char *first, const char *const *argv, size_t argc,
    const char *separator, struct text *out)
{
	text_str(out, "[");
	for (size_t i = 0; i < argc; i++) {
		text_str(out, i > 0 ? separator : "");
		text_json(out, i == 0 ? first : argv[i]);
	}
	text_str(out, "]");
}

static void
put_source(const struct blob *b, const struct blob_rule_info *info,
    struct text *out)
{
	text_str(out, blob_str(b, info->file));
	text_str(out, ":");
	text_num(out, info->line);
}

/* What is found out of one command. */
struct amending {
	const struct question *q;
	struct text *out;
	const char *whole;		/* what the command itself counts as */
	bool has_opaque, is_hopeless, is_again;
};

/*
 * The strictest rule wins, so that an allow does not undo a rule that asks:
 * that one needs an exception.
 */
static void
put_exception(struct amending *m, const char *first,
    const struct decide_part *p)
{
	const struct blob *b = &m->q->by->blob;
	const struct eval_command *c = &p->command;
	struct blob_rule_info info;
	char source[PATH_CAP];
	struct text t;

	text_str(m->out, m->out->len > 0 ? "\n" : "");
	if (p->verdict.nmatches == 0) {
		text_str(m->out, "prefix_rule(pattern=");
		put_words(first, c->argv, c->argc, ", ", m->out);
		text_str(m->out, ", decision=\"allow\")");
		return;
	}
	m->is_hopeless |= blob_rule_get(b, p->verdict.info, &info) != BLOB_OK;
	if (m->is_hopeless)
		return;
	text_init(&t, source, sizeof(source));
	put_source(b, &info, &t);
	text_str(m->out, "# to the rule at ");
	text_escaped(m->out, source);
	text_str(m->out, " add: unless=[");
	put_words(first, c->argv, c->argc, ", ", m->out);
	text_str(m->out, "]");
}

/* The name by which the rule knows it: a word, or its last component. */
static const char *
name_of(const struct decide_part *p)
{
	const char *word = p->command.argv[0], *slash = strrchr(word, '/');

	return slash != NULL && (p->verdict.nmatches > 0 ?
	    p->verdict.by.is_resolved : p->command.resolved != NULL) ?
	    slash + 1 : word;
}

static void
amend_part(void *ctx, const struct decide_part *p)
{
	struct amending *m = ctx;
	const char *first;

	/* Nothing makes what is not seen through unnecessary to ask about. */
	if (p->kind == DECIDE_OPAQUE) {
		m->has_opaque = true;
		m->is_hopeless |= p->decision == BLOB_PROMPT && !m->q->is_tree;
	}
	if (p->kind != DECIDE_COMMAND || p->decision != BLOB_PROMPT ||
	    p->command.argc == 0 || !(p->counts || (p->number == 0 &&
	    m->has_opaque)) || (p->number > 0 && m->is_again))
		return;
	first = name_of(p);
	if (p->number == 0 && m->whole != NULL && strcmp(first, m->whole) == 0)
		return;
	if (p->number == 0)
		m->whole = first;
	m->is_hopeless |= p->verdict.is_program;
	put_exception(m, first, p);
}

/* In a tree a command counts by its path, too. */
static bool
amend(struct amending *m)
{
	const struct question *q = m->q;
	const char *argv[AMENDMENT_WORDS];
	struct eval_command c = { .argv = argv, .argc = q->argc,
	    .resolved = q->path, .file = q->path, .cwd = q->cwd,
	    .vars = q->vars };
	struct decide_verdict v;

	if (q->argc > AMENDMENT_WORDS)
		return false;
	for (size_t i = 0; i < q->argc; i++)
		argv[i] = i == 0 && m->is_again ? q->path : q->argv[i];
	return decide_command(&q->by->blob, &c, amend_part, m, &v) == BLOB_OK;
}

void
question_put_amendment(const struct question *q, struct text *out)
{
	struct amending m = { .q = q, .out = out };
	bool is_fine = amend(&m);

	m.is_again = true;
	if (is_fine && q->is_tree)
		is_fine = amend(&m);
	if (is_fine && !m.is_hopeless)
		return;
	out->len = 0;
	out->p[0] = '\0';
}

static void
put_rules(const struct question *q, struct text *out)
{
	const struct blob *b = &q->by->blob;
	struct blob_rule_info info;
	char source[PATH_CAP];
	struct text t;

	text_str(out, ",\"rules\":[");
	if (blob_rule_get(b, q->rule, &info) == BLOB_OK) {
		text_init(&t, source, sizeof(source));
		put_source(b, &info, &t);
		text_str(out, "{\"id\":");
		text_json(out, blob_str(b, info.name));
		text_str(out, ",\"src\":");
		text_json(out, source);
		text_str(out, ",\"decision\":\"prompt\",\"why\":");
		text_json(out, q->why);
		text_str(out, "}");
	}
	text_str(out, "]");
}

void
question_put_json(const struct question *q, struct text *out)
{
	char amendment[AMENDMENT_CAP];
	struct text t;

	text_str(out, "{\"v\":1,\"id\":\"");
	text_num(out, q->id);
	text_str(out, "\",\"kind\":\"exec\",\"argv\":");
	put_words(q->argc > 0 ? q->argv[0] : "", q->argv, q->argc, ",", out);
	text_str(out, ",\"path\":");
	text_json(out, q->path);
	text_str(out, ",\"cwd\":");
	text_json(out, q->cwd);
	put_rules(q, out);
	text_str(out, ",\"profile\":{\"name\":");
	text_json(out, q->by->name);
	text_str(out, ",\"sha256\":\"");
	text_hex(out, blob_digest(&q->by->blob), 32);
	text_init(&t, amendment, sizeof(amendment));
	question_put_amendment(q, &t);
	text_str(out, "\"},\"amendment\":");
	/* Half a rule would be another one. */
	text_json(out, t.is_cut ? "" : amendment);
	text_str(out, ",\"expires\":\"");
	text_time(out, q->expires);
	text_str(out, "Z\"}\n");
}

static void
put_command(const struct question *q, struct text *out)
{
	char word[2 * PATH_CAP];
	struct text t;

	for (size_t i = 0; i < q->argc; i++) {
		text_init(&t, word, sizeof(word));
		text_shell(&t, q->argv[i]);
		text_str(out, i > 0 ? " " : "");
		text_escaped(out, word);
		out->is_cut |= t.is_cut;
	}
}

void
question_put_text(const struct question *q, struct text *out)
{
	const struct blob *b = &q->by->blob;
	struct blob_rule_info info;

	text_str(out, "\ncodex-exec asks: may this run?\n  command: ");
	put_command(q, out);
	text_str(out, "\n  file:    ");
	text_escaped(out, q->path);
	text_str(out, "\n  in:      ");
	text_escaped(out, q->cwd);
	text_str(out, "\n  profile: ");
	text_escaped(out, q->by->name);
	if (blob_rule_get(b, q->rule, &info) == BLOB_OK) {
		text_str(out, ", ");
		text_escaped(out, blob_str(b, info.name));
		text_str(out, ", ");
		text_escaped(out, blob_str(b, info.file));
		text_str(out, ":");
		text_num(out, info.line);
	}
	if (q->why[0] != '\0') {
		text_str(out, "\n  reason:  ");
		text_escaped(out, q->why);
	}
	text_str(out, "\n");
}
