/*
 * codex-blob(5) as a program reads it: the field tables of the page, and the
 * listing of a blob that follows from them.
 */
#ifndef TESTS_LIB_MANUAL_H
#define TESTS_LIB_MANUAL_H

#include <stddef.h>
#include <stdint.h>

#include "blob/read.h"

#define MANUAL_MAX_FIELDS	256

/* A row `.It Dv NAME Ta OFFSET Ta TYPE Ta MEANING'. */
struct manual_field {
	char name[40], type[16];
	size_t off, width;
	size_t list;		/* rows of one record have the same */
};

struct manual {
	struct manual_field fields[MANUAL_MAX_FIELDS];
	size_t nfields;
	const char *text;	/* the page */
	const char *listing;	/* in text: the example's lines */
	size_t listing_len;
};

/*
 * Read the page, which outlives *m.  NULL, or what is wrong with it: fields
 * that do not follow each other, a type that is none, no example.
 */
const char *manual_read(struct manual *m, const char *text);

/* The bytes of the example; how many, or -1: a line that is no listing. */
long manual_bytes(const struct manual *m, uint8_t *p, size_t cap);

/*
 * The listing of a blob that blob_open() took, by the page's tables; to be
 * freed.  NULL and *why: a record that the page does not have or that does
 * not fit the bytes.
 */
char *manual_list(const struct manual *m, const struct blob *b,
    const char **why);

#endif
