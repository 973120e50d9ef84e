/*
 * The whole decision on a command: the command itself, and all that can be
 * seen inside of it, the strictest wins.  Inside are what wrappers run (env,
 * sudo, find -exec ...), the commands of shell scripts, and the files to
 * which those redirect.  No allocation, no I/O.
 *
 * What cannot be seen through counts as the policy's exec.opaque.  A command
 * that does nothing but run another one counts by the rules that match it,
 * but not by the default: that is asked for what is inside.
 */
#ifndef BLOB_DECIDE_H
#define BLOB_DECIDE_H

#include "blob/eval.h"
#include "blob/shell.h"

#define DECIDE_MAX_DEPTH	8

enum decide_kind {
	DECIDE_COMMAND,
	DECIDE_READ,		/* a redirection: its path is argv[0] */
	DECIDE_WRITE,
	DECIDE_OPAQUE,		/* of the command at argv */
	DECIDE_NKINDS
};

/* One thing that was looked at. */
struct decide_part {
	enum decide_kind kind;
	enum blob_decision decision;
	bool counts;			/* else its parts decide for it */
	uint32_t number;		/* from 0, the command itself */
	unsigned depth;
	uint32_t column;		/* in its script; 0: in none */
	enum shell_construct construct;	/* of DECIDE_OPAQUE */
	struct eval_command command;
	struct eval_verdict verdict;	/* of DECIDE_COMMAND */
	struct judge_verdict file;	/* of DECIDE_READ and DECIDE_WRITE */
};

/* *p and its strings last until the function returns. */
typedef void decide_fn(void *ctx, const struct decide_part *p);

struct decide_verdict {
	enum blob_decision decision;
	enum decide_kind kind;		/* of the part that decided */
	uint32_t part;			/* its number */
	uint32_t rule;			/* DBGI: the line that decided */
	uint32_t column;
	enum shell_construct construct;
	struct eval_verdict verdict;
	struct judge_verdict file;
	uint32_t nparts;		/* that were looked at */
};

/*
 * Decide.  Redirections are judged only with c->vars and c->cwd; absolute
 * argv[0] of parts are resolved only if c->resolved is given.  visit, unless
 * NULL, is told every part in order.  BLOB_OK, or a code when the blob is
 * damaged: treat it as forbidden.
 */
int decide_command(const struct blob *b, const struct eval_command *c,
    decide_fn *visit, void *ctx, struct decide_verdict *out);

/* Does it have anything inside? */
bool decide_is_wrapper(const char *const *argv, size_t argc);

/* "exec", "read", "write", "opaque". */
const char *decide_kind_name(enum decide_kind k);

#endif
