/*
 * Network mode proxy: the command's network namespace has one way out, a
 * listener on its own loopback interface, and who accepts there stands
 * outside: a process of its own, locked down, that is asked for names and
 * decides.  It ends with us.
 */
#ifndef RUNTIME_PROXY_H
#define RUNTIME_PROXY_H

#include "runtime/denial_log.h"
#include "runtime/support.h"

#define PROXY_ADDRESS	"127.0.0.1"
#define PROXY_PORT	3128
#define PROXY_LISTENS	PROXY_ADDRESS ":3128"

struct proxy {
	const struct policies *all;
	struct denial_log *log;
	pid_t pid;
	int fd;			/* to it; -1: it is gone */
	bool is_unexpected;	/* it went before its time */
};

/* Does any policy want it? */
bool proxy_is_wanted(const struct policies *all);

/* HTTP_PROXY and the like, for the command. */
int proxy_set_environment(struct env *e, const struct policies *all,
    struct scratch *mem, struct failure *f);

/* Fork it.  It waits for its listener. */
int proxy_start(struct proxy *p, const struct support *s, char *const *env,
    struct failure *f);

/* In the child, in its network namespace: make the listener, hand it over. */
int proxy_hand_over(const struct proxy *p, struct failure *f);

/* It has something to tell, or is gone. */
void proxy_ready(struct proxy *p);

/* The command has ended: what is left to be told, and its end. */
void proxy_stop(struct proxy *p);

#endif
