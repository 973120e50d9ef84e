/* From ir to the bytes of a blob. */
#ifndef COMPILER_EMIT_H
#define COMPILER_EMIT_H

#include "compiler/ir.h"

/*
 * Returns 0 and bytes that the caller frees, or -1 after a diagnostic.
 * What comes out has been read back by blob_open().  Rule numbers of ir
 * change on the way (ruleref.h).
 */
int emit_blob(struct arena *a, struct diag *d, struct ir *ir,
    const struct sysc_arch *const *archs, size_t narchs, uint8_t **bytes,
    size_t *len);

#endif
