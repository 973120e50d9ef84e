/*
 * Which rules match a command, in the plainest way.  Codex' order: rules
 * under argv[0] itself, then canonical ones under other spellings; only if
 * none matches, the same for the last component of the program's path.
 */
#include "compiler/rules.h"

#include <stdlib.h>
#include <string.h>

#include "blob/eval.h"
#include "blob/exec.h"
#include "compiler/star_unicode.h"
#include "compiler/star_value.h"

const char *
rules_decision_name(enum blob_decision d)
{
	return d == BLOB_ALLOW ? "allow" : d == BLOB_PROMPT ? "prompt" :
	    "forbidden";
}

const char *
rules_fold(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	const char *copy;
	char *folded;

	if (!star_utf8_valid(s, n))
		return s;	/* what is not text is only itself */
	folded = star_fold_dup(s, n, &n);
	if (folded == NULL)
		return s;
	copy = arena_strndup(a, folded, n);
	free(folded);
	return copy;
}

static bool
same_word(struct arena *a, const char *x, const char *y, bool is_canonical)
{
	if (strcmp(x, y) == 0)
		return true;
	return is_canonical &&
	    strcmp(rules_fold(a, x), rules_fold(a, y)) == 0;
}

static bool
same_glob(struct arena *a, const char *glob, const char *word,
    bool is_canonical)
{
	return is_canonical ?
	    eval_glob(rules_fold(a, glob), rules_fold(a, word)) :
	    eval_glob(glob, word);
}

static bool
elem_matches(struct arena *a, const struct rule_elem *e, const char *word,
    bool is_canonical)
{
	size_t i;

	for (i = 0; i < e->nalts; i++)
		if (e->is_glob != NULL && e->is_glob[i] ?
		    same_glob(a, e->alts[i], word, is_canonical) :
		    same_word(a, e->alts[i], word, is_canonical))
			return true;
	return false;
}

static bool
prefix_matches(struct arena *a, const struct rule_elem *elems, size_t nelems,
    const char *const *argv, size_t argc, bool is_canonical)
{
	size_t i;

	if (argc < nelems)
		return false;
	for (i = 0; i < nelems; i++)
		if (!elem_matches(a, &elems[i], argv[i], is_canonical))
			return false;
	return true;
}

static bool
rule_matches(struct arena *a, const struct prefix_rule *r,
    const char *const *argv, size_t argc)
{
	size_t i;

	if ((r->is_exact && argc != r->nelems) || !prefix_matches(a,
	    r->elems, r->nelems, argv, argc, r->is_canonical))
		return false;
	for (i = 0; i < r->nunless; i++)
		if (prefix_matches(a, r->unless[i].elems, r->unless[i].nelems,
		    argv, argc, r->is_canonical))
			return false;
	return true;
}

/* No host_executable names it, or the path is among those listed. */
static bool
is_admitted(const struct rule_set *set, const char *name, const char *path)
{
	size_t i, j;

	for (i = 0; i < set->nhosts; i++) {
		if (strcmp(set->hosts[i].name, name) != 0)
			continue;
		for (j = 0; j < set->hosts[i].npaths; j++)
			if (strcmp(set->hosts[i].paths[j], path) == 0)
				return true;
		return false;
	}
	return true;
}

struct search {
	struct arena *a;
	const struct rule_set *set;
	const struct prefix_rule *rules;
	size_t n;
	const char *resolved;		/* NULL: by argv[0] as it is */
	struct rules_hit *hits;
	size_t nhits, cap;
};

