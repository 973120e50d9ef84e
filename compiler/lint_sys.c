/* Items of system call policies: dead ones, and conditions that mislead. */
#include "compiler/lint.h"

#include <linux/seccomp.h>
#include <string.h>

#include "compiler/scalar.h"
#include "compiler/sysarg.h"
#include "compiler/sysconst.h"
#include "compiler/sysitem.h"
#include "compiler/sysset.h"
#include "grammar/sys_ast.h"

/* --- dead items ------------------------------------------------------------ */

/* Do earlier items of the same call decide all that this one says? */
static bool
is_covered(struct lint *l, const struct sysc_policy *p,
    const struct sysc_item *it)
{
	struct sysset_term self = { p->atoms + it->atom, it->natoms };
	struct sysset_term *terms = arena_array(l->a, p->nitems,
	    sizeof(*terms));
	const struct sysc_item *e;
	size_t n = 0;

	for (e = p->items; e < it; e++)
		if (e->natoms > 0 && e->lo <= it->lo && it->lo <= e->hi)
			terms[n++] = (struct sysset_term){
			    p->atoms + e->atom, e->natoms };
	return n > 0 && sysset_is_covered(&self, terms, n);
}

static bool
lives_on(struct lint *l, const struct sysc_policy *p, uint32_t rule)
{
	const struct sysc_item *it;

	for (it = p->items; it < p->items + p->nitems; it++)
		if (it->rule == rule && (it->natoms == 0 ||
		    !is_covered(l, p, it)))
			return true;
	return false;
}

/* A call with two names; where its number is decided, both are. */
static bool
is_second_name(const char *text)
{
	const struct sysc_arch *arch;
	size_t i;
	int nr;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
		nr = sysc_call_number(arch->audit, text);
		if (nr >= 0 && strcmp(sysc_call_name(arch->audit,
		    (uint32_t)nr), text) != 0)
			return true;
	}
	return false;
}

static void
check_dead(struct lint *l, const struct lint_item *it)
{
	size_t i;

	if (is_second_name(it->node->text))
		return;
	for (i = 0; i < l->npolicies; i++)
		if (lives_on(l, &l->policies[i], it->number))
			return;
	lint_report(l, it->node->at, "%s decides nothing: earlier items have "
	    "decided it", diag_quote(l->a, it->node->text));
}

void
lint_sys_dead(struct lint *l)
{
	lint_each_item(l, check_dead);
}

/* --- conditions ------------------------------------------------------------ */

/* The condition of an item, and where it stands. */
struct condition {
	struct lint *l;
	const char *call;
	const struct sys_expr *whole;
	void (*leaf)(const struct condition *c, const struct sys_expr *e);
};

static void
each_leaf(const struct condition *c, const struct sys_expr *e)
{
	const struct sys_expr *child;

	if (e->kind == SYS_COMPARE || e->kind == SYS_IN)
		c->leaf(c, e);
	for (child = e->first; child != NULL; child = child->next)
		each_leaf(c, child);
}

static void
each_condition(struct lint *l, const struct lint_item *it,
    void (*leaf)(const struct condition *c, const struct sys_expr *e))
{
	struct condition c = { .l = l, .leaf = leaf };
	struct sys_item *item;
	struct diag quiet;

	diag_init(&quiet, NULL);
	item = sys_parse_item(l->a, &quiet, it->node->text,
	    scalar_loc(l->a, it->node));
	if (item == NULL || item->when == NULL)
		return;
	c.call = item->name.text;
	c.whole = item->when;
	each_leaf(&c, item->when);
}

/* The argument on the first architecture that has the call and it. */
static bool
find_arg(const struct condition *c, const char *name, struct sysarg *out)
{
	const struct sysc_arch *arch;
	size_t i;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++)
		if (sysc_call_number(arch->audit, c->call) >= 0 &&
		    sysarg_find(c->l->a, c->call, name, arch->audit, out) ==
		    SYSARG_OK)
			return true;
	return false;
}

static bool
is_order(const struct sys_expr *e)
{
	return e->kind == SYS_COMPARE && e->cmp != SYS_EQ && e->cmp != SYS_NE;
}

/* Comparisons of order of one argument, in a whole condition. */
static unsigned
count_orders(const struct sys_expr *e, const char *arg)
{
	const struct sys_expr *child;
	unsigned n = is_order(e) && strcmp(e->arg.text, arg) == 0;

	for (child = e->first; child != NULL; child = child->next)
		n += count_orders(child, arg);
	return n;
}

/* Who gives both ends has thought of it. */
static void
leaf_order(const struct condition *c, const struct sys_expr *e)
{
	struct sysarg arg;

	if (!is_order(e) || count_orders(c->whole, e->arg.text) > 1 || !find_arg(c, e->arg.text, &arg) || !arg.is_signed ||
	    arg.width > 32)
		return;
	lint_report(c->l, e->loc, "%s of %s is an int: half of its %u-bit "
	    "numbers are negative and come before 0; \"in {LOW..HIGH}\" says "
	    "what is meant", e->arg.text, c->call, arg.width);
}

static void
check_order(struct lint *l, const struct lint_item *it)
{
	each_condition(l, it, leaf_order);
}

void
lint_sys_order(struct lint *l)
{
	lint_each_item(l, check_order);
}

/* Whether there is an address at all may be asked. */
static bool
is_null_test(const struct sys_expr *e)
{
	uint64_t v;

	return e->kind == SYS_COMPARE && e->mask == NULL &&
	    (e->cmp == SYS_EQ || e->cmp == SYS_NE) && e->value != NULL &&
	    e->value->next == NULL && sysconst_number(e->value->text, &v) &&
	    v == 0;
}

static void
leaf_pointer(const struct condition *c, const struct sys_expr *e)
{
	struct sysarg arg;

	if (is_null_test(e) || !find_arg(c, e->arg.text, &arg) ||
	    !arg.is_pointer)
		return;
	lint_report(c->l, e->loc, "%s of %s is an address: a filter sees the "
	    "number, not what is there", e->arg.text, c->call);
}

static void
check_pointer(struct lint *l, const struct lint_item *it)
{
	each_condition(l, it, leaf_pointer);
}

void
lint_sys_pointer(struct lint *l)
{
	lint_each_item(l, check_pointer);
}

void
lint_sys_default(struct lint *l)
{
	const struct node *n = node_get(node_get(l->root, "syscalls"),
	    "default");

	if (n != NULL && lint_is_own(l, n->at) &&
	    lint_is_allow(l->ir->sys.action))
		lint_report(l, n->at, "every call that no rule names is "
		    "allowed");
}
