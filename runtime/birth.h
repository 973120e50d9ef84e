/*
 * From the child's first question to the moment where it is the command: the
 * time in which it shares our memory and asks us about its own exec.
 */
#ifndef RUNTIME_BIRTH_H
#define RUNTIME_BIRTH_H

#include "runtime/spawn.h"

/*
 * Let the child become the command; `before' is called while it waits.  0, or
 * -1 with f filled: there is no command.
 */
int birth_await(struct spawn *s, int (*before)(void *arg, struct failure *f),
    void *arg, struct failure *f);

/* Take the child that has given up; f becomes its reason.  -1. */
int birth_failed(struct spawn *s, struct failure *f);

#endif
