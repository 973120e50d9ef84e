/*
 * Globs to a byte automaton, by subset construction over positions.
 */
#include "compiler/glob.h"

#include <string.h>

/* A position: what has been matched of one glob ends here. */
struct pos {
	uint32_t glob;
	unsigned char next;	/* the byte that leads on; 0 at the end */
	bool is_loop;		/* a `*' stands here */
};

struct globs {
	struct arena *a;
	struct pos *pos;
	uint32_t *first;	/* position of each glob */
	size_t npos, max_states;
	uint8_t byte_map[EXEC_BYTE_MAP];
	unsigned char sample[EXEC_BYTE_MAP];	/* a byte of each class */
	uint32_t nbytes;	/* byte classes; 0 is of bytes in no glob */
	struct setpool states, classes, lists;
	uint32_t *next;		/* rows of nbytes */
	size_t nrows, cap_next;
	uint32_t *class;	/* of each row's state */
	size_t cap_class;
	uint32_t *list_of;	/* of each root: list of classes + 1 */
	uint32_t *scratch;
};

static void
add_glob(struct globs *g, uint32_t k, const char *text)
{
	struct pos *p;

	g->first[k] = (uint32_t)g->npos;
	for (;; text++) {
		p = &g->pos[g->npos++];
		p->glob = k;
		for (; *text == '*'; text++)
			p->is_loop = true;
		p->next = (unsigned char)*text;
		if (*text == '\0')
			return;
	}
}

static void
map_bytes(struct globs *g)
{
	size_t i;
	unsigned char c;

	g->nbytes = 1;
	for (i = 0; i < g->npos; i++) {
		c = g->pos[i].next;
		if (c == 0 || g->byte_map[c] != 0)
			continue;
		g->sample[g->nbytes] = c;
		g->byte_map[c] = (uint8_t)g->nbytes++;
	}
}

struct globs *
globs_new(struct arena *a, const char *const *texts, size_t n,
    size_t max_states)
{
	struct globs *g = arena_alloc(a, sizeof(*g));
	size_t i, total = 0;

	for (i = 0; i < n; i++)
		total += strlen(texts[i]) + 1;
	g->a = a;
	g->max_states = max_states;
	g->pos = arena_array(a, total, sizeof(*g->pos));
	g->first = arena_array(a, n, sizeof(*g->first));
	g->scratch = arena_array(a, 2 * total, sizeof(*g->scratch));
	g->list_of = arena_array(a, max_states, sizeof(*g->list_of));
	g->states.a = g->classes.a = g->lists.a = a;
	for (i = 0; i < n; i++)
		add_glob(g, (uint32_t)i, texts[i]);
	map_bytes(g);
	setpool_add(&g->states, NULL, 0);	/* dead */
	setpool_add(&g->classes, NULL, 0);	/* no glob */
	return g;
}

/*
 * Where a `*' has been reached, earlier positions of the same glob add
 * nothing: all that they would match, the `*' does.
 */
static size_t
prune(const struct globs *g, uint32_t *v, size_t n)
{
	size_t i, m = n;
	const struct pos *p;
	uint32_t glob = UINT32_MAX;
	bool is_covered = false;

	for (i = n; i-- > 0; ) {
		p = &g->pos[v[i]];
		if (p->glob != glob)
			is_covered = false;
		glob = p->glob;
		if (is_covered)
			continue;
		v[--m] = v[i];
		is_covered = p->is_loop;
	}
	memmove(v, v + m, (n - m) * sizeof(*v));
	return n - m;
}

/* The state after a byte; class 0 is a byte that leads nowhere but loops. */
static uint32_t
state_after(struct globs *g, uint32_t state, unsigned char byte)
{
	const struct set *s = &g->states.sets[state];
	const struct pos *p;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		p = &g->pos[s->v[i]];
		if (p->is_loop)
			g->scratch[n++] = s->v[i];
		if (byte != 0 && p->next == byte)
			g->scratch[n++] = s->v[i] + 1;
	}
	n = setpool_normalise(g->scratch, n);
	return setpool_add(&g->states, g->scratch, prune(g, g->scratch, n));
}

