/*
 * All memory of a run: one anonymous mapping made at the start, handed out
 * from the front and never given back.  Pages cost only when touched.
 */
#ifndef RUNTIME_SCRATCH_H
#define RUNTIME_SCRATCH_H

#include <stddef.h>

#include "runtime/failure.h"

struct scratch {
	char *p;
	size_t len, cap;
};

int scratch_init(struct scratch *s, size_t cap, struct failure *f);

/* n zeroed bytes, aligned for any object; NULL when there is no more. */
void *scratch_alloc(struct scratch *s, size_t n);

/* A copy of the n bytes at p with a NUL behind them, or NULL. */
char *scratch_dup(struct scratch *s, const char *p, size_t n);

#endif
