/*
 * Trees of regular expressions to an automaton: nodes that a word can be at,
 * then sets of them.
 */
#include "compiler/regex.h"

#include <string.h>

#include "blob/format.h"
#include "compiler/regex_impl.h"
#include "compiler/setpool.h"

#define MAX_NODES	20000u

enum node_kind { NODE_BYTE, NODE_FORK, NODE_BEGIN, NODE_END, NODE_FOUND };

struct node {
	enum node_kind kind;
	struct regex_set set;		/* of BYTE */
	uint32_t to, other;		/* other: of FORK */
};

struct regexes {
	struct arena *a;
	struct node *nodes;
	size_t nnodes, cap_nodes;
	uint32_t *firsts;		/* node of each expression */
	size_t n, cap_firsts;
	uint32_t *starts;		/* state of each */
	uint8_t map[PROG_BYTE_MAP], sample[PROG_BYTE_MAP];
	size_t nclasses;
	struct setpool states;
	uint8_t *ends;
	uint32_t *next;			/* rows of nclasses */
	size_t nrows, cap_ends, cap_next;
	bool *is_in;			/* of each node, in the set being made */
	uint32_t *list;
	size_t nlist;
};

#define DEAD	0u
#define FOUND	1u
/* Node 0 is the end of every expression. */
#define NODE_OF_FOUND	0u

static uint32_t
add_node(struct regexes *x, enum node_kind kind, uint32_t to, uint32_t other)
{
	x->nodes = arena_grow(x->a, x->nodes, x->nnodes, &x->cap_nodes,
	    sizeof(*x->nodes));
	x->nodes[x->nnodes] = (struct node){ .kind = kind, .to = to,
	    .other = other };
	return (uint32_t)x->nnodes++;
}

static uint32_t compile(struct regexes *x, const struct regex_tree *t,
    uint32_t to);

static uint32_t
compile_loop(struct regexes *x, const struct regex_tree *body, uint32_t to)
{
	uint32_t fork = add_node(x, NODE_FORK, to, to), first;

	first = compile(x, body, fork);
	x->nodes[fork].to = first;
	return fork;
}

static uint32_t
compile_repeat(struct regexes *x, const struct regex_tree *t, uint32_t to)
{
	unsigned i;

	if (t->most == 0)
		to = compile_loop(x, t->l, to);
	for (i = t->least; i < t->most && x->nnodes < MAX_NODES; i++)
		to = add_node(x, NODE_FORK, compile(x, t->l, to), to);
	for (i = 0; i < t->least && x->nnodes < MAX_NODES; i++)
		to = compile(x, t->l, to);
	return to;
}

/* The node from which t is looked for, and then whatever is at `to'. */
static uint32_t
compile(struct regexes *x, const struct regex_tree *t, uint32_t to)
{
	uint32_t node;

	if (x->nnodes >= MAX_NODES)
		return to;
	switch (t->kind) {
	case REGEX_SET:
		node = add_node(x, NODE_BYTE, to, 0);
		x->nodes[node].set = t->set;
		return node;
	case REGEX_THEN:
		return compile(x, t->l, compile(x, t->r, to));
	case REGEX_OR:
		node = compile(x, t->l, to);
		return add_node(x, NODE_FORK, node, compile(x, t->r, to));
	case REGEX_REPEAT:
		return compile_repeat(x, t, to);
	case REGEX_BEGIN:
		return add_node(x, NODE_BEGIN, to, 0);
	case REGEX_END:
		return add_node(x, NODE_END, to, 0);
	case REGEX_EMPTY:
		break;
	}
	return to;
}

struct regexes *
regexes_new(struct arena *a)
{
	struct regexes *x = arena_alloc(a, sizeof(*x));

	x->a = x->states.a = a;
	add_node(x, NODE_FOUND, 0, 0);
	return x;
}

const char *
regexes_add(struct regexes *x, const char *text, size_t *at)
{
	const struct regex_tree *t;
	const char *fault;
	uint32_t skip, fork, first;

	t = regex_parse(x->a, text, &fault, at);
	if (t == NULL)
		return fault;
	/* It may begin anywhere: at the fork, or after any byte. */
	skip = add_node(x, NODE_BYTE, 0, 0);
	memset(&x->nodes[skip].set, 0xff, sizeof(struct regex_set));
	fork = add_node(x, NODE_FORK, 0, skip);
	x->nodes[skip].to = fork;
	first = compile(x, t, NODE_OF_FOUND);	/* moves the nodes */
	x->nodes[fork].to = first;
	*at = 0;
	if (x->nnodes >= MAX_NODES)
		return "the expression is too large";
	x->firsts = arena_grow(x->a, x->firsts, x->n, &x->cap_firsts,
	    sizeof(*x->firsts));
	x->firsts[x->n++] = fork;
	return NULL;
}

