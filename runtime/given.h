/*
 * Files that the caller has opened for the command: such a descriptor leads
 * past mounts that came later, back to the file with all rights of its place.
 */
#ifndef RUNTIME_GIVEN_H
#define RUNTIME_GIVEN_H

#include "runtime/bars.h"

/*
 * With the mounts in place, if any: what is protected and open to read is opened
 * again where it cannot be changed, at the same offset; what is denied is
 * refused.  What the caller has opened to be written is the caller's wish.
 */
int given_reopen(const struct policies *all, const struct bars *b,
    struct failure *f);

#endif
