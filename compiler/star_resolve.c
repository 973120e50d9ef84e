/*
 * Names before anything runs: each gets a slot of its function, of one
 * further out, or a builtin; what is none of these is reported.  Also where
 * return, break and continue may stand, and what may be a type.
 *
 * As in Starlark, a name assigned to anywhere in a function is a variable of
 * it everywhere; the variables of a comprehension are its own.
 */
#include <string.h>

#include "compiler/star_value.h"

struct entry {
	const char *name;
	uint32_t slot;
	unsigned times;		/* set, more than once in a loop */
	size_t top;		/* by this statement of the file at first */
	const struct star_expr *set_by;	/* simply to this */
};

struct scope {
	struct scope *outer;
	struct star_def *def;
	bool is_comp;		/* shares the slots of outer */
	struct entry *v;
	size_t n, cap;
	uint32_t *index;	/* entry + 1, a power of two of them */
	size_t nindex;
};

struct resolve {
	struct star_parse *p;
	const struct star_builtin *const *builtins;
	struct star_value *consts[3];	/* None, True, False */
	unsigned loops, defs;
	size_t top;		/* statement of the file */
};

static const char *const const_names[3] = { "None", "True", "False" };

static void resolve_expr(struct resolve *r, struct scope *sc,
    struct star_expr *e);
static void resolve_block(struct resolve *r, struct scope *sc,
    const struct star_block *b);

static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261u;

	while (*s != '\0')
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h ^ h >> 15;
}

static struct entry *
find(const struct scope *sc, const char *name)
{
	size_t i;

	if (sc->nindex == 0)
		return NULL;
	for (i = hash(name) & (sc->nindex - 1); sc->index[i] != 0;
	    i = (i + 1) & (sc->nindex - 1))
		if (strcmp(sc->v[sc->index[i] - 1].name, name) == 0)
			return &sc->v[sc->index[i] - 1];
	return NULL;
}

static void
index_all(struct resolve *r, struct scope *sc)
{
	size_t n = sc->nindex == 0 ? 16 : sc->nindex * 2, i, j;

	sc->index = arena_array(r->p->a, n, sizeof(*sc->index));
	sc->nindex = n;
	for (i = 0; i < sc->n; i++) {
		j = hash(sc->v[i].name) & (n - 1);
		while (sc->index[j] != 0)
			j = (j + 1) & (n - 1);
		sc->index[j] = (uint32_t)i + 1;
	}
}

static void
declare(struct resolve *r, struct scope *sc, const char *name)
{
	size_t i;

	struct entry *old = find(sc, name);

	if (old != NULL) {
		old->times++;
		return;
	}
	sc->v = arena_grow(r->p->a, sc->v, sc->n, &sc->cap, sizeof(*sc->v));
	sc->v[sc->n++] = (struct entry){ .name = name,
	    .slot = sc->def->nslots++, .top = r->top,
	    .times = r->loops > 0 ? 2 : 1 };
	if (sc->n * 2 > sc->nindex) {
		index_all(r, sc);
		return;
	}
	i = hash(name) & (sc->nindex - 1);
	while (sc->index[i] != 0)
		i = (i + 1) & (sc->nindex - 1);
	sc->index[i] = (uint32_t)sc->n;
}

static void
declare_target(struct resolve *r, struct scope *sc, const struct star_expr *e)
{
	size_t i;

	if (e->kind == STAR_X_NAME)
		declare(r, sc, e->name.name);
	else if (e->kind == STAR_X_LIST || e->kind == STAR_X_TUPLE)
		for (i = 0; i < e->items.n; i++)
			declare_target(r, sc, e->items.v[i]);
}

static void
declare_block(struct resolve *r, struct scope *sc, const struct star_block *b)
{
	const struct star_stmt *st;
	size_t i;

	for (i = 0; i < b->n; i++) {
		st = b->v[i];
		switch (st->kind) {
		case STAR_S_ASSIGN:
		case STAR_S_AUGMENT:
			declare_target(r, sc, st->assign.to);
			if (st->assign.to->kind == STAR_X_NAME)
				find(sc, st->assign.to->name.name)->set_by =
				    st->assign.value;
			break;
		case STAR_S_IF:
			declare_block(r, sc, &st->cond.yes);
			declare_block(r, sc, &st->cond.no);
			break;
		case STAR_S_FOR:
			r->loops++;
			declare_target(r, sc, st->loop.var);
			declare_block(r, sc, &st->loop.body);
			r->loops--;
			break;
		case STAR_S_DEF:
			declare(r, sc, st->def.name->name.name);
			break;
		default:
			break;
		}
	}
}

