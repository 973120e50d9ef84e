/*
 * Seccomp profiles of container engines (Docker's, Podman's; JSON): read,
 * turned into a profile of ours, and written from a blob.
 *
 * oci_read.c knows the format, oci_name.c its words, oci_cond.c what its
 * comparisons mean for a typed argument, oci_import.c which rules hold and
 * how, oci_print.c the text that comes out, oci_export.c the way back.
 */
#ifndef COMPILER_OCI_H
#define COMPILER_OCI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "blob/read.h"
#include "compiler/node.h"
#include "compiler/sysc.h"

enum oci_op {
	OCI_NE, OCI_LT, OCI_LE, OCI_EQ, OCI_GE, OCI_GT, OCI_MASKED_EQ
};

struct oci_arg {
	struct loc loc;
	unsigned index;			/* 0..5 */
	enum oci_op op;
	uint64_t value;			/* of MASKED_EQ: the mask */
	uint64_t value_two;		/* of MASKED_EQ alone */
};

struct oci_kernel {
	unsigned major, minor;
};

/* `includes' or `excludes' of a rule. */
struct oci_when {
	bool has_archs, has_kernel;
	unsigned columns;		/* architectures of ours; bits */
	const char *archs;		/* as written, for people */
	uint64_t caps;			/* bit of each capability */
	const char *cap_names;
	struct oci_kernel kernel;
};

struct oci_rule {
	struct loc loc;
	const struct node *names;	/* checked: texts */
	uint32_t action;
	const struct oci_arg *args;
	size_t nargs;
	struct oci_when includes, excludes;
	const char *comment;		/* NULL without one */
	struct oci_rule *next;
};

struct oci_profile {
	const struct source *src;
	uint32_t action;
	struct oci_rule *first, *last;
	const char *archs;		/* as written; NULL: not given */
};

struct oci_options {
	const struct sysc_arch *const *archs;
	size_t narchs;
	uint64_t caps;			/* held */
	bool has_kernel;		/* else the newest */
	struct oci_kernel kernel;
};

/* Returns 0, or -1 after diagnostics. */
int oci_read(struct arena *a, struct diag *d, const struct source *src,
    struct oci_profile *out);

/* Write a profile of ours; returns 0, or -1 after diagnostics. */
int oci_import(struct arena *a, struct diag *d, const struct oci_profile *p,
    const struct oci_options *opt, FILE *out);

/* Write the system call policy of a blob; 0, or -1 after diagnostics. */
int oci_export(struct arena *a, struct diag *d, const struct blob *b,
    const char *name, FILE *out);

/* --- words ------------------------------------------------------------- */

/* Bit number of CAP_NAME, or -1. */
int oci_cap_find(const char *name);
const char *oci_cap_at(size_t i);		/* NULL past the last */

/*
 * An architecture by the name of rules ("amd64") or of archMap
 * ("SCMP_ARCH_X86_64"): a column of our tables, OCI_OTHER for one that we
 * make no programs for, OCI_UNKNOWN.
 */
#define OCI_OTHER	(-1)
#define OCI_UNKNOWN	(-2)
int oci_arch_find(const char *name);
const char *oci_arch_at(size_t i);		/* in rules; NULL past the last */
const char *oci_arch_name(uint32_t audit);	/* "amd64" */
const char *oci_arch_scmp(uint32_t audit);	/* "SCMP_ARCH_X86_64" */

/* SECCOMP_RET_* of SCMP_ACT_*, without data; false: there is none. */
bool oci_action_find(const char *name, uint32_t *action, bool *has_data);
const char *oci_action_at(size_t i);
const char *oci_action_name(uint32_t action);

/*
 * What container runtimes answer to calls that are newer than all that a
 * profile names: they look absent, unless calls are allowed by default.
 */
uint32_t oci_newer(uint32_t action);

bool oci_op_find(const char *name, enum oci_op *op);
const char *oci_op_at(size_t i);

/* "4.8"; false: not of that form. */
bool oci_kernel_parse(const char *text, struct oci_kernel *out);

/* --- comparisons --------------------------------------------------------- */

enum oci_sense { OCI_NEVER, OCI_ALWAYS, OCI_SOMETIMES };

/*
 * One comparison for a call on one architecture, of the bits that the kernel
 * takes.  *text is a condition of our language where it holds sometimes.
 */
enum oci_sense oci_cond(struct arena *a, const char *call,
    const struct sysc_arch *arch, const struct oci_arg *arg,
    const char **text);

/* What a rule says about one call on one architecture. */
enum oci_sense oci_conds(struct arena *a, const char *call,
    const struct sysc_arch *arch, const struct oci_rule *r,
    const char **text);
/* Does the rule compare one argument twice?  Then each stands alone. */
bool oci_is_repeated(const struct oci_rule *r);

#endif
