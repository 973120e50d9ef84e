/*
 * The naive evaluator: shares nothing with the generator or the checker.
 */
#include "tests/lib/naive.h"

#include <linux/audit.h>
#include <string.h>

#include "blob/format.h"
#include "compiler/arena.h"

#define NELEM(x)	(sizeof(x) / sizeof((x)[0]))

static bool
compare_signed(unsigned op, int64_t a, int64_t b)
{
	switch (op) {
	case BLOB_SYS_LT:
		return a < b;
	case BLOB_SYS_LE:
		return a <= b;
	case BLOB_SYS_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static bool
compare(unsigned op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BLOB_SYS_EQ:
		return a == b;
	case BLOB_SYS_NE:
		return a != b;
	case BLOB_SYS_LT:
		return a < b;
	case BLOB_SYS_LE:
		return a <= b;
	case BLOB_SYS_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static bool
holds(const struct sysc_atom *x, uint64_t arg)
{
	uint64_t a = arg & x->mask, v = x->value;
	bool is_order = x->op != BLOB_SYS_EQ && x->op != BLOB_SYS_NE;

	if (x->flags & SYSC_F_32) {
		a = (uint32_t)a;
		v = (uint32_t)v;
	}
	if (!(x->flags & SYSC_F_SIGNED) || !is_order)
		return compare(x->op, a, v);
	if (x->flags & SYSC_F_32)
		return compare_signed(x->op, (int32_t)a, (int32_t)v);
	return compare_signed(x->op, (int64_t)a, (int64_t)v);
}

static bool
matches(const struct sysc_policy *p, const struct sysc_item *item,
    const struct seccomp_data *call)
{
	uint32_t nr = (uint32_t)call->nr;

	if (nr < item->lo || nr > item->hi)
		return false;
	for (uint32_t i = 0; i < item->natoms; i++) {
		const struct sysc_atom *x = &p->atoms[item->atom + i];

		if (!holds(x, call->args[x->arg]))
			return false;
	}
	return true;
}

uint32_t
naive_action(const struct sysc_policy *p, const struct seccomp_data *call)
{
	uint32_t nr = (uint32_t)call->nr;

	if (call->arch != p->arch)
		return p->foreign;
	if (p->arch == AUDIT_ARCH_X86_64 && (nr & 0x40000000u))
		return p->foreign;
	for (size_t i = 0; i < p->nitems; i++) {
		if (matches(p, &p->items[i], call))
			return p->items[i].action;
	}
	return nr >= p->newer_from ? p->newer : p->action;
}

uint64_t
naive_random(struct naive_rng *r)
{
	uint64_t x = (r->state += 0x9e3779b97f4a7c15u);

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static uint32_t
below(struct naive_rng *r, uint32_t n)
{
	return (uint32_t)(naive_random(r) % n);
}

static uint32_t
random_action(struct naive_rng *r)
{
	static const uint32_t actions[] = {
		SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW,
		SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 38,
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_LOG, SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 7,
		SECCOMP_RET_USER_NOTIF,
	};

	return actions[below(r, NELEM(actions))];
}

/* Small numbers, single bits, the edges of both widths, anything. */
static uint64_t
random_value(struct naive_rng *r)
{
	static const uint64_t edges[] = {
		0, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX,
		0xfffffffff0000000,
	};

	switch (below(r, 5)) {
	case 0:
		return edges[below(r, NELEM(edges))];
	case 1:
		return 1ull << below(r, 64);
	case 2:
		return naive_random(r);
	default:
		return below(r, 20);
	}
}

static uint64_t
random_mask(struct naive_rng *r)
{
	switch (below(r, 8)) {
	case 0:
		return random_value(r);
	case 1:
		return below(r, 256);
	case 2:
		return ~random_value(r);
	default:
		return UINT64_MAX;
	}
}

static struct sysc_atom
random_atom(struct naive_rng *r)
{
	struct sysc_atom x = {
		.arg = (uint8_t)below(r, 6),
		.op = (uint8_t)below(r, BLOB_NSYSOPS),
		.flags = (uint8_t)below(r, SYSC_ALL_FLAGS + 1),
		.mask = random_mask(r),
		.value = random_value(r),
	};

	/* Conditions on few arguments meet more often. */
	if (below(r, 2) == 0)
		x.arg = (uint8_t)below(r, 2);
	if (below(r, 4) != 0 && (x.op == BLOB_SYS_EQ || x.op == BLOB_SYS_NE))
		x.value &= x.mask;
	return x;
}

static void
random_item(struct naive_rng *r, struct sysc_policy *p)
{
	uint32_t lo = below(r, 40), atoms = below(r, 4);
	struct sysc_item *x = &p->items[p->nitems++];

	if (below(r, 12) == 0)
		lo = (uint32_t)naive_random(r);
	*x = (struct sysc_item){ .lo = lo, .hi = lo,
		.action = random_action(r), .rule = (uint32_t)p->nitems,
		.atom = (uint32_t)p->natoms, .natoms = atoms };
	if (below(r, 4) == 0 && lo < UINT32_MAX - 8)
		x->hi += below(r, 8);
	for (uint32_t i = 0; i < atoms; i++)
		p->atoms[p->natoms++] = random_atom(r);
}

void
naive_random_policy(struct naive_rng *r, struct arena *a, uint32_t arch,
    struct sysc_policy *out)
{
	uint32_t n = below(r, 30);

	*out = (struct sysc_policy){ .arch = arch, .action = random_action(r),
		.newer = random_action(r), .newer_from = 30 + below(r, 20),
		.foreign = random_action(r), .rule_default = 1,
		.rule_newer = 2 };
	out->items = arena_array(a, n, sizeof(*out->items));
	out->atoms = arena_array(a, n * 4, sizeof(*out->atoms));
	for (uint32_t i = 0; i < n; i++)
		random_item(r, out);
}

static uint32_t
call_number(struct naive_rng *r, const struct sysc_policy *p)
{
	const struct sysc_item *x;

	if (p->nitems == 0 || below(r, 8) == 0)
		return below(r, 2) == 0 ? below(r, 64) :
		    p->newer_from - 1 + below(r, 3);
	if (below(r, 32) == 0)
		return (uint32_t)naive_random(r);
	x = &p->items[below(r, (uint32_t)p->nitems)];
	if (below(r, 16) == 0)
		return x->lo | 0x40000000u;
	return below(r, 8) == 0 ? x->hi + below(r, 3) - 1 : x->lo;
}

static uint64_t
call_value(struct naive_rng *r, const struct sysc_atom *x)
{
	uint64_t v = x->value;

	if (below(r, 3) != 0)
		v += below(r, 3) - 1ull;
	if (below(r, 3) == 0)
		v |= naive_random(r) & ~x->mask;
	if (below(r, 4) == 0)
		v ^= (uint64_t)below(r, 4) << 32 | (uint64_t)below(r, 2) << 63;
	if (below(r, 8) == 0)
		v ^= 1ull << below(r, 64);
	return v;
}

void
naive_random_call(struct naive_rng *r, const struct sysc_policy *p,
    struct seccomp_data *call)
{
	*call = (struct seccomp_data){ .arch = p->arch,
		.nr = (int)call_number(r, p) };
	if (below(r, 64) == 0)
		call->arch ^= 1u << below(r, 32);
	for (unsigned i = 0; i < 6; i++)
		call->args[i] = random_value(r);
	/* The values of the items that name this call. */
	for (size_t i = 0; i < p->nitems; i++) {
		const struct sysc_item *x = &p->items[i];

		if ((uint32_t)call->nr < x->lo || (uint32_t)call->nr > x->hi ||
		    below(r, 2) == 0)
			continue;
		for (uint32_t j = 0; j < x->natoms; j++) {
			const struct sysc_atom *y = &p->atoms[x->atom + j];

			call->args[y->arg] = call_value(r, y);
		}
	}
}

static void
add_checked(struct sysc_policy *p, uint32_t nr, struct sysc_atom x)
{
	p->atoms[p->natoms] = x;
	p->items[p->nitems++] = (struct sysc_item){ .lo = nr, .hi = nr,
		.action = SECCOMP_RET_ALLOW, .atom = (uint32_t)p->natoms++,
		.natoms = 1 };
}

static void
add_range(struct sysc_policy *p, uint32_t lo, uint32_t hi)
{
	p->items[p->nitems++] = (struct sysc_item){ .lo = lo, .hi = hi,
		.action = SECCOMP_RET_ALLOW };
}

/* Holes of one to four calls, and the checked calls among the allowed. */
static void
add_ranges(struct sysc_policy *p)
{
	static const uint8_t widths[] = { 1, 1, 2, 1, 3, 1, 1, 4, 1, 2 };
	static const uint8_t runs[] = { 14, 3, 9, 6, 12, 2, 7, 10, 5, 8 };
	uint32_t nr = 0;

	for (unsigned i = 0; nr < 440; i++) {
		uint32_t run = runs[i * 7 % NELEM(runs)] + i % 3;

		if (nr + run > 460)
			run = 460 - nr;
		add_range(p, nr, nr + run - 1);
		nr += run + widths[i % NELEM(widths)];
	}
}

void
naive_container_policy(struct arena *a, uint32_t arch, struct sysc_policy *out)
{
	static const uint32_t values[] = { 0, 8, 0x20000, 0x20008,
		0xffffffff };
	static const struct { uint32_t nr; struct sysc_atom x; } checked[] = {
		{ 56, { 0, BLOB_SYS_EQ, 0, 0x7e020000, 0 } },
		{ 41, { 0, BLOB_SYS_NE, SYSC_F_32, UINT64_MAX, 40 } },
		{ 16, { 1, BLOB_SYS_NE, SYSC_F_32, UINT64_MAX, 0x5412 } },
		{ 157, { 0, BLOB_SYS_LE, SYSC_F_32, UINT64_MAX, 60 } },
		{ 272, { 0, BLOB_SYS_EQ, 0, 0x7e020000, 0 } },
	};
	struct sysc_item *deny;

	*out = (struct sysc_policy){ .arch = arch,
		.action = SECCOMP_RET_ERRNO | 1,
		.newer = SECCOMP_RET_ERRNO | 38, .newer_from = 463,
		.foreign = SECCOMP_RET_KILL_PROCESS };
	out->items = arena_array(a, 128, sizeof(*out->items));
	out->atoms = arena_array(a, 32, sizeof(*out->atoms));
	for (size_t i = 0; i < NELEM(values); i++)
		add_checked(out, 135, (struct sysc_atom){ 0, BLOB_SYS_EQ, 0,
		    UINT64_MAX, values[i] });
	for (size_t i = 0; i < NELEM(checked); i++)
		add_checked(out, checked[i].nr, checked[i].x);
	/* What the conditions do not allow is refused. */
	deny = &out->items[out->nitems];
	deny[0] = (struct sysc_item){ 135, 135, out->action, 0, 0, 0 };
	out->nitems++;
	for (size_t i = 0; i < NELEM(checked); i++)
		out->items[out->nitems++] = (struct sysc_item){
			checked[i].nr, checked[i].nr, out->action, 0, 0, 0 };
	add_ranges(out);
}
