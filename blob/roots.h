/*
 * Places that no policy but an all-writing one may let be written: what they
 * hold decides on the sandbox itself, or on the machine.
 */
#ifndef BLOB_ROOTS_H
#define BLOB_ROOTS_H

#include "blob/judge.h"

/* Canonical paths around a run; NULL: there is none. */
struct roots {
	const char *home;	/* NULL where a -w names the root itself */
	const char *policies;	/* the user's */
	const char *shipped;	/* policies */
	const char *policy;	/* the blob's own file */
};

struct roots_fault {
	const char *place;	/* as it is called in messages */
	bool is_inside;		/* the root lies within it */
};

/* True for a rule by which files can be changed, not only devices used. */
bool roots_is_one(uint16_t rights);

/* True, with *out why, when a canonical path may not be a write root. */
bool roots_refuse(const struct roots *r, const char *path,
    struct roots_fault *out);

#endif
