/* Conditions of SYSC as text that compiles to the same atoms. */
#ifndef COMPILER_DUMP_COND_H
#define COMPILER_DUMP_COND_H

#include "compiler/sysc.h"

/*
 * Items first .. end - 1 of a policy, of one call and each with atoms:
 * "NAME((...) || (...))".
 */
const char *dump_cond_text(struct arena *a, const struct sysc_arch *arch,
    const struct sysc_policy *p, size_t first, size_t end);

/* One comparison of call `name': "domain == 2". */
const char *dump_cond_atom(struct arena *a, const struct sysc_arch *arch,
    const char *name, const struct sysc_atom *x);

#endif
