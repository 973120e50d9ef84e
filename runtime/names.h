/*
 * Names made on behalf of the command: see fence.h for where the kernel lets
 * it make none.
 *
 * The path is resolved once, to its folder; what is decided on and what is
 * done are that folder and that name.  What this is not asked to do goes on in
 * the kernel, where the fence holds whatever the caller's memory says by then.
 */
#ifndef RUNTIME_NAMES_H
#define RUNTIME_NAMES_H

#include "runtime/denial_log.h"
#include "runtime/fence.h"
#include "runtime/notify.h"
#include "runtime/resolve.h"

struct names_setup {
	const struct fence *fence;
	const struct bars *bars;
	const struct policies *all;
	const struct judge_vars *vars;
	struct denial_log *log;
	bool is_explained;	/* somebody else tells what is refused */
};

struct names {
	struct names_setup s;
	int listener;
	struct resolved at, from;
	char path[PATH_CAP], target[PATH_CAP];
};

/* Can a supervisor make names here? */
bool names_work(void);

/* A question about a call; it is answered. */
void names_ask(struct names *x, const struct k_notif *n);

#endif
