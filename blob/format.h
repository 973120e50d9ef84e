/*
 * Byte layout of a compiled policy ("blob"): offsets, section kinds, limits.
 *
 * docs/codex-blob.5 is the authority; this header only gives its numbers
 * names.  No struct is ever laid over blob bytes: read.c and write.c move
 * single little-endian fields.  Everything is counted in bytes.
 */
#ifndef BLOB_FORMAT_H
#define BLOB_FORMAT_H

/* A high byte, CR LF and a control-Z: damage by text-mode transfer shows. */
#define BLOB_MAGIC		"\x89" "CDX\r\n\x1a\n"
#define BLOB_MAGIC_LEN		8

#define BLOB_VERSION		1	/* what this writer writes */
#define BLOB_READER		1	/* the oldest reader that can cope */

/* Header. */
#define BLOB_H_MAGIC		0	/* 8 bytes */
#define BLOB_H_VERSION		8	/* u16 */
#define BLOB_H_READER		10	/* u16 */
#define BLOB_H_SIZE		12	/* u32: the whole blob */
#define BLOB_H_NSECTIONS	16	/* u32 */
#define BLOB_H_RESERVED		20	/* 12 bytes, zero */
#define BLOB_H_DIGEST		32	/* of all other bytes: digest.h */
#define BLOB_H_LEN		64

/* Section table entry; the table follows the header. */
#define BLOB_S_KIND		0	/* u16: enum blob_kind */
#define BLOB_S_FLAGS		2	/* u16: BLOB_SF_* */
#define BLOB_S_ARCH		4	/* u32: AUDIT_ARCH_*, or 0 */
#define BLOB_S_OFF		8	/* u32: from the start, multiple of 8 */
#define BLOB_S_BYTES		12	/* u32: without padding */
#define BLOB_S_LEN		16

#define BLOB_SF_CRITICAL	1	/* a reader that does not know it stops */
#define BLOB_ALIGN		8

/* Limits: a reader refuses more, so a writer must too. */
#define BLOB_MAX_SIZE		(64u << 20)
#define BLOB_MAX_SECTIONS	64
#define BLOB_MAX_FS		4096
#define BLOB_MAX_NET		4096	/* each table of NETW */
#define BLOB_MAX_SYSC_ITEMS	16384	/* per architecture */
#define BLOB_MAX_SYSC_ATOMS	65535
#define BLOB_MAX_SYSC_OUTCOMES	16384
#define BLOB_MAX_BPF		4096	/* BPF_MAXINSNS, linux/bpf_common.h */
#define BLOB_MAX_ENV		4096	/* each table of ENVR */
#define BLOB_MAX_LIMITS		32
#define BLOB_MAX_HINTS		1024
#define BLOB_MAX_RULES		1000000	/* DBGI entries, exec rules */

/*
 * The order of these numbers is the order of sections in the file; a kind
 * that carries an architecture stands once for each, in ascending order.
 */
enum blob_kind {
	BLOB_META = 1,	/* name, predicates, process options */
	BLOB_STRS = 2,	/* all strings, NUL-terminated */
	BLOB_FSRL = 3,	/* path rules */
	BLOB_NETW = 4,	/* network mode, ports, names */
	BLOB_SYSC = 5,	/* system call policy, one per architecture */
	BLOB_BPF0 = 6,	/* seccomp program, one per architecture */
	BLOB_EXEC = 7,	/* exec-rule automaton */
	BLOB_ENVR = 8,	/* environment rules */
	BLOB_LIMT = 9,	/* resource limits */
	BLOB_AUDT = 10,	/* what is recorded */
	BLOB_DBGI = 11,	/* rule number -> name, file, line, column */
	BLOB_MCPR = 12,	/* reserved: MCP rules */
	BLOB_BPFN = 13,	/* notifying seccomp program, one per architecture */
	BLOB_HINT = 14,	/* what the programs were made fast for */
	BLOB_PROG = 15,	/* programs with typed arguments */
	BLOB_NKINDS
};

