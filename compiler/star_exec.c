/* Execution of statements, of functions' bodies and of a whole file. */
#include "compiler/star_eval.h"

enum outcome { NEXT, BREAK, CONTINUE, RETURN, FAILED };

static enum outcome exec_block(struct star_run *r,
    const struct star_block *b);

/* Lists and dicts are changed in place by += and |=. */
static struct star_value *
augment(struct star *s, enum star_binary op, struct star_value *old,
    struct star_value *v)
{
	struct star_value **more;
	struct star_value *none;
	size_t n, i;

	if (op == STAR_ADD && old->type == STAR_LIST) {
		if (!star_collect(s, v, &more, &n) ||
		    !star_may_change(s, old))
			return NULL;
		for (i = 0; i < n; i++)
			if (!star_push(s, old, more[i]))
				return NULL;
		return old;
	}
	if (op == STAR_BITOR && old->type == STAR_DICT &&
	    v->type == STAR_DICT) {
		none = star_dict(s);
		return none != NULL && star_may_change(s, old) &&
		    star_dict_update(s, old, v, none) ? old : NULL;
	}
	return star_binary(s, op, old, v);
}

static enum outcome
exec_augment(struct star_run *r, const struct star_stmt *st)
{
	const struct star_expr *to = st->assign.to;
	struct star_value *old, *of = NULL, *i = NULL, *v;

	/* The place is evaluated once. */
	if (to->kind == STAR_X_INDEX) {
		of = star_eval_in(r, to->index.of);
		i = of != NULL ? star_eval_in(r, to->index.i) : NULL;
		r->s->at = to->loc;
		old = i != NULL ? star_index(r->s, of, i) : NULL;
	} else {
		old = star_eval_in(r, to);
	}
	v = old != NULL ? star_eval_in(r, st->assign.value) : NULL;
	r->s->at = st->loc;
	if (v == NULL || (v = augment(r->s, st->assign.op, old, v)) == NULL)
		return FAILED;
	if (of != NULL)
		return star_index_set(r->s, of, i, v) ? NEXT : FAILED;
	return star_assign(r, to, v) ? NEXT : FAILED;
}

static enum outcome
exec_assign(struct star_run *r, const struct star_stmt *st)
{
	const struct star_annot *t = NULL;
	struct star_value *v = star_eval_in(r, st->assign.value);

	if (v == NULL)
		return FAILED;
	if (st->assign.type != NULL) {
		t = star_annot_eval(r->s, r->f, st->assign.type);
		if (t == NULL || !star_annot_check(r->s, st->loc, t, v,
		    "the variable"))
			return FAILED;
	}
	return star_assign(r, st->assign.to, v) ? NEXT : FAILED;
}

static enum outcome
exec_for(struct star_run *r, const struct star_stmt *st)
{
	struct star_value *v = star_eval_in(r, st->loop.over);
	enum outcome o = NEXT;
	struct star_iter it;

	if (v != NULL && star_is_known_empty(r, st->loop.over, v))
		return NEXT;
	r->s->at = st->loop.over->loc;
	if (v == NULL || !star_iter_start(r->s, v, &it))
		return FAILED;
	while ((o == NEXT || o == CONTINUE) && star_iter_next(r->s, &it, &v))
		o = v != NULL && star_assign(r, st->loop.var, v) ?
		    exec_block(r, &st->loop.body) : FAILED;
	star_iter_end(&it);
	return o == BREAK || o == CONTINUE ? NEXT : o;
}

static enum outcome
exec_return(struct star_run *r, const struct star_stmt *st)
{
	r->result = st->expr != NULL ? star_eval_in(r, st->expr) : r->s->none;
	if (r->result == NULL || (r->result_type != NULL &&
	    !star_annot_check(r->s, st->loc, r->result_type, r->result,
	    "the result")))
		return FAILED;
	return RETURN;
}

static enum outcome
exec_stmt(struct star_run *r, const struct star_stmt *st)
{
	struct star_value *v;

	switch (st->kind) {
	case STAR_S_EXPR:
		return star_eval_in(r, st->expr) != NULL ? NEXT : FAILED;
	case STAR_S_ASSIGN:
		return exec_assign(r, st);
	case STAR_S_AUGMENT:
		return exec_augment(r, st);
	case STAR_S_IF:
		v = star_eval_in(r, st->cond.cond);
		return v == NULL ? FAILED : exec_block(r, star_truth(v) ?
		    &st->cond.yes : &st->cond.no);
	case STAR_S_FOR:
		return exec_for(r, st);
	case STAR_S_DEF:
		v = star_closure(r->s, r->f, st->def.def);
		return v != NULL && star_assign(r, st->def.name, v) ? NEXT :
		    FAILED;
	case STAR_S_RETURN:
		return exec_return(r, st);
	case STAR_S_BREAK:
		return BREAK;
	case STAR_S_CONTINUE:
		return CONTINUE;
	case STAR_S_PASS:
		return NEXT;
	}
	return FAILED;
}

static enum outcome
exec_block(struct star_run *r, const struct star_block *b)
{
	enum outcome o = NEXT;
	size_t i;

	for (i = 0; o == NEXT && i < b->n; i++) {
		if (!star_enter(r->s, b->v[i]->loc))
			return FAILED;
		o = exec_stmt(r, b->v[i]);
		r->s->depth--;
	}
	return o;
}

struct star_value *
star_body(struct star *s, struct star_frame *f, const struct star_def *def,
    const struct star_annot *result)
{
	struct star_run r = { .s = s, .f = f, .result_type = result };
	enum outcome o;

	if (def->value != NULL)
		return star_eval_in(&r, def->value);
	o = exec_block(&r, &def->body);
	if (o == FAILED)
		return NULL;
	if (o == RETURN)
		return r.result;
	if (result != NULL && !star_annot_check(s, s->at, result, s->none,
	    "the result"))
		return NULL;
	return s->none;
}

int
star_run(struct star *s, const struct star_module *m)
{
	struct star_frame *f = star_frame_new(s, NULL, m->main.nslots);
	struct star_run r = { .s = s, .f = f, .is_module = true };
	const struct star_block *b = &m->main.body;
	struct star_block one = { .n = 1 };
	int result = 0;
	size_t i;

	/*
	 * A call that failed leaves no name without its value: go on, so
	 * that it does not hide the next.
	 */
	for (i = 0; f != NULL && i < b->n && !diag_is_full(s->d); i++) {
		one.v = &b->v[i];
		if (exec_block(&r, &one) != FAILED)
			continue;
		result = -1;
		if (b->v[i]->kind != STAR_S_EXPR || s->steps == 0 ||
		    !star_has_room(s, 64 << 10))
			break;
		s->has_failed = false;
		s->depth = s->calls = 0;
	}
	return f == NULL ? -1 : result;
}
