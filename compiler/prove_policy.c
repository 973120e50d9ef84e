/*
 * The policy, evaluated on a region: the region is cut along the conditions
 * of the items, in their order, and each part compared as soon as its action
 * is certain.
 */
#include <linux/audit.h>
#include <stddef.h>
#include <string.h>

#include "compiler/prove_impl.h"

#define MAX_DEPTH	8192u
#define SIGN		0x80000000u
#define X32_BIT		0x40000000u

/* How an argument stands to a condition's value. */
enum { LESS = 1, EQUAL = 2, GREATER = 4, ANY = 7 };

static const unsigned char op_holds[BLOB_NSYSOPS] = {
	[BLOB_SYS_EQ] = EQUAL,
	[BLOB_SYS_NE] = LESS | GREATER,
	[BLOB_SYS_LT] = LESS,
	[BLOB_SYS_LE] = LESS | EQUAL,
	[BLOB_SYS_GT] = GREATER,
	[BLOB_SYS_GE] = GREATER | EQUAL,
};

/*
 * A word against a value.  Signed words fall in two halves: the one with the
 * value's sign compares as unsigned, all of the other is less or greater.
 */
struct compared {
	struct vset same, other;
	unsigned other_is;
	uint32_t mask, value;
};

static struct vset
union_since(struct vstack *st, size_t from)
{
	return (struct vset){ st->pieces + from, st->n - from };
}

static struct compared
compare_word(struct judge *j, size_t word, uint32_t mask, uint32_t value,
    bool is_signed)
{
	struct vset s = j->g->words[word];
	struct compared c = { .same = s, .mask = mask, .value = value };
	struct vcond sign = { VSET_ANY_BIT, mask & SIGN, 0, false };

	if (!is_signed)
		return c;
	sign.is_negated = !(value & SIGN);
	c.same = vset_where(j->st, s, sign);
	sign.is_negated = !sign.is_negated;
	c.other = vset_where(j->st, s, sign);
	c.other_is = value & SIGN ? GREATER : LESS;
	return c;
}

/* The values that stand in one of the relations. */
static struct vset
select_values(struct judge *j, const struct compared *c, unsigned relations)
{
	static const struct vcond always = { VSET_ANY_BIT, 0, 0, true };
	struct vcond x = { VSET_GE, c->mask, c->value, true };
	size_t from = j->st->n;

	if (relations & LESS)
		vset_where(j->st, c->same, x);
	if (relations & EQUAL) {
		x.test = VSET_EQ;
		x.is_negated = false;
		vset_where(j->st, c->same, x);
	}
	if (relations & GREATER && c->value < UINT32_MAX) {
		x = (struct vcond){ VSET_GE, c->mask, c->value + 1, false };
		vset_where(j->st, c->same, x);
	}
	if (relations & c->other_is)
		vset_where(j->st, c->other, always);
	return union_since(j->st, from);
}

static int judge_items(struct judge *j, size_t i);
static int judge_atoms(struct judge *j, size_t i, uint32_t k);

/* From a word and the one behind it. */
static uint64_t
least_pair(const struct region *g, size_t word)
{
	const struct vset *w = &g->words[word];

	return vset_least(w[0]) | (uint64_t)vset_least(w[1]) << 32;
}

/* The whole region has one action, by one rule. */
static int
compare_action(struct judge *j, uint32_t want, uint32_t rule)
{
	const struct region *g = j->g;
	struct seccomp_data *call = &j->w->call;

	if (j->o->on_rule != NULL)
		j->o->on_rule(j->o->ctx, j->at, rule);
	if (want == j->got)
		return PROVE_OK;
	j->w->want = want;
	j->w->got = j->got;
	*call = (struct seccomp_data){
		.nr = (int)vset_least(g->words[PROVE_NR]),
		.arch = vset_least(g->words[PROVE_ARCH]),
		.instruction_pointer = least_pair(g, PROVE_IP),
	};
	for (unsigned i = 0; i < 6; i++)
		call->args[i] = least_pair(g, PROVE_ARGS + 2 * i);
	return PROVE_ERR_ACTION;
}

