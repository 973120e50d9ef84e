/*
 * Stop everything below us while a person is asked, and let it go on as it
 * was: nobody types, draws or forks in the meantime.
 */
#ifndef RUNTIME_FREEZE_H
#define RUNTIME_FREEZE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FREEZE_MAX	4096

struct freeze_process {
	pid_t pid, parent;
	bool is_below, is_stopped;
};

/* Large: not for a stack. */
struct freeze {
	pid_t list[FREEZE_MAX];		/* that we have stopped */
	size_t n;
	struct freeze_process all[FREEZE_MAX];	/* of the machine */
	size_t nall;
};

/* False: not everything could be stopped; what was goes on again. */
bool freeze_tree(struct freeze *f);

/* Children before their parents, who should not see them stopped. */
void freeze_end(struct freeze *f);

#endif
