/*
 * Classes of tokens.  Order comes from numbers alone, so the same rules give
 * the same classes.
 */
#include "compiler/tokenclass.h"

#include <stdlib.h>

#include "blob/exec.h"

/* The edges of one token. */
struct ways {
	const struct subset_edge *e;
	size_t n;
	uint32_t token;
};

static int
by_symbol(const void *vx, const void *vy)
{
	const struct subset_edge *x = vx, *y = vy;

	if (x->symbol != y->symbol)
		return x->symbol < y->symbol ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Like strcmp(): 0 when both lead the same ways. */
static int
compare_ways(const struct ways *x, const struct ways *y)
{
	size_t i;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (i = 0; i < x->n; i++) {
		if (x->e[i].from != y->e[i].from)
			return x->e[i].from < y->e[i].from ? -1 : 1;
		if (x->e[i].to != y->e[i].to)
			return x->e[i].to < y->e[i].to ? -1 : 1;
	}
	return 0;
}

static int
by_ways(const void *vx, const void *vy)
{
	const struct ways *x = vx, *y = vy;
	int c = compare_ways(x, y);

	return c != 0 ? c : x->token < y->token ? -1 : x->token > y->token;
}

/* Edges ascend by symbol; those of globs come after those of tokens. */
static struct ways *
list_ways(struct arena *a, const struct subset *s, size_t ntokens)
{
	struct ways *w = arena_array(a, ntokens, sizeof(*w));
	size_t t, i = 0;

	for (t = 0; t < ntokens; t++) {
		w[t] = (struct ways){ .token = (uint32_t)t };
		if (i < s->nedges)
			w[t].e = s->edges + i;
		for (; i < s->nedges && s->edges[i].symbol == t; i++)
			w[t].n++;
	}
	if (ntokens > 1)
		qsort(w, ntokens, sizeof(*w), by_ways);
	return w;
}

uint32_t *
tokenclass_make(struct arena *a, struct subset *s, size_t ntokens)
{
	uint32_t *class_of = arena_array(a, ntokens, sizeof(*class_of));
	struct subset_edge *kept = arena_array(a, s->nedges, sizeof(*kept));
	uint32_t nclasses = 0;
	const struct ways *w;
	size_t i, k, n = 0;

	if (s->nedges > 1)
		qsort(s->edges, s->nedges, sizeof(*s->edges), by_symbol);
	w = list_ways(a, s, ntokens);
	for (i = 0; i < ntokens; i++) {
		if (i == 0 || compare_ways(&w[i - 1], &w[i]) != 0) {
			for (k = 0; k < w[i].n; k++) {
				kept[n] = w[i].e[k];
				kept[n++].symbol = nclasses;
			}
			nclasses++;
		}
		class_of[w[i].token] = nclasses - 1;
	}
	for (i = s->nedges; i > 0 &&
	    (s->edges[i - 1].symbol & EXEC_SYM_CLASS) != 0; i--)
		kept[n++] = s->edges[i - 1];
	s->edges = kept;
	s->nedges = s->cap_edges = n;
	return class_of;
}
