/*
 * Which rule of a set covers another one: matches whatever that one does.
 * Found by the literal words that a pattern begins with, in sorted order: in
 * sets of many rules few have to be compared.
 */
#ifndef COMPILER_LINT_COVER_H
#define COMPILER_LINT_COVER_H

#include "compiler/arena.h"
#include "compiler/rules.h"

struct lint_cover;

struct lint_cover *lint_cover_new(struct arena *a, const struct rule_set *set);

/*
 * The first rule, in file order, that covers r with this decision, or NULL.
 * Of two of one decision that cover each other only the first does.
 */
const struct prefix_rule *lint_cover_find(const struct lint_cover *c,
    const struct prefix_rule *r, enum blob_decision decision);

#endif
