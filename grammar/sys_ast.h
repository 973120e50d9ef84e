/*
 * A system call item as the parser leaves it: a name or @group, and the
 * condition's tree.  Names of arguments and constants are still text.
 */
#ifndef GRAMMAR_SYS_AST_H
#define GRAMMAR_SYS_AST_H

#include "compiler/diag.h"

enum sys_expr_kind { SYS_AND, SYS_OR, SYS_NOT, SYS_COMPARE, SYS_IN };
enum sys_cmp { SYS_EQ, SYS_NE, SYS_LT, SYS_LE, SYS_GT, SYS_GE };

struct sys_word {		/* a number or a constant's name */
	const char *text;
	struct loc loc;
	struct sys_word *alt;	/* `A|B': or-ed to the value */
};

struct sys_range {		/* lo..hi; hi.text NULL: lo alone */
	struct sys_word lo, hi;
	struct sys_range *next;
};

struct sys_expr {
	enum sys_expr_kind kind;
	struct sys_expr *left, *right;	/* AND, OR; NOT has left alone */
	struct sys_word arg;		/* COMPARE, IN */
	struct sys_word mask;		/* text NULL: none */
	enum sys_cmp cmp;
	struct sys_word value;		/* COMPARE */
	struct sys_range *set;		/* IN */
};

struct sys_item {
	struct sys_word name;
	struct sys_expr *when;		/* NULL: always */
};

#define SYS_MAX_DEPTH	64	/* of parentheses and operators */

/* Parse one item; NULL after a diagnostic. */
struct sys_item *sys_parse_item(struct arena *a, struct diag *d,
    const char *text, struct loc loc);

/* For the scanner and the parser alone. */
struct sys_context {
	struct arena *a;
	struct diag *d;
	struct loc base;	/* of the text's first byte */
	struct sys_item *item;
	size_t at;		/* byte of the next token */
	bool has_failed;
};

#endif
