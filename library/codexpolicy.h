/*
 * libcodexpolicy: compiled policies for programs of your own.  See
 * libcodexpolicy(3).
 */
#ifndef CODEXPOLICY_H
#define CODEXPOLICY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CODEXPOLICY_API __attribute__((visibility("default")))

/* Why not; filled by every function that returns -1 and takes one. */
struct codexpolicy_error {
	int status;		/* what codex-exec would end with */
	int err;		/* errno, or 0 */
	char text[512];		/* escaped: fit for a terminal */
};

/* --- policies ----------------------------------------------------------- */

/* One or more policies that apply together.  Never changes: threads share it. */
struct codexpolicy;

/* What variables stand for; NULL in place of it: the defaults. */
struct codexpolicy_setup {
	const char *const *workspaces;	/* ends with NULL; default: "." */
	char *const *environment;	/* default: environ */
};

/*
 * By names or paths, as codex-exec -p takes them, the last is NULL; none at
 * all is the default policy.  The administrator's ceiling comes with them.
 * Integrity and form are checked, who made them is not.  0 or -1.
 */
CODEXPOLICY_API int codexpolicy_load(struct codexpolicy **out,
    const char *const *names, const struct codexpolicy_setup *setup,
    struct codexpolicy_error *e);

/* The same of one policy in memory, which is copied. */
CODEXPOLICY_API int codexpolicy_load_bytes(struct codexpolicy **out,
    const void *p, size_t len, const struct codexpolicy_setup *setup,
    struct codexpolicy_error *e);

CODEXPOLICY_API void codexpolicy_free(struct codexpolicy *policy);

/* How many, and each one's; NULL past the last. */
CODEXPOLICY_API size_t codexpolicy_count(const struct codexpolicy *policy);
CODEXPOLICY_API const char *codexpolicy_name(const struct codexpolicy *policy,
    size_t i);
CODEXPOLICY_API const char *codexpolicy_sha256(
    const struct codexpolicy *policy, size_t i);	/* 64 hex digits */

/*
 * Are these bytes a whole, undamaged policy?  With sha256 (hex digits, or
 * NULL): that one.  It says nothing of who made it.  0 or -1.
 */
CODEXPOLICY_API int codexpolicy_verify_integrity(const void *p, size_t len,
    const char *sha256, struct codexpolicy_error *e);

/* --- decisions ---------------------------------------------------------- */

enum codexpolicy_decision {
	CODEXPOLICY_ALLOWED = 0,
	CODEXPOLICY_PROMPT = 1,		/* somebody has to be asked */
	CODEXPOLICY_DENIED = 2
};

enum codexpolicy_access {
	CODEXPOLICY_READ, CODEXPOLICY_WRITE, CODEXPOLICY_CREATE,
	CODEXPOLICY_REMOVE, CODEXPOLICY_RUN
};

/* The strictest of all policies.  Strings last as long as the policy. */
struct codexpolicy_verdict {
	enum codexpolicy_decision decision;
	const char *policy;		/* whose decision that is */
	const char *rule;		/* or "" where no line speaks of it */
	const char *file;
	unsigned line;
	const char *reason;		/* the rule's justification, or "" */
	const char *strength;		/* "consent", "hard", "supervised", ... */
};

/*
 * May this command run: by its words, ending with NULL, and all that can be
 * seen in them.  Relative paths are seen from the directory at the load.
 *
 * These return 0; -1 where the question is none (a relative path) or a policy
 * is damaged: the verdict is a refusal then, too.
 */
CODEXPOLICY_API int codexpolicy_decide_exec(const struct codexpolicy *policy,
    const char *const *argv, struct codexpolicy_verdict *out);

/* An absolute path; links in it are not looked for. */
CODEXPOLICY_API int codexpolicy_decide_path(const struct codexpolicy *policy,
    enum codexpolicy_access access, const char *path,
    struct codexpolicy_verdict *out);

/* A TCP connection, by name or address. */
CODEXPOLICY_API int codexpolicy_decide_connect(
    const struct codexpolicy *policy, const char *host, unsigned short port,
    struct codexpolicy_verdict *out);

/* --- enforcement -------------------------------------------------------- */

/*
 * Lock down this process, for good: files, network, system calls, limits,
 * capabilities, as codex-exec does in place.  It must have one thread.
 * What needs a supervisor is refused.  After -1 it may be locked in part: end.
 */
CODEXPOLICY_API int codexpolicy_apply(const struct codexpolicy *policy,
    struct codexpolicy_error *e);

enum codexpolicy_answer {
	CODEXPOLICY_NO, CODEXPOLICY_YES,	/* this once */
	CODEXPOLICY_YES_FOR_RUN
};

/*
 * What is told meanwhile, each a line of JSON without its end, as
 * codex-exec(1) describes them; it lasts until the return.  NULL: not told.
 */
struct codexpolicy_hooks {
	void *arg;
	/* A decision that allows, or asks. */
	void (*decision)(void *arg, const char *record, size_t len);
	/* One that refuses. */
	void (*denial)(void *arg, const char *record, size_t len);
	/* start, approval, exit, lost. */
	void (*event)(void *arg, const char *record, size_t len);
	/* A question; without it what asks is refused. */
	enum codexpolicy_answer (*approval)(void *arg, const char *question,
	    size_t len);
};

struct codexpolicy_run {
	const char *program;		/* NULL: the codex-exec of PATH */
	const char *const *options;	/* of codex-exec, end with NULL */
	const char *const *argv;	/* the command, ends with NULL */
	const struct codexpolicy_hooks *hooks;
};

/*
 * Run a command under codex-exec to its end.  *status is its exit status.
 * -1: it could not be started, or its records could not be read.
 */
CODEXPOLICY_API int codexpolicy_run(const struct codexpolicy_run *r,
    int *status, struct codexpolicy_error *e);

#ifdef __cplusplus
}
#endif

#endif
