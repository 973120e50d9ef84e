/*
 * What was denied in a run: each thing once, with a count.  Printed when the
 * command has ended.
 */
#ifndef RUNTIME_DENIALS_H
#define RUNTIME_DENIALS_H

#include "runtime/load.h"

#define DENIALS_MAX	64
#define DENIAL_TARGET	256

struct denial {
	const char *what;		/* "exec", "write", "connect" */
	char target[DENIAL_TARGET];	/* as a shell would take it */
	const struct policy *by;	/* NULL: not us */
	uint32_t rule;			/* DBGI, 0: none */
	const char *strength;
	const char *why;		/* or "" */
	char fix[DENIAL_TARGET + 64];	/* what would allow it; "": no advice */
	/* For records of many at once; NULL: each has its own. */
	const char *operation, *layer;
	int err;			/* the kernel's, where it is known */
	unsigned count;
};

struct denials {
	struct denial *list;		/* DENIALS_MAX */
	size_t n;
	uint64_t total;			/* without what is not us */
	uint64_t unlisted;
};

int denials_init(struct denials *d, struct scratch *mem, struct failure *f);

/* One more; how often this one has been seen. */
unsigned denials_add(struct denials *d, const struct denial *one);

/* Ten lines at most; nothing where nothing was denied. */
void denials_print(const struct denials *d, struct text *out);

#endif
