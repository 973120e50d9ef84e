/*
 * Constructors of the tree: one node each, with the checks that need no
 * names (what may be assigned to, order of arguments and parameters, depth).
 */
#include "compiler/star_ast.h"

#include <stdarg.h>
#include <string.h>

#define GROW(p, l)	((l)->v = grow((p)->a, (l)->v, (l)->n, &(l)->cap, \
	sizeof(*(l)->v)))

/* Most lists of a rule file are short: begin with less than arena_grow(). */
static void *
grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	if (v != NULL)
		return arena_grow(a, v, n, cap, size);
	*cap = 3;
	return arena_array(a, *cap, size);
}

const char *
star_binary_name(enum star_binary op)
{
	static const char *const names[] = {
		[STAR_ADD] = "+", [STAR_SUB] = "-", [STAR_MUL] = "*",
		[STAR_DIV] = "/", [STAR_FLOORDIV] = "//", [STAR_MOD] = "%",
		[STAR_BITAND] = "&", [STAR_BITOR] = "|", [STAR_BITXOR] = "^",
		[STAR_LSHIFT] = "<<", [STAR_RSHIFT] = ">>", [STAR_EQ] = "==",
		[STAR_NE] = "!=", [STAR_LT] = "<", [STAR_LE] = "<=",
		[STAR_GT] = ">", [STAR_GE] = ">=", [STAR_IN] = "in",
		[STAR_NOT_IN] = "not in", [STAR_AND] = "and",
		[STAR_OR] = "or"
	};

	return names[op];
}

void
star_parse_fail(struct star_parse *p, struct loc at, const char *fmt, ...)
{
	va_list ap, again;
	char *msg;
	int n;

	p->has_failed = true;
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	msg = arena_alloc(p->a, (size_t)(n > 0 ? n : 0) + 1);
	vsnprintf(msg, (size_t)(n > 0 ? n : 0) + 1, fmt, again);
	va_end(again);
	diag_error(p->d, at, "%s", msg);
}

/* One message a file: what is deeper is not looked at any more. */
static unsigned
taller(struct star_parse *p, struct loc at, unsigned under)
{
	if (under + 1 == STAR_MAX_HEIGHT + 1)
		star_parse_fail(p, at, "nested more than %d levels deep",
		    STAR_MAX_HEIGHT);
	return under + 1;
}

static void
raise(struct star_parse *p, struct star_expr *e, const struct star_expr *child)
{
	if (child != NULL && child->height >= e->height)
		e->height = taller(p, e->loc, child->height);
}

struct star_expr *
star_expr_new(struct star_parse *p, enum star_expr_kind kind, struct loc at)
{
	struct star_expr *e = arena_alloc(p->a, sizeof(*e));

	e->kind = kind;
	e->loc = at;
	return e;
}

struct star_expr *
star_name_new(struct star_parse *p, const char *name, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_NAME, at);

	e->name.name = name;
	return e;
}

struct star_expr *
star_const_new(struct star_parse *p, struct star_value *v, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_CONST, at);

	e->value = v;
	return e;
}

struct star_expr *
star_items_new(struct star_parse *p, enum star_expr_kind kind,
    struct star_exprs items, struct loc at)
{
	struct star_expr *e = star_expr_new(p, kind, at);
	size_t i;

	e->items = items;
	for (i = 0; i < items.n; i++)
		raise(p, e, items.v[i]);
	return e;
}

struct star_expr *
star_unary_new(struct star_parse *p, enum star_unary op, struct star_expr *x,
    struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_UNARY, at);

	e->op.op = op;
	e->op.l = x;
	raise(p, e, x);
	return e;
}

struct star_expr *
star_binary_new(struct star_parse *p, enum star_binary op,
    struct star_expr *l, struct star_expr *r, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_BINARY, at);

	e->op.op = op;
	e->op.l = l;
	e->op.r = r;
	raise(p, e, l);
	raise(p, e, r);
	return e;
}

struct star_expr *
star_compare_new(struct star_parse *p, enum star_binary op,
    struct star_expr *l, struct star_expr *r, struct loc at)
{
	if (l->kind == STAR_X_BINARY && !l->is_paren &&
	    l->op.op >= STAR_EQ && l->op.op <= STAR_NOT_IN)
		star_parse_fail(p, at, "comparisons do not chain: write "
		    "\"a %s b and b %s c\"",
		    star_binary_name((enum star_binary)l->op.op),
		    star_binary_name(op));
	return star_binary_new(p, op, l, r, at);
}

struct star_expr *
star_if_new(struct star_parse *p, struct star_expr *yes,
    struct star_expr *cond, struct star_expr *no, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_IF, at);

	e->cond.cond = cond;
	e->cond.yes = yes;
	e->cond.no = no;
	raise(p, e, cond);
	raise(p, e, yes);
	raise(p, e, no);
	return e;
}

