/*
 * Blobs by hand: one fault in one section, refused with exactly its code.
 * Every row starts from the good blob, which is accepted.
 */
#include "tests/lib/unit.h"

#include "blob/read.h"
#include "tests/lib/hand.h"

#define NO_STRING	1000		/* past the end of STRS */
#define NO_RULE		(HAND_RULES + 1)

/* Put a value at an offset of a section. */
struct put {
	const char *what;
	int want;
	size_t off, width;
	uint64_t value;
};

/* Make a section that long, with zeros where it grows. */
struct cut {
	int want;
	unsigned kind;
	size_t len;
};

static void
refused(const char *what, const struct hand *h, int want)
{
	int got = hand_judge_whole(h);

	if (got != want)
		fail_msg("%s: got %d (%s), want %d (%s)", what, got,
		    blob_strerror(got), want, blob_strerror(want));
}

static struct hand *
good(unsigned kind)
{
	return kind < BLOB_MCPR ? hand_good() : hand_supervised();
}

static void
try_puts(unsigned kind, const struct put *row, size_t n)
{
	struct hand_section *s;
	struct hand *h;

	for (; n > 0; n--, row++) {
		h = good(kind);
		refused("the good blob", h, BLOB_OK);
		s = hand_find(h, kind);
		assert_true(row->off + row->width <= s->len);
		hand_put(s->bytes + row->off, row->width, row->value);
		refused(row->what, h, row->want);
		hand_free(h);
	}
}

static void
meta_faults(void **state)
{
	static const struct put rows[] = {
		{ "name", BLOB_ERR_STRING, META_NAME, 4, NO_STRING },
		{ "description", BLOB_ERR_STRING, META_DESCRIPTION, 4,
		    NO_STRING },
		{ "reserved", BLOB_ERR_RESERVED, META_RESERVED, 1, 1 },
		{ "reserved end", BLOB_ERR_RESERVED, META_RESERVED + 2, 1, 128 },
		{ "namespaces", BLOB_ERR_VALUE, META_NAMESPACES, 1, 4 },
		{ "predicate", BLOB_ERR_VALUE, META_PREDICATES, 4, 8 },
		{ "degrade", BLOB_ERR_VALUE, META_DEGRADE, 4, 32 },
		{ "session", BLOB_ERR_VALUE, META_NEW_SESSION, 1, 3 },
		{ "debug", BLOB_ERR_VALUE, META_DEBUG, 1, 2 },
		{ "detach", BLOB_ERR_VALUE, META_DETACH, 1, 2 },
		{ "devices", BLOB_ERR_VALUE, META_DEVICES, 1, 2 },
	};

	(void)state;
	try_puts(BLOB_META, rows, NELEM(rows));
}

static void
strs_faults(void **state)
{
	struct hand *h = hand_good();
	struct hand_section *s = hand_find(h, BLOB_STRS);

	(void)state;
	s->bytes[0] = 'x';
	refused("first byte", h, BLOB_ERR_STRING);
	s->bytes[0] = 0;
	s->bytes[s->len - 1] = 'x';
	refused("last byte", h, BLOB_ERR_STRING);
	s->bytes[s->len - 1] = 0;
	refused("both taken back", h, BLOB_OK);
	/* An offset is good up to the last byte, and no further. */
	hand_put(hand_find(h, BLOB_META)->bytes, 4, s->len - 1);
	refused("the last empty string", h, BLOB_OK);
	hand_put(hand_find(h, BLOB_META)->bytes, 4, s->len);
	refused("one past the end", h, BLOB_ERR_STRING);
	hand_put(hand_find(h, BLOB_META)->bytes, 8, 0);
	hand_resize(s, 0);
	refused("no byte", h, BLOB_ERR_STRING);
	hand_free(h);
}

