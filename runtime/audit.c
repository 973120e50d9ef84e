/* Audit events: see audit.h. */
#include "runtime/audit.h"

#include <string.h>
#include <unistd.h>

#include "runtime/left.h"
#include "runtime/record.h"
#include "runtime/supervise.h"

#define TARGET_CAP	AUDIT_TARGET_CAP

bool
audit_is_on(const struct audit *a)
{
	return a->file.kind != SINK_NONE || a->socket.kind != SINK_NONE ||
	    a->json.kind != SINK_NONE;
}

static void
begin(struct audit *a, struct text *t, const char *event,
    const struct command *c)
{
	record_begin(a, t, event, "command_exec", a->target,
	    c->verdict.decision);
}

pid_t
audit_pid(const struct audit *a)
{
	return a->pid != 0 ? a->pid : getpid();
}

static void
end(const struct audit *a, struct text *t, const struct policy *p)
{
	record_end(a, t, p, audit_pid(a));
}

/*
 * Escapes make six bytes of one: whatever the command's are, there is room for
 * the other fields.
 */
static void
cap_target(struct audit *a)
{
	struct text t;

	text_init(&t, a->buf, 3 * TARGET_CAP);
	text_json(&t, a->target);
	if (t.is_cut)
		memcpy(a->target + TARGET_CAP / 2 - 4, "...", 4);
}

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
	cap_target(a);
}

/* Those asked for by name, and what is hard by them. */
static void
put_namespaces(struct text *t, const struct plan *plan,
    const struct support *s)
{
	bool has_pid = (plan->namespaces & META_NS_PID) != 0;
	bool has_ipc = (plan->namespaces & META_NS_IPC) != 0;

	text_str(t, ",\"namespaces\":[");
	text_str(t, has_pid ? "\"pid\"" : "");
	text_str(t, has_pid && has_ipc ? "," : "");
	text_str(t, has_ipc ? "\"ipc\"]" : "]");
	if (!has_pid)
		return;
	record_put_field(t, "tree_kill", judge_strength_name(JUDGE_HARD));
	if (s->landlock_abi < 6 &&
	    (s->lost & META_MAY_LACK_LANDLOCK_SCOPE) == 0)
		record_put_field(t, "scope", "hard (PID namespace, session, "
		    "seccomp)");
}

/* What the kernel lacks, and how the lines of the policies are kept. */
static void
put_strengths(const struct audit *a, struct text *t, const struct plan *plan,
    const struct support *s)
{
	const struct bars *b = &plan->bars;

	text_str(t, ",\"landlock_abi\":");
	text_num(t, (uint64_t)s->landlock_abi);
	text_str(t, ",\"lost\":[");
	for (uint32_t bit = 1, n = 0; bit < META_ALL_MAY_LACK; bit <<= 1)
		if ((s->lost & bit) != 0) {
			text_str(t, n++ > 0 ? "," : "");
			text_json(t, support_name(bit));
		}
	text_str(t, "]");
	record_put_list(a, t, "skipped", plan->skipped, plan->nskipped,
	    text_str);
	record_put_list(a, t, "not_kept", b->absent,
	    b->are_absent_kept ? 0 : b->nabsent, text_str);
	record_put_list(a, t, "kept_supervised", b->supervised,
	    b->nsupervised, text_str);
	record_put_list(a, t, "file_mounts", b->files, b->nfiles, text_str);
	record_put_list(a, t, "hard_linked", b->linked, b->nlinked, text_str);
	if (plan->is_loopback)
		record_put_field(t, "network_namespace", plan->is_proxied ?
		    "the proxy only" : "loopback only");
	if (plan->namespaces != 0)
		put_namespaces(t, plan, s);
	if (a->has_broker)
		record_put_field(t, "connect_broker", judge_strength_name(
		    JUDGE_SUPERVISED));
	if (b->is_rest_open || b->is_rest_supervised)
		record_put_field(t, "read_only_modes_and_times",
		    b->is_rest_open ? "not kept" :
		    judge_strength_name(JUDGE_SUPERVISED));
	if (b->is_exec_open)
		record_put_field(t, "noexec", "not kept");
}

