/* `.rules' files: calls of strings and lists, one a statement.  Shape only. */
%define api.pure full
%define api.prefix {rules_}
%define parse.error detailed
%define parse.lac full
%locations
%define api.location.type {struct loc}
%initial-action { @$ = (struct loc){ c->src, 1, 1, 1 }; }
%param { void *scanner }
%parse-param { struct rules_context *c }
%expect 0

%code requires {
#include "grammar/rules_ast.h"
}

%code {
#include <string.h>

#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) > 0 ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

int rules_lex(YYSTYPE *value, YYLTYPE *loc, void *scanner);
static void rules_error(YYLTYPE *loc, void *scanner, struct rules_context *c,
    const char *msg);
static struct rules_value *value(struct rules_context *c,
    enum rules_kind kind, struct loc loc, const char *text);
static struct rules_value *push(struct rules_context *c,
    struct rules_value *list, struct rules_value *v);
static void call(struct rules_context *c, struct loc loc, const char *name,
    struct rules_value *args);
}

%union {
	const char *text;
	struct rules_value *value;
}

%token <text> NAME "name" STRING "string"
%token NEWLINE "end of line"
%type <value> value list args arg
%start file

%%

file:	%empty
    |	file stmt
    ;
stmt:	NEWLINE
    |	NAME '(' ')' NEWLINE		{ call(c, @1, $1, NULL); }
    |	NAME '(' args ')' NEWLINE	{ call(c, @1, $1, $3); }
    |	NAME '(' args ',' ')' NEWLINE	{ call(c, @1, $1, $3); }
    |	error NEWLINE			{ c->depth = 0; yyerrok; }
    ;
args:	arg				{ $$ = push(c, NULL, $1); }
    |	args ',' arg			{ $$ = push(c, $1, $3); }
    ;
arg:	value
    |	NAME '=' value	{ $$ = $3; $$->param = $1; $$->param_loc = @1; }
    ;
value:	STRING		{ $$ = value(c, RULES_STRING, @1, $1); }
    |	NAME		{ $$ = value(c, RULES_NAME, @1, $1); }
    |	'[' ']'		{ $$ = value(c, RULES_LIST, @1, NULL); }
    |	'[' list ']'	{ $$ = $2; $$->loc = @1; }
    |	'[' list ',' ']'	{ $$ = $2; $$->loc = @1; }
    ;
list:	value		{ $$ = push(c, NULL, $1); }
    |	list ',' value	{ $$ = push(c, $1, $3); }
    ;

%%

static void
rules_error(YYLTYPE *loc, void *scanner, struct rules_context *c,
    const char *msg)
{
	(void)scanner;
	if (strncmp(msg, "syntax error, ", 14) == 0)
		msg += 14;
	diag_error(c->d, *loc, "%s", msg);
}

static struct rules_value *
value(struct rules_context *c, enum rules_kind kind, struct loc loc,
    const char *text)
{
	struct rules_value *v = arena_alloc(c->a, sizeof(*v));

	v->kind = kind;
	v->loc = loc;
	v->text = text;
	return v;
}

static struct rules_value *
push(struct rules_context *c, struct rules_value *list, struct rules_value *v)
{
	if (list == NULL)
		list = value(c, RULES_LIST, v->loc, NULL);
	if (list->last == NULL)
		list->first = v;
	else
		list->last->next = v;
	list->last = v;
	return list;
}

static void
call(struct rules_context *c, struct loc loc, const char *name,
    struct rules_value *args)
{
	struct rules_call *k = arena_alloc(c->a, sizeof(*k));

	k->name = name;
	k->loc = loc;
	k->args = args != NULL ? args->first : NULL;
	if (c->last == NULL)
		c->first = k;
	else
		c->last->next = k;
	c->last = k;
}
