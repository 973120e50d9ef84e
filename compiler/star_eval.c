/*
 * Evaluation of expressions over frames of slots.  Whatever fails has said
 * so once; then everything returns at once.
 */
#include "compiler/star_eval.h"

#include <string.h>

#define MAX_DEPTH	(DEEP_MAX + 500)	/* all calls together */

static struct star_value *eval(struct star_run *r, const struct star_expr *e);
static bool assign(struct star_run *r, const struct star_expr *to,
    struct star_value *v);

bool
star_enter(struct star *s, struct loc at)
{
	if (s->has_failed)
		return false;
	if (s->steps == 0 || s->depth >= MAX_DEPTH) {
		star_fail_at(s, at, s->steps == 0 ?
		    "evaluation takes too long: out of steps here" :
		    "evaluation is nested too deep here");
		return false;
	}
	s->steps--;
	s->depth++;
	return true;
}

static struct star_frame *
frame_of(const struct star_run *r, const struct star_name *n)
{
	struct star_frame *f = r->f;
	uint32_t i;

	for (i = 0; i < n->hops; i++)
		f = f->outer;
	return f;
}

static struct star_value *
eval_name(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v = e->name.builtin;

	if (v == NULL)
		v = frame_of(r, &e->name)->slots[e->name.slot];
	return v != NULL ? v : star_fail_at(r->s, e->loc, "variable %s has "
	    "no value yet", diag_quote(r->s->a, e->name.name));
}

static struct star_value *
eval_items(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v, *seq = star_seq(r->s, e->kind == STAR_X_LIST ?
	    STAR_LIST : STAR_TUPLE, e->items.n);
	size_t i;

	for (i = 0; seq != NULL && i < e->items.n; i++) {
		v = eval(r, e->items.v[i]);
		if (v == NULL)
			return NULL;
		seq->seq->v[seq->seq->n++] = v;
	}
	return seq;
}

static struct star_value *
eval_dict(struct star_run *r, const struct star_expr *e)
{
	struct star_value *d = star_dict(r->s), *k, *v, *old;
	size_t i;

	for (i = 0; d != NULL && i < e->items.n; i += 2) {
		k = eval(r, e->items.v[i]);
		v = k != NULL ? eval(r, e->items.v[i + 1]) : NULL;
		r->s->at = e->items.v[i]->loc;
		if (v == NULL || !star_dict_get(r->s, d, k, &old))
			return NULL;
		if (old != NULL)
			return star_fail(r->s, "key %s is given twice",
			    star_show(r->s, k));
		if (!star_dict_set(r->s, d, k, v))
			return NULL;
	}
	return d;
}

static bool
unpack(struct star_run *r, const struct star_expr *to, struct star_value *v)
{
	struct star_value **all;
	size_t n, i;

	r->s->at = to->loc;
	if (v->type == STAR_STRING || v->type == STAR_BYTES ||
	    v->type == STAR_ITERATOR || !star_collect(r->s, v, &all, &n)) {
		star_fail(r->s, "%s cannot be unpacked", star_show(r->s, v));
		return false;
	}
	if (n != to->items.n) {
		star_fail(r->s, "%zu values for %zu names", n, to->items.n);
		return false;
	}
	for (i = 0; i < n; i++)
		if (!assign(r, to->items.v[i], all[i]))
			return false;
	return true;
}

static bool
assign(struct star_run *r, const struct star_expr *to, struct star_value *v)
{
	struct star_value *of, *i;

	switch (to->kind) {
	case STAR_X_NAME:
		frame_of(r, &to->name)->slots[to->name.slot] = v;
		return true;
	case STAR_X_INDEX:
		of = eval(r, to->index.of);
		i = of != NULL ? eval(r, to->index.i) : NULL;
		r->s->at = to->loc;
		return i != NULL && star_index_set(r->s, of, i, v);
	case STAR_X_DOT:
		of = eval(r, to->dot.of);
		if (of != NULL)
			star_fail_at(r->s, to->loc, "a %s has no attribute "
			    "that can be set", star_type_name(of));
		return false;
	default:
		return unpack(r, to, v);
	}
}

bool
star_is_known_empty(struct star_run *r, const struct star_expr *e,
    const struct star_value *v)
{
	return v->type == STAR_STRING && v->s.len == 0 &&
	    star_fold(r, e) != NULL;
}

/* Clause i of a comprehension and those after it. */
static bool
run_clauses(struct star_run *r, const struct star_comp *c, size_t i,
    struct star_value *out)
{
	struct star_value *v, *k = NULL;
	struct star_iter it;
	bool ok = true;