static void
fsrl_faults(void **state)
{
	enum { E = FSRL_HEAD, NEXT = FSRL_HEAD + FSRL_E_LEN };
	static const struct put rows[] = {
		{ "too many", BLOB_ERR_COUNT, FSRL_COUNT, 4, BLOB_MAX_FS + 1 },
		{ "more than there are", BLOB_ERR_COUNT, FSRL_COUNT, 4, 3 },
		{ "fewer", BLOB_ERR_COUNT, FSRL_COUNT, 4, 1 },
		{ "list read", BLOB_ERR_VALUE, FSRL_LIST_READ, 4, NO_RULE },
		{ "list write", BLOB_ERR_VALUE, FSRL_LIST_WRITE, 4, NO_RULE },
		{ "list exec", BLOB_ERR_VALUE, FSRL_LIST_EXEC, 4, NO_RULE },
		{ "path", BLOB_ERR_STRING, E + FSRL_E_PATH, 4, NO_STRING },
		{ "empty path", BLOB_ERR_ORDER, E + FSRL_E_PATH, 4, 0 },
		{ "same path", BLOB_ERR_ORDER, NEXT + FSRL_E_PATH, 4, 8 },
		{ "path below", BLOB_ERR_ORDER, E + FSRL_E_PATH, 4, 13 },
		{ "no right", BLOB_ERR_VALUE, E + FSRL_E_RIGHTS, 2, 0 },
		{ "right", BLOB_ERR_VALUE, E + FSRL_E_RIGHTS, 2, 129 },
		{ "flag", BLOB_ERR_VALUE, NEXT + FSRL_E_FLAGS, 2, 8 },
		{ "all flags", BLOB_OK, NEXT + FSRL_E_FLAGS, 2, FS_ALL_FLAGS },
		{ "rule", BLOB_ERR_VALUE, E + FSRL_E_RULE_READ, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, E + FSRL_E_RULE_WRITE, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, E + FSRL_E_RULE_EXEC, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, NEXT + FSRL_E_RULE_BAR, 4,
		    NO_RULE },
		{ "no rule", BLOB_OK, E + FSRL_E_RULE_READ, 4, 0 },
		{ "last rule", BLOB_OK, E + FSRL_E_RULE_READ, 4, HAND_RULES },
	};

	(void)state;
	try_puts(BLOB_FSRL, rows, NELEM(rows));
}

static void
netw_faults(void **state)
{
	enum { P = NETW_HEAD, H = P + 2 * NETW_P_LEN, U = H + NETW_H_LEN,
	    D = U + NETW_U_LEN };
	static const struct put rows[] = {
		{ "padding", BLOB_ERR_RESERVED, NETW_PAD, 2, 0x100 },
		{ "mode", BLOB_ERR_VALUE, NETW_MODE, 1, BLOB_NNETMODES },
		{ "unix", BLOB_ERR_VALUE, NETW_UNIX, 1, BLOB_NUNIXMODES },
		{ "rule", BLOB_ERR_VALUE, NETW_RULE_MODE, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, NETW_RULE_CONNECT, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, NETW_RULE_BIND, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, NETW_RULE_UNIX, 4, NO_RULE },
		{ "ports", BLOB_ERR_COUNT, NETW_NPORTS, 4, BLOB_MAX_NET + 1 },
		{ "hosts", BLOB_ERR_COUNT, NETW_NHOSTS, 4, BLOB_MAX_NET + 1 },
		{ "unix", BLOB_ERR_COUNT, NETW_NUNIX, 4, BLOB_MAX_NET + 1 },
		{ "domains", BLOB_ERR_COUNT, NETW_NDOMAINS, 4, 0xffffffff },
		{ "one more", BLOB_ERR_COUNT, NETW_NPORTS, 4, 3 },
		{ "one fewer", BLOB_ERR_COUNT, NETW_NDOMAINS, 4, 0 },
		{ "port padding", BLOB_ERR_RESERVED, P + NETW_P_PAD, 2, 1 },
		{ "port kind", BLOB_ERR_VALUE, P + NETW_P_KIND, 2, 2 },
		{ "port range", BLOB_ERR_VALUE, P + NETW_P_LO, 2, 444 },
		{ "port rule", BLOB_ERR_VALUE, P + NETW_P_RULE, 4, NO_RULE },
		{ "second port", BLOB_ERR_VALUE, P + NETW_P_LEN + NETW_P_HI, 2,
		    7999 },
		{ "host", BLOB_ERR_STRING, H + NETW_H_HOST, 4, NO_STRING },
		{ "host range", BLOB_ERR_VALUE, H + NETW_H_HI, 2, 0 },
		{ "host rule", BLOB_ERR_VALUE, H + NETW_H_RULE, 4, NO_RULE },
		{ "unix path", BLOB_ERR_STRING, U + NETW_U_PATH, 4,
		    NO_STRING },
		{ "unix rule", BLOB_ERR_VALUE, U + NETW_U_RULE, 4, NO_RULE },
		{ "domain", BLOB_ERR_STRING, D + NETW_D_HOST, 4, NO_STRING },
		{ "why", BLOB_ERR_STRING, D + NETW_D_WHY, 4, NO_STRING },
		{ "no protocol", BLOB_ERR_VALUE, D + NETW_D_PROTOCOLS, 2, 0 },
		{ "protocol", BLOB_ERR_VALUE, D + NETW_D_PROTOCOLS, 2, 17 },
		{ "decision", BLOB_ERR_VALUE, D + NETW_D_DECISION, 2,
		    BLOB_NDECISIONS },
		{ "domain range", BLOB_ERR_VALUE, D + NETW_D_HI, 2, 8079 },
		{ "half a range", BLOB_ERR_VALUE, D + NETW_D_LO, 2, 0 },
		{ "domain rule", BLOB_ERR_VALUE, D + NETW_D_RULE, 4,
		    NO_RULE },
	};

	(void)state;
	try_puts(BLOB_NETW, rows, NELEM(rows));
}

