/*
 * Decision diagrams over the bits of the arguments, most significant bit
 * first: hash-consed, so that equal functions have equal numbers.
 *
 * Word 2n is the high half of argument n, word 2n + 1 the low one; variable
 * 32 * word + i is bit 31 - i of a word.  Leaves carry an action.  DD_ANY
 * means that the value does not matter: it can't be reached.
 */
#ifndef COMPILER_BPF_DD_H
#define COMPILER_BPF_DD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct sysc_atom;

#define DD_ANY		0u
#define DD_FALSE	1u
#define DD_TRUE		2u
#define DD_NWORDS	12u
#define DD_LEAF		UINT32_MAX	/* the variable of a leaf */

struct dd_node {
	uint32_t var;
	uint32_t lo, hi;	/* bit 0 and bit 1; a leaf's action in lo */
};

struct dd_memo {
	uint32_t op, a, b, c, result;
};

struct dd {
	struct arena *arena;
	struct dd_node *nodes;
	size_t count, cap;
	uint32_t *slots;	/* node number + 1, by hash */
	size_t nslots;
	struct dd_memo *memo;	/* lossy */
	size_t nmemo;
	size_t steps;
	bool is_full;		/* a limit was hit: results mean nothing */
};

void dd_init(struct dd *d, struct arena *a);
uint32_t dd_leaf(struct dd *d, uint32_t action);
uint32_t dd_atom(struct dd *d, const struct sysc_atom *atom);
/* p's values are DD_TRUE and DD_FALSE: t where p holds, f elsewhere. */
uint32_t dd_ite(struct dd *d, uint32_t p, uint32_t t, uint32_t f);
/* One word compared under a mask: (word & mask) == value, or >= value. */
uint32_t dd_equals(struct dd *d, uint32_t word, uint32_t mask,
    uint32_t value);
uint32_t dd_at_least(struct dd *d, uint32_t word, uint32_t mask,
    uint32_t value);
/*
 * f, knowing that the bits of word outside mask are zero, provided that they
 * make no difference to f; else DD_FALSE, which is no function of actions.
 */
uint32_t dd_drop_bits(struct dd *d, uint32_t f, uint32_t word, uint32_t mask);

/* The case of word that f always is; DD_FALSE where there are several. */
uint32_t dd_only_case(struct dd *d, uint32_t f, uint32_t word);

static inline bool
dd_is_leaf(const struct dd *d, uint32_t n)
{
	return d->nodes[n].var == DD_LEAF;
}

/* The word that f looks at first; not for leaves. */
static inline uint32_t
dd_word(const struct dd *d, uint32_t n)
{
	return d->nodes[n].var / 32;
}

#endif
