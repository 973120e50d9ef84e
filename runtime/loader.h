/*
 * The dynamic loader as a command.
 */
#ifndef RUNTIME_LOADER_H
#define RUNTIME_LOADER_H

#include "runtime/command.h"
#include "runtime/plan.h"

/*
 * It runs whatever file it is given, so where a policy limits what may be
 * executed it must be listed itself, and where rules for the whole tree can
 * refuse (is_ruled) it does not run.  0, or -1 with a refusal.
 */
int loader_check(const struct command *c, const struct policies *all,
    const struct plan *plan, bool is_ruled, struct failure *f);

#endif
