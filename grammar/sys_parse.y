/* System call items and queries.  Shape only. */
%define api.pure full
%define api.prefix {sys_}
%define parse.error custom
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

#define YYMAXDEPTH	1000
#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) > 0 ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

int sys_lex(YYSTYPE *value, YYLTYPE *loc, void *scanner);
static void sys_error(YYLTYPE *loc, void *scanner, struct sys_context *c,
    const char *msg);
static struct sys_expr *leaf(struct sys_context *c, enum sys_expr_kind kind,
    struct sys_word arg);
static struct sys_expr *join(struct sys_context *c, enum sys_expr_kind kind,
    struct sys_expr *l, struct sys_expr *r);
static struct sys_expr *negate(struct sys_context *c, struct loc loc,
    struct sys_expr *e);
static struct sys_range *range(struct sys_context *c,
    const struct sys_word *lo, const struct sys_word *hi);
static struct sys_word *dup_word(struct sys_context *c, struct sys_word w,
    const struct sys_word *next);
}

%union {
	struct sys_word word;
	const struct sys_word *words;
	struct sys_expr *expr;
	struct sys_range *range;
	struct sys_value *value;
	enum sys_cmp cmp;
}

%token ITEM "item" QUERY "query"
%token <word> NAME "a name" NUMBER "a number" GROUP "a group"
%token AND "&&" OR "||" EQ "==" NE "!=" LE "<=" GE ">=" DOTS ".." IN "in"
%type <expr> cond conj unary compare
%type <word> term arch
%type <words> value guard archs
%type <range> set elem
%type <value> args arg
%type <cmp> cmp
%start text

%%

text:	ITEM guard item		{ c->item.guard = $2; }
    |	QUERY query
    ;
guard:	%empty			{ $$ = NULL; }
    |	'[' archs ']'		{ $$ = $2; }
    ;
archs:	arch			{ $$ = dup_word(c, $1, NULL); }
    |	archs ',' arch		{ $$ = dup_word(c, $3, $1); }
    ;
arch:	NAME
    |	'!' NAME		{ $$ = $2; $$.is_inverted = true; }
    ;
item:	NAME			{ c->item.name = $1; }
    |	GROUP			{ c->item.name = $1; }
    |	NAME '(' cond ')'	{ c->item.name = $1; c->item.when = $3; }
    |	'{' names '}'
    ;
names:	NAME			{ c->item.name = $1; }
    |	names ',' NAME
	{ c->item.others = dup_word(c, $3, c->item.others); }
    ;
cond:	conj
    |	cond "||" conj		{ $$ = join(c, SYS_OR, $1, $3); }
    ;
conj:	unary
    |	conj "&&" unary		{ $$ = join(c, SYS_AND, $1, $3); }
    ;
unary:	compare
    |	'!' unary		{ $$ = negate(c, @1, $2); }
    |	'(' cond ')'		{ $$ = $2; }
    ;
compare:
	NAME cmp value
	{ $$ = leaf(c, SYS_COMPARE, $1); $$->cmp = $2; $$->value = $3; }
    |	'(' NAME '&' value ')' cmp value
	{
		$$ = leaf(c, SYS_COMPARE, $2);
		$$->mask = $4; $$->cmp = $6; $$->value = $7;
	}
    |	NAME "in" '{' set '}'	{ $$ = leaf(c, SYS_IN, $1); $$->set = $4; }
    ;
cmp:	"=="			{ $$ = SYS_EQ; }
    |	"!="			{ $$ = SYS_NE; }
    |	'<'			{ $$ = SYS_LT; }
    |	"<="			{ $$ = SYS_LE; }
    |	'>'			{ $$ = SYS_GT; }
    |	">="			{ $$ = SYS_GE; }
    ;
value:	term			{ $$ = dup_word(c, $1, NULL); }
    |	value '|' term		{ $$ = dup_word(c, $3, $1); }
    ;
term:	NAME
    |	NUMBER
    |	'~' term	{ $$ = $2; $$.is_inverted = !$2.is_inverted; }
    ;
set:	elem
    |	set ',' elem		{ $3->next = $1; $$ = $3; }
    ;
elem:	value			{ $$ = range(c, $1, NULL); }
    |	value ".." value	{ $$ = range(c, $1, $3); }
    ;
