/*
 * Where the process file system can be written.  /proc/PID/mem is another
 * process's memory: who can open it for writing can change a program after it
 * was decided on.
 */
#ifndef RUNTIME_PROCFS_H
#define RUNTIME_PROCFS_H

#include "runtime/plan.h"

/* True also where that cannot be found out. */
bool procfs_is_writable(const struct policies *all, const struct plan *plan);

/* Do mounts hide parts of /proc?  A new one would show them. */
bool procfs_is_covered(void);

#endif
