/* Statements and expressions of `.rules' files (Starlark).  Shape only. */
%define api.pure full
%define api.prefix {rules_}
%define parse.error detailed
%define parse.lac full
%locations
%define api.location.type {struct loc}
%initial-action { @$ = (struct loc){ .src = p->src, .line = 1, .col = 1,
    .len = 1 }; }
%param { void *scanner }
%parse-param { struct star_parse *p }
%expect 0

%code requires {
#include "compiler/star_literal.h"
}

%code {
#include <string.h>

/* What is open at DEEP_MAX levels; a level is several symbols. */
#define YYMAXDEPTH	(8 * DEEP_MAX)

/* From the first token's first byte to the last one's end, if on its line. */
#define YYLLOC_DEFAULT(cur, rhs, n)	((cur) = join_locs(		\
	(n) > 0 ? &YYRHSLOC(rhs, 1) : &YYRHSLOC(rhs, 0),		\
	(n) > 0 ? &YYRHSLOC(rhs, n) : &YYRHSLOC(rhs, 0)))

int rules_lex(YYSTYPE *value, YYLTYPE *loc, void *scanner);
static void rules_error(YYLTYPE *loc, void *scanner, struct star_parse *p,
    const char *msg);
static struct loc join_locs(const struct loc *first, const struct loc *last);
static struct star_expr *tuple(struct star_parse *p, struct star_exprs items,
    bool has_comma, struct loc at);
static struct star_expr *open_tuple(struct star_parse *p,
    struct star_exprs items, struct loc at);
static struct star_expr *paren(struct star_expr *e);
static struct star_comp *comp(struct star_parse *p);
}


%union {
	const char *name;
	struct star_text text;
	struct star_value *value;
	enum star_binary op;
	struct star_expr *expr;
	struct { struct star_exprs items; bool has_comma; } list;
	struct star_exprs items;
	struct star_arg arg;
	struct star_args args;
	struct star_param param;
	struct star_params params;
	struct star_comp *comp;
	struct star_part part;
	struct star_parts parts;
	struct star_stmt *stmt;
	struct star_block block;
}

%token <name> IDENT "name"
%token <value> LITERAL "number" STRING "string"
%token <text> FSTRING_TEXT "text"
%token <op> AUGMENT "augmented assignment"
%token FSTRING_START "f-string" FSTRING_END "end of the f-string"
%token FSTRING_OPEN "\"{\" in an f-string" FSTRING_CLOSE "\"}\" in an f-string"
%token FSTRING_BANG "!"
%token NEWLINE "end of line" INDENT "indented block" DEDENT "end of block"
%token AND "and" BREAK "break" CONTINUE "continue" DEF "def" ELIF "elif"
%token ELSE "else" FOR "for" IF "if" IN "in" LAMBDA "lambda" NOT "not"
%token OR "or" PASS "pass" RETURN "return"
%token NE "!=" EQ "==" LE "<=" GE ">=" ARROW "->" POWER "**"
%token FLOORDIV "//" LSHIFT "<<" RSHIFT ">>" ELLIPSIS "..."
%token END 0 "end of file"

%type <stmt> stmt compound small def
%type <block> stmts line smalls suite otherwise
%type <expr> test or_test and_test not_test comparison bit_or bit_xor bit_and
%type <expr> shift arith product factor primary operand lambda
%type <expr> maybe_test tests targets type result list_value dict_value
%type <expr> string fstring slice_step
%type <list> test_list target_list
%type <items> entries
%type <comp> clauses
%type <arg> arg
%type <args> args args_some
%type <param> param lambda_param
%type <params> params params_some lambda_params lambda_params_some
%type <parts> parts
%type <part> part
%type <op> comparator
%type <value> strings
%start file

%%

file:	stmts			{ p->module->main.body = $1; }
    ;
stmts:	%empty			{ $$ = (struct star_block){ .v = NULL }; }
    |	stmts stmt		{ $$ = $1; star_block_add(p, &$$, $2); }
    |	stmts line		{ $$ = $1; star_block_join(p, &$$, &$2); }
    ;
stmt:	compound
    |	error NEWLINE		{ $$ = NULL; yyerrok; }
    |	error NEWLINE INDENT stmts DEDENT	{ $$ = NULL; yyerrok; }
    ;
