/*
 * How often a program makes each call: the table that `strace -c' prints,
 * read as it is.
 */
#ifndef COMPILER_FREQUENCY_H
#define COMPILER_FREQUENCY_H

#include "compiler/diag.h"

struct frequency {
	const char *name;
	uint32_t calls;			/* at least 1 */
	struct loc loc;			/* of the name */
};

struct frequencies {
	struct frequency *v;
	size_t n, cap;
};

/*
 * Add the rows of a table to *out.  Lines before its head are skipped: strace
 * may have printed calls there.  Returns 0, or -1 after diagnostics.
 */
int frequency_read(struct arena *a, struct diag *d, const struct source *src,
    struct frequencies *out);

#endif
