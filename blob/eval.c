/*
 * Decisions on commands: walk the automaton along argv, collect what the
 * states accept.  Leaves bytes and their bounds to exec.c.
 */
#include "blob/eval.h"

#include <string.h>

#include "blob/bytes.h"
#include "blob/exec.h"

/* What is walked: argv with its first word replaced. */
struct words {
	const char *first;
	const char *const *argv;
	size_t argc;
	const char *resolved;	/* where first was cut from, or NULL */
};

/* Told each list of accepts that counts; a code other than BLOB_OK stops. */
typedef int visit_fn(void *ctx, const struct exec_view *v,
    const struct exec_accepts *a);

static int
walk_from(const struct exec_view *v, const struct words *w,
    struct exec_state s, visit_fn *visit, void *ctx)
{
	struct exec_word word, next = { .s = NULL };
	size_t i;
	int r = BLOB_OK;

	if (w->argc > 0)
		exec_word_start(v, w->first, &next);
	for (i = 0; r == BLOB_OK && i < w->argc; i++) {
		word = next;
		if (i + 1 < w->argc)
			exec_word_start(v, w->argv[i + 1], &next);
		if ((r = visit(ctx, v, &s.arrive)) != BLOB_OK)
			return r;
		r = exec_step(v, &s, &word);
	}
	if (r == BLOB_ERR_MISSING)	/* words are left over */
		return visit(ctx, v, &s.stop);
	if (r != BLOB_OK || (r = visit(ctx, v, &s.arrive)) != BLOB_OK)
		return r;
	if ((r = visit(ctx, v, &s.stop)) != BLOB_OK)
		return r;
	return visit(ctx, v, &s.end);
}

/* Along the words as they are, then along their folded forms. */
static int
walk(const struct exec_view *v, const struct words *w, visit_fn *visit,
    visit_fn *visit_folded, void *ctx)
{
	struct exec_state s;
	int r = exec_start(v, &s);

	if (r == BLOB_OK)
		r = walk_from(v, w, s, visit, ctx);
	if (r != BLOB_OK || v->folded == 0 || w->argc == 0)
		return r;
	r = exec_start_folded(v, &s);
	return r == BLOB_OK ? walk_from(v, w, s, visit_folded, ctx) : r;
}

/* The strictest so far and the first rule that gave it. */
struct tally {
	uint32_t n;
	uint32_t best;		/* accept */
	const struct words *w;
};

static int
tally_add(struct tally *t, const struct exec_view *v, uint32_t accept,
    uint32_t n)
{
	uint32_t d = accept >> EXEC_A_SHIFT;

	if ((accept & EXEC_A_RULE) >= v->nrules || d >= BLOB_NDECISIONS)
		return BLOB_ERR_VALUE;
	if (t->n == 0 || d > t->best >> EXEC_A_SHIFT ||
	    (d == t->best >> EXEC_A_SHIFT && accept < t->best))
		t->best = accept;
	t->n += n;
	return BLOB_OK;
}

static int
tally_visit(void *ctx, const struct exec_view *v, const struct exec_accepts *a)
{
	return a->n == 0 ? BLOB_OK : tally_add(ctx, v, a->best, a->n);
}

/*
 * A rule whose first word is spelled otherwise than the program of the
 * resolved path counts only where the host_executable of its own spelling,
 * if any, has that path too.
 */
static int
is_admitted(const struct exec_view *v, const struct words *w, uint32_t rule,
    bool *out)
{
	struct exec_rule r;
	struct exec_run alts;
	struct exec_alt head;
	struct exec_host h;
	const char *name;
	int e;

	*out = true;
	if (w->resolved == NULL || v->nhosts == 0)
		return BLOB_OK;
	if ((e = exec_rule_get(v, rule, &r)) != BLOB_OK ||
	    (e = exec_elem_get(v, r.elems.first, &alts)) != BLOB_OK ||
	    (e = exec_alt_get(v, alts.first, &head)) != BLOB_OK)
		return e;
	name = exec_str(v, head.string);
	if (head.is_glob || strcmp(name, w->first) == 0)
		return BLOB_OK;
	e = exec_host_find(v, name, &h);
	if (e == BLOB_OK)
		*out = exec_host_has(v, &h, w->resolved);
	return e == BLOB_ERR_MISSING ? BLOB_OK : e;
}

