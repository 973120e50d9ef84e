/* Names of calls, groups and architectures in items. */
#include "compiler/sysitem.h"

#include "compiler/sysname.h"

_Static_assert(SYSNAME_NARCHS <= 8 * sizeof(unsigned), "columns has a bit each");

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

void
sysitem_unknown_call(struct arena *a, struct diag *d,
    const struct sys_word *w)
{
	struct near near = { .word = w->text };
	size_t i;

	if (sysname_is_elsewhere(w->text)) {
		diag_error(d, w->loc, "system call %s exists on no "
		    "architecture that policies are compiled for",
		    diag_quote(a, w->text));
		return;
	}
	for (i = 0; i < sysname_count(); i++)
		near_try(&near, sysname_at(i));
	diag_error(d, w->loc, "unknown system call %s%s",
	    diag_quote(a, w->text), near_hint(a, &near));
}

static bool
arch_column(struct arena *a, struct diag *d, const struct sys_word *w,
    unsigned *column)
{
	struct near near = { .word = w->text };
	const struct sysc_arch *arch = sysc_arch_by_name(w->text);
	size_t i;

	if (arch != NULL) {
		*column = sysname_column(arch->audit);
		return true;
	}
	for (i = 0; sysc_arch_at(i) != NULL; i++)
		near_try(&near, sysc_arch_at(i)->name);
	diag_error(d, w->loc, "unknown architecture %s%s",
	    diag_quote(a, w->text), near_hint(a, &near));
	return false;
}

/* `[A, B]': only there; `[!A, !B]': everywhere else. */
static int
read_guard(struct arena *a, struct diag *d, const struct sys_word *guard,
    unsigned *columns)
{
	unsigned column, only = 0, never = 0;
	const struct sys_word *w;

	for (w = guard; w != NULL; w = w->next) {
		if (!arch_column(a, d, w, &column))
			return -1;
		*(w->is_inverted ? &never : &only) |= 1u << column;
	}
	if (only != 0 && never != 0) {
		diag_error(d, guard->loc, "a guard lists either the "
		    "architectures an item is for, or, each with \"!\", those "
		    "it is not for");
		return -1;
	}
	*columns = only != 0 ? only : ((1u << SYSNAME_NARCHS) - 1) & ~never;
	return 0;
}

/* One more call; end is 0 before the first. */
static void
add_call(struct sysitem *it, size_t row)
{
	sysrows_add(&it->rows, row);
	if (it->end == 0 || row < it->first)
		it->first = row;
	if (row >= it->end)
		it->end = row + 1;
}

static int
add_name(struct arena *a, struct diag *d, const struct sys_word *w,
    struct sysitem *out)
{
	int row = sysname_find(w->text);

	if (row == -1) {
		sysitem_unknown_call(a, d, w);
		return -1;
	}
	add_call(out, (size_t)row);
	return 0;
}

static int
read_names(struct arena *a, struct diag *d, const struct sys_item *parsed,
    struct sysitem *out)
{
	const struct sys_word *w;

	out->name = parsed->name.text;
	out->when = parsed->when;
	if (read_guard(a, d, parsed->guard, &out->columns) == -1)
		return -1;
	if (out->name[0] == '@') {
		out->end = sysname_count();
		if (sysgroup_expand(out->name, &out->rows))
			return 0;
		unknown_group(a, d, &parsed->name);
		return -1;
	}
	if (add_name(a, d, &parsed->name, out) == -1)
		return -1;
	for (w = parsed->others; w != NULL; w = w->next)
		if (add_name(a, d, w, out) == -1)
			return -1;
	return 0;
}

int
sysitem_read(struct arena *a, struct diag *d, const struct sysc_text *t,
    struct sysitem *out)
{
	int row = sysname_find(t->text);
	const struct sys_item *parsed;

	*out = (struct sysitem){ .text = t };
	if (row != -1) {	/* a bare name, as most are, needs no parser */
		out->name = t->text;
		out->columns = (1u << SYSNAME_NARCHS) - 1;
		add_call(out, (size_t)row);
		return 0;
	}
	parsed = sys_parse_item(a, d, t->text, t->loc);
	return parsed != NULL ? read_names(a, d, parsed, out) : -1;
}

bool
sysitem_has(const struct sysitem *it, const struct sysc_arch *arch,
    size_t row)
{
	return it->columns >> sysname_column(arch->audit) & 1 &&
	    sysrows_has(&it->rows, row) &&
	    sysname_number(row, arch->audit) >= 0;
}

int
sysitem_terms(struct arena *a, struct diag *d, const struct sysitem *it,
    const struct sysc_arch *arch, struct sysdnf_term **out)
{
	struct sysdnf_call call = { .name = it->name, .arch = arch };

	if (it->when != NULL)
		return sysdnf_make(a, d, &call, it->when, out);
	*out = arena_alloc(a, sizeof(**out));
	return 0;
}
