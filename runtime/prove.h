/* --prove-here: does this machine keep what the policies promise? */
#ifndef RUNTIME_PROVE_H
#define RUNTIME_PROVE_H

#include "runtime/launch.h"

/*
 * Try it and print the receipt.  0: all held; 1: something did not; -1: it
 * could not be tried, see r->failure.
 */
int prove_print(struct run *r, struct text *out);

#endif
