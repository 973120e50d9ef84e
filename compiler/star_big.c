/*
 * Integers of any size: signs and magnitudes of 32-bit digits, by the methods
 * of school.  Small results go back to star_int.
 */
#include "compiler/star_big.h"

#include <string.h>

struct mag {			/* a number being worked with */
	const uint32_t *v;
	size_t n;		/* without leading zeros */
	bool is_negative;
	uint32_t small[4];
};

static size_t
trim(const uint32_t *v, size_t n)
{
	while (n > 0 && v[n - 1] == 0)
		n--;
	return n;
}

/* Look at v's digits; *m does not move while they are used. */
static void
look(const struct star_value *v, struct mag *m)
{
	unsigned __int128 u;
	size_t i;

	if (v->type == STAR_BIG) {
		m->v = v->big->v;
		m->n = v->big->n;
		m->is_negative = v->big->is_negative;
		return;
	}
	m->is_negative = v->i < 0;
	u = m->is_negative ? -(unsigned __int128)v->i :
	    (unsigned __int128)v->i;
	for (i = 0; i < 4; i++)
		m->small[i] = (uint32_t)(u >> 32 * i);
	m->v = m->small;
	m->n = trim(m->small, 4);
}

/* A number of these digits, which are kept, into *out. */
static void
settle(struct arena *a, const uint32_t *v, size_t n, bool is_negative,
    struct star_value *out)
{
	const unsigned __int128 top = (unsigned __int128)1 << 127;
	unsigned __int128 u = 0;
	struct star_big *b;
	size_t i;

	n = trim(v, n);
	for (i = n < 4 ? n : 4; i-- > 0;)
		u = u << 32 | v[i];
	if (n <= 4 && (u < top || (u == top && is_negative))) {
		out->type = STAR_INT;
		out->i = (star_int)(is_negative ? -u : u);
		return;
	}
	b = arena_alloc(a, sizeof(*b));
	*b = (struct star_big){ .v = v, .n = n, .is_negative = is_negative };
	out->type = STAR_BIG;
	out->big = b;
}

static struct star_value *
number(struct star *s, const uint32_t *v, size_t n, bool is_negative)
{
	struct star_value *out = star_alloc(s, 1, sizeof(*out));

	if (out != NULL)
		settle(s->a, v, n, is_negative, out);
	return out;
}

static int
compare(const struct mag *a, const struct mag *b)
{
	size_t i;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (i = a->n; i-- > 0;)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i] ? -1 : 1;
	return 0;
}

int
star_big_compare(const struct star_value *a, const struct star_value *b)
{
	struct mag x, y;
	int r;

	look(a, &x);
	look(b, &y);
	if (x.is_negative != y.is_negative)
		return x.is_negative ? -1 : 1;
	r = compare(&x, &y);
	return x.is_negative ? -r : r;
}

/* a + b, or a - b where a is not the smaller; out has a's digits and one. */
static void
add(uint32_t *out, const struct mag *a, const struct mag *b, bool is_minus)
{
	int64_t carry = 0;
	size_t i;

	for (i = 0; i < a->n; i++) {
		carry += a->v[i];
		if (i < b->n)
			carry += is_minus ? -(int64_t)b->v[i] : b->v[i];
		out[i] = (uint32_t)carry;
		carry >>= 32;
	}
	out[a->n] = (uint32_t)carry;
}

static struct star_value *
sum(struct star *s, const struct mag *a, const struct mag *b, bool is_minus)
{
	bool b_negative = b->is_negative != is_minus;
	bool is_apart = a->is_negative != b_negative;
	bool is_swapped = compare(a, b) < 0;
	const struct mag *x = is_swapped ? b : a, *y = is_swapped ? a : b;
	uint32_t *out = star_alloc(s, x->n + 1, sizeof(*out));

	if (out == NULL || !star_spend(s, x->n / 8))
		return NULL;
	add(out, x, y, is_apart);
	return number(s, out, x->n + 1, is_swapped ? b_negative :
	    a->is_negative);
}

