/*
 * Which rules decide.  A rule does where an argv ends in a state that it is
 * accepted in and nothing else that is accepted there, or was on the way, is
 * as strict.  What is doubtful counts as deciding: the two walks, of folded
 * words and of others, are not compared, and a further word that no rule
 * names is taken to exist.
 */
#include "compiler/reach.h"

#include <stdlib.h>

#define CHECK		"exec-unreachable"
#define MAX_REPORTS	(DIAG_MAX_ERRORS - 1)	/* and the last sums up */

/* The least strict of the ways to a state. */
struct way {
	int level;		/* -1: nothing matched; NOWHERE: not reached */
	uint32_t by;
};

#define NOWHERE	INT32_MAX
#define DECIDES	UINT32_MAX

struct reach {
	const struct rule_set *set;
	const struct subset *s;
	uint32_t *call;		/* first rule of each rule's call */
	uint32_t *by;		/* what decides instead of each rule */
	bool *decides;		/* of calls */
	struct way *ways;	/* of states */
	bool is_second;
};

/* --- rules of one call ------------------------------------------------------ */

struct place {
	struct loc loc;
	uint32_t rule;
};

static int
by_place(const void *vx, const void *vy)
{
	const struct place *x = vx, *y = vy;

	if (x->loc.src != y->loc.src)
		return (uintptr_t)x->loc.src < (uintptr_t)y->loc.src ? -1 : 1;
	if (x->loc.line != y->loc.line)
		return x->loc.line < y->loc.line ? -1 : 1;
	if (x->loc.col != y->loc.col)
		return x->loc.col < y->loc.col ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* A call in a loop, or with alternatives in its head, makes many rules. */
static uint32_t *
find_calls(struct arena *a, const struct rule_set *set)
{
	struct place *at = arena_array(a, set->nprefix, sizeof(*at));
	uint32_t *call = arena_array(a, set->nprefix, sizeof(*call));
	size_t i, first = 0;

	for (i = 0; i < set->nprefix; i++)
		at[i] = (struct place){ set->prefix[i].loc, (uint32_t)i };
	if (set->nprefix > 1)
		qsort(at, set->nprefix, sizeof(*at), by_place);
	for (i = 0; i < set->nprefix; i++) {
		if (at[i].loc.src != at[first].loc.src ||
		    at[i].loc.line != at[first].loc.line ||
		    at[i].loc.col != at[first].loc.col)
			first = i;
		call[at[i].rule] = at[first].rule;
	}
	return call;
}

/* --- states ----------------------------------------------------------------- */

static int
level_of(const struct reach *x, uint32_t rule)
{
	return (int)x->set->prefix[rule].decision;
}

static bool
is_better(const struct reach *x, uint32_t rule, uint32_t than)
{
	return x->set->prefix[rule].is_inherited &&
	    !x->set->prefix[than].is_inherited;
}

/*
 * Which of the strictest rules decides for all.  First only a rule that is
 * alone does.  When those are known and none of them is here, the earliest
 * does, and rather one that this profile's author cannot take out.
 */
static uint32_t
choose(struct reach *x, const uint32_t *v, size_t n, uint32_t base, int level)
{
	uint32_t first = DECIDES, rule;
	size_t i, ncalls = 0;

	for (i = 0; i < n; i++) {
		rule = v[i] - base;
		if (level_of(x, rule) != level)
			continue;
		if (x->is_second && x->decides[x->call[rule]])
			return rule;
		if (first == DECIDES || x->call[rule] != x->call[first])
			ncalls++;
		if (first == DECIDES || is_better(x, rule, first))
			first = rule;
	}
	if (x->is_second || ncalls == 1)
		x->decides[x->call[first]] = true;
	return first;
}

/* Weigh the rules of one kind; returns what decides with them there. */
static struct way
weigh(struct reach *x, uint32_t state, enum subset_kind kind, struct way before)
{
	uint32_t base = subset_base(x->s, kind), i;
	const uint32_t *v;
	struct way after = before;
	size_t n, k;

	v = subset_accepts(x->s, state, kind, &n);
	for (k = 0; k < n; k++)
		if (level_of(x, v[k] - base) > after.level)
			after.level = level_of(x, v[k] - base);
	if (after.level > before.level)
		after.by = choose(x, v, n, base, after.level);
	for (k = 0; k < n; k++) {
		i = v[k] - base;
		if (x->by[i] == DECIDES || x->by[i] == i)
			x->by[i] = after.by;
	}
	return after;
}

/*
 * What is accepted on arrival stays, whatever follows.  What waits for an
 * exception can still be taken back, and what is exact only holds at the end:
 * neither makes up for a rule of the kind before.
 */
static struct way
visit(struct reach *x, uint32_t state)
{
	struct way arrived = weigh(x, state, SUBSET_ARRIVE, x->ways[state]);

	weigh(x, state, SUBSET_END, weigh(x, state, SUBSET_STOP, arrived));
	return arrived;
}

/* Edges stand in the order of their first states, which are before later. */
static void
walk(struct reach *x)
{
	const struct subset *s = x->s;
	struct way way;
	uint32_t i;
	size_t k = 0;

	for (i = 0; i < s->states.n; i++)
		x->ways[i] = (struct way){ NOWHERE, DECIDES };
	x->ways[0].level = -1;
	if (s->folded != EXEC_NONE)
		x->ways[s->folded].level = -1;
	for (i = 0; i < s->states.n; i++) {
		way = visit(x, i);
		for (; k < s->nedges && s->edges[k].from == i; k++)
			if (way.level < x->ways[s->edges[k].to].level)
				x->ways[s->edges[k].to] = way;
	}
}

/*
 * by[r] of the first rule r of each call that never decides is a rule that
 * decides instead, or r itself if it matches nothing; all others are DECIDES.
 */
static const uint32_t *
find(struct arena *a, const struct rule_set *set,
    const struct subset *s)
{
	struct reach x = { .set = set, .s = s };
	size_t i, n = set->nprefix;

	x.call = find_calls(a, set);
	x.by = arena_array(a, n, sizeof(*x.by));
	x.decides = arena_array(a, n, sizeof(*x.decides));
	x.ways = arena_array(a, s->states.n, sizeof(*x.ways));
	for (i = 0; i < n; i++)
		x.by[i] = (uint32_t)i;
	walk(&x);
	x.is_second = true;
	for (i = 0; i < n; i++)
		x.by[i] = (uint32_t)i;
	walk(&x);
	for (i = 0; i < n; i++)
		if (x.by[x.call[i]] == x.call[i] && x.by[i] != i)
			x.by[x.call[i]] = x.by[i];
	for (i = 0; i < n; i++)
		if (x.call[i] != i || x.decides[x.call[i]])
			x.by[i] = DECIDES;
	return x.by;
}

static void
report(struct diag *d, const struct prefix_rule *r,
    const struct prefix_rule *by)
{
	diag_warning(d, CHECK, r->loc, by == r ?
	    "this rule never decides: it matches nothing that its exceptions "
	    "leave" : "this rule never decides: whatever it matches is decided "
	    "at least as strictly without it");
	if (by != r)
		diag_note(d, by->loc, "decided here: %s",
		    rules_decision_name(by->decision));
}

void
reach_report(struct arena *a, struct diag *d, const struct rule_set *set,
    const struct subset *s)
{
	const uint32_t *by = find(a, set, s);
	size_t i, n = 0;

	for (i = 0; i < set->nprefix; i++) {
		if (by[i] == DECIDES || set->prefix[i].is_inherited)
			continue;
		if (n++ < MAX_REPORTS)
			report(d, &set->prefix[i], &set->prefix[by[i]]);
	}
	if (n > MAX_REPORTS)
		diag_warning(d, CHECK, (struct loc){ .src = NULL },
		    "%zu more rules never decide", n - MAX_REPORTS);
}