line:	smalls NEWLINE
    |	smalls ';' NEWLINE
    ;
smalls:	small
	{
		$$ = (struct star_block){ .v = NULL };
		star_block_add(p, &$$, $1);
	}
    |	smalls ';' small	{ $$ = $1; star_block_add(p, &$$, $3); }
    ;
suite:	line
    |	NEWLINE INDENT stmts DEDENT	{ $$ = $3; }
    ;

compound: def
    |	"if" test ':' suite otherwise
		{ $$ = star_if_stmt_new(p, $2, $4, $5, @1); }
    |	"for" targets "in" test ':' suite
		{ $$ = star_for_new(p, $2, $4, $6, @1); }
    ;
otherwise: %empty		{ $$ = (struct star_block){ .v = NULL }; }
    |	"else" ':' suite	{ $$ = $3; }
    |	"elif" test ':' suite otherwise
	{
		$$ = (struct star_block){ .v = NULL };
		star_block_add(p, &$$,
		    star_if_stmt_new(p, $2, $4, $5, @1));
	}
    ;
def:	"def" IDENT '(' params ')' result ':' suite
		{ $$ = star_def_new(p, $2, @2, $4, $6, $8, @1); }
    ;
result:	%empty			{ $$ = NULL; }
    |	"->" test		{ $$ = $2; }
    ;
type:	%empty			{ $$ = NULL; }
    |	':' test		{ $$ = $2; }
    ;

small:	"return"	{ $$ = star_expr_stmt_new(p, STAR_S_RETURN, NULL, @$); }
    |	"return" tests	{ $$ = star_expr_stmt_new(p, STAR_S_RETURN, $2, @$); }
    |	"break"		{ $$ = star_stmt_new(p, STAR_S_BREAK, @$); }
    |	"continue"	{ $$ = star_stmt_new(p, STAR_S_CONTINUE, @$); }
    |	"pass"		{ $$ = star_stmt_new(p, STAR_S_PASS, @$); }
    |	tests		{ $$ = star_expr_stmt_new(p, STAR_S_EXPR, $1, @$); }
    |	tests type '=' tests
			{ $$ = star_assign_new(p, $1, $2, $4, @$); }
    |	tests AUGMENT tests
			{ $$ = star_augment_new(p, $2, $1, $3, @$); }
    ;

params:	%empty			{ $$ = (struct star_params){ .v = NULL }; }
    |	params_some
    |	params_some ','
    ;
params_some: param
	{
		$$ = (struct star_params){ .v = NULL };
		star_params_add(p, &$$, $1);
	}
    |	params_some ',' param	{ $$ = $1; star_params_add(p, &$$, $3); }
    ;
param:	IDENT type
	{
		$$ = (struct star_param){ .kind = STAR_PARAM, .loc = @1,
		    .name = $1, .type = $2 };
	}
    |	IDENT type '=' test
	{
		$$ = (struct star_param){ .kind = STAR_PARAM, .loc = @1,
		    .name = $1, .type = $2, .by_default = $4 };
	}
    |	'*' IDENT type
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_ARGS,
		    .loc = @2, .name = $2, .type = $3 };
	}
    |	'*'
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_STAR,
		    .loc = @1 };
	}
    |	"**" IDENT type
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_KWARGS,
		    .loc = @2, .name = $2, .type = $3 };
	}
    ;

lambda_params: %empty		{ $$ = (struct star_params){ .v = NULL }; }
    |	lambda_params_some
    |	lambda_params_some ','
    ;
lambda_params_some: lambda_param
	{
		$$ = (struct star_params){ .v = NULL };
		star_params_add(p, &$$, $1);
	}
    |	lambda_params_some ',' lambda_param
				{ $$ = $1; star_params_add(p, &$$, $3); }
    ;
lambda_param: IDENT
	{
		$$ = (struct star_param){ .kind = STAR_PARAM, .loc = @1,
		    .name = $1 };
	}
    |	IDENT '=' test
	{
		$$ = (struct star_param){ .kind = STAR_PARAM, .loc = @1,
		    .name = $1, .by_default = $3 };
	}
    |	'*' IDENT
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_ARGS,
		    .loc = @2, .name = $2 };
	}
    |	'*'
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_STAR,
		    .loc = @1 };
	}
    |	"**" IDENT
	{
		$$ = (struct star_param){ .kind = STAR_PARAM_KWARGS,
		    .loc = @2, .name = $2 };
	}
    ;