static struct star_value *
product(struct star *s, const struct mag *a, const struct mag *b)
{
	uint32_t *out = star_alloc(s, a->n + b->n, sizeof(*out));
	uint64_t carry;
	size_t i, j;

	if (out == NULL || !star_spend(s, a->n * b->n / 8))
		return NULL;
	memset(out, 0, (a->n + b->n) * sizeof(*out));
	for (i = 0; i < a->n; i++) {
		for (carry = 0, j = 0; j < b->n; j++) {
			carry += (uint64_t)a->v[i] * b->v[j] + out[i + j];
			out[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		out[i + j] = (uint32_t)carry;
	}
	return number(s, out, a->n + b->n, a->is_negative != b->is_negative);
}

/* v *= by, then += plus; the room has one more digit than n. */
static size_t
scale(uint32_t *v, size_t n, uint32_t by, uint32_t plus)
{
	uint64_t carry = plus;
	size_t i;

	for (i = 0; i < n; i++) {
		carry += (uint64_t)v[i] * by;
		v[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry > 0)
		v[n++] = (uint32_t)carry;
	return n;
}

/* v /= by; returns the remainder. */
static uint32_t
divide_small(uint32_t *v, size_t n, uint32_t by)
{
	uint64_t rest = 0;

	while (n-- > 0) {
		rest = rest << 32 | v[n];
		v[n] = (uint32_t)(rest / by);
		rest %= by;
	}
	return (uint32_t)rest;
}

static void
shift_up(uint32_t *out, const uint32_t *v, size_t n, unsigned bits)
{
	uint64_t carry = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		carry |= (uint64_t)v[i] << bits;
		out[i] = (uint32_t)carry;
		carry >>= 32;
	}
	out[n] = (uint32_t)carry;
}

/* One digit of u / v, whose highest bit is set; u's part shrinks by it. */
static uint32_t
quotient_digit(uint32_t *u, const uint32_t *v, size_t n)
{
	uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
	uint64_t q = top / v[n - 1], rest = top % v[n - 1], p = 0;
	int64_t borrow = 0;
	size_t i;

	while (q > UINT32_MAX || (n > 1 && q * v[n - 2] >
	    (rest << 32 | u[n - 2]))) {
		q--;
		rest += v[n - 1];
		if (rest > UINT32_MAX)
			break;
	}
	for (i = 0; i <= n; i++) {
		p += i < n ? q * v[i] : 0;
		borrow += (int64_t)u[i] - (int64_t)(uint32_t)p;
		u[i] = (uint32_t)borrow;
		borrow >>= 32;
		p >>= 32;
	}
	if (borrow == 0)
		return (uint32_t)q;
	for (p = 0, i = 0; i <= n; i++) {	/* one too many */
		p += (uint64_t)u[i] + (i < n ? v[i] : 0);
		u[i] = (uint32_t)p;
		p >>= 32;
	}
	return (uint32_t)(q - 1);
}

/* Knuth's algorithm D: u, of n + m + 1 digits, leaves the remainder. */
static void
divide_long(uint32_t *u, size_t m, const uint32_t *v, size_t n, uint32_t *q)
{
	size_t j;

	for (j = m + 1; j-- > 0;)
		q[j] = quotient_digit(u + j, v, n);
}

/* Towards minus infinity, as both results of a division are. */
static struct star_value *
floored(struct star *s, enum star_binary op, const struct mag *b,
    struct mag *q, struct mag *r, bool is_apart)
{
	static const uint32_t digit[] = { 1 };
	const struct mag one = { .v = digit, .n = 1 };

	if (op == STAR_MOD) {
		if (r->n == 0 || !is_apart)
			return number(s, r->v, r->n, b->is_negative);
		r->is_negative = !b->is_negative;
		return sum(s, r, b, false);
	}
	q->is_negative = is_apart;
	if (r->n == 0 || !is_apart)
		return number(s, q->v, q->n, is_apart);
	return sum(s, q, &one, true);
}

static struct star_value *
division(struct star *s, enum star_binary op, const struct mag *a,
    const struct mag *b)
{
	size_t m = a->n >= b->n ? a->n - b->n : 0, n = b->n, i;
	uint32_t *u = star_alloc(s, a->n + n + 2, sizeof(*u));
	uint32_t *v = star_alloc(s, n + 1, sizeof(*v));
	uint32_t *q = star_alloc(s, m + 1, sizeof(*q));
	struct mag quotient = { .v = q }, rest = { .v = u };
	unsigned bits;

	if (u == NULL || v == NULL || q == NULL ||
	    !star_spend(s, (m + 1) * n / 8))
		return NULL;
	memset(u, 0, (a->n + n + 2) * sizeof(*u));
	memset(q, 0, (m + 1) * sizeof(*q));
	bits = (unsigned)__builtin_clz(b->v[n - 1]);
	shift_up(v, b->v, n, bits);
	shift_up(u, a->v, a->n, bits);
	if (a->n >= n)
		divide_long(u, m, v, n, q);
	for (i = 0; i < n && bits > 0; i++)	/* down again */
		u[i] = u[i] >> bits | u[i + 1] << (32 - bits);
	quotient.n = trim(q, m + 1);
	rest.n = trim(u, n);
	return floored(s, op, b, &quotient, &rest,
	    a->is_negative != b->is_negative);
}

static void
negate(uint32_t *v, size_t n)
{
	uint64_t carry = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		carry += (uint32_t)~v[i];
		v[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

/* In two's complement of n digits. */
static uint32_t *
twos(struct star *s, const struct mag *m, size_t n)
{
	uint32_t *out = star_alloc(s, n, sizeof(*out));

	if (out == NULL)
		return NULL;
	memset(out, 0, n * sizeof(*out));
	memcpy(out, m->v, m->n * sizeof(*out));
	if (m->is_negative)
		negate(out, n);
	return out;
}

static struct star_value *
bitwise(struct star *s, enum star_binary op, const struct mag *a,
    const struct mag *b)
{
	size_t n = (a->n > b->n ? a->n : b->n) + 1, i;
	uint32_t *x = twos(s, a, n), *y = twos(s, b, n);
	bool is_negative;

	if (x == NULL || y == NULL || !star_spend(s, n / 8))
		return NULL;
	for (i = 0; i < n; i++)
		x[i] = op == STAR_BITAND ? x[i] & y[i] : op == STAR_BITOR ?
		    x[i] | y[i] : x[i] ^ y[i];
	is_negative = x[n - 1] >> 31;
	if (is_negative)
		negate(x, n);
	return number(s, x, n, is_negative);
}

#define MAX_SHIFT	100000	/* as in Codex */

static struct star_value *
shift_left(struct star *s, const struct mag *a, size_t by)
{
	size_t n = by / 32;
	uint32_t *out = star_alloc(s, a->n + n + 1, sizeof(*out));

	if (out == NULL || !star_spend(s, (a->n + n) / 8))
		return NULL;
	memset(out, 0, n * sizeof(*out));
	shift_up(out + n, a->v, a->n, by % 32);
	return number(s, out, a->n + n + 1, a->is_negative);
}

static struct star_value *
shift_right(struct star *s, const struct mag *a, size_t by)
{
	size_t skip = by / 32, n = a->n - skip, i;
	uint32_t *out = star_alloc(s, n + 2, sizeof(*out)), lost = 0;
	unsigned bits = by % 32;

	if (out == NULL)
		return NULL;
	for (i = 0; i < skip; i++)
		lost |= a->v[i];
	lost |= a->v[skip] & (((uint32_t)1 << bits) - 1);
	for (i = 0; i < n; i++)
		out[i] = (uint32_t)(((uint64_t)(i + 1 < n ?
		    a->v[skip + i + 1] : 0) << 32 | a->v[skip + i]) >> bits);
	if (a->is_negative && lost != 0)
		n = scale(out, n, 1, 1);
	return number(s, out, n, a->is_negative);
}

static struct star_value *
shift(struct star *s, enum star_binary op, const struct mag *a,
    const struct mag *b)
{
	if (b->is_negative)
		return star_fail(s, "negative shift count");
	if (op == STAR_LSHIFT) {
		if (a->n == 0)
			return star_integer(s, 0);
		if (b->n > 1 || (b->n == 1 && b->v[0] > MAX_SHIFT))
			return star_fail(s, "integer overflow: shifted by "
			    "more than %d", MAX_SHIFT);
		return shift_left(s, a, b->n == 1 ? b->v[0] : 0);
	}
	if (b->n > 1 || (b->n == 1 && b->v[0] / 32 >= a->n))
		return star_integer(s, a->is_negative ? -1 : 0);
	return shift_right(s, a, b->n == 1 ? b->v[0] : 0);
}

struct star_value *
star_big_binary(struct star *s, enum star_binary op,
    const struct star_value *l, const struct star_value *r)
{
	struct mag a, b;

	look(l, &a);
	look(r, &b);
	switch (op) {
	case STAR_ADD:
	case STAR_SUB:
		return sum(s, &a, &b, op == STAR_SUB);
	case STAR_MUL:
		return product(s, &a, &b);
	case STAR_FLOORDIV:
	case STAR_MOD:
		return b.n == 0 ? star_fail(s, "division by zero") :
		    division(s, op, &a, &b);
	case STAR_BITAND:
	case STAR_BITOR:
	case STAR_BITXOR:
		return bitwise(s, op, &a, &b);
	default:
		return shift(s, op, &a, &b);
	}
}

/* The highest power of base within 32 bits, and its exponent. */
static uint32_t
power(unsigned base, unsigned *digits)
{
	uint64_t p = base;

	for (*digits = 1; p * base <= UINT32_MAX; (*digits)++)
		p *= base;
	return (uint32_t)p;
}

void
star_big_put(struct star_buf *b, const struct star_value *v, unsigned base,
    bool is_upper)
{
	const char *names = is_upper ? "0123456789ABCDEF" :
	    "0123456789abcdef";
	unsigned each, i;
	uint32_t by = power(base, &each), part, *copy;
	struct mag m;
	size_t n, at;
	char *text;

	look(v, &m);
	at = m.n * 32 + 2;
	copy = star_alloc(b->s, m.n, sizeof(*copy));
	text = star_alloc(b->s, at, 1);
	if (copy == NULL || text == NULL ||
	    !star_spend(b->s, m.n * m.n / 8))
		return;
	memcpy(copy, m.v, m.n * sizeof(*copy));
	for (n = m.n; n > 0; n = trim(copy, n)) {
		part = divide_small(copy, n, by);
		for (i = 0; i < each && (part > 0 || trim(copy, n) > 0);
		    i++, part /= base)
			text[--at] = names[part % base];
	}
	if (m.is_negative)
		text[--at] = '-';
	star_put(b, text + at, m.n * 32 + 2 - at);
}

static uint32_t
digit_of(char c)
{
	return (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

void
star_big_parse(struct arena *a, const char *p, size_t n, unsigned base,
    bool is_negative, struct star_value *v)
{
	uint32_t *out = arena_alloc(a, (n / 4 + 3) * sizeof(*out));
	uint32_t by = 1, part = 0;
	size_t used = 0, i;

	/* A digit below 36 has less than 6 bits; many are added at once. */
	for (i = 0; i < n; i++) {
		if (p[i] == '_')
			continue;
		part = part * base + digit_of(p[i]);
		by *= base;
		if (by <= UINT32_MAX / base)
			continue;
		used = scale(out, used, by, part);
		by = 1;
		part = 0;
	}
	used = scale(out, used, by, part);
	settle(a, out, used, is_negative, v);
}
