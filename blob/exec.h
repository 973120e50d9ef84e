/*
 * The EXEC section: getters for the automaton of exec rules.
 *
 * blob_exec_validate() checks the header and that the arrays fill the
 * section, in constant time: a blob of 100,000 rules opens as fast as one of
 * ten.  What is in the arrays is checked when it is read; each look-up is
 * bounded by the number of its tokens.
 */
#ifndef BLOB_EXEC_H
#define BLOB_EXEC_H

#include "blob/read.h"

int blob_exec_validate(struct blob_span s);

#endif
