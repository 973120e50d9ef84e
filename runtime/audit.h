/*
 * Audit events, JSON Lines: one record a line, one write a record.  A record
 * that cannot be written without blocking is counted, never waited for.
 */
#ifndef RUNTIME_AUDIT_H
#define RUNTIME_AUDIT_H

#include "runtime/command.h"
#include "runtime/env.h"
#include "runtime/plan.h"
#include "runtime/redact.h"
#include "runtime/support.h"

#define AUDIT_SESSION_CAP	65

struct audit {
	int fd, json_fd;		/* or -1 */
	uint64_t seq;
	unsigned lost;
	uint32_t events;		/* AUDT_EV_* of any policy */
	bool is_advisory;		/* the command could change the file */
	struct redact redact;
	const char *const *labels;
	size_t nlabels;
	char session[AUDIT_SESSION_CAP];
	const char *mode;		/* how the command runs */
	char *buf;			/* for one record */
	char *target;			/* the command, redacted */
};

/* Open what the options ask for; without any, records go nowhere. */
int audit_open(struct audit *a, const struct options *o,
    const struct policies *all, const struct plan *plan, struct vars *v,
    struct failure *f);

/* What was applied, and what could not be. */
void audit_start(struct audit *a, const struct policies *all,
    const struct command *c, const struct plan *plan, const struct env *e,
    const struct support *s);

/* The decision on the command. */
void audit_decision(struct audit *a, const struct command *c);

struct ending;

/* How a supervised run ended, and what bars_look_again saw. */
void audit_exit(struct audit *a, const struct command *c,
    const struct ending *e, const struct bars *b);

#endif
