/* Escapes of strings and ranges of numbers. */
#include "compiler/star_literal.h"

#include <stdlib.h>
#include <string.h>

#include "blob/utf8.h"
#include "compiler/star_big.h"

void
star_piece_add(struct star_parse *p, struct star_piece *b, const char *s,
    size_t n)
{
	size_t cap = b->cap == 0 ? 32 : b->cap;
	char *q;

	while (n > cap - b->n)
		cap *= 2;
	if (cap != b->cap) {
		q = arena_alloc(p->a, cap);
		if (b->n > 0)
			memcpy(q, b->p, b->n);
		b->p = q;
		b->cap = cap;
	}
	memcpy(b->p + b->n, s, n);
	b->n += n;
}

/* Value of up to n digits; returns how many there are. */
static size_t
digits(const char *s, size_t n, unsigned base, uint32_t *out)
{
	size_t i;
	unsigned d;

	for (*out = 0, i = 0; i < n; i++) {
		if (s[i] >= '0' && s[i] <= '9')
			d = (unsigned)(s[i] - '0');
		else if ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'f')
			d = (unsigned)((s[i] | 32) - 'a' + 10);
		else
			break;
		if (d >= base)
			break;
		*out = *out * base + d;
	}
	return i;
}

bool
star_piece_escape(struct star_parse *p, struct star_piece *b, const char *s,
    size_t n, bool is_bytes, struct loc at)
{
	static const char from[] = "nrtabfv\"'\\", to[] = "\n\r\t\a\b\f\v\"'\\";
	const char *simple;
	uint32_t c = 0;
	size_t want, got;
	char utf8[4];

	if (s[1] == '\n' || (s[1] == '\r' && n == 3))
		return true;		/* the line goes on */
	if (s[1] == '\r') {
		star_parse_fail(p, at, "a carriage return is no escape: "
		    "expected a newline after it");
		return false;
	}
	simple = s[1] != '\0' ? strchr(from, s[1]) : NULL;
	if (simple != NULL) {
		star_piece_add(p, b, &to[simple - from], 1);
		return true;
	}
	if (s[1] >= '0' && s[1] <= '7') {
		want = got = digits(s + 1, n - 1 < 3 ? n - 1 : 3, 8, &c);
	} else if (s[1] == 'x' || s[1] == 'u' || s[1] == 'U') {
		want = s[1] == 'x' ? 2 : s[1] == 'u' ? 4 : 8;
		got = digits(s + 2, n - 2 < want ? n - 2 : want, 16, &c);
	} else {
		star_piece_add(p, b, s, n);	/* an escape of nothing */
		return true;
	}
	if (got < want) {
		star_parse_fail(p, at, "escape %s needs %zu hexadecimal "
		    "digits", diag_quote(p->a, arena_strndup(p->a, s, 2)),
		    want);
		return false;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		star_parse_fail(p, at, "escape %s is not a character",
		    diag_quote(p->a, arena_strndup(p->a, s, n)));
		return false;
	}
	if (is_bytes && (s[1] == 'x' || s[1] <= '7')) {
		if (c > 0xff) {
			star_parse_fail(p, at, "escape %s is not a byte",
			    diag_quote(p->a, arena_strndup(p->a, s, n)));
			return false;
		}
		utf8[0] = (char)c;
		star_piece_add(p, b, utf8, 1);
		return true;
	}
	star_piece_add(p, b, utf8, utf8_put(utf8, c));
	return true;
}

/* Length of the escape at s, which has n bytes left. */
static size_t
escape_len(const char *s, size_t n)
{
	size_t most, len = 2;
	uint32_t c;

	if (n < 2)
		return n;
	if (s[1] == '\r')
		return n > 2 && s[2] == '\n' ? 3 : 2;
	if (s[1] >= '0' && s[1] <= '7')
		return 1 + digits(s + 1, n - 1 < 3 ? n - 1 : 3, 8, &c);
	most = s[1] == 'x' ? 2 : s[1] == 'u' ? 4 : s[1] == 'U' ? 8 : 0;
	if (most > 0)
		return 2 + digits(s + 2, n - 2 < most ? n - 2 : most, 16, &c);
	while (len < n && ((unsigned char)s[len] & 0xc0) == 0x80)
		len++;		/* the rest of a character */
	return len;
}

