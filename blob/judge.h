/*
 * Pure decisions from a blob on all that is not a command: paths, network,
 * environment, system calls.  No allocation, no I/O, no global state; the
 * commands are blob/eval's.  `why', profiles' tests and the runtime ask here,
 * so that what is explained is what is done.
 *
 * What is judged is the policy.  Ordinary permissions, a kernel that lacks a
 * layer, and symbolic links are the caller's to look at: give canonical paths.
 *
 * Every function returns BLOB_OK, or a code when the blob is damaged or the
 * question is none (a relative path, an architecture that the blob lacks);
 * *out is then a refusal by rule 0, so that who ignores the code is safe.
 */
#ifndef BLOB_JUDGE_H
#define BLOB_JUDGE_H

#include "blob/address.h"
#include "blob/read.h"

/* How a line is kept; the weakest is the largest. */
enum judge_strength {
	JUDGE_HARD,		/* by the kernel */
	JUDGE_SUPERVISED,	/* by a supervisor, without a race */
	JUDGE_ADVISORY,		/* by a supervisor that could be raced, or not
				 * on every way there */
	JUDGE_DETECTED,		/* seen afterwards */
	JUDGE_NSTRENGTHS
};

/* Which kind of line decided. */
enum judge_cause {
	JUDGE_BY_RULE,		/* an entry that speaks of it */
	JUDGE_BY_ABSENCE,	/* no entry of the list that rule names */
	JUDGE_BY_PROTECT,
	JUDGE_BY_DENY,
	JUDGE_BY_MODE,		/* network.mode, or what unix allows */
	JUDGE_BY_DEFAULT,	/* the value for all that no entry names */
	JUDGE_NCAUSES
};

/* What is asked for. */
enum judge_right {
	JUDGE_READ,
	JUDGE_WRITE,		/* change what is there, or use a device */
	JUDGE_CREATE,		/* make a name */
	JUDGE_REMOVE,		/* take a name away, or rename it */
	JUDGE_RUN,		/* execve of a file */
	JUDGE_CONNECT,
	JUDGE_BIND,
	JUDGE_UNIX,		/* connect or bind to a Unix socket */
	JUDGE_DOMAIN,
	JUDGE_ENV,
	JUDGE_SYSCALL,
	JUDGE_NRIGHTS
};

struct judge_verdict {
	enum blob_decision decision;
	enum judge_right right;
	enum judge_cause cause;
	enum judge_strength strength;
	uint32_t rule;			/* DBGI; 0: the policy has no line */
	uint32_t entry;			/* paths: in FSRL, or JUDGE_NO_ENTRY */
	uint32_t action;		/* calls: SECCOMP_RET_* with data */
	uint32_t why;			/* domains: justification, or "" */
};

#define JUDGE_NO_ENTRY	0xffffffffu

/* "hard", "a rule" ...; "?" outside of the enumeration. */
const char *judge_strength_name(enum judge_strength s);
const char *judge_right_name(enum judge_right r);

/* Another name of an entry's path: canonical form, second mount. */
struct judge_alias {
	uint32_t entry;			/* of FSRL */
	const char *path;
};

/*
 * What the variables of templates stand for.  An entry whose variable has no
 * value speaks of nothing; ${workspace} stands for each workspace in turn.
 */
struct judge_vars {
	const char *value[BLOB_NVARS];	/* NULL: none; workspace is not read */
	const char *const *workspaces;	/* canonical */
	size_t nworkspaces;
	const char *other_home;		/* bars hold below this one too */
	const struct judge_alias *aliases;
	size_t naliases;
};

/* True when path is root or below it; both absolute and normalised. */
bool judge_is_within(const char *path, const char *root);

/*
 * May an absolute, normalised path be read, written, created, removed, run?
 * `deny' comes first, then `protect', whatever else is given below or above
 * them; then the entry nearest to the path that gives the right.  To be run a
 * file must be given for reading too: the kernel reads it on behalf of execve.
 */
int judge_path(const struct blob *b, const struct judge_vars *vars,
    enum judge_right right, const char *path, struct judge_verdict *out);

/*
 * Is that the name of a dynamic loader?  It runs any file, so a list of what
 * may be executed has to name it.
 */
bool judge_is_loader(const char *path);

/*
 * An Internet connection to HOST (a name, compared without regard to case, or
 * an address in any of its spellings) and PORT, over TCP.  In mode proxy this is
 * what the proxy would say of it.
 */
int judge_connect(const struct blob *b, const char *host, uint16_t port,
    struct judge_verdict *out);
int judge_bind(const struct blob *b, uint16_t port,
    struct judge_verdict *out);

/* A Unix socket by its path; anything but a listed path if it has none. */
int judge_unix(const struct blob *b, const struct judge_vars *vars,
    const char *path, struct judge_verdict *out);

/*
 * A name or a literal address asked of the proxy, over one of NET_PROTO_*.
 * All entries that match count, the strictest decides.  They are looked at in
 * mode proxy alone; what the other modes keep from going out, the proxy that
 * another policy asked for does not let out either.
 */
int judge_domain(const struct blob *b, const char *host, uint16_t port,
    unsigned protocol, struct judge_verdict *out);

/*
 * An address of a name that judge_domain allowed: public, or listed.  Judged
 * is where it leads (address_undo).
 */
int judge_answer(const struct blob *b, const struct address *address,
    uint16_t port, unsigned protocol, struct judge_verdict *out);

/* What a client would ask the proxy in, by the port. */
unsigned judge_front(uint16_t port);

/*
 * Does the caller's variable of that name reach the command?  A variable
 * that the policy sets itself is judge_env_set's: BLOB_OK and the entry, or
 * BLOB_ERR_MISSING.
 */
int judge_env(const struct blob *b, const char *name,
    struct judge_verdict *out);
int judge_env_set(const struct blob *b, const char *name,
    struct blob_env_set *out);

/*
 * A call by its number, as BPF0 is proved to decide it.  Allowed are the
 * actions that let it through (allow, log); the others are refusals, those
 * included that a supervisor could answer.
 */
int judge_syscall(const struct blob *b, uint32_t arch, uint32_t nr,
    const uint64_t args[6], struct judge_verdict *out);

/*
 * Do namespaces keep what Landlock's scopes would?  No number of a process
 * beyond is to be had; a group that is the caller's too could be signalled
 * without one.  Abstract sockets are the filter's, or another network's.
 */
bool judge_keeps_scope(const struct blob_meta *meta);

/* One comparison of a call's arguments. */
bool judge_atom_holds(const struct blob_sysc_atom *atom,
    const uint64_t args[6]);

#endif
