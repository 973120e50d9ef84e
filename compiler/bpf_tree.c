/*
 * Range trees: dynamic programming over intervals of ranges.
 *
 * An interval of ranges is told apart by a cut (JGE), or by picking out one
 * value (JEQ) whose neighbours lead to the same place and so become one.
 * Picking is tried at both ends of an interval, where what remains is an
 * interval again; a value that carries most of the weight is picked first.
 */
#include "compiler/bpf_tree.h"

#include <string.h>

#include "compiler/arena.h"

#define MAX_DP	128u	/* above, cut in halves first */

enum choice { CUT, PICK_LEFT, PICK_RIGHT };

struct cell {
	uint64_t cost;
	uint16_t at;		/* CUT: the first range on the right */
	uint8_t choice;
	uint8_t first, last;	/* depths of the outermost leaves */
	uint16_t size;
};

struct tree {
	struct prog *g;
	struct tree_range *r;
	size_t n;
	uint64_t size_weight;
	uint64_t *before;	/* weight of the ranges before each */
	struct cell *cells;
};

/* Neighbours that go on at the same place become one. */
static size_t
join(struct tree_range *r, size_t n)
{
	size_t m = 0;

	for (size_t i = 1; i < n; i++) {
		if (r[i].node == r[m].node) {
			r[m].hi = r[i].hi;
			r[m].weight += r[i].weight;
		} else {
			r[++m] = r[i];
		}
	}
	return m + 1;
}

static bool
is_single(const struct tree_range *r)
{
	return r->lo == r->hi;
}

static struct cell *
cell(const struct tree *t, size_t i, size_t j)
{
	return &t->cells[j * (j + 1) / 2 + i];	/* i <= j */
}

static uint64_t
weight(const struct tree *t, size_t i, size_t j)
{
	return t->before[j + 1] - t->before[i];
}

static uint8_t
deeper(uint8_t depth)
{
	return depth < UINT8_MAX ? (uint8_t)(depth + 1) : depth;
}

static void
take(struct cell *best, struct cell c)
{
	if (c.cost < best->cost)
		*best = c;
}

static void
try_cuts(const struct tree *t, size_t i, size_t j, struct cell *best)
{
	uint64_t own = t->size_weight + weight(t, i, j);

	for (size_t k = i + 1; k <= j; k++) {
		const struct cell *l = cell(t, i, k - 1), *r = cell(t, k, j);

		take(best, (struct cell){
		    .cost = own + l->cost + r->cost,
		    .at = (uint16_t)k, .choice = CUT,
		    .first = deeper(l->first), .last = deeper(r->last),
		    .size = (uint16_t)(1 + l->size + r->size) });
	}
}

/* The outer range joins the one behind the value, at its depth. */
static void
try_picks(const struct tree *t, size_t i, size_t j, struct cell *best)
{
	uint64_t own = t->size_weight + weight(t, i, j);
	const struct cell *rest;

	if (j < i + 2)
		return;
	if (is_single(&t->r[i + 1]) && t->r[i].node == t->r[i + 2].node) {
		rest = cell(t, i + 2, j);
		take(best, (struct cell){
		    .cost = own + rest->cost + t->r[i].weight * rest->first,
		    .choice = PICK_LEFT,
		    .first = deeper(rest->first), .last = deeper(rest->last),
		    .size = (uint16_t)(1 + rest->size) });
	}
	if (is_single(&t->r[j - 1]) && t->r[j].node == t->r[j - 2].node) {
		rest = cell(t, i, j - 2);
		take(best, (struct cell){
		    .cost = own + rest->cost + t->r[j].weight * rest->last,
		    .choice = PICK_RIGHT,
		    .first = deeper(rest->first), .last = deeper(rest->last),
		    .size = (uint16_t)(1 + rest->size) });
	}
}