static int
tally_visit_folded(void *ctx, const struct exec_view *v,
    const struct exec_accepts *a)
{
	struct tally *t = ctx;
	uint32_t i, accept;
	bool is_in;
	int r;

	if (t->w->resolved == NULL || v->nhosts == 0)
		return tally_visit(ctx, v, a);
	for (i = 0; i < a->n; i++) {
		accept = bytes_le32(a->p + (size_t)i * EXEC_ACCEPT_LEN) &
		    ~EXEC_TO_LEAF;	/* a leaf's accept is its edge's */
		r = is_admitted(v, t->w, accept & EXEC_A_RULE, &is_in);
		if (r == BLOB_OK && is_in)
			r = tally_add(t, v, accept, 1);
		if (r != BLOB_OK)
			return r;
	}
	return BLOB_OK;
}

/* How many rules below a number match; their numbers ascend in each list. */
struct census {
	uint32_t below;
	uint64_t n;
	const struct words *w;
};

static int
census_visit(void *ctx, const struct exec_view *v,
    const struct exec_accepts *a)
{
	struct census *c = ctx;
	uint32_t lo = 0, hi = a->n, mid;

	(void)v;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if ((bytes_le32(a->p + (size_t)mid * EXEC_ACCEPT_LEN) &
		    EXEC_A_RULE) < c->below)
			lo = mid + 1;
		else
			hi = mid;
	}
	c->n += lo;
	return BLOB_OK;
}

static int
census_visit_folded(void *ctx, const struct exec_view *v,
    const struct exec_accepts *a)
{
	struct census *c = ctx;
	uint32_t i, rule;
	bool is_in;
	int r;

	if (c->w->resolved == NULL || v->nhosts == 0)
		return census_visit(ctx, v, a);
	for (i = 0; i < a->n; i++) {
		rule = bytes_le32(a->p + (size_t)i * EXEC_ACCEPT_LEN) &
		    EXEC_A_RULE;
		r = is_admitted(v, c->w, rule, &is_in);
		if (r != BLOB_OK)
			return r;
		c->n += is_in && rule < c->below;
	}
	return BLOB_OK;
}

/* True when rules of the last component of a resolved path may be tried. */
static bool
may_resolve(const struct exec_view *v, const struct eval_command *c,
    struct words *w)
{
	struct exec_host h;
	const char *slash;

	if (c->argc == 0 || c->resolved == NULL)
		return false;
	slash = strrchr(c->resolved, '/');
	w->first = slash == NULL ? c->resolved : slash + 1;
	if (*w->first == '\0')
		return false;
	switch (exec_host_find(v, w->first, &h)) {
	case BLOB_OK:
		return exec_host_has(v, &h, c->resolved);
	case BLOB_ERR_MISSING:
		return true;
	default:
		return false;
	}
}

/* Tally the rules of the literal argv[0], else of the resolved one. */
static int
tally(const struct exec_view *v, const struct eval_command *c,
    struct words *w, struct tally *t, bool *is_resolved)
{
	int r;

	*w = (struct words){
		.first = c->argc == 0 ? "" : c->argv[0],
		.argv = c->argv,
		.argc = c->argc,
	};
	*t = (struct tally){ .w = w };
	*is_resolved = false;
	r = walk(v, w, tally_visit, tally_visit_folded, t);
	if (r != BLOB_OK || t->n != 0 || !may_resolve(v, c, w))
		return r;
	*is_resolved = true;
	w->resolved = c->resolved;
	return walk(v, w, tally_visit, tally_visit_folded, t);
}

static int
match_fill(const struct exec_view *v, uint32_t rule, bool is_resolved,
    struct eval_match *out)
{
	struct exec_rule r;
	int e = exec_rule_get(v, rule, &r);

	if (e != BLOB_OK)
		return e;
	*out = (struct eval_match){
		.rule = rule,
		.ntokens = r.elems.n,
		.decision = r.decision,
		.info = r.info,
		.why = r.why,
		.is_resolved = is_resolved,
	};
	return BLOB_OK;
}

int
eval_view(const struct exec_view *v, const struct eval_command *c,
    struct eval_verdict *out)
{
	struct eval_verdict o = { .decision = v->dflt };
	struct tally t;
	struct words w;
	bool is_resolved;
	int r;

