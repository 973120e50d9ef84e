/*
 * `extends': find, read and check the files of a profile and join their
 * trees into one.  Lists are joined (`!replace' starts afresh), scalars
 * replaced; every value keeps its place.
 */
#ifndef COMPILER_MERGE_H
#define COMPILER_MERGE_H

#include "compiler/node.h"

#define MERGE_MAX_DEPTH	16	/* of `extends' */

struct merge_options {
	const char *const *dirs;	/* -I, in order */
	size_t ndirs;
	/* Called with each file that was read (--depfile), or NULL. */
	void (*on_file)(void *ctx, const char *path);
	void *ctx;
};

/* The shipped profile that goes by this other name, or NULL. */
const char *merge_alias(const char *name);

/* Returns the joined root, or NULL after diagnostics. */
struct node *merge_load(struct arena *a, struct diag *d, const char *path,
    const struct merge_options *opt);

/*
 * Path of a file that `holder' refers to, and the name to show for it; both
 * from the arena.
 */
const char *merge_resolve(struct arena *a, const char *holder,
    const char *ref);

#endif
