/* Names and types of arguments are sysarg.c's; values are printed as such. */
#include "compiler/dump_cond.h"

#include <inttypes.h>

#include "blob/format.h"
#include "compiler/sysarg.h"
#include "compiler/sysname.h"
#include "compiler/textbuf.h"

static bool
is_order(const struct sysc_atom *x)
{
	return x->op != BLOB_SYS_EQ && x->op != BLOB_SYS_NE;
}

/* Would the compiler compare the call's argument as the atom does? */
static bool
is_typed_so(struct arena *a, const char *name, const struct sysc_arch *arch,
    const struct sysc_atom *x)
{
	struct sysarg arg;

	sysarg_at(a, name, x->arg, arch->audit, &arg);
	return (arg.width <= 32) == ((x->flags & SYSC_F_32) != 0) &&
	    (arg.is_signed && is_order(x)) ==
	    ((x->flags & SYSC_F_SIGNED) != 0);
}

/* Some numbers have two names, whose arguments may differ in type. */
static const char *
name_of(struct arena *a, const struct sysc_arch *arch,
    const struct sysc_policy *p, size_t first, size_t end)
{
	const char *name = NULL;
	size_t row, i, k;
	bool fits;

	if (p->items[first].lo != p->items[first].hi)
		return arena_printf(a, "#%u..#%u", p->items[first].lo,
		    p->items[first].hi);
	for (row = 0; row < sysname_count(); row++) {
		if (sysname_number(row, arch->audit) !=
		    (int)p->items[first].lo)
			continue;
		fits = true;
		for (i = first; i < end; i++)
			for (k = 0; k < p->items[i].natoms; k++)
				fits = fits && is_typed_so(a, sysname_at(row),
				    arch, &p->atoms[p->items[i].atom + k]);
		if (fits)
			return sysname_at(row);
		name = sysname_at(row);
	}
	return name != NULL ? name : arena_printf(a, "#%u",
	    p->items[first].lo);
}

static const char *
value_text(struct arena *a, const struct sysarg *arg,
    const struct sysc_atom *x)
{
	uint64_t sign = UINT64_C(1) << (arg->width - 1), v = x->value;

	if (x->flags & SYSC_F_SIGNED && v & sign)
		return arena_printf(a, "%" PRId64,
		    (int64_t)(v | ~(sign | (sign - 1))));
	return v < 1024 ? arena_printf(a, "%" PRIu64, v) :
	    arena_printf(a, "0x%" PRIx64, v);
}

const char *
dump_cond_atom(struct arena *a, const struct sysc_arch *arch,
    const char *name, const struct sysc_atom *x)
{
	static const char *const ops[] = { [BLOB_SYS_EQ] = "==",
		[BLOB_SYS_NE] = "!=", [BLOB_SYS_LT] = "<",
		[BLOB_SYS_LE] = "<=", [BLOB_SYS_GT] = ">",
		[BLOB_SYS_GE] = ">=" };
	const char *value;
	struct sysarg arg;

	sysarg_at(a, name, x->arg, arch->audit, &arg);
	value = value_text(a, &arg, x);
	if (x->mask == UINT64_MAX >> (64 - arg.width))
		return arena_printf(a, "%s %s %s", arg.name, ops[x->op],
		    value);
	return arena_printf(a, "(%s & 0x%" PRIx64 ") %s %s", arg.name,
	    x->mask, ops[x->op], value);
}

static const char *
term_text(struct arena *a, const struct sysc_arch *arch, const char *name,
    const struct sysc_policy *p, const struct sysc_item *it)
{
	struct textbuf t = { .a = a };
	size_t i;

	for (i = 0; i < it->natoms; i++)
		textbuf_add(&t, "%s%s", i > 0 ? " && " : "",
		    dump_cond_atom(a, arch, name, &p->atoms[it->atom + i]));
	return textbuf_text(&t);
}

const char *
dump_cond_text(struct arena *a, const struct sysc_arch *arch,
    const struct sysc_policy *p, size_t first, size_t end)
{
	const char *name = name_of(a, arch, p, first, end);
	struct textbuf t = { .a = a };
	size_t i;

	textbuf_add(&t, "%s(", name);
	for (i = first; i < end; i++)
		textbuf_add(&t, end - first > 1 && p->items[i].natoms > 1 ?
		    "%s(%s)" : "%s%s", i > first ? " || " : "",
		    term_text(a, arch, name, p, &p->items[i]));
	textbuf_add(&t, ")");
	return textbuf_text(&t);
}