lambda:	"lambda" lambda_params ':' test
				{ $$ = star_lambda_new(p, $2, $4, @$); }
    ;

tests:	test_list	{ $$ = tuple(p, $1.items, $1.has_comma, @$); }
    |	test_list ','
			{ $$ = open_tuple(p, $1.items, @$); }
    ;
test_list: test
	{
		$$.items = (struct star_exprs){ .v = NULL };
		$$.has_comma = false;
		star_exprs_add(p, &$$.items, $1);
	}
    |	test_list ',' test
	{
		$$ = $1;
		$$.has_comma = true;
		star_exprs_add(p, &$$.items, $3);
	}
    ;
targets: target_list	{ $$ = tuple(p, $1.items, $1.has_comma, @$); }
    |	target_list ','
			{ $$ = open_tuple(p, $1.items, @$); }
    ;
target_list: bit_or
	{
		$$.items = (struct star_exprs){ .v = NULL };
		$$.has_comma = false;
		star_exprs_add(p, &$$.items, $1);
	}
    |	target_list ',' bit_or
	{
		$$ = $1;
		$$.has_comma = true;
		star_exprs_add(p, &$$.items, $3);
	}
    ;

test:	or_test
    |	or_test "if" or_test "else" test
				{ $$ = star_if_new(p, $1, $3, $5, @$); }
    |	lambda
    ;
or_test: and_test
    |	or_test "or" and_test
			{ $$ = star_binary_new(p, STAR_OR, $1, $3, @$); }
    ;
and_test: not_test
    |	and_test "and" not_test
			{ $$ = star_binary_new(p, STAR_AND, $1, $3, @$); }
    ;
not_test: comparison
    |	"not" not_test	{ $$ = star_unary_new(p, STAR_NOT, $2, @$); }
    ;
comparison: bit_or
    |	comparison comparator bit_or
			{ $$ = star_compare_new(p, $2, $1, $3, @$); }
    ;
comparator: "=="		{ $$ = STAR_EQ; }
    |	"!="			{ $$ = STAR_NE; }
    |	'<'			{ $$ = STAR_LT; }
    |	"<="			{ $$ = STAR_LE; }
    |	'>'			{ $$ = STAR_GT; }
    |	">="			{ $$ = STAR_GE; }
    |	"in"			{ $$ = STAR_IN; }
    |	"not" "in"		{ $$ = STAR_NOT_IN; }
    ;
bit_or:	bit_xor
    |	bit_or '|' bit_xor
			{ $$ = star_binary_new(p, STAR_BITOR, $1, $3, @$); }
    ;
bit_xor: bit_and
    |	bit_xor '^' bit_and
			{ $$ = star_binary_new(p, STAR_BITXOR, $1, $3, @$); }
    ;
bit_and: shift
    |	bit_and '&' shift
			{ $$ = star_binary_new(p, STAR_BITAND, $1, $3, @$); }
    ;
shift:	arith
    |	shift "<<" arith
			{ $$ = star_binary_new(p, STAR_LSHIFT, $1, $3, @$); }
    |	shift ">>" arith
			{ $$ = star_binary_new(p, STAR_RSHIFT, $1, $3, @$); }
    ;
arith:	product
    |	arith '+' product
			{ $$ = star_binary_new(p, STAR_ADD, $1, $3, @$); }
    |	arith '-' product
			{ $$ = star_binary_new(p, STAR_SUB, $1, $3, @$); }
    ;
product: factor
    |	product '*' factor
			{ $$ = star_binary_new(p, STAR_MUL, $1, $3, @$); }
    |	product '/' factor
			{ $$ = star_binary_new(p, STAR_DIV, $1, $3, @$); }
    |	product "//" factor
		{ $$ = star_binary_new(p, STAR_FLOORDIV, $1, $3, @$); }
    |	product '%' factor
			{ $$ = star_binary_new(p, STAR_MOD, $1, $3, @$); }
    ;
