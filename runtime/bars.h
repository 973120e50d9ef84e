/*
 * What Landlock cannot take back below a root, as mounts: which names become
 * read-only, are hidden or held in place.  Found out before anything is
 * locked; apply_mounts.c makes it so.
 */
#ifndef RUNTIME_BARS_H
#define RUNTIME_BARS_H

#include <sys/types.h>

#include "runtime/load.h"

enum bar_kind {			/* bits: a name may be several */
	BAR_ROOT = 1,		/* stays writable where the rest does not */
	BAR_PIN = 2,		/* can't be renamed or removed */
	BAR_NOEXEC = 4,		/* nothing below it can be executed or mapped so */
	BAR_KEEP = 8,		/* read-only, and all below it */
	BAR_HIDE = 16		/* replaced by something empty */
};

struct bar {
	const char *path;		/* canonical but for a link's own name */
	const struct policy *policy;	/* that asks for it; NULL: a pin */
	uint32_t rule;
	uint16_t kind;			/* enum bar_kind */
	bool is_dir, is_link;
	bool has_links;			/* a file with another name somewhere */
	dev_t dev;			/* of what was found */
	ino_t ino;
	int tree;			/* apply_mounts.c: of a root */
};

struct bars {
	struct bar *list;		/* outer ones first */
	size_t count;
	const char **absent;		/* names that can't be kept in place */
	size_t nabsent;
	bool are_absent_kept;		/* by a supervisor */
	const char **supervised;	/* all that a supervisor keeps */
	size_t nsupervised;
	bool are_unavailable;		/* mounts: tried, and not to be had */
	bool are_held, are_accepted;	/* without: by others; that will do */
	const char **files;		/* kept or hidden, and no folders */
	size_t nfiles;
	const char **linked;		/* of these, with another name */
	size_t nlinked;
	/* How many of these, at the front, bars_look_again found changed. */
	size_t nappeared, nreplaced;
	bool is_needed;			/* a mount namespace is */
	bool keeps_rest;		/* what is no root is read-only */
	bool is_rest_open;		/* its modes and times are not kept */
	bool is_rest_supervised;	/* they are, by a supervisor */
	bool is_exec_open;		/* no mount forbids to execute */
};

struct plan;

/*
 * The bars of all policies, given their path rules.  Rules of the plan for
 * what is hidden are taken out of it.
 */
int bars_build(struct bars *b, const struct policies *all, struct plan *plan,
    struct vars *v, struct failure *f);

/* Of bars_build: sort and leave out what outer bars do. */
void bars_tidy(struct bars *b);

/* Take the rules for what is hidden out of the plan. */
void bars_drop_hidden(const struct bars *b, struct plan *plan);

/*
 * Which are files: such a mount ends when someone outside puts another file
 * there.  0, or -1 without memory.
 */
int bars_list_files(struct bars *b, struct scratch *mem);

/*
 * Files with other names in folders that are kept or hidden: a look through
 * them, for runs that tell or want it.  Where that is too much the folder is
 * named.  0, or -1 without memory.
 */
int bars_find_links(struct bars *b, struct scratch *mem);

/*
 * Afterwards, from outside the mounts: absent names that exist by now, files
 * that are others by now.
 */
void bars_look_again(struct bars *b);

/* Is it, or is it in, what only a supervisor keeps? */
bool bars_are_supervised(const struct bars *b, const char *path);

/* Is it, or what holds it, replaced by something empty? */
bool bars_hide(const struct bars *b, const char *path);

#endif