static void
sysc_faults(void **state)
{
	enum { I = SYSC_HEAD, A = I + 2 * SYSC_I_LEN, O = A + SYSC_A_LEN };
	static const struct put rows[] = {
		{ "rule", BLOB_ERR_VALUE, SYSC_RULE_DEFAULT, 4, NO_RULE },
		{ "rule", BLOB_ERR_VALUE, SYSC_RULE_NEWER, 4, NO_RULE },
		{ "items", BLOB_ERR_COUNT, SYSC_NITEMS, 4,
		    BLOB_MAX_SYSC_ITEMS + 1 },
		{ "atoms", BLOB_ERR_COUNT, SYSC_NATOMS, 4,
		    BLOB_MAX_SYSC_ATOMS + 1 },
		{ "one more", BLOB_ERR_COUNT, SYSC_NITEMS, 4, 3 },
		{ "one fewer", BLOB_ERR_COUNT, SYSC_NATOMS, 4, 0 },
		{ "outcomes", BLOB_ERR_COUNT, SYSC_NOUTCOMES, 4,
		    BLOB_MAX_SYSC_OUTCOMES + 1 },
		{ "last range", BLOB_OK, I + SYSC_I_LEN + SYSC_I_CALLS, 4,
		    0xffffffff },
		{ "no such outcome", BLOB_ERR_VALUE, I + SYSC_I_OUTCOME, 2,
		    2 },
		{ "atom past the end", BLOB_ERR_VALUE, I + SYSC_I_LEN +
		    SYSC_I_ATOM, 2, 2 },
		{ "order of atoms", BLOB_ERR_ORDER, I + SYSC_I_ATOM, 2, 1 },
		{ "outcome's rule", BLOB_ERR_VALUE, O + SYSC_O_RULE, 4,
		    NO_RULE },
		{ "padding", BLOB_ERR_RESERVED, A + SYSC_A_PAD, 1, 1 },
		{ "argument", BLOB_ERR_VALUE, A + SYSC_A_ARG, 1, 6 },
		{ "operator", BLOB_ERR_VALUE, A + SYSC_A_OP, 1, BLOB_NSYSOPS },
		{ "flag", BLOB_ERR_VALUE, A + SYSC_A_FLAGS, 1, 4 },
	};

	(void)state;
	try_puts(BLOB_SYSC, rows, NELEM(rows));
}

static void
bpf0_faults(void **state)
{
	enum { JEQ = 1 * BPF_I_LEN, JA = 3 * BPF_I_LEN, LAST = 5 * BPF_I_LEN };
	static const struct put rows[] = {
		{ "no return at the end", BLOB_ERR_BPF, LAST + BPF_I_CODE, 2,
		    0x20 },
		{ "jump at the end", BLOB_ERR_BPF, LAST + BPF_I_CODE, 2, 5 },
		{ "if true", BLOB_ERR_BPF, JEQ + BPF_I_JT, 1, 4 },
		{ "if true, just", BLOB_OK, JEQ + BPF_I_JT, 1, 3 },
		{ "if false", BLOB_ERR_BPF, JEQ + BPF_I_JF, 1, 255 },
		{ "always", BLOB_ERR_BPF, JA + BPF_I_K, 4, 2 },
		{ "always, backwards", BLOB_ERR_BPF, JA + BPF_I_K, 4,
		    0xffffffff },
	};

	(void)state;
	try_puts(BLOB_BPF0, rows, NELEM(rows));
}

