/*
 * One word at a time: its values fall into cases, each of which goes on at
 * the next word or returns.  Cases that are ranges get a tree; cases that
 * masks make are told apart by the masked comparisons of the policy, or by
 * a tree over the masked value where only those bits matter.
 */
#include "compiler/bpf_word.h"

#include <linux/seccomp.h>
#include <stddef.h>

#include "blob/format.h"
#include "compiler/arena.h"
#include "compiler/bpf_cube.h"
#include "compiler/bpf_tree.h"

#define MAX_RANGES	8192u	/* without masks: twice what fits */
#define MASKED_RANGES	48u	/* more are better told apart by masks */
#define VISITS		32u	/* a range; the walk is as deep */
/* A word has few cases each worth the same; length counts most. */
#define SIZE_WEIGHT	6u
#define MAX_SEARCH	4u	/* masked tests tried side by side */
#define MAX_DEPTH	64u
#define MAX_CUBED	64u	/* ranges among which cubes are sought */
#define FIRST_SLOTS	256u

struct ranges {
	struct dd *d;
	uint32_t word;
	struct tree_range *r;	/* node holds the case's diagram */
	size_t n, cap;
	size_t visits, max;
	bool is_full;
	struct arena *arena;
};

/* The tests of one word, and what they cost. */
struct plan {
	uint32_t node;
	size_t size;
};

struct word_memo {
	uint32_t f, node;
	size_t size;
};

static const struct tree_costs word_costs = { SIZE_WEIGHT, false };
static const struct plan no_plan = { PROG_NONE, SIZE_MAX };

static void
add_test(struct words *w, uint32_t word, struct word_test t)
{
	struct word_test *list = w->tests[word];

	/* A whole word is the trees' business; no bits are no test. */
	if (t.mask == UINT32_MAX || t.mask == 0)
		return;
	for (size_t i = 0; i < w->ntests[word]; i++) {
		if (list[i].mask == t.mask && list[i].value == t.value &&
		    list[i].is_order == t.is_order)
			return;
	}
	list = arena_grow(w->g->arena, list, w->ntests[word],
	    &w->cap_tests[word], sizeof(*list));
	list[w->ntests[word]++] = t;
	w->tests[word] = list;
}

static void
add_half(struct words *w, uint32_t word, const struct sysc_atom *x,
    uint32_t mask, uint32_t value)
{
	bool is_order = x->op != BLOB_SYS_EQ && x->op != BLOB_SYS_NE;

	add_test(w, word, (struct word_test){ mask, value, false });
	if (!is_order)
		return;
	add_test(w, word, (struct word_test){ mask, value, true });
	if (value != UINT32_MAX)
		add_test(w, word, (struct word_test){ mask, value + 1, true });
	if (x->flags & SYSC_F_SIGNED)
		add_test(w, word, (struct word_test){ mask, 1u << 31, true });
}

void
words_add_atom(struct words *w, const struct sysc_atom *x)
{
	if (!(x->flags & SYSC_F_32))
		add_half(w, x->arg * 2u, x, (uint32_t)(x->mask >> 32),
		    (uint32_t)(x->value >> 32));
	add_half(w, x->arg * 2u + 1, x, (uint32_t)x->mask,
	    (uint32_t)x->value);
}

static void
add_range(struct ranges *s, uint32_t lo, uint32_t hi, uint32_t f)
{
	struct tree_range *last = s->n > 0 ? &s->r[s->n - 1] : NULL;

	/* Values that can't be go with their neighbours. */
	if (last != NULL && f == DD_ANY)
		f = last->node;
	if (last != NULL && last->node == DD_ANY)
		last->node = f;
	if (last != NULL && last->node == f) {
		last->hi = hi;
		return;
	}
	if (s->n >= s->max) {
		s->is_full = true;
		return;
	}
	s->r = arena_grow(s->arena, s->r, s->n, &s->cap, sizeof(*s->r));
	s->r[s->n++] = (struct tree_range){ lo, hi, f, 1 };
}

/* The values lo.. whose first `level' bits are decided lead to f. */
static void
list_ranges(struct ranges *s, uint32_t f, uint32_t level, uint32_t lo)
{
	uint32_t only = dd_only_case(s->d, f, s->word);
	const struct dd_node x = s->d->nodes[f];
	uint32_t here = level < 32 ? 0x80000000u >> level : 0;

	if (s->is_full || ++s->visits > s->max * VISITS) {
		s->is_full = true;
		return;
	}
	if (only != DD_FALSE) {
		add_range(s, lo, lo | (level == 32 ? 0 : UINT32_MAX >> level),
		    only);
		return;
	}
	list_ranges(s, x.var % 32 > level ? f : x.lo, level + 1, lo);
	list_ranges(s, x.var % 32 > level ? f : x.hi, level + 1, lo | here);
}

