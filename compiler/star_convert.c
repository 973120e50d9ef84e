/* The functions that make a value of one type from another's. */
#include "compiler/star_big.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct star_value *
fn_abs(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	if (arg[0]->type == STAR_FLOAT)
		return star_real(s, fabs(arg[0]->f));
	if (!star_is_int(arg[0]))
		return star_fail(s, "abs() takes a number, found %s",
		    star_show(s, arg[0]));
	return star_big_real(arg[0]) < 0 ?
	    star_unary(s, STAR_MINUS, arg[0]) : arg[0];
}

static struct star_value *
fn_bool(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return star_bool(s, arg[0] != NULL && star_truth(arg[0]));
}

static struct star_value *
fn_bytes(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value **v, *x;
	int32_t byte;
	size_t n, i;
	char *p;

	(void)self;
	if (arg[0]->type == STAR_BYTES)
		return arg[0];
	if (arg[0]->type == STAR_STRING) {
		x = star_string_own(s, arg[0]->s.p, arg[0]->s.len);
	} else {
		if (!star_collect(s, arg[0], &v, &n) ||
		    (p = star_alloc(s, n + 1, 1)) == NULL)
			return NULL;
		for (i = 0; i < n; i++) {
			if (!star_want_int(s, v[i], "bytes", &byte))
				return NULL;
			if (byte < 0 || byte > 255)
				return star_fail(s, "%d is not a byte", byte);
			p[i] = (char)byte;
		}
		x = star_string_own(s, p, n);
	}
	if (x != NULL)
		x->type = STAR_BYTES;
	return x;
}

static struct star_value *
fn_chr(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };
	int32_t c;

	(void)self;
	if (!star_want_int(s, arg[0], "i", &c))
		return NULL;
	if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return star_fail(s, "%d is not a character", c);
	star_put_rune(&b, (uint32_t)c);
	return star_buf_string(&b);
}

static struct star_value *
fn_ord(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_text t;
	size_t i = 0;

	(void)self;
	if (arg[0]->type == STAR_BYTES && arg[0]->s.len == 1)
		return star_integer(s, (unsigned char)arg[0]->s.p[0]);
	if (!star_want_string(s, arg[0], "a", &t))
		return NULL;
	if (star_utf8_count(t.p, t.len) != 1)
		return star_fail(s, "ord() takes one character, found %s",
		    star_show(s, arg[0]));
	return star_integer(s, star_utf8_next(t.p, t.len, &i));
}

static struct star_value *
fn_dict(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *d = star_dict(s);

	(void)self;
	return d != NULL && star_dict_update(s, d, arg[0], arg[1]) ? d : NULL;
}

/* Rust's notion of a float: no blanks, no hexadecimal. */
static bool
is_float_text(const char *p, size_t n)
{
	static const char *const words[] = { "inf", "infinity", "nan" };
	size_t i, digits = 0;

	if (n > 0 && (*p == '+' || *p == '-')) {
		p++;
		n--;
	}
	for (i = 0; i < 3; i++)
		if (n == strlen(words[i]) && strncasecmp(p, words[i], n) == 0)
			return true;
	for (i = 0; i < n && (p[i] == '.' || (p[i] >= '0' && p[i] <= '9'));
	    i++)
		digits += p[i] != '.';
	if (digits == 0 || digits + 1 < i)
		return false;
	if (i == n)
		return true;
	if ((p[i] | 32) != 'e')
		return false;
	i++;
	if (i < n && (p[i] == '+' || p[i] == '-'))
		i++;
	if (i == n)
		return false;
	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i == n;
}

static struct star_value *
fn_float(struct star *s, struct star_value *self, struct star_value **arg)
{
	const struct star_value *v = arg[0];
	char *text;
	double f;

	(void)self;
	if (v == NULL)
		return star_real(s, 0);
	switch (v->type) {
	case STAR_FLOAT:
		return arg[0];
	case STAR_INT:
	case STAR_BIG:
		return star_real(s, star_big_real(v));
	case STAR_BOOL:
		return star_real(s, v->b);
	case STAR_STRING:
		if (!is_float_text(v->s.p, v->s.len))
			break;
		text = arena_strndup(s->a, v->s.p, v->s.len);
		f = strtod(text, NULL);
		if (isinf(f) && memchr(text, 'n', v->s.len) == NULL &&
		    memchr(text, 'N', v->s.len) == NULL)
			return star_fail(s, "%s is too large for a float",
			    star_show(s, v));
		return star_real(s, f);
	default:
		break;
	}
	return star_fail(s, "%s is not a number", star_show(s, v));
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32) - 'a' + 10 : 99;
}