/* What a raw string makes of a backslash and the byte after it. */
static void
raw_pair(struct star_parse *p, struct star_piece *b, const char *s)
{
	if (s[1] == '"' || s[1] == '\'')
		star_piece_add(p, b, s + 1, 1);
	else
		star_piece_add(p, b, s, 2);
}

/* A string without its quotes. */
static bool
decode(struct star_parse *p, struct star_piece *b, const char *s, size_t n,
    bool is_raw, bool is_bytes, struct loc at)
{
	const char *end = s + n, *stop;
	size_t len;

	while (s < end) {
		for (stop = s; stop < end && *stop != '\\' &&
		    *stop != '\r'; stop++)
			continue;
		if (stop > s)
			star_piece_add(p, b, s, (size_t)(stop - s));
		s = stop;
		if (s == end)
			break;
		if (*s == '\r') {	/* line ends are "\n" everywhere */
			s++;
			continue;
		}
		len = is_raw ? 2 : escape_len(s, (size_t)(end - s));
		if (is_raw)
			raw_pair(p, b, s);
		else if (!star_piece_escape(p, b, s, len, is_bytes, at))
			return false;
		s += len;
	}
	return true;
}

/* A raw string ends before a backslash's CR LF, unless it has three quotes. */
static bool
has_raw_line_end(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i + 2 < n; i += s[i] == '\\' ? 2 : 1)
		if (memcmp(s + i, "\\\r\n", 3) == 0)
			return true;
	return false;
}

struct star_value *
star_literal_string(struct star_parse *p, const char *text, size_t n,
    struct loc at)
{
	struct star_value *v = arena_alloc(p->a, sizeof(*v));
	struct star_piece b = { .p = NULL };
	bool is_raw = false, is_bytes = false;
	size_t quotes;

	for (; *text != '"' && *text != '\''; text++, n--) {
		is_raw |= *text == 'r';
		is_bytes |= *text == 'b';
	}
	quotes = n >= 6 && text[1] == text[0] && text[2] == text[0] ? 3 : 1;
	v->type = is_bytes ? STAR_BYTES : STAR_STRING;
	text += quotes;
	n -= 2 * quotes;
	if (memchr(text, '\\', n) == NULL && memchr(text, '\r', n) == NULL) {
		v->s.p = text;
		v->s.len = n;
		return v;
	}
	if (is_raw && quotes == 1 && has_raw_line_end(text, n)) {
		star_parse_fail(p, at, "string is not closed");
		return NULL;
	}
	if (!decode(p, &b, text, n, is_raw, is_bytes, at))
		return NULL;
	v->s.p = b.n > 0 ? b.p : "";
	v->s.len = b.n;
	return v;
}

struct star_value *
star_literal_int(struct star_parse *p, const char *s, unsigned base,
    struct loc at)
{
	struct star_value *v = arena_alloc(p->a, sizeof(*v));
	size_t n = strlen(s);

	if (n > STAR_BIG_DIGITS) {
		star_parse_fail(p, at, "integer is too large: expected at "
		    "most %d digits", STAR_BIG_DIGITS);
		return NULL;
	}
	star_big_parse(p->a, s, n, base, false, v);
	return v;
}

struct star_value *
star_literal_float(struct star_parse *p, const char *text, struct loc at)
{
	struct star_value *v = arena_alloc(p->a, sizeof(*v));

	(void)at;
	v->type = STAR_FLOAT;
	v->f = strtod(text, NULL);	/* the locale is always "C" */
	return v;
}

struct star_value *
star_literal_ellipsis(struct star_parse *p)
{
	struct star_value *v = arena_alloc(p->a, sizeof(*v));

	v->type = STAR_ELLIPSIS;
	return v;
}
