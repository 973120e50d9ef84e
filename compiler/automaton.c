/*
 * The builder of the automaton; blob/exec.c walks what is made here.
 */
#include "compiler/automaton.h"

#include <stdlib.h>
#include <string.h>

#include "blob/exec.h"

#define LOAD		2	/* homes for each entry of a hash */
#define MAX_SEEDS	64

/* Rule r with its first pos elements matched. */
struct item {
	uint32_t rule, pos;
};

struct state {
	const struct item *items;	/* ascending */
	size_t n;
	uint32_t next;			/* in its bucket, + 1 */
};

struct token {
	const char *s;
	uint32_t tag;		/* hash */
	uint32_t number;	/* slot */
};

struct edge {
	uint32_t from, token, to;	/* token: index, later slot */
	uint32_t tag;
};

/* A way out of a state: this token leads to this item. */
struct step {
	uint32_t token;
	struct item item;
};

struct build {
	struct arena *a;
	const struct rule_set *set;
	struct token *tokens;
	size_t ntokens, cap_tokens;
	uint32_t *token_slots;		/* open hash by bytes, index + 1 */
	size_t ntoken_slots;
	struct state *states;
	size_t nstates, cap_states;
	uint32_t *buckets;
	size_t nbuckets;
	struct edge *edges;
	size_t nedges, cap_edges;
	uint32_t tok_seed, tok_homes, tok_probe, max_token;
	uint32_t edge_seed, edge_homes, edge_probe;
};

static uint64_t
hash_bytes(const void *p, size_t n)
{
	const unsigned char *u = p;
	uint64_t h = 0xcbf29ce484222325u;

	while (n-- > 0)
		h = (h ^ *u++) * 0x100000001b3u;
	return h ^ h >> 29;
}

static void
tokens_rehash(struct build *b)
{
	size_t i, k;

	b->ntoken_slots = b->ntoken_slots == 0 ? 256 : b->ntoken_slots * 2;
	b->token_slots = arena_array(b->a, b->ntoken_slots, 4);
	for (i = 0; i < b->ntokens; i++) {
		k = hash_bytes(b->tokens[i].s, strlen(b->tokens[i].s)) &
		    (b->ntoken_slots - 1);
		while (b->token_slots[k] != 0)
			k = (k + 1) & (b->ntoken_slots - 1);
		b->token_slots[k] = (uint32_t)i + 1;
	}
}

static uint32_t
token_of(struct build *b, const char *s)
{
	size_t k;

	if (b->ntokens * 2 >= b->ntoken_slots)
		tokens_rehash(b);
	k = hash_bytes(s, strlen(s)) & (b->ntoken_slots - 1);
	for (; b->token_slots[k] != 0; k = (k + 1) & (b->ntoken_slots - 1))
		if (strcmp(b->tokens[b->token_slots[k] - 1].s, s) == 0)
			return b->token_slots[k] - 1;
	b->tokens = arena_grow(b->a, b->tokens, b->ntokens, &b->cap_tokens,
	    sizeof(*b->tokens));
	b->tokens[b->ntokens].s = s;
	b->token_slots[k] = (uint32_t)++b->ntokens;
	return (uint32_t)b->ntokens - 1;
}

static void
states_rehash(struct build *b)
{
	size_t i, k;

	b->nbuckets = b->nbuckets == 0 ? 256 : b->nbuckets * 2;
	b->buckets = arena_array(b->a, b->nbuckets, 4);
	for (i = 0; i < b->nstates; i++) {
		k = hash_bytes(b->states[i].items, b->states[i].n *
		    sizeof(struct item)) & (b->nbuckets - 1);
		b->states[i].next = b->buckets[k];
		b->buckets[k] = (uint32_t)i + 1;
	}
}

