/*
 * Exec rules to the EXEC section: a deterministic automaton by subset
 * construction over (rule, position), so that alternatives do not multiply
 * out and a look-up costs time in the words of the command alone.
 */
#ifndef COMPILER_AUTOMATON_H
#define COMPILER_AUTOMATON_H

#include "blob/write.h"
#include "compiler/ir.h"

#define AUTOMATON_MAX_STATES	4000000

/* Append the section to *out; 0, or -1 after a diagnostic. */
int automaton_emit(struct arena *a, struct diag *d, const struct ir *ir,
    struct blob_writer *w, struct blob_buf *out);

#endif