static void
bpfn_faults(void **state)
{
	static const struct put rows[] = {
		{ "flag", BLOB_ERR_VALUE, BPFN_FLAGS, 4, 4 },
		{ "padding", BLOB_ERR_RESERVED, BPFN_PAD, 4, 1 },
		{ "if true", BLOB_ERR_BPF, BPFN_HEAD + BPF_I_LEN + BPF_I_JT,
		    1, 4 },
	};

	(void)state;
	try_puts(BLOB_BPFN, rows, NELEM(rows));
}

static void
hint_faults(void **state)
{
	static const struct put rows[] = {
		{ "name", BLOB_ERR_STRING, HINT_HEAD + HINT_E_CALL, 4,
		    NO_STRING },
		{ "no weight", BLOB_ERR_VALUE, HINT_HEAD + HINT_E_WEIGHT, 4,
		    0 },
		{ "no name", BLOB_ERR_ORDER, HINT_HEAD + HINT_E_CALL, 4, 0 },
		{ "same name", BLOB_ERR_ORDER,
		    HINT_HEAD + HINT_E_LEN + HINT_E_CALL, 4, 0 },
		{ "count", BLOB_ERR_COUNT, HINT_COUNT, 4, 1 },
		{ "count, too large", BLOB_ERR_COUNT, HINT_COUNT, 4,
		    0x20000002 },
		{ "kernel", BLOB_OK, HINT_KERNEL, 4, 0 },
	};

	(void)state;
	try_puts(BLOB_HINT, rows, NELEM(rows));
}

static void
exec_faults(void **state)
{
	static const struct put rows[] = {
		{ "default", BLOB_ERR_VALUE, EXEC_DEFAULT, 1,
		    BLOB_NDECISIONS },
		{ "scope", BLOB_ERR_VALUE, EXEC_SCOPE, 1, 2 },
		{ "opaque", BLOB_ERR_VALUE, EXEC_OPAQUE, 1,
		    BLOB_NDECISIONS },
		{ "padding", BLOB_ERR_RESERVED, EXEC_PAD, 1, 0x80 },
		{ "no home", BLOB_ERR_VALUE, EXEC_TOK_HOMES, 4, 0 },
		{ "no home", BLOB_ERR_VALUE, EXEC_EDGE_HOMES, 4, 0 },
		{ "probe", BLOB_ERR_VALUE, EXEC_TOK_PROBE, 4,
		    EXEC_MAX_PROBE + 1 },
		{ "probe", BLOB_ERR_VALUE, EXEC_EDGE_PROBE, 4,
		    EXEC_MAX_PROBE + 1 },
		{ "no state", BLOB_ERR_VALUE, EXEC_NSTATES, 4, 0 },
		{ "plain states", BLOB_ERR_VALUE, EXEC_NPLAIN, 4,
		    EXEC_TO_LEAF },
		{ "rules", BLOB_ERR_VALUE, EXEC_NRULES, 4,
		    BLOB_MAX_RULES + 1 },
		{ "glob states", BLOB_ERR_VALUE, EXEC_NGLOBSTATES, 4,
		    EXEC_MAX_GLOBSTATES + 1 },
		{ "classes without globs", BLOB_ERR_VALUE, EXEC_NGLOBSTATES, 4,
		    0 },
		{ "globs without classes", BLOB_ERR_VALUE, EXEC_NBYTECLASSES,
		    4, 0 },
		{ "classes", BLOB_ERR_VALUE, EXEC_NBYTECLASSES, 4, 257 },
		{ "tokens", BLOB_ERR_COUNT, EXEC_TOK_HOMES, 4, 0xffffffff },
		{ "edges", BLOB_ERR_COUNT, EXEC_EDGE_HOMES, 4, 0xffffffff },
		{ "states", BLOB_ERR_COUNT, EXEC_NSTATES, 4, 0xffffffff },
		{ "accepts", BLOB_ERR_COUNT, EXEC_NACCEPTS, 4, 0xffffffff },
		{ "rules", BLOB_ERR_COUNT, EXEC_NRULES, 4, BLOB_MAX_RULES },
		{ "exceptions", BLOB_ERR_COUNT, EXEC_NUNLESS, 4, 0xffffffff },
		{ "elements", BLOB_ERR_COUNT, EXEC_NELEMS, 4, 0xffffffff },
		{ "alternatives", BLOB_ERR_COUNT, EXEC_NALTS, 4, 0xffffffff },
		{ "hosts", BLOB_ERR_COUNT, EXEC_NHOSTS, 4, 0xffffffff },
		{ "paths", BLOB_ERR_COUNT, EXEC_NPATHS, 4, 0xffffffff },
		{ "one path fewer", BLOB_ERR_COUNT, EXEC_NPATHS, 4, 0 },
		{ "glob states", BLOB_ERR_COUNT, EXEC_NGLOBSTATES, 4,
		    EXEC_MAX_GLOBSTATES },
	};

	(void)state;
	try_puts(BLOB_EXEC, rows, NELEM(rows));
}