factor:	primary
    |	'+' factor	{ $$ = star_unary_new(p, STAR_PLUS, $2, @$); }
    |	'-' factor	{ $$ = star_unary_new(p, STAR_MINUS, $2, @$); }
    |	'~' factor	{ $$ = star_unary_new(p, STAR_INVERT, $2, @$); }
    |	primary "**" factor
	{
		star_parse_fail(p, @2, "\"**\" does not exist here: there "
		    "are no powers");
		$$ = $1;
	}
    ;

primary: operand
    |	primary '.' IDENT	{ $$ = star_dot_new(p, $1, $3, @$); }
    |	primary '(' args ')'	{ $$ = star_call_new(p, $1, $3, @$); }
    |	primary '[' test ']'
	{ $$ = star_index_new(p, STAR_X_INDEX, $1, $3, NULL, NULL, @$); }
    |	primary '[' test ',' test ']'
	{ $$ = star_index_new(p, STAR_X_INDEX2, $1, $3, $5, NULL, @$); }
    |	primary '[' maybe_test ':' maybe_test slice_step ']'
	{ $$ = star_index_new(p, STAR_X_SLICE, $1, $3, $5, $6, @$); }
    ;
maybe_test: %empty		{ $$ = NULL; }
    |	test
    ;
slice_step: %empty		{ $$ = NULL; }
    |	':' maybe_test		{ $$ = $2; }
    ;

args:	%empty			{ $$ = (struct star_args){ .v = NULL }; }
    |	args_some
    |	args_some ','
    ;
args_some: arg
	{
		$$ = (struct star_args){ .v = NULL };
		star_args_add(p, &$$, $1);
	}
    |	args_some ',' arg	{ $$ = $1; star_args_add(p, &$$, $3); }
    ;
arg:	test
	{
		$$ = (struct star_arg){ .kind = STAR_ARG_POS, .loc = @1,
		    .value = $1 };
	}
    |	IDENT '=' test
	{
		$$ = (struct star_arg){ .kind = STAR_ARG_NAMED, .loc = @1,
		    .name = $1, .value = $3 };
	}
    |	'*' test
	{
		$$ = (struct star_arg){ .kind = STAR_ARG_STAR, .loc = @1,
		    .value = $2 };
	}
    |	"**" test
	{
		$$ = (struct star_arg){ .kind = STAR_ARG_STARSTAR,
		    .loc = @1, .value = $2 };
	}
    |	test clauses
	{
		star_parse_fail(p, @2, "generator expressions do not exist "
		    "here: put the comprehension in brackets");
		$$ = (struct star_arg){ .kind = STAR_ARG_POS, .loc = @1,
		    .value = $1 };
	}
    ;

operand: IDENT			{ $$ = star_name_new(p, $1, @$); }
    |	LITERAL			{ $$ = star_const_new(p, $1, @$); }
    |	"..."
		{ $$ = star_const_new(p, star_literal_ellipsis(p), @$); }
    |	string
    |	list_value
    |	dict_value
    |	'(' ')'
	{
		$$ = paren(tuple(p, (struct star_exprs){ .v = NULL }, true,
		    @$));
	}
    |	'(' test_list ')'
		{ $$ = paren(tuple(p, $2.items, $2.has_comma, @$)); }
    |	'(' test_list ',' ')'
		{ $$ = paren(tuple(p, $2.items, true, @$)); }
    |	'(' test clauses ')'
	{
		star_parse_fail(p, @3, "generator expressions do not exist "
		    "here: put the comprehension in brackets");
		$$ = $2;
	}
    ;
string:	strings			{ $$ = star_const_new(p, $1, @$); }
    |	fstring
    |	fstring strings
	{
		star_parse_fail(p, @2, "strings side by side are not joined: "
		    "write \"+\" between them");
		$$ = $1;
	}
    ;
strings: STRING
    |	strings STRING
	{
		star_parse_fail(p, @2, "strings side by side are not joined: "
		    "write \"+\" between them");
		$$ = $1;
	}
    ;
fstring: FSTRING_START parts FSTRING_END
				{ $$ = star_fstring_new(p, $2, @$); }
    ;
parts:	%empty			{ $$ = (struct star_parts){ .v = NULL }; }
    |	parts part		{ $$ = $1; star_part_add(p, &$$, $2); }
    ;
