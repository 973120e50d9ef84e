/*
 * Audit events: see audit.h.  Records are made in one buffer that is larger
 * than any record: lists and the command are capped and say so.
 */
#include "runtime/audit.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/left.h"
#include "runtime/supervise.h"

#define TARGET_CAP	AUDIT_TARGET_CAP
#define RECORD_CAP	AUDIT_RECORD_CAP
#define LIST_CAP	4096u	/* of a list of names, escaped */

bool
audit_is_on(const struct audit *a)
{
	return a->file.kind != SINK_NONE || a->socket.kind != SINK_NONE ||
	    a->json.kind != SINK_NONE;
}

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
	if (r.prev != NULL)
		sink_digest(t->p, t->len - 1, a->head);
	a->lost += lost;
	a->is_flowing = lost == 0;
	return taken;
}

/*
 * A broken pipe or a file-size limit must not kill us, and the command must
 * start with the dispositions that we were given.
 */
static unsigned
send_record(struct audit *a, struct text *t)
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

static void
put_field(struct text *t, const char *name, const char *value)
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

static void
put_profile(const struct policy *p, struct text *t)
{
	text_str(t, "{\"name\":");
	text_json(t, p->name);
	text_str(t, ",\"sha256\":\"");
	text_hex(t, blob_digest(&p->blob), 32);
	text_str(t, "\"}");
}

