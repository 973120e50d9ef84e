/*
 * All memory of a run: anonymous chunks, handed out from the front and never
 * given back.
 */
#ifndef RUNTIME_SCRATCH_H
#define RUNTIME_SCRATCH_H

#include <stddef.h>

#include "runtime/failure.h"

struct scratch {
	char *p;			/* the chunk in use */
	size_t len, cap;
	size_t left;			/* that further chunks may have */
};

/*
 * Begin with the n bytes at first, which are zero and aligned for any object;
 * at most `more' bytes are added.
 */
void scratch_init(struct scratch *s, char *first, size_t n, size_t more);

/* n zeroed bytes, aligned for any object; NULL when there is no more. */
void *scratch_alloc(struct scratch *s, size_t n);

/* The same, but only where the chunk in use has room. */
void *scratch_try(struct scratch *s, size_t n);

/* A copy of the n bytes at p with a NUL behind them, or NULL. */
char *scratch_dup(struct scratch *s, const char *p, size_t n);

#endif
