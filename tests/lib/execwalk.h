/*
 * Read everything that an EXEC section offers, damaged or not: for fuzzers
 * and tests of damage, which watch that nothing is read outside.
 */
#ifndef TESTS_LIB_EXECWALK_H
#define TESTS_LIB_EXECWALK_H

#include "blob/exec.h"

/*
 * Open the section, walk all entries, decide on some commands, print every
 * match.  Returns what opening said; *steps counts entries seen, so that a
 * test can tell that the walk is bounded.
 */
int execwalk(struct blob_span exec, struct blob_span strs, uint64_t *steps);

#endif
