/*
 * prefix_rule() and glob(): arguments are checked completely, then the rules
 * are added to the set; examples are kept for the end of the file.
 */
#include "compiler/rules_impl.h"

#include <string.h>

#include "compiler/star_unicode.h"

/* Parameters of prefix_rule(), in order. */
enum { PATTERN, DECISION, MATCH, NOT_MATCH, JUSTIFICATION, CANONICAL, EXACT,
	UNLESS, ID, NARGS };

const char *
rules_keep(struct star *s, struct star_text t)
{
	size_t i, n = 0, nuls = 0;
	char *p;

	for (i = 0; i < t.len; i++)
		nuls += t.p[i] == '\0';
	p = arena_alloc(rules_context(s)->a, t.len + nuls + 1);
	for (i = 0; i < t.len; i++) {
		if (t.p[i] != '\0') {
			p[n++] = t.p[i];
			continue;
		}
		p[n++] = (char)0xc0;
		p[n++] = (char)0x80;
	}
	p[n] = '\0';
	return p;
}

void
rules_at_arg(struct star *s, struct loc call, const char *name, size_t pos)
{
	s->at = call;
	if (name != NULL)
		s->at = star_arg_loc(s, name, pos, STAR_WHOLE);
}

bool
rules_want_list(struct star *s, const struct star_value *v, const char *what)
{
	if (v->type == STAR_LIST)
		return true;
	star_fail(s, "\"%s\" takes a list, found %s", what, star_show(s, v));
	return false;
}

/* One word of a pattern, or a glob where these are known. */
static bool
read_word(struct star *s, const struct star_value *v, const char **word,
    bool *is_glob)
{
	if (v->type != STAR_STRING && v->type != STAR_GLOB) {
		star_fail(s, "a word of a pattern is a string, found %s",
		    star_show(s, v));
		return false;
	}
	*word = rules_keep(s, v->s);
	*is_glob = v->type == STAR_GLOB;
	return true;
}

static bool
read_elem(struct star *s, struct star_value *v, struct rule_elem *out)
{
	struct star_value *const *alts = v->type == STAR_LIST ? v->seq->v :
	    &v;
	size_t n = v->type == STAR_LIST ? v->seq->n : 1, i;
	bool *globs = NULL, is_glob;
	const char **words;

	if (n == 0) {
		star_fail(s, "a list of alternatives is empty");
		return false;
	}
	words = arena_array(rules_context(s)->a, n, sizeof(*words));
	for (i = 0; i < n; i++) {
		if (!read_word(s, alts[i], &words[i], &is_glob))
			return false;
		if (is_glob && globs == NULL)
			globs = arena_array(rules_context(s)->a, n, sizeof(*globs));
		if (is_glob)
			globs[i] = true;
	}
	*out = (struct rule_elem){ .alts = words, .nalts = n,
	    .is_glob = globs };
	return true;
}

static bool
read_pattern(struct star *s, const struct star_value *v, const char *what,
    struct rule_pattern *out)
{
	struct rule_elem *elems;
	size_t i;

	if (!rules_want_list(s, v, what))
		return false;
	if (v->seq->n == 0) {
		star_fail(s, "\"%s\" is empty: expected at least one word",
		    what);
		return false;
	}
	elems = arena_array(rules_context(s)->a, v->seq->n, sizeof(*elems));
	for (i = 0; i < v->seq->n; i++)
		if (!read_elem(s, v->seq->v[i], &elems[i]))
			return false;
	*out = (struct rule_pattern){ .elems = elems, .nelems = v->seq->n };
	return true;
}

static bool
read_unless(struct star *s, const struct star_value *v,
    struct prefix_rule *out)
{
	struct rule_pattern *patterns;
	size_t i;

	if (!rules_want_list(s, v, "unless"))
		return false;
	patterns = arena_array(rules_context(s)->a, v->seq->n, sizeof(*patterns));
	for (i = 0; i < v->seq->n; i++)
		if (!read_pattern(s, v->seq->v[i], "unless", &patterns[i]))
			return false;
	out->unless = patterns;
	out->nunless = v->seq->n;
	return true;
}

bool
rules_read_enum(struct star *s, const struct star_value *v, const char *what,
    const struct rules_word *words, unsigned *out)
{
	struct star_text t;
	struct near n;
	const char *list = "";
	const struct rules_word *w;

	if (!star_want_string(s, v, what, &t))
		return false;
	n = (struct near){ .word = arena_strndup(s->a, t.p, t.len) };
	for (w = words; w->name != NULL; w++) {
		if (strlen(w->name) == t.len &&
		    memcmp(w->name, t.p, t.len) == 0) {
			*out = w->value;
			return true;
		}
		near_try(&n, w->name);
		list = arena_printf(s->a, "%s%s\"%s\"", list,
		    *list != '\0' ? ", " : "", w->name);
	}
	star_fail(s, "%s %s: expected one of %s%s", what, star_show(s, v),
	    list, near_hint(s->a, &n));
	return false;
}

