/*
 * Other names of the same file: places where its file system, or a part of it,
 * is mounted a second time.
 */
#ifndef RUNTIME_ALIASES_H
#define RUNTIME_ALIASES_H

#include "runtime/scratch.h"

struct mount {
	const char *device;		/* "8:1" */
	const char *root;		/* within its file system */
	const char *at;
};

struct aliases {
	struct mount *list;		/* in the order they were made */
	size_t count;
};

/* Sees one other name; not 0 ends the search. */
typedef int alias_fn(void *arg, const char *path);

/* Read the table of mounts.  0, or -1 where that can't be done. */
int aliases_load(struct aliases *a, struct scratch *mem);

/* The same from len bytes of text, which is changed, with room for one more. */
int aliases_parse(struct aliases *a, struct scratch *mem, char *text,
    size_t len);

/* Every other name of the canonical path.  0 or what fn returned. */
int aliases_find(const struct aliases *a, const char *path, alias_fn *fn,
    void *arg);

#endif
