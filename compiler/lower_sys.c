/*
 * The syscalls section to the request that sysc.h takes: derived refusals
 * first, then the profile's own rules in order.
 */
#include "compiler/lower.h"

#include <linux/seccomp.h>
#include <errno.h>
#include <string.h>

#include "compiler/scalar.h"
#include "compiler/schema.h"

static void
item_add(struct lower *l, struct sysc_text t)
{
	struct ir *ir = l->ir;

	ir->sys_items = arena_grow(l->a, ir->sys_items, ir->nsys_items,
	    &ir->cap_sys_items, sizeof(*ir->sys_items));
	ir->sys_items[ir->nsys_items++] = t;
}

void
lower_sys_derive(struct lower *l, const char *action, const char *item,
    uint32_t rule)
{
	struct loc at = rule != 0 ? l->ir->rules[rule - 1].loc : l->root->loc;
	struct sysc_text t = { .text = item, .loc = at, .rule = rule,
	    .is_derived = true };

	if (sysc_action_parse(l->a, l->d, action, at, &t.action) == 0)
		item_add(l, t);
}

static void
lower_items(struct lower *l, const struct node *list, uint32_t action,
    bool is_override)
{
	const struct node *n;

	if (list->kind != NODE_LIST) {
		diag_error(l->d, list->at, "an action takes a list of calls, "
		    "found %s", node_what(l->a, list));
		return;
	}
	for (n = list->first; n != NULL; n = n->next) {
		if (n->kind != NODE_SCALAR) {
			diag_error(l->d, n->at, "a call is text such as "
			    "\"openat\" or \"@mount\", found %s",
			    node_what(l->a, n));
			continue;
		}
		item_add(l, (struct sysc_text){ .text = n->text,
		    .loc = scalar_loc(l->a, n), .action = action,
		    .is_override = is_override,
		    .rule = lower_rule(l, "syscalls.rules", n) });
	}
}

/* `- errno(EPERM): [...]', perhaps with `override: true' and `reason: TEXT'. */
static void
lower_actions(struct lower *l, const struct node *rule)
{
	const struct node *override = node_get(rule, "override"), *n;
	const struct node *reason = node_get(rule, "reason");
	bool is_override = false;
	size_t actions = 0;
	uint32_t action;

	if (rule->kind != NODE_MAP) {
		diag_error(l->d, rule->at, "a rule is \"ACTION: [CALL, ...]\", "
		    "found %s", node_what(l->a, rule));
		return;
	}
	if (override != NULL && (override->kind != NODE_SCALAR ||
	    (strcmp(override->text, "true") != 0 &&
	    strcmp(override->text, "false") != 0)))
		diag_error(l->d, override->at, "\"override\" takes true or "
		    "false, found %s", node_what(l->a, override));
	else if (override != NULL)
		is_override = strcmp(override->text, "true") == 0;
	if (reason != NULL && (reason->kind != NODE_SCALAR ||
	    reason->text[0] == '\0'))
		diag_error(l->d, reason->at, "\"reason\" takes a text, found "
		    "%s", node_what(l->a, reason));
	for (n = rule->first; n != NULL; n = n->next) {
		if (n == override || n == reason)
			continue;
		if (actions++ > 0)
			diag_error(l->d, n->key->at, "a second action in one "
			    "rule; begin a rule of its own with \"- \"");
		if (sysc_action_parse(l->a, l->d, n->key->text, n->key->at,
		    &action) == 0)
			lower_items(l, n, action, is_override);
	}
	if (actions == 0)
		diag_error(l->d, rule->at, "a rule without an action");
}

static uint32_t
action_of(struct lower *l, const struct node *n, uint32_t otherwise)
{
	uint32_t action = otherwise;

	if (n != NULL)
		sysc_action_parse(l->a, l->d, n->text, n->at, &action);
	return action;
}

/* Those of --arch, else of the profile, else all. */
static void
choose_archs(struct lower *l, const struct node *list)
{
	const struct sysc_arch *arch;
	struct ir *ir = l->ir;
	const struct node *n;
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < l->narchs; i++)
		ir->archs[ir->narchs++] = l->archs[i];
	if (ir->narchs > 0)
		return;
	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next)
		bits |= 1u << schema_word_index(n, schema_arch_words, 0);
	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++)
		if (list == NULL || bits >> i & 1)
			ir->archs[ir->narchs++] = arch;
	if (ir->narchs == 0)
		diag_error(l->d, list->at, "\"architectures\" is empty: a "
		    "policy is for one at least");
}

void
lower_syscalls(struct lower *l, const struct node *syscalls)
{
	const struct node *by_default = node_get(syscalls, "default");
	const struct node *newer = node_get(syscalls, "newer"), *n;
	struct sysc_request *r = &l->ir->sys;

	r->rule_default = lower_rule(l, "syscalls.default", by_default);
	r->rule_newer = lower_rule(l, "syscalls.newer", newer);
	r->action = action_of(l, by_default, SECCOMP_RET_ERRNO | EPERM);
	r->newer = action_of(l, newer, SECCOMP_RET_ERRNO | ENOSYS);
	r->foreign = SECCOMP_RET_ERRNO | ENOSYS;
	/* These type into the terminal as if its user did. */
	lower_sys_derive(l, "errno(EPERM)", "ioctl(request == TIOCSTI)", 0);
	lower_sys_derive(l, "errno(EPERM)", "ioctl(request == TIOCLINUX)", 0);
	n = node_get(syscalls, "rules");
	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next)
		lower_actions(l, n);
	r->items = l->ir->sys_items;
	r->nitems = l->ir->nsys_items;
	choose_archs(l, node_get(syscalls, "architectures"));
	sysc_check(l->a, l->d, r, l->ir->archs, l->ir->narchs);
	lower_hints(l, syscalls);
}