/* The state of these items, which are copied if it is new. */
static uint32_t
state_of(struct build *b, const struct item *items, size_t n)
{
	size_t bytes = n * sizeof(*items), k;
	struct item *copy;
	uint32_t s;

	if (b->nstates >= b->nbuckets)
		states_rehash(b);
	k = hash_bytes(items, bytes) & (b->nbuckets - 1);
	for (s = b->buckets[k]; s != 0; s = b->states[s - 1].next)
		if (b->states[s - 1].n == n && (n == 0 ||
		    memcmp(b->states[s - 1].items, items, bytes) == 0))
			return s - 1;
	copy = arena_alloc(b->a, bytes);
	if (n > 0)
		memcpy(copy, items, bytes);
	b->states = arena_grow(b->a, b->states, b->nstates, &b->cap_states,
	    sizeof(*b->states));
	b->states[b->nstates] = (struct state){ .items = copy, .n = n,
	    .next = b->buckets[k] };
	b->buckets[k] = (uint32_t)++b->nstates;
	return (uint32_t)b->nstates - 1;
}

static int
by_step(const void *vx, const void *vy)
{
	const struct step *x = vx, *y = vy;

	if (x->token != y->token)
		return x->token < y->token ? -1 : 1;
	if (x->item.rule != y->item.rule)
		return x->item.rule < y->item.rule ? -1 : 1;
	return x->item.pos < y->item.pos ? -1 : x->item.pos > y->item.pos;
}

static size_t
count_steps(const struct build *b, const struct state *s)
{
	const struct prefix_rule *r;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		r = &b->set->prefix[s->items[i].rule];
		if (s->items[i].pos < r->nelems)
			n += r->elems[s->items[i].pos].nalts;
	}
	return n;
}

static size_t
collect_steps(struct build *b, const struct state *s, struct step *steps)
{
	const struct prefix_rule *r;
	const struct rule_elem *e;
	size_t i, k, n = 0;

	for (i = 0; i < s->n; i++) {
		r = &b->set->prefix[s->items[i].rule];
		if (s->items[i].pos >= r->nelems)
			continue;
		e = &r->elems[s->items[i].pos];
		for (k = 0; k < e->nalts; k++)
			steps[n++] = (struct step){ token_of(b, e->alts[k]),
			    { s->items[i].rule, s->items[i].pos + 1 } };
	}
	qsort(steps, n, sizeof(*steps), by_step);
	return n;
}

/* The edges out of state number i, and the states they lead to. */
static bool
expand_state(struct build *b, uint32_t i)
{
	struct state s = b->states[i];
	size_t cap = count_steps(b, &s), n, k, m;
	struct step *steps = malloc((cap + 1) * sizeof(*steps));
	struct item *items = malloc((cap + 1) * sizeof(*items));

	n = steps == NULL || items == NULL ? 0 : collect_steps(b, &s, steps);
	for (k = 0; k < n; ) {
		uint32_t token = steps[k].token;

		for (m = 0; k < n && steps[k].token == token; k++)
			/* An alternative given twice is one. */
			if (m == 0 || memcmp(&items[m - 1], &steps[k].item,
			    sizeof(*items)) != 0)
				items[m++] = steps[k].item;
		b->edges = arena_grow(b->a, b->edges, b->nedges,
		    &b->cap_edges, sizeof(*b->edges));
		b->edges[b->nedges++] = (struct edge){ .from = i,
		    .token = token, .to = state_of(b, items, m) };
	}
	free(steps);
	free(items);
	return (cap == 0 || n > 0) && b->nstates <= AUTOMATON_MAX_STATES;
}

static bool
build_states(struct build *b)
{
	size_t i, n = b->set->nprefix;
	struct item *start = arena_array(b->a, n, sizeof(*start));

	for (i = 0; i < n; i++)
		start[i].rule = (uint32_t)i;
	state_of(b, start, n);
	for (i = 0; i < b->nstates; i++)
		if (!expand_state(b, (uint32_t)i))
			return false;
	return true;
}

static int
by_tag_and_bytes(const void *vx, const void *vy)
{
	const struct token *x = *(const struct token *const *)vx;
	const struct token *y = *(const struct token *const *)vy;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return strcmp(x->s, y->s);
}

static int
by_edge_tag(const void *vx, const void *vy)
{
	const struct edge *x = vx, *y = vy;

	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->token < y->token ? -1 : x->token > y->token;
}

