/*
 * From a policy to the one that asks: refusals change their action, and each
 * item that allows a call asked about gets one before it for that call alone.
 */
#include "compiler/sysnotify.h"

#include <linux/seccomp.h>
#include <stdlib.h>

#include "blob/format.h"
#include "compiler/arena.h"

/* Without a flag: always. */
static const struct asked {
	const char *name;
	unsigned flags;
} asked[] = {
	{ "execve", 0 },
	{ "execveat", 0 },
	{ "connect", BPFN_F_CONNECT },
	{ "bind", BPFN_F_BIND },
	/* i386 can make each of these through it. */
	{ "socketcall", BPFN_F_CONNECT | BPFN_F_BIND },
};

#define NASKED	(sizeof(asked) / sizeof(asked[0]))

_Static_assert(NASKED <= SYSNOTIFY_MAX, "room for all");

static int
compare_numbers(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

size_t
sysnotify_calls(uint32_t arch, unsigned flags, uint32_t numbers[SYSNOTIFY_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < NASKED; i++) {
		int nr = sysc_call_number(arch, asked[i].name);

		if (nr >= 0 && (asked[i].flags == 0 ||
		    asked[i].flags & flags))
			numbers[n++] = (uint32_t)nr;
	}
	qsort(numbers, n, sizeof(*numbers), compare_numbers);
	return n;
}

static bool
is_refusal(uint32_t action)
{
	return (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO;
}

static bool
lets_through(uint32_t action)
{
	return action == SECCOMP_RET_ALLOW ||
	    (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_LOG;
}

static void
add(struct arena *a, struct sysc_policy *p, struct sysc_item item)
{
	p->items = arena_grow(a, p->items, p->nitems, &p->cap_items,
	    sizeof(*p->items));
	p->items[p->nitems++] = item;
}

/* For each call asked about in the item's range, one that asks. */
static void
add_asking(struct arena *a, struct sysc_policy *p, struct sysc_item item,
    const uint32_t *numbers, size_t n)
{
	uint32_t lo = item.lo, hi = item.hi;

	item.action = SECCOMP_RET_USER_NOTIF;
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] < lo || numbers[i] > hi)
			continue;
		item.lo = item.hi = numbers[i];
		add(a, p, item);
	}
}

void
sysnotify_policy(struct arena *a, const struct sysc_policy *p,
    unsigned flags, struct sysc_policy *out)
{
	/* What the default decides ends where newer calls begin. */
	const struct sysc_item rest = { .lo = 0, .hi = p->newer_from - 1,
		.rule = p->rule_default };
	uint32_t numbers[SYSNOTIFY_MAX];
	size_t n = sysnotify_calls(p->arch, flags, numbers);

	*out = *p;
	out->items = NULL;
	out->nitems = out->cap_items = 0;
	for (size_t i = 0; i < p->nitems; i++) {
		struct sysc_item item = p->items[i];

		if (lets_through(item.action))
			add_asking(a, out, item, numbers, n);
		else if (is_refusal(item.action))
			item.action = SECCOMP_RET_USER_NOTIF;
		add(a, out, item);
	}
	if (is_refusal(p->action))
		out->action = SECCOMP_RET_USER_NOTIF;
	else if (lets_through(p->action) && p->newer_from > 0)
		add_asking(a, out, rest, numbers, n);
}
