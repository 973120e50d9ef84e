/*
 * Literals of the `.rules' language: escapes of strings, ranges of numbers.
 * Used by the scanner; errors go to the parse context.
 */
#ifndef COMPILER_STAR_LITERAL_H
#define COMPILER_STAR_LITERAL_H

#include "compiler/star_value.h"

/*
 * A string as written, prefix and quotes included; NULL after an error.  The
 * text must live as long as the arena: what has no escapes is not copied.
 */
struct star_value *star_literal_string(struct star_parse *p,
    const char *text, size_t n, struct loc at);
/* An integer in base 2, 8, 10 or 16, without its prefix. */
struct star_value *star_literal_int(struct star_parse *p, const char *digits,
    unsigned base, struct loc at);
struct star_value *star_literal_float(struct star_parse *p, const char *text,
    struct loc at);
struct star_value *star_literal_ellipsis(struct star_parse *p);

/* Text of an f-string between its expressions, piece by piece. */
struct star_piece {
	char *p;
	size_t n, cap;
};
void star_piece_add(struct star_parse *p, struct star_piece *b,
    const char *s, size_t n);
/* One escape, backslash included; false after an error. */
bool star_piece_escape(struct star_parse *p, struct star_piece *b,
    const char *s, size_t n, bool is_bytes, struct loc at);

#endif
