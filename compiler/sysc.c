/*
 * Check system call items, and lower them to a normalised policy for one
 * architecture.  Errors are reported once, whatever the architectures.
 */
#include "compiler/sysc.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/sysdnf.h"
#include "compiler/sysgroup.h"
#include "blob/format.h"
#include "compiler/sysname.h"

#define MAX_CALLS	600	/* of one item on one architecture */

struct calls {
	uint32_t nr[MAX_CALLS];
	size_t n;
};

static void
calls_add(struct calls *c, int nr)
{
	size_t i;

	if (nr < 0)
		return;
	for (i = 0; i < c->n; i++)
		if (c->nr[i] == (uint32_t)nr)
			return;
	if (c->n < MAX_CALLS)
		c->nr[c->n++] = (uint32_t)nr;
}

static void
add_known(struct calls *c, uint32_t arch)
{
	uint32_t nr;

	for (nr = 0; nr < sysname_newer_from(arch); nr++)
		if (sysc_call_name(arch, nr) != NULL)
			calls_add(c, (int)nr);
}

/* The calls of a group that the architecture has. */
static void
add_group(struct arena *a, struct calls *c, uint32_t arch,
    const struct sysgroup *g, unsigned depth)
{
	const char *p = g->calls, *word;
	size_t len;

	if (p == NULL) {
		add_known(c, arch);
		return;
	}
	for (; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		word = arena_strndup(a, p, len);
		if (word[0] != '@')
			calls_add(c, sysc_call_number(arch, word));
		else if (depth < SYSGROUP_MAX_DEPTH)
			add_group(a, c, arch, sysgroup_find(word), depth + 1);
	}
}

static int
by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

static void
resolve(struct arena *a, const struct sys_item *it, uint32_t arch,
    struct calls *c)
{
	c->n = 0;
	if (it->name.text[0] == '@')
		add_group(a, c, arch, sysgroup_find(it->name.text), 0);
	else
		calls_add(c, sysc_call_number(arch, it->name.text));
	qsort(c->nr, c->n, sizeof(c->nr[0]), by_number);
}

static bool
name_exists(const char *name)
{
	const struct sysc_arch *arch;
	size_t i;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++)
		if (sysc_call_number(arch->audit, name) != SYSNAME_NOWHERE)
			return true;
	return false;
}

static void
unknown_group(struct arena *a, struct diag *d, const struct sys_word *w)
{
	struct near near = { .word = w->text };
	size_t i;

	for (i = 0; sysgroup_at(i) != NULL; i++)
		near_try(&near, sysgroup_at(i)->name);
	diag_error(d, w->loc, "unknown group %s%s", diag_quote(a, w->text),
	    near_hint(a, &near));
}

static void
unknown_call(struct arena *a, struct diag *d, const struct sys_word *w)
{
	struct near near = { .word = w->text };
	const char *name;
	unsigned i;

	for (i = 0; (name = sysname_at(i)) != NULL; i++)
		if (*name != '\0')
			near_try(&near, arena_strdup(a, name));
	diag_error(d, w->loc, "unknown system call %s%s",
	    diag_quote(a, w->text), near_hint(a, &near));
}

/* Parse one item and look at its names; NULL after diagnostics. */
static struct sys_item *
item_checked(struct arena *a, struct diag *d, const struct sysc_text *t)
{
	struct sys_item *it = sys_parse_item(a, d, t->text, t->loc);
	struct sysdnf_term *terms;

	if (it == NULL)
		return NULL;
	if (it->name.text[0] == '@') {
		if (sysgroup_find(it->name.text) != NULL)
			return it;
		unknown_group(a, d, &it->name);
		return NULL;
	}
	if (!name_exists(it->name.text)) {
		unknown_call(a, d, &it->name);
		return NULL;
	}
	if (it->when != NULL && sysdnf_make(a, d, it->name.text, it->when,
	    &terms) == -1)
		return NULL;
	return it;
}

/* Which unconditional item decides each call so far. */
struct decided {
	const struct sysc_text *by[512];
};

/*
 * An item all of whose calls earlier ones decide otherwise has no effect:
 * whoever wrote it believes in a policy that is not there.
 */
static const struct sysc_text *
covered_by(const struct decided *dec, const struct calls *c,
    const struct sysc_text *t)
{
	const struct sysc_text *first = NULL, *by;
	size_t i;

	for (i = 0; i < c->n; i++) {
		by = c->nr[i] < 512 ? dec->by[c->nr[i]] : NULL;
		if (by == NULL || by->is_derived || by->action == t->action)
			return NULL;
		if (first == NULL)
			first = by;
	}
	return first;
}