static struct star_value *
builtin_value(struct resolve *r, const char *name)
{
	const struct star_builtin *const *t, *b;
	struct star_value *v;
	size_t i;

	for (i = 0; i < 3; i++)
		if (strcmp(const_names[i], name) == 0)
			return r->consts[i];
	for (t = r->builtins; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			if (strcmp(b->name, name) == 0) {
				v = arena_alloc(r->p->a, sizeof(*v));
				v->type = STAR_BUILTIN;
				v->builtin.b = b;
				return v;
			}
	return NULL;
}

static void
report_unknown(struct resolve *r, const struct scope *sc,
    const struct star_expr *e)
{
	const struct star_builtin *const *t, *b;
	struct near n = { .word = e->name.name };
	size_t i;

	for (; sc != NULL; sc = sc->outer)
		for (i = 0; i < sc->n; i++)
			near_try(&n, sc->v[i].name);
	for (i = 0; i < 3; i++)
		near_try(&n, const_names[i]);
	for (t = r->builtins; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			near_try(&n, b->name);
	star_parse_fail(r->p, e->loc, "name %s is not defined%s",
	    diag_quote(r->p->a, e->name.name), near_hint(r->p->a, &n));
}

static void
resolve_name(struct resolve *r, const struct scope *sc, struct star_expr *e)
{
	const struct scope *in;
	const struct entry *found;

	for (in = sc; in != NULL; in = in->outer) {
		found = find(in, e->name.name);
		if (found != NULL) {
			e->name.slot = found->slot;
			e->name.is_once = in->outer == NULL && !in->is_comp &&
			    found->times == 1 && found->top < r->top;
			e->name.set_by = found->set_by;
			return;
		}
		if (!in->is_comp)
			e->name.hops++;
	}
	e->name.builtin = builtin_value(r, e->name.name);
	if (e->name.builtin == NULL && !diag_is_full(r->p->d))
		report_unknown(r, sc, e);
}

/* Shape of a type: A, A | B, (A, B), list[A], dict[A, B], tuple[A, ...]. */
static void
check_type(struct resolve *r, const struct star_expr *e, bool is_arg)
{
	size_t i;

	switch (e->kind) {
	case STAR_X_NAME:
		return;
	case STAR_X_CONST:
		if (is_arg && e->value->type == STAR_ELLIPSIS)
			return;
		break;
	case STAR_X_BINARY:
		if (e->op.op != STAR_BITOR)
			break;
		check_type(r, e->op.l, false);
		check_type(r, e->op.r, false);
		return;
	case STAR_X_TUPLE:
		for (i = 0; i < e->items.n; i++)
			check_type(r, e->items.v[i], false);
		return;
	case STAR_X_INDEX:
	case STAR_X_INDEX2:
		check_type(r, e->index.of, false);
		check_type(r, e->index.i, true);
		if (e->index.j != NULL)
			check_type(r, e->index.j, true);
		return;
	default:
		break;
	}
	star_parse_fail(r->p, e->loc, "this is not a type: expected a name "
	    "such as \"str\", \"list[str]\" or \"str | None\"");
}

static void
resolve_type(struct resolve *r, struct scope *sc, struct star_expr *e)
{
	if (e == NULL)
		return;
	check_type(r, e, false);
	resolve_expr(r, sc, e);
}

/* Defaults and types belong to the scope around the function. */
static void
resolve_def(struct resolve *r, struct scope *outer, struct star_def *d)
{
	struct scope sc = { .outer = outer, .def = d };
	unsigned loops = r->loops;
	size_t i;

	for (i = 0; i < d->params.n; i++) {
		if (d->params.v[i].by_default != NULL)
			resolve_expr(r, outer, d->params.v[i].by_default);
		resolve_type(r, outer, d->params.v[i].type);
		declare(r, &sc, d->params.v[i].name);
	}
	resolve_type(r, outer, d->result_type);
	r->loops = 0;
	r->defs++;
	if (d->value != NULL) {
		resolve_expr(r, &sc, d->value);
	} else {
		declare_block(r, &sc, &d->body);
		resolve_block(r, &sc, &d->body);
	}
	r->defs--;
	r->loops = loops;
}

/* The first list is evaluated outside of the comprehension. */
static void
resolve_comp(struct resolve *r, struct scope *outer, struct star_comp *c)
{
	struct scope sc = { .outer = outer, .def = outer->def,
	    .is_comp = true };
	size_t i;

	resolve_expr(r, outer, c->clauses[0].over);
	for (i = 0; i < c->n; i++)
		if (c->clauses[i].var != NULL)
			declare_target(r, &sc, c->clauses[i].var);
	for (i = 0; i < c->n; i++) {
		if (i > 0)
			resolve_expr(r, &sc, c->clauses[i].over);
		if (c->clauses[i].var != NULL)
			resolve_expr(r, &sc, c->clauses[i].var);
	}
	if (c->key != NULL)
		resolve_expr(r, &sc, c->key);
	resolve_expr(r, &sc, c->value);
}

static void
resolve_list(struct resolve *r, struct scope *sc, const struct star_exprs *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		resolve_expr(r, sc, l->v[i]);
}

static void
resolve_expr(struct resolve *r, struct scope *sc, struct star_expr *e)
{
	size_t i;

	if (e == NULL)
		return;
	switch (e->kind) {
	case STAR_X_NAME:
		resolve_name(r, sc, e);
		break;
	case STAR_X_CONST:
		break;
	case STAR_X_LIST:
	case STAR_X_TUPLE:
	case STAR_X_DICT:
		resolve_list(r, sc, &e->items);
		break;
	case STAR_X_COMP:
		resolve_comp(r, sc, e->comp);
		break;
	case STAR_X_UNARY:
	case STAR_X_BINARY:
		resolve_expr(r, sc, e->op.l);
		resolve_expr(r, sc, e->op.r);
		break;
	case STAR_X_IF:
		resolve_expr(r, sc, e->cond.cond);
		resolve_expr(r, sc, e->cond.yes);
		resolve_expr(r, sc, e->cond.no);
		break;
	case STAR_X_LAMBDA:
		resolve_def(r, sc, e->def);
		break;
	case STAR_X_CALL:
		resolve_expr(r, sc, e->call.fn);
		for (i = 0; i < e->call.args.n; i++)
			resolve_expr(r, sc, e->call.args.v[i].value);
		break;
	case STAR_X_DOT:
		resolve_expr(r, sc, e->dot.of);
		break;
	case STAR_X_INDEX:
	case STAR_X_INDEX2:
	case STAR_X_SLICE:
		resolve_expr(r, sc, e->index.of);
		resolve_expr(r, sc, e->index.i);
		resolve_expr(r, sc, e->index.j);
		resolve_expr(r, sc, e->index.step);
		break;
	case STAR_X_FSTRING:
		for (i = 0; i < e->parts.n; i++)
			resolve_expr(r, sc, e->parts.v[i].expr);
		break;
	}
}

static void
resolve_stmt(struct resolve *r, struct scope *sc, struct star_stmt *st)
{
	switch (st->kind) {
	case STAR_S_RETURN:
		if (r->defs == 0)
			star_parse_fail(r->p, st->loc,
			    "\"return\" outside of a function");
		resolve_expr(r, sc, st->expr);
		break;
	case STAR_S_EXPR:
		resolve_expr(r, sc, st->expr);
		break;
	case STAR_S_ASSIGN:
	case STAR_S_AUGMENT:
		resolve_type(r, sc, st->assign.type);
		resolve_expr(r, sc, st->assign.value);
		resolve_expr(r, sc, st->assign.to);
		break;
	case STAR_S_IF:
		resolve_expr(r, sc, st->cond.cond);
		resolve_block(r, sc, &st->cond.yes);
		resolve_block(r, sc, &st->cond.no);
		break;
	case STAR_S_FOR:
		resolve_expr(r, sc, st->loop.over);
		resolve_expr(r, sc, st->loop.var);
		r->loops++;
		resolve_block(r, sc, &st->loop.body);
		r->loops--;
		break;
	case STAR_S_DEF:
		resolve_def(r, sc, st->def.def);
		resolve_expr(r, sc, st->def.name);
		break;
	case STAR_S_BREAK:
	case STAR_S_CONTINUE:
		if (r->loops == 0)
			star_parse_fail(r->p, st->loc, "\"%s\" outside of a "
			    "loop", st->kind == STAR_S_BREAK ? "break" :
			    "continue");
		break;
	case STAR_S_PASS:
		break;
	}
}

static void
resolve_block(struct resolve *r, struct scope *sc, const struct star_block *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		resolve_stmt(r, sc, b->v[i]);
}

int
star_check(struct star_parse *p, const struct star_builtin *const *builtins)
{
	static const enum star_type types[3] = { STAR_NONE, STAR_BOOL,
		STAR_BOOL };
	struct resolve r = { .p = p, .builtins = builtins };
	struct scope sc = { .def = &p->module->main };
	const struct star_block *b = &p->module->main.body;
	struct star_block one = { .n = 1 };
	size_t i;

	for (i = 0; i < 3; i++) {
		r.consts[i] = arena_alloc(p->a, sizeof(*r.consts[i]));
		r.consts[i]->type = types[i];
	}
	r.consts[1]->b = true;
	for (; r.top < b->n; r.top++) {
		one.v = &b->v[r.top];
		declare_block(&r, &sc, &one);
	}
	for (r.top = 0; r.top < b->n; r.top++) {
		one.v = &b->v[r.top];
		resolve_block(&r, &sc, &one);
	}
	return p->has_failed ? -1 : 0;
}
