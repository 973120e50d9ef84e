/*
 * Calls that must not wait, on descriptors that others share: they can make
 * any of them wait, by their flags or options, at any moment.  So a signal
 * ends each after a moment.
 */
#ifndef RUNTIME_BRIEF_H
#define RUNTIME_BRIEF_H

#include "runtime/failure.h"

struct brief {
	int timer;
};

int brief_open(struct brief *b, struct failure *f);

/* Between these a call that waits ends with EINTR. */
void brief_begin(const struct brief *b);
void brief_end(const struct brief *b);

#endif
