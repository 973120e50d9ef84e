/*
 * Pure decisions from a blob: no allocation, no I/O, no global state.
 * The compiler's `why' and `execpolicy check' and the runtime use the same.
 */
#ifndef BLOB_EVAL_H
#define BLOB_EVAL_H

#include "blob/program.h"
#include "blob/read.h"

#define EVAL_PATH	4096	/* the kernel's PATH_MAX */

/* How a command came to be looked up. */
struct eval_command {
	const char *const *argv;	/* argc strings, need no NULL at the end */
	size_t argc;
	/*
	 * argv[0] made absolute and lexically normalised, or NULL to look
	 * the literal argv[0] up only (no host resolution).
	 */
	const char *resolved;
	/*
	 * For programs with typed arguments, which eval_exec() looks at: the
	 * file that will run, if it is known; and, so that their files are
	 * judged by the blob's own paths, an absolute directory for relative
	 * ones and the variables.  Without vars no file is judged, and a
	 * program that may write is a prompt.
	 */
	const char *file;
	const char *cwd;
	const struct judge_vars *vars;
	/*
	 * For decide_command(): a path without symbolic links into out of
	 * EVAL_PATH bytes, or false.  NULL: paths are taken as they are.
	 */
	bool (*canonical)(const char *path, char *out);
};

struct eval_match {
	uint32_t rule;			/* number within EXEC */
	uint32_t ntokens;		/* how many of argv it covers */
	enum blob_decision decision;
	uint32_t info;			/* DBGI rule number */
	uint32_t why;			/* string: justification, or "" */
	bool is_resolved;		/* found by the last path component */
};

struct eval_verdict {
	enum blob_decision decision;
	uint32_t nmatches;		/* 0: the default decided */
	struct eval_match by;		/* first of the strictest; if any */
	uint32_t info;			/* DBGI rule of by, or of the default */
	/*
	 * What programs say; PROGRAM_NONE without any.  Where that is what
	 * decided, is_program is set, nmatches is not 0, info is the spec's
	 * (or the ban's) line and by.why its reason.
	 */
	struct program_verdict program;
	bool is_program;
};

/*
 * Decide on one command.  Rules of the literal argv[0] come first; only if
 * none matches, and c->resolved is given and the blob's host_executable
 * entries admit it, those of its last component.  Returns BLOB_OK, or a code
 * when the automaton is damaged: treat it as forbidden.  Work is bounded by
 * argc alone.
 */
int eval_exec(const struct blob *b, const struct eval_command *c,
    struct eval_verdict *out);

/*
 * The i-th match in the order of the rules; BLOB_ERR_RANGE past the last.
 * It walks anew at each call: for printing, not for deciding.
 */
int eval_exec_match(const struct blob *b, const struct eval_command *c,
    uint32_t i, struct eval_match *out);

/*
 * The same on a view that is already open: saves the opening.  A view has no
 * programs.
 */
struct exec_view;
int eval_view(const struct exec_view *v, const struct eval_command *c,
    struct eval_verdict *out);
int eval_view_match(const struct exec_view *v, const struct eval_command *c,
    uint32_t i, struct eval_match *out);

/* True when glob, in which `*' stands for any bytes, matches all of s. */
bool eval_glob(const char *glob, const char *s);

#endif
