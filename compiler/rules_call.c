/*
 * The calls of a rule file: prefix_rule(), network_rule(),
 * host_executable(), glob().  Each checks its arguments completely and adds
 * to the set; examples are kept for the end of the file.
 */
#include "compiler/rules_impl.h"

#include <string.h>

#include "compiler/star_unicode.h"

/* Parameters of prefix_rule(), in order. */
enum { PATTERN, DECISION, MATCH, NOT_MATCH, JUSTIFICATION, CANONICAL, EXACT,
	UNLESS, ID, NARGS };

static struct rules_context *
context(struct star *s)
{
	return s->host;
}

/* A text that outlives the evaluation; NUL as C0 80 (see rules.h). */
static const char *
keep(struct star *s, struct star_text t)
{
	size_t i, n = 0, nuls = 0;
	char *p;

	for (i = 0; i < t.len; i++)
		nuls += t.p[i] == '\0';
	p = arena_alloc(context(s)->a, t.len + nuls + 1);
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

/* Speak of an argument from here on; NULL: of the call. */
static void
at_arg(struct star *s, struct loc call, const char *name, size_t pos)
{
	s->at = call;
	if (name != NULL)
		s->at = star_arg_loc(s, name, pos, STAR_WHOLE);
}

static bool
want_list(struct star *s, const struct star_value *v, const char *what)
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
	*word = keep(s, v->s);
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
	words = arena_array(context(s)->a, n, sizeof(*words));
	for (i = 0; i < n; i++) {
		if (!read_word(s, alts[i], &words[i], &is_glob))
			return false;
		if (is_glob && globs == NULL)
			globs = arena_array(context(s)->a, n, sizeof(*globs));
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

	if (!want_list(s, v, what))
		return false;
	if (v->seq->n == 0) {
		star_fail(s, "\"%s\" is empty: expected at least one word",
		    what);
		return false;
	}
	elems = arena_array(context(s)->a, v->seq->n, sizeof(*elems));
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

	if (!want_list(s, v, "unless"))
		return false;
	patterns = arena_array(context(s)->a, v->seq->n, sizeof(*patterns));
	for (i = 0; i < v->seq->n; i++)
		if (!read_pattern(s, v->seq->v[i], "unless", &patterns[i]))
			return false;
	out->unless = patterns;
	out->nunless = v->seq->n;
	return true;
}

struct word {
	const char *name;
	unsigned value;
};

/* The value of one of some words; the last has no name. */
static bool
read_enum(struct star *s, const struct star_value *v, const char *what,
    const struct word *words, unsigned *out)
{
	struct star_text t;
	struct near n;
	const char *list = "";
	const struct word *w;

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

static bool
read_justification(struct star *s, const struct star_value *v,
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
			*out = keep(s, t);
			return true;
		}
	star_fail(s, "\"justification\" is blank");
	return false;
}

/* One example: a string to be split, or a list of words. */
static bool
read_example(struct star *s, const struct star_value *v, const char *what,
    struct rules_example *out)
{
	struct rules_context *c = context(s);
	const char **argv, *text;
	bool is_glob;
	size_t i;

	out->loc = s->at;
	if (v->type == STAR_STRING) {
		text = keep(s, v->s);
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
		star_fail(s, "an example in \"%s\" is a string or a list of "
		    "strings, found %s", what, star_show(s, v));
		return false;
	}
	if (out->argc == 0)
		star_fail(s, "an example in \"%s\" is empty", what);
	return out->argc > 0;
}

static bool
read_examples(struct star *s, const struct star_value *v, const char *what,
    size_t pos, struct rules_example **out, size_t *n)
{
	struct loc call = s->at;
	size_t i;

	*n = 0;
	if (v == NULL)
		return true;
	at_arg(s, call, what, pos);
	if (!want_list(s, v, what))
		return false;
	*out = arena_array(context(s)->a, v->seq->n, sizeof(**out));
	*n = v->seq->n;
	for (i = 0; i < v->seq->n; i++) {
		s->at = call;
		s->at = star_arg_loc(s, what, pos, i);
		if (!read_example(s, v->seq->v[i], what, &(*out)[i]))
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
	struct rules_context *c = context(s);
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

static const struct word decisions[] = {
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
	r->id = keep(s, t);
	return t.len > 0;
}

/* Everything but the examples; complaints are about the argument at fault. */
static bool
read_rule(struct star *s, struct star_value **arg, struct prefix_rule *r,
    struct rule_pattern *pattern)
{
	unsigned decision = BLOB_ALLOW;

	at_arg(s, r->loc, "decision", DECISION);
	if (arg[DECISION] != NULL && !read_enum(s, arg[DECISION], "decision",
	    decisions, &decision))
		return false;
	r->decision = (enum blob_decision)decision;
	at_arg(s, r->loc, "justification", JUSTIFICATION);
	if (!read_justification(s, arg[JUSTIFICATION], &r->justification))
		return false;
	at_arg(s, r->loc, "canonical_matching", CANONICAL);
	if (arg[CANONICAL] != NULL && !star_want_bool(s, arg[CANONICAL],
	    "canonical_matching", &r->is_canonical))
		return false;
	at_arg(s, r->loc, "pattern", PATTERN);
	if (!read_pattern(s, arg[PATTERN], "pattern", pattern))
		return false;
	at_arg(s, r->loc, NULL, 0);
	return read_extensions(s, arg, r);
}

static struct star_value *
prefix_rule(struct star *s, struct star_value **arg)
{
	struct rules_context *c = context(s);
	struct prefix_rule r = { .loc = s->at };
	struct rules_test test = { .loc = s->at, .first = c->set->nprefix };
	struct rule_pattern pattern;

	if (!read_rule(s, arg, &r, &pattern) ||
	    !read_examples(s, arg[MATCH], "match", MATCH, &test.match,
	    &test.nmatch) || !read_examples(s, arg[NOT_MATCH], "not_match",
	    NOT_MATCH, &test.not_match, &test.nnot_match))
		return NULL;
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
network_rule(struct star *s, struct star_value *self, struct star_value **arg)
{
	static const struct word protocols[] = {
		{ "http", NET_PROTO_HTTP }, { "https", NET_PROTO_HTTPS },
		{ "https_connect", NET_PROTO_HTTPS },
		{ "http-connect", NET_PROTO_HTTPS },
		{ "socks5_tcp", NET_PROTO_SOCKS5_TCP },
		{ "socks5_udp", NET_PROTO_SOCKS5_UDP }, { .name = NULL }
	};
	static const struct word net_decisions[] = {
		{ "allow", BLOB_ALLOW }, { "prompt", BLOB_PROMPT },
		{ "forbidden", BLOB_FORBIDDEN }, { "deny", BLOB_FORBIDDEN },
		{ .name = NULL }
	};
	struct rule_set *set = context(s)->set;
	struct network_rule r = { .loc = s->at };
	unsigned decision = BLOB_ALLOW;
	struct star_text t;
	const char *fault;

	(void)self;
	if (!star_want_string(s, arg[0], "host", &t))
		return NULL;
	at_arg(s, r.loc, "protocol", 1);
	if (!read_enum(s, arg[1], "protocol", protocols, &r.protocol))
		return NULL;
	at_arg(s, r.loc, "decision", 2);
	if (!read_enum(s, arg[2], "decision", net_decisions, &decision))
		return NULL;
	at_arg(s, r.loc, "justification", 3);
	if (!read_justification(s, arg[3], &r.justification))
		return NULL;
	at_arg(s, r.loc, "host", 0);
	r.decision = (enum blob_decision)decision;
	r.host = rules_host(context(s)->a, keep(s, t), &fault);
	if (r.host == NULL)
		return star_fail(s, "host %s %s", star_show(s, arg[0]),
		    fault);
	set->network = arena_grow(context(s)->a, set->network, set->nnetwork,
	    &set->cap_network, sizeof(*set->network));
	set->network[set->nnetwork++] = r;
	return s->none;
}

/* The paths of a host_executable, normalised, each once. */
static bool
read_paths(struct star *s, const struct star_value *v,
    struct host_executable *out)
{
	const char **paths = arena_array(context(s)->a, v->seq->n,
	    sizeof(*paths));
	const char *path, *base;
	struct star_text t;
	size_t i, j;

	for (i = 0; i < v->seq->n; i++) {
		s->at = out->loc;
		s->at = star_arg_loc(s, "paths", 1, i);
		if (!star_want_string(s, v->seq->v[i], "paths", &t))
			return false;
		if (t.len == 0 || t.p[0] != '/') {
			star_fail(s, "path %s is not absolute",
			    star_show(s, v->seq->v[i]));
			return false;
		}
		path = rules_absolute(context(s)->a, keep(s, t), "", NULL);
		base = rules_basename(path);
		if (base == NULL || strcmp(base, out->name) != 0) {
			star_fail(s, "path %s does not end in %s",
			    star_show(s, v->seq->v[i]),
			    diag_quote(s->a, out->name));
			return false;
		}
		for (j = 0; j < out->npaths; j++)
			if (strcmp(paths[j], path) == 0)
				break;
		if (j == out->npaths)
			paths[out->npaths++] = path;
	}
	out->paths = paths;
	return true;
}

static struct star_value *
host_executable(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct host_executable h = { .loc = s->at };
	struct rule_set *set = context(s)->set;
	struct star_text t;
	size_t i;

	(void)self;
	if (!star_want_string(s, arg[0], "name", &t) ||
	    !want_list(s, arg[1], "paths"))
		return NULL;
	h.name = keep(s, t);
	if (t.len == 0 || strchr(h.name, '/') != NULL ||
	    strcmp(h.name, ".") == 0 || strcmp(h.name, "..") == 0)
		return star_fail(s, "name %s: expected the name of a program "
		    "without a path", star_show(s, arg[0]));
	if (!read_paths(s, arg[1], &h))
		return NULL;
	for (i = 0; i < set->nhosts; i++)
		if (strcmp(set->hosts[i].name, h.name) == 0)
			break;
	if (i == set->nhosts) {
		set->hosts = arena_grow(context(s)->a, set->hosts,
		    set->nhosts, &set->cap_hosts, sizeof(*set->hosts));
		set->nhosts++;
	}
	set->hosts[i] = h;		/* the last one counts */
	return s->none;
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
	    network_rule },						\
	{ "host_executable", "name paths", host_executable }

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
	{ .name = NULL }
};
