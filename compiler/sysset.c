/*
 * Emptiness and inclusion of sets of arguments.
 *
 * Each argument is looked at on its own: an interval, bits that are known,
 * and, where few values are left, every one of them.
 */
#include "compiler/sysset.h"

#include <string.h>

#include "blob/judge.h"

#define FEW_VALUES	1024
#define MAX_ATOMS	320	/* of one term while others are taken away */
#define MAX_STEPS	20000

static uint64_t
word_of(const struct sysc_atom *x)
{
	return x->flags & SYSC_F_32 ? UINT32_MAX : UINT64_MAX;
}

bool
sysset_atom_holds(const struct sysc_atom *x, const uint64_t args[6])
{
	const struct blob_sysc_atom atom = { .arg = x->arg, .op = x->op,
	    .flags = x->flags, .mask = x->mask, .value = x->value };

	return judge_atom_holds(&atom, args);
}

static bool
value_holds(const struct sysc_atom *atom, uint64_t value)
{
	uint64_t args[6] = { 0 };

	args[atom->arg] = value;
	return sysset_atom_holds(atom, args);
}

struct sysc_atom
sysset_negated(struct sysc_atom atom)
{
	static const uint8_t opposite[] = { [BLOB_SYS_EQ] = BLOB_SYS_NE,
		[BLOB_SYS_NE] = BLOB_SYS_EQ, [BLOB_SYS_LT] = BLOB_SYS_GE,
		[BLOB_SYS_LE] = BLOB_SYS_GT, [BLOB_SYS_GT] = BLOB_SYS_LE,
		[BLOB_SYS_GE] = BLOB_SYS_LT };

	atom.op = opposite[atom.op];
	return atom;
}

bool
sysset_atom_equal(const struct sysc_atom *x, const struct sysc_atom *y)
{
	return x->arg == y->arg && x->op == y->op && x->flags == y->flags &&
	    x->mask == y->mask && x->value == y->value;
}

/* What the atoms on one argument leave of it. */
struct rest {
	uint64_t full;		/* the bits that any of them looks at */
	uint64_t flip;		/* makes signed order that of lo and hi */
	uint64_t lo, hi;	/* flipped */
	uint64_t known, bits;	/* these bits of the argument are so */
	bool is_empty;
};

static void
narrow(struct rest *r, const struct sysc_atom *x)
{
	uint64_t v = (x->value & word_of(x)) ^ r->flip;

	if ((x->op == BLOB_SYS_LT && v == 0) ||
	    (x->op == BLOB_SYS_GT && v == UINT64_MAX)) {
		r->is_empty = true;
		return;
	}
	if (x->op == BLOB_SYS_EQ || x->op == BLOB_SYS_GE)
		r->lo = v > r->lo ? v : r->lo;
	if (x->op == BLOB_SYS_EQ || x->op == BLOB_SYS_LE)
		r->hi = v < r->hi ? v : r->hi;
	if (x->op == BLOB_SYS_GT && v + 1 > r->lo)
		r->lo = v + 1;
	if (x->op == BLOB_SYS_LT && v - 1 < r->hi)
		r->hi = v - 1;
}

static void
learn(struct rest *r, const struct sysc_atom *x)
{
	uint64_t mask = x->mask & word_of(x), v = x->value & word_of(x);

	if (v & ~mask || (r->bits ^ v) & r->known & mask)
		r->is_empty = true;
	r->known |= mask;
	r->bits |= v;
}

/* Is the atom's mask all of what is looked at, in the same order? */
static bool
is_whole(const struct rest *r, const struct sysc_atom *x)
{
	bool is_signed = x->flags & SYSC_F_SIGNED;

	return (x->mask & word_of(x)) == r->full &&
	    (x->op == BLOB_SYS_EQ || is_signed == (r->flip != 0));
}

static bool
any_holds(const struct sysc_atom *atoms, size_t n, uint8_t arg,
    const struct rest *r)
{
	uint64_t v = r->lo;
	size_t i;

	for (;; v++) {
		for (i = 0; i < n; i++)
			if (atoms[i].arg == arg &&
			    !value_holds(&atoms[i], v ^ r->flip))
				break;
		if (i == n)
			return true;
		if (v == r->hi)
			return false;
	}
}

