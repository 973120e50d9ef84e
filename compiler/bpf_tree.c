/*
 * Range trees: dynamic programming over intervals of ranges.
 *
 * An interval of ranges is told apart by a cut (JGE), or by picking out one
 * value (JEQ) whose neighbours lead to the same place and so become one.
 * Picking is tried at both ends of an interval, where what remains is an
 * interval again; a value that carries most of the weight is picked first.
 *
 * Where the longest path matters, the cheapest way is kept for each of some
 * heights, those of the nodes at the leaves included.
 */
#include "compiler/bpf_tree.h"

#include <string.h>

#include "compiler/arena.h"

#define MAX_DP	128u	/* above, cut in halves first */
#define LEVELS	4u	/* heights above the least that are told apart */
#define ANY_HEIGHT	UINT8_MAX
#define LEVEL_PERCENT	46u	/* of all costs a level, for a lower tree */

enum choice { CUT, PICK_LEFT, PICK_RIGHT };

/* A way to tell an interval apart. */
struct way {
	uint64_t cost;		/* UINT64_MAX: none */
	uint16_t at;		/* CUT: the first range on the right */
	uint16_t size;
	uint8_t choice;
	uint8_t first, last;	/* depths of the outermost leaves */
	uint8_t height;		/* of the longest path */
};

/*
 * The cheapest way that is at most so much higher than the least possible;
 * the last may be of any height.
 */
struct cell {
	uint8_t least;
	struct way best[LEVELS + 1];
};

struct tree {
	struct prog *g;
	struct tree_range *r;
	size_t n;
	uint64_t size_weight;
	bool is_level;		/* heights matter */
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

/* The best way not higher than that; NULL: there is none. */
static const struct way *
way_within(const struct tree *t, size_t i, size_t j, unsigned height)
{
	const struct cell *c = cell(t, i, j);
	const struct way *any = &c->best[LEVELS];

	if (height >= any->height)
		return any;
	if (height < c->least)
		return NULL;
	return &c->best[height - c->least < LEVELS ? height - c->least :
	    LEVELS - 1];
}

static uint64_t
weight(const struct tree *t, size_t i, size_t j)
{
	return t->before[j + 1] - t->before[i];
}

static uint8_t
deeper(uint8_t depth)
{
	return depth < UINT8_MAX - 1 ? (uint8_t)(depth + 1) : depth;
}

static uint8_t
higher(uint8_t x, uint8_t y)
{
	return deeper(x > y ? x : y);
}

static void
take(struct way *best, struct way w)
{
	if (w.cost < best->cost)
		*best = w;
}

static void
try_cuts(const struct tree *t, size_t i, size_t j, unsigned within,
    struct way *best)
{
	uint64_t own = t->size_weight + weight(t, i, j);

	for (size_t k = i + 1; k <= j; k++) {
		const struct way *l = way_within(t, i, k - 1, within);
		const struct way *r = way_within(t, k, j, within);

		if (l == NULL || r == NULL)
			continue;
		take(best, (struct way){
		    .cost = own + l->cost + r->cost,
		    .at = (uint16_t)k, .choice = CUT,
		    .first = deeper(l->first), .last = deeper(r->last),
		    .size = (uint16_t)(1 + l->size + r->size),
		    .height = higher(l->height, r->height) });
	}
}

static bool
can_pick(const struct tree *t, size_t i, size_t j, enum choice side)
{
	if (j < i + 2)
		return false;
	if (side == PICK_LEFT)
		return is_single(&t->r[i + 1]) &&
		    t->r[i].node == t->r[i + 2].node;
	return is_single(&t->r[j - 1]) && t->r[j].node == t->r[j - 2].node;
}

/* The outer range joins the one behind the value, at its depth. */
static void
try_picks(const struct tree *t, size_t i, size_t j, unsigned within,
    struct way *best)
{
	uint64_t own = t->size_weight + weight(t, i, j);