bool
rules_read_justification(struct star *s, const struct star_value *v,
    const char **out)
{
	struct star_text t;
	size_t i = 0;

	*out = NULL;
	if (v == NULL)
		return true;
	if (!star_want_string(s, v, "justification", &t))
		return false;
	while (i < t.len)
		if (!star_is_space(star_utf8_next(t.p, t.len, &i))) {
			*out = rules_keep(s, t);
			return true;
		}
	star_fail(s, "\"justification\" is blank");
	return false;
}

/* One example: a string to be split, or a list of words. */
static bool
read_example(struct star *s, const struct star_value *v, const char *what,
    bool is_argv, struct rules_example *out)
{
	struct rules_context *c = rules_context(s);
	const char **argv, *text;
	bool is_glob;
	size_t i;

	out->loc = s->at;
	/* To be split, and matched at the end of the file. */
	if (!star_spend(s, 32 + (v->type == STAR_STRING ? v->s.len : 0)) ||
	    !star_has_room(s, v->type == STAR_STRING ? 2 * v->s.len : 0))
		return false;
	if (v->type == STAR_STRING && is_argv) {
		text = rules_keep(s, v->s);
		if (!rules_shlex(c->a, text, strlen(text), &out->argv,
		    &out->argc)) {
			star_fail(s, "example %s has a quote or backslash "
			    "that is not closed", star_show(s, v));
			return false;
		}
	} else if (v->type == STAR_LIST) {
		argv = arena_array(c->a, v->seq->n, sizeof(*argv));
		for (i = 0; i < v->seq->n; i++)
			if (v->seq->v[i]->type != STAR_STRING ||
			    !read_word(s, v->seq->v[i], &argv[i], &is_glob)) {
				star_fail(s, "a word of an example is a "
				    "string, found %s",
				    star_show(s, v->seq->v[i]));
				return false;
			}
		out->argv = argv;
		out->argc = v->seq->n;
	} else {
		star_fail(s, "an example in \"%s\" is %sa list of strings, "
		    "found %s", what, is_argv ? "a string or " : "",
		    star_show(s, v));
		return false;
	}
	if (out->argc > 0 || !is_argv)
		return true;
	star_fail(s, "an example in \"%s\" is empty", what);
	return false;
}

bool
rules_read_examples(struct star *s, const struct star_value *v,
    const char *what, size_t pos, bool is_argv, struct rules_example **out,
    size_t *n)
{
	struct loc call = s->at;
	size_t i;

	*n = 0;
	if (v == NULL)
		return true;
	rules_at_arg(s, call, what, pos);
	if (!rules_want_list(s, v, what))
		return false;
	*out = arena_array(rules_context(s)->a, v->seq->n, sizeof(**out));
	*n = v->seq->n;
	for (i = 0; i < v->seq->n; i++) {
		s->at = call;
		s->at = star_arg_loc(s, what, pos, i);
		if (!read_example(s, v->seq->v[i], what, is_argv,
		    &(*out)[i]))
			return false;
	}
	s->at = call;
	return true;
}

/* One rule for each alternative of the first word. */
static void
add_rules(struct star *s, const struct prefix_rule *r,
    const struct rule_pattern *p)
{
	struct rules_context *c = rules_context(s);
	struct rule_set *set = c->set;
	const struct rule_elem *head = &p->elems[0];
	struct prefix_rule *to;
	struct rule_elem *elems;
	size_t i;

	for (i = 0; i < head->nalts; i++) {
		set->prefix = arena_grow(c->a, set->prefix, set->nprefix,
		    &set->cap_prefix, sizeof(*set->prefix));
		to = &set->prefix[set->nprefix++];
		*to = *r;
		to->elems = p->elems;
		to->nelems = p->nelems;
		if (head->nalts == 1)
			continue;
		elems = arena_array(c->a, p->nelems, sizeof(*elems));
		memcpy(elems, p->elems, p->nelems * sizeof(*elems));
		elems[0] = (struct rule_elem){ .alts = &head->alts[i],
		    .is_glob = head->is_glob != NULL ? &head->is_glob[i] :
		    NULL, .nalts = 1 };
		to->elems = elems;
	}
}

static const struct rules_word decisions[] = {
	{ "allow", BLOB_ALLOW }, { "prompt", BLOB_PROMPT },
	{ "forbidden", BLOB_FORBIDDEN }, { .name = NULL }
};

static bool
read_extensions(struct star *s, struct star_value **arg,
    struct prefix_rule *r)
{
	struct star_text t;

	if (arg[EXACT] != NULL && !star_want_bool(s, arg[EXACT], "exact",
	    &r->is_exact))
		return false;
	if (arg[UNLESS] != NULL && !read_unless(s, arg[UNLESS], r))
		return false;
	if (arg[ID] == NULL)
		return true;
	if (!star_want_string(s, arg[ID], "id", &t))
		return false;
	if (t.len == 0)
		star_fail(s, "\"id\" is empty");
	r->id = rules_keep(s, t);
	return t.len > 0;
}

