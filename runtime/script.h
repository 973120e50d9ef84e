/*
 * Scripts as the kernel starts them: for a file that begins with "#!" it runs
 * the interpreter named there, and puts that, its argument and the script's
 * path in the place of argv[0]; an interpreter can be a script in its turn.
 */
#ifndef RUNTIME_SCRIPT_H
#define RUNTIME_SCRIPT_H

#include <stdbool.h>
#include <sys/types.h>

#include "runtime/execstack.h"

#define SCRIPT_HEAD	256	/* of a first line, as in the kernel */
#define SCRIPT_LEVELS	6

struct script_line {
	char head[SCRIPT_HEAD + 1];
	const char *interpreter;
	const char *argument;		/* or NULL */
};

/*
 * The first line of a file.  1, 0: it is no script, or cannot be read by who
 * runs it either, -1: it cannot be read, or its interpreter is no absolute
 * path.
 */
int script_read(const char *file, struct script_line *out);

/* The same of what stands in l->head, zeros behind it. */
int script_parse(struct script_line *l);

/* Of a program at its exec event. */
struct script {
	size_t nlevels;			/* 0: it is no script */
	size_t at[SCRIPT_LEVELS];	/* where in argv its interpreters are */
	size_t from;			/* and where its own arguments begin */
};

/*
 * Has the kernel started it as the script that file leads to now, in a name
 * of ours?  Then all that it has been given says so: the file that runs, and
 * every word up to the script's path.
 */
bool script_find(struct script *s, pid_t pid, const char *file,
    const struct execstack *words);

#endif
