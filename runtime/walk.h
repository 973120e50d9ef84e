/*
 * A path resolved name by name, so that everything it leads through is seen:
 * folders, and links by their own names.
 */
#ifndef RUNTIME_WALK_H
#define RUNTIME_WALK_H

#include <sys/stat.h>

#include "runtime/vars.h"

struct walk {
	char real[PATH_CAP];		/* so far; "" is the root directory */
	char rest[PATH_CAP];
	struct stat st;			/* of real */
	int err;			/* ENOENT, EACCES, ... */
};

/* Sees w->real, a folder or link on the way; -1 ends the walk. */
typedef int walk_fn(void *arg, struct walk *w);

/* 0, and w->err says whether w->real was found, or -1 of visit. */
int walk(struct walk *w, const char *path, walk_fn *visit, void *arg);

#endif
