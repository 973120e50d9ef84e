/*
 * The command: which file it is, what the exec rules say about it, and
 * running exactly that file.
 */
#ifndef RUNTIME_COMMAND_H
#define RUNTIME_COMMAND_H

#include <sys/stat.h>

#include "blob/decide.h"
#include "runtime/judged.h"
#include "runtime/load.h"
#include "runtime/options.h"

struct command {
	char *const *argv;
	size_t argc;
	int fd;				/* O_PATH of the file to run */
	struct stat st;
	const char *path;		/* as it was opened */
	const char *resolved;		/* absolute, normalised */
	struct judged judged;		/* for the files of programs */
	struct decide_verdict decided;	/* the strictest policy's */
	struct eval_verdict verdict;	/* with its decision and rule */
	const struct policy *by;	/* that policy */
};

/* Look argv[0] up once, along the PATH of env. */
int command_resolve(struct command *c, const struct options *o,
    char *const *env, struct scratch *mem, struct failure *f);

/* Is there a policy under which no program begins? */
int command_can_start(const struct policies *all, struct failure *f);

/* Ask every policy; the strictest decision stays in c. */
int command_decide(struct command *c, const struct policies *all,
    struct failure *f);

/* Open the same file again, where mounts have come to stand over it. */
int command_reopen(struct command *c, struct failure *f);

/* Ask that policy again, to be told all parts. */
void command_tell(const struct command *c, decide_fn *visit, void *ctx);

/* Its arguments as a shell would take them. */
void command_put(const struct command *c, struct text *out);
void command_put_words(const char *const *argv, size_t argc,
    struct text *out);

/* Become the command.  Returns only on failure. */
int command_exec(const struct command *c, char *const *env,
    struct failure *f);

#endif