/* The base that a prefix names, or 0. */
static unsigned
prefix_base(const char *p, size_t n)
{
	if (n < 2 || p[0] != '0')
		return 0;
	return (p[1] | 32) == 'x' ? 16 : (p[1] | 32) == 'o' ? 8 :
	    (p[1] | 32) == 'b' ? 2 : 0;
}

static struct star_value *
parse_int(struct star *s, const struct star_value *v, unsigned base)
{
	const char *p = v->s.p;
	size_t n = v->s.len;
	bool is_negative = n > 0 && *p == '-';
	struct star_value *x;
	unsigned prefix;
	size_t i;

	if (n > 0 && (*p == '-' || *p == '+')) {
		p++;
		n--;
	}
	prefix = prefix_base(p, n);
	if (prefix != 0 && (base == 0 || base == prefix)) {
		base = prefix;
		p += 2;
		n -= 2;
	}
	if (base == 0)
		base = 10;
	if (n == 0 || *p == '_')
		goto bad;
	for (i = 0; i < n; i++)
		if (p[i] != '_' && digit_value(p[i]) >= (int)base)
			goto bad;
	if (n > STAR_BIG_DIGITS)
		return star_fail(s, "an integer of more than %d digits",
		    STAR_BIG_DIGITS);
	if ((x = star_alloc(s, 1, sizeof(*x))) == NULL ||
	    !star_spend(s, n * n / 4096))
		return NULL;
	star_big_parse(s->a, p, n, base, is_negative, x);
	return x;
bad:
	return star_fail(s, "%s is not an integer in base %u",
	    star_show(s, v), base);
}

static struct star_value *
fn_int(struct star *s, struct star_value *self, struct star_value **arg)
{
	const struct star_value *v = arg[0];
	int32_t base = 0;	/* as the prefix says */

	(void)self;
	if (arg[1] != NULL && !star_want_int(s, arg[1], "base", &base))
		return NULL;
	if (v == NULL)
		return star_integer(s, 0);
	if (v->type == STAR_STRING) {
		if (base != 0 && (base < 2 || base > 36))
			return star_fail(s, "base %d: expected 0 or 2 to 36",
			    base);
		return parse_int(s, v, (unsigned)base);
	}
	if (arg[1] != NULL)
		return star_fail(s, "a base goes with a string, found %s",
		    star_show(s, v));
	if (star_is_int(v))
		return arg[0];
	if (v->type == STAR_BOOL)
		return star_integer(s, v->b);
	if (v->type == STAR_FLOAT && isfinite(v->f))
		return star_big_from_real(s, v->f);
	return star_fail(s, "%s is not an integer", star_show(s, v));
}

static struct star_value *
seq_from(struct star *s, struct star_value *from, enum star_type type)
{
	struct star_value **v = NULL;
	size_t n = 0;

	if (from != NULL && !star_collect(s, from, &v, &n))
		return NULL;
	return star_seq_of(s, type, v, n);
}

static struct star_value *
fn_list(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return seq_from(s, arg[0], STAR_LIST);
}

static struct star_value *
fn_tuple(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return seq_from(s, arg[0], STAR_TUPLE);
}

static struct star_value *
fn_str(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };
	const struct star_value *v = arg[0];
	size_t i = 0;

	(void)self;
	if (v->type == STAR_STRING)
		return arg[0];
	if (v->type == STAR_BYTES)
		while (i < v->s.len)
			star_put_rune(&b, star_utf8_next(v->s.p, v->s.len,
			    &i));
	else
		star_put_repr(&b, v);
	return star_buf_string(&b);
}

static struct star_value *
fn_type(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return star_cstring(s, star_type_name(arg[0]));
}

const struct star_builtin star_conversions[] = {
	{ "abs", "x /", fn_abs },
	{ "bool", "x? /", fn_bool },
	{ "bytes", "x /", fn_bytes },
	{ "chr", "i /", fn_chr },
	{ "dict", "pairs? / **", fn_dict },
	{ "float", "a? /", fn_float },
	{ "int", "a? / base?", fn_int },
	{ "list", "a? /", fn_list },
	{ "ord", "a /", fn_ord },
	{ "str", "a /", fn_str },
	{ "tuple", "a? /", fn_tuple },
	{ "type", "a /", fn_type },
	{ .name = NULL }
};
