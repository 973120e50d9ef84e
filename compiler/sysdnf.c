/*
 * Conditions to alternatives of atoms: names of arguments and constants are
 * looked up here, values checked against what the kernel takes.
 */
#include "compiler/sysdnf.h"

#include <string.h>

#include "blob/format.h"
#include "compiler/sysarg.h"
#include "compiler/sysconst.h"
#include "compiler/sysset.h"

struct dnf {
	struct arena *a;
	struct diag *d;
	const struct sysdnf_call *call;
	const struct sys_expr *at;	/* where limits are reported */
	size_t terms;			/* made so far, kept or not */
	unsigned depth;
	bool has_failed;		/* a diagnostic was given */
};

static struct sysdnf_term *make(struct dnf *c, const struct sys_expr *e,
    bool is_negated);

static uint64_t
all_bits(const struct sysarg *arg)
{
	return UINT64_MAX >> (64 - arg->width);
}

static void
no_such_arg(struct dnf *c, const struct sys_word *w)
{
	struct near near = { .word = w->text };

	sysarg_near(c->a, c->call->name, c->call->arch->audit, &near);
	diag_error(c->d, w->loc, "%s has no argument %s on %s; arg0 to arg5 "
	    "always work%s", c->call->name, diag_quote(c->a, w->text),
	    c->call->arch->name, near_hint(c->a, &near));
}

static bool
find_arg(struct dnf *c, const struct sys_word *w, struct sysarg *arg)
{
	switch (sysarg_find(c->a, c->call->name, w->text,
	    c->call->arch->audit, arg)) {
	case SYSARG_OK:
		return true;
	case SYSARG_UNKNOWN:
		no_such_arg(c, w);
		break;
	case SYSARG_SPLIT:
		diag_error(c->d, w->loc, "argument %s of %s does not stand in "
		    "one register on %s: compare arg0 to arg5, under a guard "
		    "such as \"[%s]\"", diag_quote(c->a, w->text),
		    c->call->name, c->call->arch->name, c->call->arch->name);
		break;
	}
	c->has_failed = true;
	return false;
}

static void
unknown_constant(struct arena *a, struct diag *d, const struct sys_word *w)
{
	struct near near = { .word = w->text };
	const char *name;
	size_t i;

	for (i = 0; (name = sysconst_at(i)) != NULL; i++)
		near_try(&near, name);
	diag_error(d, w->loc, "unknown constant %s%s", diag_quote(a, w->text),
	    near_hint(a, &near));
}

static bool
one_value(struct arena *a, struct diag *d, const struct sysdnf_call *call,
    const struct sys_word *w, uint64_t *v)
{
	bool is_number = w->text[0] == '-' ||
	    (w->text[0] >= '0' && w->text[0] <= '9');

	if (is_number) {
		if (sysconst_number(w->text, v))
			return true;
		diag_error(d, w->loc, "%s is no number of at most 64 bits "
		    "(decimal, 0x hexadecimal, 0o or 0 octal)",
		    diag_quote(a, w->text));
		return false;
	}
	switch (sysconst_find(w->text, call->arch->audit, v)) {
	case SYSCONST_OK:
		return true;
	case SYSCONST_UNKNOWN:
		unknown_constant(a, d, w);
		break;
	case SYSCONST_NOT_HERE:
		diag_error(d, w->loc, "constant %s does not exist on %s; "
		    "the guard \"[!%s]\" before the item leaves it out there",
		    diag_quote(a, w->text), call->arch->name,
		    call->arch->name);
		break;
	}
	return false;
}

/* One of A|B, where the first is the last of the list. */
static const struct sys_word *
first_of(const struct sys_word *w)
{
	while (w->next != NULL)
		w = w->next;
	return w;
}

int
sysdnf_value(struct arena *a, struct diag *d,
    const struct sysdnf_call *call, const struct sys_word *w, uint64_t *value)
{
	uint64_t v;

	*value = 0;
	for (; w != NULL; w = w->next) {
		if (!one_value(a, d, call, w, &v))
			return -1;
		*value |= w->is_inverted ? ~v : v;
	}
	return 0;
}

/* How a value is compared, which says what its high bits may be. */
enum use { USE_BITS, USE_ORDER };

static bool
fits(const struct sysarg *arg, uint64_t v, enum use use, bool is_complement)
{
	uint64_t all = all_bits(arg);
	bool is_negative = (v & ~(all >> 1)) == ~(all >> 1);

	if (is_complement && use == USE_BITS)
		return true;
	if (use == USE_BITS)
		return (v & ~all) == 0 || is_negative;
	if (arg->is_signed)
		return (v & ~(all >> 1)) == 0 || is_negative;
	return (v & ~all) == 0;
}

/* The value as bits of the argument; its high bits may be a sign's. */
static bool
value_of(struct dnf *c, const struct sys_word *w, const struct sysarg *arg,
    enum use use, uint64_t *value)
{
	const struct sys_word *first = first_of(w);
	bool is_complement = w->is_inverted || first->is_inverted;