/* The numbers of s in lo..hi, or those outside. */
static struct vset
numbers(struct vstack *st, struct vset s, uint32_t lo, uint32_t hi,
    bool is_inside)
{
	struct vcond from = { VSET_GE, UINT32_MAX, lo, !is_inside };
	struct vcond above = { VSET_GE, UINT32_MAX, hi + 1, is_inside };
	size_t mark;

	if (is_inside) {
		s = vset_where(st, s, from);
		return hi == UINT32_MAX ? s : vset_where(st, s, above);
	}
	mark = st->n;
	vset_where(st, s, from);
	if (hi != UINT32_MAX)
		vset_where(st, s, above);
	return union_since(st, mark);
}

/* An action that lets the call be made: some calls are asked about. */
static int
compare_asked(struct judge *j, uint32_t want, uint32_t rule)
{
	struct vset *nr = &j->g->words[PROVE_NR], saved = *nr, rest;
	size_t mark = j->st->n;
	int r = PROVE_OK;

	for (size_t i = 0; r == PROVE_OK && i < j->nasked; i++) {
		uint32_t k = j->asked[i];

		rest = numbers(j->st, *nr, k, k, false);
		*nr = numbers(j->st, *nr, k, k, true);
		if (nr->n > 0)
			r = compare_action(j, SECCOMP_RET_USER_NOTIF, rule);
		*nr = rest;
	}
	if (r == PROVE_OK && nr->n > 0)
		r = compare_action(j, want, rule);
	*nr = saved;
	j->st->n = mark;
	return r;
}

/* What an item or the default says, as the program should return it. */
static int
compare_verdict(struct judge *j, uint32_t want, uint32_t rule)
{
	if (j->o->is_notifying) {
		switch (want & SECCOMP_RET_ACTION_FULL) {
		case SECCOMP_RET_ERRNO:
			return compare_action(j, SECCOMP_RET_USER_NOTIF, rule);
		case SECCOMP_RET_ALLOW:
		case SECCOMP_RET_LOG:
			return compare_asked(j, want, rule);
		}
	}
	return compare_action(j, want, rule);
}

/* What comes after atom k of item i did or did not hold. */
static int
go_on(struct judge *j, size_t i, uint32_t k, bool holds)
{
	return holds ? judge_atoms(j, i, k + 1) : judge_items(j, i + 1);
}

/* Go on with a word narrowed to s. */
static int
go_on_with(struct judge *j, size_t word, struct vset s, size_t i, uint32_t k,
    bool holds)
{
	struct vset saved = j->g->words[word];
	int r;

	if (s.n == 0)
		return PROVE_OK;
	j->g->words[word] = s;
	r = go_on(j, i, k, holds);
	j->g->words[word] = saved;
	return r;
}

/* One word decides: the low one. */
static int
judge_low(struct judge *j, size_t i, uint32_t k, const struct sysc_atom *x,
    bool is_signed)
{
	size_t word = PROVE_ARGS + 2u * x->arg;
	unsigned holds = op_holds[x->op];
	struct compared c = compare_word(j, word, (uint32_t)x->mask,
	    (uint32_t)x->value, is_signed);
	struct vset yes = select_values(j, &c, holds), no;
	int r = go_on_with(j, word, yes, i, k, true);

	if (r != PROVE_OK)
		return r;
	/* Where none hold there is nothing to cut off. */
	no = yes.n == 0 ? j->g->words[word] :
	    select_values(j, &c, ANY & ~holds);
	return go_on_with(j, word, no, i, k, false);
}

/* The high word decides unless it is equal. */
static int
judge_wide(struct judge *j, size_t i, uint32_t k, const struct sysc_atom *x,
    bool is_signed)
{
	size_t word = PROVE_ARGS + 2u * x->arg + 1;
	unsigned holds = op_holds[x->op] & (LESS | GREATER);
	unsigned fails = (LESS | GREATER) & ~holds;
	struct vset saved = j->g->words[word];
	struct compared c = compare_word(j, word, (uint32_t)(x->mask >> 32),
	    (uint32_t)(x->value >> 32), is_signed);
	int r;

	r = go_on_with(j, word, select_values(j, &c, holds), i, k, true);
	if (r == PROVE_OK)
		r = go_on_with(j, word, select_values(j, &c, fails), i, k,
		    false);
	if (r != PROVE_OK)
		return r;
	j->g->words[word] = select_values(j, &c, EQUAL);
	if (j->g->words[word].n > 0)
		r = judge_low(j, i, k, x, false);
	j->g->words[word] = saved;
	return r;
}

