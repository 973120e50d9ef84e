/*
 * The parts of a record: see record.h.  A record is made in one buffer that is
 * larger than any: lists and the command are capped and say so.
 */
#include "runtime/record.h"

#include <signal.h>
#include <string.h>
#include <time.h>

/* --- writing ------------------------------------------------------------ */

/* The file first: it knows what the record follows.  Who has taken it? */
static unsigned
write_record(struct audit *a, struct text *t)
{
	struct sink_record r = { .p = t->p, .len = t->len,
	    .prev = a->is_chained ? t->p + a->prev_at : NULL };
	struct sink *sinks[] = { &a->file, &a->socket, &a->json };
	unsigned taken = 0, lost = 0;

	if (r.prev != NULL)
		sink_put_digest(a->head, r.prev);
	for (size_t i = 0; i < sizeof(sinks) / sizeof(sinks[0]); i++)
		if (sinks[i]->kind != SINK_NONE)
			*(sink_write(sinks[i], &r) ? &taken : &lost) += 1;
	/* What nobody has is not what the next one follows. */
	if (r.prev != NULL && taken > 0)
		sink_digest(t->p, t->len - 1, a->head);
	a->lost += lost;
	a->is_flowing = lost == 0;
	return taken;
}

/*
 * A broken pipe or a file-size limit must not kill us, and the command must
 * start with the dispositions that we were given.
 */
unsigned
record_send(struct audit *a, struct text *t)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, pipe, xfsz;
	unsigned taken;

	text_str(t, "}\n");
	a->seq++;
	if (t->is_cut) {
		a->lost++;
		return 0;
	}
	sigaction(SIGPIPE, &ignore, &pipe);
	sigaction(SIGXFSZ, &ignore, &xfsz);
	taken = write_record(a, t);
	sigaction(SIGPIPE, &pipe, NULL);
	sigaction(SIGXFSZ, &xfsz, NULL);
	return taken;
}

/* --- fields ------------------------------------------------------------- */

/* With milliseconds. */
static void
put_time(struct text *t)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	text_time(t, now.tv_sec);
	text_str(t, ".");
	text_padded(t, (uint64_t)now.tv_nsec / 1000000, 3);
	text_str(t, "Z");
}

void
record_put_field(struct text *t, const char *name, const char *value)
{
	text_str(t, ",\"");
	text_str(t, name);
	text_str(t, "\":");
	text_json(t, value);
}

static void
put_labels(const struct audit *a, struct text *t)
{
	for (size_t i = 0; i < a->nlabels; i++) {
		const char *eq = strchr(a->labels[i], '=');
		char key[65];
		struct text k;

		text_init(&k, key, sizeof(key));
		text_bytes(&k, a->labels[i], (size_t)(eq - a->labels[i]));
		text_str(t, i == 0 ? ",\"labels\":{" : ",");
		text_json(t, key);
		text_str(t, ":");
		text_json(t, eq + 1);
	}
	if (a->nlabels > 0)
		text_str(t, "}");
}

void
record_put_profile(const struct policy *p, struct text *t)
{
	text_str(t, "{\"name\":");
	text_json(t, p->name);
	text_str(t, ",\"sha256\":\"");
	text_hex(t, blob_digest(&p->blob), 32);
	text_str(t, "\"}");
}

void
record_put_rule(const struct policy *p, uint32_t rule, struct text *t)
{
	struct blob_rule_info info;
	char src[PATH_CAP];
	struct text s;

	if (blob_rule_get(&p->blob, rule, &info) != BLOB_OK)
		return;
	text_init(&s, src, sizeof(src));
	text_str(&s, blob_str(&p->blob, info.file));
	text_str(&s, ":");
	text_num(&s, info.line);
	text_str(t, ",\"rule\":{\"id\":");
	text_json(t, blob_str(&p->blob, info.name));
	text_str(t, ",\"src\":");
	text_json(t, src);
	text_str(t, "}");
}

/* "NAME":["...",...] of strings; what does not fit is counted instead. */
void
record_put_list(const struct audit *a, struct text *t, const char *name,
    const char *const *list, size_t n,
    void (*put)(struct text *, const char *))
{
	size_t i, start = t->len;

	text_str(t, ",\"");
	text_str(t, name);
	text_str(t, "\":[");
	for (i = 0; i < n && t->len - start < RECORD_LIST_CAP; i++) {
		char raw[512], clean[1024];
		struct text r, c;

		text_init(&r, raw, sizeof(raw));
		text_init(&c, clean, sizeof(clean));
		put(&r, list[i]);
		redact_put(&a->redact, raw, &c);
		text_str(t, i > 0 ? "," : "");
		text_json(t, clean);
	}
	text_str(t, "]");
	if (i < n) {
		text_str(t, ",\"");
		text_str(t, name);
		text_str(t, "_more\":");
		text_num(t, n - i);
	}
}

/* What every record begins with, up to the decision. */
void
record_begin(struct audit *a, struct text *t, const char *event,
    const char *operation, const char *target, enum blob_decision decision)
{
	static const char *const decisions[] = {
		[BLOB_ALLOW] = "allowed",
		[BLOB_PROMPT] = "requires_approval",
		[BLOB_FORBIDDEN] = "denied",
	};

	text_init(t, a->buf, AUDIT_RECORD_CAP);
	text_str(t, "{\"v\":1,");
	if (a->is_chained) {
		text_str(t, "\"prev\":\"");
		a->prev_at = t->len;
		for (int i = 0; i < SINK_PREV; i++)
			text_str(t, "0");
		text_str(t, "\",");
	}
	text_str(t, "\"timestamp\":\"");
	put_time(t);
	text_str(t, "\",\"seq\":");
	text_num(t, a->seq);
	record_put_field(t, "session_id", a->session);
	if (a->parent != NULL)
		record_put_field(t, "parent_session", a->parent);
	record_put_field(t, "event", event);
	put_labels(a, t);
	record_put_field(t, "operation", operation);
	record_put_field(t, "target", target);
	record_put_field(t, "decision", decisions[decision]);
}

void
record_end(const struct audit *a, struct text *t, const struct policy *p,
    pid_t pid)
{
	text_str(t, ",\"pid\":");
	text_num(t, (uint64_t)pid);
	record_put_field(t, "mode", a->mode);
	text_str(t, ",\"profile\":");
	record_put_profile(p, t);
}

void
record_put_redacted(const struct audit *a, struct text *t, const char *raw)
{
	char clean[2 * PATH_CAP];
	struct text c;

	text_init(&c, clean, sizeof(clean));
	redact_put(&a->redact, raw, &c);
	text_json(t, clean);
}
