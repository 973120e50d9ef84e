/*
 * The EXEC section's bytes, from a finished subset construction.
 */
#ifndef COMPILER_AUTOMATON_PUT_H
#define COMPILER_AUTOMATON_PUT_H

#include "compiler/automaton.h"
#include "compiler/foldtable.h"
#include "compiler/subset.h"

struct automaton_parts {
	const struct automaton_spec *spec;
	const struct rule_pattern *patterns;
	const struct subset_input *in;
	struct subset *subset;		/* its edges are sorted in place */
	size_t ntokens;
	const struct foldtable *folds;
};

/*
 * 0, or -1 when no seed spreads the tokens or edges: with 64 seeds to try,
 * that needs tokens made to collide under each of them.
 */
int automaton_put(struct arena *a, const struct automaton_parts *p,
    struct blob_writer *w, struct blob_buf *out);

#endif
