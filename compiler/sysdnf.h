/*
 * Conditions as alternatives of atoms (disjunctive normal form): the shape
 * that SYSC has and that the generator and its proof read.
 */
#ifndef COMPILER_SYSDNF_H
#define COMPILER_SYSDNF_H

#include "blob/format.h"
#include "compiler/sysc.h"
#include "grammar/sys_ast.h"

#define SYSDNF_MAX	4096	/* alternatives of one condition */

struct sysdnf_term {
	const struct sysc_atom *atoms;
	size_t natoms;
	struct sysdnf_term *next;
};

/*
 * Terms of which at least one holds when e does, for a call of that name.
 * Returns 0, or -1 after diagnostics; *out NULL means never.
 */
int sysdnf_make(struct arena *a, struct diag *d, const char *call,
    const struct sys_expr *e, struct sysdnf_term **out);

#endif
