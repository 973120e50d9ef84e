/*
 * Text in a caller's buffer, without allocation.  What does not fit is cut
 * and is_cut says so; with a descriptor, a full buffer is written instead, and
 * is_cut says that it could not be.
 * Foreign bytes go through one of the quoting functions.
 */
#ifndef RUNTIME_TEXT_H
#define RUNTIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct text {
	char *p;		/* always NUL-terminated */
	size_t len, cap;
	int fd;			/* -1: cut when full */
	bool is_cut;
};

void text_init(struct text *t, char *buf, size_t cap);
void text_flush(struct text *t);

void text_bytes(struct text *t, const char *p, size_t n);
void text_str(struct text *t, const char *s);
void text_num(struct text *t, uint64_t n);
/* At least width digits, zeros in front. */
void text_padded(struct text *t, uint64_t n, unsigned width);
/* The decimal number that s begins with, of at most 19 digits; else 0. */
uint64_t text_parse_num(const char *s);
/* RFC 3339 in UTC, to the second, without a zone: strftime brings stdio. */
void text_time(struct text *t, time_t when);
void text_hex(struct text *t, const uint8_t *p, size_t n);
/* "/proc/PID" and the rest, and "/proc/self/fd/FD" for a descriptor of ours. */
void text_proc(struct text *t, pid_t pid, const char *rest);
void text_fd(struct text *t, int fd);

/*
 * For a terminal or a log: control characters (C0, DEL, C1), bidirectional
 * marks and bytes that are not UTF-8 become \xNN.
 */
void text_escaped(struct text *t, const char *s);

/* A JSON string with its quotes; pure ASCII but for printable UTF-8. */
void text_json(struct text *t, const char *s);

/* A word as a shell would take it, in single quotes where it needs them. */
void text_shell(struct text *t, const char *s);

#endif
