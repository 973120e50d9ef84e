/*
 * Exact sets of 32-bit values: lists of disjoint pieces, a piece being an
 * interval in which some bits are fixed.
 */
#ifndef COMPILER_VSET_H
#define COMPILER_VSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The values x of lo..hi with (x & mask) == bits; never empty. */
struct vpiece {
	uint32_t lo, hi;
	uint32_t mask, bits;
};

struct vset {
	const struct vpiece *pieces;
	size_t n;
};

/* Where pieces are kept; what is taken is given back in reverse. */
struct vstack {
	struct vpiece *pieces;
	size_t n, cap;
	bool is_full;
};

/* (x & mask) compared with value. */
enum vtest { VSET_EQ, VSET_GE, VSET_ANY_BIT };

struct vcond {
	enum vtest test;
	uint32_t mask, value;	/* ANY_BIT: (x & mask) != 0 */
	bool is_negated;
};

/* The part of s where c holds; no pieces: nowhere. */
struct vset vset_where(struct vstack *st, struct vset s, struct vcond c);
struct vset vset_all(struct vstack *st);
/* The least value of a set that has pieces. */
uint32_t vset_least(struct vset s);

#endif
