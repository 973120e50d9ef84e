/*
 * Words as the canonical, caseless comparison sees them: decomposed, marks in
 * their canonical order, case folded (Unicode, definition D145).  What
 * characters become stands in a table of the EXEC section, which the
 * compiler fills; nothing here knows Unicode but UTF-8, the syllables of
 * Hangul and the letters of ASCII.
 *
 * The result comes byte by byte: no buffer bounds the length of a word.
 */
#ifndef BLOB_FOLD_H
#define BLOB_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters that are put in order at once: a letter and its marks. */
#define FOLD_MAX_RUN	256

struct fold_table {
	const uint8_t *entries, *items;
	uint32_t nentries, nitems;
};

struct fold {
	const struct fold_table *table;
	const unsigned char *next;	/* of the word */
	bool is_raw;			/* not UTF-8: stays as it is */
	uint32_t run[FOLD_MAX_RUN];	/* items, see format.h */
	size_t nrun, at;
	unsigned char bytes[4];		/* of the current character */
	unsigned nbytes, byte;
};

void fold_start(struct fold *f, const struct fold_table *t, const char *word);

/*
 * The next byte; 0 at the end; -1 when a letter has more marks than can be
 * ordered, or the table is damaged.
 */
int fold_next(struct fold *f);

#endif