static void
put_rule(const struct policy *p, uint32_t rule, struct text *t)
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
static void
put_list(const struct audit *a, struct text *t, const char *name,
    const char *const *list, size_t n,
    void (*put)(struct text *, const char *))
{
	size_t i, start = t->len;

	text_str(t, ",\"");
	text_str(t, name);
	text_str(t, "\":[");
	for (i = 0; i < n && t->len - start < LIST_CAP; i++) {
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
static void
begin_with(struct audit *a, struct text *t, const char *event,
    const char *operation, const char *target, enum blob_decision decision)
{
	static const char *const decisions[] = {
		[BLOB_ALLOW] = "allowed",
		[BLOB_PROMPT] = "requires_approval",
		[BLOB_FORBIDDEN] = "denied",
	};

	text_init(t, a->buf, RECORD_CAP);
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
	put_field(t, "session_id", a->session);
	if (a->parent != NULL)
		put_field(t, "parent_session", a->parent);
	put_field(t, "event", event);
	put_labels(a, t);
	put_field(t, "operation", operation);
	put_field(t, "target", target);
	put_field(t, "decision", decisions[decision]);
}

static void
begin(struct audit *a, struct text *t, const char *event,
    const struct command *c)
{
	begin_with(a, t, event, "command_exec", a->target,
	    c->verdict.decision);
}

static void
end_with(const struct audit *a, struct text *t, const struct policy *p,
    pid_t pid)
{
	text_str(t, ",\"pid\":");
	text_num(t, (uint64_t)pid);
	put_field(t, "mode", a->mode);
	text_str(t, ",\"profile\":");
	put_profile(p, t);
}

static void
end(const struct audit *a, struct text *t, const struct policy *p)
{
	end_with(a, t, p, getpid());
}

/* --- records ------------------------------------------------------------ */

/* The command as the records show it: quoted, redacted, capped. */
static void
make_target(struct audit *a, const struct command *c)
{
	struct text raw, clean;

	if (a->target[0] != '\0')
		return;
	text_init(&raw, a->buf, TARGET_CAP);
	text_init(&clean, a->target, TARGET_CAP);
	command_put(c, &raw);
	redact_put(&a->redact, a->buf, &clean);
	if (raw.is_cut || clean.is_cut)
		memcpy(a->target + clean.len - 3, "...", 3);
}

void
audit_start(struct audit *a, const struct policies *all,
    const struct command *c, const struct plan *plan, const struct env *e,
    const struct support *s)
{
	struct text t;

	if (!audit_is_on(a))
		return;
	make_target(a, c);
	begin(a, &t, "start", c);
	put_field(&t, "reason", "the policy applies to this command");
	text_str(&t, ",\"landlock_abi\":");
	text_num(&t, (uint64_t)s->landlock_abi);
	text_str(&t, ",\"lost\":[");
	for (uint32_t bit = 1, n = 0; bit < META_ALL_MAY_LACK; bit <<= 1)
		if ((s->lost & bit) != 0) {
			text_str(&t, n++ > 0 ? "," : "");
			text_json(&t, support_name(bit));
		}
	text_str(&t, "]");
	put_list(a, &t, "skipped", plan->skipped, plan->nskipped, text_str);
	put_list(a, &t, "not_kept", plan->bars.absent,
	    plan->bars.are_absent_kept ? 0 : plan->bars.nabsent, text_str);
	put_list(a, &t, "kept_supervised", plan->bars.supervised,
	    plan->bars.nsupervised, text_str);
	put_list(a, &t, "file_mounts", plan->bars.files, plan->bars.nfiles,
	    text_str);
	put_list(a, &t, "hard_linked", plan->bars.linked, plan->bars.nlinked,
	    text_str);
	if (plan->is_loopback)
		put_field(&t, "network_namespace", plan->is_proxied ?
		    "the proxy only" : "loopback only");
	if (a->has_broker)
		put_field(&t, "connect_broker", judge_strength_name(
		    JUDGE_SUPERVISED));
	if (plan->bars.is_rest_open)
		put_field(&t, "read_only_modes_and_times", "not kept");
	if (plan->bars.is_exec_open)
		put_field(&t, "noexec", "not kept");
	put_list(a, &t, "env_dropped", e->dropped, e->ndropped, env_put_name);
	if (a->exec_strength != NULL)
		put_field(&t, "exec_tree", a->exec_strength);
	if (a->is_advisory)
		put_field(&t, "audit_file", "advisory");
	if (all->count > 1) {
		text_str(&t, ",\"profiles\":[");
		for (size_t i = 0; i < all->count; i++) {
			text_str(&t, i > 0 ? "," : "");
			put_profile(&all->list[i], &t);
		}
		text_str(&t, "]");
	}
	end(a, &t, &all->list[0]);
	send_record(a, &t);
}

/* What was lost before this, once there is room again. */
static void
put_lost(struct audit *a, const struct command *c)
{
	uint64_t lost = a->lost;
	struct text t;

	if (lost == a->told)
		return;
	begin(a, &t, "lost", c);
	put_field(&t, "reason", "records could not be written");
	text_str(&t, ",\"lost_records\":");
	text_num(&t, lost - a->told);
	end(a, &t, c->by);
	if (send_record(a, &t) > 0)
		a->told = lost;
	a->lost = lost;			/* what it counts, not itself */
}

static void
put_resolved(const struct audit *a, const struct command *c, struct text *t)
{
	char path[2 * PATH_CAP];
	struct text clean;

	text_init(&clean, path, sizeof(path));
	redact_put(&a->redact, c->resolved, &clean);
	put_field(t, "resolved", path);
}

void
audit_decision(struct audit *a, const struct command *c)
{
	bool is_allowed = c->verdict.decision == BLOB_ALLOW;
	const char *why = "";
	struct text t;

	if (!audit_is_on(a))
		return;
	make_target(a, c);
	if ((a->events & (is_allowed ? AUDT_EV_EXEC | AUDT_EV_ALLOWED
				     : AUDT_EV_EXEC | AUDT_EV_DENIED)) != 0) {
		begin(a, &t, "decision", c);
		if (c->verdict.nmatches > 0)
			why = blob_str(&c->by->blob, c->verdict.by.why);
		if (c->decided.kind == DECIDE_OPAQUE)
			why = shell_construct_name(c->decided.construct);
		else if (c->decided.kind != DECIDE_COMMAND)
			why = "a redirection";
		put_field(&t, "reason", why[0] != '\0' ? why
		    : c->verdict.nmatches > 0	       ? "a rule matches"
						       : "no rule matches");
		put_rule(c->by, c->verdict.info, &t);
		put_field(&t, "layer", "exec");
		put_field(&t, "strength", "consent");
		put_resolved(a, c, &t);
		end(a, &t, c->by);
		send_record(a, &t);
	}
	put_lost(a, c);
}

bool
audit_wants(const struct audit *a, uint32_t events)
{
	return audit_is_on(a) && (a->events & events) != 0;
}

void
audit_item(struct audit *a, const struct command *c,
    const struct audit_item *item)
{
	char target[2 * PATH_CAP];
	struct text t, clean;

	if (!audit_is_on(a))
		return;
	if (a->is_flowing)
		put_lost(a, c);
	text_init(&clean, target, sizeof(target));
	redact_put(&a->redact, item->target, &clean);
	begin_with(a, &t, item->event, item->operation, target,
	    item->decision);
	put_field(&t, "reason", item->reason);
	if (item->by != NULL)
		put_rule(item->by, item->rule, &t);
	put_field(&t, "layer", item->layer);
	put_field(&t, "strength", item->strength);
	if (item->outcome != NULL)
		put_field(&t, "outcome", item->outcome);
	if (item->err != 0) {
		text_str(&t, ",\"errno\":");
		text_num(&t, (uint64_t)item->err);
	}
	if (item->count > 1) {
		text_str(&t, ",\"count\":");
		text_num(&t, item->count);
	}
	end_with(a, &t, item->by != NULL ? item->by : c->by, item->pid);
	send_record(a, &t);
}

void
audit_lock_down(struct audit *a)
{
	sink_hold(&a->file);
	a->file.can_reopen = false;
}

void
audit_begun(struct audit *a, bool stays)
{
	sink_release(&a->file);
	a->file.can_reopen = stays;
}

void
audit_follow(struct audit *a)
{
	sink_follow(&a->file);
}

static void
put_redacted(const struct audit *a, struct text *t, const char *raw)
{
	char clean[2 * PATH_CAP];
	struct text c;

	text_init(&c, clean, sizeof(clean));
	redact_put(&a->redact, raw, &c);
	text_json(t, clean);
}

static void
put_detected(const struct audit *a, struct text *t, const struct left *l)
{
	size_t i, start = t->len;

	text_str(t, ",\"detected\":[");
	for (i = 0; i < l->n && t->len - start < LIST_CAP; i++) {
		text_str(t, i > 0 ? ",{\"kind\":" : "{\"kind\":");
		text_json(t, left_kind_name(l->list[i].kind));
		text_str(t, ",\"path\":");
		put_redacted(a, t, l->list[i].path);
		if (l->list[i].detail[0] != '\0') {
			text_str(t, ",\"detail\":");
			put_redacted(a, t, l->list[i].detail);
		}
		text_str(t, "}");
	}
	text_str(t, "]");
	if (i < l->n + l->unlisted) {
		text_str(t, ",\"detected_more\":");
		text_num(t, l->n + l->unlisted - i);
	}
}

static const char *
ending_reason(const struct ending *e)
{
	if (e->origin == ORIGIN_TIMEOUT)
		return "the time was up";
	if (e->is_left_refused)
		return "what the run left behind is refused";
	return e->signal != 0 ? "the command died of a signal"
			      : "the command ended";
}

void
audit_exit(struct audit *a, const struct command *c, const struct ending *e,
    const struct bars *b, const struct left *l)
{
	struct text t;

	if (!audit_is_on(a))
		return;
	put_lost(a, c);
	begin(a, &t, "exit", c);
	put_field(&t, "reason", ending_reason(e));
	put_field(&t, "origin", origin_name(e->origin));
	text_str(&t, ",\"status\":");
	text_num(&t, (uint64_t)e->status);
	if (e->signal != 0) {
		text_str(&t, ",\"signal\":");
		text_num(&t, (uint64_t)e->signal);
	}
	if (e->is_replaced) {
		text_str(&t, ",\"command_status\":");
		text_num(&t, (uint64_t)e->command_status);
	}
	if (l != NULL && l->n > 0)
		put_detected(a, &t, l);
	if (b->nappeared > 0)
		put_list(a, &t, "appeared", b->absent, b->nappeared, text_str);
	if (b->nreplaced > 0)
		put_list(a, &t, "replaced", b->files, b->nreplaced, text_str);
	end(a, &t, c->by);
	send_record(a, &t);
	put_lost(a, c);
}