/* A tree over the values of A, of which f is the function. */
static struct plan
plan_tree(struct words *w, uint32_t f, uint32_t word)
{
	struct ranges s = { .d = w->d, .word = word, .arena = w->g->arena,
		.max = w->ntests[word] > 0 ? MASKED_RANGES : MAX_RANGES };
	struct plan p;

	list_ranges(&s, f, 0, 0);
	if (s.is_full)
		return no_plan;
	for (size_t i = 0; i < s.n; i++)
		s.r[i].node = words_program(w, s.r[i].node);
	p.node = tree_build(w->g, s.r, s.n, &word_costs, &p.size);
	return p;
}

static bool
is_better(struct plan p, struct plan best)
{
	return p.node != PROG_NONE && p.size < best.size;
}

static uint32_t
word_offset(uint32_t word)
{
	uint32_t half = word % 2 == 0 ? 4 : 0;	/* little-endian */

	return (uint32_t)offsetof(struct seccomp_data, args) +
	    word / 2 * 8 + half;
}

static struct plan plan_word(struct words *w, uint32_t f, uint32_t word,
    unsigned depth);

/* One masked test, then each side on its own. */
static struct plan
plan_split(struct words *w, uint32_t f, uint32_t word, unsigned depth,
    const struct word_test *t)
{
	bool is_set = !t->is_order && (t->value == 0 ||
	    (t->value == t->mask && (t->mask & (t->mask - 1)) == 0));
	uint32_t p = t->is_order ?
	    dd_at_least(w->d, word, t->mask, t->value) :
	    dd_equals(w->d, word, t->mask, t->value);
	uint32_t yes = dd_ite(w->d, p, f, DD_ANY);
	uint32_t no = dd_ite(w->d, p, DD_ANY, f);
	struct plan y, n, r;

	if (yes == DD_ANY || no == DD_ANY || yes == f || no == f)
		return no_plan;
	y = plan_word(w, yes, word, depth + 1);
	n = plan_word(w, no, word, depth + 1);
	if (y.node == PROG_NONE || n.node == PROG_NONE)
		return no_plan;
	r.size = 1 + y.size + n.size;
	if (is_set) {
		r.node = t->value == 0 ?
		    prog_jump(w->g, PROG_JSET, t->mask, n.node, y.node) :
		    prog_jump(w->g, PROG_JSET, t->mask, y.node, n.node);
		return r;
	}
	/* The mask destroys A: whoever looks at the word loads it again. */
	r.size += 1 + (y.size > 0) + (n.size > 0);
	if (y.size > 0)
		y.node = prog_load(w->g, word_offset(word), y.node);
	if (n.size > 0)
		n.node = prog_load(w->g, word_offset(word), n.node);
	r.node = prog_and(w->g, t->mask, prog_jump(w->g,
	    t->is_order ? PROG_JGE : PROG_JEQ, t->value, y.node, n.node));
	return r;
}

/*
 * Where no bit but those of a mask matters: a tree over the value under it,
 * or one test of whether any is set.
 */
static struct plan
plan_masked(struct words *w, uint32_t f, uint32_t word, unsigned depth,
    uint32_t mask)
{
	const struct word_test none = { mask, 0, false };
	uint32_t dropped = dd_drop_bits(w->d, f, word, mask);
	struct plan p, split;

	if (dropped == DD_FALSE)
		return no_plan;
	p = plan_tree(w, dropped, word);
	if (p.node != PROG_NONE) {
		p.node = prog_and(w->g, mask, p.node);
		p.size++;
	}
	split = plan_split(w, f, word, depth, &none);
	return is_better(split, p) ? split : p;
}

static uint32_t
all_masks(const struct words *w, uint32_t word)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < w->ntests[word]; i++)
		mask |= w->tests[word][i].mask;
	return mask;
}

/* The first tests that split f at all; all of them on the first levels. */
static struct plan
plan_splits(struct words *w, uint32_t f, uint32_t word, unsigned depth,
    struct plan best)
{
	size_t tried = 0, limit = depth == 0 ? MAX_SEARCH : 1;

	for (size_t i = 0; i < w->ntests[word] && tried < limit; i++) {
		struct plan p = plan_split(w, f, word, depth,
		    &w->tests[word][i]);

		if (p.node == PROG_NONE)
			continue;
		tried++;
		if (is_better(p, best))
			best = p;
	}
	return best;
}

