/*
 * The calls of a `.rules' file: prefix_rule, network_rule, host_executable.
 * A rule's examples are tried against that rule when it is read.
 */
#include "compiler/rules.h"

#include <string.h>

#include "grammar/rules_ast.h"

struct rules {
	struct arena *a;
	struct diag *d;
	struct rule_set *set;
	const struct rules_call *call;
};

struct param {
	const char *name;
	bool is_needed;
	const struct rules_value *value;
};

static const struct rules_value *
param_value(const struct param *p, const char *name)
{
	for (; p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p->value;
	return NULL;
}

/* Hand the arguments of a call to its parameters, by place or by name. */
static bool
bind(struct rules *r, struct param *params)
{
	struct near near = { .word = "" };
	const struct rules_value *v;
	struct param *p, *at = params;
	unsigned errors = r->d->errors;

	for (v = r->call->args; v != NULL; v = v->next) {
		near = (struct near){ .word = v->param ? v->param : "" };
		for (p = params; v->param != NULL && p->name != NULL &&
		    strcmp(p->name, v->param) != 0; p++)
			near_try(&near, p->name);
		if (v->param == NULL)
			p = at->name != NULL ? at++ : at;
		if (p->name == NULL)
			diag_error(r->d, v->param ? v->param_loc : v->loc,
			    v->param ? "%s() has no parameter %s%s" :
			    "%s() has more arguments than parameters",
			    r->call->name, v->param ? diag_quote(r->a,
			    v->param) : "", near_hint(r->a, &near));
		else if (p->value != NULL)
			diag_error(r->d, v->loc, "\"%s\" is given twice",
			    p->name);
		else
			p->value = v;
	}
	for (p = params; p->name != NULL; p++)
		if (p->is_needed && p->value == NULL)
			diag_error(r->d, r->call->loc, "%s() needs \"%s\"",
			    r->call->name, p->name);
	return r->d->errors == errors;
}

static const char *
string_of(struct rules *r, const struct rules_value *v, const char *what)
{
	if (v->kind == RULES_STRING)
		return v->text;
	diag_error(r->d, v->loc, "\"%s\" takes a string, found %s", what,
	    v->kind == RULES_LIST ? "a list" : diag_quote(r->a, v->text));
	return NULL;
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static size_t
count(const struct rules_value *list)
{
	const struct rules_value *v;
	size_t n = 0;

	for (v = list->first; v != NULL; v = v->next)
		n++;
	return n;
}

static bool
decision_of(struct rules *r, const struct rules_value *v, bool is_network,
    enum blob_decision *out)
{
	static const struct { const char *name; enum blob_decision d; } rows[] =
	{ { "allow", BLOB_ALLOW }, { "prompt", BLOB_PROMPT },
	{ "forbidden", BLOB_FORBIDDEN }, { "deny", BLOB_FORBIDDEN } };
	size_t n = is_network ? 4 : 3, i;
	struct near near;
	const char *s;

	if (v == NULL)
		return true;
	if ((s = string_of(r, v, "decision")) == NULL)
		return false;
	near = (struct near){ .word = s };
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].name, s) == 0) {
			*out = rows[i].d;
			return true;
		}
		near_try(&near, rows[i].name);
	}
	diag_error(r->d, v->loc, "decision %s: allow, prompt or forbidden%s",
	    diag_quote(r->a, s), near_hint(r->a, &near));
	return false;
}

static bool
justification_of(struct rules *r, const struct rules_value *v,
    const char **out)
{
	const char *s;

	if (v == NULL)
		return true;
	if ((s = string_of(r, v, "justification")) == NULL)
		return false;
	if (is_blank(s)) {
		diag_error(r->d, v->loc, "\"justification\" is blank");
		return false;
	}
	*out = s;
	return true;
}

