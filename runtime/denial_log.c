/* Denials to where they are told: see denial_log.h. */
#include "runtime/denial_log.h"

#include <time.h>
#include <unistd.h>

#define RECORDS_PER_SECOND	100u

static bool
is_within_rate(struct denial_log *l)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec != l->since) {
		l->since = now.tv_sec;
		l->recorded = 0;
	}
	return l->recorded++ < RECORDS_PER_SECOND;
}

void
denial_log_put(struct denial_log *l, const struct audit_item *item)
{
	if (is_within_rate(l))
		audit_item(l->audit, l->command, item);
	else
		l->audit->lost++;
}

static struct audit_item
item_of(const struct denial *d, pid_t pid)
{
	bool is_ours = d->by != NULL;

	return (struct audit_item){
		.event = "decision", .operation = d->operation,
		.target = d->target,
		.decision = is_ours ? BLOB_FORBIDDEN : BLOB_ALLOW,
		.reason = is_ours ? "the policy refuses it" : d->why,
		.by = d->by, .rule = d->rule, .layer = d->layer,
		.strength = d->strength, .err = d->err,
		.outcome = is_ours ? NULL : "not-us", .pid = pid,
		.count = d->count,
	};
}

static bool
is_round(unsigned n)
{
	return (n & (n - 1)) == 0;
}

void
denial_log_add(struct denial_log *l, struct denial *d, pid_t pid)
{
	struct audit_item item;

	d->count = denials_add(l->denials, d);
	if (!audit_wants(l->audit, AUDT_EV_DENIED) || !is_round(d->count))
		return;
	item = item_of(d, pid);
	denial_log_put(l, &item);
}

void
denial_log_end(struct denial_log *l)
{
	if (!audit_wants(l->audit, AUDT_EV_DENIED))
		return;
	for (size_t i = 0; i < l->denials->n; i++) {
		const struct denial *d = &l->denials->list[i];
		const struct audit_item item = item_of(d, getpid());

		if (d->operation != NULL && !is_round(d->count))
			audit_item(l->audit, l->command, &item);
	}
}
