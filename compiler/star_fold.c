/*
 * What the compiler of Codex' Starlark knows before anything runs, as far as
 * it shows.  It evaluates expressions of constants ahead, and then
 *   - a slice of a constant with all three bounds written takes those bounds
 *     that are no constants for left out: "abc"[i:9:1] is "abc";
 *   - a loop over a constant that is an empty string runs zero times, where
 *     any other string is an error.
 * Errors met ahead are none: the expression is left for later.
 */
#include "compiler/star_eval.h"

#include <string.h>

#define MAX_TEXT	1000	/* longer results are not kept */

/* Functions that it calls ahead; of strings, all methods. */
static const char *const safe[] = { "all", "any", "bool", "chr", "float",
	"hasattr", "hash", "int", "len", "max", "min", "ord", "range",
	"repr", "str", "tuple", "type" };

static struct star_value *fold(struct star_run *r, const struct star_expr *e);

/* The result of an evaluation, or NULL without an error. */
static struct star_value *
attempt(struct star_run *r, struct star_value *v)
{
	if (v == NULL)
		r->s->has_failed = false;
	return v;
}

/* Is v kept as a constant when it was computed? */
static bool
is_kept(const struct star_value *v)
{
	size_t i;

	switch (v->type) {
	case STAR_NONE:
	case STAR_BOOL:
	case STAR_FLOAT:
	case STAR_RANGE:
	case STAR_BUILTIN:
		return true;
	case STAR_INT:
		return v->i == (int32_t)v->i;
	case STAR_STRING:
		return v->s.len <= MAX_TEXT;
	case STAR_TUPLE:
		for (i = 0; i < v->seq->n; i++)
			if (!is_kept(v->seq->v[i]))
				return false;
		return true;
	default:
		return false;
	}
}

static struct star_value *
keep(struct star_run *r, struct star_value *v)
{
	return attempt(r, v) != NULL && is_kept(v) ? v : NULL;
}

/* A value that is a constant wherever it comes from. */
static bool
is_plain(const struct star_value *v)
{
	return v->type == STAR_NONE || v->type == STAR_BOOL ||
	    (v->type == STAR_INT && v->i == (int32_t)v->i) ||
	    v->type == STAR_BUILTIN ||
	    (v->type == STAR_STRING && v->s.len <= 1);
}

/* A variable of the file that is set once, by an earlier statement. */
static struct star_value *
fold_name(struct star_run *r, const struct star_expr *e)
{
	struct star_run file = *r;
	struct star_value *v;

	if (e->name.builtin != NULL || !e->name.is_once)
		return e->name.builtin;
	while (file.f->outer != NULL)
		file.f = file.f->outer;
	v = file.f->slots[e->name.slot];
	if (v == NULL || is_plain(v))
		return v;
	return e->name.set_by != NULL ? fold(&file, e->name.set_by) : NULL;
}

static struct star_value *
fold_tuple(struct star_run *r, const struct star_expr *e)
{
	struct star_value *seq = star_seq(r->s, STAR_TUPLE, e->items.n), *v;
	size_t i;

	for (i = 0; seq != NULL && i < e->items.n; i++) {
		v = fold(r, e->items.v[i]);
		if (v == NULL)
			return NULL;
		seq->seq->v[seq->seq->n++] = v;
	}
	return attempt(r, seq);
}

/* Does e, if it is no constant, have no effect and no error? */
static bool
is_harmless(struct star_run *r, const struct star_expr *e)
{
	size_t i;

	if (e->kind == STAR_X_LIST || e->kind == STAR_X_TUPLE) {
		for (i = 0; i < e->items.n; i++)
			if (!is_harmless(r, e->items.v[i]))
				return false;
		return true;
	}
	return fold(r, e) != NULL;
}

/* Is e true?  1, 0, or -1: that is not known. */
static int
truth(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v;
	int t;

	if (e->kind == STAR_X_UNARY && e->op.op == STAR_NOT) {
		t = truth(r, e->op.l);
		return t < 0 ? t : !t;
	}
	if (e->kind == STAR_X_DICT && e->items.n == 0)
		return 0;
	if ((e->kind == STAR_X_LIST || e->kind == STAR_X_TUPLE) &&
	    is_harmless(r, e))
		return e->items.n > 0;
	v = fold(r, e);
	return v == NULL ? -1 : star_truth(v);
}

