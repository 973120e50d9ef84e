/* Queries, and a plain evaluator of policies: every item, in order. */
#include <string.h>

#include "compiler/sysarg.h"
#include "compiler/sysconst.h"
#include "compiler/sysitem.h"
#include "compiler/sysname.h"
#include "compiler/sysset.h"

#define X32_BIT		0x40000000u

static bool
item_holds(const struct sysc_policy *p, const struct sysc_item *it,
    uint32_t nr, const uint64_t args[6])
{
	uint32_t i;

	if (nr < it->lo || nr > it->hi)
		return false;
	for (i = 0; i < it->natoms; i++)
		if (!sysset_atom_holds(&p->atoms[it->atom + i], args))
			return false;
	return true;
}

uint32_t
sysc_eval(const struct sysc_policy *p, uint32_t nr, const uint64_t args[6],
    uint32_t *rule)
{
	uint32_t unused;
	size_t i;

	if (rule == NULL)
		rule = &unused;
	*rule = 0;
	if (p->arch == sysc_arch_at(SYSNAME_X86_64)->audit && nr & X32_BIT)
		return p->foreign;
	for (i = 0; i < p->nitems; i++)
		if (item_holds(p, &p->items[i], nr, args)) {
			*rule = p->items[i].rule;
			return p->items[i].action;
		}
	*rule = nr >= p->newer_from ? p->rule_newer : p->rule_default;
	return nr >= p->newer_from ? p->newer : p->action;
}

static int
bad_arg(struct arena *a, struct diag *d, const struct sysdnf_call *call,
    const struct sys_word *w)
{
	struct near near = { .word = w->text };

	sysarg_near(a, call->name, call->arch->audit, &near);
	diag_error(d, w->loc, "%s has no argument %s in one register on %s%s",
	    call->name, diag_quote(a, w->text), call->arch->name,
	    near_hint(a, &near));
	return -1;
}

static int
set_arg(struct arena *a, struct diag *d, const struct sysdnf_call *call,
    const struct sys_value *v, struct sysc_query *q)
{
	struct sysarg arg;
	uint64_t value;

	if (sysarg_find(a, call->name, v->arg.text, call->arch->audit, &arg)
	    != SYSARG_OK)
		return bad_arg(a, d, call, &v->arg);
	if (sysdnf_value(a, d, call, v->value, &value) == -1)
		return -1;
	if (q->given & 1u << arg.index) {
		diag_error(d, v->arg.loc, "argument %s is given twice",
		    diag_quote(a, v->arg.text));
		return -1;
	}
	if (sysname_is_32bit(call->arch->audit))
		value &= UINT32_MAX;
	q->args[arg.index] = value;
	q->given |= 1u << arg.index;
	return 0;
}

/* The number of a name on the architecture, or -1 after a diagnostic. */
static int
query_number(struct arena *a, struct diag *d, const struct sys_query *q,
    const struct sysc_arch *arch)
{
	int row = sysname_find(q->name.text), nr;

	if (row == -1) {
		sysitem_unknown_call(a, d, &q->name);
		return -1;
	}
	nr = sysname_number((size_t)row, arch->audit);
	if (nr < 0)
		diag_error(d, q->name.loc, "system call %s does not exist on "
		    "%s", diag_quote(a, q->name.text), arch->name);
	return nr < 0 ? -1 : nr;
}

/*
 * `nr=41(...)' as if it were its name; returns what to parse, with *nr set
 * and *name NULL where it has none.
 */
static const char *
by_number(struct arena *a, struct diag *d, const char *text, struct loc loc,
    uint32_t arch, uint32_t *nr, const char **name)
{
	size_t n = strcspn(text + 3, " (");
	const char *number = arena_strndup(a, text + 3, n);
	uint64_t v;

	if (!sysconst_number(number, &v) || v > UINT32_MAX) {
		diag_error(d, loc, "\"nr=\" takes a number from 0 to %u, found "
		    "%s", UINT32_MAX, diag_quote(a, number));
		return NULL;
	}
	*nr = (uint32_t)v;
	*name = sysc_call_name(arch, *nr);
	return arena_printf(a, "%s%s", *name != NULL ? *name : "number",
	    text + 3 + n);
}

int
sysc_query_parse(struct arena *a, struct diag *d, const char *text,
    struct loc loc, const struct sysc_arch *arch, struct sysc_query *out)
{
	struct sysdnf_call call = { .arch = arch };
	bool is_number = strncmp(text, "nr=", 3) == 0;
	const struct sys_query *q;
	const struct sys_value *v;
	uint32_t number = 0;
	int nr;

	if (is_number) {
		text = by_number(a, d, text, loc, arch->audit, &number,
		    &call.name);
		if (text == NULL)
			return -1;
		/* Its columns are not those of what was written. */
		loc = source_made(a, text, loc);
	}
	q = sys_parse_query(a, d, text, loc);
	if (q == NULL)
		return -1;
	if (!is_number) {
		call.name = q->name.text;
		nr = query_number(a, d, q, arch);
		if (nr == -1)
			return -1;
		number = (uint32_t)nr;
	}
	*out = (struct sysc_query){ .name = call.name, .nr = number };
	if (call.name == NULL)
		call.name = "";		/* arg0..arg5 */
	for (v = q->values; v != NULL; v = v->next)
		if (set_arg(a, d, &call, v, out) == -1)
			return -1;
	return 0;
}
