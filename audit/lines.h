/*
 * The lines of a file of any size, in constant memory: one line at a time,
 * with its digest if that is wanted.  A line that is too long is passed over,
 * but counted and hashed like any other.
 */
#ifndef AUDIT_LINES_H
#define AUDIT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"
#include "blob/sha256.h"

struct lines {
	int fd;
	bool wants_digest;
	/* The line that lines_next() found. */
	const char *line;
	size_t len;			/* more than the cap: too long */
	uint64_t number;		/* from 1 */
	bool is_torn;			/* the file ends without a newline */
	uint8_t digest[SHA256_LEN];	/* of the line without its newline */
	/* Private. */
	struct sha256 hash;
	size_t at, have;
	char buf[RECORD_LINE_CAP + 4096];
};

void lines_init(struct lines *l, int fd, bool wants_digest);

/* 1: a line; 0: the end; -1: errno. */
int lines_next(struct lines *l);

#endif