static void
envr_faults(void **state)
{
	enum { G = ENVR_HEAD, S = ENVR_HEAD + 2 * ENVR_G_LEN };
	static const struct put rows[] = {
		{ "inherit", BLOB_ERR_VALUE, ENVR_INHERIT, 4, 2 },
		{ "rule", BLOB_ERR_VALUE, ENVR_RULE_INHERIT, 4, NO_RULE },
		{ "drop", BLOB_ERR_COUNT, ENVR_NDROP, 4, BLOB_MAX_ENV + 1 },
		{ "keep", BLOB_ERR_COUNT, ENVR_NKEEP, 4, BLOB_MAX_ENV + 1 },
		{ "set", BLOB_ERR_COUNT, ENVR_NSET, 4, BLOB_MAX_ENV + 1 },
		{ "one more", BLOB_ERR_COUNT, ENVR_NKEEP, 4, 2 },
		{ "one fewer", BLOB_ERR_COUNT, ENVR_NSET, 4, 0 },
		{ "drop glob", BLOB_ERR_STRING, G + ENVR_G_GLOB, 4,
		    NO_STRING },
		{ "drop rule", BLOB_ERR_VALUE, G + ENVR_G_RULE, 4, NO_RULE },
		{ "keep glob", BLOB_ERR_STRING, G + ENVR_G_LEN + ENVR_G_GLOB,
		    4, NO_STRING },
		{ "keep rule", BLOB_ERR_VALUE, G + ENVR_G_LEN + ENVR_G_RULE, 4,
		    NO_RULE },
		{ "name", BLOB_ERR_STRING, S + ENVR_S_NAME, 4, NO_STRING },
		{ "value", BLOB_ERR_STRING, S + ENVR_S_VALUE, 4, NO_STRING },
		{ "set rule", BLOB_ERR_VALUE, S + ENVR_S_RULE, 4, NO_RULE },
	};

	(void)state;
	try_puts(BLOB_ENVR, rows, NELEM(rows));
}

static void
limt_faults(void **state)
{
	enum { NEXT = LIMT_E_LEN };
	static const struct put rows[] = {
		{ "resource", BLOB_ERR_VALUE, NEXT + LIMT_E_RESOURCE, 4,
		    BLOB_NLIMITS },
		{ "rule", BLOB_ERR_VALUE, LIMT_E_RULE, 4, NO_RULE },
		{ "the same twice", BLOB_ERR_ORDER, NEXT + LIMT_E_RESOURCE, 4,
		    BLOB_LIM_CPU },
		{ "descending", BLOB_ERR_ORDER, LIMT_E_RESOURCE, 4,
		    BLOB_LIM_MEMLOCK },
	};

	(void)state;
	try_puts(BLOB_LIMT, rows, NELEM(rows));
}

static void
audt_faults(void **state)
{
	static const struct put rows[] = {
		{ "event", BLOB_ERR_VALUE, AUDT_EVENTS, 4, 8 },
		{ "redact", BLOB_ERR_VALUE, AUDT_REDACT, 2, 8 },
		{ "chain", BLOB_ERR_VALUE, AUDT_CHAIN, 2, 2 },
		{ "rule", BLOB_ERR_VALUE, AUDT_RULE, 4, NO_RULE },
	};

	(void)state;
	try_puts(BLOB_AUDT, rows, NELEM(rows));
}

