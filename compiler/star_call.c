/* Calls: arguments to parameters, of functions and of builtins. */
#include "compiler/star_eval.h"

#include <string.h>

#define MAX_CALLS	49	/* calls within calls, as in Codex */
#define MAX_PARAMS	16	/* of a builtin */

struct star_frame *
star_frame_new(struct star *s, struct star_frame *outer, size_t nslots)
{
	struct star_frame *f = star_alloc(s, 1, sizeof(*f) +
	    nslots * sizeof(f->slots[0]));

	if (f != NULL)
		f->outer = outer;
	return f;
}

struct star_value *
star_closure(struct star *s, struct star_frame *f, const struct star_def *def)
{
	struct star_function *fn = star_alloc(s, 1, sizeof(*fn));
	struct star_value *v = star_alloc(s, 1, sizeof(*v));
	const struct star_param *p;
	size_t i;

	if (fn == NULL || v == NULL)
		return NULL;
	v->type = STAR_FUNCTION;
	v->fn = fn;
	fn->def = def;
	fn->outer = f;
	fn->by_default = star_alloc(s, def->params.n, sizeof(*fn->by_default));
	fn->types = star_alloc(s, def->params.n, sizeof(*fn->types));
	if (fn->by_default == NULL || fn->types == NULL)
		return NULL;
	for (i = 0; i < def->params.n; i++) {
		p = &def->params.v[i];
		if ((p->by_default != NULL && (fn->by_default[i] =
		    star_eval(s, f, p->by_default)) == NULL) ||
		    (p->type != NULL && (fn->types[i] = star_annot_eval(s, f,
		    p->type)) == NULL))
			return NULL;
		/* A default must fit too. */
		if (fn->types[i] != NULL && fn->by_default[i] != NULL &&
		    !star_annot_check(s, p->loc, fn->types[i],
		    fn->by_default[i], p->name))
			return NULL;
	}
	if (def->result_type != NULL && (fn->result = star_annot_eval(s, f,
	    def->result_type)) == NULL)
		return NULL;
	return v;
}

/* Arguments by name into slots; the rest into rest or an error. */
static bool
bind_named(struct star *s, const struct star_def *def, struct star_value **slot,
    const struct star_value *named, struct star_value *rest)
{
	const struct star_entry *e;
	size_t i, j;

	for (i = 0; named != NULL && i < named->dict->n; i++) {
		e = &named->dict->v[i];
		for (j = 0; j < def->params.n; j++)
			if (def->params.v[j].kind == STAR_PARAM &&
			    strlen(def->params.v[j].name) == e->key->s.len &&
			    memcmp(def->params.v[j].name, e->key->s.p,
			    e->key->s.len) == 0)
				break;
		if (j == def->params.n) {
			if (rest == NULL) {
				star_fail(s, "%s() has no parameter %s",
				    def->name, star_show(s, e->key));
				return false;
			}
			if (!star_dict_set(s, rest, e->key, e->value))
				return false;
		} else if (slot[j] != NULL) {
			star_fail(s, "argument %s is given twice",
			    star_show(s, e->key));
			return false;
		} else {
			slot[j] = e->value;
		}
	}
	return true;
}

/* Defaults, and whether all that must be given was. */
static bool
settle(struct star *s, const struct star_function *fn,
    struct star_value **slot)
{
	const struct star_param *p;
	size_t i;

	for (i = 0; i < fn->def->params.n; i++) {
		p = &fn->def->params.v[i];
		if (slot[i] == NULL)
			slot[i] = fn->by_default[i];
		if (slot[i] == NULL) {
			star_fail(s, "%s() misses its argument \"%s\"",
			    fn->def->name, p->name);
			return false;
		}
		if (fn->types[i] != NULL && !star_annot_check(s, s->at,
		    fn->types[i], slot[i], p->name))
			return false;
	}
	return true;
}

static struct star_value *
call_function(struct star *s, const struct star_function *fn,
    struct star_value **pos, size_t npos, struct star_value *named)
{
	const struct star_def *def = fn->def;
	struct star_frame *f = star_frame_new(s, fn->outer, def->nslots);
	struct star_value *rest = NULL;
	bool has_args = false;
	size_t i;

