/* Decisions on system calls; names. */
#include "blob/judge.h"

#include <string.h>


/* linux/seccomp.h, linux/audit.h: this folder includes no kernel header. */
#define ACTION_FULL	0xffff0000u
#define ACTION_LOG	0x7ffc0000u
#define ACTION_ALLOW	0x7fff0000u
#define ARCH_X86_64	0xc000003eu
#define X32_BIT		0x40000000u

const char *
judge_strength_name(enum judge_strength s)
{
	static const char *const names[JUDGE_NSTRENGTHS] = {
		[JUDGE_HARD] = "hard", [JUDGE_SUPERVISED] = "supervised",
		[JUDGE_ADVISORY] = "advisory", [JUDGE_DETECTED] = "detected",
	};

	return (unsigned)s < JUDGE_NSTRENGTHS ? names[s] : "?";
}

const char *
judge_right_name(enum judge_right r)
{
	static const char *const names[JUDGE_NRIGHTS] = {
		[JUDGE_READ] = "read", [JUDGE_WRITE] = "write",
		[JUDGE_CREATE] = "create", [JUDGE_REMOVE] = "remove",
		[JUDGE_RUN] = "run", [JUDGE_CONNECT] = "connect",
		[JUDGE_BIND] = "bind", [JUDGE_UNIX] = "unix",
		[JUDGE_DOMAIN] = "domain", [JUDGE_ENV] = "env",
		[JUDGE_SYSCALL] = "syscall",
	};

	return (unsigned)r < JUDGE_NRIGHTS ? names[r] : "?";
}

/* --- system calls ------------------------------------------------------- */

/* -1, 0 or 1 as a and v are ordered for this atom. */
static int
order(const struct blob_sysc_atom *x, uint64_t a, uint64_t v)
{
	bool is_word = x->flags & SYSC_F_32;
	int64_t sa = is_word ? (int32_t)(uint32_t)a : (int64_t)a;
	int64_t sv = is_word ? (int32_t)(uint32_t)v : (int64_t)v;

	if (x->flags & SYSC_F_SIGNED)
		return sa < sv ? -1 : sa > sv;
	return a < v ? -1 : a > v;
}

bool
judge_atom_holds(const struct blob_sysc_atom *x, const uint64_t args[6])
{
	uint64_t word = x->flags & SYSC_F_32 ? UINT32_MAX : UINT64_MAX;
	uint64_t a, v = x->value & word;
	int o;

	if (x->arg > 5)
		return false;
	a = args[x->arg] & x->mask & word;
	o = order(x, a, v);
	switch ((enum blob_sys_op)x->op) {
	case BLOB_SYS_EQ:
		return a == v;
	case BLOB_SYS_NE:
		return a != v;
	case BLOB_SYS_LT:
		return o < 0;
	case BLOB_SYS_LE:
		return o <= 0;
	case BLOB_SYS_GT:
		return o > 0;
	case BLOB_SYS_GE:
		return o >= 0;
	case BLOB_NSYSOPS:
		break;
	}
	return false;
}

/* Do all atoms of an item hold?  *err is set where one is missing. */
static bool
atoms_hold(const struct blob *b, uint32_t arch,
    const struct blob_sysc_item *it, const uint64_t args[6], int *err)
{
	struct blob_sysc_atom atom;
	uint32_t i;

	for (i = 0; i < it->natoms; i++) {
		*err = blob_sysc_atom_get(b, arch, it->atom + i, &atom);
		if (*err != BLOB_OK || !judge_atom_holds(&atom, args))
			return false;
	}
	return true;
}

static int
first_item(const struct blob *b, uint32_t arch,
    const struct blob_sysc_head *h, uint32_t nr, const uint64_t args[6],
    struct blob_sysc_item *it)
{
	struct blob_span s;
	uint32_t i;
	int r = blob_section(b, BLOB_SYSC, arch, &s);

	if (r != BLOB_OK)
		return r;
	if (h->nitems > BLOB_MAX_SYSC_ITEMS ||
	    s.len < SYSC_HEAD + (size_t)h->nitems * SYSC_I_LEN)
		return BLOB_ERR_COUNT;
	for (i = 0; i < h->nitems; i++) {
		uint32_t calls = blob_le32(s.p + SYSC_HEAD +
		    (size_t)i * SYSC_I_LEN + SYSC_I_CALLS);

		/* Most are about other calls: look at no more than that. */
		if (nr - (calls & SYSC_I_LO) > calls >> SYSC_I_SHIFT)
			continue;
		if ((r = blob_sysc_item_get(b, arch, i, it)) != BLOB_OK)
			return r;
		if (atoms_hold(b, arch, it, args, &r))
			return BLOB_OK;
		if (r != BLOB_OK)
			return r;
	}
	return BLOB_ERR_MISSING;
}

static void
put_action(struct judge_verdict *out, uint32_t action, uint32_t rule,
    enum judge_cause cause)
{
	uint32_t what = action & ACTION_FULL;

	out->action = action;
	out->rule = rule;
	out->cause = cause;
	out->decision = what == ACTION_ALLOW || what == ACTION_LOG ?
	    BLOB_ALLOW : BLOB_FORBIDDEN;
}

int
judge_syscall(const struct blob *b, uint32_t arch, uint32_t nr,
    const uint64_t args[6], struct judge_verdict *out)
{
	struct blob_sysc_head h;
	struct blob_sysc_item it;
	int r = blob_sysc_head_get(b, arch, &h);

	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = JUDGE_SYSCALL, .cause = JUDGE_BY_DEFAULT,
	    .entry = JUDGE_NO_ENTRY };
	if (r != BLOB_OK)
		return r;
	if (arch == ARCH_X86_64 && nr & X32_BIT) {
		put_action(out, h.foreign, 0, JUDGE_BY_DEFAULT);
		return BLOB_OK;
	}
	r = first_item(b, arch, &h, nr, args, &it);
	if (r == BLOB_OK)
		put_action(out, it.action, it.rule, JUDGE_BY_RULE);
	else if (r == BLOB_ERR_MISSING && nr >= h.newer_from)
		put_action(out, h.newer, h.rule_newer, JUDGE_BY_DEFAULT);
	else if (r == BLOB_ERR_MISSING)
		put_action(out, h.action, h.rule_default, JUDGE_BY_DEFAULT);
	return r == BLOB_ERR_MISSING ? BLOB_OK : r;
}

bool
judge_keeps_scope(const struct blob_meta *meta)
{
	return (meta->namespaces & META_NS_PID) != 0 &&
	    meta->new_session == BLOB_YES;
}
