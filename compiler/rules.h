/*
 * Exec rules: what evaluating `.rules' files leaves behind, in file order.
 *
 * The scanner, parser and evaluator of the language fill a rule_set; the
 * automaton is built from it, and `show' prints it.  All memory is the
 * arena's.
 */
#ifndef COMPILER_RULES_H
#define COMPILER_RULES_H

#include <stdbool.h>

#include "blob/format.h"
#include "compiler/diag.h"

/* One place of a pattern: at least one alternative. */
struct rule_elem {
	const char *const *alts;
	const bool *is_glob;		/* of each; NULL: all are literal */
	size_t nalts;
};

struct rule_pattern {
	const struct rule_elem *elems;
	size_t nelems;			/* at least 1 */
};

struct prefix_rule {
	struct loc loc;			/* the call's first byte */
	const char *id;			/* NULL without one */
	const struct rule_elem *elems;	/* elems[0] has one alternative */
	size_t nelems;
	enum blob_decision decision;
	const char *justification;	/* NULL without one */
	bool is_exact;			/* no further arguments */
	const struct rule_pattern *unless;	/* exceptions: prefixes too */
	size_t nunless;
};

struct network_rule {
	struct loc loc;
	const char *host;		/* normalised */
	unsigned protocol;		/* one NET_PROTO_* bit */
	enum blob_decision decision;
	const char *justification;
};

struct host_executable {
	struct loc loc;
	const char *name;
	const char *const *paths;	/* absolute, normalised */
	size_t npaths;
};

struct rule_set {
	struct prefix_rule *prefix;
	size_t nprefix, cap_prefix;
	struct network_rule *network;
	size_t nnetwork, cap_network;
	struct host_executable *hosts;
	size_t nhosts, cap_hosts;
};

struct rules_options {
	bool has_extensions;		/* exact=, unless=, glob(), id=, ... */
};

/*
 * Evaluate one file, add its rules to *set, and run its self-tests.
 * Errors go to d, with locations; returns 0, or -1 if there was any.
 */
int rules_read(struct arena *a, struct diag *d, const struct source *src,
    const struct rules_options *opt, struct rule_set *set);

#endif
