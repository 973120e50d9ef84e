/*
 * Back from numbers to items.
 *
 * The items of one rule come from one text of the profile, or from several
 * at the same place.  They are taken apart per architecture into parts that
 * a single text gives: the cases of one call's condition, or a set of calls.
 * Where each architecture has one set, a group or the union of the names is
 * looked for that gives each its own; else texts stand under guards.
 */
#include "compiler/dump_sysc.h"

#include <string.h>

#include "compiler/dump_cond.h"
#include "compiler/prove.h"
#include "compiler/sysgroup.h"
#include "compiler/sysname.h"
#include "compiler/textbuf.h"

/* Items of one architecture that one text gives. */
struct part {
	struct part *next;
	uint32_t action;
	const char *text;	/* for this architecture alone */
	bool is_set;
	struct sysrows rows;	/* of a set: decided here, all their names */
	const char *unnamed;	/* ranges with numbers that have no name */
};

struct side {
	const struct sysc_arch *arch;
	struct sysc_policy p;
	size_t at;		/* the next item */
	uint32_t *step;		/* of each row: when it was decided, or 0 */
	struct part *parts;	/* of the rule at hand, not yet printed */
};

struct joiner {
	struct arena *a;
	struct side sides[SYSNAME_NARCHS];
	size_t nsides;
	uint32_t rule_mode, rule_exec, step;
	struct dump_items *out;
};

size_t
dump_sysc_archs(const struct blob *b, const struct sysc_arch **out, size_t n)
{
	const struct sysc_arch *arch;
	struct blob_sysc_head h;
	size_t i, found = 0;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL && found < n; i++)
		if (blob_sysc_head_get(b, arch->audit, &h) == BLOB_OK)
			out[found++] = arch;
	return found;
}

/* --- one architecture --------------------------------------------------- */

static bool
is_in(int nr, uint32_t lo, uint32_t hi)
{
	return nr >= 0 && (uint32_t)nr >= lo && (uint32_t)nr <= hi;
}

static bool
is_derived(const struct joiner *d, uint32_t rule)
{
	return rule == 0 || rule == d->rule_mode || rule == d->rule_exec;
}

/* Is every number between two ranges one that is decided already? */
static bool
is_bridged(const struct side *s, uint32_t after, uint32_t before)
{
	bool is_known;
	uint32_t nr;
	size_t row;

	for (nr = after + 1; nr < before; nr++) {
		is_known = false;
		for (row = 0; row < sysname_count(); row++)
			if (sysname_number(row, s->arch->audit) == (int)nr &&
			    s->step[row] != 0)
				is_known = true;
		if (!is_known)
			return false;
	}
	return true;
}

/* Take the range's undecided calls into the part. */
static void
take_range(struct joiner *d, struct side *s, struct part *part,
    const struct sysc_item *it)
{
	uint32_t named = 0, last = UINT32_MAX;
	size_t row;
	int nr;

	for (row = 0; row < sysname_count(); row++) {
		nr = sysname_number(row, s->arch->audit);
		if (!is_in(nr, it->lo, it->hi))
			continue;
		named += (uint32_t)nr != last;
		last = (uint32_t)nr;
		if (s->step[row] == 0) {
			s->step[row] = d->step;
			sysrows_add(&part->rows, row);
		}
	}
	/* A blob of a compiler that knows more calls: no text gives it. */
	if (named <= it->hi - it->lo)
		part->unnamed = arena_printf(d->a, "%s#%u..#%u, ",
		    part->unnamed, it->lo, it->hi);
}

static const char *
rows_text(struct arena *a, const struct sysrows *rows)
{
	struct textbuf t = { .a = a };
	const char *one = "";
	size_t row, n = 0;

	for (row = 0; row < sysname_count(); row++)
		if (sysrows_has(rows, row)) {
			one = sysname_at(row);
			textbuf_add(&t, "%s%s", n++ > 0 ? ", " : "{", one);
		}
	textbuf_add(&t, "}");
	return n == 1 ? one : textbuf_text(&t);
}

/*
 * Ranges that one set gives: ascending, and apart by calls that are neither
 * the set's nor decided; two that a set would have joined are of two texts.
 */
static void
take_set(struct joiner *d, struct side *s, struct part *part, uint32_t rule)
{
	const struct sysc_item *it = &s->p.items[s->at], *old;
	bool is_single = is_derived(d, rule);	/* each has its text */

	do {
		take_range(d, s, part, it);
		old = it++;
		s->at++;
	} while (!is_single && s->at < s->p.nitems && it->rule == rule &&
	    it->action == part->action && it->natoms == 0 &&
	    it->lo > old->hi && !is_bridged(s, old->hi, it->lo));
	part->is_set = *part->unnamed == '\0';
	part->text = arena_printf(d->a, "%s%s", part->unnamed,
	    rows_text(d->a, &part->rows));
}

