/* Lines of JSON from a descriptor, and what stands in one. */
#ifndef LIBRARY_RECORDS_H
#define LIBRARY_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/text.h"

struct records {
	char *p;
	size_t len, cap;
};

typedef void records_fn(void *arg, const char *line, size_t len);

/*
 * Read once what is there and give each whole line to fn; what is left at
 * the end is none.  1, 0 at the end, -1 with errno.
 */
int records_take(struct records *r, int fd, records_fn *fn, void *arg);

void records_free(struct records *r);

/* Is a member of the object itself, not of what is in it, that string? */
bool records_has(const char *line, size_t len, const char *name,
    const char *value);

/* Such a string without its quotes, as it stands there; or nothing. */
void records_put(const char *line, size_t len, const char *name,
    struct text *out);

#endif
