/*
 * Decision diagrams: unique table, if-then-else, comparisons.  Leaves the
 * choice of tests to bpf_word.c.
 */
#include "compiler/bpf_dd.h"

#include <string.h>

#include "blob/format.h"
#include "compiler/arena.h"
#include "compiler/sysc.h"

#define MAX_NODES	(1u << 20)
#define MAX_STEPS	(1u << 25)
#define FIRST_SLOTS	1024u
#define FIRST_MEMO	1024u
#define MAX_MEMO	(1u << 16)

enum { OP_ITE = 1, OP_DROP = 2, OP_MERGE = 3, OP_ONLY = 4 };

static uint32_t
mix(uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t h = a * 0x9e3779b97f4a7c15u;

	h = (h ^ b) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h = (h ^ c) * 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(h >> 32);
}

static void
rehash(struct dd *d, size_t nslots)
{
	d->slots = arena_array(d->arena, nslots, sizeof(*d->slots));
	d->nslots = nslots;
	for (size_t i = 0; i < d->count; i++) {
		const struct dd_node *n = &d->nodes[i];
		size_t s = mix(n->var, n->lo, n->hi) & (nslots - 1);

		while (d->slots[s] != 0)
			s = (s + 1) & (nslots - 1);
		d->slots[s] = (uint32_t)i + 1;
	}
}

/* The memo grows with the diagram: it may forget, but not everything. */
static void
grow_tables(struct dd *d)
{
	if (d->count * 2 >= d->nslots)
		rehash(d, d->nslots * 2);
	if (d->count > d->nmemo && d->nmemo < MAX_MEMO) {
		d->nmemo *= 2;
		d->memo = arena_array(d->arena, d->nmemo, sizeof(*d->memo));
	}
}

static uint32_t
append(struct dd *d, uint32_t var, uint32_t lo, uint32_t hi)
{
	size_t s = mix(var, lo, hi) & (d->nslots - 1);

	for (; d->slots[s] != 0; s = (s + 1) & (d->nslots - 1)) {
		const struct dd_node *n = &d->nodes[d->slots[s] - 1];

		if (n->var == var && n->lo == lo && n->hi == hi)
			return d->slots[s] - 1;
	}
	if (d->count >= MAX_NODES) {
		d->is_full = true;
		return DD_FALSE;
	}
	d->nodes = arena_grow(d->arena, d->nodes, d->count, &d->cap,
	    sizeof(*d->nodes));
	d->nodes[d->count] = (struct dd_node){ var, lo, hi };
	d->slots[s] = (uint32_t)++d->count;
	grow_tables(d);
	return (uint32_t)d->count - 1;
}

void
dd_init(struct dd *d, struct arena *a)
{
	*d = (struct dd){ .arena = a, .nmemo = FIRST_MEMO };
	d->memo = arena_array(a, d->nmemo, sizeof(*d->memo));
	rehash(d, FIRST_SLOTS);
	/* In the order of their numbers; `hi' keeps them from the actions. */
	append(d, DD_LEAF, DD_ANY, 1);
	append(d, DD_LEAF, DD_FALSE, 1);
	append(d, DD_LEAF, DD_TRUE, 1);
}

uint32_t
dd_leaf(struct dd *d, uint32_t action)
{
	return append(d, DD_LEAF, action, 0);
}

static uint32_t
node(struct dd *d, uint32_t var, uint32_t lo, uint32_t hi)
{
	return lo == hi ? lo : append(d, var, lo, hi);
}

static struct dd_memo *
memo_at(struct dd *d, uint32_t op, uint32_t a, uint32_t b, uint32_t c)
{
	return &d->memo[mix(a * 8 + op, b, c) & (d->nmemo - 1)];
}

static bool
memo_has(const struct dd_memo *m, uint32_t op, uint32_t a, uint32_t b,
    uint32_t c)
{
	return m->op == op && m->a == a && m->b == b && m->c == c;
}

static void
memo_put(struct dd *d, uint32_t op, uint32_t a, uint32_t b, uint32_t c,
    uint32_t result)
{
	*memo_at(d, op, a, b, c) = (struct dd_memo){ op, a, b, c, result };
}

static bool
is_spent(struct dd *d)
{
	if (++d->steps > MAX_STEPS)
		d->is_full = true;
	return d->is_full;
}