	if (f == NULL)
		return NULL;
	for (i = 0; i < npos && i < def->npos; i++)
		f->slots[i] = pos[i];
	for (i = def->npos; i < def->params.n; i++) {
		if (def->params.v[i].kind == STAR_PARAM_ARGS) {
			has_args = true;
			f->slots[i] = npos > def->npos ? star_seq_of(s,
			    STAR_TUPLE, pos + def->npos, npos - def->npos) :
			    star_seq(s, STAR_TUPLE, 0);
		}
		if (def->params.v[i].kind == STAR_PARAM_KWARGS)
			f->slots[i] = rest = star_dict(s);
	}
	if (npos > def->npos && !has_args)
		return star_fail(s, "%s() takes %zu arguments by position, "
		    "%zu were given", def->name, def->npos, npos);
	if (s->has_failed || !bind_named(s, def, f->slots, named, rest) ||
	    !settle(s, fn, f->slots))
		return NULL;
	return star_body(s, f, def, fn->result);
}

struct spec {			/* a builtin's parameter, from its text */
	char name[32];
	bool is_optional, is_pos_only, is_name_only;
	bool is_args, is_kwargs;
};

static size_t
parse_params(const char *text, struct spec *out)
{
	bool is_name_only = false;
	size_t n = 0, len, i;

	while (*text != '\0' && n < MAX_PARAMS) {
		len = strcspn(text, " ");
		out[n] = (struct spec){ .is_name_only = is_name_only,
		    .is_optional = text[len - 1] == '?',
		    .is_args = len == 1 && *text == '*',
		    .is_kwargs = len == 2 && text[0] == '*' };
		memcpy(out[n].name, text, len - out[n].is_optional);
		if (len == 1 && *text == '/')
			for (i = 0; i < n; i++)
				out[i].is_pos_only = true;
		else if (len == 1 && *text == '|')
			is_name_only = true;
		else
			n++;
		text += len;
		text += strspn(text, " ");
	}
	return n;
}

static void
refuse_named(struct star *s, const char *fn, const struct spec *spec, size_t n,
    const struct star_value *key, bool is_twice)
{
	const char *name = arena_strndup(s->a, key->s.p, key->s.len);
	struct near near = { .word = name };
	struct loc at = star_arg_loc(s, name, STAR_WHOLE, STAR_WHOLE);
	size_t i;

	for (i = 0; i < n; i++)
		if (!spec[i].is_pos_only)
			near_try(&near, spec[i].name);
	if (is_twice)
		star_fail_at(s, at, "argument \"%s\" is given twice", name);
	else
		star_fail_at(s, at, "%s() has no parameter %s%s", fn,
		    diag_quote(s->a, name), near_hint(s->a, &near));
}

static bool
bind_builtin_named(struct star *s, const char *fn, const struct spec *spec,
    size_t n, const struct star_value *named, struct star_value **arg)
{
	const struct star_entry *e;
	size_t i, j;

	for (i = 0; named != NULL && i < named->dict->n; i++) {
		e = &named->dict->v[i];
		for (j = 0; j < n; j++)
			if (!spec[j].is_pos_only && !spec[j].is_args &&
			    !spec[j].is_kwargs && strlen(spec[j].name) ==
			    e->key->s.len && memcmp(spec[j].name,
			    e->key->s.p, e->key->s.len) == 0)
				break;
		if (j < n && arg[j] == NULL) {
			arg[j] = e->value;
		} else if (j == n && n > 0 && spec[n - 1].is_kwargs) {
			if (!star_dict_set(s, arg[n - 1], e->key, e->value))
				return false;
		} else {
			refuse_named(s, fn, spec, n, e->key, j < n);
			return false;
		}
	}
	return true;
}

/* Most methods look at all of the texts that they are given. */
static bool
spend_on(struct star *s, const struct star_value *v)
{
	return v == NULL || (v->type != STAR_STRING &&
	    v->type != STAR_BYTES) || star_spend(s, v->s.len / 2);
}

