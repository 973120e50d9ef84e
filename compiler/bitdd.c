/* Hash-consed nodes, one hash table for them and one for what was computed. */
#include "compiler/bitdd.h"

#include "blob/format.h"

#define NVARS		(6 * 64)	/* a leaf has this variable */
#define MAX_NODES	(1u << 20)
#define FALSE		0u		/* the first two nodes */
#define TRUE		1u

struct node {
	uint32_t var;
	uint32_t lo, hi;	/* a leaf: its answer, and 0 */
};

struct memo {
	uint32_t when, x, y, result;	/* when FALSE: empty */
};

struct bitdd {
	struct arena *a;
	struct node *nodes;
	size_t n, cap;
	uint32_t *table;	/* node + 1, or 0 */
	size_t nslots;		/* a power of two */
	struct memo *memo;	/* may forget */
	size_t nmemo;
};

static uint32_t
mix(uint32_t x, uint32_t y, uint32_t z)
{
	uint64_t h = x * UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ y) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 29 ^ z) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

static void
insert(struct bitdd *b, uint32_t id)
{
	const struct node *n = &b->nodes[id];
	size_t i = mix(n->var, n->lo, n->hi) & (b->nslots - 1);

	while (b->table[i] != 0)
		i = (i + 1) & (b->nslots - 1);
	b->table[i] = id + 1;
}

static void
grow_table(struct bitdd *b)
{
	size_t i;

	b->nslots *= 2;
	b->table = arena_array(b->a, b->nslots, sizeof(*b->table));
	for (i = 0; i < b->n; i++)
		insert(b, (uint32_t)i);
}

static uint32_t
make(struct bitdd *b, uint32_t var, uint32_t lo, uint32_t hi)
{
	size_t i = mix(var, lo, hi) & (b->nslots - 1);
	const struct node *n;

	if (lo == BITDD_NONE || hi == BITDD_NONE)
		return BITDD_NONE;
	if (var < NVARS && lo == hi)
		return lo;
	for (; b->table[i] != 0; i = (i + 1) & (b->nslots - 1)) {
		n = &b->nodes[b->table[i] - 1];
		if (n->var == var && n->lo == lo && n->hi == hi)
			return b->table[i] - 1;
	}
	if (b->n == MAX_NODES)
		return BITDD_NONE;
	b->nodes = arena_grow(b->a, b->nodes, b->n, &b->cap,
	    sizeof(*b->nodes));
	b->nodes[b->n++] = (struct node){ var, lo, hi };
	if (2 * b->n > b->nslots)
		grow_table(b);
	else
		insert(b, (uint32_t)(b->n - 1));
	return (uint32_t)(b->n - 1);
}

struct bitdd *
bitdd_new(struct arena *a)
{
	struct bitdd *b = arena_alloc(a, sizeof(*b));

	b->a = a;
	b->nslots = 1024;
	b->table = arena_array(a, b->nslots, sizeof(*b->table));
	b->nmemo = 1u << 16;
	b->memo = arena_array(a, b->nmemo, sizeof(*b->memo));
	bitdd_leaf(b, 0);
	bitdd_leaf(b, 1);
	return b;
}

uint32_t
bitdd_leaf(struct bitdd *b, uint32_t answer)
{
	return make(b, NVARS, answer, 0);
}

/* --- atoms ----------------------------------------------------------------- */

/* The answer as far as the bits below and this one decide it: equality. */
static uint32_t
equal_bit(struct bitdd *b, uint32_t var, bool is_in_mask, bool bit,
    uint32_t below)
{
	if (!is_in_mask)
		return bit ? FALSE : below;
	return bit ? make(b, var, FALSE, below) : make(b, var, below, FALSE);
}

/* The same for "less"; a set sign makes the argument smaller. */
static uint32_t
less_bit(struct bitdd *b, uint32_t var, bool is_in_mask, bool bit,
    bool is_sign, uint32_t below)
{
	uint32_t lo, hi;

	/* Bit of the argument against bit of the value. */
	lo = bit ? (is_sign ? FALSE : TRUE) : below;
	hi = bit ? below : (is_sign ? TRUE : FALSE);
	return is_in_mask ? make(b, var, lo, hi) : lo;
}