	for (enum choice side = PICK_LEFT; side <= PICK_RIGHT; side++) {
		bool is_left = side == PICK_LEFT;
		const struct way *rest, *one;

		if (!can_pick(t, i, j, side))
			continue;
		rest = is_left ? way_within(t, i + 2, j, within) :
		    way_within(t, i, j - 2, within);
		one = is_left ? way_within(t, i + 1, i + 1, within) :
		    way_within(t, j - 1, j - 1, within);
		if (rest == NULL || one == NULL)
			continue;
		take(best, (struct way){
		    .cost = own + rest->cost + (is_left ?
		    t->r[i].weight * rest->first :
		    t->r[j].weight * rest->last),
		    .choice = (uint8_t)side,
		    .first = deeper(rest->first), .last = deeper(rest->last),
		    .size = (uint16_t)(1 + rest->size),
		    .height = higher(rest->height, one->height) });
	}
}

static uint8_t
least_height(const struct tree *t, size_t i, size_t j)
{
	uint8_t least = ANY_HEIGHT, h;

	for (size_t k = i + 1; k <= j; k++) {
		h = higher(cell(t, i, k - 1)->least, cell(t, k, j)->least);
		if (h < least)
			least = h;
	}
	if (can_pick(t, i, j, PICK_LEFT)) {
		h = higher(cell(t, i + 2, j)->least,
		    cell(t, i + 1, i + 1)->least);
		if (h < least)
			least = h;
	}
	if (can_pick(t, i, j, PICK_RIGHT)) {
		h = higher(cell(t, i, j - 2)->least,
		    cell(t, j - 1, j - 1)->least);
		if (h < least)
			least = h;
	}
	return least;
}

static void
fill_cell(struct tree *t, size_t i, size_t j)
{
	struct cell *c = cell(t, i, j);
	struct way *any = &c->best[LEVELS];

	any->cost = UINT64_MAX;
	try_cuts(t, i, j, ANY_HEIGHT, any);
	try_picks(t, i, j, ANY_HEIGHT, any);
	if (!t->is_level)
		return;
	c->least = least_height(t, i, j);
	for (unsigned d = 0; d < LEVELS; d++) {
		unsigned within = c->least + d;

		if (within >= any->height) {
			c->best[d] = *any;
			continue;
		}
		c->best[d].cost = UINT64_MAX;
		try_cuts(t, i, j, within - 1, &c->best[d]);
		try_picks(t, i, j, within - 1, &c->best[d]);
	}
}

static void
fill(struct tree *t)
{
	struct arena *a = t->g->arena;

	t->before = arena_array(a, t->n + 1, sizeof(*t->before));
	t->cells = arena_array(a, t->n * (t->n + 1) / 2, sizeof(*t->cells));
	for (size_t i = 0; i < t->n; i++) {
		struct cell *c = cell(t, i, i);

		t->before[i + 1] = t->before[i] + t->r[i].weight;
		if (t->is_level)
			c->least = prog_height(t->g, t->r[i].node);
		for (unsigned d = 0; d <= LEVELS; d++)
			c->best[d].height = c->least;
	}
	for (size_t len = 1; len < t->n; len++)
		for (size_t i = 0; i + len < t->n; i++)
			fill_cell(t, i, i + len);
}

static uint32_t
build(const struct tree *t, size_t i, size_t j, unsigned within)
{
	const struct way *w = way_within(t, i, j, within);
	unsigned below = within == ANY_HEIGHT ? ANY_HEIGHT : within - 1;
	uint32_t l, r;

	if (i == j)
		return t->r[i].node;
	if (w->choice == PICK_LEFT)
		return prog_jump(t->g, PROG_JEQ, t->r[i + 1].lo,
		    t->r[i + 1].node, build(t, i + 2, j, below));
	if (w->choice == PICK_RIGHT)
		return prog_jump(t->g, PROG_JEQ, t->r[j - 1].lo,
		    t->r[j - 1].node, build(t, i, j - 2, below));
	l = build(t, i, (size_t)w->at - 1, below);
	r = build(t, w->at, j, below);
	return prog_jump(t->g, PROG_JGE, t->r[w->at].lo, r, l);
}

/* The least height that costs hardly more than any, for such a tree. */
static unsigned
choose_height(const struct tree *t)
{
	const struct cell *c = cell(t, 0, t->n - 1);
	uint64_t most = c->best[LEVELS].cost;

	if (!t->is_level)
		return ANY_HEIGHT;
	most += most * LEVEL_PERCENT / 100 / c->best[LEVELS].height;
	for (unsigned d = 0; d < LEVELS; d++)
		if (c->best[d].cost <= most)
			return c->best[d].height;
	return ANY_HEIGHT;
}

static uint32_t
build_small(struct prog *g, struct tree_range *r, size_t n,
    const struct tree_costs *costs, size_t *size)
{
	struct tree t = { .g = g, .r = r, .n = n,
		.size_weight = costs->size_weight,
		.is_level = costs->is_level };
	unsigned height;

	if (n == 1)
		return r->node;
	fill(&t);
	height = choose_height(&t);
	*size += way_within(&t, 0, n - 1, height)->size;
	return build(&t, 0, n - 1, height);
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
    const struct tree_costs *costs, size_t *size)
{
	uint32_t lo, left, right;
	size_t k;

	if (n <= MAX_DP)
		return build_small(g, r, n, costs, size);
	k = middle(r, n);
	lo = r[k].lo;
	left = build_any(g, r, k, costs, size);
	right = build_any(g, r + k, n - k, costs, size);
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
    const struct tree_costs *costs, size_t *size)
{
	uint32_t picked, value;
	size_t i;

	n = join(r, n);
	*size = 0;
	if (n < 3 || (i = heaviest(r, n)) == n)
		return build_any(g, r, n, costs, size);
	picked = r[i].node;
	value = r[i].lo;
	n = absorb(r, n, i);
	picked = prog_jump(g, PROG_JEQ, value, picked,
	    tree_build(g, r, n, costs, size));
	*size += 1;
	return picked;
}
