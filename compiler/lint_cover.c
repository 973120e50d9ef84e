/* Rules that cover others: see lint_cover.h. */
#include "compiler/lint_cover.h"

#include <stdlib.h>
#include <string.h>

#include "blob/eval.h"

/*
 * A rule by the words that it begins with, up to the first place with a
 * choice: of that one alternative, if none is a glob.  It has a row for each.
 */
struct row {
	const struct prefix_rule *r;
	enum blob_decision decision;
	size_t n;			/* words */
	size_t alt;			/* of the last */
};

struct lint_cover {
	struct row *rows;		/* ordered by by_words() */
	size_t nrows, cap_rows;
	size_t most;			/* words of any */
};

static bool
alt_covers(const struct rule_elem *e, size_t i, const struct rule_elem *f,
    size_t k)
{
	bool is_glob = e->is_glob != NULL && e->is_glob[i];
	bool is_other_glob = f->is_glob != NULL && f->is_glob[k];

	if (strcmp(e->alts[i], f->alts[k]) == 0)
		return is_glob == is_other_glob;
	return is_glob && !is_other_glob && eval_glob(e->alts[i], f->alts[k]);
}

/* Is every alternative of f one of e? */
static bool
elem_covers(const struct rule_elem *e, const struct rule_elem *f)
{
	size_t i, k;

	for (k = 0; k < f->nalts; k++) {
		for (i = 0; i < e->nalts; i++)
			if (alt_covers(e, i, f, k))
				break;
		if (i == e->nalts)
			return false;
	}
	return true;
}

/* Does the other rule match whatever this one does? */
static bool
covers(const struct prefix_rule *other, const struct prefix_rule *r)
{
	size_t i;

	if (other->nunless > 0 || other->is_canonical || r->is_canonical ||
	    other->nelems > r->nelems ||
	    (other->is_exact && (!r->is_exact || other->nelems != r->nelems)))
		return false;
	for (i = 0; i < other->nelems; i++)
		if (!elem_covers(&other->elems[i], &r->elems[i]))
			return false;
	return true;
}

static bool
has_glob(const struct rule_elem *e)
{
	size_t i;

	for (i = 0; e->is_glob != NULL && i < e->nalts; i++)
		if (e->is_glob[i])
			return true;
	return false;
}

static const char *
word(const struct row *x, size_t i)
{
	return x->r->elems[i].alts[i + 1 == x->n ? x->alt : 0];
}

/* Rows are ordered by decision, number of words, words. */
static int
compare(const struct row *x, const struct row *y)
{
	size_t i;
	int c;

	if (x->decision != y->decision)
		return x->decision < y->decision ? -1 : 1;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (i = 0; i < x->n; i++) {
		c = strcmp(word(x, i), word(y, i));
		if (c != 0)
			return c;
	}
	return 0;
}

static int
by_words(const void *p, const void *q)
{
	const struct row *x = p, *y = q;
	int c = compare(x, y);

	return c != 0 ? c : x->r < y->r ? -1 : x->r > y->r;
}

static void
add(struct arena *a, struct lint_cover *c, const struct prefix_rule *r)
{
	struct row row = { .r = r, .decision = r->decision };
	size_t nalts = 1;

	while (row.n < r->nelems && nalts == 1 &&
	    !has_glob(&r->elems[row.n]))
		nalts = r->elems[row.n++].nalts;
	if (row.n > c->most)
		c->most = row.n;
	for (; row.alt < nalts; row.alt++) {
		c->rows = arena_grow(a, c->rows, c->nrows, &c->cap_rows,
		    sizeof(*c->rows));
		c->rows[c->nrows++] = row;
	}
}

struct lint_cover *
lint_cover_new(struct arena *a, const struct rule_set *set)
{
	struct lint_cover *c = arena_array(a, 1, sizeof(*c));
	size_t i;

	/* With exceptions, or canonically, a rule covers no other. */
	for (i = 0; i < set->nprefix; i++)
		if (set->prefix[i].nunless == 0 &&
		    !set->prefix[i].is_canonical)
			add(a, c, &set->prefix[i]);
	if (c->nrows > 0)
		qsort(c->rows, c->nrows, sizeof(*c->rows), by_words);
	return c;
}

/* The first row that is not before k. */
static size_t
lower_bound(const struct lint_cover *c, const struct row *k)
{
	size_t lo = 0, hi = c->nrows, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (compare(&c->rows[mid], k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct prefix_rule *
lint_cover_find(const struct lint_cover *c, const struct prefix_rule *r,
    enum blob_decision decision)
{
	struct row k = { .r = r, .decision = decision };
	const struct prefix_rule *found = NULL, *o;
	size_t i;

	/* What covers r begins with words that r begins with, too. */
	for (; k.n <= r->nelems && k.n <= c->most; k.n++)
		for (i = lower_bound(c, &k); i < c->nrows; i++) {
			o = c->rows[i].r;
			if (compare(&c->rows[i], &k) != 0 ||
			    (found != NULL && o > found))
				break;
			if (o == r || !covers(o, r))
				continue;
			if (decision == r->decision && o > r && covers(r, o))
				continue;
			found = o;
			break;
		}
	return found;
}
