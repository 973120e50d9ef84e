/*
 * Which calls a rule of an OCI profile decides, on which architectures and
 * under which condition: what oci_import.c finds and oci_print.c writes.
 */
#ifndef COMPILER_OCI_PLAN_H
#define COMPILER_OCI_PLAN_H

#include "compiler/oci.h"

/* One call of one rule, where the condition has the same text. */
struct oci_item {
	const char *call;
	size_t row;
	const struct node *name;	/* where the call is named */
	unsigned columns;		/* architectures it is for */
	const char *when;		/* NULL: always */
	bool is_override;		/* meets an earlier one */
	const struct oci_step *step;
	struct oci_item *next;		/* of its step */
	struct oci_item *of_row;	/* the one before on the same row */
};

/* What became of a name that is no item. */
enum oci_fate { OCI_ELSEWHERE, OCI_NO_NAME, OCI_DECIDED, OCI_NFATES };

/* One rule. */
struct oci_step {
	const struct oci_rule *rule;
	const char *unless;		/* why it does not hold; NULL: it does */
	struct oci_item *first, *last;
	const char *left[OCI_NFATES];	/* names, joined by blanks; or NULL */
	struct oci_step *next;
};

struct oci_plan {
	const struct oci_profile *profile;
	const struct oci_options *options;
	struct oci_step *first, *last;
	unsigned columns;		/* architectures asked for */
};

void oci_print(struct arena *a, const struct oci_plan *p, FILE *out);

#endif
