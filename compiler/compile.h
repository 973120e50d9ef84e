/* The whole way from a profile to the bytes of its blob. */
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "compiler/emit.h"
#include "compiler/lower.h"
#include "compiler/merge.h"

/*
 * A profile with all that it extends.  Returns 0 and bytes that the caller
 * frees, or -1 after diagnostics.
 */
int compile_file(struct arena *a, struct diag *d, const char *path,
    const struct merge_options *merge, const struct lower_options *lower,
    uint8_t **bytes, size_t *len);

/* The same from text in memory, which extends nothing. */
int compile_text(struct arena *a, struct diag *d, const struct source *src,
    const struct lower_options *lower, uint8_t **bytes, size_t *len);

#endif
