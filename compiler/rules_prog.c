/*
 * define_program(), opt(), flag() and the bans: programs whose arguments have
 * types.  A type of argument is a builtin that cannot be called; what flag()
 * and opt() make is a value of its own.
 */
#include "compiler/rules_impl.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/program_put.h"
#include "compiler/regex.h"

/* Parameters of define_program(), in order. */
enum { PROGRAM, SYSTEM_PATH, OPTIONS, ARGS, FORBIDDEN, SHOULD_MATCH,
	SHOULD_NOT_MATCH };

struct star_value *
rules_arg_type(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	(void)self;
	(void)arg;
	return star_fail(s, "a type of argument is no function");
}

static const struct rules_word types[] = {
	{ "ARG_OPAQUE_VALUE", BLOB_PROG_OPAQUE },
	{ "ARG_RFILE", BLOB_PROG_RFILE }, { "ARG_WFILE", BLOB_PROG_WFILE },
	{ "ARG_POS_INT", BLOB_PROG_POS_INT },
	{ "ARG_SED_COMMAND", BLOB_PROG_SED_COMMAND },
	{ "ARG_RFILES", BLOB_PROG_RFILES },
	{ "ARG_RFILES_OR_CWD", BLOB_PROG_RFILES_OR_CWD },
	{ "ARG_UNVERIFIED_VARARGS", BLOB_PROG_UNVERIFIED },
	{ .name = NULL }
};

static bool
read_arg(struct star *s, const struct star_value *v, struct program_arg *out)
{
	const struct rules_word *w;

	*out = (struct program_arg){ .type = BLOB_PROG_LITERAL };
	if (v->type == STAR_STRING) {
		out->literal = rules_keep(s, v->s);
		return true;
	}
	if (v->type == STAR_BUILTIN && v->builtin.b->call == rules_arg_type)
		for (w = types; w->name != NULL; w++)
			if (strcmp(w->name, v->builtin.b->name) == 0) {
				out->type = (enum blob_prog_type)w->value;
				return true;
			}
	star_fail(s, "an argument is a string or a type such as ARG_RFILE, "
	    "found %s", star_show(s, v));
	return false;
}

static struct star_value *
make_option(struct star *s, const struct program_opt *o)
{
	struct program_opt *copy = arena_alloc(s->a, sizeof(*copy));
	struct star_value *v = star_alloc(s, 1, sizeof(*v));

	*copy = *o;
	if (v != NULL)
		*v = (struct star_value){ .type = STAR_OPTION,
		    .option = copy };
	return v;
}

static bool
read_option_name(struct star *s, const struct star_value *v,
    const char **out)
{
	struct star_text t;

	if (!star_want_string(s, v, "name", &t))
		return false;
	*out = rules_keep(s, t);
	if (t.len >= 2 && t.p[0] == '-' && strcmp(*out, "--") != 0)
		return true;
	star_fail(s, "option %s: expected a name that begins with \"-\"",
	    star_show(s, v));
	return false;
}

struct star_value *
rules_flag(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct program_opt o = { .value = { .type = BLOB_PROG_FLAG } };

	(void)self;
	return read_option_name(s, arg[0], &o.name) ? make_option(s, &o) :
	    NULL;
}

struct star_value *
rules_opt(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct program_opt o = { .name = NULL };

	(void)self;
	if (!read_option_name(s, arg[0], &o.name) ||
	    !read_arg(s, arg[1], &o.value))
		return NULL;
	/* One word, also of a type for several. */
	if (o.value.type == BLOB_PROG_RFILES ||
	    o.value.type == BLOB_PROG_RFILES_OR_CWD)
		o.value.type = BLOB_PROG_RFILE;
	if (arg[2] != NULL && arg[2]->type != STAR_NONE &&
	    !star_want_bool(s, arg[2], "required", &o.is_required))
		return NULL;
	return make_option(s, &o);
}

static bool
is_absent(const struct star_value *v)
{
	return v == NULL || v->type == STAR_NONE;
}

static bool
read_paths(struct star *s, const struct star_value *v,
    struct program_def *out)
{
	struct loc call = s->at;
	struct star_text t;
	const char **paths;
	size_t i;