static void
dbgi_faults(void **state)
{
	enum { E = DBGI_HEAD, NEXT = DBGI_HEAD + DBGI_E_LEN };
	static const struct put rows[] = {
		{ "one more", BLOB_ERR_COUNT, DBGI_COUNT, 4, HAND_RULES + 1 },
		{ "too many", BLOB_ERR_COUNT, DBGI_COUNT, 4, 0xffffffff },
		{ "name", BLOB_ERR_STRING, E + DBGI_E_NAME, 4, NO_STRING },
		{ "file", BLOB_ERR_STRING, E + DBGI_E_FILE, 4, NO_STRING },
		{ "a later name", BLOB_OK, NEXT + DBGI_E_NAME, 4, NO_STRING },
	};

	(void)state;
	try_puts(BLOB_DBGI, rows, NELEM(rows));
}

/* Sections that are too short, too long, or end within an entry. */
static void
lengths(void **state)
{
	static const struct cut rows[] = {
		{ BLOB_ERR_COUNT, BLOB_META, META_LEN - 1 },
		{ BLOB_ERR_COUNT, BLOB_META, META_LEN + 1 },
		{ BLOB_ERR_TRUNCATED, BLOB_FSRL, FSRL_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_FSRL, FSRL_HEAD + 2 * FSRL_E_LEN - 1 },
		{ BLOB_ERR_TRUNCATED, BLOB_NETW, NETW_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_NETW, NETW_HEAD },
		{ BLOB_ERR_TRUNCATED, BLOB_SYSC, SYSC_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_SYSC, SYSC_HEAD },
		{ BLOB_ERR_COUNT, BLOB_BPF0, 0 },
		{ BLOB_ERR_COUNT, BLOB_BPF0, 6 * BPF_I_LEN - 1 },
		{ BLOB_ERR_COUNT, BLOB_BPF0, (BLOB_MAX_BPF + 1) * BPF_I_LEN },
		{ BLOB_ERR_BPF, BLOB_BPF0, BLOB_MAX_BPF * BPF_I_LEN },
		{ BLOB_ERR_TRUNCATED, BLOB_BPFN, BPFN_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_BPFN, BPFN_HEAD },
		{ BLOB_ERR_TRUNCATED, BLOB_HINT, HINT_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_HINT, HINT_HEAD + HINT_E_LEN },
		{ BLOB_ERR_TRUNCATED, BLOB_EXEC, EXEC_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_EXEC, EXEC_HEAD },
		{ BLOB_ERR_TRUNCATED, BLOB_ENVR, ENVR_HEAD - 1 },
		{ BLOB_ERR_COUNT, BLOB_ENVR, ENVR_HEAD },
		{ BLOB_OK, BLOB_LIMT, 0 },
		{ BLOB_ERR_COUNT, BLOB_LIMT, LIMT_E_LEN + 1 },
		{ BLOB_ERR_COUNT, BLOB_LIMT,
		    (BLOB_MAX_LIMITS + 1) * LIMT_E_LEN },
		{ BLOB_ERR_COUNT, BLOB_AUDT, AUDT_LEN - 1 },
		{ BLOB_ERR_COUNT, BLOB_AUDT, AUDT_LEN + 1 },
		{ BLOB_ERR_COUNT, BLOB_DBGI, DBGI_HEAD + 2 * DBGI_E_LEN },
	};
	struct hand *h;
	char what[60];
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(rows); i++) {
		h = good(rows[i].kind);
		refused("the good blob", h, BLOB_OK);
		hand_resize(hand_find(h, rows[i].kind), rows[i].len);
		snprintf(what, sizeof(what), "kind %u of %zu bytes",
		    rows[i].kind, rows[i].len);
		refused(what, h, rows[i].want);
		hand_free(h);
	}
}

/*
 * One entry more than the limit, which fill the section; one fewer fails only
 * for what zeros are.
 */
