/*
 * The EXEC section's bytes: hash tables whose longest probe is known, then
 * states, accepts and the rules as they were written, which
 * automaton_rules.c puts.
 */
#include "compiler/automaton_put.h"

#include <stdlib.h>
#include <string.h>

#include "blob/exec.h"
#include "compiler/automaton_rules.h"
#include "compiler/tokenclass.h"

#define MAX_SEEDS	64

struct token {
	const char *s;
	uint32_t tag, index;
};

/* A table of entries in ascending order of tag, each at or after its home. */
struct table {
	uint32_t seed, homes, probe;
};

struct put {
	struct arena *a;
	const struct automaton_parts *p;
	const struct rule_set *set;
	struct blob_writer *w;
	struct blob_buf *out;
	struct token *tokens;
	uint32_t *class_of;		/* of each token of the subset */
	struct table tok, edge;
	size_t max_token;
	uint32_t *number;		/* of each state, as edges name it */
	uint32_t nrecords, nplain;
	struct automaton_hosts hosts;
};

/* The slot of the next entry, given the first free one. */
static uint32_t
next_slot(uint32_t tag, struct table *t, uint32_t *free_slot)
{
	uint32_t home = exec_home(tag, t->homes), slot = home;

	if (slot < *free_slot)
		slot = *free_slot;
	*free_slot = slot + 1;
	if (slot - home > t->probe)
		t->probe = slot - home;
	return slot;
}

/* Close enough to save space, and few entries stand far from home. */
static uint32_t
homes_for(size_t n)
{
	return (uint32_t)(n + n / 4 + 1);
}

static int
by_token(const void *vx, const void *vy)
{
	const struct token *x = vx, *y = vy;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return strcmp(x->s, y->s);
}

