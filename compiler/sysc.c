/*
 * Check system call items: names and conditions on every architecture asked
 * for, and items that have no effect.
 */
#include "compiler/sysc.h"

#include "compiler/sysitem.h"
#include "compiler/sysname.h"
#include "compiler/sysset.h"

/* What the items so far say about one call, in their order. */
struct said {
	const struct sysc_text **by;	/* of each term */
	struct sysset_term *terms;
	size_t n, cap_by, cap_terms;
};

struct check {
	struct arena *a;
	struct diag *d;
	const struct sysc_arch *arch;
	struct said *said;		/* of each row */
	const struct sysc_text *other;	/* that covers, of another action */
};

static void
say(struct check *c, struct said *s, const struct sysc_text *t,
    const struct sysdnf_term *term)
{
	s->by = arena_grow(c->a, s->by, s->n, &s->cap_by, sizeof(*s->by));
	s->terms = arena_grow(c->a, s->terms, s->n, &s->cap_terms,
	    sizeof(*s->terms));
	s->by[s->n] = t;
	s->terms[s->n++] = (struct sysset_term){ term->atoms, term->natoms };
}

/* Earlier terms, of its own action or of all, written to *out. */
static size_t
earlier(struct check *c, const struct said *s, const struct sysc_text *t,
    bool is_same, struct sysset_term **out)
{
	size_t i, n = 0;

	*out = arena_array(c->a, s->n + 1, sizeof(**out));
	for (i = 0; i < s->n; i++)
		if (!is_same || s->by[i]->action == t->action)
			(*out)[n++] = s->terms[i];
	return n;
}

/* The first item of another action that a term meets, kept for the note. */
static void
find_other(struct check *c, const struct said *s, const struct sysc_text *t,
    const struct sysset_term *self)
{
	size_t i;

	for (i = 0; i < s->n && c->other == NULL; i++)
		if (s->by[i]->action != t->action &&
		    !sysset_is_apart(self, &s->terms[i]))
			c->other = s->by[i];
}

/*
 * What becomes of a term: LIVE, REPEATED where earlier items of its own action
 * alone cover it, CONTRADICTED where it takes others for that.  The author of
 * a contradicted one believes in a policy that is not there.
 */
enum fate { LIVE, REPEATED, CONTRADICTED };

static enum fate
fate_of(struct check *c, const struct said *s, const struct sysc_text *t,
    const struct sysdnf_term *term)
{
	struct sysset_term self = { term->atoms, term->natoms }, *terms;
	size_t n;

	if (s->n == 0)
		return LIVE;
	n = earlier(c, s, t, false, &terms);
	if (!sysset_is_covered(&self, terms, n))
		return LIVE;
	n = earlier(c, s, t, true, &terms);
	if (sysset_is_covered(&self, terms, n))
		return REPEATED;
	find_other(c, s, t, &self);
	return CONTRADICTED;
}

/*
 * Add the item to what is said.  Returns whether all that it says on this
 * architecture is contradicted (true too where it says nothing).  A derived
 * item neither contradicts nor is contradicted.
 */
static bool
add_item(struct check *c, const struct sysitem *it,
    const struct sysdnf_term *terms)
{
	const struct sysdnf_term *term;
	bool is_dead = true;
	enum fate fate;
	size_t row;

	if (it->text->is_derived)
		return false;
	for (row = it->first; row < it->end; row++) {
		if (!sysitem_has(it, c->arch, row))
			continue;
		for (term = terms; term != NULL; term = term->next) {
			fate = fate_of(c, &c->said[row], it->text, term);
			is_dead = is_dead && fate == CONTRADICTED;
			if (fate == LIVE)
				say(c, &c->said[row], it->text, term);
		}
	}
	return is_dead;
}

static void
report_dead(struct check *c, const struct sysc_text *t,
    const struct sysc_text *by)
{
	diag_error(c->d, t->loc, "%s has no effect: an earlier item decides "
	    "it as %s (\"override: true\" says that this is meant)",
	    diag_quote(c->a, t->text), sysc_action_text(c->a, by->action));
	diag_note(c->d, by->loc, "decided here");
}

/* Is there an architecture that has a call of the item? */
static bool
is_anywhere(const struct check *each, size_t n, const struct sysitem *it)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (sysitem_has(it, each[i].arch, it->first))
			return true;
	return false;
}

/*
 * One item on all architectures; the first that has an error reports it.  A
 * condition is for the architectures that have the call.
 */
static void
check_item(struct check *each, size_t n, const struct sysc_text *t)
{
	const struct sysc_text *by = NULL;
	bool is_dead = true, is_here;
	struct sysdnf_term *terms;
	struct sysitem *it = arena_alloc(each[0].a, sizeof(*it));
	size_t i;

	if (sysitem_read(each[0].a, each[0].d, t, it) == -1)
		return;
	is_here = it->when != NULL && is_anywhere(each, n, it);
	for (i = 0; i < n; i++) {
		if (!(it->columns >> sysname_column(each[i].arch->audit) & 1))
			continue;
		if (is_here && !sysitem_has(it, each[i].arch, it->first))
			continue;
		if (sysitem_terms(each[i].a, each[i].d, it, each[i].arch,
		    &terms) == -1)
			return;
		each[i].other = NULL;
		if (!add_item(&each[i], it, terms))
			is_dead = false;
		if (by == NULL)
			by = each[i].other;
	}
	if (is_dead && by != NULL && !t->is_override)
		report_dead(&each[0], t, by);
}

int
sysc_check(struct arena *a, struct diag *d, const struct sysc_request *r,
    const struct sysc_arch *const *archs, size_t narchs)
{
	struct check *each = arena_array(a, narchs + 1, sizeof(*each));
	unsigned errors = d->errors;
	size_t i;

	for (i = 0; i < narchs; i++)
		each[i] = (struct check){ .a = a, .d = d, .arch = archs[i],
		    .said = arena_array(a, sysname_count(),
		    sizeof(struct said)) };
	/* Without an architecture there are still names to look at. */
	each[narchs] = (struct check){ .a = a, .d = d };
	for (i = 0; i < r->nitems && !diag_is_full(d); i++)
		check_item(each, narchs, &r->items[i]);
	return d->errors == errors ? 0 : -1;
}
