/*
 * Read everything that an open blob offers by every getter, and decide on
 * some commands: for fuzzers and tests of damage, while sanitizers watch.
 */
#ifndef TESTS_LIB_BLOBWALK_H
#define TESTS_LIB_BLOBWALK_H

#include "blob/read.h"

/* How many entries were seen: a test can tell that a walk went somewhere. */
uint64_t blobwalk(const struct blob *b);

#endif