static int
by_edge(const void *vx, const void *vy)
{
	const struct subset_edge *x = vx, *y = vy;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

static void
spread_tokens(struct put *u)
{
	size_t i, len, n = u->p->ntokens;
	uint32_t at = 0;

	for (i = 0; i < n; i++)
		u->tokens[i].tag = exec_hash_token(u->tok.seed,
		    u->tokens[i].s, u->max_token, &len);
	if (n > 1)
		qsort(u->tokens, n, sizeof(*u->tokens), by_token);
	u->tok.probe = 0;
	for (i = 0; i < n; i++)
		next_slot(u->tokens[i].tag, &u->tok, &at);
}

/* Crafted collisions only cost another try with another seed. */
static bool
place_tokens(struct put *u)
{
	size_t i, len, n = u->p->ntokens;

	u->tokens = arena_array(u->a, n, sizeof(*u->tokens));
	u->tok.homes = homes_for(n);
	for (i = 0; i < n; i++) {
		u->tokens[i] = (struct token){ .s = u->p->in->tokens[i],
		    .index = (uint32_t)i };
		len = strlen(u->tokens[i].s);
		if (len > u->max_token)
			u->max_token = len;
	}
	for (; u->tok.seed < MAX_SEEDS; u->tok.seed++) {
		spread_tokens(u);
		if (u->tok.probe <= EXEC_MAX_PROBE)
			return true;
	}
	return false;
}

static void
spread_edges(struct put *u)
{
	struct subset_edge *e = u->p->subset->edges;
	size_t i, n = u->p->subset->nedges;
	uint32_t at = 0;

	for (i = 0; i < n; i++)
		e[i].tag = exec_hash_edge(u->edge.seed, e[i].from,
		    e[i].symbol);
	if (n > 1)
		qsort(e, n, sizeof(*e), by_edge);
	u->edge.probe = 0;
	for (i = 0; i < n; i++)
		next_slot(e[i].tag, &u->edge, &at);
}

static uint32_t
accept_of(const struct put *u, uint32_t rule)
{
	return rule | (uint32_t)u->set->prefix[rule].decision << EXEC_A_SHIFT;
}

/* The accept of a state that is nothing else, or EXEC_NONE. */
static uint32_t
leaf_accept(const struct put *u, uint32_t state)
{
	const struct subset *s = u->p->subset;
	const uint32_t *v;
	size_t n;

	v = subset_accepts(s, state, SUBSET_ARRIVE, &n);
	if (n != 1 || s->states.sets[state].n != 1)
		return EXEC_NONE;
	return accept_of(u, v[0] - subset_base(s, SUBSET_ARRIVE));
}

/* A state that only waits for literal words. */
static bool
is_plain(const struct put *u, uint32_t state)
{
	const struct subset *s = u->p->subset;
	const struct set *set = &s->states.sets[state];

	return s->glob[state] == 0 && (set->n == 0 ||
	    set->v[set->n - 1] < u->p->in->nelems);
}

static bool
is_first(const struct put *u, size_t state)
{
	return state == 0 || state == u->p->subset->folded;
}

/* States with records first, the start at their head; then plain ones. */
static void
number_states(struct put *u)
{
	size_t i, n = u->p->subset->states.n;
	uint32_t leaf;

	u->number = arena_array(u->a, n, sizeof(*u->number));
	for (i = 0; i < n; i++) {
		leaf = leaf_accept(u, (uint32_t)i);
		if (leaf != EXEC_NONE)
			u->number[i] = EXEC_TO_LEAF | leaf;
		else if (is_first(u, i) || !is_plain(u, (uint32_t)i))
			u->number[i] = u->nrecords++;
	}
	for (i = 1; i < n; i++)
		if (!is_first(u, i) && is_plain(u, (uint32_t)i))
			u->number[i] = u->nrecords + u->nplain++;
}

static void
name_edges(struct put *u)
{
	struct subset_edge *e = u->p->subset->edges;
	size_t i;

	for (i = 0; i < u->p->subset->nedges; i++) {
		e[i].from = u->number[e[i].from];
		e[i].to = u->number[e[i].to];
	}
}

static bool
place_edges(struct put *u)
{
	u->edge.homes = homes_for(u->p->subset->nedges);
	for (; u->edge.seed < MAX_SEEDS; u->edge.seed++) {
		spread_edges(u);
		if (u->edge.probe <= EXEC_MAX_PROBE)
			return true;
	}
	return false;
}

static void
put_words(struct blob_buf *out, const uint32_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		blob_put32(out, v[i]);
}

static void
put_tokens(struct put *u)
{
	static const uint32_t empty[] = { 0, EXEC_NONE, 0 };
	uint32_t slot = 0, at = 0, stop;
	size_t i, n = u->p->ntokens;

	for (i = 0; i <= n; i++) {
		stop = i < n ? next_slot(u->tokens[i].tag, &u->tok, &at) :
		    u->tok.homes + u->tok.probe;
		for (; slot < stop; slot++)
			put_words(u->out, empty, 3);
		if (i == n)
			break;
		blob_put32(u->out, u->tokens[i].tag);
		blob_put32(u->out, blob_writer_string(u->w, u->tokens[i].s));
		blob_put32(u->out, u->class_of[u->tokens[i].index]);
		slot++;
	}
}

static void
put_edges(struct put *u)
{
	static const uint32_t empty[] = { EXEC_NONE, 0, 0 };
	const struct subset_edge *e = u->p->subset->edges;
	uint32_t slot = 0, at = 0, stop;
	size_t i, n = u->p->subset->nedges;

	for (i = 0; i <= n; i++) {
		stop = i < n ? next_slot(e[i].tag, &u->edge, &at) :
		    u->edge.homes + u->edge.probe;
		for (; slot < stop; slot++)
			put_words(u->out, empty, 3);
		if (i == n)
			break;
		put_words(u->out,
		    (const uint32_t[]){ e[i].from, e[i].symbol, e[i].to }, 3);
		slot++;
	}
}

/* The first of the strictest. */
static uint32_t
best_of(const struct put *u, const uint32_t *v, size_t n, uint32_t base)
{
	uint32_t best = EXEC_NONE, one;
	size_t i;

	for (i = 0; i < n; i++) {
		one = accept_of(u, v[i] - base);
		if (i == 0 || one >> EXEC_A_SHIFT > best >> EXEC_A_SHIFT)
			best = one;
	}
	return best;
}

static void
put_states(struct put *u)
{
	const struct subset *s = u->p->subset;
	uint32_t first = 0, best[SUBSET_NKINDS], count[SUBSET_NKINDS];
	const uint32_t *v;
	size_t n, i, k;

	for (i = 0; i < s->states.n; i++) {
		if (u->number[i] >= u->nrecords)
			continue;
		blob_put32(u->out, first);
		for (k = 0; k < SUBSET_NKINDS; k++) {
			v = subset_accepts(s, (uint32_t)i, k, &n);
			best[k] = best_of(u, v, n, subset_base(s, k));
			count[k] = (uint32_t)n;
			first += count[k];
		}
		put_words(u->out, count, SUBSET_NKINDS);
		put_words(u->out, best, SUBSET_NKINDS);
		blob_put32(u->out, s->glob[i]);
	}
}

static uint32_t
count_accepts(const struct put *u)
{
	const struct subset *s = u->p->subset;
	size_t i, k, n;
	uint32_t sum = 0;

	for (i = 0; i < s->states.n; i++)
		for (k = 0; k < SUBSET_NKINDS &&
		    u->number[i] < u->nrecords; k++) {
			subset_accepts(s, (uint32_t)i, k, &n);
			sum += (uint32_t)n;
		}
	return sum;
}

static void
put_accepts(struct put *u)
{
	const struct subset *s = u->p->subset;
	const uint32_t *v;
	size_t i, j, k, n;

	for (i = 0; i < s->states.n; i++)
		for (k = 0; k < SUBSET_NKINDS &&
		    u->number[i] < u->nrecords; k++) {
			v = subset_accepts(s, (uint32_t)i, k, &n);
			for (j = 0; j < n; j++)
				blob_put32(u->out, accept_of(u, v[j] -
				    subset_base(s, k)));
		}
}

static void
put_head(struct put *u)
{
	const struct subset_input *in = u->p->in;
	const struct automaton_spec *spec = u->p->spec;
	uint32_t folded = u->p->subset->folded;
	const uint32_t words[] = {
		spec->rule_default,
		u->tok.seed, u->edge.seed, (uint32_t)u->max_token,
		u->tok.homes, u->tok.probe, u->edge.homes, u->edge.probe,
		u->nrecords, u->nplain, count_accepts(u),
		(uint32_t)in->nrules,
		(uint32_t)(in->npatterns - in->nrules),
		(uint32_t)in->nelems, in->elem_alt[in->nelems],
		(uint32_t)u->hosts.n, (uint32_t)u->hosts.npaths,
		globs_nstates(in->globs), globs_nbytes(in->globs),
		folded == EXEC_NONE ? 0 : u->number[folded],
		(uint32_t)u->p->folds->nentries, (uint32_t)u->p->folds->nitems,
		spec->rule_opaque,
	};

	blob_put8(u->out, spec->dflt);
	blob_put8(u->out, spec->scope);
	blob_put8(u->out, spec->opaque);
	blob_put8(u->out, 0);
	put_words(u->out, words, sizeof(words) / sizeof(words[0]));
}

int
automaton_put(struct arena *a, const struct automaton_parts *p,
    struct blob_writer *w, struct blob_buf *out)
{
	struct put u = { .a = a, .p = p, .set = p->spec->set, .w = w,
	    .out = out };

	if (!place_tokens(&u))
		return -1;
	number_states(&u);
	name_edges(&u);
	u.class_of = tokenclass_make(a, p->subset, p->ntokens);
	if (!place_edges(&u))
		return -1;
	automaton_sort_hosts(a, u.set, &u.hosts);
	put_head(&u);
	put_tokens(&u);
	put_edges(&u);
	put_states(&u);
	put_accepts(&u);
	automaton_put_rules(a, p, &u.hosts, w, out);
	globs_put(p->in->globs, out);
	foldtable_put(p->folds, out);
	return 0;
}
