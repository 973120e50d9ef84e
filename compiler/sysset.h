/*
 * Sets of arguments: what atoms have in common.  Answers are exact or err on
 * the side that the name of each function tells.
 */
#ifndef COMPILER_SYSSET_H
#define COMPILER_SYSSET_H

#include "compiler/sysc.h"

struct sysset_term {
	const struct sysc_atom *atoms;
	size_t natoms;
};

bool sysset_atom_holds(const struct sysc_atom *atom, const uint64_t args[6]);
/* The atom that holds where this one does not. */
struct sysc_atom sysset_negated(struct sysc_atom atom);
bool sysset_atom_equal(const struct sysc_atom *x, const struct sysc_atom *y);

/* True: no arguments satisfy all atoms.  False: some may. */
bool sysset_is_empty(const struct sysc_atom *atoms, size_t n);

/* True: no arguments satisfy both terms.  False: some may. */
bool sysset_is_apart(const struct sysset_term *t,
    const struct sysset_term *other);

/*
 * True: wherever all atoms of t hold, those of one of the others do.  False:
 * they do not, or it is too hard to tell.
 */
bool sysset_is_covered(const struct sysset_term *t,
    const struct sysset_term *others, size_t nothers);

#endif
