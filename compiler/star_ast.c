/*
 * Constructors of expressions: one node each, with the checks that need no
 * names (what may be assigned to, order of arguments, depth).
 */
#include "compiler/star_build.h"
#include "compiler/star_value.h"

#include <stdarg.h>
#include <string.h>

void *
star_grow(struct arena *a, void *v, size_t n, size_t *cap, size_t size)
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
unsigned
star_taller(struct star_parse *p, struct loc at, unsigned under)
{
	if (under + 1 == STAR_MAX_HEIGHT + 1)
		star_parse_fail(p, at, "nested more than %d levels deep",
		    STAR_MAX_HEIGHT);
	return under + 1;
}

void
star_raise(struct star_parse *p, struct star_expr *e,
    const struct star_expr *child)
{
	if (child != NULL && child->height >= e->height)
		e->height = star_taller(p, e->loc, child->height);
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

void
star_later_check(struct star_parse *p, const struct star_expr *e)
{
	const struct star_expr *first = e, *next;

	for (; first != NULL && !first->is_paren; first = next) {
		next = NULL;
		switch (first->kind) {
		case STAR_X_BINARY:	next = first->op.l; break;
		case STAR_X_IF:		next = first->cond.yes; break;
		case STAR_X_CALL:	next = first->call.fn; break;
		case STAR_X_DOT:	next = first->dot.of; break;
		case STAR_X_INDEX:
		case STAR_X_INDEX2:
		case STAR_X_SLICE:	next = first->index.of; break;
		case STAR_X_CONST:
			if (first->value != NULL &&
			    first->value->type == STAR_BYTES)
				star_parse_fail(p, first->loc, "bytes can "
				    "only be the first of a tuple: put them "
				    "in parentheses");
			break;
		default:
			break;
		}
	}
}

struct star_expr *
star_items_new(struct star_parse *p, enum star_expr_kind kind,
    struct star_exprs items, struct loc at)
{
	struct star_expr *e = star_expr_new(p, kind, at);
	size_t i;

	e->items = items;
	for (i = 0; i < items.n; i++)
		star_raise(p, e, items.v[i]);
	return e;
}

struct star_expr *
star_unary_new(struct star_parse *p, enum star_unary op, struct star_expr *x,
    struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_UNARY, at);

	e->op.op = op;
	e->op.l = x;
	star_raise(p, e, x);
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
	star_raise(p, e, l);
	star_raise(p, e, r);
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
	star_raise(p, e, cond);
	star_raise(p, e, yes);
	star_raise(p, e, no);
	return e;
}

struct star_expr *
star_dot_new(struct star_parse *p, struct star_expr *of, const char *name,
    struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_DOT, at);

	e->dot.of = of;
	e->dot.name = name;
	star_raise(p, e, of);
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
	star_raise(p, e, of);
	star_raise(p, e, i);
	star_raise(p, e, j);
	star_raise(p, e, step);
	return e;
}

struct star_expr *
star_fstring_new(struct star_parse *p, struct star_parts parts, struct loc at)
{
	struct star_expr *e = star_expr_new(p, STAR_X_FSTRING, at);
	size_t i;

	e->parts = parts;
	for (i = 0; i < parts.n; i++)
		star_raise(p, e, parts.v[i].expr);
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
	star_raise(p, e, fn);
	for (i = 0; i < args.n; i++)
		star_raise(p, e, args.v[i].value);
	check_args(p, &args);
	return e;
}

void
star_check_target(struct star_parse *p, const struct star_expr *e,
    bool is_whole)
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
			star_check_target(p, e->items.v[i], false);
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
	star_raise(p, e, key);
	star_raise(p, e, value);
	for (i = 0; i < c->n; i++) {
		star_raise(p, e, c->clauses[i].over);
		star_raise(p, e, c->clauses[i].var);
	}
	return e;
}

void
star_exprs_add(struct star_parse *p, struct star_exprs *l,
    struct star_expr *e)
{
	STAR_GROW(p, l);
	l->v[l->n++] = e;
}

void
star_args_add(struct star_parse *p, struct star_args *l, struct star_arg arg)
{
	STAR_GROW(p, l);
	l->v[l->n++] = arg;
}

void
star_params_add(struct star_parse *p, struct star_params *l,
    struct star_param param)
{
	STAR_GROW(p, l);
	l->v[l->n++] = param;
}

void
star_part_add(struct star_parse *p, struct star_parts *l,
    struct star_part part)
{
	STAR_GROW(p, l);
	l->v[l->n++] = part;
}

void
star_clause_add(struct star_parse *p, struct star_comp *c,
    struct star_expr *var, struct star_expr *over)
{
	if (var != NULL)
		star_check_target(p, var, false);
	c->clauses = arena_grow(p->a, c->clauses, c->n, &c->cap,
	    sizeof(*c->clauses));
	c->clauses[c->n++] = (struct star_clause){ .var = var, .over = over };
}
