/*
 * Program graphs: building with sharing, laying out with short jumps.
 *
 * Classic BPF jumps forward only, by at most 255 instructions when
 * conditional.  Instructions are placed from the last to the first, so a
 * jump's targets have their places when it is placed; a target out of reach
 * gets a copy (returns) or a long jump (all else) close by.
 */
#include "compiler/bpf_prog.h"

#include <string.h>

#include "compiler/arena.h"

#define FIRST_SLOTS	1024u
#define REACH		255u
/* A program this long is refused anyway; it bounds the emission. */
#define MAX_EMIT	(16u * BLOB_MAX_BPF)

static size_t
hash(const struct prog_node *n)
{
	uint64_t h = n->code;

	h = (h ^ n->k) * 0x9e3779b97f4a7c15u;
	h ^= h >> 31;
	h = (h ^ n->t) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h = (h ^ n->f) * 0xc4ceb9fe1a85ec53u;
	return (size_t)(h >> 32);
}

static void
rehash(struct prog *g, size_t nslots)
{
	g->slots = arena_array(g->arena, nslots, sizeof(*g->slots));
	g->nslots = nslots;
	for (size_t i = 0; i < g->count; i++) {
		size_t s = hash(&g->nodes[i]) & (nslots - 1);

		while (g->slots[s] != 0)
			s = (s + 1) & (nslots - 1);
		g->slots[s] = (uint32_t)i + 1;
	}
}

void
prog_init(struct prog *g, struct arena *a)
{
	*g = (struct prog){ .arena = a };
	rehash(g, FIRST_SLOTS);
}

static uint32_t
intern(struct prog *g, uint16_t code, uint32_t k, uint32_t t, uint32_t f)
{
	const struct prog_node want = { code, k, t, f, PROG_NONE, 0 };
	size_t s = hash(&want) & (g->nslots - 1);

	for (; g->slots[s] != 0; s = (s + 1) & (g->nslots - 1)) {
		const struct prog_node *n = &g->nodes[g->slots[s] - 1];

		if (n->code == code && n->k == k && n->t == t && n->f == f)
			return g->slots[s] - 1;
	}
	g->nodes = arena_grow(g->arena, g->nodes, g->count, &g->cap,
	    sizeof(*g->nodes));
	g->nodes[g->count] = want;
	g->slots[s] = (uint32_t)++g->count;
	if (g->count * 2 >= g->nslots)
		rehash(g, g->nslots * 2);
	return (uint32_t)g->count - 1;
}

uint32_t
prog_ret(struct prog *g, uint32_t action)
{
	return intern(g, PROG_RET, action, PROG_NONE, PROG_NONE);
}

uint32_t
prog_jump(struct prog *g, uint16_t code, uint32_t k, uint32_t t, uint32_t f)
{
	return t == f ? t : intern(g, code, k, t, f);
}

static bool
ignores_a(const struct prog *g, uint32_t n)
{
	return g->nodes[n].code == PROG_RET || g->nodes[n].code == PROG_LOAD;
}

uint32_t
prog_load(struct prog *g, uint32_t off, uint32_t next)
{
	if (ignores_a(g, next))
		return next;
	return intern(g, PROG_LOAD, off, next, PROG_NONE);
}

uint32_t
prog_and(struct prog *g, uint32_t k, uint32_t next)
{
	if (ignores_a(g, next))
		return next;
	return intern(g, PROG_AND, k, next, PROG_NONE);
}

uint8_t
prog_height(struct prog *g, uint32_t n)
{
	uint8_t t, f;

	if (n == PROG_NONE)
		return 0;
	if (g->nodes[n].height == 0) {
		t = prog_height(g, g->nodes[n].t);
		f = prog_height(g, g->nodes[n].f);
		if (f > t)
			t = f;
		g->nodes[n].height = t < UINT8_MAX ? (uint8_t)(t + 1) : t;
	}
	return g->nodes[n].height;
}

size_t
prog_count(const struct prog *g, uint32_t n, bool *seen)
{
	size_t sum = 1;

	if (n == PROG_NONE || seen[n])
		return 0;
	seen[n] = true;
	sum += prog_count(g, g->nodes[n].t, seen);
	return sum + prog_count(g, g->nodes[n].f, seen);
}