static void
take_condition(struct joiner *d, struct side *s, struct part *part,
    uint32_t rule)
{
	const struct sysc_item *it = &s->p.items[s->at];
	size_t first = s->at;
	uint32_t nr = it->lo;

	while (s->at < s->p.nitems && it->rule == rule && it->lo == nr &&
	    it->action == part->action && it->natoms > 0) {
		s->at++;
		it++;
	}
	part->text = dump_cond_text(d->a, s->arch, &s->p, first, s->at);
}

static void
take_parts(struct joiner *d, struct side *s, uint32_t rule)
{
	struct part **end = &s->parts, *part;

	s->parts = NULL;
	while (s->at < s->p.nitems && s->p.items[s->at].rule == rule) {
		part = arena_alloc(d->a, sizeof(*part));
		part->action = s->p.items[s->at].action;
		part->unnamed = "";
		if (s->p.items[s->at].natoms > 0)
			take_condition(d, s, part, rule);
		else
			take_set(d, s, part, rule);
		*end = part;
		end = &part->next;
	}
}

/* --- all of them -------------------------------------------------------- */

static bool
has_number(const struct side *s, const struct sysrows *rows, size_t row)
{
	int nr = sysname_number(row, s->arch->audit);
	size_t i;

	if (sysrows_has(rows, row))
		return true;
	for (i = 0; i < sysname_count(); i++)
		if (sysrows_has(rows, i) &&
		    sysname_number(i, s->arch->audit) == nr)
			return true;
	return false;
}

/* Would an item of these rows have decided here just what the part did? */
static bool
gives_part(const struct joiner *d, const struct side *s,
    const struct sysrows *rows)
{
	static const struct sysrows none;
	const struct sysrows *want = s->parts != NULL ? &s->parts->rows :
	    &none;
	size_t row;

	for (row = 0; row < sysname_count(); row++) {
		if (sysname_number(row, s->arch->audit) < 0)
			continue;
		if (sysrows_has(want, row) && !has_number(s, rows, row))
			return false;
		if (sysrows_has(rows, row) && !sysrows_has(want, row) &&
		    (s->step[row] == 0 || s->step[row] == d->step))
			return false;
	}
	return true;
}

static bool
gives_all(const struct joiner *d, const struct sysrows *rows)
{
	size_t i;

	for (i = 0; i < d->nsides; i++)
		if (!gives_part(d, &d->sides[i], rows))
			return false;
	return true;
}

static size_t
count_rows(const struct sysrows *rows)
{
	size_t row, n = 0;

	for (row = 0; row < sysname_count(); row++)
		n += sysrows_has(rows, row);
	return n;
}

/* The smallest group that gives every architecture its part, or NULL. */
static const char *
find_group(const struct joiner *d)
{
	const struct sysgroup *g;
	const char *best = NULL;
	size_t i, n, least = SYSROWS_MAX + 1;
	struct sysrows rows;

	for (i = 0; (g = sysgroup_at(i)) != NULL; i++) {
		memset(&rows, 0, sizeof(rows));
		sysgroup_expand(g->name, &rows);
		n = count_rows(&rows);
		if (n < least && gives_all(d, &rows)) {
			best = g->name;
			least = n;
		}
	}
	return best;
}

static void
add(struct joiner *d, const char *text, uint32_t action, uint32_t rule)
{
	struct dump_items *o = d->out;

	o->v = arena_grow(d->a, o->v, o->n, &o->cap, sizeof(*o->v));
	o->v[o->n++] = (struct dump_item){ .text = text, .action = action,
	    .rule = rule,
	    .is_derived = is_derived(d, rule) };
}

/* One text for one set on each architecture that has any; false: none is. */
static bool
add_as_one(struct joiner *d, uint32_t rule)
{
	struct sysrows all = { { 0 } };
	const struct part *part, *first = NULL;
	const char *text = NULL;
	size_t i, k;

	for (i = 0; i < d->nsides; i++) {
		part = d->sides[i].parts;
		if (part == NULL)
			continue;
		if (first == NULL)
			first = part;
		if (!part->is_set || part->next != NULL ||
		    part->action != first->action)
			return false;
		for (k = 0; k < SYSROWS_MAX / 64; k++)
			all.bits[k] |= part->rows.bits[k];
	}
	if (first == NULL)
		return false;
	if (count_rows(&all) > 1)
		text = find_group(d);
	if (text == NULL && gives_all(d, &all))
		text = rows_text(d->a, &all);
	if (text != NULL)
		add(d, text, first->action, rule);
	return text != NULL;
}

