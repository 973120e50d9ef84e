/* One decoder and a table of syntaxes. */
#include "compiler/dump_quote.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BAD	0xffffffffu	/* a byte that begins no character */

struct syntax {
	const char *quote;	/* around the whole */
	bool has_x;		/* \xHH below U+0100 */
	bool has_long;		/* \UXXXXXXXX; else a surrogate pair */
	bool keeps_bytes;	/* a bad byte as \xHH; else U+FFFD */
};

static const struct syntax yaml = { "\"", true, true, true };
static const struct syntax star = { "\"", true, true, true };
static const struct syntax json = { "\"", false, false, false };
static const struct syntax bare = { "", true, true, true };

/* Bytes that follow a first byte; -1 where none may begin. */
static int
tail_of(unsigned char c)
{
	if (c < 0x80)
		return 0;
	if (c >= 0xc2 && c <= 0xdf)
		return 1;
	if (c >= 0xe0 && c <= 0xef)
		return 2;
	return c >= 0xf0 && c <= 0xf4 ? 3 : -1;
}

/* The character at s, or BAD; *n is how many bytes it takes. */
static uint32_t
next(const unsigned char *s, size_t *n)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	int tail = tail_of(s[0]), i;
	uint32_t c;

	*n = 1;
	if (s[0] == 0xc0 && s[1] == 0x80) {
		*n = 2;
		return 0;
	}
	if (tail <= 0)
		return tail == 0 ? s[0] : BAD;
	c = s[0] & (0x3fu >> tail);
	for (i = 1; i <= tail; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return BAD;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[tail] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return BAD;
	*n = (size_t)tail + 1;
	return c;
}

static bool
is_plain(uint32_t c)
{
	static const struct { uint32_t lo, hi; } hidden[] = {
		{ 0, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad },
		{ 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xffff }, { 0xe0000, 0xe0fff },
		{ 0x1fffe, 0x1ffff }, { 0xf0000, 0xffffffff } };
	size_t i;

	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (c >= hidden[i].lo && c <= hidden[i].hi)
			return false;
	return true;
}

static size_t
put_escape(char *out, const struct syntax *x, uint32_t c)
{
	if (x->has_x && c < 0x100)
		return (size_t)sprintf(out, "\\x%02x", (unsigned)c);
	if (c < 0x10000)
		return (size_t)sprintf(out, "\\u%04x", (unsigned)c);
	if (x->has_long)
		return (size_t)sprintf(out, "\\U%08x", (unsigned)c);
	c -= 0x10000;
	return (size_t)sprintf(out, "\\u%04x\\u%04x",
	    (unsigned)(0xd800 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
}

static const char *
quote(struct arena *a, const char *s, const struct syntax *x)
{
	size_t len = strlen(s), n = 0, i, k;
	char *out = arena_alloc(a, 12 * len + 3);
	uint32_t c;

	if (*x->quote != '\0')
		out[n++] = *x->quote;
	for (i = 0; i < len; i += k) {
		c = next((const unsigned char *)s + i, &k);
		if (c == BAD) {
			n += put_escape(out + n, x, x->keeps_bytes ?
			    (unsigned char)s[i] : 0xfffd);
		} else if (!is_plain(c)) {
			n += put_escape(out + n, x, c);
		} else {
			if (*x->quote != '\0' && (c == '"' || c == '\\'))
				out[n++] = '\\';
			memcpy(out + n, s + i, k);
			n += k;
		}
	}
	if (*x->quote != '\0')
		out[n++] = *x->quote;
	out[n] = '\0';
	return out;
}

const char *
dump_quote_yaml(struct arena *a, const char *s)
{
	return quote(a, s, &yaml);
}

const char *
dump_quote_star(struct arena *a, const char *s)
{
	return quote(a, s, &star);
}

const char *
dump_quote_json(struct arena *a, const char *s)
{
	return quote(a, s, &json);
}

const char *
dump_escape(struct arena *a, const char *s)
{
	return quote(a, s, &bare);
}

const char *
dump_quote_single(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, 2 * strlen(s) + 3);
	size_t n = 0;

	out[n++] = '\'';
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			out[n++] = '\'';
		out[n++] = *s;
	}
	out[n++] = '\'';
	out[n] = '\0';
	return out;
}
