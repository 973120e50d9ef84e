/*
 * What the proxy gives up for good: files, ports that no policy admits, other
 * programs, the caller's variables.
 */
#ifndef RUNTIME_PROXY_LOCK_H
#define RUNTIME_PROXY_LOCK_H

#include "runtime/load.h"

/* For both: end with the parent, no rights, nothing kept in memory. */
int proxy_lock_common(pid_t parent, char *const *env, struct failure *f);

/* Names are looked up: the two files that say how, and DNS over TCP. */
int proxy_lock_lookup(int abi, struct failure *f);

/* No file; TCP to the ports that some policy admits. */
int proxy_lock_ports(const struct policies *all, int abi, struct failure *f);

/* Only the calls of the loop; nothing can be opened or started. */
int proxy_lock_calls(struct failure *f);

#endif
