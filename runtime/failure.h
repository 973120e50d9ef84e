/*
 * Why a step did not succeed.  Steps fill it and return -1; only main.c
 * prints it and exits.
 */
#ifndef RUNTIME_FAILURE_H
#define RUNTIME_FAILURE_H

#include <stddef.h>

enum runtime_exit {
	EXIT_RUNNER = 125,	/* we failed, the command did not run */
	EXIT_DENIED = 126,	/* forbidden, or not executable */
	EXIT_ABSENT = 127	/* not found */
};

/* What to do where one run within another cannot have what it needs. */
#define FAILURE_OUTER	"give both policies to the outer codex-exec (-p A -p B)"

struct failure {
	const char *step;	/* set by launch */
	int status;		/* enum runtime_exit */
	int err;		/* errno, or 0 */
	char what[1024];	/* raw: escaped where it is printed */
};

/* Fill f with the parts, which end with NULL, joined.  Returns -1. */
int refuse(struct failure *f, int status, int err, const char *part, ...)
    __attribute__((sentinel));

/*
 * What could not become one more layer of Landlock; err E2BIG: there are as
 * many as it takes.  Returns -1.
 */
int refuse_layer(struct failure *f, int err, const char *what);

/*
 * End the process, also under a filter that refuses exit: libc would ask for
 * ever.  Such a process dies of SIGILL.
 */
void leave(int status) __attribute__((noreturn));

#endif
