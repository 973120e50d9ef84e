/*
 * The seccomp listener of a supervised run: the filter that asks, and the
 * questions and answers of its descriptor.
 */
#ifndef RUNTIME_NOTIFY_H
#define RUNTIME_NOTIFY_H

#include <stdbool.h>

#include "runtime/kernel.h"
#include "runtime/load.h"

/* What the listener is asked about. */
struct notify_wants {
	bool has_execs;		/* every execve and execveat */
	/*
	 * What could change a program between its exec and our look at it is
	 * refused: writing to other processes' memory, calls of another ABI.
	 */
	bool is_guarded;
	/*
	 * What these policies refuse with an errno is asked about instead.
	 * This one filter then stands for theirs.
	 */
	const struct policies *explained;	/* or NULL */
	/*
	 * Calls that make names, also that change what is there, also that
	 * read it; with them connect and bind.
	 */
	bool has_names, has_changes, has_openings, has_ports;
	bool has_marks;		/* sockets that are bound, modes that count */
	bool is_unmounted;	/* all that sets modes and times */
	bool is_ipc_shared;	/* System V's calls are refused */
	bool has_lists;			/* openings of folders, as such */
	/*
	 * Every connect: the broker makes it.  No call of another ABI, which
	 * could be one as well, is let through.
	 */
	bool has_connects;
	/*
	 * Or: one policy whose own program goes in front of this one, so that
	 * there is one filter to be set up instead of two.
	 */
	const struct policy *merged;		/* or NULL */
};

/* Can its program be merged?  Not where it logs: that would skip the rest. */
bool notify_can_merge(const struct policy *p);

/*
 * In the child, before its other filters.  The listener, or -1.  Above each
 * process can be one listener only: then errno is EBUSY.
 */
int notify_install(const struct notify_wants *w, struct failure *f);

/*
 * Is there a listener above us already?  Asked in a process of its own, which
 * costs; only who has some filter needs to ask.
 */
bool notify_is_taken(void);

/* Could one be had?  Asked likewise. */
bool notify_works(void);

/* With what the guard would refuse it, or 0.  Who lets a call go on has to know. */
int notify_guard(const struct k_seccomp_data *d);

/* A call of another ABI. */
bool notify_is_foreign(const struct k_seccomp_data *d);

/* An exec of our own ABI. */
bool notify_is_exec(const struct k_seccomp_data *d);

/*
 * Who asks mostly waits: let its processor answer (6.6; elsewhere nothing
 * changes).
 */
void notify_hand_over(int listener);

/* The next question, without waiting.  False: there is none. */
bool notify_receive(int listener, struct k_notif *n);

/* Does the task that asks still wait? */
bool notify_is_valid(int listener, uint64_t id);

/* Let it go on.  False: it waits no more. */
bool notify_continue(int listener, uint64_t id);

/*
 * Its call returns fd, which is closed here before the call returns there: who
 * is given a program to write could not execute it as long as we hold it.
 * False: errno says why not.
 */
bool notify_give(int listener, uint64_t id, int fd, bool is_cloexec);

/* Its call fails with err; with 0 it returns 0. */
bool notify_refuse(int listener, uint64_t id, int err);

#endif
