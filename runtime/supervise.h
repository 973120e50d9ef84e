/*
 * The supervised run: a parent that stays, passes signals on, keeps time,
 * ends the whole tree and knows how it ended.
 */
#ifndef RUNTIME_SUPERVISE_H
#define RUNTIME_SUPERVISE_H

#include "runtime/broker.h"
#include "runtime/execs.h"
#include "runtime/explain.h"
#include "runtime/proxy.h"
#include "runtime/spawn.h"

/* Who ended the run: the exit event's `origin'. */
enum origin {
	ORIGIN_COMMAND, ORIGIN_POLICY, ORIGIN_APPROVAL, ORIGIN_RUNNER,
	ORIGIN_TIMEOUT, NORIGINS
};

struct supervision {
	/* In the child: lock down and become the command, or fill *failure. */
	void (*run)(void *arg);
	void *arg;
	const struct failure *failure;	/* the child's */
	uint64_t wall_ms;		/* 0: none */
	bool is_detached;		/* leave the tree alone at the end */
	bool has_no_exec;		/* run() stays what it is, for a proof */
	struct execs *execs;		/* NULL: nobody asks about execs */
	struct explain *explain;	/* or NULL; not without execs */
	struct names *names;		/* or NULL; a listener without execs */
	struct broker *broker;		/* the same */
	struct proxy *proxy;		/* or NULL */
	struct audit *audit;		/* begins its file anew on SIGHUP */
};

struct ending {
	int status;			/* what we exit with */
	enum origin origin;
	int signal;			/* that the command died of, or 0 */
	bool has_leftovers;		/* some process could not be ended */
	bool is_left_refused;		/* --fail-on-left */
	bool is_replaced;		/* status, for that: */
	int command_status;
};

const char *origin_name(enum origin o);

/*
 * Run it to its end.  0, or -1 with f filled: the command never ran.  The
 * child is where the run itself says its listener.
 */
int supervise(const struct supervision *s, struct spawn *child,
    struct ending *end, struct failure *f);

#endif