query:	NAME			{ c->query.name = $1; }
    |	NAME '(' ')'		{ c->query.name = $1; }
    |	NAME '(' args ')'	{ c->query.name = $1; c->query.values = $3; }
    ;
args:	arg
    |	args comma arg		{ $3->next = $1; $$ = $3; }
    ;
comma:	',' | "&&" ;
arg:	NAME is value
	{
		$$ = arena_alloc(c->a, sizeof(*$$));
		$$->arg = $1; $$->value = $3;
	}
    ;
is:	'=' | "==" ;

%%

static void
sys_error(YYLTYPE *loc, void *scanner, struct sys_context *c, const char *msg)
{
	(void)scanner;
	if (c->has_failed)
		return;
	c->has_failed = true;
	if (strcmp(msg, "memory exhausted") == 0)
		msg = "the condition is nested too deeply";
	diag_error(c->d, *loc, "%s", msg);
}

/* As it is named in messages: "==", a name, the end. */
static const char *
shown(struct sys_context *c, yysymbol_kind_t kind)
{
	const char *s = yysymbol_name(kind);

	if (kind == YYSYMBOL_YYEOF)
		return "the end";
	if (s[0] == '\'')
		return arena_printf(c->a, "\"%c\"", s[1]);
	if (s[0] == 'a' && s[1] == ' ')
		return s;
	return arena_printf(c->a, "\"%s\"", s);
}

static const char *
expected(struct sys_context *c, const yypcontext_t *ctx)
{
	yysymbol_kind_t kinds[16];
	int i, n = yypcontext_expected_tokens(ctx, kinds, 16);
	const char *s = "";

	for (i = 0; i < n; i++)
		s = arena_printf(c->a, "%s%s%s", s, i == 0 ? "" :
		    i == n - 1 ? " or " : ", ", shown(c, kinds[i]));
	return n > 0 ? s : "something else";
}

/* What people write who know another language. */
static const char *
habit(const struct sys_context *c)
{
	char first = c->text[c->at];

	if (c->start == 0 && first == '=' && c->len == 1)
		return "; a comparison is written \"==\"";
	if (first == '&' && c->len == 1)
		return "; a mask is written \"(arg & MASK) == VALUE\"";
	return "";
}

static int
yyreport_syntax_error(const yypcontext_t *ctx, void *scanner,
    struct sys_context *c)
{
	bool is_end = yypcontext_token(ctx) == YYSYMBOL_YYEOF;

	(void)scanner;
	if (c->has_failed)
		return 0;
	c->has_failed = true;
	diag_error(c->d, *yypcontext_location(ctx), "expected %s, found %s%s",
	    expected(c, ctx), is_end ? "the end" :
	    diag_quote(c->a, arena_strndup(c->a, c->text + c->at, c->len)),
	    is_end ? "" : habit(c));
	return 0;
}

static struct sys_expr *
leaf(struct sys_context *c, enum sys_expr_kind kind, struct sys_word arg)
{
	struct sys_expr *e = arena_alloc(c->a, sizeof(*e));

	e->kind = kind;
	e->arg = arg;
	e->loc = arg.loc;
	return e;
}

static struct sys_expr *
negate(struct sys_context *c, struct loc loc, struct sys_expr *e)
{
	struct sys_expr *not = arena_alloc(c->a, sizeof(*not));

	not->kind = SYS_NOT;
	not->loc = loc;
	not->first = not->last = e;
	return not;
}

/* Both in one list, so that a long chain is no deep tree. */
static struct sys_expr *
join(struct sys_context *c, enum sys_expr_kind kind, struct sys_expr *l,
    struct sys_expr *r)
{
	struct sys_expr *e = l;

	if (l->kind != kind) {
		e = arena_alloc(c->a, sizeof(*e));
		e->kind = kind;
		e->loc = l->loc;
		e->first = e->last = l;
	}
	e->last->next = r;
	e->last = r;
	return e;
}

static struct sys_range *
range(struct sys_context *c, const struct sys_word *lo,
    const struct sys_word *hi)
{
	struct sys_range *r = arena_alloc(c->a, sizeof(*r));

	r->lo = lo;
	r->hi = hi;
	return r;
}

static struct sys_word *
dup_word(struct sys_context *c, struct sys_word w, const struct sys_word *next)
{
	struct sys_word *p = arena_alloc(c->a, sizeof(*p));

	*p = w;
	p->next = next;
	return p;
}
