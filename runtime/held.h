/*
 * Inside another sandbox mounts are not to be had: what that one already
 * holds is found out by effect.
 */
#ifndef RUNTIME_HELD_H
#define RUNTIME_HELD_H

#include "runtime/bars.h"

/* Are modes and times open, can files be mapped to be executed?  Noted in b. */
void bars_look_open(struct bars *b);

/* Can the user make no name in any of these folders as it is? */
bool bars_are_shut(const char *const *folders, size_t n);

/*
 * Is every name kept and hidden without us?  Nothing is changed by asking.
 * What is open all the same is noted as above.
 */
bool bars_are_held(struct bars *b);

#endif
