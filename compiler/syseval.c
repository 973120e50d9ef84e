/* Queries, and a plain evaluator of policies: every item, in order. */
#include "compiler/sysarg.h"
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
	const struct sysc_item *it;
	uint32_t unused;

	if (rule == NULL)
		rule = &unused;
	*rule = 0;
	if (p->arch == sysc_arch_at(SYSNAME_X86_64)->audit && nr & X32_BIT)
		return p->foreign;
	for (it = p->items; it < p->items + p->nitems; it++)
		if (item_holds(p, it, nr, args)) {
			*rule = it->rule;
			return it->action;
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

int
sysc_query_parse(struct arena *a, struct diag *d, const char *text,
    struct loc loc, const struct sysc_arch *arch, struct sysc_query *out)
{
	struct sys_query *q = sys_parse_query(a, d, text, loc);
	struct sysdnf_call call = { .arch = arch };
	const struct sys_value *v;
	int row, nr;

	if (q == NULL)
		return -1;
	call.name = q->name.text;
	row = sysname_find(call.name);
	if (row == -1) {
		sysitem_unknown_call(a, d, &q->name);
		return -1;
	}
	nr = sysname_number((size_t)row, arch->audit);
	if (nr < 0) {
		diag_error(d, q->name.loc, "system call %s does not exist on "
		    "%s", diag_quote(a, call.name), arch->name);
		return -1;
	}
	*out = (struct sysc_query){ .name = call.name, .nr = (uint32_t)nr };
	for (v = q->values; v != NULL; v = v->next)
		if (set_arg(a, d, &call, v, out) == -1)
			return -1;
	return 0;
}
