/* Keys of the objects in OCI profiles, for oci_read.c. */
#ifndef COMPILER_OCI_KEY_H
#define COMPILER_OCI_KEY_H

#include "compiler/oci.h"

struct oci_reader {
	struct arena *a;
	struct diag *d;
};

enum oci_kind { OCI_TEXT, OCI_NUMBER, OCI_LIST, OCI_MAP, OCI_TEXTS };

struct oci_key {
	const char *name;
	enum oci_kind kind;
};

/* All keys of an object; null stands for absence.  False after errors. */
bool oci_keys(const struct oci_reader *r, const struct node *n,
    const struct oci_key *keys, size_t nkeys);

#endif