/*
 * Give each of n ascending tags a slot, at its home or behind.  Returns the
 * farthest that one stands from its home.
 */
static uint32_t
next_slot(uint32_t tag, uint32_t homes, uint32_t *free_slot, uint32_t *probe)
{
	uint32_t home = exec_home(tag, homes), slot = home;

	if (slot < *free_slot)
		slot = *free_slot;
	*free_slot = slot + 1;
	if (slot - home > *probe)
		*probe = slot - home;
	return slot;
}

/* Crafted collisions only cost another try with another seed. */
static bool
place_tokens(struct build *b, struct token **order)
{
	size_t i, len;
	uint32_t at;

	b->tok_homes = (uint32_t)b->ntokens * LOAD + 1;
	for (i = 0; i < b->ntokens; i++) {
		order[i] = &b->tokens[i];
		len = strlen(b->tokens[i].s);
		if (len > b->max_token)
			b->max_token = (uint32_t)len;
	}
	for (b->tok_seed = 0; b->tok_seed < MAX_SEEDS; b->tok_seed++) {
		for (i = 0; i < b->ntokens; i++)
			b->tokens[i].tag = exec_hash_token(b->tok_seed,
			    b->tokens[i].s, b->max_token, &len);
		qsort(order, b->ntokens, sizeof(*order), by_tag_and_bytes);
		b->tok_probe = at = 0;
		for (i = 0; i < b->ntokens; i++)
			order[i]->number = next_slot(order[i]->tag,
			    b->tok_homes, &at, &b->tok_probe);
		if (b->tok_probe <= EXEC_MAX_PROBE)
			return true;
	}
	return false;
}

static bool
place_edges(struct build *b)
{
	uint32_t at;
	size_t i;

	b->edge_homes = (uint32_t)b->nedges * LOAD + 1;
	for (b->edge_seed = 0; b->edge_seed < MAX_SEEDS; b->edge_seed++) {
		for (i = 0; i < b->nedges; i++)
			b->edges[i].tag = exec_hash_edge(b->edge_seed,
			    b->edges[i].from, b->edges[i].token);
		if (b->nedges > 0)
			qsort(b->edges, b->nedges, sizeof(*b->edges),
			    by_edge_tag);
		b->edge_probe = at = 0;
		for (i = 0; i < b->nedges; i++)
			next_slot(b->edges[i].tag, b->edge_homes, &at,
			    &b->edge_probe);
		if (b->edge_probe <= EXEC_MAX_PROBE)
			return true;
	}
	return false;
}

static void
put_tokens(const struct build *b, struct token *const *order,
    struct blob_writer *w, struct blob_buf *out)
{
	uint32_t slot = 0;
	size_t i;

	for (i = 0; i <= b->ntokens; i++) {
		uint32_t stop = i < b->ntokens ? order[i]->number :
		    b->tok_homes + b->tok_probe;

		for (; slot < stop; slot++) {
			blob_put32(out, 0);
			blob_put32(out, EXEC_NONE);
		}
		if (i == b->ntokens)
			break;
		blob_put32(out, order[i]->tag);
		blob_put32(out, blob_writer_string(w, order[i]->s));
		slot++;
	}
}

static void
put_edges(const struct build *b, struct blob_buf *out)
{
	uint32_t slot = 0, at = 0, probe = 0, stop;
	size_t i;

	for (i = 0; i <= b->nedges; i++) {
		stop = i < b->nedges ? next_slot(b->edges[i].tag,
		    b->edge_homes, &at, &probe) : b->edge_homes + b->edge_probe;
		for (; slot < stop; slot++) {
			blob_put32(out, EXEC_NONE);
			blob_put32(out, 0);
			blob_put32(out, 0);
		}
		if (i == b->nedges)
			break;
		blob_put32(out, b->edges[i].from);
		blob_put32(out, b->edges[i].token);
		blob_put32(out, b->edges[i].to);
		slot++;
	}
}

static bool
is_accepted(const struct build *b, const struct item *it)
{
	return it->pos == b->set->prefix[it->rule].nelems;
}

