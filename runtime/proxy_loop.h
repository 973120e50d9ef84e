/*
 * The proxy's loop: connections, look-ups and time, in one process.
 */
#ifndef RUNTIME_PROXY_LOOP_H
#define RUNTIME_PROXY_LOOP_H

#include "runtime/proxy_conn.h"

#define PROXY_CONNS	256	/* more wait in the kernel until one ends */

struct proxy_loop {
	struct proxy_side side;
	int listener, lookup;
	size_t most;			/* connections, PROXY_CONNS at most */
	struct proxy_conn conns[PROXY_CONNS];
	uint32_t last_id;
	size_t asked;			/* look-ups that are under way */
};

/* Memory for all of it, before anything is locked; NULL: there is none. */
struct proxy_loop *proxy_loop_new(void);

void proxy_loop_run(struct proxy_loop *l) __attribute__((noreturn));

#endif
