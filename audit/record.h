/*
 * One line of an audit file as a record: a bounded JSON reader for bytes
 * that anybody could have written.  The whole line must be one JSON object;
 * what is kept of it are the fields that the verbs ask for.
 */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_LINE_CAP	(256u << 10)	/* more than codex-exec writes */
#define RECORD_DEPTH	16		/* objects and arrays within another */

enum record_field {
	FIELD_V, FIELD_TIMESTAMP, FIELD_SEQ, FIELD_SESSION, FIELD_PARENT,
	FIELD_EVENT, FIELD_OPERATION, FIELD_TARGET, FIELD_DECISION,
	FIELD_REASON, FIELD_RULE_ID, FIELD_RULE_SRC, FIELD_LAYER,
	FIELD_STRENGTH, FIELD_OUTCOME, FIELD_ERRNO, FIELD_PID, FIELD_MODE,
	FIELD_PROFILE, FIELD_PROFILE_SHA256, FIELD_RESOLVED, FIELD_ORIGIN,
	FIELD_STATUS, FIELD_SIGNAL, FIELD_COUNT, FIELD_LOST_RECORDS,
	FIELD_PREV, NFIELDS
};

enum record_error {
	RECORD_OK, RECORD_ERR_SYNTAX, RECORD_ERR_TEXT, RECORD_ERR_DEPTH,
	RECORD_ERR_LONG, RECORD_ERR_FIELD, RECORD_ERR_TWICE, RECORD_NERRORS
};

struct record {
	/* Text without its escapes, "" where absent or no text. */
	const char *text[NFIELDS];
	/* Whole numbers from 0; has_number says which are there. */
	uint64_t number[NFIELDS];
	bool has_number[NFIELDS];
	bool is_there[NFIELDS];
	int64_t ms;			/* timestamp, since 1970 */
	char arena[RECORD_LINE_CAP + NFIELDS];
	size_t used;
};

const char *record_strerror(enum record_error e);

/* Read one line without its newline.  v, timestamp and event must be there. */
enum record_error record_read(struct record *r, const char *line, size_t len);

#endif