static int
judge_atoms(struct judge *j, size_t i, uint32_t k)
{
	const struct sysc_item *item = &j->p->items[i];
	const struct sysc_atom *x;
	size_t mark = j->st->n;
	bool is_signed;
	int r;

	if (k == item->natoms)
		return compare_verdict(j, item->action, item->rule);
	if (++j->depth > MAX_DEPTH || ++j->regions > j->max_regions)
		return PROVE_ERR_EFFORT;
	x = &j->p->atoms[item->atom + k];
	is_signed = x->flags & SYSC_F_SIGNED && x->op != BLOB_SYS_EQ &&
	    x->op != BLOB_SYS_NE;
	if (x->flags & SYSC_F_32)
		r = judge_low(j, i, k, x, is_signed);
	else
		r = judge_wide(j, i, k, x, is_signed);
	j->st->n = mark;
	j->depth--;
	return j->st->is_full ? PROVE_ERR_EFFORT : r;
}

static bool
may_meet(struct vset s, uint32_t lo, uint32_t hi)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.pieces[i].lo <= hi && s.pieces[i].hi >= lo)
			return true;
	}
	return false;
}

static int
judge_fallback(struct judge *j)
{
	struct vset *nr = &j->g->words[PROVE_NR], saved = *nr;
	struct vcond newer = { VSET_GE, UINT32_MAX, j->p->newer_from, false };
	size_t mark = j->st->n;
	int r = PROVE_OK;

	*nr = vset_where(j->st, saved, newer);
	if (nr->n > 0)
		r = compare_action(j, j->p->newer, j->p->rule_newer);
	newer.is_negated = true;
	*nr = vset_where(j->st, saved, newer);
	if (r == PROVE_OK && nr->n > 0)
		r = compare_verdict(j, j->p->action, j->p->rule_default);
	*nr = saved;
	j->st->n = mark;
	return r;
}

/* Items i.. decide; numbers that an item does not name go to the next. */
static int
judge_items(struct judge *j, size_t i)
{
	struct vset *nr = &j->g->words[PROVE_NR], saved = *nr, inside;
	size_t mark = j->st->n;
	int r = PROVE_OK;

	if (++j->regions > j->max_regions)
		return PROVE_ERR_EFFORT;
	for (; r == PROVE_OK && nr->n > 0 && i < j->p->nitems; i++) {
		const struct sysc_item *x = &j->p->items[i];
		struct vset before = *nr;

		if (!may_meet(before, x->lo, x->hi))
			continue;
		inside = numbers(j->st, before, x->lo, x->hi, true);
		if (inside.n == 0)
			continue;
		*nr = inside;
		r = judge_atoms(j, i, 0);
		*nr = numbers(j->st, before, x->lo, x->hi, false);
	}
	if (r == PROVE_OK && nr->n > 0)
		r = judge_fallback(j);
	*nr = saved;
	j->st->n = mark;
	return j->st->is_full ? PROVE_ERR_EFFORT : r;
}

/* Cut the part of a word that c picks off: it is foreign. */
static int
judge_foreign(struct judge *j, size_t word, struct vcond c)
{
	struct vset saved = j->g->words[word];
	int r = PROVE_OK;

	j->g->words[word] = vset_where(j->st, saved, c);
	if (j->g->words[word].n > 0)
		r = compare_action(j, j->p->foreign, 0);
	c.is_negated = !c.is_negated;
	j->g->words[word] = vset_where(j->st, saved, c);
	return r;
}

int
judge_region(struct judge *j)
{
	struct vcond other = { VSET_EQ, UINT32_MAX, j->p->arch, true };
	struct vcond x32 = { VSET_ANY_BIT, X32_BIT, 0, false };
	struct vset arch = j->g->words[PROVE_ARCH];
	struct vset nr = j->g->words[PROVE_NR];
	size_t mark = j->st->n;
	int r = judge_foreign(j, PROVE_ARCH, other);

	if (r == PROVE_OK && j->g->words[PROVE_ARCH].n > 0) {
		if (j->p->arch == AUDIT_ARCH_X86_64)
			r = judge_foreign(j, PROVE_NR, x32);
		if (r == PROVE_OK && j->g->words[PROVE_NR].n > 0)
			r = judge_items(j, 0);
	}
	j->g->words[PROVE_ARCH] = arch;
	j->g->words[PROVE_NR] = nr;
	j->st->n = mark;
	return j->st->is_full ? PROVE_ERR_EFFORT : r;
}
