/* Columns of text: widths in characters, not bytes. */
#ifndef COMPILER_COLUMNS_H
#define COMPILER_COLUMNS_H

#include <stdio.h>

#define COLUMNS_MAX	48	/* a longer cell pushes its own row only */

/* The width that a column needs for s, too. */
size_t columns_widest(size_t width, const char *s);

/* s, filled up to the width, and two blanks. */
void columns_put(FILE *out, const char *s, size_t width);

#endif
