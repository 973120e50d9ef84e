/*
 * What of a kernel codex-exec uses, each part asked for by using it, and what
 * its presence or absence means for the policies at hand.
 */
#ifndef RUNTIME_FEATURES_H
#define RUNTIME_FEATURES_H

#include "runtime/launch.h"

/*
 * Is all here that the prepared run needs, as far as its other steps do not
 * find out?
 */
int features_check(const struct run *r, struct failure *f);

/*
 * The table, as a list: feature, whether it is here, since which kernel, what
 * it is for, the effect.  is_refused: the policies could not be loaded or kept,
 * so that what is missing is why.
 */
void features_report(struct report *rep, const struct run *r,
    bool is_refused);

#endif
