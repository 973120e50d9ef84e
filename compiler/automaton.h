/*
 * Exec rules to the EXEC section: a deterministic automaton by subset
 * construction over (rule, position), so that alternatives do not multiply
 * out and a look-up costs time in the words of the command alone.
 */
#ifndef COMPILER_AUTOMATON_H
#define COMPILER_AUTOMATON_H

#include "blob/write.h"
#include "compiler/ir.h"

/* Limits; each has a message that names the rules at fault. */
#define AUTOMATON_MAX_STATES	1000000u
#define AUTOMATON_MAX_GLOBS	16384u		/* states; at most 65535 */
#define AUTOMATON_MAX_WORK	100000000u	/* steps and items */

struct automaton_spec {
	const struct rule_set *set;
	const uint32_t *rules;	/* DBGI number of each; NULL: all 0 */
	const uint32_t *hosts;	/* and of each host_executable */
	enum blob_decision dflt, opaque;
	enum blob_exec_scope scope;
	uint32_t rule_default, rule_opaque;
	bool warns_unreachable;	/* of rules that never decide */
	size_t max_states, max_globs, max_work;	/* 0: as above */
};

/* Append the section to *out; 0, or -1 after a diagnostic. */
int automaton_build(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, struct blob_writer *w,
    struct blob_buf *out);

/* The same for the exec section of a checked policy. */
int automaton_emit(struct arena *a, struct diag *d, const struct ir *ir,
    struct blob_writer *w, struct blob_buf *out);

#endif