/* META: fixed size. */
#define META_NAME		0	/* u32 string */
#define META_DESCRIPTION	4	/* u32 string */
#define META_PREDICATES		8	/* u32: META_ALLOWS_* */
#define META_NEW_SESSION	12	/* u8: enum blob_tristate */
#define META_DEBUG		13	/* u8 bool */
#define META_DETACH		14	/* u8 bool */
#define META_DEVICES		15	/* u8: enum blob_devices */
#define META_DEGRADE		16	/* u32: META_MAY_LACK_* */
#define META_NAMESPACES		20	/* u8: META_NS_* */
#define META_RESERVED		21	/* u8[3], zero */
#define META_KEEP_FDS		24	/* u64: bit N = descriptor N stays open */
#define META_LEN		32

#define META_ALLOWS_NETWORK	1u	/* some Internet socket can be made */
#define META_ALLOWS_WRITE	2u	/* some file can be written */
#define META_ALLOWS_FULL_WRITE	4u	/* every file can be written */
#define META_ALL_PREDICATES	7u

/* process.namespaces: what the run does not share. */
#define META_NS_PID	1u	/* processes, under a PID 1 of its own */
#define META_NS_IPC	2u	/* System V IPC, POSIX message queues */
#define META_ALL_NS	3u

/* What may be missing: the log then says that it was. */
#define META_MAY_LACK_LANDLOCK_FS	1u	/* "landlock.fs" */
#define META_MAY_LACK_LANDLOCK_NET	2u	/* "landlock.net" */
#define META_MAY_LACK_LANDLOCK_SCOPE	4u	/* "landlock.scope" */
#define META_MAY_LACK_SECCOMP		8u	/* "seccomp" */
#define META_MAY_LACK_MOUNTS		16u	/* "mounts" */
#define META_ALL_MAY_LACK		31u

enum blob_tristate { BLOB_AUTO = 0, BLOB_YES = 1, BLOB_NO = 2 };
enum blob_devices { BLOB_DEV_MINIMAL = 0, BLOB_DEV_ALL = 1 };

/*
 * Strings are byte sequences that end with NUL; a string is named by the
 * offset of its first byte in STRS, 0 is the empty string.  A template holds
 * one byte BLOB_VAR_BASE + enum blob_var where a run-time variable stands.
 */
#define BLOB_VAR_BASE		0x10
enum blob_var {
	BLOB_VAR_WORKSPACE = 0,
	BLOB_VAR_HOME = 1,
	BLOB_VAR_TMPDIR = 2,
	BLOB_VAR_USER = 3,
	BLOB_VAR_UID = 4,
	BLOB_VAR_XDG_CACHE_HOME = 5,
	BLOB_VAR_XDG_CONFIG_HOME = 6,
	BLOB_VAR_XDG_DATA_HOME = 7,
	BLOB_VAR_XDG_RUNTIME_DIR = 8,
	BLOB_NVARS
};

/*
 * FSRL: header, then entries in ascending order of (path bytes).  A rule
 * number 0 means that the right is not given.  The header names the lists
 * themselves: a refusal by absence is explained by them.
 */
#define FSRL_COUNT		0	/* u32 */
#define FSRL_LIST_READ		4	/* u32 rule */
#define FSRL_LIST_WRITE		8	/* u32 rule */
#define FSRL_LIST_EXEC		12	/* u32 rule */
#define FSRL_HEAD		16
#define FSRL_E_PATH		0	/* u32 template */
#define FSRL_E_RIGHTS		4	/* u16: FS_* */
#define FSRL_E_FLAGS		6	/* u16: FS_*OPTIONAL, FS_NODE */
#define FSRL_E_RULE_READ	8	/* u32 rule */
#define FSRL_E_RULE_WRITE	12	/* u32 rule */
#define FSRL_E_RULE_EXEC	16	/* u32 rule */
#define FSRL_E_RULE_BAR		20	/* u32 rule: of protect, deny, git */
#define FSRL_E_LEN		24

#define FS_READ			1u
#define FS_WRITE		2u
#define FS_EXEC			4u
#define FS_PROTECT		8u	/* stays as it is below a write root */
#define FS_DENY			16u	/* can't even be read */
#define FS_DEVICE		32u	/* write means use: ioctl, no create */
#define FS_GIT			64u	/* keep what its git directories run */
#define FS_ALL_RIGHTS		127u
#define FS_BARS			(FS_PROTECT | FS_DENY | FS_GIT)
/* Left out where it does not exist: */
#define FS_OPTIONAL		1u	/* by read, write and exec */
#define FS_BAR_OPTIONAL		2u	/* by protect, deny and git */
/* No directory, as its name says: it need not be looked at. */
#define FS_NODE			4u
#define FS_ALL_FLAGS		7u

