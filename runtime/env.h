/*
 * The command's environment.  Each policy filters what the one before let
 * through, then sets what those before would let through, too: the result is
 * never more than any allows.
 */
#ifndef RUNTIME_ENV_H
#define RUNTIME_ENV_H

#include <stddef.h>

#include "runtime/load.h"

#define ENV_MORE	8	/* entries that can be put afterwards */

struct env {
	char **list;			/* ends with NULL */
	size_t count;
	const char **dropped;		/* entries, NAME=VALUE */
	size_t ndropped;
};

int env_build(struct env *e, const struct policies *all, struct vars *v,
    struct failure *f);

/* Put one entry in place of all of its name; there is room for ENV_MORE + 1. */
void env_put(struct env *e, char *entry);

/* NAME of an entry NAME=VALUE, for records: the values stay private. */
void env_put_name(struct text *out, const char *entry);

#endif
