/*
 * Values as text: str() and repr(), the language's own way of showing
 * floats, and UTF-8.
 */
#include "compiler/star_big.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blob/utf8.h"
#include "compiler/star_unicode.h"

#define MAX_NESTING	DEEP_MAX	/* of values shown */
#define FLOAT_DIGITS	6

void
star_put(struct star_buf *b, const char *p, size_t n)
{
	size_t cap = b->cap == 0 ? 64 : b->cap;
	char *more;

	if (b->s->has_failed)
		return;
	while (n > cap - b->n)
		cap *= 2;
	if (cap != b->cap) {
		more = star_alloc(b->s, cap, 1);
		if (more == NULL)
			return;
		if (b->n > 0)
			memcpy(more, b->p, b->n);
		b->p = more;
		b->cap = cap;
	}
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
star_puts(struct star_buf *b, const char *p)
{
	star_put(b, p, strlen(p));
}

void
star_put_rune(struct star_buf *b, uint32_t c)
{
	char u[4];

	star_put(b, u, utf8_put(u, c));
}

struct star_value *
star_buf_string(struct star_buf *b)
{
	if (b->s->has_failed)
		return NULL;
	return star_string_own(b->s, b->n > 0 ? b->p : "", b->n);
}

/* Bytes of the character at p, 0 if it is not UTF-8. */
static size_t
rune_len(const unsigned char *p, size_t n)
{
	size_t len, i;
	uint32_t c;

	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	c = p[0] & (0xffu >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if ((len == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
	    (len == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	return len;
}

bool
star_utf8_valid(const char *p, size_t n)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = rune_len((const unsigned char *)p + i, n - i);
		if (len == 0)
			return false;
	}
	return true;
}

uint32_t
star_utf8_next(const char *p, size_t n, size_t *i)
{
	const unsigned char *u = (const unsigned char *)p + *i;
	size_t len = rune_len(u, n - *i), j;
	uint32_t c;

	if (len <= 1) {
		(*i)++;
		return len == 1 ? u[0] : 0xfffd;
	}
	c = u[0] & (0xffu >> (len + 1));
	for (j = 1; j < len; j++)
		c = c << 6 | (u[j] & 0x3fu);
	*i += len;
	return c;
}

size_t
star_utf8_count(const char *p, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0) != 0x80;
	return count;
}

size_t
star_utf8_offset(const char *p, size_t n, size_t chars)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80 && chars-- == 0)
			return i;
	return n;
}

void
star_put_int(struct star_buf *b, star_int i, unsigned base, bool is_upper)
{
	const char *digits = is_upper ? "0123456789ABCDEF" :
	    "0123456789abcdef";
	unsigned __int128 u = i < 0 ? -(unsigned __int128)i :
	    (unsigned __int128)i;
	char text[132];
	size_t n = sizeof(text);

	do {
		text[--n] = digits[(unsigned)(u % base)];
		u /= base;
	} while (u != 0);
	if (i < 0)
		text[--n] = '-';
	star_put(b, text + n, sizeof(text) - n);
}

static int
exponent_of(double f)
{
	return f == 0 ? 0 : (int)floor(log10(fabs(f)));
}

/* 10 to the power of e; one is off by a unit in the reference's library. */
static double
power_of_ten(int e)
{
	return e == 126 ? nextafter(1e126, INFINITY) : pow(10, e);
}

/*
 * d.dddde+xx.  The digits are rounded on their own: what rounds up to ten
 * loses its carry, as it does in the language's reference implementation.
 */
static void
put_scientific(struct star_buf *b, double f, char e, bool is_short)
{
	int exponent = exponent_of(f);
	double normal = f == 0 ? 0 : fabs(f) / power_of_ten(exponent);
	char text[64];
	int n;

	n = snprintf(text, sizeof(text), "%s%.0f.%06lu", signbit(f) ? "-" :
	    "", trunc(normal), (unsigned long)round((normal -
	    trunc(normal)) * 1e6) % 1000000);
	while (is_short && n > 0 && text[n - 1] == '0')
		n--;
	if (is_short && n > 0 && text[n - 1] == '.')
		n--;
	star_put(b, text, (size_t)n);
	n = snprintf(text, sizeof(text), "%c%c%02d", e,
	    exponent < 0 ? '-' : '+', abs(exponent));
	star_put(b, text, (size_t)n);
}

