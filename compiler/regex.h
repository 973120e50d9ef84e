/*
 * Regular expressions to one deterministic byte automaton that finds them
 * anywhere in a word: literals, `.', classes, groups, `|', `* + ? {m,n}',
 * `^' and `$'.  A `.' and a class that excludes take one character of UTF-8;
 * \d, \s and \w are ASCII.  What else Rust's or Perl's have is refused.
 */
#ifndef COMPILER_REGEX_H
#define COMPILER_REGEX_H

#include "blob/write.h"
#include "compiler/arena.h"

struct regexes;

struct regexes *regexes_new(struct arena *a);

/* NULL, or what is wrong with text, at its byte *at. */
const char *regexes_add(struct regexes *x, const char *text, size_t *at);

/*
 * Make the automaton: -1, or the number of the expression with which it
 * would take more than max_states.
 */
long regexes_build(struct regexes *x, size_t max_states);

uint32_t regexes_start(const struct regexes *x, size_t i);
size_t regexes_nstates(const struct regexes *x);	/* 0 if none was added */
size_t regexes_nclasses(const struct regexes *x);
/* ENDS, the byte map, rows: see PROG in format.h. */
void regexes_put(const struct regexes *x, struct blob_buf *out);

#endif