/* NETW: header, then ports, hosts, Unix paths, domains. */
#define NETW_MODE		0	/* u8: enum blob_net_mode */
#define NETW_UNIX		1	/* u8: enum blob_unix_mode */
#define NETW_PAD		2	/* u16, zero */
#define NETW_NPORTS		4	/* u32 */
#define NETW_NHOSTS		8	/* u32 */
#define NETW_NUNIX		12	/* u32 */
#define NETW_NDOMAINS		16	/* u32 */
#define NETW_RULE_MODE		20	/* u32 rule */
#define NETW_RULE_CONNECT	24	/* u32 rule: of the list */
#define NETW_RULE_BIND		28	/* u32 rule: of the list */
#define NETW_RULE_UNIX		32	/* u32 rule: of the list */
#define NETW_HEAD		36
#define NETW_P_KIND		0	/* u16: 0 connect, 1 bind */
#define NETW_P_LO		2	/* u16 */
#define NETW_P_HI		4	/* u16, not below LO */
#define NETW_P_PAD		6	/* u16, zero */
#define NETW_P_RULE		8	/* u32 rule */
#define NETW_P_LEN		12
#define NETW_H_HOST		0	/* u32 string */
#define NETW_H_LO		4	/* u16 */
#define NETW_H_HI		6	/* u16 */
#define NETW_H_RULE		8	/* u32 rule */
#define NETW_H_LEN		12
#define NETW_U_PATH		0	/* u32 template */
#define NETW_U_RULE		4	/* u32 rule */
#define NETW_U_LEN		8
#define NETW_D_HOST		0	/* u32 string */
#define NETW_D_PROTOCOLS	4	/* u16: NET_PROTO_* */
#define NETW_D_DECISION		6	/* u16: enum blob_decision */
#define NETW_D_RULE		8	/* u32 rule */
#define NETW_D_WHY		12	/* u32 string: justification */
#define NETW_D_LO		16	/* u16: 0: no ports are said */
#define NETW_D_HI		18	/* u16, not below LO */
#define NETW_D_LEN		20

enum blob_net_mode {
	BLOB_NET_NONE = 0, BLOB_NET_LOOPBACK = 1, BLOB_NET_PORTS = 2,
	BLOB_NET_PROXY = 3, BLOB_NET_FULL = 4, BLOB_NNETMODES
};
enum blob_unix_mode {
	BLOB_UNIX_NONE = 0,	/* no Unix socket at all */
	BLOB_UNIX_PAIR = 1,	/* socketpair only */
	BLOB_UNIX_PATHS = 2,	/* the listed paths, and pairs */
	BLOB_UNIX_ANY = 3, BLOB_NUNIXMODES
};
#define NET_PROTO_HTTP		1u
#define NET_PROTO_HTTPS		2u
#define NET_PROTO_SOCKS5_TCP	4u
#define NET_PROTO_SOCKS5_UDP	8u
#define NET_ALL_PROTOS		15u

/* Decisions, weakest first: the strictest of several is the largest. */
enum blob_decision {
	BLOB_ALLOW = 0, BLOB_PROMPT = 1, BLOB_FORBIDDEN = 2, BLOB_NDECISIONS
};

/*
 * SYSC: header, items in the order in which they are tried (the first match
 * wins), atoms, outcomes.  An item holds for call numbers LO..HI and matches when all
 * its atoms do: those from its first one to the next item's, which may be
 * none.  Actions are SECCOMP_RET_* values with their data.
 */