static struct star_value *
fold_binary(struct star_run *r, const struct star_expr *e)
{
	struct star_value *left, *right;
	int t;

	if (e->op.op == STAR_AND || e->op.op == STAR_OR) {
		t = truth(r, e->op.l);
		return t < 0 ? NULL : fold(r, t == (e->op.op == STAR_OR) ?
		    e->op.l : e->op.r);
	}
	left = fold(r, e->op.l);
	right = left != NULL ? fold(r, e->op.r) : NULL;
	return right == NULL ? NULL : keep(r, star_binary(r->s,
	    (enum star_binary)e->op.op, left, right));
}

static bool
is_safe(const struct star_value *fn)
{
	size_t i;

	if (fn->type != STAR_BUILTIN)
		return false;
	if (fn->builtin.self != NULL)
		return fn->builtin.self->type == STAR_STRING;
	for (i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		if (strcmp(fn->builtin.b->name, safe[i]) == 0)
			return true;
	return false;
}

static struct star_value *
fold_call(struct star_run *r, const struct star_expr *e)
{
	const struct star_expr *f = e->call.fn;
	struct star_value *fn, **pos, *of;
	size_t i, n = e->call.args.n;

	fn = of = fold(r, f->kind == STAR_X_DOT ? f->dot.of : f);
	if (f->kind == STAR_X_DOT && of != NULL)
		fn = attempt(r, star_attr(r->s, of, f->dot.name));
	if (fn == NULL || !is_safe(fn))
		return NULL;
	pos = star_alloc(r->s, n, sizeof(struct star_value *));
	for (i = 0; pos != NULL && i < n; i++)
		if (e->call.args.v[i].kind != STAR_ARG_POS ||
		    (pos[i] = fold(r, e->call.args.v[i].value)) == NULL)
			return NULL;
	r->s->args = &e->call.args;
	return keep(r, pos == NULL ? NULL : star_call(r->s, fn, pos, n, NULL));
}

static struct star_value *
fold_slice(struct star_run *r, const struct star_expr *e)
{
	struct star_value *of;

	if (e->index.i == NULL || e->index.j == NULL || e->index.step == NULL)
		return NULL;
	of = fold(r, e->index.of);
	return of == NULL ? NULL : keep(r, star_slice(r->s, of,
	    fold(r, e->index.i), fold(r, e->index.j),
	    fold(r, e->index.step)));
}

static struct star_value *
fold_fstring(struct star_run *r, const struct star_expr *e)
{
	size_t i;

	for (i = 0; i < e->parts.n; i++)
		if (e->parts.v[i].expr != NULL &&
		    fold(r, e->parts.v[i].expr) == NULL)
			return NULL;
	return keep(r, star_eval_in(r, e));
}

static struct star_value *
fold_kind(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v, *i;
	int t;

	switch (e->kind) {
	case STAR_X_CONST:
		return e->value;
	case STAR_X_NAME:
		return fold_name(r, e);
	case STAR_X_TUPLE:
		return fold_tuple(r, e);
	case STAR_X_UNARY:
		v = fold(r, e->op.l);
		return v == NULL ? NULL : keep(r, star_unary(r->s,
		    (enum star_unary)e->op.op, v));
	case STAR_X_BINARY:
		return fold_binary(r, e);
	case STAR_X_IF:
		t = truth(r, e->cond.cond);
		return t < 0 ? NULL : fold(r, t ? e->cond.yes : e->cond.no);
	case STAR_X_CALL:
		return fold_call(r, e);
	case STAR_X_INDEX:
		v = fold(r, e->index.of);
		i = v != NULL ? fold(r, e->index.i) : NULL;
		return i == NULL ? NULL : keep(r, star_index(r->s, v, i));
	case STAR_X_SLICE:
		return fold_slice(r, e);
	case STAR_X_FSTRING:
		return fold_fstring(r, e);
	default:
		return NULL;
	}
}

static struct star_value *
fold(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v;

	if (!star_enter(r->s, e->loc))
		return attempt(r, NULL);
	v = fold_kind(r, e);
	r->s->depth--;
	return v;
}

struct star_value *
star_fold(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v;
	bool was = r->s->is_trying;

	r->s->is_trying = true;
	v = fold(r, e);
	r->s->is_trying = was;
	return v;
}
