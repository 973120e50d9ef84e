/*
 * Hash consing: each distinct sorted list of numbers is kept once and has a
 * number of its own, in the order of first use.  The states of a subset
 * construction are such lists.
 */
#ifndef COMPILER_SETPOOL_H
#define COMPILER_SETPOOL_H

#include <stdint.h>

#include "compiler/arena.h"

struct set {
	const uint32_t *v;
	uint32_t n;
	uint32_t hash;
};

struct setpool {
	struct arena *a;
	struct set *sets;
	size_t n, cap;
	uint32_t *slots;	/* open hash: number + 1 */
	size_t nslots;
	size_t nitems;		/* of all sets together */
};

/* The number of this set, which is copied if it is new. */
uint32_t setpool_add(struct setpool *p, const uint32_t *v, size_t n);

/* Sort n numbers and drop repeated ones; returns how many are left. */
size_t setpool_normalise(uint32_t *v, size_t n);

#endif
