/* The table of checks, and what several of them need. */
#include "compiler/lint.h"

#include <linux/seccomp.h>
#include <stdarg.h>
#include <string.h>

static const struct lint_check checks[] = {
	{ "syscall-dead", "an item that decides no call", lint_sys_dead,
	    true },
	{ "syscall-order", "an order of numbers on an int, whose negative "
	    "half is easily forgotten", lint_sys_order, true },
	{ "syscall-pointer", "a condition on an address, not on what is there",
	    lint_sys_pointer, true },
	{ "syscall-default", "what no rule names is allowed",
	    lint_sys_default, true },
	{ "syscall-risky", "a dangerous call is allowed without a reason",
	    lint_sys_risky, true },
	{ "syscall-walkaround", "a limit on one call that another call does "
	    "not have", lint_sys_walkaround, true },
	{ "syscall-io-uring", "a limit on a call that io_uring does not have",
	    lint_sys_io_uring, true },
	{ "exec-dead", "a rule that a stricter one always overrules",
	    lint_exec_dead, false },
	{ "exec-redundant", "a rule that another one makes needless",
	    lint_exec_redundant, false },
	{ "exec-interpreter", "a rule that allows whatever a program is told "
	    "to run", lint_exec_interpreter, false },
	{ "exec-opaque", "what rules cannot see through is allowed, but not "
	    "what they do not name", lint_exec_opaque, true },
	{ "fs-write-root", "a write root that is or contains a folder which "
	    "the rest of the policy rests on", lint_fs_write_root, true },
	{ "fs-redundant", "a path below another one of the same list",
	    lint_fs_redundant, true },
	{ "net-dead", "entries of domains where no proxy asks for them",
	    lint_net_dead, true },
	{ "env-loader", "variables that make every program load code",
	    lint_env_loader, true },
	{ "env-dead", "an exception to a list that does not have it",
	    lint_env_dead, true },
	{ "variable-unused", "a variable that nothing uses",
	    lint_variable_unused, true },
};

#define NCHECKS	(sizeof(checks) / sizeof(checks[0]))

const struct lint_check *
lint_check_at(size_t i)
{
	return i < NCHECKS ? &checks[i] : NULL;
}

bool
lint_is_own(const struct lint *l, struct loc at)
{
	return at.src == l->own;
}

void
lint_report(struct lint *l, struct loc at, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_warning(l->d, l->check->id, at, "%s", text);
}

/* Number of the rule that stands there; 0: there is none. */
static uint32_t
rule_number(const struct lint *l, struct loc at)
{
	const struct ir_rule *r;
	size_t i;

	for (i = 0; i < l->ir->nrules; i++) {
		r = &l->ir->rules[i];
		if (r->loc.src == at.src && r->loc.line == at.line &&
		    r->loc.col == at.col &&
		    strcmp(r->name, "syscalls.rules") == 0)
			return (uint32_t)i + 1;
	}
	return 0;
}

/* Number and action of an item as it was lowered; false: it was not. */
static bool
find_item(const struct lint *l, struct lint_item *it)
{
	size_t i;

	it->number = rule_number(l, it->node->loc);
	for (i = 0; it->number != 0 && i < l->ir->nsys_items; i++)
		if (l->ir->sys_items[i].rule == it->number) {
			it->action = l->ir->sys_items[i].action;
			return true;
		}
	return false;
}

void
lint_each_item(struct lint *l,
    void (*fn)(struct lint *l, const struct lint_item *it))
{
	const struct node *rules = node_get(node_get(l->root, "syscalls"),
	    "rules"), *rule, *list, *n, *reason;
	struct lint_item it;

	for (rule = rules != NULL ? rules->first : NULL; rule != NULL;
	    rule = rule->next) {
		if (!lint_is_own(l, rule->at))
			continue;
		reason = node_get(rule, "reason");
		for (list = rule->first; list != NULL; list = list->next)
			for (n = list->kind == NODE_LIST ? list->first : NULL;
			    n != NULL; n = n->next) {
				it = (struct lint_item){ .rule = rule,
				    .node = n, .reason = reason != NULL ?
				    reason->text : NULL };
				if (find_item(l, &it))
					fn(l, &it);
			}
	}
}

const struct sysc_item *
lint_decider(const struct sysc_policy *p, uint32_t nr)
{
	const struct sysc_item *it;

	for (it = p->items; it < p->items + p->nitems; it++)
		if (it->natoms == 0 && nr >= it->lo && nr <= it->hi)
			return it;
	return NULL;
}

bool
lint_is_allow(uint32_t action)
{
	action &= SECCOMP_RET_ACTION_FULL;
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

enum lint_access
lint_access(const struct sysc_policy *p, uint32_t nr)
{
	const struct sysc_item *last = lint_decider(p, nr), *it;
	bool is_allowed = lint_is_allow(last != NULL ? last->action :
	    p->action);

	for (it = p->items; it < p->items + p->nitems && it != last; it++)
		if (nr >= it->lo && nr <= it->hi &&
		    lint_is_allow(it->action) != is_allowed)
			return LINT_SOMETIMES;
	return is_allowed ? LINT_ALWAYS : LINT_NEVER;
}

void
lint_run(struct arena *a, struct diag *d, const struct node *root,
    const struct source *own, const struct ir *ir)
{
	struct lint l = { .a = a, .d = d, .root = root, .own = own,
	    .ir = ir };
	size_t i;

	for (i = 0; root != NULL && i < ir->narchs; i++)
		sysc_lower(a, d, &ir->sys, ir->archs[i]->audit,
		    &l.policies[l.npolicies++]);
	for (i = 0; i < NCHECKS; i++) {
		l.check = &checks[i];
		if (root != NULL || !checks[i].needs_profile)
			checks[i].run(&l);
	}
}

void
lint_run_one(struct arena *a, struct diag *d, const struct node *root,
    const struct ir *ir, const char *id)
{
	struct lint l = { .a = a, .d = d, .root = root, .own = root->at.src,
	    .ir = ir };
	size_t i;

	for (i = 0; i < NCHECKS; i++) {
		l.check = &checks[i];
		if (strcmp(checks[i].id, id) == 0)
			checks[i].run(&l);
	}
}
