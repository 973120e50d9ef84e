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

/*
 * The value's text for readers of whole files, which count lines.  Where it
 * stands in its file as it is (plain and quoted without escapes, `|'), its
 * places are those of the file; else it is called "FILE:LINE (inline)".
 */
struct source *scalar_source(struct arena *a, const struct node *n);

#endif
