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
	unsigned count;
};

struct denials {
	struct denial *list;		/* DENIALS_MAX */
	size_t n;
	uint64_t total, unlisted;
};

int denials_init(struct denials *d, struct scratch *mem, struct failure *f);

/* One more; how often this one has been seen. */
unsigned denials_add(struct denials *d, const struct denial *one);

/* Ten lines at most; nothing where nothing was denied. */
void denials_print(const struct denials *d, struct text *out);

#endif
