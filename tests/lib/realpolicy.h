/*
 * The policies of tests/golden/seccomp: read once, then given to our compiler
 * as text, and to a witness as numbers.
 */
#ifndef TESTS_LIB_REALPOLICY_H
#define TESTS_LIB_REALPOLICY_H

#include "compiler/sysc.h"

#define REALPOLICY_MAX_CONDS	6

enum realpolicy_op {
	REAL_EQ, REAL_NE, REAL_LT, REAL_LE, REAL_GT, REAL_GE
};

struct realpolicy_cond {
	unsigned arg;
	enum realpolicy_op op;
	uint64_t mask, value;
};

struct realpolicy_rule {
	const char *name;
	uint32_t action;
	struct realpolicy_cond conds[REALPOLICY_MAX_CONDS];
	size_t nconds;
};

struct realpolicy {
	const char *name;		/* "docker.x86_64" */
	const struct sysc_arch *arch;
	uint32_t action;		/* what no rule names */
	struct realpolicy_rule *rules;
	size_t nrules, cap_rules;
};

/* The names of all of them; NULL past the last. */
const char *realpolicy_at(size_t i);

/* Read one from $srcdir/tests/golden/seccomp; a mistake in it exits. */
void realpolicy_read(struct arena *a, const char *name,
    struct realpolicy *out);

/*
 * Compile it.  What is newer than the table has the default action, foreign
 * calls are killed: so does the witness.
 */
void realpolicy_lower(struct arena *a, const struct realpolicy *p,
    struct sysc_policy *out);

#endif
