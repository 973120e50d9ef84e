/*
 * Rule numbers of a policy, brought into the one order that its blob has.
 *
 * A number that nothing refers to (a path that another covers, a system call
 * item that earlier ones decide) is dropped, and neighbours that stand at one
 * place under one name become one.  So what is in DBGI follows from what the
 * other sections say, and the resolved text of a blob gives it again.
 */
#ifndef COMPILER_RULEREF_H
#define COMPILER_RULEREF_H

#include "compiler/ir.h"

/* Returns 0, or -1 after a diagnostic about an item for one of archs. */
int ruleref_compact(struct arena *a, struct diag *d, struct ir *ir,
    const struct sysc_arch *const *archs, size_t narchs);

#endif
