/*
 * Commands that run another command: env, timeout, sudo, `sh -c', find -exec
 * and others, all from one table.
 */
#ifndef BLOB_WRAP_H
#define BLOB_WRAP_H

#include "blob/shell.h"

/* What is inside of a command. */
struct wrap {
	const char *const *argv;	/* the inner command; NULL: none */
	size_t argc;
	const char *script;		/* or a script; NULL: none */
	size_t next;			/* where more may follow in argv */
	enum shell_construct what;	/* why it is not all to be seen */
	/*
	 * The command does nothing but run the inner one: what decides on
	 * that decides on it.
	 */
	bool is_transparent;
	bool is_syntax;			/* is no command: a reserved word */
	bool is_moving;			/* runs it, or goes on, elsewhere */
	bool is_git;			/* "git" is to be put before argv */
};

/*
 * Look into a command, of a script (where builtins and reserved words mean
 * something) or not.  False when there is nothing to look into.  With
 * out->next not 0 on return the command has more parts: call again with
 * *out as it is.  At first out->next is 0.
 */
bool wrap_open(const char *const *argv, size_t argc, bool is_script,
    struct wrap *out);

#endif