/* The single values of a word that lead to one case. */
static size_t
list_values(const struct ranges *s, uint32_t node, uint32_t *v)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->r[i].lo == s->r[i].hi && s->r[i].node == node)
			v[n++] = s->r[i].lo;
	return n;
}

/*
 * Values that a mask gathers, which no policy wrote as a mask: personality's
 * 0, 8, 0x20000 and 0x20008 are `no bit but these two'.
 */
static struct plan
plan_cube(struct words *w, uint32_t f, uint32_t word, unsigned depth)
{
	struct ranges s = { .d = w->d, .word = word, .arena = w->g->arena,
		.max = MAX_CUBED };
	struct plan best = no_plan;
	uint32_t v[MAX_CUBED], last = DD_FALSE;

	list_ranges(&s, f, 0, 0);
	for (size_t i = 0; !s.is_full && i < s.n; i++) {
		struct cube c;
		struct word_test t;
		struct plan p;

		if (s.r[i].lo != s.r[i].hi || s.r[i].node == last)
			continue;
		last = s.r[i].node;
		c = cube_find(v, list_values(&s, last, v));
		if (c.free == 0 || (c.value != 0 &&
		    (c.free & (c.free - 1)) == 0))
			continue;
		t = (struct word_test){ ~c.free, c.value, false };
		p = plan_split(w, f, word, depth, &t);
		if (is_better(p, best))
			best = p;
	}
	return best;
}

static struct plan
plan_cheapest(struct words *w, uint32_t f, uint32_t word, unsigned depth)
{
	struct plan best = plan_tree(w, f, word), p;

	if (best.size <= 1)
		return best;
	p = plan_cube(w, f, word, depth);
	if (is_better(p, best))
		best = p;
	if (w->ntests[word] == 0)
		return best;
	for (size_t i = 0; i < w->ntests[word]; i++) {
		p = plan_masked(w, f, word, depth, w->tests[word][i].mask);
		if (is_better(p, best))
			best = p;
	}
	p = plan_masked(w, f, word, depth, all_masks(w, word));
	if (is_better(p, best))
		best = p;
	return best.size == 1 ? best : plan_splits(w, f, word, depth, best);
}

static size_t
memo_slot(const struct words *w, uint32_t f)
{
	size_t s = f * 0x9e3779b1u & (w->nslots - 1);

	while (w->slots[s].node != PROG_NONE && w->slots[s].f != f)
		s = (s + 1) & (w->nslots - 1);
	return s;
}

static void
memo_resize(struct words *w, size_t nslots)
{
	const struct word_memo *old = w->slots;
	size_t n = w->nslots;

	w->slots = arena_array(w->g->arena, nslots, sizeof(*w->slots));
	w->nslots = nslots;
	for (size_t i = 0; i < nslots; i++)
		w->slots[i].node = PROG_NONE;
	for (size_t i = 0; i < n; i++) {
		if (old[i].node != PROG_NONE)
			w->slots[memo_slot(w, old[i].f)] = old[i];
	}
}

/* The tests of f over a word that A holds. */
static struct plan
plan_word(struct words *w, uint32_t f, uint32_t word, unsigned depth)
{
	uint32_t only = dd_only_case(w->d, f, word);
	const struct word_memo *m = &w->slots[memo_slot(w, f)];
	struct plan p;

	if (only != DD_FALSE)
		return (struct plan){ words_program(w, only), 0 };
	if (m->node != PROG_NONE)
		return (struct plan){ m->node, m->size };
	if (w->d->is_full || depth > MAX_DEPTH)
		return no_plan;
	p = plan_cheapest(w, f, word, depth);
	if (p.node == PROG_NONE)
		return p;
	w->slots[memo_slot(w, f)] = (struct word_memo){ f, p.node, p.size };
	if (++w->nmemo * 2 > w->nslots)
		memo_resize(w, w->nslots * 2);
	return p;
}

void
words_init(struct words *w, struct dd *d, struct prog *g)
{
	*w = (struct words){ .d = d, .g = g };
	memo_resize(w, FIRST_SLOTS);
}

uint32_t
words_program(struct words *w, uint32_t f)
{
	struct plan p;

	if (dd_is_leaf(w->d, f))
		return prog_ret(w->g, w->d->nodes[f].lo);
	p = plan_word(w, f, dd_word(w->d, f), 0);
	if (p.node == PROG_NONE) {
		w->is_full = true;
		return prog_ret(w->g, 0);
	}
	return prog_load(w->g, word_offset(dd_word(w->d, f)), p.node);
}
