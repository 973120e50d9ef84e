/*
 * Constructors of statements and functions, with the checks that need no
 * names: order of parameters, depth of blocks.
 */
#include <string.h>

#include "compiler/star_build.h"

static void
raise_block(struct star_parse *p, struct star_block *b, struct loc at,
    unsigned height)
{
	if (height >= b->height)
		b->height = star_taller(p, at, height);
}

static unsigned
stmt_height(const struct star_stmt *s)
{
	switch (s->kind) {
	case STAR_S_IF:
		return s->cond.yes.height > s->cond.no.height ?
		    s->cond.yes.height : s->cond.no.height;
	case STAR_S_FOR:
		return s->loop.body.height;
	case STAR_S_DEF:
		return s->def.def->body.height;
	default:
		return 0;
	}
}

void
star_block_add(struct star_parse *p, struct star_block *b,
    struct star_stmt *s)
{
	if (s == NULL)
		return;		/* reported, and skipped */
	STAR_GROW(p, b);
	b->v[b->n++] = s;
	raise_block(p, b, s->loc, stmt_height(s));
}

void
star_block_join(struct star_parse *p, struct star_block *b,
    const struct star_block *more)
{
	size_t i;

	for (i = 0; i < more->n; i++)
		star_block_add(p, b, more->v[i]);
}

struct star_stmt *
star_stmt_new(struct star_parse *p, enum star_stmt_kind kind, struct loc at)
{
	struct star_stmt *s = arena_alloc(p->a, sizeof(*s));

	s->kind = kind;
	s->loc = at;
	return s;
}

struct star_stmt *
star_expr_stmt_new(struct star_parse *p, enum star_stmt_kind kind,
    struct star_expr *e, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, kind, at);

	if (kind == STAR_S_EXPR && e->kind == STAR_X_TUPLE && !e->is_paren)
		star_parse_fail(p, at, "a list of values does nothing: "
		    "expected an assignment");
	s->expr = e;
	return s;
}

struct star_stmt *
star_assign_new(struct star_parse *p, struct star_expr *to,
    struct star_expr *type, struct star_expr *value, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, STAR_S_ASSIGN, at);

	star_check_target(p, to, false);
	if (type != NULL && (to->kind == STAR_X_TUPLE ||
	    to->kind == STAR_X_LIST))
		star_parse_fail(p, type->loc, "a type goes with one name, "
		    "not with several");
	s->assign.to = to;
	s->assign.type = type;
	s->assign.value = value;
	return s;
}

struct star_stmt *
star_augment_new(struct star_parse *p, enum star_binary op,
    struct star_expr *to, struct star_expr *value, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, STAR_S_AUGMENT, at);

	star_check_target(p, to, true);
	s->assign.to = to;
	s->assign.value = value;
	s->assign.op = op;
	return s;
}

struct star_stmt *
star_if_stmt_new(struct star_parse *p, struct star_expr *cond,
    struct star_block yes, struct star_block no, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, STAR_S_IF, at);

	s->cond.cond = cond;
	s->cond.yes = yes;
	s->cond.no = no;
	return s;
}

struct star_stmt *
star_for_new(struct star_parse *p, struct star_expr *var,
    struct star_expr *over, struct star_block body, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, STAR_S_FOR, at);

	star_check_target(p, var, false);
	s->loop.var = var;
	s->loop.over = over;
	s->loop.body = body;
	return s;
}

/* What is wrong with parameter i after those before it; NULL: nothing. */
static const char *
param_fault(const struct star_params *params, size_t i)
{
	const struct star_param *q = &params->v[i];
	bool has_default = false, has_star = false, has_kwargs = false;
	size_t j;

	for (j = 0; j < i; j++) {
		has_default |= params->v[j].by_default != NULL;
		has_star |= params->v[j].kind == STAR_PARAM_ARGS ||
		    params->v[j].kind == STAR_PARAM_STAR;
		has_kwargs |= params->v[j].kind == STAR_PARAM_KWARGS;
		if (q->name != NULL && params->v[j].name != NULL &&
		    strcmp(q->name, params->v[j].name) == 0)
			return "this parameter's name is used twice";
	}
	if (has_kwargs)
		return "no parameter can follow \"**\"";
	if ((q->kind == STAR_PARAM_ARGS || q->kind == STAR_PARAM_STAR) &&
	    has_star)
		return "\"*\" can be given once";
	if (q->kind == STAR_PARAM && q->by_default == NULL && has_default &&
	    !has_star)
		return "a parameter without default follows one with a "
		    "default";
	if (q->kind == STAR_PARAM_STAR && (i + 1 == params->n ||
	    params->v[i + 1].kind != STAR_PARAM))
		return "\"*\" must be followed by a named parameter";
	return NULL;
}

/* Check the parameters and drop the bare `*', which only marks a place. */
static void
settle_params(struct star_parse *p, struct star_def *d)
{
	size_t i, n = 0;
	const char *fault;
	bool is_pos = true;

	for (i = 0; i < d->params.n; i++)
		if ((fault = param_fault(&d->params, i)) != NULL) {
			star_parse_fail(p, d->params.v[i].loc, "%s", fault);
			break;
		}
	for (i = 0; i < d->params.n; i++) {
		if (d->params.v[i].kind != STAR_PARAM)
			is_pos = false;
		d->npos += is_pos;
		if (d->params.v[i].kind != STAR_PARAM_STAR)
			d->params.v[n++] = d->params.v[i];
	}
	d->params.n = n;
}

struct star_expr *
star_lambda_new(struct star_parse *p, struct star_params params,
    struct star_expr *value, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_LAMBDA, at);

	e->def = arena_alloc(p->a, sizeof(*e->def));
	e->def->name = "lambda";
	e->def->params = params;
	e->def->value = value;
	star_raise(p, e, value);
	settle_params(p, e->def);
	return e;
}

struct star_stmt *
star_def_new(struct star_parse *p, const char *name, struct loc name_at,
    struct star_params params, struct star_expr *type,
    struct star_block body, struct loc at)
{
	struct star_stmt *s = star_stmt_new(p, STAR_S_DEF, at);
	struct star_def *d = arena_alloc(p->a, sizeof(*d));

	d->name = name;
	d->params = params;
	d->result_type = type;
	d->body = body;
	settle_params(p, d);
	s->def.name = star_name_new(p, name, name_at);
	s->def.def = d;
	return s;
}
