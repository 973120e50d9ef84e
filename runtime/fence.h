/*
 * Folders in which the kernel lets no name be made, so that names which are
 * not there can't come to be: those that hold such a name, and all above them
 * that can be written.  Their other folders are as free as ever.  One more
 * Landlock domain does that; what may be made in a closed folder all the same
 * is made by the supervisor, see names.h.
 */
#ifndef RUNTIME_FENCE_H
#define RUNTIME_FENCE_H

#include "runtime/plan.h"

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
	struct fence_id *open;		/* folders below them; of the child */
	size_t nopen;
};

/* Where some names of the plan are not there.  0, or -1 without memory. */
int fence_plan(struct fence *fence, const struct plan *plan,
    struct scratch *mem);

/* In the child: the domain. */
int fence_apply(struct fence *fence, const struct plan *plan,
    struct failure *f);

/* May the kernel let no name be made in this folder?  A canonical path. */
bool fence_is_closed(const struct fence *fence, const char *folder);

/*
 * How the path stands to the names: 0 apart, or errno for who would make it.
 * On the way to one there can be folders alone.
 */
int fence_check(const struct fence *fence, const char *path, bool is_folder);

#endif