part:	FSTRING_TEXT		{ $$ = (struct star_part){ .text = $1 }; }
    |	FSTRING_OPEN test FSTRING_CLOSE
				{ $$ = (struct star_part){ .expr = $2 }; }
    |	FSTRING_OPEN test FSTRING_BANG IDENT FSTRING_CLOSE
	{
		if (strcmp($4, "r") != 0 && strcmp($4, "s") != 0)
			star_parse_fail(p, @4, "conversion in an f-string: "
			    "expected \"s\" or \"r\"");
		$$ = (struct star_part){ .expr = $2,
		    .conv = $4[0] == 'r' ? STAR_CONV_REPR : STAR_CONV_STR };
	}
    ;
list_value: '[' ']'
	{
		$$ = star_items_new(p, STAR_X_LIST,
		    (struct star_exprs){ .v = NULL }, @$);
	}
    |	'[' test_list ']'
			{ $$ = star_items_new(p, STAR_X_LIST, $2.items, @$); }
    |	'[' test_list ',' ']'
			{ $$ = star_items_new(p, STAR_X_LIST, $2.items, @$); }
    |	'[' test clauses ']'
			{ $$ = star_comp_new(p, NULL, $2, $3, @$); }
    ;
dict_value: '{' '}'
	{
		$$ = star_items_new(p, STAR_X_DICT,
		    (struct star_exprs){ .v = NULL }, @$);
	}
    |	'{' entries '}'	{ $$ = star_items_new(p, STAR_X_DICT, $2, @$); }
    |	'{' entries ',' '}'
			{ $$ = star_items_new(p, STAR_X_DICT, $2, @$); }
    |	'{' test ':' test clauses '}'
			{ $$ = star_comp_new(p, $2, $4, $5, @$); }
    |	'{' tests '}'
	{
		star_parse_fail(p, @$, "sets do not exist here: use a list, "
		    "or a dict with \"key: value\"");
		$$ = $2;
	}
    ;
entries: test ':' test
	{
		$$ = (struct star_exprs){ .v = NULL };
		star_exprs_add(p, &$$, $1);
		star_exprs_add(p, &$$, $3);
	}
    |	entries ',' test ':' test
	{
		$$ = $1;
		star_exprs_add(p, &$$, $3);
		star_exprs_add(p, &$$, $5);
	}
    ;
clauses: "for" targets "in" or_test
			{ $$ = comp(p); star_clause_add(p, $$, $2, $4); }
    |	clauses "for" targets "in" or_test
			{ $$ = $1; star_clause_add(p, $$, $3, $5); }
    |	clauses "if" or_test
			{ $$ = $1; star_clause_add(p, $$, NULL, $3); }
    ;

%%

static void
rules_error(YYLTYPE *loc, void *scanner, struct star_parse *p,
    const char *msg)
{
	(void)scanner;
	if (strncmp(msg, "syntax error, ", 14) == 0)
		msg += 14;
	if (strcmp(msg, "memory exhausted") == 0)
		msg = "nested too deep";
	star_parse_fail(p, *loc, "%s", msg);
}

static struct loc
join_locs(const struct loc *first, const struct loc *last)
{
	struct loc at = *first;

	if (last->line == at.line && last->col >= at.col)
		at.len = last->col - at.col + last->len;
	return at;
}

/* One expression without a comma is itself. */
static struct star_expr *
tuple(struct star_parse *p, struct star_exprs items, bool has_comma,
    struct loc at)
{
	size_t i;

	if (!has_comma)
		return items.v[0];
	for (i = 1; i < items.n; i++)
		star_later_check(p, items.v[i]);
	return star_items_new(p, STAR_X_TUPLE, items, at);
}

/* A comma at the end is too easily overlooked. */
static struct star_expr *
open_tuple(struct star_parse *p, struct star_exprs items, struct loc at)
{
	star_parse_fail(p, at, "a tuple with a comma at its end needs "
	    "parentheses");
	return tuple(p, items, true, at);
}

static struct star_expr *
paren(struct star_expr *e)
{
	e->is_paren = true;
	return e;
}

static struct star_comp *
comp(struct star_parse *p)
{
	return arena_alloc(p->a, sizeof(struct star_comp));
}
