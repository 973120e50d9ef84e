/* Decisions on variables of the environment and on system calls; names. */
#include "blob/judge.h"

#include <string.h>

#include "blob/bytes.h"
#include "blob/eval.h"

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

/* --- environment -------------------------------------------------------- */

/*
 * Whether a glob may match at all: most pairs of a glob and a name differ in
 * their first or last byte, and there are thousands of pairs in a start.
 */
static inline bool
can_match(const char *glob, const char *name, size_t len)
{
	char last;

	if (*glob != '*')
		return *glob == *name;
	last = glob[strlen(glob) - 1];
	return last == '*' || last == name[len - 1];
}

/*
 * The first of n globs from number i on that matches, or false.  They are
 * read where they stand, without a getter for each pair.
 */
static bool
find_glob(const struct blob *b, const char *name, uint32_t i, uint32_t n,
    uint32_t *rule)
{
	struct blob_span s, strings, globs;
	size_t len = strlen(name);
	const uint8_t *p, *end;
	const char *glob;

	if (blob_section(b, BLOB_ENVR, 0, &s) != BLOB_OK ||
	    blob_section(b, BLOB_STRS, 0, &strings) != BLOB_OK ||
	    blob_sub(s, ENVR_HEAD + (size_t)i * ENVR_G_LEN,
	    (size_t)n * ENVR_G_LEN, &globs) != BLOB_OK)
		return false;
	for (p = globs.p, end = p + globs.len; p < end; p += ENVR_G_LEN) {
		if (bytes_le32(p + ENVR_G_GLOB) >= strings.len)
			continue;
		glob = (const char *)strings.p + bytes_le32(p + ENVR_G_GLOB);
		if (can_match(glob, name, len) && eval_glob(glob, name)) {
			*rule = bytes_le32(p + ENVR_G_RULE);
			return true;
		}
	}
	return false;
}

int
judge_env(const struct blob *b, const char *name, struct judge_verdict *out)
{
	struct blob_env_head h = { .inherit = false };
	int r = blob_env_head_get(b, &h);

	/* No section: nothing is let through, by no line. */
	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = JUDGE_ENV, .cause = JUDGE_BY_DEFAULT,
	    .rule = h.rule_inherit, .entry = JUDGE_NO_ENTRY };
	if (r == BLOB_ERR_MISSING)
		return BLOB_OK;
	if (r != BLOB_OK || *name == '\0' || strchr(name, '=') != NULL)
		return r != BLOB_OK ? r : BLOB_ERR_VALUE;
	if (find_glob(b, name, h.ndrop, h.nkeep, &out->rule)) {
		out->decision = BLOB_ALLOW;
		out->cause = JUDGE_BY_RULE;
	} else if (!h.inherit) {
		return BLOB_OK;
	} else if (find_glob(b, name, 0, h.ndrop, &out->rule)) {
		out->cause = JUDGE_BY_RULE;
	} else {
		out->decision = BLOB_ALLOW;
	}
	return BLOB_OK;
}

int
judge_env_set(const struct blob *b, const char *name,
    struct blob_env_set *out)
{
	struct blob_env_set e;
	int r = BLOB_ERR_MISSING;
	uint32_t i;

	/* The last one is what the command sees. */
	for (i = 0; blob_env_set_get(b, i, &e) == BLOB_OK; i++)
		if (strcmp(blob_str(b, e.name), name) == 0) {
			*out = e;
			r = BLOB_OK;
		}
	return r;
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
		const uint8_t *p = s.p + SYSC_HEAD + (size_t)i * SYSC_I_LEN;

		/* Most are about other calls: look at no more than that. */
		if (nr - blob_le32(p + SYSC_I_LO) > blob_le16(p + SYSC_I_MORE))
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