	rules_at_arg(s, call, "system_path", SYSTEM_PATH);
	if (!rules_want_list(s, v, "system_path"))
		return false;
	paths = arena_array(rules_context(s)->a, v->seq->n, sizeof(*paths));
	for (i = 0; i < v->seq->n; i++) {
		s->at = call;
		s->at = star_arg_loc(s, "system_path", SYSTEM_PATH, i);
		if (!star_want_string(s, v->seq->v[i], "system_path", &t))
			return false;
		paths[i] = rules_keep(s, t);
		if (paths[i][0] != '/') {
			star_fail(s, "system path %s: expected an absolute "
			    "path", star_show(s, v->seq->v[i]));
			return false;
		}
	}
	out->paths = paths;
	out->npaths = v->seq->n;
	s->at = call;
	return true;
}

static int
by_name(const void *vx, const void *vy)
{
	const struct program_opt *x = vx, *y = vy;

	return strcmp(x->name, y->name);
}

static bool
read_options(struct star *s, const struct star_value *v,
    struct program_def *out)
{
	struct loc call = s->at;
	struct program_opt *opts;
	size_t i;

	rules_at_arg(s, call, "options", OPTIONS);
	if (!rules_want_list(s, v, "options"))
		return false;
	opts = arena_array(rules_context(s)->a, v->seq->n, sizeof(*opts));
	for (i = 0; i < v->seq->n; i++) {
		if (v->seq->v[i]->type != STAR_OPTION) {
			s->at = call;
			s->at = star_arg_loc(s, "options", OPTIONS, i);
			star_fail(s, "an option is made by flag() or opt(), "
			    "found %s", star_show(s, v->seq->v[i]));
			return false;
		}
		opts[i] = *(const struct program_opt *)v->seq->v[i]->option;
	}
	if (v->seq->n > 1)
		qsort(opts, v->seq->n, sizeof(*opts), by_name);
	for (i = 1; i < v->seq->n; i++)
		if (strcmp(opts[i - 1].name, opts[i].name) == 0) {
			star_fail(s, "option %s is given twice",
			    diag_quote(s->a, opts[i].name));
			return false;
		}
	out->opts = opts;
	out->nopts = v->seq->n;
	s->at = call;
	return true;
}

static bool
read_args(struct star *s, const struct star_value *v,
    struct program_def *out)
{
	struct loc call = s->at;
	struct program_arg *args;
	bool has_many = false;
	size_t i;

	rules_at_arg(s, call, "args", ARGS);
	if (!rules_want_list(s, v, "args"))
		return false;
	args = arena_array(rules_context(s)->a, v->seq->n, sizeof(*args));
	for (i = 0; i < v->seq->n; i++) {
		s->at = call;
		s->at = star_arg_loc(s, "args", ARGS, i);
		if (!read_arg(s, v->seq->v[i], &args[i]))
			return false;
		if (args[i].type >= BLOB_PROG_RFILES && has_many) {
			star_fail(s, "a second argument that takes several "
			    "words: where it begins would not be known");
			return false;
		}
		has_many = has_many || args[i].type >= BLOB_PROG_RFILES;
	}
	out->args = args;
	out->nargs = v->seq->n;
	s->at = call;
	return true;
}

static bool
read_reason(struct star *s, const struct star_value *v, const char *what,
    const char **out)
{
	struct star_text t;

	if (!star_want_string(s, v, what, &t))
		return false;
	*out = rules_keep(s, t);
	if ((*out)[strspn(*out, " \t\r\n")] != '\0')
		return true;
	star_fail(s, "\"%s\" is blank: expected the reason", what);
	return false;
}