/* Strings of a list, or the one string; NULL after a diagnostic. */
static const char *const *
strings_of(struct rules *r, const struct rules_value *v, const char *what,
    size_t *n)
{
	const struct rules_value *c;
	const char **out, *s;

	*n = 0;
	if (v->kind == RULES_STRING) {
		out = arena_array(r->a, 1, sizeof(*out));
		out[(*n)++] = v->text;
		return out;
	}
	if (v->kind != RULES_LIST || v->first == NULL) {
		diag_error(r->d, v->loc, "\"%s\" takes strings, found %s",
		    what, v->kind == RULES_LIST ? "an empty list" :
		    diag_quote(r->a, v->text));
		return NULL;
	}
	out = arena_array(r->a, count(v), sizeof(*out));
	for (c = v->first; c != NULL; c = c->next) {
		if ((s = string_of(r, c, what)) == NULL)
			return NULL;
		out[(*n)++] = s;
	}
	return out;
}

static struct rule_elem *
pattern_of(struct rules *r, const struct rules_value *v, size_t *n)
{
	const struct rules_value *c;
	struct rule_elem *elems;

	*n = 0;
	if (v->kind != RULES_LIST || v->first == NULL) {
		diag_error(r->d, v->loc, "\"pattern\" takes a list of strings "
		    "that is not empty");
		return NULL;
	}
	elems = arena_array(r->a, count(v), sizeof(*elems));
	for (c = v->first; c != NULL; c = c->next, (*n)++) {
		elems[*n].alts = strings_of(r, c, "pattern", &elems[*n].nalts);
		if (elems[*n].alts == NULL)
			return NULL;
	}
	return elems;
}

/* Split an example as a POSIX shell would: blanks, quotes, backslash. */
static const char *const *
split(struct rules *r, const struct rules_value *v, size_t *n)
{
	const char **out = NULL, *s = v->text;
	char *word = arena_alloc(r->a, strlen(s) + 1);
	size_t cap = 0, k = 0;
	bool in_word = false;
	char quote = '\0';

	*n = 0;
	for (;; s++) {
		if (quote == '\0' && (*s == '\0' ||
		    strchr(" \t\r\n", *s) != NULL)) {
			if (in_word) {
				out = arena_grow(r->a, out, *n, &cap,
				    sizeof(*out));
				out[(*n)++] = arena_strndup(r->a, word, k);
			}
			in_word = false;
			k = 0;
			if (*s == '\0')
				return out;
			continue;
		}
		if (*s == '\0')
			break;
		if (quote == '\0' && *s == '#' && !in_word) {
			while (s[1] != '\0' && s[1] != '\n')
				s++;
			continue;
		}
		in_word = true;
		if (quote != '\0' && *s == quote)
			quote = '\0';
		else if (quote == '\0' && (*s == '\'' || *s == '"'))
			quote = *s;
		else if (*s == '\\' && s[1] != '\0' && (quote == '\0' ||
		    (quote == '"' && strchr("\\\"$`\n", s[1]) != NULL)))
			word[k++] = *++s;
		else
			word[k++] = *s;
	}
	diag_error(r->d, v->loc, "example without its closing quote");
	return NULL;
}

static bool
elem_has(const struct rule_elem *e, const char *word)
{
	size_t i;

	for (i = 0; i < e->nalts; i++)
		if (strcmp(e->alts[i], word) == 0)
			return true;
	return false;
}

static bool
rule_matches(const struct rule_elem *elems, size_t nelems,
    const char *const *argv, size_t argc)
{
	const char *base;
	size_t i;

	if (argc < nelems)
		return false;
	for (i = 0; i < nelems; i++) {
		if (elem_has(&elems[i], argv[i]))
			continue;
		base = i == 0 && argv[0][0] == '/' ? strrchr(argv[0], '/') :
		    NULL;
		if (base == NULL || !elem_has(&elems[0], base + 1))
			return false;
	}
	return true;
}

