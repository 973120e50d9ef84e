/* Internet addresses and ranges of them: see address.h. */
#include "blob/address.h"

#include <string.h>

#define GROUPS		8
#define V4_AT		12	/* where the mapped address begins */

static const struct address v4_prefix = { { [10] = 0xff, [11] = 0xff } };

/* A number of at most `most', of digits alone; how many there were. */
static size_t
read_decimal(const char *s, size_t n, unsigned most, unsigned *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
		*out = *out * 10 + (unsigned)(s[i] - '0');
		if (*out > most || (i > 0 && s[0] == '0'))
			return 0;
	}
	return i;
}

static bool
parse_v4(const char *s, size_t n, uint8_t *out)
{
	size_t at = 0, len;
	unsigned value;
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0 && (at == n || s[at++] != '.'))
			return false;
		len = read_decimal(s + at, n - at, 255, &value);
		if (len == 0)
			return false;
		out[i] = (uint8_t)value;
		at += len;
	}
	return at == n;
}

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Up to four hexadecimal digits; how many there were. */
static size_t
read_group(const char *s, size_t n, uint8_t *out)
{
	unsigned value = 0;
	size_t i;

	for (i = 0; i < n && i < 4 && hex_value(s[i]) >= 0; i++)
		value = value << 4 | (unsigned)hex_value(s[i]);
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return i;
}

/* Move what stands behind "::" to the end. */
static bool
fill_gap(uint8_t *b, size_t len, size_t gap)
{
	if (gap == SIZE_MAX)
		return len == ADDRESS_LEN;
	if (len >= ADDRESS_LEN)
		return false;
	memmove(b + ADDRESS_LEN - (len - gap), b + gap, len - gap);
	memset(b + gap, 0, ADDRESS_LEN - len);
	return true;
}

static bool
parse_v6(const char *s, size_t n, uint8_t *out)
{
	size_t at = 0, len = 0, gap = SIZE_MAX, digits;

	if (n >= 2 && s[0] == ':' && s[1] == ':') {
		gap = 0;
		at = 2;
	}
	while (at < n) {
		if (len == ADDRESS_LEN)
			return false;
		if (memchr(s + at, ':', n - at) == NULL &&
		    len <= ADDRESS_LEN - 4 && parse_v4(s + at, n - at,
		    out + len))
			return fill_gap(out, len + 4, gap);
		digits = read_group(s + at, n - at, out + len);
		if (digits == 0)
			return false;
		len += 2;
		at += digits;
		if (at == n)
			break;
		if (s[at++] != ':' || at == n)
			return false;
		if (s[at] != ':')
			continue;
		if (gap != SIZE_MAX)
			return false;
		gap = len;
		at++;
	}
	return fill_gap(out, len, gap);
}

bool
address_read(const char *s, size_t n, struct address *out)
{
	*out = v4_prefix;
	if (memchr(s, ':', n) == NULL)
		return parse_v4(s, n, out->b + 12);
	memset(out, 0, sizeof(*out));
	return parse_v6(s, n, out->b);
}

bool
address_parse(const char *s, struct address *out)
{
	size_t n = strlen(s);

	if (n > 2 && s[0] == '[' && s[n - 1] == ']')
		return memchr(s, ':', n) != NULL &&
		    address_read(s + 1, n - 2, out);
	return address_read(s, n, out);
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

bool
address_range_has(const struct address_range *r, const struct address *a)
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;

	if (memcmp(r->first.b, a->b, whole) != 0)
		return false;
	return rest == 0 ||
	    ((r->first.b[whole] ^ a->b[whole]) >> (8 - rest)) == 0;
}

/* Is all that does not count zero? */
static bool
is_first(const struct address_range *r)
{
	unsigned i;

	for (i = r->bits; i < 8 * ADDRESS_LEN; i++)
		if ((r->first.b[i / 8] >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

bool
address_range_parse(const char *s, struct address_range *out)
{
	const char *slash = strchr(s, '/');
	size_t n = slash != NULL ? (size_t)(slash - s) : strlen(s);
	unsigned bits, most;
	bool is_short;

	out->bits = 8 * ADDRESS_LEN;
	if (!address_read(s, n, &out->first))
		return false;
	if (slash == NULL)
		return true;
	is_short = memchr(s, ':', n) == NULL;
	most = is_short ? 32 : 128;
	n = strlen(slash + 1);
	if (n == 0 || read_decimal(slash + 1, n, most, &bits) != n)
		return false;
	out->bits = bits + (is_short ? ADDRESS_V4_BITS : 0);
	return is_first(out);
}

static const struct address_range v4 = {
	{ { [10] = 0xff, [11] = 0xff } }, ADDRESS_V4_BITS
};

bool
address_is_v4(const struct address *a)
{
	return address_range_has(&v4, a);
}

struct address
address_undo(const struct address *a)
{
	static const struct address_range nat64 = {
		{ { 0x00, 0x64, 0xff, 0x9b } }, 96
	};
	struct address r = *a;

	if (address_range_has(&nat64, a))
		memcpy(r.b, v4_prefix.b, 12);
	return r;
}

bool
address_is_public(const struct address *a)
{
#define V4(a, b, c, d, n) \
	{ { { [10] = 0xff, [11] = 0xff, a, b, c, d } }, ADDRESS_V4_BITS + (n) }
	/* IANA's registries of special addresses. */
	static const struct address_range special[] = {
		V4(0, 0, 0, 0, 8), V4(10, 0, 0, 0, 8), V4(100, 64, 0, 0, 10),
		V4(127, 0, 0, 0, 8), V4(169, 254, 0, 0, 16),
		V4(172, 16, 0, 0, 12), V4(192, 0, 0, 0, 24),
		V4(192, 0, 2, 0, 24), V4(192, 88, 99, 0, 24),
		V4(192, 168, 0, 0, 16), V4(198, 18, 0, 0, 15),
		V4(198, 51, 100, 0, 24), V4(203, 0, 113, 0, 24),
		V4(224, 0, 0, 0, 4), V4(240, 0, 0, 0, 4),
		{ { { 0x20, 0x01 } }, 23 },		/* Teredo and others */
		{ { { 0x20, 0x01, 0x0d, 0xb8 } }, 32 },	/* documents */
		{ { { 0x20, 0x02 } }, 16 },		/* 6to4 */
		{ { { 0x3f, 0xff } }, 20 },		/* documents */
	};
#undef V4
	/* All other addresses of IPv6 that are given out. */
	static const struct address_range global = { { { 0x20 } }, 3 };
	size_t i;

	if (!address_is_v4(a) && !address_range_has(&global, a))
		return false;
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (address_range_has(&special[i], a))
			return false;
	return true;
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
