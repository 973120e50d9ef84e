/*
 * Reference matcher, random rules, and blobs of rules.  Shares nothing with
 * the automaton but its input.
 */
#include "tests/lib/execrules.h"

#include <string.h>

#include "compiler/program_put.h"

/* All ways in turn: slow, and plainly right. */
static bool
glob_matches(const char *glob, const char *s)
{
	if (*glob == '*')
		return glob_matches(glob + 1, s) ||
		    (*s != '\0' && glob_matches(glob, s + 1));
	if (*glob != *s)
		return false;
	return *s == '\0' || glob_matches(glob + 1, s + 1);
}

/* By hand: what the words below are in the canonical, caseless form. */
static const struct { const char *word, *folded; } folds[] = {
	{ "A", "a" }, { "AB", "ab" }, { "aB", "ab" }, { "A*", "a*" },
	{ "*B", "*b" }, { "-X", "-x" },
	{ "\xc3\x89", "e\xcc\x81" }, { "\xc3\xa9", "e\xcc\x81" },
	{ "E\xcc\x81", "e\xcc\x81" },
	{ "\xe1\xbe\x84", "\xce\xb1\xcc\x93\xcc\x81\xce\xb9" },
	{ "\xce\x91\xcd\x85\xcc\x93\xcc\x81",
	  "\xce\xb1\xcc\x93\xcc\x81\xce\xb9" },
	{ "\xe2\x84\xab" "b", "a\xcc\x8a" "b" },
	{ "\xc3\x9f", "ss" }, { "sS", "ss" }, { "\xef\xac\x86", "st" },
	{ "\xea\xb0\x81", "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8" },
	{ "q\xcc\x81\xcc\xa3", "q\xcc\xa3\xcc\x81" },
};

static const char *
folded(const char *s, bool is_canonical)
{
	size_t i;

	for (i = 0; is_canonical && i < sizeof(folds) / sizeof(folds[0]); i++)
		if (strcmp(folds[i].word, s) == 0)
			return folds[i].folded;
	return s;
}

static bool
elem_matches(const struct rule_elem *e, const char *s, bool is_canonical)
{
	const char *alt;
	size_t i;

	s = folded(s, is_canonical);
	for (i = 0; i < e->nalts; i++) {
		alt = folded(e->alts[i], is_canonical);
		if (e->is_glob != NULL && e->is_glob[i] ?
		    glob_matches(alt, s) : strcmp(alt, s) == 0)
			return true;
	}
	return false;
}

static bool
is_prefix(const struct rule_elem *e, size_t n, const char *first,
    const struct eval_command *c, bool is_canonical)
{
	size_t i;

	if (n > c->argc)
		return false;
	for (i = 0; i < n; i++)
		if (!elem_matches(&e[i], i == 0 ? first : c->argv[i],
		    is_canonical))
			return false;
	return true;
}

static bool
rule_matches(const struct prefix_rule *r, const char *first,
    const struct eval_command *c)
{
	size_t i;

	if (!is_prefix(r->elems, r->nelems, first, c, r->is_canonical) ||
	    (r->is_exact && r->nelems != c->argc))
		return false;
	for (i = 0; i < r->nunless; i++)
		if (is_prefix(r->unless[i].elems, r->unless[i].nelems, first,
		    c, r->is_canonical))
			return false;
	return true;
}

static bool
is_admitted(const struct rule_set *set, const char *name, const char *path)
{
	size_t i, k;

	for (i = set->nhosts; i-- > 0; ) {
		if (strcmp(set->hosts[i].name, name) != 0)
			continue;
		for (k = 0; k < set->hosts[i].npaths; k++)
			if (strcmp(set->hosts[i].paths[k], path) == 0)
				return true;
		return false;
	}
	return true;
}

/* A canonical rule of another spelling needs leave of its own host entry. */
static bool
head_admits(const struct rule_set *set, const struct prefix_rule *r,
    const char *first, const char *resolved)
{
	const struct rule_elem *head = &r->elems[0];

	return !r->is_canonical || resolved == NULL || (head->is_glob != NULL &&
	    head->is_glob[0]) || strcmp(head->alts[0], first) == 0 ||
	    is_admitted(set, head->alts[0], resolved);
}

static size_t
match_first(const struct rule_set *set, const char *first,
    const struct eval_command *c, const char *resolved, uint32_t *v)
{
	size_t i, n = 0;

	for (i = 0; i < set->nprefix; i++)
		if (rule_matches(&set->prefix[i], first, c) &&
		    head_admits(set, &set->prefix[i], first, resolved))
			v[n++] = (uint32_t)i;
	return n;
}

size_t
execrules_match(const struct rule_set *set, const struct eval_command *c,
    uint32_t *v, bool *is_resolved)
{
	const char *name;
	size_t n = 0;

	*is_resolved = false;
	if (c->argc == 0)
		return 0;
	n = match_first(set, c->argv[0], c, NULL, v);
	if (n > 0 || c->resolved == NULL)
		return n;
	name = strrchr(c->resolved, '/') + 1;
	if (*name == '\0' || !is_admitted(set, name, c->resolved))
		return 0;
	*is_resolved = true;
	return match_first(set, name, c, c->resolved, v);
}

enum blob_decision
execrules_decide(const struct rule_set *set, const uint32_t *v, size_t n,
    enum blob_decision dflt)
{
	enum blob_decision d = BLOB_ALLOW;
	size_t i;

	for (i = 0; i < n; i++)
		if (set->prefix[v[i]].decision > d)
			d = set->prefix[v[i]].decision;
	return n == 0 ? dflt : d;
}

uint32_t
execrules_random(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 32) % below);
}

