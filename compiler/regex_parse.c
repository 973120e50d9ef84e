/*
 * The text of a regular expression to a tree, by recursive descent.
 */
#include "compiler/regex_impl.h"

#include <string.h>

#define MAX_DEPTH	50

struct parse {
	struct arena *a;
	const char *text, *p;
	const char *fault;
	unsigned depth;
};

static const struct regex_tree *parse_or(struct parse *x);

static const struct regex_tree *
fail(struct parse *x, const char *what)
{
	if (x->fault == NULL)
		x->fault = what;
	return NULL;
}

static struct regex_tree *
make(struct parse *x, enum regex_kind kind, const struct regex_tree *l,
    const struct regex_tree *r)
{
	struct regex_tree *t = arena_alloc(x->a, sizeof(*t));

	*t = (struct regex_tree){ .kind = kind, .l = l, .r = r };
	return t;
}

static void
set_range(struct regex_set *s, unsigned lo, unsigned hi)
{
	for (; lo <= hi; lo++)
		s->has[lo >> 3] |= (uint8_t)(1u << (lo & 7));
}

static struct regex_tree *
make_range(struct parse *x, unsigned lo, unsigned hi)
{
	struct regex_tree *t = make(x, REGEX_SET, NULL, NULL);

	set_range(&t->set, lo, hi);
	return t;
}

/* One character of ASCII in ascii, or any other in UTF-8. */
static const struct regex_tree *
make_character(struct parse *x, const struct regex_set *ascii)
{
	static const struct { unsigned lo, hi, trail; } leads[] = {
		{ 0xc2, 0xdf, 1 }, { 0xe0, 0xef, 2 }, { 0xf0, 0xf4, 3 },
	};
	struct regex_tree *all = make(x, REGEX_SET, NULL, NULL), *one;
	size_t i;
	unsigned k;

	all->set = *ascii;
	for (i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		one = make_range(x, leads[i].lo, leads[i].hi);
		for (k = 0; k < leads[i].trail; k++)
			one = make(x, REGEX_THEN, one,
			    make_range(x, 0x80, 0xbf));
		all = make(x, REGEX_OR, all, one);
	}
	return all;
}

static void
invert(struct regex_set *s)
{
	size_t i;

	for (i = 0; i < 16; i++)
		s->has[i] = (uint8_t)~s->has[i];
	s->has[0] &= 0xfe;	/* no word has a NUL */
}

/* \d, \s, \w; false when c is none of them. */
static bool
named_set(char c, struct regex_set *s)
{
	switch (c | 0x20) {
	case 'd':
		set_range(s, '0', '9');
		return true;
	case 's':
		set_range(s, '\t', '\r');
		set_range(s, ' ', ' ');
		return true;
	case 'w':
		set_range(s, '0', '9');
		set_range(s, 'a', 'z');
		set_range(s, 'A', 'Z');
		set_range(s, '_', '_');
		return true;
	default:
		return false;
	}
}

/* The byte after a backslash, if it is one that stands for itself. */
static bool
literal_escape(char c, unsigned *byte)
{
	static const char from[] = "tnrfv", to[] = "\t\n\r\f\v";
	const char *k = strchr(from, c);

	if (c == '\0' || (unsigned char)c >= 0x80)
		return false;
	if (strchr("\\.+*?()|[]{}^$#&-~/\"' @=:,;<>%!`_", c) != NULL)
		*byte = (unsigned char)c;
	else if (k != NULL)
		*byte = (unsigned char)to[k - from];
	else
		return false;
	return true;
}

static const struct regex_tree *
parse_escape(struct parse *x)
{
	struct regex_set s = { { 0 } };
	struct regex_tree *t;
	unsigned byte;
	char c = *x->p;

	if (literal_escape(c, &byte)) {
		x->p++;
		return make_range(x, byte, byte);
	}
	if (!named_set(c, &s))
		return fail(x, "this escape is not known here");
	x->p++;
	if (c >= 'A' && c <= 'Z') {
		invert(&s);
		return make_character(x, &s);
	}
	t = make(x, REGEX_SET, NULL, NULL);
	t->set = s;
	return t;
}

/* One byte of a class, or a named set, which is added at once. */
static bool
class_item(struct parse *x, struct regex_set *s, unsigned *byte,
    bool *is_named)
{
	unsigned char c = (unsigned char)*x->p;

	*is_named = false;
	if (c == '\0') {
		fail(x, "the class is not closed");
		return false;
	}
	if (c >= 0x80) {
		fail(x, "a class holds only ASCII here");
		return false;
	}
	x->p++;
	*byte = c;
	if (c == '[') {
		fail(x, "a \"[\" in a class is written \"\\[\" here");
		return false;
	}
	if (c != '\\')
		return true;
	if (literal_escape(*x->p, byte)) {
		x->p++;
		return true;
	}
	*is_named = *x->p >= 'a' && *x->p <= 'z' && named_set(*x->p, s);
	if (!*is_named)
		fail(x, "this escape is not known in a class here");
	x->p += *is_named;
	return *is_named;
}