static void
limits(void **state)
{
	static const struct {
		unsigned kind;
		size_t head, count_at, size, most;
		int want;
	} rows[] = {
		{ BLOB_FSRL, FSRL_HEAD, FSRL_COUNT, FSRL_E_LEN, BLOB_MAX_FS,
		    BLOB_ERR_VALUE },
		{ BLOB_NETW, NETW_HEAD, NETW_NPORTS, NETW_P_LEN, BLOB_MAX_NET,
		    BLOB_OK },
		{ BLOB_NETW, NETW_HEAD, NETW_NHOSTS, NETW_H_LEN, BLOB_MAX_NET,
		    BLOB_OK },
		{ BLOB_NETW, NETW_HEAD, NETW_NUNIX, NETW_U_LEN, BLOB_MAX_NET,
		    BLOB_OK },
		{ BLOB_NETW, NETW_HEAD, NETW_NDOMAINS, NETW_D_LEN,
		    BLOB_MAX_NET, BLOB_ERR_VALUE },
		{ BLOB_SYSC, SYSC_HEAD, SYSC_NITEMS, SYSC_I_LEN,
		    BLOB_MAX_SYSC_ITEMS, BLOB_ERR_VALUE },
		{ BLOB_SYSC, SYSC_HEAD, SYSC_NATOMS, SYSC_A_LEN,
		    BLOB_MAX_SYSC_ATOMS, BLOB_OK },
		{ BLOB_SYSC, SYSC_HEAD, SYSC_NOUTCOMES, SYSC_O_LEN,
		    BLOB_MAX_SYSC_OUTCOMES, BLOB_OK },
		{ BLOB_ENVR, ENVR_HEAD, ENVR_NDROP, ENVR_G_LEN, BLOB_MAX_ENV,
		    BLOB_OK },
		{ BLOB_ENVR, ENVR_HEAD, ENVR_NKEEP, ENVR_G_LEN, BLOB_MAX_ENV,
		    BLOB_OK },
		{ BLOB_ENVR, ENVR_HEAD, ENVR_NSET, ENVR_S_LEN, BLOB_MAX_ENV,
		    BLOB_OK },
		{ BLOB_DBGI, DBGI_HEAD, DBGI_COUNT, DBGI_E_LEN,
		    BLOB_MAX_RULES, BLOB_OK },
	};
	struct hand_section *s;
	struct hand *h;
	char what[60];
	size_t i, over;

	(void)state;
	for (i = 0; i < NELEM(rows); i++)
		for (over = 0; over < 2; over++) {
			h = hand_good();
			s = hand_find(h, rows[i].kind);
			hand_resize(s, 0);
			hand_resize(s, rows[i].head +
			    (rows[i].most + over) * rows[i].size);
			hand_put(s->bytes + rows[i].count_at, 4,
			    rows[i].most + over);
			snprintf(what, sizeof(what), "kind %u, table %zu, "
			    "%zu entries", rows[i].kind, i,
			    rows[i].most + over);
			refused(what, h, over ? BLOB_ERR_COUNT :
			    rows[i].want);
			hand_free(h);
		}
}

/* Where no rule is named, a DBGI without a head is told apart. */
static void
dbgi_without_head(void **state)
{
	static const struct { unsigned kind; size_t len; } heads[] = {
		{ BLOB_FSRL, FSRL_HEAD }, { BLOB_NETW, NETW_HEAD },
		{ BLOB_SYSC, SYSC_HEAD }, { BLOB_ENVR, ENVR_HEAD },
		{ BLOB_LIMT, 0 }, { BLOB_AUDT, AUDT_LEN },
	};
	struct hand *h = hand_good();
	size_t i;

	(void)state;
	for (i = 0; i < NELEM(heads); i++) {
		hand_resize(hand_find(h, heads[i].kind), 0);
		hand_resize(hand_find(h, heads[i].kind), heads[i].len);
	}
	refused("no rule is named", h, BLOB_OK);
	hand_resize(hand_find(h, BLOB_DBGI), DBGI_HEAD - 1);
	refused("DBGI without a head", h, BLOB_ERR_TRUNCATED);
	hand_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(meta_faults),
		cmocka_unit_test(strs_faults),
		cmocka_unit_test(fsrl_faults),
		cmocka_unit_test(netw_faults),
		cmocka_unit_test(sysc_faults),
		cmocka_unit_test(bpf0_faults),
		cmocka_unit_test(bpfn_faults),
		cmocka_unit_test(hint_faults),
		cmocka_unit_test(exec_faults),
		cmocka_unit_test(envr_faults),
		cmocka_unit_test(limt_faults),
		cmocka_unit_test(audt_faults),
		cmocka_unit_test(dbgi_faults),
		cmocka_unit_test(lengths),
		cmocka_unit_test(limits),
		cmocka_unit_test(dbgi_without_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
