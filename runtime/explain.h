/*
 * Who refused what: the calls that a policy refuses, answered as it says, and
 * the calls that change files, which the kernel decides on by itself while we
 * ask the same rules.
 */
#ifndef RUNTIME_EXPLAIN_H
#define RUNTIME_EXPLAIN_H

#include "runtime/broker.h"
#include "runtime/denial_log.h"
#include "runtime/left.h"
#include "runtime/names.h"
#include "runtime/notify.h"
#include "runtime/resolve.h"

#define EXPLAIN_FINE	1024u	/* a power of two */

struct explain {
	const struct policies *all;
	const struct judge_vars *vars;
	struct denial_log *log;
	int listener;
	bool has_reads;			/* some file may not be read */
	struct names *names;		/* makes some, or NULL */
	bool is_guarded;		/* see notify_wants */
	bool has_ports;			/* Landlock decides on ports */
	struct broker *broker;		/* NULL: the kernel connects */
	enum left_touch moved;		/* by the rename that asks */
	struct left *left;		/* to be told of file calls, or NULL */
	struct resolved at;
	struct resolve_root root;
	uint64_t fine[EXPLAIN_FINE];	/* digests of paths: see explain.c */
	char path[PATH_CAP];
};

/* Find out what has to be asked about; what is hidden is there already. */
void explain_init(struct explain *x, const struct bars *bars);

/* A question about anything but an exec. */
void explain_ask(struct explain *x, const struct k_notif *n);

/* The file that an exec would run; its answer is somebody else's. */
void explain_exec(struct explain *x, const struct k_notif *n);

#endif