/* All of them, where there is more than the one that each record names. */
static void
put_profiles(struct text *t, const struct policies *all)
{
	if (all->count < 2)
		return;
	text_str(t, ",\"profiles\":[");
	for (size_t i = 0; i < all->count; i++) {
		text_str(t, i > 0 ? "," : "");
		record_put_profile(&all->list[i], t);
	}
	text_str(t, "]");
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
	record_put_field(&t, "reason", "the policy applies to this command");
	put_strengths(a, &t, plan, s);
	record_put_list(a, &t, "env_dropped", e->dropped, e->ndropped,
	    env_put_name);
	if (a->exec_strength != NULL)
		record_put_field(&t, "exec_tree", a->exec_strength);
	if (a->is_advisory)
		record_put_field(&t, "audit_file", "advisory");
	put_profiles(&t, all);
	end(a, &t, &all->list[0]);
	record_send(a, &t);
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
	record_put_field(&t, "reason", "records could not be written");
	text_str(&t, ",\"lost_records\":");
	text_num(&t, lost - a->told);
	end(a, &t, c->by);
	/* One that nobody has leaves no gap: it would be counted, too. */
	if (record_send(a, &t) > 0)
		a->told = lost;
	else
		a->seq--;
	a->lost = lost;			/* what it counts, not itself */
}

static void
put_resolved(const struct audit *a, const struct command *c, struct text *t)
{
	char path[2 * PATH_CAP];
	struct text clean;

	text_init(&clean, path, sizeof(path));
	redact_put(&a->redact, c->resolved, &clean);
	record_put_field(t, "resolved", path);
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
		record_put_field(&t, "reason", why[0] != '\0' ? why
		    : c->verdict.nmatches > 0	       ? "a rule matches"
						       : "no rule matches");
		record_put_rule(c->by, c->verdict.info, &t);
		record_put_field(&t, "layer", "exec");
		record_put_field(&t, "strength", "consent");
		put_resolved(a, c, &t);
		end(a, &t, c->by);
		record_send(a, &t);
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
	record_begin(a, &t, item->event, item->operation, target,
	    item->decision);
	record_put_field(&t, "reason", item->reason);
	if (item->by != NULL)
		record_put_rule(item->by, item->rule, &t);
	record_put_field(&t, "layer", item->layer);
	record_put_field(&t, "strength", item->strength);
	if (item->outcome != NULL)
		record_put_field(&t, "outcome", item->outcome);
	if (item->err != 0) {
		text_str(&t, ",\"errno\":");
		text_num(&t, (uint64_t)item->err);
	}
	if (item->count > 1) {
		text_str(&t, ",\"count\":");
		text_num(&t, item->count);
	}
	record_end(a, &t, item->by != NULL ? item->by : c->by, item->pid);
	record_send(a, &t);
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
put_detected(const struct audit *a, struct text *t, const struct left *l)
{
	size_t i, start = t->len;

	text_str(t, ",\"detected\":[");
	for (i = 0; i < l->n && t->len - start < RECORD_LIST_CAP; i++) {
		text_str(t, i > 0 ? ",{\"kind\":" : "{\"kind\":");
		text_json(t, left_kind_name(l->list[i].kind));
		text_str(t, ",\"path\":");
		record_put_redacted(a, t, l->list[i].path);
		if (l->list[i].detail[0] != '\0') {
			text_str(t, ",\"detail\":");
			record_put_redacted(a, t, l->list[i].detail);
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
	record_put_field(&t, "reason", ending_reason(e));
	record_put_field(&t, "origin", origin_name(e->origin));
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
		record_put_list(a, &t, "appeared", b->absent, b->nappeared,
		    text_str);
	if (b->nreplaced > 0)
		record_put_list(a, &t, "replaced", b->files, b->nreplaced,
		    text_str);
	end(a, &t, c->by);
	record_send(a, &t);
	put_lost(a, c);
}
