/*
 * What an approval is about: these arguments, this file, its interpreter if
 * it is a script, this directory.  Taken when it is asked for and compared
 * with what has come to be at the exec event.
 */
#ifndef RUNTIME_BINDING_H
#define RUNTIME_BINDING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/execstack.h"

struct binding_file {
	uint64_t device, inode;		/* 0, 0: none */
};

struct binding {
	uint8_t words[32];		/* digest of path and arguments */
	struct binding_file file, interpreter, directory;
};

/*
 * Of a call: words->execfn is the path as the kernel will show it, path the
 * one to look up from the task's root.  False: it cannot be had, as for a
 * script whose interpreter is a script.
 */
bool binding_take(struct binding *b, pid_t pid, const struct execstack *words,
    const char *path);

/* Is the program at its exec event what was taken? */
bool binding_holds(const struct binding *b, pid_t pid,
    const struct execstack *words, const char *path);

bool binding_is_same(const struct binding *a, const struct binding *b);

#endif
