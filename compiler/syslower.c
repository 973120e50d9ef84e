/*
 * Checked items to a normalised policy: numbers of one architecture, terms
 * of atoms, and nothing that an earlier item has already decided.
 */
#include <stdlib.h>

#include "blob/format.h"
#include "compiler/sysitem.h"
#include "compiler/sysname.h"

/* A call of the architecture. */
struct slot {
	uint32_t nr;
	uint32_t row;
};

struct lowering {
	struct arena *a;
	const struct sysc_arch *arch;
	struct sysc_policy *out;
	struct slot *slots;		/* ascending numbers */
	size_t nslots;
	struct sysrows decided;
};

static int
by_number(const void *x, const void *y)
{
	const struct slot *a = x, *b = y;

	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

static void
find_slots(struct lowering *l)
{
	size_t row;
	int nr;

	l->slots = arena_array(l->a, sysname_count(), sizeof(*l->slots));
	for (row = 0; row < sysname_count(); row++) {
		nr = sysname_number(row, l->arch->audit);
		if (nr >= 0)
			l->slots[l->nslots++] = (struct slot){
			    .nr = (uint32_t)nr, .row = (uint32_t)row };
	}
	qsort(l->slots, l->nslots, sizeof(*l->slots), by_number);
}

static struct sysc_item *
item_add(struct lowering *l, const struct sysc_text *t, uint32_t lo,
    uint32_t hi)
{
	struct sysc_policy *p = l->out;
	struct sysc_item *it;

	p->items = arena_grow(l->a, p->items, p->nitems, &p->cap_items,
	    sizeof(*p->items));
	it = &p->items[p->nitems++];
	*it = (struct sysc_item){ .lo = lo, .hi = hi, .action = t->action,
	    .rule = t->rule, .atom = (uint32_t)p->natoms };
	return it;
}

/* Two names of one number (arm has some) are decided together. */
static void
decide(struct lowering *l, uint32_t nr)
{
	size_t i;

	for (i = 0; i < l->nslots; i++)
		if (l->slots[i].nr == nr)
			sysrows_add(&l->decided, l->slots[i].row);
}

/*
 * Ranges of numbers, as long as each number is the item's or already
 * decided: the first match wins, so those may be covered again.
 */
static void
add_ranges(struct lowering *l, const struct sysitem *it)
{
	uint32_t lo = 0, hi = 0, next = 0;
	bool is_open = false, is_ours, is_old;
	size_t i;

	for (i = 0; i < l->nslots; i++) {
		const struct slot *s = &l->slots[i];

		is_old = sysrows_has(&l->decided, s->row);
		is_ours = !is_old && sysitem_has(it, l->arch, s->row);
		if (is_open && (s->nr > next || (!is_ours && !is_old))) {
			item_add(l, it->text, lo, hi);
			is_open = false;
		}
		next = s->nr + 1;
		if (!is_ours)
			continue;
		if (!is_open)
			lo = s->nr;
		hi = s->nr;
		is_open = true;
	}
	if (is_open)
		item_add(l, it->text, lo, hi);
	for (i = 0; i < l->nslots; i++)
		if (sysitem_has(it, l->arch, l->slots[i].row))
			decide(l, l->slots[i].nr);
}

static void
add_term(struct lowering *l, const struct sysc_text *t, uint32_t nr,
    const struct sysdnf_term *term)
{
	struct sysc_item *it = item_add(l, t, nr, nr);
	struct sysc_policy *p = l->out;
	size_t i;

	it->natoms = (uint32_t)term->natoms;
	for (i = 0; i < term->natoms; i++) {
		p->atoms = arena_grow(l->a, p->atoms, p->natoms,
		    &p->cap_atoms, sizeof(*p->atoms));
		p->atoms[p->natoms++] = term->atoms[i];
	}
	if (term->natoms == 0)
		decide(l, nr);
}

static int
lower_item(struct lowering *l, struct diag *d, const struct sysitem *it)
{
	const struct sysdnf_term *term;
	struct sysdnf_term *terms;
	size_t i;

	if (it->when == NULL) {
		add_ranges(l, it);
		return 0;
	}
	for (i = 0; i < l->nslots; i++) {
		if (!sysitem_has(it, l->arch, l->slots[i].row) ||
		    sysrows_has(&l->decided, l->slots[i].row))
			continue;
		if (sysitem_terms(l->a, d, it, l->arch, &terms) == -1)
			return -1;
		for (term = terms; term != NULL; term = term->next)
			add_term(l, it->text, l->slots[i].nr, term);
	}
	return 0;
}

int
sysc_lower(struct arena *a, struct diag *d, const struct sysc_request *r,
    uint32_t arch, struct sysc_policy *out)
{
	struct lowering l = { .a = a, .arch = sysc_arch_by_audit(arch),
		.out = out };
	struct sysitem *it = arena_alloc(a, sizeof(*it));
	size_t i;

	*out = (struct sysc_policy){ .arch = arch, .action = r->action,
	    .newer = r->newer, .newer_from = sysname_newer_from(arch),
	    .foreign = r->foreign, .rule_default = r->rule_default,
	    .rule_newer = r->rule_newer };
	find_slots(&l);
	for (i = 0; i < r->nitems; i++)
		if (sysitem_read(a, d, &r->items[i], it) == -1 ||
		    lower_item(&l, d, it) == -1)
			return -1;
	if (out->nitems <= BLOB_MAX_SYSC_ITEMS &&
	    out->natoms <= BLOB_MAX_SYSC_ATOMS)
		return 0;
	diag_error(d, r->items[0].loc, "the system call policy comes to more "
	    "than %d items or %d comparisons on %s", BLOB_MAX_SYSC_ITEMS,
	    BLOB_MAX_SYSC_ATOMS, l.arch->name);
	return -1;
}