struct emit {
	struct prog *g;
	struct blob_bpf_insn *insns;	/* the last instruction first */
	size_t count, cap;
	uint32_t *size;			/* of what is below each node */
};

/* Returns the place: how many instructions stand behind it. */
static uint32_t
place(struct emit *e, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	e->insns = arena_grow(e->g->arena, e->insns, e->count, &e->cap,
	    sizeof(*e->insns));
	e->insns[e->count] = (struct blob_bpf_insn){ code, jt, jf, k };
	return (uint32_t)e->count++;
}

/* Instructions to skip from the next one placed to target. */
static uint32_t
distance(const struct emit *e, uint32_t target)
{
	return (uint32_t)e->count - e->g->nodes[target].alias - 1;
}

/* A place for n within reach of what is placed next. */
static void
bring_near(struct emit *e, uint32_t n)
{
	struct prog_node *x = &e->g->nodes[n];

	if (x->alias != PROG_NONE && distance(e, n) <= REACH)
		return;
	if (x->code == PROG_RET)
		x->alias = place(e, PROG_RET, 0, 0, x->k);
	else
		x->alias = place(e, PROG_JA, 0, 0, distance(e, n));
}

static void
place_jump(struct emit *e, struct prog_node *x)
{
	/* Bringing the one near may push the other out of reach. */
	do {
		bring_near(e, x->t);
		bring_near(e, x->f);
	} while (distance(e, x->t) > REACH);
	x->alias = place(e, x->code, (uint8_t)distance(e, x->t),
	    (uint8_t)distance(e, x->f), x->k);
}

/* n must come right behind what is placed next. */
static void
bring_behind(struct emit *e, uint32_t n)
{
	struct prog_node *x = &e->g->nodes[n];

	if (x->alias == e->count - 1)
		return;
	if (x->t != PROG_NONE && x->f != PROG_NONE &&
	    distance(e, x->t) <= REACH && distance(e, x->f) <= REACH)
		place_jump(e, x);
	else
		x->alias = place(e, PROG_JA, 0, 0, distance(e, n));
}

/* Upper bound on the instructions below n: sharing counted twice. */
static uint32_t
size_of(struct emit *e, uint32_t n)
{
	uint32_t sum = 1;

	if (n == PROG_NONE)
		return 0;
	if (e->size[n] != 0)
		return e->size[n];
	sum += size_of(e, e->g->nodes[n].t) + size_of(e, e->g->nodes[n].f);
	if (sum > MAX_EMIT)
		sum = MAX_EMIT;
	e->size[n] = sum;
	return sum;
}

/* Place n and all below it.  Returns are placed where they are needed. */
static void
emit(struct emit *e, uint32_t n)
{
	struct prog_node *x = &e->g->nodes[n];

	if (x->alias != PROG_NONE || x->code == PROG_RET ||
	    e->count > MAX_EMIT)
		return;
	if (x->f == PROG_NONE) {
		emit(e, x->t);
		if (e->g->nodes[x->t].alias == PROG_NONE)
			bring_near(e, x->t);
		bring_behind(e, x->t);
		x->alias = place(e, x->code, 0, 0, x->k);
		return;
	}
	/* The larger first: then it is the smaller that is jumped over. */
	bool is_t_first = size_of(e, x->t) >= size_of(e, x->f);
	emit(e, is_t_first ? x->t : x->f);
	emit(e, is_t_first ? x->f : x->t);
	place_jump(e, x);
}

int
prog_emit(struct prog *g, uint32_t root, struct bpf_program *out)
{
	struct emit e = { .g = g };

	e.size = arena_array(g->arena, g->count, sizeof(*e.size));
	for (size_t i = 0; i < g->count; i++)
		g->nodes[i].alias = PROG_NONE;
	if (g->nodes[root].code == PROG_RET)
		place(&e, PROG_RET, 0, 0, g->nodes[root].k);
	emit(&e, root);
	*out = (struct bpf_program){ .ninsns = e.count };
	if (e.count > BLOB_MAX_BPF)
		return BPF_ERR_TOO_LONG;
	for (size_t i = 0; i < e.count / 2; i++) {
		struct blob_bpf_insn x = e.insns[i];

		e.insns[i] = e.insns[e.count - 1 - i];
		e.insns[e.count - 1 - i] = x;
	}
	out->insns = e.insns;
	return BPF_OK;
}