#define SYSC_DEFAULT		0	/* u32 action: no item matches */
#define SYSC_NEWER		4	/* u32 action: number >= NEWER_FROM */
#define SYSC_NEWER_FROM		8	/* u32: above every known number */
#define SYSC_FOREIGN		12	/* u32 action: other ABI's call */
#define SYSC_RULE_DEFAULT	16	/* u32 rule */
#define SYSC_RULE_NEWER		20	/* u32 rule */
#define SYSC_NITEMS		24	/* u32 */
#define SYSC_NATOMS		28	/* u32 */
#define SYSC_NOUTCOMES		32	/* u32 */
#define SYSC_HEAD		36
#define SYSC_I_CALLS		0	/* u32: LO, and HI - LO above it */
#define SYSC_I_ATOM		4	/* u16: first */
#define SYSC_I_OUTCOME		6	/* u16 */
#define SYSC_I_LEN		8
#define SYSC_I_LO		0x000fffffu
#define SYSC_I_SHIFT		20
#define SYSC_MAX_MORE		0xfffu
#define SYSC_A_ARG		0	/* u8: 0..5 */
#define SYSC_A_OP		1	/* u8: enum blob_sys_op */
#define SYSC_A_FLAGS		2	/* u8: SYSC_F_* */
#define SYSC_A_PAD		3	/* u8, zero */
#define SYSC_A_MASK		4	/* u64: anded to the argument first */
#define SYSC_A_VALUE		12	/* u64 */
#define SYSC_A_LEN		20
#define SYSC_O_ACTION		0	/* u32 */
#define SYSC_O_RULE		4	/* u32 rule */
#define SYSC_O_LEN		8

enum blob_sys_op {
	BLOB_SYS_EQ = 0, BLOB_SYS_NE = 1, BLOB_SYS_LT = 2, BLOB_SYS_LE = 3,
	BLOB_SYS_GT = 4, BLOB_SYS_GE = 5, BLOB_NSYSOPS
};
#define SYSC_F_32		1u	/* the kernel takes the low 32 bits */
#define SYSC_F_SIGNED		2u	/* order compares as signed */
#define SYSC_ALL_FLAGS		3u

/*
 * BPF0: struct sock_filter, little-endian, ready for the kernel.  BPFN: a
 * header, then the same.
 */
#define BPF_I_CODE		0	/* u16 */
#define BPF_I_JT		2	/* u8 */
#define BPF_I_JF		3	/* u8 */
#define BPF_I_K			4	/* u32 */
#define BPF_I_LEN		8

/*
 * BPFN does what BPF0 does, but SECCOMP_RET_USER_NOTIF stands for each errno
 * of SYSC's items and its default, and for allow and log of execve, execveat
 * and the calls of the flags.
 */
#define BPFN_FLAGS		0	/* u32: BPFN_F_* */
#define BPFN_PAD		4	/* u32, zero */
#define BPFN_HEAD		8
#define BPFN_F_CONNECT		1u	/* connect */
#define BPFN_F_BIND		2u	/* bind */
#define BPFN_ALL_FLAGS		3u	/* either: socketcall too */

/*
 * HINT: header, then calls in ascending order of name.  No verdict depends on
 * it: it lets the same programs be made again.
 */
#define HINT_KERNEL		0	/* u32: major << 16 | minor; 0 = any */
#define HINT_COUNT		4	/* u32 */
#define HINT_HEAD		8
#define HINT_E_CALL		0	/* u32 string: name */
#define HINT_E_WEIGHT		4	/* u32, at least 1: relative frequency */
#define HINT_E_LEN		8

/* ENVR: header, then drop and keep globs, then variables to set. */
#define ENVR_INHERIT		0	/* u32 bool */
#define ENVR_NDROP		4	/* u32 */
#define ENVR_NKEEP		8	/* u32 */
#define ENVR_NSET		12	/* u32 */
#define ENVR_RULE_INHERIT	16	/* u32 rule */
#define ENVR_HEAD		20
#define ENVR_G_GLOB		0	/* u32 string; only `*' is special */
#define ENVR_G_RULE		4	/* u32 rule */
#define ENVR_G_LEN		8
#define ENVR_S_NAME		0	/* u32 string */
#define ENVR_S_VALUE		4	/* u32 template */
#define ENVR_S_RULE		8	/* u32 rule */
#define ENVR_S_LEN		12

/* LIMT: entries in ascending order of resource. */
#define LIMT_E_RESOURCE		0	/* u32: enum blob_limit */
#define LIMT_E_RULE		4	/* u32 rule */
#define LIMT_E_VALUE		8	/* u64: bytes, count, s; wall in ms */
#define LIMT_E_LEN		16

