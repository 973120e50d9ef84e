/*
 * Decision diagrams over the bits of six 64-bit arguments: argument 0's
 * highest bit first.  Equal functions have equal diagrams, so that what is
 * written from one depends on what a policy means, not on how it was put.
 */
#ifndef COMPILER_BITDD_H
#define COMPILER_BITDD_H

#include "compiler/sysc.h"

#define BITDD_NONE	UINT32_MAX	/* too many nodes */

struct bitdd;

struct bitdd *bitdd_new(struct arena *a);

/* A diagram with one answer. */
uint32_t bitdd_leaf(struct bitdd *b, uint32_t answer);
/* 1 where the atom holds, else 0. */
uint32_t bitdd_atom(struct bitdd *b, const struct sysc_atom *x);
/* Where `when' is 1 what x answers, else what y does. */
uint32_t bitdd_if(struct bitdd *b, uint32_t when, uint32_t x, uint32_t y);

/* Bits that an argument must have. */
struct bitdd_cube {
	uint64_t mask[6], value[6];
};

/*
 * Call fn for every path, in order; the cubes do not overlap and together
 * hold everything.  False as soon as fn is.
 */
bool bitdd_walk(const struct bitdd *b, uint32_t root,
    bool (*fn)(void *ctx, const struct bitdd_cube *cube, uint32_t answer),
    void *ctx);

#endif
