/*
 * The tree of a `.rules' file: Starlark statements and expressions as the
 * parser leaves them, and what the resolver adds (slots of names).
 *
 * All nodes live in one arena.  Strings are bytes with a length: a text may
 * hold NUL.
 */
#ifndef COMPILER_STAR_AST_H
#define COMPILER_STAR_AST_H

#include <stdbool.h>

#include "compiler/deep.h"
#include "compiler/diag.h"

/* Levels of expressions and blocks, so that no pass overflows its stack. */
#define STAR_MAX_HEIGHT	DEEP_MAX

struct star_text {
	const char *p;
	size_t len;
};

enum star_unary { STAR_PLUS, STAR_MINUS, STAR_INVERT, STAR_NOT };

enum star_binary {
	STAR_ADD, STAR_SUB, STAR_MUL, STAR_DIV, STAR_FLOORDIV, STAR_MOD,
	STAR_BITAND, STAR_BITOR, STAR_BITXOR, STAR_LSHIFT, STAR_RSHIFT,
	STAR_EQ, STAR_NE, STAR_LT, STAR_LE, STAR_GT, STAR_GE,
	STAR_IN, STAR_NOT_IN, STAR_AND, STAR_OR
};
const char *star_binary_name(enum star_binary op);

enum star_expr_kind {
	STAR_X_NAME, STAR_X_CONST, STAR_X_LIST, STAR_X_TUPLE, STAR_X_DICT,
	STAR_X_COMP, STAR_X_UNARY, STAR_X_BINARY, STAR_X_IF, STAR_X_LAMBDA,
	STAR_X_CALL, STAR_X_DOT, STAR_X_INDEX, STAR_X_INDEX2, STAR_X_SLICE,
	STAR_X_FSTRING
};

struct star_expr;
struct star_value;
struct star_builtin;
struct star_def;

struct star_exprs {
	struct star_expr **v;
	size_t n, cap;
};

/* Where a name lives: a slot some functions out, or a builtin. */
struct star_name {
	const char *name;
	struct star_value *builtin;	/* NULL: a variable */
	uint32_t hops, slot;
	/* Of the file, set once, by an earlier statement at top level. */
	bool is_once;
	const struct star_expr *set_by;	/* NULL: not simply to a value */
};

enum star_arg_kind { STAR_ARG_POS, STAR_ARG_NAMED, STAR_ARG_STAR,
	STAR_ARG_STARSTAR };

struct star_arg {
	enum star_arg_kind kind;
	struct loc loc;
	const char *name;		/* STAR_ARG_NAMED */
	struct star_expr *value;
};

struct star_args {
	struct star_arg *v;
	size_t n, cap;
};

/* `for VAR in OVER' or, without var, `if OVER'. */
struct star_clause {
	struct star_expr *var, *over;
};

struct star_comp {
	struct star_expr *key;		/* NULL: a list */
	struct star_expr *value;
	struct star_clause *clauses;	/* the first has a var */
	size_t n, cap;
};

enum star_conv { STAR_CONV_STR, STAR_CONV_REPR };

struct star_part {			/* of an f-string */
	struct star_text text;
	struct star_expr *expr;		/* NULL: text */
	enum star_conv conv;
};

struct star_parts {
	struct star_part *v;
	size_t n, cap;
};

struct star_expr {
	enum star_expr_kind kind;
	unsigned height;
	bool is_paren;			/* written in parentheses */
	struct loc loc;
	union {
		struct star_name name;
		struct star_value *value;
		struct star_exprs items;	/* DICT: key, value, ... */
		struct star_comp *comp;
		struct { int op; struct star_expr *l, *r; } op;
		struct { struct star_expr *cond, *yes, *no; } cond;
		struct star_def *def;
		struct { struct star_expr *fn; struct star_args args; } call;
		struct { struct star_expr *of; const char *name; } dot;
		struct { struct star_expr *of, *i, *j, *step; } index;
		struct star_parts parts;
	};
};

enum star_stmt_kind {
	STAR_S_EXPR, STAR_S_ASSIGN, STAR_S_AUGMENT, STAR_S_IF, STAR_S_FOR,
	STAR_S_DEF, STAR_S_RETURN, STAR_S_BREAK, STAR_S_CONTINUE, STAR_S_PASS
};

struct star_stmt;

struct star_block {
	struct star_stmt **v;
	size_t n, cap;
	unsigned height;
};

enum star_param_kind { STAR_PARAM, STAR_PARAM_ARGS, STAR_PARAM_KWARGS,
	STAR_PARAM_STAR };

struct star_param {
	enum star_param_kind kind;
	struct loc loc;
	const char *name;		/* NULL for STAR_PARAM_STAR */
	struct star_expr *type;		/* NULL without one */
	struct star_expr *by_default;	/* NULL without one */
};

struct star_params {
	struct star_param *v;
	size_t n, cap;
};

/* A function: `def' or lambda; parameters have the first slots. */
struct star_def {
	const char *name;		/* "lambda" for one */
	struct star_params params;	/* without `*' after star_def_check */
	size_t npos;			/* that may be given by position */
	struct star_expr *result_type;
	struct star_block body;
	struct star_expr *value;	/* a lambda's body, else NULL */
	uint32_t nslots;
	const char **slot_names;
};

