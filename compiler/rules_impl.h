/* Between rules.c, which reads a file, and rules_call.c, its builtins. */
#ifndef COMPILER_RULES_IMPL_H
#define COMPILER_RULES_IMPL_H

#include "compiler/rules.h"
#include "compiler/star_value.h"

struct rules_example {
	const char *const *argv;
	size_t argc;
	struct loc loc;
};

/* The examples of one call, which made the rules [first, first + n). */
struct rules_test {
	size_t first, n;
	struct loc loc;
	struct rules_example *match, *not_match;
	size_t nmatch, nnot_match;
};

struct rules_context {
	struct arena *a;		/* of the rules; not the values' */
	struct rule_set *set;
	struct rules_test *tests;
	size_t ntests, cap_tests;
};

/* What a `.rules' file can call, without and with the extensions. */
extern const struct star_builtin rules_builtins[];
extern const struct star_builtin rules_extended[];

#endif
