/*
 * A PID namespace of the run's own, and its PID 1.  The kernel kills whatever
 * lives in it when that one dies, and gives it the orphans; the command itself
 * stays our child, so that its signals, stops and status are seen as ever.
 */
#ifndef RUNTIME_REAPER_H
#define RUNTIME_REAPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "runtime/failure.h"

/*
 * In a helper of the supervisor's that shares its memory: enter a user
 * namespace where needed (has_net: one that a network namespace can be made
 * in) and start PID 1, a child of the supervisor's, in a copy of its memory.
 * The helper's next children live there too.  Who dies makes `supervisor', a
 * pidfd, readable.  0 and *out, or -1.
 */
int reaper_start(bool has_net, int supervisor, pid_t *out, struct failure *f);

/* End it, and with it all that is left in there; 0: there is none. */
void reaper_kill(pid_t reaper);

/* The same, and take it: nothing of ours may be in there any more. */
void reaper_end(pid_t reaper);

/* Has who is behind the pidfd died? */
bool reaper_is_gone(int pidfd);

#endif
