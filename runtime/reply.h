/*
 * One line from who approves: a JSON object of strings and nothing else.
 *
 *	{"id":"7","decision":"allow","scope":"run","until":"2026-01-01T00:00:00Z"}
 *
 * id and decision (allow, deny) must be there; scope is once (the default) or
 * run; until goes with run.  What is not exactly that is nonsense.
 */
#ifndef RUNTIME_REPLY_H
#define RUNTIME_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLY_CAP	1024		/* bytes of a line */

struct reply {
	uint64_t id;
	bool is_allowed;
	bool is_for_run;
	int64_t until;			/* seconds since 1970; 0: no end */
};

/* len bytes without the newline.  0 or -1. */
int reply_read(const char *p, size_t len, struct reply *out);

#endif
