/*
 * The tests that a profile brings: questions with the answers that its author
 * expects.  They are compiled with the profile and run on its blob, never
 * written into it.  Variables have the values of place_fixed(), and no file is
 * looked at: a test says the same on every machine.
 */
#ifndef COMPILER_PTEST_H
#define COMPILER_PTEST_H

#include "compiler/ir.h"
#include "compiler/question.h"

enum ptest_expect {
	PTEST_ALLOWED,
	PTEST_DENIED,		/* whatever refuses */
	PTEST_PROMPT,		/* of commands */
	PTEST_FORBIDDEN,	/* likewise: by a rule or exec.default */
	PTEST_ACTION,		/* of calls: this and no other */
	PTEST_NEXPECTS
};

struct ptest {
	struct question q;
	struct loc loc;			/* of the whole */
	enum ptest_expect expect;
	uint32_t action;		/* of PTEST_ACTION */
	const char *expected;		/* as written */
	struct loc at_expect;
};

enum ptest_outcome { PTEST_PASSED, PTEST_FAILED, PTEST_SKIPPED };

struct ptest_result {
	enum ptest_outcome outcome;
	const struct sysc_arch *arch;	/* where a call's answer is from */
	struct answer answer;		/* not of a skipped one */
};

/*
 * Run one; calls on every architecture of the policy that has them, up to the
 * first that fails.  visit, unless NULL, is told each rule that had a say.
 */
void ptest_run(struct arena *a, const struct blob *b, const struct ir *ir,
    const struct ptest *t, void (*visit)(void *ctx, uint32_t rule),
    void *ctx, struct ptest_result *out);

/* "socket(...): expected EPERM, got errno(EAFNOSUPPORT) on arm: why". */
const char *ptest_message(struct arena *a, const struct ptest *t,
    const struct ptest_result *r);

/* Run all; a failure is an error with the line that decided. */
void ptest_run_all(struct arena *a, struct diag *d, const struct blob *b,
    const struct ir *ir);

#endif
