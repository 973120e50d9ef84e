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
 * The calls of which no rule decides anything, in file order: by[r] of the
 * first rule r of each is a rule that decides instead, or the rule itself if
 * it matches nothing; all others are REACH_DECIDES.  All of them may be left
 * out together without a change to any decision.
 */
#define REACH_DECIDES	UINT32_MAX

const uint32_t *reach_find(struct arena *a, const struct rule_set *set,
    const struct subset *s);

/* A warning for each that is not inherited, exec-unreachable. */
void reach_report(struct arena *a, struct diag *d, const struct rule_set *set,
    const struct subset *s);

#endif