struct star_expr *
star_dot_new(struct star_parse *p, struct star_expr *of, const char *name,
    struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_DOT, at);

	e->dot.of = of;
	e->dot.name = name;
	raise(p, e, of);
	return e;
}

struct star_expr *
star_index_new(struct star_parse *p, enum star_expr_kind kind,
    struct star_expr *of, struct star_expr *i, struct star_expr *j,
    struct star_expr *step, struct loc at)
{
	struct star_expr *e = star_expr_new(p, kind, at);

	e->index.of = of;
	e->index.i = i;
	e->index.j = j;
	e->index.step = step;
	raise(p, e, of);
	raise(p, e, i);
	raise(p, e, j);
	raise(p, e, step);
	return e;
}

struct star_expr *
star_fstring_new(struct star_parse *p, struct star_parts parts, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_FSTRING, at);
	size_t i;

	e->parts = parts;
	for (i = 0; i < parts.n; i++)
		raise(p, e, parts.v[i].expr);
	return e;
}

/* Positional, named, one *, one **: in this order. */
static void
check_args(struct star_parse *p, const struct star_args *args)
{
	const struct star_arg *a;
	size_t i, j;

	for (i = 0; i < args->n; i++) {
		a = &args->v[i];
		for (j = 0; a->kind == STAR_ARG_NAMED && j < i; j++)
			if (args->v[j].kind == STAR_ARG_NAMED &&
			    strcmp(args->v[j].name, a->name) == 0)
				star_parse_fail(p, a->loc, "argument %s is "
				    "given twice", diag_quote(p->a, a->name));
		if (i == 0 || a->kind > args->v[i - 1].kind ||
		    (a->kind == args->v[i - 1].kind &&
		    a->kind <= STAR_ARG_NAMED))
			continue;
		star_parse_fail(p, a->loc, "arguments come in this order: "
		    "by position, by name, one *list, one **dict");
		return;
	}
}

struct star_expr *
star_call_new(struct star_parse *p, struct star_expr *fn,
    struct star_args args, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_CALL, at);
	size_t i;

	e->call.fn = fn;
	e->call.args = args;
	raise(p, e, fn);
	for (i = 0; i < args.n; i++)
		raise(p, e, args.v[i].value);
	check_args(p, &args);
	return e;
}

static void
check_target(struct star_parse *p, const struct star_expr *e, bool is_whole)
{
	size_t i;

	switch (e->kind) {
	case STAR_X_NAME:
	case STAR_X_DOT:
	case STAR_X_INDEX:
		return;
	case STAR_X_LIST:
	case STAR_X_TUPLE:
		for (i = 0; !is_whole && i < e->items.n; i++)
			check_target(p, e->items.v[i], false);
		if (!is_whole)
			return;
		star_parse_fail(p, e->loc, "an augmented assignment takes "
		    "one name or element, not several");
		return;
	default:
		star_parse_fail(p, e->loc, "this cannot be assigned to: "
		    "expected a name, an element or several of them");
	}
}

struct star_expr *
star_comp_new(struct star_parse *p, struct star_expr *key,
    struct star_expr *value, struct star_comp *c, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_COMP, at);
	size_t i;

	c->key = key;
	c->value = value;
	e->comp = c;
	raise(p, e, key);
	raise(p, e, value);
	for (i = 0; i < c->n; i++) {
		raise(p, e, c->clauses[i].over);
		raise(p, e, c->clauses[i].var);
	}
	return e;
}

void
star_exprs_add(struct star_parse *p, struct star_exprs *l,
    struct star_expr *e)
{
	GROW(p, l);
	l->v[l->n++] = e;
}

void
star_args_add(struct star_parse *p, struct star_args *l, struct star_arg arg)
{
	GROW(p, l);
	l->v[l->n++] = arg;
}

void
star_params_add(struct star_parse *p, struct star_params *l,
    struct star_param param)
{
	GROW(p, l);
	l->v[l->n++] = param;
}

void
star_part_add(struct star_parse *p, struct star_parts *l,
    struct star_part part)
{
	GROW(p, l);
	l->v[l->n++] = part;
}

void
star_clause_add(struct star_parse *p, struct star_comp *c,
    struct star_expr *var, struct star_expr *over)
{
	if (var != NULL)
		check_target(p, var, false);
	c->clauses = arena_grow(p->a, c->clauses, c->n, &c->cap,
	    sizeof(*c->clauses));
	c->clauses[c->n++] = (struct star_clause){ .var = var, .over = over };
}

static void
raise_block(struct star_parse *p, struct star_block *b, struct loc at,
    unsigned height)
{
	if (height >= b->height)
		b->height = taller(p, at, height);
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
	GROW(p, b);
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

	check_target(p, to, false);
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

	check_target(p, to, true);
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

	check_target(p, var, false);
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
	raise(p, e, value);
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