static bool
read_program(struct star *s, struct star_value **arg, struct program_def *p)
{
	struct star_text t;

	rules_at_arg(s, p->loc, "program", PROGRAM);
	if (!star_want_string(s, arg[PROGRAM], "program", &t))
		return false;
	p->name = rules_keep(s, t);
	if (t.len == 0 || memchr(t.p, '/', t.len) != NULL) {
		star_fail(s, "program %s: expected a name without \"/\"; its "
		    "paths stand in system_path", star_show(s, arg[PROGRAM]));
		return false;
	}
	s->at = p->loc;
	if ((!is_absent(arg[SYSTEM_PATH]) &&
	    !read_paths(s, arg[SYSTEM_PATH], p)) ||
	    (!is_absent(arg[OPTIONS]) &&
	    !read_options(s, arg[OPTIONS], p)) ||
	    (!is_absent(arg[ARGS]) && !read_args(s, arg[ARGS], p)))
		return false;
	rules_at_arg(s, p->loc, "forbidden", FORBIDDEN);
	if (!is_absent(arg[FORBIDDEN]) &&
	    !read_reason(s, arg[FORBIDDEN], "forbidden", &p->forbidden))
		return false;
	s->at = p->loc;
	return true;
}

static const struct star_value *
or_null(const struct star_value *v)
{
	return is_absent(v) ? NULL : v;
}

struct star_value *
rules_define_program(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct rules_context *c = rules_context(s);
	struct rules_program_test test = { .loc = s->at,
	    .program = c->set->nprograms };
	struct program_def p = { .loc = s->at };

	(void)self;
	if (!read_program(s, arg, &p) ||
	    !rules_read_examples(s, or_null(arg[SHOULD_MATCH]),
	    "should_match", SHOULD_MATCH, false, &test.match, &test.nmatch) ||
	    !rules_read_examples(s, or_null(arg[SHOULD_NOT_MATCH]),
	    "should_not_match", SHOULD_NOT_MATCH, false, &test.not_match,
	    &test.nnot_match))
		return NULL;
	c->set->programs = arena_grow(c->a, c->set->programs,
	    c->set->nprograms, &c->set->cap_programs,
	    sizeof(*c->set->programs));
	c->set->programs[c->set->nprograms++] = p;
	c->program_tests = arena_grow(c->a, c->program_tests,
	    c->nprogram_tests, &c->cap_program_tests,
	    sizeof(*c->program_tests));
	c->program_tests[c->nprogram_tests++] = test;
	return s->none;
}

struct star_value *
rules_forbid_substrings(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct rules_context *c = rules_context(s);
	struct rule_set *set = c->set;
	struct loc call = s->at;
	struct star_text t;
	size_t i;

	(void)self;
	rules_at_arg(s, call, "strings", 0);
	if (!rules_want_list(s, arg[0], "strings"))
		return NULL;
	for (i = 0; i < arg[0]->seq->n; i++) {
		s->at = call;
		s->at = star_arg_loc(s, "strings", 0, i);
		if (!star_want_string(s, arg[0]->seq->v[i], "strings", &t))
			return NULL;
		if (t.len == 0)
			return star_fail(s, "an empty string is in every "
			    "argument");
		set->substrings = arena_grow(c->a, set->substrings,
		    set->nsubstrings, &set->cap_substrings,
		    sizeof(*set->substrings));
		set->substrings[set->nsubstrings++] = (struct program_ban){
		    .loc = call, .text = rules_keep(s, t) };
	}
	s->at = call;
	return s->none;
}

struct star_value *
rules_forbid_program_regex(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct rules_context *c = rules_context(s);
	struct rule_set *set = c->set;
	struct program_ban b = { .loc = s->at };
	const char *fault;
	struct star_text t;
	size_t at;

	(void)self;
	rules_at_arg(s, b.loc, "regex", 0);
	if (!star_want_string(s, arg[0], "regex", &t))
		return NULL;
	b.text = rules_keep(s, t);
	fault = regexes_add(regexes_new(s->a), b.text, &at);
	if (fault != NULL)
		return star_fail(s, "the expression %s at its byte %zu: %s",
		    diag_quote(s->a, b.text), at + 1, fault);
	rules_at_arg(s, b.loc, "reason", 1);
	if (!read_reason(s, arg[1], "reason", &b.reason))
		return NULL;
	s->at = b.loc;
	set->regexes = arena_grow(c->a, set->regexes, set->nregexes,
	    &set->cap_regexes, sizeof(*set->regexes));
	set->regexes[set->nregexes++] = b;
	return s->none;
}