uint32_t
bitdd_atom(struct bitdd *b, const struct sysc_atom *x)
{
	unsigned width = x->flags & SYSC_F_32 ? 32 : 64, bit;
	bool is_equal = x->op == BLOB_SYS_EQ || x->op == BLOB_SYS_NE;
	/* a <= v is not v < a, and so on: all are equality or "less". */
	bool is_negated = x->op == BLOB_SYS_NE || x->op == BLOB_SYS_GE ||
	    x->op == BLOB_SYS_GT;
	bool is_at_most = x->op == BLOB_SYS_LE || x->op == BLOB_SYS_GT;
	uint32_t r = is_equal || is_at_most ? TRUE : FALSE;

	for (bit = 0; bit < width; bit++) {
		uint32_t var = x->arg * 64u + (63 - bit);
		bool is_in_mask = x->mask >> bit & 1;
		bool v = x->value >> bit & 1;
		bool is_sign = x->flags & SYSC_F_SIGNED && bit == width - 1;

		r = is_equal ? equal_bit(b, var, is_in_mask, v, r) :
		    less_bit(b, var, is_in_mask, v, is_sign, r);
	}
	return is_negated ? bitdd_if(b, r, FALSE, TRUE) : r;
}

/* --- combining --------------------------------------------------------------- */

static uint32_t
least(uint32_t x, uint32_t y)
{
	return x < y ? x : y;
}

/* Where a diagram goes on when a variable is 0 or 1. */
static uint32_t
branch(const struct bitdd *b, uint32_t id, uint32_t var, bool is_hi)
{
	const struct node *n = &b->nodes[id];

	if (n->var != var)
		return id;
	return is_hi ? n->hi : n->lo;
}

static uint32_t
combine(struct bitdd *b, uint32_t when, uint32_t x, uint32_t y)
{
	uint32_t var = least(b->nodes[when].var,
	    least(b->nodes[x].var, b->nodes[y].var));
	uint32_t lo = bitdd_if(b, branch(b, when, var, false),
	    branch(b, x, var, false), branch(b, y, var, false));
	uint32_t hi = bitdd_if(b, branch(b, when, var, true),
	    branch(b, x, var, true), branch(b, y, var, true));

	return make(b, var, lo, hi);
}

/* Recursion is as deep as there are variables. */
uint32_t
bitdd_if(struct bitdd *b, uint32_t when, uint32_t x, uint32_t y)
{
	struct memo *m;
	uint32_t r;

	if (when == BITDD_NONE || x == BITDD_NONE || y == BITDD_NONE)
		return BITDD_NONE;
	if (when == TRUE || x == y)
		return x;
	if (when == FALSE)
		return y;
	m = &b->memo[mix(when, x, y) & (b->nmemo - 1)];
	if (m->when == when && m->x == x && m->y == y)
		return m->result;
	r = combine(b, when, x, y);
	*m = (struct memo){ when, x, y, r };
	return r;
}

/* --- paths ------------------------------------------------------------------- */

static bool
walk(const struct bitdd *b, uint32_t id, struct bitdd_cube *c,
    bool (*fn)(void *ctx, const struct bitdd_cube *cube, uint32_t answer),
    void *ctx)
{
	const struct node *n = &b->nodes[id];
	uint64_t bit = UINT64_C(1) << (63 - n->var % 64);
	unsigned arg = n->var / 64;
	bool goes_on;

	if (n->var == NVARS)
		return fn(ctx, c, n->lo);
	c->mask[arg] |= bit;
	goes_on = walk(b, n->lo, c, fn, ctx);
	c->value[arg] |= bit;
	goes_on = goes_on && walk(b, n->hi, c, fn, ctx);
	c->mask[arg] &= ~bit;
	c->value[arg] &= ~bit;
	return goes_on;
}

bool
bitdd_walk(const struct bitdd *b, uint32_t root,
    bool (*fn)(void *ctx, const struct bitdd_cube *cube, uint32_t answer),
    void *ctx)
{
	struct bitdd_cube cube = { { 0 }, { 0 } };

	return walk(b, root, &cube, fn, ctx);
}
