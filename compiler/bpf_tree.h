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

struct tree_costs {
	uint64_t size_weight;	/* an instruction; each time it runs: one */
	bool is_level;		/* a lower tree may cost a little more */
};

/*
 * r covers all values of A in ascending order without gaps; it is
 * overwritten.  *size gets the number of comparisons.
 */
uint32_t tree_build(struct prog *g, struct tree_range *r, size_t n,
    const struct tree_costs *costs, size_t *size);

#endif