static struct star_value *
call_builtin(struct star *s, const struct star_builtin *b,
    struct star_value *self, struct star_value **pos, size_t npos,
    const struct star_value *named)
{
	struct star_value *arg[MAX_PARAMS] = { NULL };
	struct spec spec[MAX_PARAMS];
	size_t n = parse_params(b->params, spec), i, used = 0;

	for (i = 0; i < n; i++) {
		if (spec[i].is_kwargs) {
			arg[i] = star_dict(s);
		} else if (spec[i].is_args) {
			arg[i] = star_seq_of(s, STAR_TUPLE, pos + used,
			    npos - used);
			used = npos;
			/* What follows can only be given by name. */
		} else if (used < npos && !spec[i].is_name_only) {
			arg[i] = pos[used++];
		}
	}
	if (used < npos)
		return star_fail(s, "%s() takes %zu arguments by position, "
		    "%zu were given", b->name, used, npos);
	if (s->has_failed ||
	    !bind_builtin_named(s, b->name, spec, n, named, arg))
		return NULL;
	for (i = 0; i < n; i++)
		if (arg[i] == NULL && !spec[i].is_optional)
			return star_fail(s, "%s() misses its argument \"%s\"",
			    b->name, spec[i].name);
	for (i = 0; self != NULL && i < n; i++)
		if (!spend_on(s, arg[i]))
			return NULL;
	return spend_on(s, self) ? b->call(s, self, arg) : NULL;
}

struct loc
star_arg_loc(const struct star *s, const char *name, size_t pos, size_t elem)
{
	const struct star_arg *a = NULL;
	size_t i;

	for (i = 0; s->args != NULL && i < s->args->n; i++) {
		if (s->args->v[i].kind == STAR_ARG_NAMED ?
		    strcmp(s->args->v[i].name, name) == 0 :
		    s->args->v[i].kind == STAR_ARG_POS && i == pos)
			a = &s->args->v[i];
		if (s->args->v[i].kind == STAR_ARG_STAR && a == NULL)
			break;
	}
	if (a == NULL)
		return s->at;
	if (elem == STAR_WHOLE)
		return pos == STAR_WHOLE ? a->loc : a->value->loc;
	return a->value->kind == STAR_X_LIST && elem < a->value->items.n ?
	    a->value->items.v[elem]->loc : a->value->loc;
}

struct star_value *
star_call(struct star *s, struct star_value *fn, struct star_value **pos,
    size_t npos, struct star_value *named)
{
	const struct star_args *args = s->args;
	struct loc at = s->at;
	struct star_value *v;

	if (fn->type != STAR_FUNCTION && fn->type != STAR_BUILTIN)
		return star_fail(s, "%s is not a function",
		    star_show(s, fn));
	if (s->calls >= MAX_CALLS)
		return star_fail(s, "calls are nested more than %d deep",
		    MAX_CALLS);
	s->calls++;
	if (fn->type == STAR_FUNCTION)
		v = call_function(s, fn->fn, pos, npos, named);
	else
		v = call_builtin(s, fn->builtin.b, fn->builtin.self, pos,
		    npos, named);
	s->calls--;
	s->at = at;
	s->args = args;
	return v;
}

const struct star_builtin *
star_find_method(enum star_type type, const char *name)
{
	const struct star_builtin *const *t = star_methods(type), *b;

	for (; *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			if (strcmp(b->name, name) == 0)
				return b;
	return NULL;
}

const struct star_builtin *const *
star_methods(enum star_type type)
{
	static const struct star_builtin *const none[] = { NULL };
	static const struct star_builtin *const string[] = {
		star_string_methods, star_case_methods, star_split_methods,
		NULL
	};
	static const struct star_builtin *const list[] = {
		star_list_methods, NULL };
	static const struct star_builtin *const dict[] = {
		star_dict_methods, NULL };
	static const struct star_builtin *const bytes[] = {
		star_bytes_methods, NULL };

	return type == STAR_STRING ? string : type == STAR_LIST ? list :
	    type == STAR_DICT ? dict : type == STAR_BYTES ? bytes : none;
}

struct star_value *
star_attr(struct star *s, struct star_value *of, const char *name)
{
	const struct star_builtin *b = star_find_method(of->type, name);
	const struct star_builtin *const *t;
	struct near n = { .word = name };

	if (b != NULL)
		return star_method(s, b, of);
	if (strcmp(name, "type") == 0 && star_type_named(of) != NULL)
		return star_cstring(s, star_type_named(of));
	for (t = star_methods(of->type); *t != NULL; t++)
		for (b = *t; b->name != NULL; b++)
			near_try(&n, b->name);
	return star_fail(s, "a %s has no method %s%s", star_type_name(of),
	    diag_quote(s->a, name), near_hint(s->a, &n));
}
