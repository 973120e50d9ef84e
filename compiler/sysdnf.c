/* Conditions to alternatives of atoms; names of arguments and constants. */
#include "compiler/sysdnf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/sysarg.h"

struct dnf {
	struct arena *a;
	struct diag *d;
	const char *call;
	size_t count, depth;
	bool has_failed;
};

static struct sysdnf_term *make(struct dnf *c, const struct sys_expr *e,
    bool is_negated);

static bool
find_arg(struct dnf *c, const struct sys_word *w, struct sysarg *arg)
{
	struct near near = { .word = w->text };
	const struct sysarg *row;
	unsigned i;

	if (sysarg_find(c->call, w->text, arg))
		return true;
	for (i = 0; (row = sysarg_at(i)) != NULL; i++)
		if (strcmp(row->call, c->call) == 0)
			near_try(&near, row->name);
	diag_error(c->d, w->loc, "%s has no argument %s that can be compared%s"
	    "; arg0 to arg5 always work", c->call, diag_quote(c->a, w->text),
	    near_hint(c->a, &near));
	c->has_failed = true;
	return false;
}

static bool
one_value(struct dnf *c, const struct sys_word *w, uint64_t *v)
{
	struct near near = { .word = w->text };
	bool is_negative = w->text[0] == '-';
	const char *digits = w->text + is_negative;
	unsigned i;
	char *end;

	if (*digits >= '0' && *digits <= '9') {
		errno = 0;
		if (digits[0] == '0' && digits[1] == 'o')
			*v = strtoull(digits + 2, &end, 8);
		else
			*v = strtoull(digits, &end, 0);
		if (*end == '\0' && errno == 0) {
			if (is_negative)
				*v = 0 - *v;
			return true;
		}
		diag_error(c->d, w->loc, "%s is no number that fits 64 bits",
		    diag_quote(c->a, w->text));
	} else {
		if (sysconst_find(w->text, v))
			return true;
		for (i = 0; sysconst_at(i) != NULL; i++)
			near_try(&near, sysconst_at(i));
		diag_error(c->d, w->loc, "unknown constant %s%s",
		    diag_quote(c->a, w->text), near_hint(c->a, &near));
	}
	c->has_failed = true;
	return false;
}

static uint64_t
value_of(struct dnf *c, const struct sys_word *w, const struct sysarg *arg)
{
	uint64_t all = 0, v;
	const struct sys_word *p;

	for (p = w; p != NULL; p = p->alt)
		if (one_value(c, p, &v))
			all |= v;
	if (!(arg->flags & SYSC_F_32))
		return all;
	/* Either all high bits are the sign's, or none is set. */
	if (all >> 32 != 0 && all >> 31 != 0x1ffffffffu) {
		diag_error(c->d, w->loc, "%s does not fit: argument %s of %s "
		    "has 32 bits", diag_quote(c->a, w->text), arg->name,
		    c->call);
		c->has_failed = true;
	}
	return all & 0xffffffffu;
}