/* Not the kernel's RLIMIT_* numbers: those differ between architectures. */
enum blob_limit {
	BLOB_LIM_CPU = 0, BLOB_LIM_FSIZE = 1, BLOB_LIM_DATA = 2,
	BLOB_LIM_STACK = 3, BLOB_LIM_CORE = 4, BLOB_LIM_NPROC = 5,
	BLOB_LIM_NOFILE = 6, BLOB_LIM_MEMLOCK = 7, BLOB_LIM_AS = 8,
	BLOB_LIM_WALL = 9, BLOB_NLIMITS
};

/* AUDT: fixed size. */
#define AUDT_EVENTS		0	/* u32: AUDT_EV_* */
#define AUDT_REDACT		4	/* u16: AUDT_RED_* */
#define AUDT_CHAIN		6	/* u16 bool */
#define AUDT_RULE		8	/* u32 rule */
#define AUDT_LEN		12

#define AUDT_EV_DENIED		1u
#define AUDT_EV_EXEC		2u
#define AUDT_EV_ALLOWED		4u
#define AUDT_ALL_EVENTS		7u
#define AUDT_RED_USER		1u
#define AUDT_RED_HOME		2u
#define AUDT_RED_SECRETS	4u
#define AUDT_ALL_REDACT		7u

/* DBGI: count, then entries; rule number N is entry N - 1, 0 is no rule. */
#define DBGI_COUNT		0	/* u32 */
#define DBGI_HEAD		4
#define DBGI_E_NAME		0	/* u32 string: "filesystem.write" */
#define DBGI_E_FILE		4	/* u32 string */
#define DBGI_E_LINE		8	/* u32, from 1 */
#define DBGI_E_COL		12	/* u32, bytes from 1 */
#define DBGI_E_LEN		16

/*
 * EXEC: a deterministic automaton over the arguments of a command, and the
 * rules from which it was made, for `show'.  Header, then the arrays in the
 * order of the counts; blob/exec.h says how a look-up goes.
 *
 * TOKSLOTS is the table of all literal tokens, ascending by (hash, bytes): a
 * token stands at most PROBE_TOK slots after its home.  EDGESLOTS is the same
 * for the pairs of state and symbol.  A symbol is a class of tokens, which
 * lead the same ways from every state, or EXEC_SYM_CLASS plus a class of
 * globs.
 */
#define EXEC_DEFAULT		0	/* u8: enum blob_decision */
#define EXEC_SCOPE		1	/* u8: enum blob_exec_scope */
#define EXEC_OPAQUE		2	/* u8: enum blob_decision */
#define EXEC_PAD		3	/* u8, zero */
#define EXEC_RULE_DEFAULT	4	/* u32 rule */
#define EXEC_TOK_SEED		8	/* u32 */
#define EXEC_EDGE_SEED		12	/* u32 */
#define EXEC_MAX_TOKEN		16	/* u32: bytes of the longest token */
#define EXEC_TOK_HOMES		20	/* u32: at least 1 */
#define EXEC_TOK_PROBE		24	/* u32: at most EXEC_MAX_PROBE */
#define EXEC_EDGE_HOMES		28	/* u32: at least 1 */
#define EXEC_EDGE_PROBE		32	/* u32: at most EXEC_MAX_PROBE */
#define EXEC_NSTATES		36	/* u32: at least 1; state 0 is first */
#define EXEC_NPLAIN		40	/* u32: states without a record */
#define EXEC_NACCEPTS		44	/* u32 */
#define EXEC_NRULES		48	/* u32 */
#define EXEC_NUNLESS		52	/* u32: exceptions */
#define EXEC_NELEMS		56	/* u32 */
#define EXEC_NALTS		60	/* u32 */
#define EXEC_NHOSTS		64	/* u32 */
#define EXEC_NPATHS		68	/* u32 */
#define EXEC_NGLOBSTATES	72	/* u32: state 0 is dead; 0 = no globs */
#define EXEC_NBYTECLASSES	76	/* u32: 1..256; 0 without globs */
#define EXEC_FOLDED		80	/* u32: first state of folded words; 0: none */
#define EXEC_NFOLDS		84	/* u32: fold entries */
#define EXEC_NFOLDITEMS		88	/* u32 */
#define EXEC_RULE_OPAQUE	92	/* u32 rule */
#define EXEC_HEAD		96
#define EXEC_MAX_FOLDS		65536
#define EXEC_MAX_PROBE		64
#define EXEC_MAX_GLOBSTATES	65535	/* their numbers are u16 */

