/* Items with their names looked up: what check and lower both start from. */
#ifndef COMPILER_SYSITEM_H
#define COMPILER_SYSITEM_H

#include "compiler/sysdnf.h"
#include "compiler/sysgroup.h"

struct sysitem {
	const struct sysc_text *text;
	const char *name;		/* of the call or group */
	const struct sys_expr *when;	/* NULL: always; else one row */
	unsigned columns;		/* bit of each architecture it is for */
	struct sysrows rows;
};

/* Parse a text and look at its names.  Returns 0, or -1 after a diagnostic. */
int sysitem_read(struct arena *a, struct diag *d, const struct sysc_text *t,
    struct sysitem *out);

/* Is the row one of the item's, and a call of that architecture? */
bool sysitem_has(const struct sysitem *it, const struct sysc_arch *arch,
    size_t row);

/*
 * The item's terms on one architecture (one without atoms if it holds
 * always).  Returns 0, or -1 after a diagnostic.
 */
int sysitem_terms(struct arena *a, struct diag *d, const struct sysitem *it,
    const struct sysc_arch *arch, struct sysdnf_term **out);

/* "unknown system call", with the nearest. */
void sysitem_unknown_call(struct arena *a, struct diag *d,
    const struct sys_word *w);

#endif
