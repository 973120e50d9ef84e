/*
 * Subset construction over exec rules.  Leaves the text of rules to
 * automaton.c and bytes to automaton_put.c.
 */
#include "compiler/subset.h"

#include <stdlib.h>

#include "blob/format.h"

/* An element that a symbol matches. */
struct step {
	uint32_t symbol, elem;
};

struct steps {
	struct step *v;
	size_t n, cap;
};

struct numbers {
	uint32_t *v;
	size_t n, cap;
};

/*
 * What is known of a rule in the set being made; a field that is not the
 * current mark is false.
 */
struct fate {
	uint32_t is_done, is_excepted, has_own, has_exception;
};

struct work {
	struct subset *s;
	const struct subset_input *in;
	struct steps literals, globs;	/* of the state being expanded */
	struct numbers matched, made, done, which;
	struct fate *fates;
	uint32_t mark;
};

/* In a set the kinds stand in this order, after the elements. */
static const unsigned place[SUBSET_NKINDS] = {
	[SUBSET_STOP] = 0, [SUBSET_ARRIVE] = 1, [SUBSET_END] = 2
};

uint32_t
subset_base(const struct subset *s, enum subset_kind kind)
{
	return (uint32_t)(s->in->nelems + place[kind] * s->in->nrules);
}

/* How many members of a set are below a number. */
static size_t
count_below(const struct set *s, uint32_t limit)
{
	size_t lo = 0, hi = s->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (s->v[mid] < limit)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const uint32_t *
subset_accepts(const struct subset *s, uint32_t state, enum subset_kind kind,
    size_t *n)
{
	const struct set *set = &s->states.sets[state];
	uint32_t base = subset_base(s, kind);
	size_t first = count_below(set, base);

	*n = count_below(set, base + (uint32_t)s->in->nrules) - first;
	return set->v + first;
}

static void
numbers_add(struct work *w, struct numbers *x, uint32_t v)
{
	x->v = arena_grow(w->s->states.a, x->v, x->n, &x->cap, sizeof(*x->v));
	x->v[x->n++] = v;
}

static void
steps_add(struct work *w, struct steps *x, uint32_t symbol, uint32_t elem)
{
	x->v = arena_grow(w->s->states.a, x->v, x->n, &x->cap, sizeof(*x->v));
	x->v[x->n++] = (struct step){ symbol, elem };
}

static int
by_step(const void *vx, const void *vy)
{
	const struct step *x = vx, *y = vy;

	if (x->symbol != y->symbol)
		return x->symbol < y->symbol ? -1 : 1;
	return x->elem < y->elem ? -1 : x->elem > y->elem;
}

static bool
is_own(const struct work *w, uint32_t pattern)
{
	return pattern < w->in->nrules;
}

/* One element is matched: wait for the next, or the pattern is complete. */
static void
advance(struct work *w, uint32_t elem)
{
	uint32_t p = w->in->elem_pattern[elem];
	uint32_t rule = w->in->pattern_rule[p];
	struct fate *f = &w->fates[rule];
	bool is_last = elem + 1 == w->in->pattern_elem[p + 1];

	if (!is_last)
		numbers_add(w, &w->made, elem + 1);
	if (is_own(w, p)) {
		*(is_last ? &f->is_done : &f->has_own) = w->mark;
		if (is_last)
			numbers_add(w, &w->done, rule);
	} else {
		*(is_last ? &f->is_excepted : &f->has_exception) = w->mark;
	}
}

/* An element is waited for only where its pattern can still matter. */
static bool
is_wanted(const struct work *w, uint32_t elem)
{
	uint32_t p = w->in->elem_pattern[elem];
	uint32_t rule = w->in->pattern_rule[p];
	const struct fate *f = &w->fates[rule];

	if (f->is_excepted == w->mark)
		return false;
	return is_own(w, p) || f->has_own == w->mark ||
	    (f->is_done == w->mark && !w->in->is_exact[rule]);
}

static void
settle(struct work *w, uint32_t rule)
{
	const struct fate *f = &w->fates[rule];
	enum subset_kind kind = SUBSET_ARRIVE;

	if (f->is_excepted == w->mark)
		return;
	if (w->in->is_exact[rule])
		kind = SUBSET_END;
	else if (f->has_exception == w->mark)
		kind = SUBSET_STOP;
	numbers_add(w, &w->made, subset_base(w->s, kind) + rule);
}

/*
 * The edge from a state on a symbol that matches w->matched.  Where nothing
 * is left after it there is none, except when a rule waits for the end of
 * the walk and this word is its exception, or when a word without an edge
 * of its own would be taken for one that only the state's globs match.
 */
static void
make_edge(struct work *w, uint32_t from, uint32_t symbol)
{
	size_t i, n = 0, npending;
	const uint32_t *pending;
	uint32_t base = subset_base(w->s, SUBSET_STOP), to;
	struct subset *s = w->s;

	pending = subset_accepts(s, from, SUBSET_STOP, &npending);
	w->mark++;
	w->made.n = w->done.n = 0;
	w->matched.n = setpool_normalise(w->matched.v, w->matched.n);
	for (i = 0; i < w->matched.n; i++)
		advance(w, w->matched.v[i]);
	for (i = 0; i < npending; i++) {
		numbers_add(w, &w->done, pending[i] - base);
		w->fates[pending[i] - base].is_done = w->mark;
	}
	for (i = 0; i < w->made.n; i++)
		if (is_wanted(w, w->made.v[i]))
			w->made.v[n++] = w->made.v[i];
	w->made.n = n;
	for (i = 0; i < w->done.n; i++)
		settle(w, w->done.v[i]);
	s->work += w->matched.n + npending;
	if (w->made.n == 0 && npending == 0 && s->glob[from] == 0)
		return;
	n = setpool_normalise(w->made.v, w->made.n);
	to = setpool_add(&s->states, w->made.v, n);
	s->edges = arena_grow(s->states.a, s->edges, s->nedges, &s->cap_edges,
	    sizeof(*s->edges));
	s->edges[s->nedges++] = (struct subset_edge){ .from = from,
	    .symbol = symbol, .to = to };
}

/* Sort what a state waits for by symbol. */
static void
collect(struct work *w, const struct set *set)
{
	size_t i, n = count_below(set, (uint32_t)w->in->nelems);
	uint32_t e, k, alt;

	w->literals.n = w->globs.n = 0;
	for (i = 0; i < n; i++) {
		e = set->v[i];
		for (k = w->in->elem_alt[e]; k < w->in->elem_alt[e + 1]; k++) {
			alt = w->in->alts[k];
			if (alt & SUBSET_GLOB)
				steps_add(w, &w->globs, alt & ~SUBSET_GLOB, e);
			else
				steps_add(w, &w->literals, alt, e);
		}
	}
	w->s->work += w->literals.n + w->globs.n;
	if (w->literals.n > 1)
		qsort(w->literals.v, w->literals.n, sizeof(struct step),
		    by_step);
	if (w->globs.n > 1)
		qsort(w->globs.v, w->globs.n, sizeof(struct step), by_step);
}

/* Add the elements that the globs of a class match. */
static void
match_class(struct work *w, uint32_t class)
{
	const struct set *m = globs_members(w->in->globs, class);
	size_t i, k = 0;

	for (i = 0; i < m->n; i++) {	/* both ascend */
		while (w->globs.v[k].symbol < m->v[i])
			k++;
		for (; k < w->globs.n && w->globs.v[k].symbol == m->v[i]; k++)
			numbers_add(w, &w->matched, w->globs.v[k].elem);
	}
	w->s->work += k;
}

static bool
find_root(struct work *w, uint32_t *root)
{
	size_t i;

	*root = 0;
	if (w->globs.n == 0)
		return true;
	w->which.n = 0;
	for (i = 0; i < w->globs.n; i++)
		numbers_add(w, &w->which, w->globs.v[i].symbol);
	w->which.n = setpool_normalise(w->which.v, w->which.n);
	return globs_root(w->in->globs, w->which.v, w->which.n, root);
}

/*
 * Edges of literal words first: a word that has one takes it, so they carry
 * what the globs match too.
 */
static int
expand(struct work *w, uint32_t state)
{
	struct subset *s = w->s;
	const struct set *classes;
	uint32_t root, token;
	size_t i;

	collect(w, &s->states.sets[state]);
	if (!find_root(w, &root))
		return SUBSET_ERR_GLOBS;
	s->glob = arena_grow(s->states.a, s->glob, s->nglob, &s->cap_glob,
	    sizeof(*s->glob));
	s->glob[s->nglob++] = root;
	for (i = 0; i < w->literals.n; ) {
		token = w->literals.v[i].symbol;
		w->matched.n = 0;
		for (; i < w->literals.n && w->literals.v[i].symbol == token;
		    i++)
			numbers_add(w, &w->matched, w->literals.v[i].elem);
		if (root != 0)
			match_class(w, globs_class_of(w->in->globs, root,
			    w->in->tokens[token]));
		make_edge(w, state, token);
	}
	if (root == 0)
		return SUBSET_OK;
	classes = globs_classes(w->in->globs, root);
	for (i = 0; i < classes->n; i++) {
		w->matched.n = 0;
		match_class(w, classes->v[i]);
		make_edge(w, state, EXEC_SYM_CLASS | classes->v[i]);
	}
	return SUBSET_OK;
}

/* The first state of the rules that compare folded words, or the others. */
static uint32_t
add_first(struct work *w, bool is_folded)
{
	const struct subset_input *in = w->in;
	size_t i;

	w->made.n = 0;
	for (i = 0; i < in->npatterns; i++)
		if (in->is_folded[in->pattern_rule[i]] == is_folded)
			numbers_add(w, &w->made, in->pattern_elem[i]);
	if (is_folded && w->made.n == 0)
		return EXEC_NONE;
	return setpool_add(&w->s->states, w->made.v, w->made.n);
}

int
subset_build(struct subset *s, const struct subset_input *in)
{
	struct work w = { .s = s, .in = in };
	size_t i;
	int r;

	s->in = in;
	w.fates = arena_array(s->states.a, in->nrules, sizeof(*w.fates));
	add_first(&w, false);
	s->folded = add_first(&w, true);
	for (i = 0; i < s->states.n; i++) {
		if ((r = expand(&w, (uint32_t)i)) != SUBSET_OK)
			return r;
		if (s->states.n > in->max_states)
			return SUBSET_ERR_STATES;
		if (s->work > in->max_work ||
		    s->states.nitems > in->max_work)
			return SUBSET_ERR_WORK;
	}
	return SUBSET_OK;
}
