/*
 * What the verb `test' has found out: results in the order in which they came,
 * and which lines of policy some test has exercised.
 */
#ifndef COMPILER_TESTLOG_H
#define COMPILER_TESTLOG_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/source.h"

enum test_outcome { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

struct test_result {
	const char *file;	/* given on the command line */
	const char *name;	/* "write \"/etc/passwd\": denied" */
	struct loc at;		/* of the test; src NULL: of the whole file */
	enum test_outcome outcome;
	const char *message;	/* why it failed or was skipped, or NULL */
	struct loc decided;	/* the line that decided; src NULL: none */
};

struct test_rule {
	const char *name;	/* "filesystem.write" */
	struct loc loc;
	bool is_exercised;
};

struct testlog {
	struct arena *a;
	struct test_result *results;
	size_t nresults, cap_results;
	size_t nfailed;
	struct test_rule *rules;	/* each place once */
	size_t nrules, cap_rules;
};

/* A result that was had before (the same file used by two) counts once. */
void testlog_add(struct testlog *l, struct test_result r);
/* A line that a test could exercise. */
void testlog_rule(struct testlog *l, const char *name, struct loc loc);
void testlog_exercise(struct testlog *l, struct loc loc);

/* TAP 14. */
void testlog_tap(FILE *out, const struct testlog *l);
/* The rules that no test exercises, as comments of TAP. */
void testlog_coverage(FILE *out, const struct testlog *l);
void testlog_junit(FILE *out, const struct testlog *l);

#endif