static struct sysdnf_term *
single(struct dnf *c, const struct sysarg *arg, enum sys_cmp cmp,
    uint64_t mask, uint64_t value)
{
	static const uint8_t ops[] = { [SYS_EQ] = BLOB_SYS_EQ,
		[SYS_NE] = BLOB_SYS_NE, [SYS_LT] = BLOB_SYS_LT,
		[SYS_LE] = BLOB_SYS_LE, [SYS_GT] = BLOB_SYS_GT,
		[SYS_GE] = BLOB_SYS_GE };
	struct sysc_atom *atom = arena_alloc(c->a, sizeof(*atom));
	struct sysdnf_term *t = arena_alloc(c->a, sizeof(*t));

	*atom = (struct sysc_atom){ .arg = arg->index, .op = ops[cmp],
	    .flags = arg->flags, .mask = mask, .value = value };
	t->atoms = atom;
	t->natoms = 1;
	return t;
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

static struct sysdnf_term *
joined(struct dnf *c, const struct sysdnf_term *x,
    const struct sysdnf_term *y)
{
	struct sysdnf_term *t = arena_alloc(c->a, sizeof(*t));
	struct sysc_atom *atoms = arena_array(c->a, x->natoms + y->natoms,
	    sizeof(*atoms));

	memcpy(atoms, x->atoms, x->natoms * sizeof(*atoms));
	memcpy(atoms + x->natoms, y->atoms, y->natoms * sizeof(*atoms));
	t->atoms = atoms;
	t->natoms = x->natoms + y->natoms;
	return t;
}

static struct sysdnf_term *
both(struct dnf *c, struct sysdnf_term *x, struct sysdnf_term *y)
{
	struct sysdnf_term *out = NULL, **end = &out, *p, *q;

	for (p = x; p != NULL; p = p->next)
		for (q = y; q != NULL; q = q->next) {
			if (++c->count > SYSDNF_MAX) {
				c->has_failed = true;
				return NULL;
			}
			*end = joined(c, p, q);
			end = &(*end)->next;
		}
	return out;
}

static enum sys_cmp
opposite(enum sys_cmp cmp)
{
	static const enum sys_cmp not[] = { [SYS_EQ] = SYS_NE,
		[SYS_NE] = SYS_EQ, [SYS_LT] = SYS_GE, [SYS_LE] = SYS_GT,
		[SYS_GT] = SYS_LE, [SYS_GE] = SYS_LT };

	return not[cmp];
}

static struct sysdnf_term *
make_compare(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	struct sysarg arg;
	uint64_t mask = UINT64_MAX, value;

	if (!find_arg(c, &e->arg, &arg))
		return NULL;
	if (arg.flags & SYSC_F_32)
		mask = UINT32_MAX;
	if (e->mask.text != NULL)
		mask = value_of(c, &e->mask, &arg);
	value = value_of(c, &e->value, &arg);
	if (e->mask.text != NULL && !c->has_failed && value & ~mask &&
	    (e->cmp == SYS_EQ || e->cmp == SYS_NE)) {
		diag_error(c->d, e->value.loc, "this can never be: the value "
		    "has bits outside the mask");
		c->has_failed = true;
	}
	return single(c, &arg, is_negated ? opposite(e->cmp) : e->cmp, mask,
	    value);
}

static struct sysdnf_term *
make_range(struct dnf *c, const struct sysarg *arg,
    const struct sys_range *r, bool is_negated)
{
	uint64_t mask = arg->flags & SYSC_F_32 ? UINT32_MAX : UINT64_MAX;
	uint64_t lo = value_of(c, &r->lo, arg), hi;

	if (r->hi.text == NULL)
		return single(c, arg, is_negated ? SYS_NE : SYS_EQ, mask, lo);
	hi = value_of(c, &r->hi, arg);
	if (is_negated)
		return either(single(c, arg, SYS_LT, mask, lo),
		    single(c, arg, SYS_GT, mask, hi));
	return both(c, single(c, arg, SYS_GE, mask, lo),
	    single(c, arg, SYS_LE, mask, hi));
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
		out = r == e->set ? t : is_negated ? both(c, out, t) :
		    either(out, t);
	}
	return out;
}

static struct sysdnf_term *
make_pair(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	struct sysdnf_term *l = make(c, e->left, is_negated);
	struct sysdnf_term *r = make(c, e->right, is_negated);

	return (e->kind == SYS_AND) != is_negated ? both(c, l, r) :
	    either(l, r);
}

static struct sysdnf_term *
make(struct dnf *c, const struct sys_expr *e, bool is_negated)
{
	struct sysdnf_term *t = NULL;

	if (c->depth == SYS_MAX_DEPTH) {
		c->has_failed = true;
		return NULL;
	}
	c->depth++;
	switch (e->kind) {
	case SYS_AND:
	case SYS_OR:
		t = make_pair(c, e, is_negated);
		break;
	case SYS_NOT:
		t = make(c, e->left, !is_negated);
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
sysdnf_make(struct arena *a, struct diag *d, const char *call,
    const struct sys_expr *e, struct sysdnf_term **out)
{
	struct dnf c = { .a = a, .d = d, .call = call };
	unsigned errors = d->errors;

	*out = make(&c, e, false);
	if (c.has_failed && d->errors == errors)
		diag_error(d, (struct loc){ .src = NULL }, "the condition of "
		    "%s has more than %d cases, or is nested more than %d "
		    "deep", call, SYSDNF_MAX, SYS_MAX_DEPTH);
	return c.has_failed ? -1 : 0;
}
