/*
 * A system call item as the parser leaves it: guard, a name or @group, and
 * the condition's tree.  Names of arguments and constants are still text.
 */
#ifndef GRAMMAR_SYS_AST_H
#define GRAMMAR_SYS_AST_H

#include <stdbool.h>

#include "compiler/diag.h"

#define SYS_MAX_BYTES	65536	/* of one item */
#define SYS_MAX_DEPTH	64	/* of parentheses and `!' */

/* A number or name; after `~' the complement; `A|B' is a list. */
struct sys_word {
	const char *text;
	struct loc loc;
	bool is_inverted;		/* ~VALUE; in a guard !ARCH */
	const struct sys_word *next;
};

struct sys_range {		/* lo..hi; hi NULL: lo alone */
	const struct sys_word *lo, *hi;
	struct sys_range *next;
};

enum sys_expr_kind { SYS_AND, SYS_OR, SYS_NOT, SYS_COMPARE, SYS_IN };
enum sys_cmp { SYS_EQ, SYS_NE, SYS_LT, SYS_LE, SYS_GT, SYS_GE };

struct sys_expr {
	enum sys_expr_kind kind;
	struct loc loc;
	struct sys_expr *first, *last;	/* AND, OR: two or more; NOT: one */
	struct sys_expr *next;		/* within the parent's list */
	struct sys_word arg;		/* COMPARE, IN */
	const struct sys_word *mask;	/* NULL: none */
	enum sys_cmp cmp;
	const struct sys_word *value;	/* COMPARE */
	struct sys_range *set;		/* IN */
};

struct sys_item {
	const struct sys_word *guard;	/* architectures; NULL: all */
	struct sys_word name;
	const struct sys_word *others;	/* of {name, ...}, last first */
	struct sys_expr *when;		/* NULL: always */
};

struct sys_value {		/* ARG = VALUE of a query */
	struct sys_word arg;
	const struct sys_word *value;
	struct sys_value *next;
};

struct sys_query {
	struct sys_word name;
	struct sys_value *values;
};

/* Parse one item or query; NULL after a diagnostic. */
struct sys_item *sys_parse_item(struct arena *a, struct diag *d,
    const char *text, struct loc loc);
struct sys_query *sys_parse_query(struct arena *a, struct diag *d,
    const char *text, struct loc loc);

/* For the scanner and the parser alone. */
struct sys_context {
	struct arena *a;
	struct diag *d;
	const char *text;
	struct loc base;	/* of the text's first byte */
	int start;		/* token that chooses the language, then 0 */
	size_t at, len;		/* the last token, in bytes of text */
	bool has_failed;
	struct sys_item item;
	struct sys_query query;
};

#endif
