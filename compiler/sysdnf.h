/*
 * Conditions as alternatives of atoms (disjunctive normal form): the shape
 * that SYSC has and that the generator and its proof read.
 */
#ifndef COMPILER_SYSDNF_H
#define COMPILER_SYSDNF_H

#include "compiler/sysc.h"
#include "grammar/sys_ast.h"

#define SYSDNF_MAX	4096	/* alternatives of one condition */
#define SYSDNF_MAX_ATOMS	256	/* of one alternative */

/* All atoms must hold; none: always. */
struct sysdnf_term {
	const struct sysc_atom *atoms;
	size_t natoms;
	struct sysdnf_term *next;
};

/* What a condition belongs to. */
struct sysdnf_call {
	const char *name;
	const struct sysc_arch *arch;
};

/*
 * Terms of which at least one holds when e does, for that call.  Terms that
 * can't hold are left out; *out NULL means that none can.  Returns 0, or -1
 * after a diagnostic.
 */
int sysdnf_make(struct arena *a, struct diag *d,
    const struct sysdnf_call *call, const struct sys_expr *e,
    struct sysdnf_term **out);

/*
 * Value of A|B|~C for an argument of that call, in all 64 bits of it.
 * Returns 0, or -1 after a diagnostic.
 */
int sysdnf_value(struct arena *a, struct diag *d,
    const struct sysdnf_call *call, const struct sys_word *w, uint64_t *value);

#endif