static void
fill(struct tree *t)
{
	struct arena *a = t->g->arena;

	t->before = arena_array(a, t->n + 1, sizeof(*t->before));
	t->cells = arena_array(a, t->n * (t->n + 1) / 2, sizeof(*t->cells));
	for (size_t i = 0; i < t->n; i++)
		t->before[i + 1] = t->before[i] + t->r[i].weight;
	for (size_t len = 1; len < t->n; len++) {
		for (size_t i = 0; i + len < t->n; i++) {
			struct cell best = { .cost = UINT64_MAX };

			try_cuts(t, i, i + len, &best);
			try_picks(t, i, i + len, &best);
			*cell(t, i, i + len) = best;
		}
	}
}

static uint32_t
build(const struct tree *t, size_t i, size_t j)
{
	const struct cell *c = cell(t, i, j);
	uint32_t l, r;

	if (i == j)
		return t->r[i].node;
	if (c->choice == PICK_LEFT)
		return prog_jump(t->g, PROG_JEQ, t->r[i + 1].lo,
		    t->r[i + 1].node, build(t, i + 2, j));
	if (c->choice == PICK_RIGHT)
		return prog_jump(t->g, PROG_JEQ, t->r[j - 1].lo,
		    t->r[j - 1].node, build(t, i, j - 2));
	l = build(t, i, (size_t)c->at - 1);
	r = build(t, c->at, j);
	return prog_jump(t->g, PROG_JGE, t->r[c->at].lo, r, l);
}

static uint32_t
build_small(struct prog *g, struct tree_range *r, size_t n,
    uint64_t size_weight, size_t *size)
{
	struct tree t = { .g = g, .r = r, .n = n, .size_weight = size_weight };

	if (n == 1)
		return r->node;
	fill(&t);
	*size += cell(&t, 0, n - 1)->size;
	return build(&t, 0, n - 1);
}

/* The cut nearest to half of the weight, in the middle half. */
static size_t
middle(const struct tree_range *r, size_t n)
{
	uint64_t sum = 0, seen = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += r[i].weight;
	for (i = 0; i < n - n / 4; i++) {
		if (i >= n / 4 && seen >= sum / 2)
			break;
		seen += r[i].weight;
	}
	return i;
}

static uint32_t
build_any(struct prog *g, struct tree_range *r, size_t n,
    uint64_t size_weight, size_t *size)
{
	uint32_t lo, left, right;
	size_t k;

	if (n <= MAX_DP)
		return build_small(g, r, n, size_weight, size);
	k = middle(r, n);
	lo = r[k].lo;
	left = build_any(g, r, k, size_weight, size);
	right = build_any(g, r + k, n - k, size_weight, size);
	*size += 1;
	return prog_jump(g, PROG_JGE, lo, right, left);
}

/* A single value with more than half of the weight, or n. */
static size_t
heaviest(const struct tree_range *r, size_t n)
{
	uint64_t sum = 0;
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		sum += r[i].weight;
	for (size_t i = 0; i < n; i++) {
		if (is_single(&r[i]) && r[i].weight > sum / 2)
			best = i;
	}
	return best;
}

/* Range i no longer matters: a neighbour takes its values over. */
static size_t
absorb(struct tree_range *r, size_t n, size_t i)
{
	if (i > 0)
		r[i - 1].hi = r[i].hi;
	else
		r[1].lo = r[0].lo;
	memmove(r + i, r + i + 1, (n - i - 1) * sizeof(*r));
	return join(r, n - 1);
}

uint32_t
tree_build(struct prog *g, struct tree_range *r, size_t n,
    uint64_t size_weight, size_t *size)
{
	uint32_t picked, value;
	size_t i;

	n = join(r, n);
	*size = 0;
	if (n < 3 || (i = heaviest(r, n)) == n)
		return build_any(g, r, n, size_weight, size);
	picked = r[i].node;
	value = r[i].lo;
	n = absorb(r, n, i);
	picked = prog_jump(g, PROG_JEQ, value, picked,
	    tree_build(g, r, n, size_weight, size));
	*size += 1;
	return picked;
}