#define EXEC_K_TAG		0	/* u32: hash of the bytes */
#define EXEC_K_STRING		4	/* u32 string; EXEC_NONE = empty */
#define EXEC_K_SYMBOL		8	/* u32: the token's class */
#define EXEC_TOKSLOT_LEN	12	/* TOK_HOMES + TOK_PROBE of them */
#define EXEC_G_STATE		0	/* u32: from; EXEC_NONE = empty */
#define EXEC_G_SYMBOL		4	/* u32 */
#define EXEC_G_TO		8	/* u32 */
#define EXEC_EDGE_LEN		12	/* EDGE_HOMES + EDGE_PROBE of them */
#define EXEC_TO_LEAF		0x80000000u	/* TO is an accept, and all */

/*
 * Most states of literal rules need no record.  One that only leads on is
 * plain: its number is NSTATES or above.  One that only accepts one rule on
 * arrival is a leaf: the edge holds the accept.
 *
 * Runs (of exceptions, elements, alternatives, paths) are named by their
 * first member: a run ends where the next one begins, or at the count; the
 * elements of exceptions follow those of the last rule.
 *
 * A state's accepts, each kind in ascending order: rules that match on
 * arrival; that match where the walk stops; that match if it stops because
 * argv ends.  BEST_*: the first of the strictest of a kind, or EXEC_NONE.
 */
#define EXEC_T_ACCEPT		0	/* u32: first */
#define EXEC_T_NARRIVE		4	/* u32 */
#define EXEC_T_NSTOP		8	/* u32 */
#define EXEC_T_NEND		12	/* u32 */
#define EXEC_T_BEST_ARRIVE	16	/* u32 accept */
#define EXEC_T_BEST_STOP	20	/* u32 accept */
#define EXEC_T_BEST_END		24	/* u32 accept */
#define EXEC_T_GLOB		28	/* u32: glob state, 0 = no globs here */
#define EXEC_STATE_LEN		32
#define EXEC_ACCEPT_LEN		4	/* u32 rule within EXEC, and decision */
#define EXEC_A_RULE		0x00ffffffu
#define EXEC_A_SHIFT		24	/* decision above the rule */

#define EXEC_R_DECISION		0	/* u8: enum blob_decision */
#define EXEC_R_FLAGS		1	/* u8: EXEC_RF_* */
#define EXEC_R_PAD		2	/* u16, zero */
#define EXEC_R_RULE		4	/* u32 rule (DBGI) */
#define EXEC_R_WHY		8	/* u32 string: justification */
#define EXEC_R_ID		12	/* u32 string */
#define EXEC_R_ELEM		16	/* u32: first element */
#define EXEC_R_UNLESS		20	/* u32: first exception */
#define EXEC_RULE_LEN		24
#define EXEC_RF_EXACT		1u	/* no further arguments */
#define EXEC_RF_CANONICAL	2u	/* words are compared folded */
#define EXEC_ALL_RFLAGS		3u
#define EXEC_UNLESS_LEN		4	/* u32: first element */
#define EXEC_ELEM_LEN		4	/* u32: first alternative */
#define EXEC_ALT_LEN		4	/* u32 string, EXEC_ALT_GLOB added */
#define EXEC_ALT_GLOB		0x80000000u
#define EXEC_H_NAME		0	/* u32 string; ascending by its bytes */
#define EXEC_H_PATH		4	/* u32: first path */
#define EXEC_H_RULE		8	/* u32 rule (DBGI) */
#define EXEC_HOST_LEN		12
#define EXEC_PATH_LEN		4	/* u32 string; ascending in a host */

/* Globs: for each state its class (0 = none), then a row of next states. */
#define EXEC_BYTE_MAP		256	/* u8 each: byte to byte class */
#define EXEC_GLOBCLASS_LEN	4	/* u32 */
#define EXEC_GLOBNEXT_LEN	2	/* u16 */
#define EXEC_SYM_CLASS		0x80000000u
#define EXEC_NONE		0xffffffffu

/*
 * Rules with canonical matching have a first state of their own, FOLDED
 * (0 without any), from which words are walked in their folded form.
 * The fold table, ascending by character, holds what characters beyond ASCII
 * become: items in order, each with its combining class, by which marks are
 * sorted.  A character that is not listed stays and has class 0; Hangul
 * syllables are decomposed by arithmetic.
 */