/* The first are for all rules, the others for canonical ones and argv. */
static const char *const words[] = { "a", "b", "ab", "ba", "aab", "-x", "",
	"A", "AB", "aB", "-X", "\xc3\x89", "\xc3\xa9", "E\xcc\x81",
	"e\xcc\x81", "\xe1\xbe\x84", "\xce\x91\xcd\x85\xcc\x93\xcc\x81",
	"\xe2\x84\xab" "b", "\xc3\x9f", "ss", "sS", "\xef\xac\x86", "st",
	"\xea\xb0\x81", "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8",
	"q\xcc\x81\xcc\xa3", "q\xcc\xa3\xcc\x81", "\xff", "\xff" "A" };
static const char *const globs[] = { "*", "a*", "*b", "a*b", "*a*", "b*a*b",
	"ab", "A*", "*B", "*\xcc\x81", "q*\xcc\xa3*" };
static const char *const paths[] = { "/bin/a", "/bin/b", "/usr/bin/a",
	"/usr/bin/ab", "/bin/A", "/" };

#define NPLAIN	7u
#define NWORDS	(sizeof(words) / sizeof(words[0]))
#define NGLOBS	(sizeof(globs) / sizeof(globs[0]))
#define NPATHS	(sizeof(paths) / sizeof(paths[0]))

static void
make_elem(struct arena *a, uint64_t *seed, bool is_canonical,
    struct rule_elem *e)
{
	uint32_t nwords = is_canonical ? NWORDS : NPLAIN;
	const char **alts;
	bool *is_glob;
	size_t i;

	e->nalts = execrules_random(seed, 4) == 0 ?
	    1 + execrules_random(seed, 4) : 1;
	e->alts = alts = arena_array(a, e->nalts, sizeof(*alts));
	e->is_glob = is_glob = arena_array(a, e->nalts, sizeof(bool));
	for (i = 0; i < e->nalts; i++) {
		is_glob[i] = execrules_random(seed, 5) == 0;
		alts[i] = is_glob[i] ? globs[execrules_random(seed, NGLOBS)] :
		    words[execrules_random(seed, nwords)];
	}
}

static struct rule_elem *
make_pattern(struct arena *a, uint64_t *seed, bool is_canonical, size_t *n)
{
	struct rule_elem *e;
	size_t i;

	*n = 1 + execrules_random(seed, 4);
	e = arena_array(a, *n, sizeof(*e));
	for (i = 0; i < *n; i++)
		make_elem(a, seed, is_canonical, &e[i]);
	return e;
}

static void
make_unless(struct arena *a, uint64_t *seed, struct prefix_rule *r)
{
	struct rule_pattern *u;
	struct rule_elem *e;
	size_t i, k, n, keep;

	r->nunless = 1 + execrules_random(seed, 2);
	r->unless = u = arena_array(a, r->nunless, sizeof(*u));
	for (i = 0; i < r->nunless; i++) {
		u[i].elems = make_pattern(a, seed, r->is_canonical, &n);
		keep = execrules_random(seed, 2) ? r->nelems : 0;
		u[i].nelems = n + keep;
		e = arena_array(a, n + keep, sizeof(*e));
		for (k = 0; k < keep; k++)
			e[k] = r->elems[k];
		memcpy(e + keep, u[i].elems, n * sizeof(*e));
		u[i].elems = e;
	}
}

void
execrules_make(struct arena *a, uint64_t *seed, size_t nrules,
    struct rule_set *set)
{
	struct host_executable *h;
	struct prefix_rule *r;
	struct rule_elem *e;
	size_t i;

	*set = (struct rule_set){ .nprefix = execrules_random(seed,
	    (uint32_t)nrules + 1), .nhosts = execrules_random(seed, 4) };
	set->prefix = arena_array(a, set->nprefix, sizeof(*set->prefix));
	set->hosts = arena_array(a, set->nhosts, sizeof(*set->hosts));
	for (i = 0; i < set->nprefix; i++) {
		r = &set->prefix[i];
		r->is_canonical = execrules_random(seed, 4) == 0;
		e = make_pattern(a, seed, r->is_canonical, &r->nelems);
		r->elems = e;
		if (r->is_canonical)	/* as the front end makes them */
			e[0].nalts = 1;
		r->decision = execrules_random(seed, BLOB_NDECISIONS);
		r->is_exact = execrules_random(seed, 6) == 0;
		if (execrules_random(seed, 4) == 0)
			make_unless(a, seed, r);
	}
	for (i = 0; i < set->nhosts; i++) {
		h = &set->hosts[i];
		h->name = execrules_random(seed, 4) == 0 ? "A" :
		    words[execrules_random(seed, 3)];
		h->npaths = execrules_random(seed, 3);
		h->paths = &paths[execrules_random(seed, NPATHS - 2)];
	}
}

void
execrules_command(uint64_t *seed, const char **argv, struct eval_command *c)
{
	static const char *const odd[] = { "aabb", "x", "bab", "a/b" };
	uint32_t k;
	size_t i;

	c->argc = execrules_random(seed, EXECRULES_MAX_ARGC + 1);
	c->argv = argv;
	for (i = 0; i < c->argc; i++) {
		k = execrules_random(seed, execrules_random(seed, 2) ? NWORDS :
		    NPLAIN + 4);
		argv[i] = k >= NPLAIN && k < NPLAIN + 4 && i % 2 ?
		    odd[k - NPLAIN] : words[k];
	}
	k = execrules_random(seed, 2 * NPATHS);
	c->resolved = k < NPATHS ? paths[k] : NULL;
}

uint8_t *
execrules_blob(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, size_t *len)
{
	uint8_t *p = NULL;

	return program_blob(a, d, spec, &p, len) == 0 ? p : NULL;
}
