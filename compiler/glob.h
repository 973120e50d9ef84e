/*
 * Globs as one deterministic byte automaton: which of some globs match a
 * word is found in one pass over its bytes.  Only `*' is special; it stands
 * for any bytes, "/" included.
 *
 * States are sets of positions and are shared by all roots; a class is a set
 * of globs that can match the same word.  State 0 is dead, class 0 is empty.
 */
#ifndef COMPILER_GLOB_H
#define COMPILER_GLOB_H

#include <stdbool.h>

#include "blob/write.h"
#include "compiler/setpool.h"

struct globs;

struct globs *globs_new(struct arena *a, const char *const *texts, size_t n,
    size_t max_states);

/*
 * The state from which exactly these globs (ascending) are looked for, and
 * all states after it.  False when that takes more than max_states.
 */
bool globs_root(struct globs *g, const uint32_t *which, size_t n,
    uint32_t *root);

/* The classes other than 0 that a word can have from root, ascending. */
const struct set *globs_classes(struct globs *g, uint32_t root);
/* The class of one word. */
uint32_t globs_class_of(const struct globs *g, uint32_t root, const char *s);
/* The globs of a class, ascending. */
const struct set *globs_members(const struct globs *g, uint32_t class);

/* In how many states glob k takes part: to name the one that costs most. */
size_t globs_weight(const struct globs *g, uint32_t k);

/* States and byte classes for the header, then the arrays of EXEC. */
uint32_t globs_nstates(const struct globs *g);
uint32_t globs_nbytes(const struct globs *g);
void globs_put(const struct globs *g, struct blob_buf *out);

#endif