static void
try_examples(struct rules *r, const struct rules_value *list, bool is_match,
    const struct rule_elem *elems, size_t nelems)
{
	const struct rules_value *v;
	const char *const *argv;
	size_t argc;

	if (list != NULL && list->kind != RULES_LIST) {
		diag_error(r->d, list->loc, "examples are a list");
		return;
	}
	for (v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
		argv = v->kind == RULES_STRING ? split(r, v, &argc) :
		    strings_of(r, v, "example", &argc);
		if (argv == NULL || argc == 0) {
			diag_error(r->d, v->loc, "an example is a command");
			continue;
		}
		if (rule_matches(elems, nelems, argv, argc) == is_match)
			continue;
		diag_error(r->d, v->loc, is_match ?
		    "this example does not match its rule" :
		    "this example matches its rule, and should not");
		diag_note(r->d, r->call->loc, "the rule");
	}
}

/* Alternatives for the program make one rule each. */
static void
prefix_add(struct rules *r, struct prefix_rule rule)
{
	const struct rule_elem *head = rule.elems;
	struct rule_elem *elems;
	size_t i;

	for (i = 0; i < head->nalts; i++) {
		elems = arena_array(r->a, rule.nelems, sizeof(*elems));
		memcpy(elems, rule.elems, rule.nelems * sizeof(*elems));
		elems[0].alts = &head->alts[i];
		elems[0].nalts = 1;
		r->set->prefix = arena_grow(r->a, r->set->prefix,
		    r->set->nprefix, &r->set->cap_prefix,
		    sizeof(*r->set->prefix));
		r->set->prefix[r->set->nprefix] = rule;
		r->set->prefix[r->set->nprefix++].elems = elems;
	}
}

static void
call_prefix_rule(struct rules *r)
{
	struct param p[] = { { "pattern", true, NULL },
		{ "decision", false, NULL }, { "match", false, NULL },
		{ "not_match", false, NULL },
		{ "justification", false, NULL }, { NULL, false, NULL } };
	struct prefix_rule rule = { .loc = r->call->loc,
	    .decision = BLOB_ALLOW };

	if (!bind(r, p))
		return;
	rule.elems = pattern_of(r, param_value(p, "pattern"), &rule.nelems);
	if (rule.elems == NULL ||
	    !decision_of(r, param_value(p, "decision"), false,
	    &rule.decision) ||
	    !justification_of(r, param_value(p, "justification"),
	    &rule.justification))
		return;
	try_examples(r, param_value(p, "not_match"), false, rule.elems,
	    rule.nelems);
	try_examples(r, param_value(p, "match"), true, rule.elems,
	    rule.nelems);
	prefix_add(r, rule);
}

static const char *
host_of(struct rules *r, const struct rules_value *v)
{
	const char *s = string_of(r, v, "host"), *p;
	char *host;
	size_t i, n;

	if (s == NULL)
		return NULL;
	s += strspn(s, " \t");
	n = strcspn(s, " \t:");
	for (p = s + n; *p == ' ' || *p == '\t'; p++)
		;
	if (*p == ':' && strspn(p + 1, "0123456789") > 0)
		p += 1 + strspn(p + 1, "0123456789");
	while (n > 0 && s[n - 1] == '.')
		n--;
	if (n == 0 || *p != '\0' || strcspn(s, "*/?#@") < n) {
		diag_error(r->d, v->loc, "host %s: a name or an address, "
		    "without scheme, path, wildcard or blank",
		    diag_quote(r->a, v->text));
		return NULL;
	}
	host = arena_strndup(r->a, s, n);
	for (i = 0; i < n; i++)
		if (host[i] >= 'A' && host[i] <= 'Z')
			host[i] = (char)(host[i] - 'A' + 'a');
	return host;
}

