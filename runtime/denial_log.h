/*
 * Denials on their way: each to the list for the end of the run and, where
 * records are wanted, to the audit events; of what happens again and again
 * only some.
 */
#ifndef RUNTIME_DENIAL_LOG_H
#define RUNTIME_DENIAL_LOG_H

#include "runtime/audit.h"
#include "runtime/denials.h"

struct denial_log {
	const struct command *command;
	struct audit *audit;
	struct denials *denials;
	unsigned recorded;		/* since then: a rate limit */
	time_t since;
};

/* One more: recorded when it is the first, second, fourth ... of its kind. */
void denial_log_add(struct denial_log *l, struct denial *d, pid_t pid);

/* A record of anything, if there were not too many this second. */
void denial_log_put(struct denial_log *l, const struct audit_item *item);

/* Records of what has been denied again since the last one. */
void denial_log_end(struct denial_log *l);

#endif