/* Everything but the examples; complaints are about the argument at fault. */
static bool
read_rule(struct star *s, struct star_value **arg, struct prefix_rule *r,
    struct rule_pattern *pattern)
{
	unsigned decision = BLOB_ALLOW;

	rules_at_arg(s, r->loc, "decision", DECISION);
	if (arg[DECISION] != NULL && !rules_read_enum(s, arg[DECISION], "decision",
	    decisions, &decision))
		return false;
	r->decision = (enum blob_decision)decision;
	rules_at_arg(s, r->loc, "justification", JUSTIFICATION);
	if (!rules_read_justification(s, arg[JUSTIFICATION], &r->justification))
		return false;
	rules_at_arg(s, r->loc, "canonical_matching", CANONICAL);
	if (arg[CANONICAL] != NULL && !star_want_bool(s, arg[CANONICAL],
	    "canonical_matching", &r->is_canonical))
		return false;
	rules_at_arg(s, r->loc, "pattern", PATTERN);
	if (!read_pattern(s, arg[PATTERN], "pattern", pattern))
		return false;
	rules_at_arg(s, r->loc, NULL, 0);
	return read_extensions(s, arg, r);
}

static struct star_value *
prefix_rule(struct star *s, struct star_value **arg)
{
	struct rules_context *c = rules_context(s);
	struct prefix_rule r = { .loc = s->at };
	struct rules_test test = { .loc = s->at, .first = c->set->nprefix };
	struct rule_pattern pattern;

	if (!read_rule(s, arg, &r, &pattern) ||
	    !rules_read_examples(s, arg[MATCH], "match", MATCH, true,
	    &test.match, &test.nmatch) ||
	    !rules_read_examples(s, arg[NOT_MATCH], "not_match", NOT_MATCH,
	    true, &test.not_match, &test.nnot_match))
		return NULL;
	if (pattern.elems[0].nalts > BLOB_MAX_RULES - c->set->nprefix) {
		s->at = r.loc;
		return star_fail(s, "more than %d exec rules",
		    BLOB_MAX_RULES);
	}
	add_rules(s, &r, &pattern);
	test.n = c->set->nprefix - test.first;
	if (test.nmatch + test.nnot_match > 0) {
		c->tests = arena_grow(c->a, c->tests, c->ntests,
		    &c->cap_tests, sizeof(*c->tests));
		c->tests[c->ntests++] = test;
	}
	return s->none;
}

static struct star_value *
prefix_rule_plain(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_value *all[NARGS] = { NULL };

	(void)self;
	memcpy(all, arg, EXACT * sizeof(*all));
	return prefix_rule(s, all);
}

static struct star_value *
prefix_rule_extended(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	(void)self;
	return prefix_rule(s, arg);
}

static struct star_value *
glob(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_text t;
	struct star_value *v;

	(void)self;
	if (!star_want_string(s, arg[0], "glob", &t))
		return NULL;
	v = star_string_own(s, t.p, t.len);
	if (v != NULL)
		v->type = STAR_GLOB;
	return v;
}

#define PREFIX_PARAMS "pattern decision? match? not_match? justification? " \
	"canonical_matching?"
#define COMMON								\
	{ "network_rule", "host protocol decision justification?",	\
	    rules_network_rule },					\
	{ "host_executable", "name paths",				\
	    rules_host_executable }

const struct star_builtin rules_builtins[] = {
	{ "prefix_rule", PREFIX_PARAMS, prefix_rule_plain },
	COMMON,
	{ .name = NULL }
};

const struct star_builtin rules_extended[] = {
	{ "prefix_rule", PREFIX_PARAMS " exact? unless? id?",
	    prefix_rule_extended },
	COMMON,
	{ "glob", "pattern /", glob },
	{ "define_program", RULES_PROGRAM_PARAMS, rules_define_program },
	{ "forbid_substrings", "strings", rules_forbid_substrings },
	{ "forbid_program_regex", "regex reason", rules_forbid_program_regex },
	{ "opt", "name type required?", rules_opt },
	{ "flag", "name", rules_flag },
	{ "ARG_OPAQUE_VALUE", "", rules_arg_type },
	{ "ARG_RFILE", "", rules_arg_type },
	{ "ARG_RFILES", "", rules_arg_type },
	{ "ARG_RFILES_OR_CWD", "", rules_arg_type },
	{ "ARG_WFILE", "", rules_arg_type },
	{ "ARG_POS_INT", "", rules_arg_type },
	{ "ARG_SED_COMMAND", "", rules_arg_type },
	{ "ARG_UNVERIFIED_VARARGS", "", rules_arg_type },
	{ .name = NULL }
};
