/*
 * Exec rules that never decide: whatever they match is decided at least as
 * strictly by the others.  Read off the states of subset.c, in time that
 * grows with their size.
 */
#ifndef COMPILER_REACH_H
#define COMPILER_REACH_H

#include "compiler/rules.h"
#include "compiler/subset.h"

/*
 * A warning, exec-unreachable, for each call of which no rule decides
 * anything and that is not inherited.  All of them may be left out together
 * without a change to any decision.
 */
void reach_report(struct arena *a, struct diag *d, const struct rule_set *set,
    const struct subset *s);

#endif
