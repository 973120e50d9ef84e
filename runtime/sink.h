/*
 * Where audit records go: a file, the journal, syslog or a descriptor.  One
 * write a record, never waited for longer than a lock is held.
 */
#ifndef RUNTIME_SINK_H
#define RUNTIME_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "blob/sha256.h"
#include "runtime/failure.h"

#define SINK_PREV	(2 * SHA256_LEN)	/* digits of `prev' */
#define SINK_KEPT	9			/* FILE.1 ... FILE.9 */

enum sink_kind {
	SINK_NONE, SINK_FILE, SINK_STREAM, SINK_JOURNAL, SINK_SYSLOG
};

/* A record: a line with its newline; prev are its digits, or NULL. */
struct sink_record {
	const char *p;
	size_t len;
	char *prev;
};

struct sink {
	enum sink_kind kind;
	int fd;
	const char *path;		/* of a file: absolute, without links */
	uint64_t rotate_at;		/* bytes, 0: never */
	bool can_reopen;		/* nothing is locked down here */
	bool is_locked, is_held;	/* held: until sink_release() */
	bool is_locked_out;		/* somebody does not let go */
	bool is_chained;
	/* What we know of the end of the file. */
	off_t end;			/* -1: nothing */
	uint8_t digest[SHA256_LEN];	/* of its last line */
	char *tail;			/* for reading the last line, or NULL */
	size_t tail_cap;
};

/* "journald:...", "syslog:..."? */
static inline bool
sink_is_socket(const char *where)
{
	return strncmp(where, "journald:", 9) == 0 ||
	    strncmp(where, "syslog:", 7) == 0;
}

/* As it says; the path of another socket may stand behind the colon. */
int sink_socket_open(struct sink *s, const char *where, struct failure *f);

/* Does the file's last line belong to a chain? */
bool sink_has_chain(const struct sink *s);

/*
 * Begin another file if a record would make this one too large, and keep it
 * locked, so that nobody else does before our records are in it.
 */
void sink_hold(struct sink *s);
void sink_release(struct sink *s);

/* True when all of it went.  A file fills in prev. */
bool sink_write(struct sink *s, const struct sink_record *r);

void sink_digest(const char *line, size_t len, uint8_t out[SHA256_LEN]);
/* The digest of a line in hexadecimal digits, no NUL. */
void sink_put_digest(const uint8_t digest[SHA256_LEN], char out[SINK_PREV]);

#endif
