/* Type annotations: what they stand for and whether a value fits. */
#include "compiler/star_eval.h"

#include <string.h>

static const struct {
	const char *name;
	enum star_type type;
} types[] = {
	{ "bool", STAR_BOOL }, { "bytes", STAR_BYTES }, { "dict", STAR_DICT },
	{ "float", STAR_FLOAT }, { "int", STAR_INT }, { "list", STAR_LIST },
	{ "range", STAR_RANGE }, { "str", STAR_STRING },
	{ "tuple", STAR_TUPLE }, { "type", STAR_BUILTIN }
};

#define NTYPES	(sizeof(types) / sizeof(types[0]))

/* Index of the type that a function such as int stands for, or NTYPES. */
static size_t
find_type(const struct star_value *v)
{
	size_t i;

	for (i = 0; i < NTYPES; i++)
		if (v->type == STAR_BUILTIN && v->builtin.self == NULL &&
		    strcmp(types[i].name, v->builtin.b->name) == 0)
			break;
	return i;
}

const char *
star_type_named(const struct star_value *v)
{
	size_t i = find_type(v);

	return i == NTYPES ? NULL : types[i].type == STAR_STRING ? "string" :
	    types[i].name;
}

static const struct star_annot *
of_name(struct star *s, const struct star_expr *e, const struct star_value *v)
{
	struct star_annot *t = star_alloc(s, 1, sizeof(*t));
	size_t i = find_type(v);

	if (t == NULL)
		return NULL;
	if (v->type == STAR_NONE) {
		t->type = STAR_NONE;
		t->name = "None";
		return t;
	}
	if (i < NTYPES) {
		t->type = types[i].type;
		t->name = types[i].name;
		return t;
	}
	star_fail_at(s, e->loc, "%s is not a type", star_show(s, v));
	return NULL;
}

/* What a generic type takes: list[T], dict[K, V], tuple[T, ...]. */
static bool
takes(const struct star_annot *t)
{
	return t->either == NULL && (t->is_rest ?
	    t->type == STAR_TUPLE && t->nargs == 1 :
	    (t->type == STAR_LIST && t->nargs == 1) ||
	    (t->type == STAR_DICT && t->nargs == 2));
}

static const struct star_annot *
with_args(struct star *s, struct star_frame *f, const struct star_expr *e)
{
	const struct star_annot *of = star_annot_eval(s, f, e->index.of);
	const struct star_expr *args[2] = { e->index.i, e->index.j };
	struct star_annot *t = star_alloc(s, 1, sizeof(*t));
	size_t i;

	if (of == NULL || t == NULL)
		return NULL;
	*t = *of;
	t->args = star_alloc(s, 2, sizeof(*t->args));
	for (i = 0; t->args != NULL && i < 2 && args[i] != NULL; i++) {
		if (args[i]->kind == STAR_X_CONST) {
			t->is_rest = i == 1;
			break;
		}
		t->args[t->nargs++] = star_annot_eval(s, f, args[i]);
		if (t->args[i] == NULL)
			return NULL;
	}
	if (s->has_failed)
		return NULL;
	if (!takes(t)) {
		star_fail_at(s, e->loc, "type \"%s\" does not take these "
		    "arguments: expected list[T], dict[K, V] or "
		    "tuple[T, ...]", of->name);
		return NULL;
	}
	t->name = arena_printf(s->a, "%s[%s%s%s]", of->name,
	    t->args[0]->name, t->nargs > 1 || t->is_rest ? ", " : "",
	    t->is_rest ? "..." : t->nargs > 1 ? t->args[1]->name : "");
	return t;
}

/* (A, B): a tuple of just these. */
static const struct star_annot *
of_tuple(struct star *s, struct star_frame *f, const struct star_expr *e)
{
	struct star_annot *t = star_alloc(s, 1, sizeof(*t));
	size_t i;

	if (t == NULL || (t->args = star_alloc(s, e->items.n,
	    sizeof(*t->args))) == NULL)
		return NULL;
	t->type = STAR_TUPLE;
	t->name = "tuple";
	for (i = 0; i < e->items.n; i++) {
		t->args[i] = star_annot_eval(s, f, e->items.v[i]);
		if (t->args[i] == NULL)
			return NULL;
	}
	t->nargs = e->items.n;
	return t;
}

const struct star_annot *
star_annot_eval(struct star *s, struct star_frame *f,
    const struct star_expr *e)
{
	const struct star_annot *l, *r;
	struct star_annot *t;
	struct star_value *v;

	if (e->kind == STAR_X_INDEX || e->kind == STAR_X_INDEX2)
		return with_args(s, f, e);
	if (e->kind == STAR_X_TUPLE)
		return of_tuple(s, f, e);
	if (e->kind == STAR_X_NAME) {
		v = star_eval(s, f, e);
		return v != NULL ? of_name(s, e, v) : NULL;
	}
	/* The resolver let nothing else through than A | B. */
	l = star_annot_eval(s, f, e->op.l);
	r = l != NULL ? star_annot_eval(s, f, e->op.r) : NULL;
	t = star_alloc(s, 1, sizeof(*t));
	if (r == NULL || t == NULL)
		return NULL;
	t->either = l;
	t->or = r;
	t->name = arena_printf(s->a, "%s | %s", l->name, r->name);
	return t;
}

static bool fits(struct star *s, const struct star_annot *t,
    const struct star_value *v);

static bool
seq_fits(struct star *s, const struct star_annot *t, const struct star_seq *q)
{
	bool is_each = t->type == STAR_LIST || t->is_rest;
	size_t i;

	if (t->args == NULL)
		return true;
	if (!is_each && q->n != t->nargs)
		return false;
	for (i = 0; i < q->n; i++)
		if (!fits(s, t->args[is_each ? 0 : i], q->v[i]))
			return false;
	return true;
}

static bool
dict_fits(struct star *s, const struct star_annot *t,
    const struct star_dict *d)
{
	size_t i;

	for (i = 0; t->nargs > 0 && i < d->n; i++)
		if (d->v[i].key != NULL && (!fits(s, t->args[0],
		    d->v[i].key) || !fits(s, t->args[1], d->v[i].value)))
			return false;
	return true;
}

static bool
fits(struct star *s, const struct star_annot *t, const struct star_value *v)
{
	if (!star_spend(s, 1))
		return false;
	if (t->either != NULL)
		return fits(s, t->either, v) || fits(s, t->or, v);
	if (t->type != v->type && !(t->type == STAR_INT &&
	    v->type == STAR_BIG))
		return false;
	if (v->type == STAR_LIST || v->type == STAR_TUPLE)
		return seq_fits(s, t, v->seq);
	if (v->type == STAR_BUILTIN)
		return find_type(v) < NTYPES;
	return v->type != STAR_DICT || dict_fits(s, t, v->dict);
}

bool
star_annot_check(struct star *s, struct loc at, const struct star_annot *t,
    const struct star_value *v, const char *what)
{
	if (fits(s, t, v))
		return true;
	star_fail_at(s, at, "%s: expected type \"%s\", found %s", what,
	    t->name, star_show(s, v));
	return false;
}
