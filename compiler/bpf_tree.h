/*
 * The cheapest tree of comparisons that tells ranges of A apart.
 */
#ifndef COMPILER_BPF_TREE_H
#define COMPILER_BPF_TREE_H

#include "compiler/bpf_prog.h"

struct tree_range {
	uint32_t lo, hi;	/* both included */
	uint32_t node;		/* where the program goes on */
	uint64_t weight;	/* how often A is in it */
};

/*
 * r covers all values of A in ascending order without gaps; it is
 * overwritten.  An instruction costs size_weight, and each time it runs
 * one.  *size gets the number of comparisons.
 */
uint32_t tree_build(struct prog *g, struct tree_range *r, size_t n,
    uint64_t size_weight, size_t *size);

#endif
