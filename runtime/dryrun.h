/*
 * --dry-run: what would be done, printed; nothing is run.
 */
#ifndef RUNTIME_DRYRUN_H
#define RUNTIME_DRYRUN_H

#include "runtime/launch.h"

/* After launch_plan(): returns the status of a refusal, or 0. */
int dryrun_print(const struct run *r, struct text *out);

#endif