static uint32_t
accept_of(const struct build *b, const struct item *it)
{
	return it->rule |
	    (uint32_t)b->set->prefix[it->rule].decision << EXEC_A_SHIFT;
}

static uint32_t
put_states(const struct build *b, struct blob_buf *out)
{
	uint32_t first = 0, n, best, one;
	const struct state *s;
	size_t i, k;

	for (i = 0; i < b->nstates; i++) {
		s = &b->states[i];
		n = 0;
		best = EXEC_NONE;
		for (k = 0; k < s->n; k++) {
			if (!is_accepted(b, &s->items[k]))
				continue;
			one = accept_of(b, &s->items[k]);
			if (n++ == 0 || one >> EXEC_A_SHIFT >
			    best >> EXEC_A_SHIFT)
				best = one;
		}
		blob_put32(out, first);
		blob_put32(out, n);
		blob_put32(out, 0);
		blob_put32(out, 0);
		blob_put32(out, best);
		blob_put32(out, EXEC_NONE);
		blob_put32(out, EXEC_NONE);
		blob_put32(out, 0);
		first += n;
	}
	return first;
}

static void
put_accepts(const struct build *b, struct blob_buf *out)
{
	size_t i, k;

	for (i = 0; i < b->nstates; i++)
		for (k = 0; k < b->states[i].n; k++)
			if (is_accepted(b, &b->states[i].items[k]))
				blob_put32(out, accept_of(b,
				    &b->states[i].items[k]));
}

static void
put_rules(const struct ir *ir, struct blob_writer *w, struct blob_buf *out)
{
	const struct prefix_rule *r;
	size_t i;

	for (i = 0; i < ir->exec.nprefix; i++) {
		r = &ir->exec.prefix[i];
		blob_put8(out, r->decision);
		blob_put8(out, 0);
		blob_put16(out, 0);
		blob_put32(out, ir->exec_rules[i]);
		blob_put32(out, r->justification == NULL ? 0 :
		    blob_writer_string(w, r->justification));
		blob_put32(out, r->id == NULL ? 0 :
		    blob_writer_string(w, r->id));
		blob_put32(out, (uint32_t)ir->exec.nprefix);
	}
}

/* Patterns, then their elements, then those's alternatives. */
static void
put_patterns(const struct rule_set *set, struct blob_writer *w,
    struct blob_buf *out)
{
	uint32_t first = 0;
	size_t i, k, m;

	for (i = 0; i < set->nprefix; i++) {
		blob_put32(out, first);
		first += (uint32_t)set->prefix[i].nelems;
	}
	first = 0;
	for (i = 0; i < set->nprefix; i++)
		for (k = 0; k < set->prefix[i].nelems; k++) {
			blob_put32(out, first);
			first += (uint32_t)set->prefix[i].elems[k].nalts;
		}
	for (i = 0; i < set->nprefix; i++)
		for (k = 0; k < set->prefix[i].nelems; k++)
			for (m = 0; m < set->prefix[i].elems[k].nalts; m++)
				blob_put32(out, blob_writer_string(w,
				    set->prefix[i].elems[k].alts[m]));
}

