/*
 * JSON text as a tree of nodes with places.  It is read by the YAML reader,
 * whose language JSON is a part of; what only YAML has is refused, but for
 * comments and a comma before a closing bracket.  Surrogate pairs (\ud83d\ude00) are
 * refused: UTF-8 itself is taken.
 */
#ifndef COMPILER_JSON_H
#define COMPILER_JSON_H

#include "compiler/node.h"

/* The root object, or NULL after diagnostics. */
struct node *json_read(struct arena *a, struct diag *d,
    const struct source *src);

/* Value of a key, or NULL without it or where it is null. */
const struct node *json_get(const struct node *map, const char *key);
/* Is it text in quotes? */
bool json_is_text(const struct node *n);
/* A plain number without sign, fraction or exponent, of 64 bits at most. */
bool json_number(const struct node *n, uint64_t *value);

#endif