static const struct regex_tree *
parse_class(struct parse *x)
{
	bool is_inverse = *x->p == '^', is_named;
	struct regex_set s = { { 0 } };
	struct regex_tree *t;
	unsigned lo, hi;

	x->p += is_inverse;
	if (*x->p == ']')
		return fail(x, "the class is empty");
	while (*x->p != ']') {
		if (!class_item(x, &s, &lo, &is_named))
			return NULL;
		if (is_named)
			continue;
		hi = lo;
		if (x->p[0] == '-' && x->p[1] != ']') {
			x->p++;
			if (!class_item(x, &s, &hi, &is_named))
				return NULL;
			if (is_named || hi < lo)
				return fail(x, "the range is out of order");
		}
		set_range(&s, lo, hi);
	}
	x->p++;
	if (is_inverse) {
		invert(&s);
		return make_character(x, &s);
	}
	t = make(x, REGEX_SET, NULL, NULL);
	t->set = s;
	return t;
}

static const struct regex_tree *
parse_group(struct parse *x)
{
	const struct regex_tree *t;

	if (x->p[0] == '?' && x->p[1] != ':')
		return fail(x, "of groups there are \"(\" and \"(?:\" here");
	if (x->p[0] == '?')
		x->p += 2;
	if (x->depth == MAX_DEPTH)
		return fail(x, "groups are nested too deep");
	x->depth++;
	t = parse_or(x);
	x->depth--;
	if (t != NULL && *x->p++ != ')') {
		x->p--;
		return fail(x, "the group is not closed");
	}
	return t;
}

static const struct regex_tree *
parse_atom(struct parse *x)
{
	struct regex_set s = { { 0 } };
	unsigned char c = (unsigned char)*x->p++;

	switch (c) {
	case '(':
		return parse_group(x);
	case '[':
		return parse_class(x);
	case '\\':
		return parse_escape(x);
	case '^':
		return make(x, REGEX_BEGIN, NULL, NULL);
	case '$':
		return make(x, REGEX_END, NULL, NULL);
	case '.':
		set_range(&s, '\n', '\n');
		invert(&s);
		return make_character(x, &s);
	case '*':
	case '+':
	case '?':
	case '{':
		x->p--;
		return fail(x, "there is nothing to be repeated");
	default:
		return make_range(x, c, c);
	}
}

static bool
parse_number(struct parse *x, unsigned *out)
{
	const char *from = x->p;

	for (*out = 0; *x->p >= '0' && *x->p <= '9' &&
	    *out <= REGEX_MAX_REPEAT; x->p++)
		*out = *out * 10 + (unsigned)(*x->p - '0');
	return x->p > from && *out <= REGEX_MAX_REPEAT;
}

/* {m}, {m,} or {m,n}, behind the brace. */
static bool
parse_bounds(struct parse *x, unsigned *least, unsigned *most)
{
	bool is_ok = parse_number(x, least), is_open = false;

	*most = *least;
	if (is_ok && *x->p == ',') {
		x->p++;
		is_open = *x->p == '}';
		if (is_open)
			*most = 0;
		else
			is_ok = parse_number(x, most) && *most >= *least;
	}
	if (is_ok && *x->p == '}' && (is_open || *most > 0)) {
		x->p++;
		return true;
	}
	fail(x, "a repetition is {m}, {m,} or {m,n}, at most 100 here");
	return false;
}

static const struct regex_tree *
parse_repeat(struct parse *x)
{
	const struct regex_tree *t = parse_atom(x);
	struct regex_tree *rep;
	char c;

	while (t != NULL && *x->p != '\0' && strchr("*+?{", *x->p) != NULL) {
		c = *x->p++;
		rep = make(x, REGEX_REPEAT, t, NULL);
		rep->least = c == '+';
		rep->most = c == '?';
		if (c == '{' && !parse_bounds(x, &rep->least, &rep->most))
			return NULL;
		if (*x->p == '?')	/* as short as can be: the same words */
			x->p++;
		t = rep;
	}
	return t;
}

static const struct regex_tree *
parse_then(struct parse *x)
{
	const struct regex_tree *t = make(x, REGEX_EMPTY, NULL, NULL), *next;

	while (*x->p != '\0' && *x->p != '|' && *x->p != ')') {
		next = parse_repeat(x);
		if (next == NULL)
			return NULL;
		t = make(x, REGEX_THEN, t, next);
	}
	return t;
}

static const struct regex_tree *
parse_or(struct parse *x)
{
	const struct regex_tree *t = parse_then(x), *next;

	while (t != NULL && *x->p == '|') {
		x->p++;
		next = parse_then(x);
		t = next == NULL ? NULL : make(x, REGEX_OR, t, next);
	}
	return t;
}

const struct regex_tree *
regex_parse(struct arena *a, const char *text, const char **fault,
    size_t *at)
{
	struct parse x = { .a = a, .text = text, .p = text };
	const struct regex_tree *t = parse_or(&x);

	if (t != NULL && *x.p != '\0')
		t = fail(&x, "a \")\" without its \"(\"");
	*fault = x.fault;
	*at = (size_t)(x.p - text);
	return t;
}