static bool
is_same_part(const struct part *x, const struct part *y)
{
	return x != NULL && x->action == y->action &&
	    strcmp(x->text, y->text) == 0;
}

/* Does a side come to this text only after others? */
static bool
is_early(const struct joiner *d, const struct part *part)
{
	const struct part *p;
	size_t i;

	for (i = 0; i < d->nsides; i++) {
		if (is_same_part(d->sides[i].parts, part))
			continue;
		for (p = d->sides[i].parts; p != NULL; p = p->next)
			if (is_same_part(p, part))
				return true;
	}
	return false;
}

static const struct part *
choose(const struct joiner *d)
{
	const struct part *first = NULL;
	size_t i;

	for (i = 0; i < d->nsides; i++) {
		if (d->sides[i].parts == NULL)
			continue;
		if (first == NULL)
			first = d->sides[i].parts;
		if (!is_early(d, d->sides[i].parts))
			return d->sides[i].parts;
	}
	return first;
}

/* The texts in an order that each side agrees with, under guards. */
static void
add_guarded(struct joiner *d, uint32_t rule)
{
	const struct part *part;
	const char *guard;
	size_t i, n;

	while ((part = choose(d)) != NULL) {
		guard = "";
		for (i = n = 0; i < d->nsides; i++) {
			if (!is_same_part(d->sides[i].parts, part))
				continue;
			d->sides[i].parts = d->sides[i].parts->next;
			guard = arena_printf(d->a, "%s%s%s", guard,
			    n++ > 0 ? ", " : "", d->sides[i].arch->name);
		}
		add(d, n == d->nsides ? part->text : arena_printf(d->a,
		    "[%s] %s", guard, part->text), part->action, rule);
	}
}

/*
 * Derived rules come first: of the list of what may be executed, of the
 * network mode, then those of no rule.  The others are tried in the order of
 * their numbers.
 */
static uint64_t
rank_of(const struct joiner *d, uint32_t rule)
{
	if (rule == d->rule_exec && rule != 0)
		return 0;
	if (rule == d->rule_mode && rule != 0)
		return 1;
	return (uint64_t)rule + 2;
}

static bool
next_rule(const struct joiner *d, uint32_t *rule)
{
	const struct side *s;
	bool found = false;
	size_t i;

	for (i = 0; i < d->nsides; i++) {
		s = &d->sides[i];
		if (s->at < s->p.nitems && (!found ||
		    rank_of(d, s->p.items[s->at].rule) < rank_of(d, *rule))) {
			*rule = s->p.items[s->at].rule;
			found = true;
		}
	}
	return found;
}

static int
open_sides(struct joiner *d, const struct blob *b)
{
	const struct sysc_arch *archs[SYSNAME_NARCHS];
	size_t i;
	int r;

	d->nsides = dump_sysc_archs(b, archs, SYSNAME_NARCHS);
	for (i = 0; i < d->nsides; i++) {
		d->sides[i].arch = archs[i];
		d->sides[i].step = arena_array(d->a, sysname_count(), 4);
		r = prove_read_policy(d->a, b, archs[i]->audit,
		    &d->sides[i].p);
		if (r != BLOB_OK)
			return r;
	}
	return BLOB_OK;
}

int
dump_sysc_items(struct arena *a, const struct blob *b, struct dump_items *out)
{
	struct joiner d = { .a = a, .out = out };
	struct blob_net_head net;
	struct blob_fs_head fs;
	uint32_t rule = 0;
	size_t i;
	int r = open_sides(&d, b);

	*out = (struct dump_items){ .n = 0 };
	if (r != BLOB_OK)
		return r;
	if (blob_net_head_get(b, &net) == BLOB_OK)
		d.rule_mode = net.rule_mode;
	if (blob_fs_head_get(b, &fs) == BLOB_OK)
		d.rule_exec = fs.list_exec;
	while (next_rule(&d, &rule)) {
		d.step++;
		for (i = 0; i < d.nsides; i++)
			take_parts(&d, &d.sides[i], rule);
		if (!add_as_one(&d, rule))
			add_guarded(&d, rule);
	}
	return BLOB_OK;
}