struct star_stmt {
	enum star_stmt_kind kind;
	struct loc loc;
	union {
		struct star_expr *expr;		/* EXPR, RETURN (or NULL) */
		struct {
			struct star_expr *to, *type, *value;
			enum star_binary op;	/* AUGMENT */
		} assign;
		struct {
			struct star_expr *cond;
			struct star_block yes, no;
		} cond;
		struct {
			struct star_expr *var, *over;
			struct star_block body;
		} loop;
		struct { struct star_expr *name; struct star_def *def; } def;
	};
};

/* A whole file: as a function without parameters. */
struct star_module {
	struct star_def main;
};

/* For the scanner, the parser and the constructors. */
struct star_parse {
	struct arena *a;
	struct diag *d;
	const struct source *src;
	struct star_module *module;
	bool has_failed;
	bool is_silent;		/* the scanner has said what is wrong */
};

/* Parse a file; NULL after diagnostics. */
struct star_module *star_parse(struct arena *a, struct diag *d,
    const struct source *src);

void star_parse_fail(struct star_parse *p, struct loc at, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* Constructors: one node each, with the checks that need no names. */
struct star_expr *star_expr_new(struct star_parse *p,
    enum star_expr_kind kind, struct loc at);
struct star_expr *star_name_new(struct star_parse *p, const char *name,
    struct loc at);
struct star_expr *star_const_new(struct star_parse *p, struct star_value *v,
    struct loc at);
/*
 * e, which stands behind a comma of a tuple: it cannot begin with bytes, as
 * the language's reference has it.
 */
void star_later_check(struct star_parse *p, const struct star_expr *e);
struct star_expr *star_items_new(struct star_parse *p,
    enum star_expr_kind kind, struct star_exprs items, struct loc at);
struct star_expr *star_unary_new(struct star_parse *p, enum star_unary op,
    struct star_expr *e, struct loc at);
struct star_expr *star_binary_new(struct star_parse *p, enum star_binary op,
    struct star_expr *l, struct star_expr *r, struct loc at);
/* The same for comparisons, which do not chain. */
struct star_expr *star_compare_new(struct star_parse *p, enum star_binary op,
    struct star_expr *l, struct star_expr *r, struct loc at);
struct star_expr *star_if_new(struct star_parse *p, struct star_expr *yes,
    struct star_expr *cond, struct star_expr *no, struct loc at);
struct star_expr *star_lambda_new(struct star_parse *p,
    struct star_params params, struct star_expr *value, struct loc at);
struct star_expr *star_call_new(struct star_parse *p, struct star_expr *fn,
    struct star_args args, struct loc at);
struct star_expr *star_dot_new(struct star_parse *p, struct star_expr *of,
    const char *name, struct loc at);
struct star_expr *star_index_new(struct star_parse *p,
    enum star_expr_kind kind, struct star_expr *of, struct star_expr *i,
    struct star_expr *j, struct star_expr *step, struct loc at);
/* The element, its clauses; key is NULL for a list. */
struct star_expr *star_comp_new(struct star_parse *p, struct star_expr *key,
    struct star_expr *value, struct star_comp *clauses, struct loc at);
struct star_expr *star_fstring_new(struct star_parse *p,
    struct star_parts parts, struct loc at);

void star_exprs_add(struct star_parse *p, struct star_exprs *l,
    struct star_expr *e);
void star_args_add(struct star_parse *p, struct star_args *l,
    struct star_arg arg);
void star_params_add(struct star_parse *p, struct star_params *l,
    struct star_param param);
void star_clause_add(struct star_parse *p, struct star_comp *c,
    struct star_expr *var, struct star_expr *over);
void star_part_add(struct star_parse *p, struct star_parts *l,
    struct star_part part);
void star_block_add(struct star_parse *p, struct star_block *b,
    struct star_stmt *s);
void star_block_join(struct star_parse *p, struct star_block *b,
    const struct star_block *more);

struct star_stmt *star_stmt_new(struct star_parse *p,
    enum star_stmt_kind kind, struct loc at);
struct star_stmt *star_expr_stmt_new(struct star_parse *p,
    enum star_stmt_kind kind, struct star_expr *e, struct loc at);
struct star_stmt *star_assign_new(struct star_parse *p, struct star_expr *to,
    struct star_expr *type, struct star_expr *value, struct loc at);
struct star_stmt *star_augment_new(struct star_parse *p, enum star_binary op,
    struct star_expr *to, struct star_expr *value, struct loc at);
struct star_stmt *star_if_stmt_new(struct star_parse *p,
    struct star_expr *cond, struct star_block yes, struct star_block no,
    struct loc at);
struct star_stmt *star_for_new(struct star_parse *p, struct star_expr *var,
    struct star_expr *over, struct star_block body, struct loc at);
struct star_stmt *star_def_new(struct star_parse *p, const char *name,
    struct loc name_at, struct star_params params, struct star_expr *type,
    struct star_block body, struct loc at);

/*
 * After parsing: `return', `break' and `continue' stand where they may.
 * After star_check: names get slots or builtins, or are reported.
 */
int star_check(struct star_parse *p,
    const struct star_builtin *const *builtins);

#endif