#define FOLD_E_CODE		0	/* u32: character, number of items */
#define FOLD_E_ITEM		4	/* u32: first */
#define FOLD_ENTRY_LEN		8
#define FOLD_E_MASK		0x00ffffffu
#define FOLD_E_SHIFT		24
#define FOLD_ITEM_LEN		4	/* u32: character, combining class */
#define FOLD_I_MASK		0x00ffffffu
#define FOLD_I_SHIFT		24

/*
 * PROG: programs and what their arguments may be (define_program), and what
 * is forbidden in any command.  Header, then the arrays in the order of the
 * counts.  Specs ascend by the bytes of the program's name; those of one name
 * stand in the order in which they are tried.  The options of a spec ascend
 * by name.  Runs are named by their first member, as in EXEC.
 *
 * Regexes are one byte automaton: state 0 matches nothing any more, state 1
 * matches whatever follows, from the others the byte of ENDS tells whether a
 * name that ends here matches.
 */
#define PROG_NSPECS		0	/* u32 */
#define PROG_NOPTS		4	/* u32 */
#define PROG_NARGS		8	/* u32 */
#define PROG_NPATHS		12	/* u32 */
#define PROG_NSUBSTRINGS	16	/* u32 */
#define PROG_NREGEXES		20	/* u32 */
#define PROG_NSTATES		24	/* u32; 0 without regexes, else >= 2 */
#define PROG_NCLASSES		28	/* u32: of bytes; 0 without regexes */
#define PROG_HEAD		32
#define PROG_MAX		65536	/* of each array */
#define PROG_MAX_STATES		16384
#define PROG_S_NAME		0	/* u32 string */
#define PROG_S_REASON		4	/* u32 string: "" = not forbidden */
#define PROG_S_RULE		8	/* u32 rule (DBGI) */
#define PROG_S_OPT		12	/* u32: first option */
#define PROG_S_ARG		16	/* u32: first argument */
#define PROG_S_PATH		20	/* u32: first path */
#define PROG_SPEC_LEN		24
#define PROG_O_NAME		0	/* u32 string */
#define PROG_O_LITERAL		4	/* u32 string, of a literal value */
#define PROG_O_TYPE		8	/* u8: enum blob_prog_type */
#define PROG_O_REQUIRED		9	/* u8 bool; no flag is */
#define PROG_O_PAD		10	/* u16, zero */
#define PROG_OPT_LEN		12
#define PROG_A_LITERAL		0	/* u32 string, of a literal */
#define PROG_A_TYPE		4	/* u8: enum blob_prog_type, no flag */
#define PROG_A_PAD		5	/* 3 bytes, zero */
#define PROG_ARG_LEN		8
#define PROG_PATH_LEN		4	/* u32 string */
#define PROG_B_TEXT		0	/* u32 string, not "" */
#define PROG_B_RULE		4	/* u32 rule (DBGI) */
#define PROG_SUBSTRING_LEN	8
#define PROG_X_REASON		0	/* u32 string */
#define PROG_X_RULE		4	/* u32 rule (DBGI) */
#define PROG_X_STATE		8	/* u32: first state */
#define PROG_X_TEXT		12	/* u32 string: as written */
#define PROG_REGEX_LEN		16
/* Then ENDS, u8 a state; the byte map, u8 each; rows of u16 states. */
#define PROG_BYTE_MAP		256

enum blob_prog_type {
	BLOB_PROG_FLAG = 0,		/* an option without a value */
	BLOB_PROG_LITERAL = 1,
	BLOB_PROG_OPAQUE = 2,		/* anything that is no file */
	BLOB_PROG_RFILE = 3,
	BLOB_PROG_WFILE = 4,
	BLOB_PROG_POS_INT = 5,
	BLOB_PROG_SED_COMMAND = 6,
	BLOB_PROG_RFILES = 7,		/* these three take several words: */
	BLOB_PROG_RFILES_OR_CWD = 8,
	BLOB_PROG_UNVERIFIED = 9,	/* at most one of them in a spec */
	BLOB_NPROGTYPES
};

enum blob_exec_scope { BLOB_SCOPE_COMMAND = 0, BLOB_SCOPE_TREE = 1 };

#endif
