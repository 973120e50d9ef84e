/* Results and coverage: see testlog.h. */
#include "compiler/testlog.h"

#include <string.h>

static bool
same_text(const char *x, const char *y)
{
	return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static const char *
last_part(const char *s)
{
	const char *slash = strrchr(s, '/');

	return slash != NULL ? slash + 1 : s;
}

/*
 * Two readings of one file are two sources, and its name depends on which file
 * led there; the text of rules within a profile has its path, not its name.
 */
static bool
same_place(struct loc x, struct loc y)
{
	return x.src != NULL && y.src != NULL && x.line == y.line &&
	    x.col == y.col && same_text(x.src->path, y.src->path) &&
	    same_text(last_part(x.src->name), last_part(y.src->name));
}

void
testlog_add(struct testlog *l, struct test_result r)
{
	const struct test_result *old;
	size_t i;

	r.at = source_place(r.at);
	r.decided = source_place(r.decided);
	for (i = 0; i < l->nresults; i++) {
		old = &l->results[i];
		if (same_place(old->at, r.at) && old->outcome == r.outcome &&
		    same_text(old->name, r.name) &&
		    same_text(old->message, r.message))
			return;
	}
	l->results = arena_grow(l->a, l->results, l->nresults,
	    &l->cap_results, sizeof(*l->results));
	l->results[l->nresults++] = r;
	if (r.outcome == TEST_FAILED)
		l->nfailed++;
}

static struct test_rule *
find_rule(struct testlog *l, struct loc loc)
{
	size_t i;

	for (i = 0; i < l->nrules; i++)
		if (same_place(l->rules[i].loc, loc))
			return &l->rules[i];
	return NULL;
}

void
testlog_rule(struct testlog *l, const char *name, struct loc loc)
{
	loc = source_place(loc);
	if (loc.src == NULL || find_rule(l, loc) != NULL)
		return;
	l->rules = arena_grow(l->a, l->rules, l->nrules, &l->cap_rules,
	    sizeof(*l->rules));
	l->rules[l->nrules++] = (struct test_rule){ .name = name, .loc = loc };
}

void
testlog_exercise(struct testlog *l, struct loc loc)
{
	struct test_rule *r = find_rule(l, source_place(loc));

	if (r != NULL)
		r->is_exercised = true;
}