	if (i == c->n) {
		if (c->key != NULL && (k = eval(r, c->key)) == NULL)
			return false;
		v = eval(r, c->value);
		if (v == NULL)
			return false;
		r->s->at = (k != NULL ? c->key : c->value)->loc;
		return k != NULL ? star_dict_set(r->s, out, k, v) :
		    star_push(r->s, out, v);
	}
	v = eval(r, c->clauses[i].over);
	if (v == NULL)
		return false;
	if (c->clauses[i].var == NULL)
		return !star_truth(v) || run_clauses(r, c, i + 1, out);
	if (i == 0 && star_is_known_empty(r, c->clauses[i].over, v))
		return true;
	r->s->at = c->clauses[i].over->loc;
	if (!star_iter_start(r->s, v, &it))
		return false;
	while (ok && star_iter_next(r->s, &it, &v))
		ok = v != NULL && assign(r, c->clauses[i].var, v) &&
		    run_clauses(r, c, i + 1, out);
	star_iter_end(&it);
	return ok;
}

static struct star_value *
eval_comp(struct star_run *r, const struct star_comp *c)
{
	struct star_value *out = c->key != NULL ? star_dict(r->s) :
	    star_seq(r->s, STAR_LIST, 0);

	return out != NULL && run_clauses(r, c, 0, out) ? out : NULL;
}

static struct star_value *
eval_binary(struct star_run *r, const struct star_expr *e)
{
	struct star_value *l = eval(r, e->op.l), *x;

	if (l == NULL)
		return NULL;
	if (e->op.op == STAR_AND)
		return star_truth(l) ? eval(r, e->op.r) : l;
	if (e->op.op == STAR_OR)
		return star_truth(l) ? l : eval(r, e->op.r);
	x = eval(r, e->op.r);
	r->s->at = e->loc;
	return x == NULL ? NULL : star_binary(r->s,
	    (enum star_binary)e->op.op, l, x);
}

struct actual {			/* the arguments of a call */
	struct star_value **pos;
	size_t npos;
	struct star_value *named;	/* NULL: none */
};

static bool
add_star(struct star_run *r, const struct star_arg *a, struct star_value *v,
    struct actual *out)
{
	struct star_value **more, **all;
	size_t n;

	r->s->at = a->loc;
	if (!star_collect(r->s, v, &more, &n))
		return false;
	all = star_alloc(r->s, out->npos + n, sizeof(*all));
	if (all == NULL)
		return false;
	if (out->npos > 0)
		memcpy(all, out->pos, out->npos * sizeof(*all));
	if (n > 0)
		memcpy(all + out->npos, more, n * sizeof(*all));
	out->pos = all;
	out->npos += n;
	return true;
}

static bool
add_named(struct star *s, struct loc at, struct star_value *k,
    struct star_value *v, struct actual *out)
{
	struct star_value *old;

	s->at = at;
	if (k->type != STAR_STRING) {
		star_fail(s, "%s is not the name of an argument",
		    star_show(s, k));
		return false;
	}
	if (!star_dict_get(s, out->named, k, &old))
		return false;
	if (old != NULL) {
		star_fail(s, "argument %s is given twice", star_show(s, k));
		return false;
	}
	return star_dict_set(s, out->named, k, v);
}

static bool
add_starstar(struct star_run *r, const struct star_arg *a, struct star_value *v,
    struct actual *out)
{
	size_t i;

	if (v->type != STAR_DICT) {
		star_fail_at(r->s, a->loc, "\"**\" takes a dict, found %s",
		    star_type_name(v));
		return false;
	}
	for (i = 0; i < v->dict->n; i++)
		if (v->dict->v[i].key != NULL && !add_named(r->s, a->loc,
		    v->dict->v[i].key, v->dict->v[i].value, out))
			return false;
	return true;
}

static bool
eval_args(struct star_run *r, const struct star_args *args, struct actual *out)
{
	const struct star_arg *a;
	struct star_value *v;
	size_t i;

	out->pos = star_alloc(r->s, args->n, sizeof(*out->pos));
	if (out->pos == NULL)
		return false;
	for (i = 0; i < args->n; i++) {
		a = &args->v[i];
		v = eval(r, a->value);
		if (v == NULL)
			return false;
		if (a->kind == STAR_ARG_POS) {
			out->pos[out->npos++] = v;
			continue;
		}
		if (a->kind == STAR_ARG_STAR) {
			if (!add_star(r, a, v, out))
				return false;
			continue;
		}
		if (out->named == NULL &&
		    (out->named = star_dict(r->s)) == NULL)
			return false;
		if (a->kind == STAR_ARG_STARSTAR ?
		    !add_starstar(r, a, v, out) : !add_named(r->s, a->loc,
		    star_cstring(r->s, a->name), v, out))
			return false;
	}
	return true;
}

