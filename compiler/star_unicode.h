/*
 * What the language and the canonical comparison need to know of Unicode.
 * The library behind it is included by star_unicode.c alone.
 */
#ifndef COMPILER_STAR_UNICODE_H
#define COMPILER_STAR_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool star_is_alpha(uint32_t c);
bool star_is_numeric(uint32_t c);
bool star_is_space(uint32_t c);
bool star_is_upper(uint32_t c);
bool star_is_lower(uint32_t c);

/*
 * Full mappings, which may change the length.  The result is from malloc();
 * NULL without memory.  p is UTF-8.
 */
char *star_to_upper_dup(const char *p, size_t n, size_t *out_n);
char *star_to_lower_dup(const char *p, size_t n, size_t *out_n);
/* The form in which canonically, caselessly equal texts are the same. */
char *star_fold_dup(const char *p, size_t n, size_t *out_n);

/*
 * One character in that form: what it becomes, each with the combining class
 * by which it is put in order in bits 24 and up (see blob/format.h).  0 when
 * it stays as it is and is no mark.  Not for Hangul syllables, which give 0.
 */
#define STAR_MAX_ITEMS	12
size_t star_fold_items(uint32_t c, uint32_t out[STAR_MAX_ITEMS]);

#endif
