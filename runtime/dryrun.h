/*
 * --dry-run: what would be done, printed.
 */
#ifndef RUNTIME_DRYRUN_H
#define RUNTIME_DRYRUN_H

#include "runtime/launch.h"

/* Print the plan; returns the status that a refusal would have, or 0. */
int dryrun_print(struct run *r, struct text *out);

#endif