/* Does f, cut after so many places, end in an even digit and a half? */
static bool
is_even_and_half(double f, int places)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "%.*f", places + 40, f);
	const char *next = text + n - 40;

	return (next[-1] & 1) == 0 && *next == '5' &&
	    strspn(next + 1, "0") == 39;
}

/* The shortest digits that read back as f, without exponent. */
static void
put_shortest(struct star_buf *b, double f)
{
	char text[64];
	int places;

	for (places = 1; places < 24; places++) {
		snprintf(text, sizeof(text), "%.*f", places, f);
		if (strtod(text, NULL) == f)
			break;
	}
	/* The language's reference rounds a half up, where C makes it even. */
	if (is_even_and_half(f, places))
		text[strlen(text) - 1]++;
	star_puts(b, text);
}

void
star_put_float(struct star_buf *b, double f, char how)
{
	bool is_upper = how < 'a';
	char text[400];
	int e;

	if (isnan(f) || isinf(f)) {
		star_puts(b, isnan(f) ? "nan" : f < 0 ? "-inf" : "+inf");
		return;
	}
	switch (how | 32) {
	case 'f':
		snprintf(text, sizeof(text), "%.*f", FLOAT_DIGITS, f);
		star_puts(b, text);
		return;
	case 'e':
		put_scientific(b, f, is_upper ? 'E' : 'e', false);
		return;
	default:
		e = exponent_of(f);
		if (e >= FLOAT_DIGITS || e <= -FLOAT_DIGITS) {
			put_scientific(b, f, is_upper ? 'E' : 'e', true);
		} else if (trunc(f) == f) {
			snprintf(text, sizeof(text), "%.1f", f);
			star_puts(b, text);
		} else {
			put_shortest(b, f);
		}
	}
}

static void
put_quoted_rune(struct star_buf *b, uint32_t c)
{
	static const char from[] = "\n\t\r\"\\", to[] = "ntr\"\\";
	const char *simple = c != 0 && c < 0x80 ? strchr(from, (int)c) : NULL;
	char text[12];

	if (simple != NULL)
		snprintf(text, sizeof(text), "\\%c", to[simple - from]);
	else if (c >= 0x20 && c < 0x7f)
		snprintf(text, sizeof(text), "%c", (int)c);
	else if (c > 0xff && (star_is_alpha(c) || star_is_numeric(c))) {
		star_put_rune(b, c);
		return;
	} else if (c <= 0xff)
		snprintf(text, sizeof(text), "\\x%02x", c);
	else if (c <= 0xffff)
		snprintf(text, sizeof(text), "\\u%04x", c);
	else
		snprintf(text, sizeof(text), "\\U%08x", c);
	star_puts(b, text);
}

static void
put_quoted(struct star_buf *b, struct star_text t)
{
	size_t i = 0;

	if (!star_spend(b->s, t.len))
		return;
	star_puts(b, "\"");
	while (i < t.len)
		put_quoted_rune(b, star_utf8_next(t.p, t.len, &i));
	star_puts(b, "\"");
}

/* A character within bytes: itself if it is a letter or a number. */
static void
put_bytes_rune(struct star_buf *b, const char *p, size_t n)
{
	size_t i = 0;
	uint32_t c = star_utf8_next(p, n, &i);
	char text[12];

	if (star_is_alpha(c) || star_is_numeric(c)) {
		star_put(b, p, n);
		return;
	}
	snprintf(text, sizeof(text), c > 0xffff ? "\\U%08x" : "\\u%04x", c);
	star_puts(b, text);
}

static void
put_quoted_bytes(struct star_buf *b, struct star_text t)
{
	size_t i, len;

	star_puts(b, "b\"");
	for (i = 0; i < t.len; i += len > 0 ? len : 1) {
		len = rune_len((const unsigned char *)t.p + i, t.len - i);
		if (len > 1)
			put_bytes_rune(b, t.p + i, len);
		else
			put_quoted_rune(b, (unsigned char)t.p[i]);
	}
	star_puts(b, "\"");
}

