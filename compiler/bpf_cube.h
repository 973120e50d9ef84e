/*
 * Cubes: sets of values that are one value with some bits free.  A mask tells
 * all of them apart from the rest at once.
 */
#ifndef COMPILER_BPF_CUBE_H
#define COMPILER_BPF_CUBE_H

#include <stddef.h>
#include <stdint.h>

struct cube {
	uint32_t free;		/* these bits may be anything */
	uint32_t value;		/* the others; free ones are zero */
};

/*
 * The largest cube that one can grow bit by bit within the n ascending
 * values; ties go to the one with the smallest value.  With no two values
 * that differ in one bit, free is zero.
 */
struct cube cube_find(const uint32_t *v, size_t n);

#endif
