/*
 * Tokens that lead the same ways from every state are one symbol: a rule
 * with forty alternatives then has one edge, not forty.
 */
#ifndef COMPILER_TOKENCLASS_H
#define COMPILER_TOKENCLASS_H

#include "compiler/subset.h"

/*
 * Replace the tokens on edges by classes, numbered from 0, and drop the edges
 * that are then the same.  The edges are put in another order.  Returns the
 * class of each of ntokens tokens.
 */
uint32_t *tokenclass_make(struct arena *a, struct subset *s, size_t ntokens);

#endif
