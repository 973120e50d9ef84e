/*
 * Subset construction over exec rules: (rule, position) items to states.
 *
 * A state is a set of numbers of four kinds: elements that are waited for;
 * rules that match if the walk stops here (an exception could still follow);
 * rules that matched on arrival; rules that match if argv ends here.
 */
#ifndef COMPILER_SUBSET_H
#define COMPILER_SUBSET_H

#include <stdbool.h>

#include "compiler/glob.h"
#include "compiler/setpool.h"

#define SUBSET_GLOB	0x80000000u	/* an alternative: glob number */

/*
 * Rules as numbers.  Pattern p < nrules is rule p's own, the others are
 * exceptions; runs end where the next begins, so each array of firsts has
 * one entry more.
 */
struct subset_input {
	size_t nrules, npatterns, nelems;
	const uint32_t *pattern_elem;	/* npatterns + 1 */
	const uint32_t *pattern_rule;	/* npatterns */
	const uint32_t *elem_alt;	/* nelems + 1 */
	const uint32_t *elem_pattern;	/* nelems */
	const uint32_t *alts;		/* token, or SUBSET_GLOB + glob */
	const bool *is_exact;		/* nrules */
	const bool *is_folded;		/* nrules: words are folded first */
	const char *const *tokens;
	struct globs *globs;
	size_t max_states, max_work;
};

struct subset_edge {
	uint32_t from, symbol, to;	/* token or EXEC_SYM_CLASS + class */
	uint32_t tag;			/* the emitter's */
};

struct subset {
	const struct subset_input *in;
	struct setpool states;
	uint32_t *glob;			/* root of each state, or 0 */
	size_t nglob, cap_glob;
	struct subset_edge *edges;
	size_t nedges, cap_edges;
	size_t work;
	uint32_t folded;	/* first state of folded rules, or EXEC_NONE */
};

enum subset_error {
	SUBSET_OK = 0,
	SUBSET_ERR_STATES = -1,		/* more than max_states */
	SUBSET_ERR_GLOBS = -2,		/* too many states of globs */
	SUBSET_ERR_WORK = -3		/* more than max_work steps */
};

enum subset_kind { SUBSET_ARRIVE, SUBSET_STOP, SUBSET_END, SUBSET_NKINDS };

/* s->states.a is set; all else is zero. */
int subset_build(struct subset *s, const struct subset_input *in);

/*
 * The rules of one kind in a state: v[0 .. *n) less the value of
 * subset_base(), ascending.
 */
const uint32_t *subset_accepts(const struct subset *s, uint32_t state,
    enum subset_kind kind, size_t *n);
uint32_t subset_base(const struct subset *s, enum subset_kind kind);

#endif
