/* What is asked of who approves: see question.h. */
#include "runtime/question.h"

#define AMENDMENT_CAP	8192

static void
put_words(const struct question *q, const char *separator, struct text *out)
{
	text_str(out, "[");
	for (size_t i = 0; i < q->argc; i++) {
		text_str(out, i > 0 ? separator : "");
		text_json(out, q->argv[i]);
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

/*
 * The strictest rule wins, so that an allow does not undo a rule that asks:
 * that one needs an exception.
 */
void
question_put_amendment(const struct question *q, struct text *out)
{
	struct blob_rule_info info;
	char source[PATH_CAP];
	struct text t;

	if (!q->is_rule || blob_rule_get(&q->by->blob, q->rule, &info) !=
	    BLOB_OK) {
		text_str(out, "prefix_rule(pattern=");
		put_words(q, ", ", out);
		text_str(out, ", decision=\"allow\")");
		return;
	}
	text_init(&t, source, sizeof(source));
	put_source(&q->by->blob, &info, &t);
	text_str(out, "# to the rule at ");
	text_escaped(out, source);
	text_str(out, " add: unless=[");
	put_words(q, ", ", out);
	text_str(out, "]");
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
	put_words(q, ",", out);
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
