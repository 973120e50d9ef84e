/*
 * Programs to the PROG section, and a blob of exec rules alone.
 */
#ifndef COMPILER_PROGRAM_PUT_H
#define COMPILER_PROGRAM_PUT_H

#include "compiler/automaton.h"

/* DBGI numbers, in the order of the rule set; NULL: all 0. */
struct program_numbers {
	const uint32_t *programs, *substrings, *regexes;
};

/* True when a set has anything for the section. */
bool program_is_used(const struct rule_set *set);

/* The program that stands at each place of the section. */
const uint32_t *program_order(struct arena *a, const struct rule_set *set);

/* Append the section to *out; 0, or -1 after a diagnostic. */
int program_put(struct arena *a, struct diag *d, const struct rule_set *set,
    const struct program_numbers *numbers, struct blob_writer *w,
    struct blob_buf *out);

/*
 * A blob of these rules, in which all else is empty: to decide on commands by
 * rules alone.  *p is to be freed.  0, or -1 after a diagnostic.
 */
int program_blob(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, uint8_t **p, size_t *len);

#endif
