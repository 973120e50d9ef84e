/*
 * --dry-run: what would be done, printed; nothing is run.
 */
#ifndef RUNTIME_DRYRUN_H
#define RUNTIME_DRYRUN_H

#include "runtime/launch.h"
#include "runtime/report.h"

/* After launch_plan(): returns the status of a refusal, or 0. */
int dryrun_print(const struct run *r, struct text *out);

/* Parts that receipts have too. */
void dryrun_put_policies(struct report *rep, const struct policies *all);
/* Protected and denied names that are not there, and who keeps them. */
void dryrun_put_absent(struct report *rep, const struct bars *b);

#endif
