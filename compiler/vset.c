/*
 * Sets of values.  A condition cuts a piece into at most one piece for each
 * bit of its mask; pieces without values are dropped, so that a set without
 * pieces is exactly the empty set.
 */
#include "compiler/vset.h"

/*
 * The least x >= p->lo with p's bits, which may be above p->hi.  False: there
 * is none.
 */
static bool
least(const struct vpiece *p, uint32_t *x)
{
	uint32_t free_bits = ~p->mask, fits = p->bits | (p->lo & free_bits);
	uint32_t differs = fits ^ p->lo, top, above, raise;

	if (differs == 0) {
		*x = p->lo;
		return true;
	}
	/* The highest fixed bit in which lo does not fit. */
	top = 0x80000000u >> __builtin_clz(differs);
	above = ~(top | (top - 1));
	if (fits & top) {
		/* Setting it made the value larger: the rest is least. */
		*x = (p->lo & above) | (p->bits & ~above);
		return true;
	}
	/* A free clear bit above it must be set, the lowest there is. */
	raise = free_bits & above & ~p->lo;
	if (raise == 0)
		return false;
	raise &= ~raise + 1;
	above = ~(raise | (raise - 1));
	*x = (p->lo & above) | raise | (p->bits & (raise - 1));
	return true;
}

static void
push(struct vstack *st, struct vpiece p)
{
	uint32_t x;

	if (p.lo > p.hi || !least(&p, &x) || x > p.hi)
		return;
	if (st->n >= st->cap) {
		st->is_full = true;
		return;
	}
	p.lo = x;
	st->pieces[st->n++] = p;
}

/* p where (x & mask) == bits also holds. */
static void
push_fixed(struct vstack *st, struct vpiece p, uint32_t mask, uint32_t bits)
{
	if ((p.bits ^ bits) & p.mask & mask)
		return;
	p.mask |= mask;
	p.bits |= bits;
	push(st, p);
}

static void
push_interval(struct vstack *st, struct vpiece p, uint32_t lo, uint32_t hi)
{
	p.lo = p.lo > lo ? p.lo : lo;
	p.hi = p.hi < hi ? p.hi : hi;
	push(st, p);
}

static uint32_t
lowest_bit(uint32_t x)
{
	return x & (~x + 1);
}

/* Some bit of mask differs from bits: each may be the lowest that does. */
static void
push_not_fixed(struct vstack *st, struct vpiece p, uint32_t mask,
    uint32_t bits)
{
	for (uint32_t left = mask; left != 0; left &= left - 1) {
		uint32_t bit = lowest_bit(left);
		uint32_t same = mask & (bit - 1);

		push_fixed(st, p, same | bit, (bits & same) | (~bits & bit));
	}
}

static void
where_equal(struct vstack *st, struct vpiece p, const struct vcond *c)
{
	uint32_t v = c->value;

	if (v & ~c->mask) {
		if (c->is_negated)
			push(st, p);
	} else if (c->mask != UINT32_MAX) {
		if (c->is_negated)
			push_not_fixed(st, p, c->mask, v);
		else
			push_fixed(st, p, c->mask, v);
	} else if (!c->is_negated) {
		push_interval(st, p, v, v);
	} else {
		if (v > 0)
			push_interval(st, p, 0, v - 1);
		if (v < UINT32_MAX)
			push_interval(st, p, v + 1, UINT32_MAX);
	}
}

/*
 * From the top bit on, x & mask is as value until a bit where it is larger
 * (smaller, if negated), which only a bit of mask can be.
 */
static void
where_ordered(struct vstack *st, struct vpiece p, const struct vcond *c)
{
	uint32_t mask = 0, bits = 0;

	for (uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
		bool is_one = c->value & bit, is_ours = c->mask & bit;

		if (is_one && !is_ours) {
			/* Smaller from here on, whatever follows. */
			if (c->is_negated)
				push_fixed(st, p, mask, bits);
			return;
		}
		if (is_ours && is_one == c->is_negated)
			push_fixed(st, p, mask | bit,
			    is_one ? bits : bits | bit);
		if (is_ours) {
			mask |= bit;
			bits |= is_one ? bit : 0;
		}
	}
	if (!c->is_negated)
		push_fixed(st, p, mask, bits);
}

static void
where(struct vstack *st, struct vpiece p, const struct vcond *c)
{
	switch (c->test) {
	case VSET_EQ:
		where_equal(st, p, c);
		break;
	case VSET_GE:
		if (c->mask != UINT32_MAX)
			where_ordered(st, p, c);
		else if (!c->is_negated)
			push_interval(st, p, c->value, UINT32_MAX);
		else if (c->value > 0)
			push_interval(st, p, 0, c->value - 1);
		break;
	case VSET_ANY_BIT:
		if (c->is_negated)
			push_fixed(st, p, c->mask, 0);
		else
			push_not_fixed(st, p, c->mask, 0);
		break;
	}
}

struct vset
vset_where(struct vstack *st, struct vset s, struct vcond c)
{
	size_t from = st->n;

	for (size_t i = 0; i < s.n; i++)
		where(st, s.pieces[i], &c);
	return (struct vset){ st->pieces + from, st->n - from };
}

struct vset
vset_all(struct vstack *st)
{
	size_t from = st->n;

	push(st, (struct vpiece){ 0, UINT32_MAX, 0, 0 });
	return (struct vset){ st->pieces + from, st->n - from };
}

uint32_t
vset_least(struct vset s)
{
	uint32_t min = UINT32_MAX;

	for (size_t i = 0; i < s.n; i++)
		min = s.pieces[i].lo < min ? s.pieces[i].lo : min;
	return min;
}