static void
put_seq(struct star_buf *b, const struct star_value *v)
{
	bool is_list = v->type == STAR_LIST;
	size_t i;

	if (v->seq->is_shown) {
		star_puts(b, is_list ? "[...]" : "(...)");
		return;
	}
	v->seq->is_shown = true;
	star_puts(b, is_list ? "[" : "(");
	for (i = 0; i < v->seq->n; i++) {
		if (i > 0)
			star_puts(b, ", ");
		star_put_repr(b, v->seq->v[i]);
	}
	if (!is_list && v->seq->n == 1)
		star_puts(b, ",");
	star_puts(b, is_list ? "]" : ")");
	v->seq->is_shown = false;
}

static void
put_dict(struct star_buf *b, const struct star_value *v)
{
	const char *comma = "";
	size_t i;

	if (v->dict->is_shown) {
		star_puts(b, "{...}");
		return;
	}
	v->dict->is_shown = true;
	star_puts(b, "{");
	for (i = 0; i < v->dict->n; i++) {
		if (v->dict->v[i].key == NULL)
			continue;
		star_puts(b, comma);
		star_put_repr(b, v->dict->v[i].key);
		star_puts(b, ": ");
		star_put_repr(b, v->dict->v[i].value);
		comma = ", ";
	}
	star_puts(b, "}");
	v->dict->is_shown = false;
}

static void
put_range(struct star_buf *b, struct star_range r)
{
	char text[64];

	if (r.step != 1)
		snprintf(text, sizeof(text), "range(%d, %d, %d)", r.start,
		    r.stop, r.step);
	else if (r.start != 0)
		snprintf(text, sizeof(text), "range(%d, %d)", r.start,
		    r.stop);
	else
		snprintf(text, sizeof(text), "range(%d)", r.stop);
	star_puts(b, text);
}

static void
put_function(struct star_buf *b, const struct star_def *def)
{
	star_puts(b, b->s->file);
	star_puts(b, ".");
	star_puts(b, def->name);
}

void
star_put_repr(struct star_buf *b, const struct star_value *v)
{
	if (!star_spend(b->s, 1))
		return;
	if (b->level >= MAX_NESTING) {
		star_fail(b->s, "value is nested too deep to be shown");
		return;
	}
	b->level++;
	switch (v->type) {
	case STAR_NONE:		star_puts(b, "None"); break;
	case STAR_BOOL:		star_puts(b, v->b ? "True" : "False"); break;
	case STAR_INT:		star_put_int(b, v->i, 10, false); break;
	case STAR_BIG:		star_big_put(b, v, 10, false); break;
	case STAR_FLOAT:	star_put_float(b, v->f, 'g'); break;
	case STAR_STRING:	put_quoted(b, v->s); break;
	case STAR_BYTES:	put_quoted_bytes(b, v->s); break;
	case STAR_LIST:
	case STAR_TUPLE:	put_seq(b, v); break;
	case STAR_DICT:		put_dict(b, v); break;
	case STAR_RANGE:	put_range(b, v->range); break;
	case STAR_FUNCTION:	put_function(b, v->fn->def); break;
	case STAR_BUILTIN:	star_puts(b, v->builtin.b->name); break;
	case STAR_ELLIPSIS:	star_puts(b, "Ellipsis"); break;
	case STAR_ITERATOR:	star_puts(b, "iterator"); break;
	case STAR_OPTION:	star_puts(b, "option"); break;
	case STAR_GLOB:
		star_puts(b, "glob(");
		put_quoted(b, v->s);
		star_puts(b, ")");
		break;
	}
	b->level--;
}

void
star_put_str(struct star_buf *b, const struct star_value *v)
{
	if (v->type == STAR_STRING || v->type == STAR_BYTES)
		star_put(b, v->s.p, v->s.len);
	else
		star_put_repr(b, v);
}

const char *
star_show(struct star *s, const struct star_value *v)
{
	struct star_buf b = { .s = s };
	size_t n;

	star_put_repr(&b, v);
	n = b.n > 60 ? 60 : b.n;
	while (n > 0 && n < b.n && ((unsigned char)b.p[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(s->a, "%.*s%s", (int)n, b.n > 0 ? b.p : "",
	    n < b.n ? "..." : "");
}
