/* System call items: name, @group, name(condition).  Shape only. */
%define api.pure full
%define api.prefix {sys_}
%define parse.error detailed
%define parse.lac full
%locations
%define api.location.type {struct loc}
%initial-action { @$ = c->base; }
%param { void *scanner }
%parse-param { struct sys_context *c }
%expect 0

%code requires {
#include "grammar/sys_ast.h"
}

%code {
#include <string.h>

#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) > 0 ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

int sys_lex(YYSTYPE *value, YYLTYPE *loc, void *scanner);
static void sys_error(YYLTYPE *loc, void *scanner, struct sys_context *c,
    const char *msg);
static struct sys_expr *expr(struct sys_context *c, enum sys_expr_kind kind,
    struct sys_expr *l, struct sys_expr *r);
static struct sys_range *range(struct sys_context *c, struct sys_word lo,
    struct sys_word hi, struct sys_range *next);
static struct sys_word *dup_word(struct sys_context *c, struct sys_word w);
}

%union {
	struct sys_word word;
	struct sys_expr *expr;
	struct sys_range *range;
	enum sys_cmp cmp;
}

%token <word> WORD "name or number"
%token <word> GROUP "group"
%token AND "&&" OR "||" EQ "==" NE "!=" LE "<=" GE ">=" DOTS ".." IN "in"
%type <expr> cond unary
%type <word> value
%type <range> set elem
%type <cmp> cmp
%left OR
%left AND
%start item

%%

item:	WORD			{ c->item->name = $1; }
    |	GROUP			{ c->item->name = $1; }
    |	WORD '(' cond ')'	{ c->item->name = $1; c->item->when = $3; }
    ;
cond:	cond "||" cond		{ $$ = expr(c, SYS_OR, $1, $3); }
    |	cond "&&" cond		{ $$ = expr(c, SYS_AND, $1, $3); }
    |	unary
    ;
unary:	'!' unary		{ $$ = expr(c, SYS_NOT, $2, NULL); }
    |	'(' cond ')'		{ $$ = $2; }
    |	WORD cmp value
	{
		$$ = expr(c, SYS_COMPARE, NULL, NULL);
		$$->arg = $1; $$->cmp = $2; $$->value = $3;
	}
    |	'(' WORD '&' value ')' cmp value
	{
		$$ = expr(c, SYS_COMPARE, NULL, NULL);
		$$->arg = $2; $$->mask = $4; $$->cmp = $6; $$->value = $7;
	}
    |	WORD "in" '{' set '}'
	{
		$$ = expr(c, SYS_IN, NULL, NULL);
		$$->arg = $1; $$->set = $4;
	}
    ;
cmp:	"=="	{ $$ = SYS_EQ; }
    |	"!="	{ $$ = SYS_NE; }
    |	'<'	{ $$ = SYS_LT; }
    |	"<="	{ $$ = SYS_LE; }
    |	'>'	{ $$ = SYS_GT; }
    |	">="	{ $$ = SYS_GE; }
    ;
value:	WORD			{ $$ = $1; }
    |	value '|' WORD		{ $$ = $3; $$.alt = dup_word(c, $1); }
    ;
set:	elem
    |	set ',' elem		{ $3->next = $1; $$ = $3; }
    ;
elem:	value		{ $$ = range(c, $1, (struct sys_word){ 0 }, NULL); }
    |	value ".." value	{ $$ = range(c, $1, $3, NULL); }
    ;

%%

static void
sys_error(YYLTYPE *loc, void *scanner, struct sys_context *c, const char *msg)
{
	(void)scanner;
	if (c->has_failed)
		return;
	c->has_failed = true;
	if (strncmp(msg, "syntax error, ", 14) == 0)
		msg += 14;
	diag_error(c->d, *loc, "in a system call item: %s", msg);
}

static struct sys_expr *
expr(struct sys_context *c, enum sys_expr_kind kind, struct sys_expr *l,
    struct sys_expr *r)
{
	struct sys_expr *e = arena_alloc(c->a, sizeof(*e));

	e->kind = kind;
	e->left = l;
	e->right = r;
	return e;
}

static struct sys_range *
range(struct sys_context *c, struct sys_word lo, struct sys_word hi,
    struct sys_range *next)
{
	struct sys_range *r = arena_alloc(c->a, sizeof(*r));

	r->lo = lo;
	r->hi = hi;
	r->next = next;
	return r;
}

static struct sys_word *
dup_word(struct sys_context *c, struct sys_word w)
{
	struct sys_word *p = arena_alloc(c->a, sizeof(*p));

	*p = w;
	return p;
}