/* Bytes that no node tells apart are one class. */
static void
map_bytes(struct regexes *x)
{
	unsigned b, c;
	size_t i;

	for (b = 0; b < PROG_BYTE_MAP; b++) {
		for (c = 0; c < x->nclasses; c++) {
			for (i = 0; i < x->nnodes && (x->nodes[i].kind !=
			    NODE_BYTE || regex_has(&x->nodes[i].set, b) ==
			    regex_has(&x->nodes[i].set, x->sample[c])); i++)
				continue;
			if (i == x->nnodes)
				break;
		}
		x->map[b] = (uint8_t)c;
		if (c == x->nclasses)
			x->sample[x->nclasses++] = (uint8_t)b;
	}
}

/* Add a node and all that is reached from it without a byte. */
static void
enter(struct regexes *x, uint32_t node, bool is_begin, bool is_end)
{
	size_t i = x->nlist;
	const struct node *n;

	if (x->is_in[node])
		return;
	x->is_in[node] = true;
	x->list[x->nlist++] = node;
	for (; i < x->nlist; i++) {
		n = &x->nodes[x->list[i]];
		if (n->kind != NODE_FORK && !(n->kind == NODE_BEGIN &&
		    is_begin) && !(n->kind == NODE_END && is_end))
			continue;
		if (!x->is_in[n->to]) {
			x->is_in[n->to] = true;
			x->list[x->nlist++] = n->to;
		}
		if (n->kind == NODE_FORK && !x->is_in[n->other]) {
			x->is_in[n->other] = true;
			x->list[x->nlist++] = n->other;
		}
	}
}

static void
forget(struct regexes *x)
{
	while (x->nlist > 0)
		x->is_in[x->list[--x->nlist]] = false;
}

/* The state of the nodes in the list, which is emptied. */
static uint32_t
take_state(struct regexes *x)
{
	bool is_found = x->is_in[NODE_OF_FOUND];
	uint32_t *v = arena_array(x->a, x->nlist, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < x->nlist; i++)
		if (x->nodes[x->list[i]].kind == NODE_BYTE ||
		    x->nodes[x->list[i]].kind == NODE_END)
			v[n++] = x->list[i];
	forget(x);
	if (is_found)
		return FOUND;
	return setpool_add(&x->states, v, setpool_normalise(v, n));
}

static bool
is_end(struct regexes *x, const struct set *s)
{
	bool found;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (x->nodes[s->v[i]].kind == NODE_END)
			enter(x, s->v[i], false, true);
	found = x->is_in[NODE_OF_FOUND];
	forget(x);
	return found;
}

static void
add_row(struct regexes *x)
{
	uint32_t state = (uint32_t)x->nrows++, c;
	const struct node *n;
	size_t i;

	while (x->cap_next < x->nrows * x->nclasses)
		x->next = arena_grow(x->a, x->next, x->cap_next, &x->cap_next,
		    sizeof(*x->next));
	x->ends = arena_grow(x->a, x->ends, state, &x->cap_ends, 1);
	x->ends[state] = state != FOUND && is_end(x, &x->states.sets[state]);
	for (c = 0; c < x->nclasses; c++) {
		for (i = 0; state != FOUND && i < x->states.sets[state].n;
		    i++) {
			n = &x->nodes[x->states.sets[state].v[i]];
			if (n->kind == NODE_BYTE && regex_has(&n->set,
			    x->sample[c]))
				enter(x, n->to, false, false);
		}
		x->next[state * x->nclasses + c] = state == FOUND ? FOUND :
		    take_state(x);
	}
}

long
regexes_build(struct regexes *x, size_t max_states)
{
	const uint32_t found[] = { NODE_OF_FOUND };
	size_t i;

	map_bytes(x);
	x->is_in = arena_array(x->a, x->nnodes, sizeof(bool));
	x->list = arena_array(x->a, x->nnodes, sizeof(*x->list));
	x->starts = arena_array(x->a, x->n, sizeof(*x->starts));
	setpool_add(&x->states, NULL, 0);	/* DEAD */
	setpool_add(&x->states, found, 1);	/* FOUND */
	for (i = 0; i < x->n; i++) {
		enter(x, x->firsts[i], true, false);
		x->starts[i] = take_state(x);
		while (x->nrows < x->states.n) {
			if (x->states.n > max_states)
				return (long)i;
			add_row(x);
		}
	}
	return -1;
}

uint32_t
regexes_start(const struct regexes *x, size_t i)
{
	return x->starts[i];
}

size_t
regexes_nstates(const struct regexes *x)
{
	return x->n == 0 ? 0 : x->nrows;
}

size_t
regexes_nclasses(const struct regexes *x)
{
	return x->n == 0 ? 0 : x->nclasses;
}

void
regexes_put(const struct regexes *x, struct blob_buf *out)
{
	size_t i;

	if (x->n == 0)
		return;
	blob_put(out, x->ends, x->nrows);
	blob_put(out, x->map, sizeof(x->map));
	for (i = 0; i < x->nrows * x->nclasses; i++)
		blob_put16(out, x->next[i]);
}