	if (sysdnf_value(c->a, c->d, c->call, w, value) == -1) {
		c->has_failed = true;
		return false;
	}
	if (arg->width == 64 && use == USE_ORDER && !arg->is_signed &&
	    first->text[0] == '-') {
		diag_error(c->d, first->loc, "argument %s of %s is unsigned: "
		    "it is never ordered against a negative number",
		    arg->name, c->call->name);
		c->has_failed = true;
	} else if (arg->width < 64 &&
	    !fits(arg, *value, use, is_complement)) {
		diag_error(c->d, first->loc, "%s does not fit: argument %s of "
		    "%s is %s of %u bits on %s",
		    diag_quote(c->a, first->text), arg->name, c->call->name,
		    arg->is_signed ? "a signed number" :
		    "an unsigned number", arg->width, c->call->arch->name);
		c->has_failed = true;
	}
	*value &= all_bits(arg);
	return !c->has_failed;
}

static struct sysdnf_term *
term_new(struct dnf *c, const struct sysc_atom *atoms, size_t n)
{
	struct sysdnf_term *t = arena_alloc(c->a, sizeof(*t));

	t->atoms = atoms;
	t->natoms = n;
	return t;
}

/* One comparison: a term, none if it never holds, one of none if always. */
static struct sysdnf_term *
single(struct dnf *c, const struct sysarg *arg, enum blob_sys_op op,
    uint64_t mask, uint64_t value)
{
	struct sysc_atom *x = arena_alloc(c->a, sizeof(*x)), not;
	bool is_order = op != BLOB_SYS_EQ && op != BLOB_SYS_NE;

	*x = (struct sysc_atom){ .arg = arg->index, .op = (uint8_t)op,
	    .mask = mask, .value = value };
	if (arg->width <= 32)
		x->flags |= SYSC_F_32;
	if (arg->is_signed && is_order)
		x->flags |= SYSC_F_SIGNED;
	if (sysset_is_empty(x, 1))
		return NULL;
	not = sysset_negated(*x);
	return term_new(c, x, sysset_is_empty(&not, 1) ? 0 : 1);
}

static struct sysdnf_term *
either(struct sysdnf_term *x, struct sysdnf_term *y)
{
	struct sysdnf_term *last = x;

	if (x == NULL)
		return y;
	while (last->next != NULL)
		last = last->next;
	last->next = y;
	return x;
}

static void
add_atom(struct sysc_atom *atoms, size_t *n, const struct sysc_atom *x)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (sysset_atom_equal(&atoms[i], x))
			return;
	atoms[(*n)++] = *x;
}

/* Both terms at once; NULL when they have nothing in common. */
static struct sysdnf_term *
joined(struct dnf *c, const struct sysdnf_term *x,
    const struct sysdnf_term *y)
{
	struct sysc_atom *atoms = arena_array(c->a,
	    x->natoms + y->natoms + 1, sizeof(*atoms));
	size_t i, n = 0;

	for (i = 0; i < x->natoms; i++)
		add_atom(atoms, &n, &x->atoms[i]);
	for (i = 0; i < y->natoms; i++)
		add_atom(atoms, &n, &y->atoms[i]);
	return sysset_is_empty(atoms, n) ? NULL : term_new(c, atoms, n);
}

static bool
is_too_much(struct dnf *c, size_t natoms)
{
	if (++c->terms <= SYSDNF_MAX && natoms <= SYSDNF_MAX_ATOMS)
		return false;
	if (!c->has_failed)
		diag_error(c->d, c->at->loc, "the condition of %s comes to "
		    "more than %d cases, or to one of more than %d "
		    "comparisons", c->call->name, SYSDNF_MAX,
		    SYSDNF_MAX_ATOMS);
	c->has_failed = true;
	return true;
}

static struct sysdnf_term *
both(struct dnf *c, struct sysdnf_term *x, struct sysdnf_term *y)
{
	struct sysdnf_term *out = NULL, **end = &out, *p, *q, *t;

	for (p = x; p != NULL; p = p->next)
		for (q = y; q != NULL; q = q->next) {
			if (is_too_much(c, p->natoms + q->natoms))
				return NULL;
			t = joined(c, p, q);
			if (t == NULL)
				continue;
			*end = t;
			end = &t->next;
		}
	return out;
}

static enum blob_sys_op
op_of(enum sys_cmp cmp, bool is_negated)
{
	static const enum blob_sys_op ops[][2] = {
		[SYS_EQ] = { BLOB_SYS_EQ, BLOB_SYS_NE },
		[SYS_NE] = { BLOB_SYS_NE, BLOB_SYS_EQ },
		[SYS_LT] = { BLOB_SYS_LT, BLOB_SYS_GE },
		[SYS_LE] = { BLOB_SYS_LE, BLOB_SYS_GT },
		[SYS_GT] = { BLOB_SYS_GT, BLOB_SYS_LE },
		[SYS_GE] = { BLOB_SYS_GE, BLOB_SYS_LT },
	};

	return ops[cmp][is_negated];
}

/* A comparison that has only one answer is a slip, whichever it is. */
static void
check_sense(struct dnf *c, const struct sys_expr *e,
    const struct sysdnf_term *t, bool is_negated)
{
	if (c->has_failed || (t != NULL && t->natoms > 0))
		return;
	diag_error(c->d, first_of(e->value)->loc, "this comparison %s holds "
	    "on %s", (t == NULL) != is_negated ? "never" : "always",
	    c->call->arch->name);
	c->has_failed = true;
}