static struct rest
rest_init(const struct sysc_atom *atoms, size_t n, uint8_t arg)
{
	struct rest r = { 0 };
	bool is_signed = false;
	size_t i;

	for (i = 0; i < n; i++)
		if (atoms[i].arg == arg) {
			r.full |= atoms[i].mask & word_of(&atoms[i]);
			is_signed = is_signed ||
			    atoms[i].flags & SYSC_F_SIGNED;
		}
	if (is_signed && (r.full == UINT32_MAX || r.full == UINT64_MAX))
		r.flip = (r.full >> 1) + 1;
	r.hi = r.full;
	return r;
}

static bool
arg_is_empty(const struct sysc_atom *atoms, size_t n, uint8_t arg)
{
	struct rest r = rest_init(atoms, n, arg);
	bool is_dense = (r.full & (r.full + 1)) == 0;
	uint64_t mask;
	size_t i;

	for (i = 0; i < n; i++) {
		if (atoms[i].arg != arg)
			continue;
		if (is_dense && is_whole(&r, &atoms[i]))
			narrow(&r, &atoms[i]);
		if (atoms[i].op == BLOB_SYS_EQ)
			learn(&r, &atoms[i]);
	}
	if (r.is_empty || r.lo > r.hi)
		return true;
	if (r.known == r.full)
		r.lo = r.hi = r.bits ^ r.flip;
	if (r.hi - r.lo < FEW_VALUES && (is_dense || r.lo == r.hi))
		return !any_holds(atoms, n, arg, &r);
	for (i = 0; i < n; i++) {
		mask = atoms[i].mask & word_of(&atoms[i]);
		if (atoms[i].arg == arg && (mask & ~r.known) == 0 &&
		    !value_holds(&atoms[i], r.bits))
			return true;
	}
	return false;
}

bool
sysset_is_empty(const struct sysc_atom *atoms, size_t n)
{
	unsigned seen = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (seen & 1u << atoms[i].arg)
			continue;
		seen |= 1u << atoms[i].arg;
		if (arg_is_empty(atoms, n, atoms[i].arg))
			return true;
	}
	return false;
}

struct cover {
	const struct sysset_term *others;
	size_t nothers;
	struct sysc_atom atoms[MAX_ATOMS];
	unsigned steps;
};

/* Have the first n atoms nothing in common with o, or too many to tell? */
static bool
is_apart(struct cover *c, size_t n, const struct sysset_term *o)
{
	if (o->natoms > MAX_ATOMS - n)
		return true;
	if (o->natoms > 0)
		memcpy(c->atoms + n, o->atoms, o->natoms * sizeof(*o->atoms));
	return sysset_is_empty(c->atoms, n + o->natoms);
}

/*
 * Is what the first n atoms leave covered by others from i on?  Others[i]
 * is taken away: what is left are its atoms' negations, one by one, each
 * together with the atoms before it, so that no two pieces overlap.
 */
static bool
covered(struct cover *c, size_t n, size_t i)
{
	const struct sysset_term *o;
	size_t k;

	if (sysset_is_empty(c->atoms, n))
		return true;
	while (i < c->nothers && is_apart(c, n, &c->others[i]))
		i++;
	if (i == c->nothers || ++c->steps > MAX_STEPS)
		return false;
	o = &c->others[i];
	for (k = 0; k < o->natoms; k++) {
		c->atoms[n + k] = sysset_negated(o->atoms[k]);
		if (!covered(c, n + k + 1, i + 1))
			return false;
		/* The calls above wrote behind this one only. */
		c->atoms[n + k] = o->atoms[k];
	}
	return true;
}

bool
sysset_is_apart(const struct sysset_term *t, const struct sysset_term *other)
{
	struct cover c;

	if (t->natoms > MAX_ATOMS)
		return false;
	if (t->natoms > 0)
		memcpy(c.atoms, t->atoms, t->natoms * sizeof(*t->atoms));
	return other->natoms <= MAX_ATOMS - t->natoms &&
	    is_apart(&c, t->natoms, other);
}

bool
sysset_is_covered(const struct sysset_term *t,
    const struct sysset_term *others, size_t nothers)
{
	struct cover c;

	if (t->natoms > MAX_ATOMS)
		return false;
	c.others = others;
	c.nothers = nothers;
	c.steps = 0;
	if (t->natoms > 0)
		memcpy(c.atoms, t->atoms, t->natoms * sizeof(*t->atoms));
	return covered(&c, t->natoms, 0);
}
