/*
 * Strings of a blob in the syntax of what is printed: nothing reaches a
 * terminal, a YAML reader or a JSON reader that it could take for more.
 */
#ifndef COMPILER_DUMP_QUOTE_H
#define COMPILER_DUMP_QUOTE_H

#include <stddef.h>

#include "compiler/arena.h"

/*
 * In double quotes, with escapes for controls, for characters that cannot be
 * seen or that reverse the text around them, and for bytes that are not
 * UTF-8; U+0000 as .rules files keep it (rules.h) is one character.
 */
const char *dump_quote_yaml(struct arena *a, const char *s);
const char *dump_quote_star(struct arena *a, const char *s);
/* A byte that is not UTF-8 becomes U+FFFD: JSON has no bytes. */
const char *dump_quote_json(struct arena *a, const char *s);
/* YAML's single quotes, for text without controls; less to escape. */
const char *dump_quote_single(struct arena *a, const char *s);
/* No quotes: for lines of text. */
const char *dump_escape(struct arena *a, const char *s);

#endif
