/*
 * Inside another sandbox mounts are not to be had: what that one already
 * holds is found out by effect.
 */
#ifndef RUNTIME_HELD_H
#define RUNTIME_HELD_H

#include "runtime/bars.h"

/*
 * Is every bar in force without us?  Nothing is changed by asking.  That
 * modes and times are open is noted in b, and no bar.
 */
bool bars_are_held(struct bars *b);

#endif