	if ((r = tally(v, c, &w, &t, &is_resolved)) != BLOB_OK)
		return r;
	o.info = v->rule_default;
	o.nmatches = t.n;
	if (t.n != 0) {
		r = match_fill(v, t.best & EXEC_A_RULE, is_resolved, &o.by);
		if (r != BLOB_OK)
			return r;
		if (o.by.decision != t.best >> EXEC_A_SHIFT ||
		    o.by.ntokens > c->argc)
			return BLOB_ERR_VALUE;
		o.decision = o.by.decision;
		o.info = o.by.info;
	}
	*out = o;
	return BLOB_OK;
}

int
eval_view_match(const struct exec_view *v, const struct eval_command *c,
    uint32_t i, struct eval_match *out)
{
	uint32_t lo = 0, hi = v->nrules, mid;
	struct census n;
	struct eval_match m;
	struct tally t;
	struct words w;
	bool is_resolved;
	int r;

	if ((r = tally(v, c, &w, &t, &is_resolved)) != BLOB_OK)
		return r;
	if (i >= t.n)
		return BLOB_ERR_RANGE;
	while (lo < hi) {	/* the smallest rule with i matches below it */
		mid = lo + (hi - lo) / 2;
		n = (struct census){ .below = mid + 1, .w = &w };
		r = walk(v, &w, census_visit, census_visit_folded, &n);
		if (r != BLOB_OK)
			return r;
		if (n.n > i)
			hi = mid;
		else
			lo = mid + 1;
	}
	if ((r = match_fill(v, lo, is_resolved, &m)) != BLOB_OK)
		return r == BLOB_ERR_RANGE ? BLOB_ERR_VALUE : r;
	if (m.ntokens > c->argc)
		return BLOB_ERR_VALUE;
	*out = m;
	return BLOB_OK;
}

/* Programs decide where they are stricter, or where no rule matches. */
static void
merge(struct eval_verdict *o, const struct program_verdict *p)
{
	o->program = *p;
	if (p->result == PROGRAM_NONE ||
	    (o->nmatches > 0 && o->decision >= p->decision))
		return;
	o->is_program = true;
	o->nmatches++;
	o->decision = p->decision;
	o->info = p->rule;
	o->by.decision = p->decision;
	o->by.info = p->rule;
	o->by.why = p->why;
}

int
eval_exec(const struct blob *b, const struct eval_command *c,
    struct eval_verdict *out)
{
	const struct program_command pc = { .argv = c->argv, .argc = c->argc,
	    .file = c->file, .cwd = c->cwd, .vars = c->vars, .policy = b };
	struct program_verdict p;
	struct program_view pv;
	struct eval_verdict o;
	struct exec_view v;
	int r;

	if ((r = exec_view_of(&v, b)) != BLOB_OK ||
	    (r = eval_view(&v, c, &o)) != BLOB_OK)
		return r;
	r = program_view_of(&pv, b);
	if (r == BLOB_OK && (r = program_decide(&pv, &pc, &p)) == BLOB_OK)
		merge(&o, &p);
	if (r != BLOB_OK && r != BLOB_ERR_MISSING)
		return r;
	*out = o;
	return BLOB_OK;
}

int
eval_exec_match(const struct blob *b, const struct eval_command *c,
    uint32_t i, struct eval_match *out)
{
	struct exec_view v;
	int r = exec_view_of(&v, b);

	return r == BLOB_OK ? eval_view_match(&v, c, i, out) : r;
}

/* Go back to the last `*' when bytes differ: linear in practice. */
bool
eval_glob(const char *glob, const char *s)
{
	const char *star = NULL, *from = NULL;

	while (*s != '\0') {
		if (*glob == '*') {
			while (*glob == '*')
				glob++;
			if (*glob == '\0')
				return true;
			star = glob;
			from = s;
		} else if (*glob == *s) {
			glob++;
			s++;
		} else if (star == NULL) {
			return false;
		} else {
			/* Nothing matches before its first byte comes. */
			do
				from++;
			while (*from != *star && *from != '\0');
			if (*from == '\0')
				return false;
			glob = star;
			s = from;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}
