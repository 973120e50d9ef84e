/*
 * Inside another sandbox mounts are not to be had: what that one already
 * holds is found out by effect.
 */
#ifndef RUNTIME_HELD_H
#define RUNTIME_HELD_H

#include "runtime/bars.h"

/*
 * Is every name kept and hidden without us?  Nothing is changed by asking.
 * That modes and times are open, or files can be mapped to be executed, is
 * noted in b.
 */
bool bars_are_held(struct bars *b);

#endif