static void
call_network_rule(struct rules *r)
{
	static const struct { const char *name; unsigned bit; } protocols[] = {
		{ "http", NET_PROTO_HTTP }, { "https", NET_PROTO_HTTPS },
		{ "https_connect", NET_PROTO_HTTPS },
		{ "http-connect", NET_PROTO_HTTPS },
		{ "socks5_tcp", NET_PROTO_SOCKS5_TCP },
		{ "socks5_udp", NET_PROTO_SOCKS5_UDP },
	};
	struct param p[] = { { "host", true, NULL },
		{ "protocol", true, NULL }, { "decision", true, NULL },
		{ "justification", false, NULL }, { NULL, false, NULL } };
	struct network_rule rule = { .loc = r->call->loc };
	const char *s;
	size_t i;

	if (!bind(r, p) || (rule.host = host_of(r, param_value(p, "host"))) ==
	    NULL || (s = string_of(r, param_value(p, "protocol"), "protocol"))
	    == NULL)
		return;
	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].name, s) == 0)
			rule.protocol = protocols[i].bit;
	if (rule.protocol == 0) {
		diag_error(r->d, param_value(p, "protocol")->loc, "protocol "
		    "%s: http, https, socks5_tcp or socks5_udp",
		    diag_quote(r->a, s));
		return;
	}
	if (!decision_of(r, param_value(p, "decision"), true,
	    &rule.decision) || !justification_of(r, param_value(p,
	    "justification"), &rule.justification))
		return;
	r->set->network = arena_grow(r->a, r->set->network, r->set->nnetwork,
	    &r->set->cap_network, sizeof(*r->set->network));
	r->set->network[r->set->nnetwork++] = rule;
}

static void
call_host_executable(struct rules *r)
{
	struct param p[] = { { "name", true, NULL }, { "paths", true, NULL },
		{ NULL, false, NULL } };
	struct host_executable h = { .loc = r->call->loc };
	const struct rules_value *v;
	const char *base;
	size_t i;

	if (!bind(r, p) || (h.name = string_of(r, param_value(p, "name"),
	    "name")) == NULL)
		return;
	v = param_value(p, "paths");
	h.paths = strings_of(r, v, "paths", &h.npaths);
	for (i = 0; h.paths != NULL && i < h.npaths; i++) {
		base = strrchr(h.paths[i], '/');
		if (h.paths[i][0] != '/' || strcmp(base + 1, h.name) != 0) {
			diag_error(r->d, v->loc, "path %s: absolute, with "
			    "%s as its last part", diag_quote(r->a,
			    h.paths[i]), diag_quote(r->a, h.name));
			return;
		}
	}
	if (h.paths == NULL)
		return;
	r->set->hosts = arena_grow(r->a, r->set->hosts, r->set->nhosts,
	    &r->set->cap_hosts, sizeof(*r->set->hosts));
	r->set->hosts[r->set->nhosts++] = h;
}

static const struct builtin {
	const char *name;
	void (*call)(struct rules *r);
} builtins[] = {
	{ "prefix_rule", call_prefix_rule },
	{ "network_rule", call_network_rule },
	{ "host_executable", call_host_executable },
};

static void
run_call(struct rules *r)
{
	struct near near = { .word = r->call->name };
	size_t i;

	for (i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		if (strcmp(builtins[i].name, r->call->name) == 0) {
			builtins[i].call(r);
			return;
		}
		near_try(&near, builtins[i].name);
	}
	diag_error(r->d, r->call->loc, "unknown function %s%s",
	    diag_quote(r->a, r->call->name), near_hint(r->a, &near));
}

int
rules_read(struct arena *a, struct diag *d, const struct source *src,
    const struct rules_options *opt, struct rule_set *set)
{
	struct rules r = { .a = a, .d = d, .set = set };
	unsigned errors = d->errors;

	(void)opt;
	r.call = rules_parse_source(a, d, src);
	for (; r.call != NULL && !diag_is_full(d); r.call = r.call->next)
		run_call(&r);
	return d->errors == errors ? 0 : -1;
}
