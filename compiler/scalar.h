/*
 * Where the bytes of a YAML value stand, for messages about a part of it.
 * Quotes, escapes, folded lines and indentation stand between the text and
 * the file; they are walked again here, and wherever what is read that way is
 * not the value's text, the place is that of the whole value.
 */
#ifndef COMPILER_SCALAR_H
#define COMPILER_SCALAR_H

#include "compiler/node.h"

/* The place of len bytes of the text from byte off on. */
struct loc scalar_part(struct arena *a, const struct node *n, size_t off,
    size_t len);

/*
 * A place for readers that count columns from the text's first byte: of a
 * value that stands as it is, in its file; else in a source of its own, whose
 * places diag.c looks up.
 */
struct loc scalar_loc(struct arena *a, const struct node *n);

#endif
