/*
 * A question about a name, as far as it has been read, and what is done when
 * it is ours and may be.  Of names*.c alone.
 */
#ifndef RUNTIME_NAMES_ACT_H
#define RUNTIME_NAMES_ACT_H

#include "runtime/filecalls.h"
#include "runtime/names.h"

#define NAMES_PASS	(-1)	/* the kernel shall decide */

/* One call, as far as it has been read. */
struct names_asked {
	const struct filecall *call;
	const struct k_notif *n;
	uint64_t flags;		/* of an opening, a link or a rename */
	mode_t mode;
};

/* The last name of its path. */
const char *names_last(const struct resolved *r);

/* Of a file without a name, in the folder that the path leads to. */
bool names_is_temporary(const struct names_asked *a);

/* Do it.  0, an errno, or NAMES_PASS. */
int names_act(struct names *x, const struct names_asked *a);

#endif
