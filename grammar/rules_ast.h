/*
 * A `.rules' file as the parser leaves it: calls with named or positional
 * values.  What a call means is compiler/rules.c's.
 */
#ifndef GRAMMAR_RULES_AST_H
#define GRAMMAR_RULES_AST_H

#include "compiler/diag.h"

enum rules_kind { RULES_STRING, RULES_LIST, RULES_NAME };

struct rules_value {
	enum rules_kind kind;
	struct loc loc;
	const char *text;		/* string, name */
	struct rules_value *first, *last;	/* list */
	const char *param;		/* `param = value', or NULL */
	struct loc param_loc;
	struct rules_value *next;
};

struct rules_call {
	const char *name;
	struct loc loc;
	struct rules_value *args;	/* first; `next' leads on */
	struct rules_call *next;
};

struct rules_context {
	struct arena *a;
	struct diag *d;
	const struct source *src;
	struct rules_call *first, *last;
	uint32_t line, col;
	unsigned depth;			/* open brackets: newlines are blanks */
	bool has_failed;
};

/* The calls of a file in order; what was wrong is in d. */
struct rules_call *rules_parse_source(struct arena *a, struct diag *d,
    const struct source *src);

#endif