static struct star_value *
eval_call(struct star_run *r, const struct star_expr *e)
{
	struct actual args = { .npos = 0 };
	struct star_value *fn = eval(r, e->call.fn);

	if (fn == NULL || !eval_args(r, &e->call.args, &args))
		return NULL;
	r->s->at = e->loc;
	r->s->args = &e->call.args;
	return star_call(r->s, fn, args.pos, args.npos, args.named);
}

static struct star_value *
eval_index(struct star_run *r, const struct star_expr *e)
{
	const struct star_expr *parts[4] = { e->index.of, e->index.i,
	    e->index.j, e->index.step };
	struct star_value *v[4] = { NULL };
	size_t i;

	if (e->kind == STAR_X_SLICE && e->index.i != NULL &&
	    e->index.j != NULL && e->index.step != NULL &&
	    (v[0] = star_fold(r, e)) != NULL)
		return v[0];
	for (i = 0; i < 4; i++)
		if (parts[i] != NULL && (v[i] = eval(r, parts[i])) == NULL)
			return NULL;
	r->s->at = e->loc;
	if (e->kind == STAR_X_SLICE)
		return star_slice(r->s, v[0], v[1], v[2], v[3]);
	if (e->kind == STAR_X_INDEX2)
		return star_fail(r->s, "a %s takes one index, not two",
		    star_type_name(v[0]));
	return star_index(r->s, v[0], v[1]);
}

static struct star_value *
eval_fstring(struct star_run *r, const struct star_expr *e)
{
	struct star_buf b = { .s = r->s };
	const struct star_part *p;
	struct star_value *v;
	size_t i;

	for (i = 0; i < e->parts.n; i++) {
		p = &e->parts.v[i];
		if (p->expr == NULL) {
			star_put(&b, p->text.p, p->text.len);
			continue;
		}
		v = eval(r, p->expr);
		if (v == NULL)
			return NULL;
		if (p->conv == STAR_CONV_REPR)
			star_put_repr(&b, v);
		else
			star_put_str(&b, v);
	}
	return star_buf_string(&b);
}

static struct star_value *
eval_kind(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v;

	switch (e->kind) {
	case STAR_X_NAME:
		return eval_name(r, e);
	case STAR_X_CONST:
		return e->value;
	case STAR_X_LIST:
	case STAR_X_TUPLE:
		return eval_items(r, e);
	case STAR_X_DICT:
		return eval_dict(r, e);
	case STAR_X_COMP:
		return eval_comp(r, e->comp);
	case STAR_X_UNARY:
		v = eval(r, e->op.l);
		r->s->at = e->loc;
		return v == NULL ? NULL : star_unary(r->s,
		    (enum star_unary)e->op.op, v);
	case STAR_X_BINARY:
		return eval_binary(r, e);
	case STAR_X_IF:
		v = eval(r, e->cond.cond);
		return v == NULL ? NULL : eval(r, star_truth(v) ?
		    e->cond.yes : e->cond.no);
	case STAR_X_LAMBDA:
		return star_closure(r->s, r->f, e->def);
	case STAR_X_CALL:
		return eval_call(r, e);
	case STAR_X_DOT:
		v = eval(r, e->dot.of);
		r->s->at = e->loc;
		return v == NULL ? NULL : star_attr(r->s, v, e->dot.name);
	case STAR_X_INDEX:
	case STAR_X_INDEX2:
	case STAR_X_SLICE:
		return eval_index(r, e);
	case STAR_X_FSTRING:
		return eval_fstring(r, e);
	}
	return NULL;
}

static struct star_value *
eval(struct star_run *r, const struct star_expr *e)
{
	struct star_value *v;

	if (!star_enter(r->s, e->loc))
		return NULL;
	v = eval_kind(r, e);
	r->s->depth--;
	return v;
}

struct star_value *
star_eval(struct star *s, struct star_frame *f, const struct star_expr *e)
{
	struct star_run r = { .s = s, .f = f };

	return eval(&r, e);
}

struct star_value *
star_eval_in(struct star_run *r, const struct star_expr *e)
{
	return eval(r, e);
}

bool
star_assign(struct star_run *r, const struct star_expr *to,
    struct star_value *v)
{
	return assign(r, to, v);
}