static uint32_t
min3(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* n where variable var is bit. */
static uint32_t
cofactor(const struct dd *d, uint32_t n, uint32_t var, int bit)
{
	const struct dd_node *x = &d->nodes[n];

	if (x->var != var)
		return n;
	return bit ? x->hi : x->lo;
}

uint32_t
dd_ite(struct dd *d, uint32_t p, uint32_t t, uint32_t f)
{
	const struct dd_memo *m;
	uint32_t var, lo, hi, r;

	if (p == DD_TRUE || t == f)
		return t;
	if (p == DD_FALSE)
		return f;
	m = memo_at(d, OP_ITE, p, t, f);
	if (memo_has(m, OP_ITE, p, t, f))
		return m->result;
	if (is_spent(d))
		return DD_FALSE;
	var = min3(d->nodes[p].var, d->nodes[t].var, d->nodes[f].var);
	lo = dd_ite(d, cofactor(d, p, var, 0), cofactor(d, t, var, 0),
	    cofactor(d, f, var, 0));
	hi = dd_ite(d, cofactor(d, p, var, 1), cofactor(d, t, var, 1),
	    cofactor(d, f, var, 1));
	r = node(d, var, lo, hi);
	memo_put(d, OP_ITE, p, t, f, r);
	return r;
}

/* The function that is a and b where either matters; DD_FALSE: they differ. */
static uint32_t
merge(struct dd *d, uint32_t a, uint32_t b)
{
	const struct dd_memo *m;
	uint32_t var, lo, hi, r;

	if (a == b || b == DD_ANY)
		return a;
	if (a == DD_ANY)
		return b;
	if (dd_is_leaf(d, a) && dd_is_leaf(d, b))
		return DD_FALSE;
	m = memo_at(d, OP_MERGE, a, b, 0);
	if (memo_has(m, OP_MERGE, a, b, 0))
		return m->result;
	if (is_spent(d))
		return DD_FALSE;
	var = min3(d->nodes[a].var, d->nodes[b].var, DD_LEAF);
	lo = merge(d, cofactor(d, a, var, 0), cofactor(d, b, var, 0));
	hi = lo == DD_FALSE ? lo :
	    merge(d, cofactor(d, a, var, 1), cofactor(d, b, var, 1));
	r = hi == DD_FALSE ? hi : node(d, var, lo, hi);
	memo_put(d, OP_MERGE, a, b, 0, r);
	return r;
}

static uint32_t
drop(struct dd *d, uint32_t f, uint32_t word, uint32_t mask)
{
	const struct dd_memo *m = memo_at(d, OP_DROP, f, word, mask);
	const struct dd_node x = d->nodes[f];
	uint32_t lo, hi, r;

	if (x.var == DD_LEAF || x.var / 32 != word)
		return f;
	if (memo_has(m, OP_DROP, f, word, mask))
		return m->result;
	lo = drop(d, x.lo, word, mask);
	hi = drop(d, x.hi, word, mask);
	if (lo == DD_FALSE || hi == DD_FALSE || is_spent(d))
		r = DD_FALSE;
	else if (mask & 0x80000000u >> x.var % 32)
		r = node(d, x.var, lo, hi);
	else
		r = merge(d, lo, hi);
	memo_put(d, OP_DROP, f, word, mask, r);
	return r;
}

/*
 * Merging treats later words as functions that may be merged as well, which
 * is right: the whole of f is defined by what it is where it matters.
 * Afterwards the dropped bits are known to be zero, so one is unreachable.
 */
uint32_t
dd_drop_bits(struct dd *d, uint32_t f, uint32_t word, uint32_t mask)
{
	uint32_t r = drop(d, f, word, mask);

	if (r == DD_FALSE)
		return r;
	return dd_ite(d, dd_equals(d, word, ~mask, 0), r, DD_ANY);
}

uint32_t
dd_only_case(struct dd *d, uint32_t f, uint32_t word)
{
	const struct dd_memo *m = memo_at(d, OP_ONLY, f, word, 0);
	const struct dd_node x = d->nodes[f];
	uint32_t lo, hi, r = DD_FALSE;

	if (x.var == DD_LEAF || x.var / 32 != word)
		return f;
	if (memo_has(m, OP_ONLY, f, word, 0))
		return m->result;
	lo = dd_only_case(d, x.lo, word);
	hi = lo == DD_FALSE ? lo : dd_only_case(d, x.hi, word);
	if (lo == hi || hi == DD_ANY)
		r = lo;
	else if (lo == DD_ANY)
		r = hi;
	memo_put(d, OP_ONLY, f, word, 0, r);
	return r;
}

/* (word & mask) == value, and then `then'. */
static uint32_t
equals_then(struct dd *d, uint32_t word, uint32_t mask, uint32_t value,
    uint32_t then)
{
	uint32_t r = then;

	if (value & ~mask)
		return DD_FALSE;
	for (uint32_t bit = 0; bit < 32; bit++) {
		uint32_t var = word * 32 + 31 - bit;

		if (!(mask >> bit & 1))
			continue;
		if (value >> bit & 1)
			r = node(d, var, DD_FALSE, r);
		else
			r = node(d, var, r, DD_FALSE);
	}
	return r;
}

uint32_t
dd_equals(struct dd *d, uint32_t word, uint32_t mask, uint32_t value)
{
	return equals_then(d, word, mask, value, DD_TRUE);
}

/*
 * (word & mask) < value; where they are equal, `equal' decides.  With
 * is_signed the top bit counts the other way round.
 */
static uint32_t
less_else(struct dd *d, uint32_t word, uint32_t mask, uint32_t value,
    bool is_signed, uint32_t equal)
{
	uint32_t r = equal;

	for (uint32_t bit = 0; bit < 32; bit++) {
		uint32_t var = word * 32 + 31 - bit;
		bool one = value >> bit & 1, is_top = is_signed && bit == 31;

		/* A clear bit where value's is set makes it less. */
		uint32_t differs = one != is_top ? DD_TRUE : DD_FALSE;

		if (!(mask >> bit & 1))
			r = one ? differs : r;
		else if (one)
			r = node(d, var, differs, r);
		else
			r = node(d, var, r, differs);
	}
	return r;
}

uint32_t
dd_at_least(struct dd *d, uint32_t word, uint32_t mask, uint32_t value)
{
	uint32_t less = less_else(d, word, mask, value, false, DD_FALSE);

	return dd_ite(d, less, DD_FALSE, DD_TRUE);
}

static uint32_t
atom_equals(struct dd *d, const struct sysc_atom *x)
{
	uint32_t hi = x->arg * 2u, lo = hi + 1;
	uint32_t r = equals_then(d, lo, (uint32_t)x->mask,
	    (uint32_t)x->value, DD_TRUE);

	if (x->flags & SYSC_F_32)
		return r;
	return equals_then(d, hi, (uint32_t)(x->mask >> 32),
	    (uint32_t)(x->value >> 32), r);
}

static uint32_t
atom_less(struct dd *d, const struct sysc_atom *x, uint32_t equal)
{
	uint32_t hi = x->arg * 2u, lo = hi + 1;
	bool is_signed = x->flags & SYSC_F_SIGNED;
	bool is_narrow = x->flags & SYSC_F_32;
	uint32_t r = less_else(d, lo, (uint32_t)x->mask, (uint32_t)x->value,
	    is_signed && is_narrow, equal);

	if (is_narrow)
		return r;
	return less_else(d, hi, (uint32_t)(x->mask >> 32),
	    (uint32_t)(x->value >> 32), is_signed, r);
}

uint32_t
dd_atom(struct dd *d, const struct sysc_atom *x)
{
	uint32_t r = DD_FALSE;
	bool is_negated = false;

	switch (x->op) {
	case BLOB_SYS_NE:
		is_negated = true;
		/* fall through */
	case BLOB_SYS_EQ:
		r = atom_equals(d, x);
		break;
	case BLOB_SYS_GE:
		is_negated = true;
		/* fall through */
	case BLOB_SYS_LT:
		r = atom_less(d, x, DD_FALSE);
		break;
	case BLOB_SYS_GT:
		is_negated = true;
		/* fall through */
	case BLOB_SYS_LE:
		r = atom_less(d, x, DD_TRUE);
		break;
	}
	return is_negated ? dd_ite(d, r, DD_FALSE, DD_TRUE) : r;
}