static void
check_covered(struct arena *a, struct diag *d, struct decided *dec,
    const struct sysc_text *t, const struct sys_item *it, uint32_t arch)
{
	const struct sysc_text *by;
	struct calls c;
	size_t i;

	resolve(a, it, arch, &c);
	by = t->is_derived ? NULL : covered_by(dec, &c, t);
	if (by != NULL && !t->is_override) {
		diag_error(d, t->loc, "%s has no effect: an earlier item "
		    "decides it as %s (\"override: true\" says that this is "
		    "meant)", diag_quote(a, t->text),
		    sysc_action_text(a, by->action));
		diag_note(d, by->loc, "decided here");
	}
	for (i = 0; it->when == NULL && i < c.n; i++)
		if (c.nr[i] < 512 && dec->by[c.nr[i]] == NULL)
			dec->by[c.nr[i]] = t;
}

int
sysc_check(struct arena *a, struct diag *d, const struct sysc_request *r,
    const struct sysc_arch *const *archs, size_t narchs)
{
	struct decided *dec = arena_alloc(a, sizeof(*dec));
	unsigned errors = d->errors;
	struct sys_item *it;
	size_t i;

	for (i = 0; i < r->nitems && !diag_is_full(d); i++) {
		it = item_checked(a, d, &r->items[i]);
		if (it != NULL && narchs > 0)
			check_covered(a, d, dec, &r->items[i], it,
			    archs[0]->audit);
	}
	return d->errors == errors ? 0 : -1;
}

static struct sysc_item *
item_add(struct arena *a, struct sysc_policy *p, const struct sysc_text *t,
    uint32_t lo, uint32_t hi)
{
	struct sysc_item *it;

	p->items = arena_grow(a, p->items, p->nitems, &p->cap_items,
	    sizeof(*p->items));
	it = &p->items[p->nitems++];
	*it = (struct sysc_item){ .lo = lo, .hi = hi, .action = t->action,
	    .rule = t->rule, .atom = (uint32_t)p->natoms };
	return it;
}

static void
add_ranges(struct arena *a, struct sysc_policy *p, const struct sysc_text *t,
    const struct calls *c)
{
	size_t i, k;

	for (i = 0; i < c->n; i = k) {
		for (k = i + 1; k < c->n && c->nr[k] == c->nr[k - 1] + 1; k++)
			;
		item_add(a, p, t, c->nr[i], c->nr[k - 1]);
	}
}

static void
add_term(struct arena *a, struct sysc_policy *p, const struct sysc_text *t,
    uint32_t nr, const struct sysdnf_term *term)
{
	struct sysc_item *it = item_add(a, p, t, nr, nr);
	size_t i;

	it->natoms = (uint32_t)term->natoms;
	for (i = 0; i < term->natoms; i++) {
		p->atoms = arena_grow(a, p->atoms, p->natoms, &p->cap_atoms,
		    sizeof(*p->atoms));
		p->atoms[p->natoms++] = term->atoms[i];
	}
}

int
sysc_lower(struct arena *a, struct diag *d, const struct sysc_request *r,
    uint32_t arch, struct sysc_policy *out)
{
	const struct sysdnf_term *term;
	struct sysdnf_term *terms;
	struct sys_item *it;
	struct calls c;
	size_t i;

	*out = (struct sysc_policy){ .arch = arch, .action = r->action,
	    .newer = r->newer, .newer_from = sysname_newer_from(arch),
	    .foreign = r->foreign, .rule_default = r->rule_default,
	    .rule_newer = r->rule_newer };
	for (i = 0; i < r->nitems; i++) {
		it = item_checked(a, d, &r->items[i]);
		if (it == NULL)
			return -1;
		resolve(a, it, arch, &c);
		if (it->when == NULL) {
			add_ranges(a, out, &r->items[i], &c);
			continue;
		}
		if (c.n == 0)
			continue;
		if (sysdnf_make(a, d, it->name.text, it->when, &terms) == -1)
			return -1;
		for (term = terms; term != NULL; term = term->next)
			add_term(a, out, &r->items[i], c.nr[0], term);
	}
	if (out->nitems <= BLOB_MAX_SYSC_ITEMS &&
	    out->natoms <= BLOB_MAX_SYSC_ATOMS)
		return 0;
	diag_error(d, (struct loc){ .src = NULL }, "the system call policy "
	    "has more than %d items or %d conditions", BLOB_MAX_SYSC_ITEMS,
	    BLOB_MAX_SYSC_ATOMS);
	return -1;
}
