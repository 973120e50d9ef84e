/*
 * A child that shares our memory until it becomes the command.
 *
 * clone(CLONE_VM | CLONE_FILES) instead of fork: copying page tables costs
 * more than everything else that a start does (a third of it, measured), and
 * a descriptor that the child opens is ours as well.  The price: until its
 * exec the child uses our memory and our errno, so meanwhile we make only
 * calls that succeed, and touch nothing of the run.
 */
#ifndef RUNTIME_SPAWN_H
#define RUNTIME_SPAWN_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "runtime/failure.h"

enum spawn_state {
	SPAWN_BEGUN,
	SPAWN_LISTENING,	/* the listener's number is known */
	SPAWN_FAILED		/* it will exit; its failure is ours to print */
};

struct spawn {
	/* Runs in the child and becomes the command, or returns. */
	void (*run)(void *arg);
	void *arg;
	const struct failure *failure;	/* the child's */
	/* Is what it has become what it may be?  NULL: it is. */
	bool (*may_begin)(void *arg, pid_t pid);
	void *begin_arg;
	sigset_t mask;			/* what the command starts with */
	struct sigaction chld;		/* the same, of SIGCHLD */
	bool has_listener;		/* run calls spawn_listening() */
	bool has_reaper;		/* it lives in a PID namespace */
	bool has_net;			/* and will make one of networks */
	/* Below: filled by spawn_child() and the child. */
	pid_t pid;			/* as we see it */
	pid_t reaper;			/* its PID 1, or 0 */
	int supervisor;			/* has_reaper: our own pidfd */
	int pidfd;
	int ready;			/* an eventfd, or -1 */
	int listener;			/* or -1 */
	atomic_int state;		/* enum spawn_state */
};

/*
 * Start the child and return when it has become the command, has given up
 * (state FAILED), or, with has_listener, waits for an answer to its exec.
 * All signals must be blocked.  0, or -1 when there is no child.
 */
int spawn_child(struct spawn *s, struct failure *f);

/* In the child: its filter comes next, and with it the listener. */
void spawn_filtering(const struct spawn *s);

/* In the child: say which descriptor is the listener, nothing after it. */
void spawn_listening(struct spawn *s, int listener);

#endif
