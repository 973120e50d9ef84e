/*
 * Folders in which the kernel lets no name be made, so that names which are
 * not there can't come to be: those that hold such a name, and all above them
 * that can be written.  Their other folders are as free as ever.  One more
 * Landlock domain does that; what may be made in a closed folder all the same
 * is made by the supervisor, see names.h.
 *
 * Where mounts are not to be had the domain also stands for them: all that is
 * in a closed folder gets a rule but what is protected or denied, and closed
 * to reading is what holds something denied.
 */
#ifndef RUNTIME_FENCE_H
#define RUNTIME_FENCE_H

#include "runtime/plan.h"

#define FENCE_ABI	2	/* renames between folders */

struct fence_id {
	dev_t dev;
	ino_t ino;
};

struct fence {
	bool is_on;
	const char **names;		/* that are to stay absent */
	size_t nnames;
	const char **closed;		/* folders */
	size_t nclosed;
	bool is_whole;			/* it stands for the mounts too */
	bool is_alone;			/* no supervisor makes what it refuses */
	const char **unread;		/* then: folders closed to reading */
	size_t nunread;
	struct fence_id *open;		/* folders below them; of the child */
	size_t nopen;
};

/*
 * Where some names of the plan are not there; is_whole: and for all bars.
 * 0, or -1: without memory, or too much.
 */
int fence_plan(struct fence *fence, const struct plan *plan, bool is_whole,
    struct scratch *mem);

/* In the child: the domain. */
int fence_apply(struct fence *fence, const struct plan *plan, int abi,
    struct failure *f);

/* Must what is read there be opened by the supervisor? */
bool fence_has_reads(const struct fence *fence);

/* Must folders be opened by the supervisor to be listed? */
bool fence_has_lists(const struct fence *fence);

/* May the kernel let no name be made in this folder?  A canonical path. */
bool fence_is_closed(const struct fence *fence, const char *folder);

/* May the kernel let nobody list this folder?  A canonical path. */
bool fence_is_unlisted(const struct fence *fence, const char *folder);

/*
 * How the path stands to the names: 0 apart, or errno for who would make it.
 * On the way to one there can be folders alone.
 */
int fence_check(const struct fence *fence, const char *path, bool is_folder);

#endif
