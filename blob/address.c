/* Addresses as text and as bytes: see address.h. */
#include "blob/address.h"

#include <stddef.h>
#include <string.h>

#define GROUPS		8
#define V4_AT		12	/* where the mapped address begins */

static const uint8_t mapped[V4_AT] = { [10] = 0xff, [11] = 0xff };

bool
address_is_v4(const struct address *a)
{
	return memcmp(a->b, mapped, V4_AT) == 0;
}

bool
address_is_same(const struct address *a, const struct address *b)
{
	return memcmp(a->b, b->b, ADDRESS_LEN) == 0;
}

bool
address_is_loopback(const struct address *a)
{
	static const struct address one = { { [15] = 1 } };

	return address_is_v4(a) ? a->b[V4_AT] == 127 :
	    address_is_same(a, &one);
}

/* --- from text ---------------------------------------------------------- */

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* A number of up to max digits; behind it, or NULL. */
static const char *
number(const char *s, int base, int max, unsigned *v)
{
	int n = 0;

	*v = 0;
	for (; n <= max && digit(*s) < base; s++, n++)
		*v = *v * (unsigned)base + (unsigned)digit(*s);
	return n > 0 && n <= max ? s : NULL;
}

/* Four numbers to the end of n bytes; no leading zero: octal to some. */
static bool
parse_v4(const char *s, const char *end, uint8_t *out)
{
	unsigned v;
	int i;

	for (i = 0; i < 4; i++) {
		const char *at;

		if (i > 0 && *s++ != '.')
			return false;
		at = s;
		s = number(s, 10, 3, &v);
		if (s == NULL || v > 255 || (*at == '0' && s - at > 1))
			return false;
		out[i] = (uint8_t)v;
	}
	return s == end;
}

/* Groups as they come; *gap is where "::" stood, or GROUPS. */
static bool
parse_groups(const char *s, const char *end, uint8_t *out, size_t *n,
    size_t *gap)
{
	unsigned v;

	*n = 0;
	*gap = GROUPS;
	while (s < end) {
		const char *next;

		if (end - s >= 2 && s[0] == ':' && s[1] == ':') {
			if (*gap != GROUPS)
				return false;
			*gap = *n;
			s += 2;
			continue;
		}
		if (*n > 0 && *gap != *n && *s++ != ':')
			return false;
		if (*n <= GROUPS - 2 && parse_v4(s, end, out + 2 * *n)) {
			*n += 2;
			return true;
		}
		next = *n < GROUPS ? number(s, 16, 4, &v) : NULL;
		if (next == NULL)
			return false;
		out[2 * *n] = (uint8_t)(v >> 8);
		out[2 * (*n)++ + 1] = (uint8_t)v;
		s = next;
	}
	return true;
}

static bool
parse_v6(const char *s, const char *end, struct address *out)
{
	uint8_t groups[2 * GROUPS];
	size_t n, gap, tail;

	memset(out->b, 0, ADDRESS_LEN);
	if (!parse_groups(s, end, groups, &n, &gap) ||
	    (gap == GROUPS ? n != GROUPS : n >= GROUPS))
		return false;
	if (gap > n)
		gap = n;
	tail = n - gap;
	memcpy(out->b, groups, 2 * gap);
	memcpy(out->b + 2 * (GROUPS - tail), groups + 2 * gap, 2 * tail);
	return true;
}

bool
address_parse(const char *s, struct address *out)
{
	const char *end = s + strlen(s);

	memcpy(out->b, mapped, V4_AT);
	if (parse_v4(s, end, out->b + V4_AT))
		return true;
	if (*s == '[') {
		if (end[-1] != ']')
			return false;
		s++;
		end--;
	}
	return parse_v6(s, end, out);
}

/* --- to text ------------------------------------------------------------ */

static char *
put_number(char *to, unsigned v, unsigned base)
{
	char digits[5];
	size_t n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v > 0);
	while (n > 0)
		*to++ = digits[--n];
	return to;
}

static unsigned
group(const struct address *a, size_t i)
{
	return (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1];
}

/* The first of the longest runs of zero groups, two at least. */
static size_t
longest_run(const struct address *a, size_t *len)
{
	size_t i, n, at = GROUPS;

	*len = 1;
	for (i = 0; i < GROUPS; i += n + 1) {
		for (n = 0; i + n < GROUPS && group(a, i + n) == 0;)
			n++;
		if (n > *len) {
			*len = n;
			at = i;
		}
	}
	return at;
}

void
address_text(const struct address *a, char out[ADDRESS_TEXT])
{
	size_t i, len, at;
	char *to = out;

	if (address_is_v4(a)) {
		for (i = 0; i < 4; i++) {
			to = put_number(to, a->b[V4_AT + i], 10);
			*to++ = i < 3 ? '.' : '\0';
		}
		return;
	}
	at = longest_run(a, &len);
	*to++ = '[';
	for (i = 0; i < GROUPS; i++) {
		if (i == at) {
			*to++ = ':';
			*to++ = ':';
			i += len - 1;
			continue;
		}
		if (i > 0 && i != at + len)
			*to++ = ':';
		to = put_number(to, group(a, i), 16);
	}
	*to++ = ']';
	*to = '\0';
}