static struct sysdnf_term *
make_compare(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	enum use use = e->cmp == SYS_EQ || e->cmp == SYS_NE ? USE_BITS :
	    USE_ORDER;
	struct sysdnf_term *t;
	struct sysarg arg;
	uint64_t mask, value;

	if (!find_arg(c, &e->arg, &arg))
		return NULL;
	mask = all_bits(&arg);
	if ((e->mask != NULL &&
	    !value_of(c, e->mask, &arg, USE_BITS, &mask)) ||
	    !value_of(c, e->value, &arg, use, &value))
		return NULL;
	if (use == USE_BITS && value & ~mask) {
		diag_error(c->d, first_of(e->value)->loc, "this %s holds: "
		    "the value has bits outside the mask",
		    e->cmp == SYS_EQ ? "never" : "always");
		c->has_failed = true;
		return NULL;
	}
	t = single(c, &arg, op_of(e->cmp, is_negated), mask, value);
	check_sense(c, e, t, is_negated);
	return t;
}

static struct sysdnf_term *
make_range(struct dnf *c, const struct sysarg *arg,
    const struct sys_range *r, bool is_negated)
{
	uint64_t all = all_bits(arg), lo, hi;
	struct sysc_atom order;
	uint64_t args[6] = { 0 };

	if (!value_of(c, r->lo, arg, r->hi == NULL ? USE_BITS : USE_ORDER,
	    &lo))
		return NULL;
	if (r->hi == NULL)
		return single(c, arg, is_negated ? BLOB_SYS_NE : BLOB_SYS_EQ,
		    all, lo);
	if (!value_of(c, r->hi, arg, USE_ORDER, &hi))
		return NULL;
	order = (struct sysc_atom){ .op = BLOB_SYS_LE, .mask = all,
	    .value = hi, .flags = (uint8_t)((arg->width <= 32 ? SYSC_F_32 : 0)
	    | (arg->is_signed ? SYSC_F_SIGNED : 0)) };
	args[0] = lo;
	if (!sysset_atom_holds(&order, args)) {
		diag_error(c->d, r->lo->loc, "this range holds nothing: its "
		    "first number is above its last");
		c->has_failed = true;
		return NULL;
	}
	if (is_negated)
		return either(single(c, arg, BLOB_SYS_LT, all, lo),
		    single(c, arg, BLOB_SYS_GT, all, hi));
	return both(c, single(c, arg, BLOB_SYS_GE, all, lo),
	    single(c, arg, BLOB_SYS_LE, all, hi));
}

static struct sysdnf_term *
make_in(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	struct sysdnf_term *out = NULL, *t;
	const struct sys_range *r;
	struct sysarg arg;

	if (!find_arg(c, &e->arg, &arg))
		return NULL;
	for (r = e->set; r != NULL && !c->has_failed; r = r->next) {
		t = make_range(c, &arg, r, is_negated);
		if (r == e->set)
			out = t;
		else
			out = is_negated ? both(c, out, t) : either(out, t);
	}
	return out;
}

static struct sysdnf_term *
make_list(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	bool is_and = (e->kind == SYS_AND) != is_negated;
	const struct sys_expr *child;
	struct sysdnf_term *out = NULL, *t;

	for (child = e->first; child != NULL; child = child->next) {
		t = make(c, child, is_negated);
		if (child == e->first)
			out = t;
		else
			out = is_and ? both(c, out, t) : either(out, t);
	}
	return out;
}

static struct sysdnf_term *
make(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	struct sysdnf_term *t = NULL;

	if (c->has_failed)
		return NULL;
	if (c->depth == SYS_MAX_DEPTH) {
		diag_error(c->d, e->loc, "the condition is nested more than "
		    "%d deep", SYS_MAX_DEPTH);
		c->has_failed = true;
		return NULL;
	}
	c->depth++;
	switch (e->kind) {
	case SYS_AND:
	case SYS_OR:
		t = make_list(c, e, is_negated);
		break;
	case SYS_NOT:
		t = make(c, e->first, !is_negated);
		break;
	case SYS_COMPARE:
		t = make_compare(c, e, is_negated);
		break;
	case SYS_IN:
		t = make_in(c, e, is_negated);
		break;
	}
	c->depth--;
	return t;
}

int
sysdnf_make(struct arena *a, struct diag *d,
    const struct sysdnf_call *call, const struct sys_expr *e,
    struct sysdnf_term **out)
{
	struct dnf c = { .a = a, .d = d, .call = call, .at = e };
	struct sysdnf_term *t;

	*out = make(&c, e, false);
	for (t = *out; t != NULL; t = t->next)
		if (t->natoms == 0) {	/* the others add nothing */
			*out = t;
			t->next = NULL;
		}
	if (!c.has_failed && *out == NULL) {
		diag_error(d, e->loc, "this condition never holds");
		c.has_failed = true;
	}
	return c.has_failed ? -1 : 0;
}