static uint32_t
state_class(struct globs *g, uint32_t state)
{
	const struct set *s = &g->states.sets[state];
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		if (g->pos[s->v[i]].next == 0)
			g->scratch[n++] = g->pos[s->v[i]].glob;
	return setpool_add(&g->classes, g->scratch, n);
}

static void
add_row(struct globs *g)
{
	uint32_t state = (uint32_t)g->nrows, c, *row;

	while (g->cap_next < (g->nrows + 1) * g->nbytes)
		g->next = arena_grow(g->a, g->next, g->cap_next,
		    &g->cap_next, sizeof(*g->next));
	g->class = arena_grow(g->a, g->class, g->nrows, &g->cap_class,
	    sizeof(*g->class));
	g->nrows++;
	g->class[state] = state_class(g, state);
	row = g->next + (size_t)state * g->nbytes;
	for (c = 0; c < g->nbytes; c++)
		row[c] = state_after(g, state, g->sample[c]);
}

bool
globs_root(struct globs *g, const uint32_t *which, size_t n, uint32_t *root)
{
	size_t i;

	for (i = 0; i < n; i++)
		g->scratch[i] = g->first[which[i]];
	*root = setpool_add(&g->states, g->scratch, n);
	while (g->nrows < g->states.n) {
		if (g->states.n > g->max_states)
			return false;
		add_row(g);
	}
	return true;
}

/* All states from root, in order of discovery; g->nrows slots each. */
static size_t
reach(const struct globs *g, uint32_t root, uint32_t *queue, bool *is_seen)
{
	size_t i, n = 1;
	uint32_t c, to;

	queue[0] = root;
	is_seen[root] = true;
	for (i = 0; i < n; i++)
		for (c = 0; c < g->nbytes; c++) {
			to = g->next[(size_t)queue[i] * g->nbytes + c];
			if (!is_seen[to])
				queue[n++] = to;
			is_seen[to] = true;
		}
	return n;
}

const struct set *
globs_classes(struct globs *g, uint32_t root)
{
	uint32_t *queue;
	bool *is_seen;
	size_t i, n, m = 0;

	if (g->list_of[root] == 0) {
		queue = arena_array(g->a, g->nrows, sizeof(*queue));
		is_seen = arena_array(g->a, g->nrows, sizeof(*is_seen));
		n = reach(g, root, queue, is_seen);
		for (i = 0; i < n; i++)
			if (g->class[queue[i]] != 0)
				queue[m++] = g->class[queue[i]];
		m = setpool_normalise(queue, m);
		g->list_of[root] = setpool_add(&g->lists, queue, m) + 1;
	}
	return &g->lists.sets[g->list_of[root] - 1];
}

uint32_t
globs_class_of(const struct globs *g, uint32_t root, const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	for (; *u != '\0'; u++)
		root = g->next[(size_t)root * g->nbytes + g->byte_map[*u]];
	return g->class[root];
}

const struct set *
globs_members(const struct globs *g, uint32_t class)
{
	return &g->classes.sets[class];
}

size_t
globs_weight(const struct globs *g, uint32_t k)
{
	size_t i, j, n = 0;
	const struct set *s;

	for (i = 0; i < g->states.n; i++) {
		s = &g->states.sets[i];
		for (j = 0; j < s->n && g->pos[s->v[j]].glob != k; j++)
			continue;
		n += j < s->n;
	}
	return n;
}

uint32_t
globs_nstates(const struct globs *g)
{
	return (uint32_t)g->nrows;
}

uint32_t
globs_nbytes(const struct globs *g)
{
	return g->nrows == 0 ? 0 : g->nbytes;
}

void
globs_put(const struct globs *g, struct blob_buf *out)
{
	size_t i;

	for (i = 0; i < g->nrows; i++)
		blob_put32(out, g->class[i]);
	if (g->nrows > 0)
		blob_put(out, g->byte_map, sizeof(g->byte_map));
	for (i = 0; i < g->nrows * g->nbytes; i++)
		blob_put16(out, g->next[i]);
}