static int
by_host(const void *vx, const void *vy)
{
	const struct host_executable *x = *(const struct host_executable *const
	    *)vx, *y = *(const struct host_executable *const *)vy;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : x < y ? -1 : x > y;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Hosts by name; of several for one name the last holds. */
static size_t
hosts_sorted(struct arena *a, const struct rule_set *set,
    const struct host_executable ***out)
{
	const struct host_executable **h = arena_array(a, set->nhosts + 1,
	    sizeof(*h));
	size_t i, n = 0;

	for (i = 0; i < set->nhosts; i++)
		h[i] = &set->hosts[i];
	qsort(h, set->nhosts, sizeof(*h), by_host);
	for (i = 0; i < set->nhosts; i++)
		if (i + 1 == set->nhosts ||
		    strcmp(h[i]->name, h[i + 1]->name) != 0)
			h[n++] = h[i];
	*out = h;
	return n;
}

static void
put_hosts(struct arena *a, const struct ir *ir,
    const struct host_executable **h, size_t n, struct blob_writer *w,
    struct blob_buf *out)
{
	uint32_t first = 0;
	const char **paths;
	size_t i, k;

	for (i = 0; i < n; i++) {
		blob_put32(out, blob_writer_string(w, h[i]->name));
		blob_put32(out, first);
		blob_put32(out, ir->host_rules[h[i] - ir->exec.hosts]);
		first += (uint32_t)h[i]->npaths;
	}
	for (i = 0; i < n; i++) {
		paths = arena_array(a, h[i]->npaths + 1, sizeof(*paths));
		for (k = 0; k < h[i]->npaths; k++)
			paths[k] = h[i]->paths[k];
		qsort(paths, h[i]->npaths, sizeof(*paths), by_text);
		for (k = 0; k < h[i]->npaths; k++)
			blob_put32(out, blob_writer_string(w, paths[k]));
	}
}

static void
put_head(const struct build *b, const struct ir *ir, uint32_t naccepts,
    size_t nhosts, uint32_t npaths, struct blob_buf *out)
{
	uint32_t nelems = 0, nalts = 0;
	size_t i, k;

	for (i = 0; i < b->set->nprefix; i++)
		for (k = 0; k < b->set->prefix[i].nelems; k++, nelems++)
			nalts += (uint32_t)b->set->prefix[i].elems[k].nalts;
	blob_put8(out, ir->exec_default);
	blob_put8(out, ir->exec_scope);
	blob_put16(out, 0);
	blob_put32(out, ir->rule_exec_default);
	blob_put32(out, b->tok_seed);
	blob_put32(out, b->edge_seed);
	blob_put32(out, b->max_token);
	blob_put32(out, b->tok_homes);
	blob_put32(out, b->tok_probe);
	blob_put32(out, b->edge_homes);
	blob_put32(out, b->edge_probe);
	blob_put32(out, (uint32_t)b->nstates);
	blob_put32(out, naccepts);
	blob_put32(out, (uint32_t)b->set->nprefix);
	blob_put32(out, (uint32_t)b->set->nprefix);	/* patterns */
	blob_put32(out, nelems);
	blob_put32(out, nalts);
	blob_put32(out, (uint32_t)nhosts);
	blob_put32(out, npaths);
	blob_put32(out, 0);	/* globs */
	blob_put32(out, 0);
}

static uint32_t
count_accepts(const struct build *b)
{
	uint32_t n = 0;
	size_t i, k;

	for (i = 0; i < b->nstates; i++)
		for (k = 0; k < b->states[i].n; k++)
			n += is_accepted(b, &b->states[i].items[k]);
	return n;
}

int
automaton_emit(struct arena *a, struct diag *d, const struct ir *ir,
    struct blob_writer *w, struct blob_buf *out)
{
	struct build b = { .a = a, .set = &ir->exec };
	const struct host_executable **hosts;
	struct token **order;
	uint32_t npaths = 0;
	size_t i, nhosts;
	bool is_built = build_states(&b);

	order = arena_array(a, b.ntokens + 1, sizeof(struct token *));
	is_built = is_built && place_tokens(&b, order);
	for (i = 0; is_built && i < b.nedges; i++)
		b.edges[i].token = b.tokens[b.edges[i].token].number;
	if (!is_built || !place_edges(&b)) {
		diag_error(d, (struct loc){ .src = NULL }, "the exec rules "
		    "make more than %d states", AUTOMATON_MAX_STATES);
		return -1;
	}
	nhosts = hosts_sorted(a, &ir->exec, &hosts);
	for (i = 0; i < nhosts; i++)
		npaths += (uint32_t)hosts[i]->npaths;
	put_head(&b, ir, count_accepts(&b), nhosts, npaths, out);
	put_tokens(&b, order, w, out);
	put_edges(&b, out);
	put_states(&b, out);
	put_accepts(&b, out);
	put_rules(ir, w, out);
	put_patterns(&ir->exec, w, out);
	put_hosts(a, ir, hosts, nhosts, w, out);
	return 0;
}
