/*
 * The table by which blob/fold.c folds words: made from the Unicode library
 * for the words that rules with canonical matching compare.
 */
#ifndef COMPILER_FOLDTABLE_H
#define COMPILER_FOLDTABLE_H

#include <stdbool.h>

#include "blob/write.h"
#include "compiler/arena.h"

struct foldtable {
	uint32_t *codes, *firsts;	/* of each entry, as in format.h */
	size_t nentries, cap_codes, cap_firsts;
	uint32_t *items;
	size_t nitems, cap_items;
};

/*
 * What is needed so that each of these texts, which are folded, is told from
 * all other words, and each of the globs (has_globs) matches what it should.
 * Unless a text has combining marks that is a small part of all characters.
 */
void foldtable_make(struct arena *a, const char *const *texts, size_t n,
    bool has_globs, struct foldtable *out);
/* All characters. */
void foldtable_make_whole(struct arena *a, struct foldtable *out);
void foldtable_put(const struct foldtable *t, struct blob_buf *out);

#endif