/* Rules whose first word is argv[0], or those whose first word is not. */
static void
collect(struct search *s, const char *const *argv, size_t argc, bool is_own)
{
	const struct prefix_rule *r;
	const char *head;
	bool is_glob;
	size_t i;

	for (i = 0; i < s->n; i++) {
		r = &s->rules[i];
		head = r->elems[0].alts[0];
		is_glob = r->elems[0].is_glob != NULL &&
		    r->elems[0].is_glob[0];
		if ((is_glob || strcmp(head, argv[0]) == 0) != is_own ||
		    !rule_matches(s->a, r, argv, argc))
			continue;
		if (!is_own && s->resolved != NULL &&
		    !is_admitted(s->set, head, s->resolved))
			continue;
		s->hits = arena_grow(s->a, s->hits, s->nhits, &s->cap,
		    sizeof(*s->hits));
		s->hits[s->nhits++] = (struct rules_hit){ .rule = r,
		    .is_resolved = s->resolved != NULL };
	}
}

static void
collect_resolved(struct search *s, const struct rules_command *c)
{
	const char *name = rules_basename(c->resolved);
	const char **argv;

	if (name == NULL || !is_admitted(s->set, name, c->resolved))
		return;
	s->resolved = c->resolved;
	argv = arena_array(s->a, c->argc, sizeof(*argv));
	memcpy(argv, c->argv, c->argc * sizeof(*argv));
	argv[0] = name;
	collect(s, argv, c->argc, true);
	collect(s, argv, c->argc, false);
}

size_t
rules_match_some(struct arena *a, const struct rule_set *set,
    const struct prefix_rule *rules, size_t n, const struct rules_command *c,
    struct rules_hit **out)
{
	struct search s = { .a = a, .set = set, .rules = rules, .n = n };

	if (c->argc > 0) {
		collect(&s, c->argv, c->argc, true);
		collect(&s, c->argv, c->argc, false);
		if (s.nhits == 0 && c->resolved != NULL)
			collect_resolved(&s, c);
	}
	*out = s.hits;
	return s.nhits;
}

size_t
rules_match_naive(struct arena *a, const struct rule_set *set,
    const struct rules_command *c, struct rules_hit **out)
{
	return rules_match_some(a, set, set->prefix, set->nprefix, c, out);
}

/* Found by its first word as it is spelled. */
static bool
is_own(const struct rules_hit *h, const struct rules_command *c)
{
	const struct rule_elem *head = &h->rule->elems[0];
	const char *name = h->is_resolved ? rules_basename(c->resolved) :
	    c->argv[0];

	return (head->is_glob != NULL && head->is_glob[0]) ||
	    strcmp(head->alts[0], name) == 0;
}

/* Those found by another spelling last, else in order. */
static void
put_own_first(struct arena *a, const struct rules_command *c,
    struct rules_hit *hits, size_t n)
{
	struct rules_hit *others = arena_array(a, n, sizeof(*others));
	size_t i, nown = 0, nothers = 0;

	for (i = 0; i < n; i++)
		if (is_own(&hits[i], c))
			hits[nown++] = hits[i];
		else
			others[nothers++] = hits[i];
	if (nothers > 0)
		memcpy(hits + nown, others, nothers * sizeof(*hits));
}

int
rules_match_blob(struct arena *a, const struct rule_set *set,
    const struct blob *b, const struct rules_command *c,
    struct rules_hit **out, size_t *nhits)
{
	const struct eval_command ec = { .argv = c->argv, .argc = c->argc,
	    .resolved = c->resolved };
	struct eval_verdict verdict;
	struct eval_match m;
	struct exec_view v;
	uint32_t i;
	int r;

	if ((r = exec_view_of(&v, b)) != BLOB_OK ||
	    (r = eval_view(&v, &ec, &verdict)) != BLOB_OK)
		return r;
	*out = arena_array(a, verdict.nmatches, sizeof(**out));
	for (i = 0; i < verdict.nmatches; i++) {
		if ((r = eval_view_match(&v, &ec, i, &m)) != BLOB_OK)
			return r;
		(*out)[i] = (struct rules_hit){
		    .rule = &set->prefix[m.rule],
		    .is_resolved = m.is_resolved };
	}
	put_own_first(a, c, *out, verdict.nmatches);
	*nhits = verdict.nmatches;
	return BLOB_OK;
}
