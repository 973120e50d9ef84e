/*
 * Exec rules for the tests of the automaton: a matcher that tries rule by
 * rule, random rules and commands, and a blob that holds nothing else.
 */
#ifndef TESTS_LIB_EXECRULES_H
#define TESTS_LIB_EXECRULES_H

#include "blob/eval.h"
#include "compiler/automaton.h"

#define EXECRULES_MAX_ARGC	6

/*
 * The rules that match c, in order: their numbers to v (set->nprefix of
 * room), returns how many; *is_resolved when they are of the resolved path.
 */
size_t execrules_match(const struct rule_set *set,
    const struct eval_command *c, uint32_t *v, bool *is_resolved);

/* The strictest of n matches, or dflt. */
enum blob_decision execrules_decide(const struct rule_set *set,
    const uint32_t *v, size_t n, enum blob_decision dflt);

/* A small generator: same seed, same numbers. */
uint32_t execrules_random(uint64_t *seed, uint32_t below);
/* Up to nrules rules of few words, so that they meet often. */
void execrules_make(struct arena *a, uint64_t *seed, size_t nrules,
    struct rule_set *set);
/* A command over the same words; argv has room for EXECRULES_MAX_ARGC. */
void execrules_command(uint64_t *seed, const char **argv,
    struct eval_command *c);

/*
 * A blob of these rules, in which all other sections are empty, to be freed;
 * NULL when the builder refused them.
 */
uint8_t *execrules_blob(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, size_t *len);

#endif
