/*
 * One question to a policy and its answer with the line behind it: what `why'
 * prints and what the tests of profiles compare.  The decisions are those of
 * blob/judge and blob/eval, which the runtime asks too; here questions are
 * read and answers put into words.
 */
#ifndef COMPILER_QUESTION_H
#define COMPILER_QUESTION_H

#include "blob/decide.h"
#include "compiler/place.h"
#include "compiler/sysc.h"

enum question_kind {
	QUESTION_EXEC,
	QUESTION_READ,
	QUESTION_WRITE,
	QUESTION_RUN,
	QUESTION_CONNECT,
	QUESTION_BIND,
	QUESTION_SYSCALL,
	QUESTION_ENV,
	QUESTION_NKINDS
};

/* "exec", "read" ...; NULL past the last. */
const char *question_name(unsigned kind);
/* What stands behind the name: "PATH", "HOST:PORT" ... */
const char *question_operand(unsigned kind);

struct question {
	enum question_kind kind;
	const char *text;		/* as it is shown, without the kind */
	const char *path;		/* read, write, run: canonical */
	bool exists;			/* the same */
	const char *const *argv;	/* exec */
	size_t argc;
	const char *file;		/* exec: absolute, or NULL */
	const char *resolved;		/* the same for rules: or a guess */
	const char *host;		/* connect; NULL: a Unix socket */
	uint16_t port;			/* connect, bind */
	struct loc loc;			/* syscall: of text's first byte */
	const struct sysc_arch *arch;	/* syscall */
};

/*
 * Each fills *q for its kind from one text.  0, or -1 with *fault what is
 * wrong: "takes HOST:PORT".
 */
int question_read(struct arena *a, const struct place *p,
    enum question_kind kind, const char *text, struct question *q,
    const char **fault);
/* A command; its program is looked up with the PATH that the n blobs leave. */
void question_exec(struct arena *a, const struct place *p,
    const struct blob *const *blobs, size_t n, const char *const *argv,
    size_t argc, struct question *q);

/* A command, a redirection or what cannot be seen through, in a command. */
struct answer_part {
	enum decide_kind kind;
	enum blob_decision decision;
	bool counts, has_decided;
	const char *text;
	unsigned depth;
	uint32_t column;	/* in its script; 0: in none */
	uint32_t rule;
	struct answer_part *next;
};

struct answer {
	enum blob_decision decision;
	/* "allowed", "denied", "prompt", "forbidden", "errno(EPERM)" ... */
	const char *word;
	uint32_t action;	/* syscall: SECCOMP_RET_* */
	uint32_t rule;		/* DBGI; 0: no line says it */
	const char *strength;
	const char *cause;	/* one word for programs: "rule", "absence" */
	const char *reason;	/* in words */
	bool is_by_file;	/* exec: the rules allow, the file system not */
	const char *note;	/* what else is to be known, or NULL */
	/* exec: all that is inside, and all rules that match any of it. */
	struct answer_part *parts;
	uint32_t *matches;
	size_t nmatches, cap_matches;
};

/* Words as a shell would take them. */
const char *question_shell_text(struct arena *a, const char *const *argv,
    size_t argc);

/*
 * BLOB_OK; a fault of the blob; or QUESTION_UNASKABLE after a diagnostic: the
 * call does not exist there.
 */
#define QUESTION_UNASKABLE	1
int question_answer(struct arena *a, struct diag *d, const struct blob *b,
    const struct place *p, const struct question *q, struct answer *out);

#endif
