/* Where the body of a request ends: see proxy_http.h. */
#include "runtime/proxy_http.h"

#define CHUNK_MAX	((uint64_t)1 << 56)
#define IDLE_MAX	8192u	/* of extensions and trailers, all together */

/* Before a size, in it, behind it; the bytes; what ends them; trailers. */
enum state {
	FIRST_DIGIT, SIZE, EXTENSION, SIZE_LF, BYTES, BYTES_CR, BYTES_LF,
	TRAILER, TRAILER_TEXT, TRAILER_LF, LAST_LF
};

static int
hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
take_digit(struct proxy_body *b, char c)
{
	int v = hex_value(c);

	if (v < 0 || b->left >= CHUNK_MAX >> 4)
		return false;
	b->left = b->left << 4 | (uint64_t)v;
	b->state = SIZE;
	return true;
}

/* Text of no importance, up to a CR. */
static bool
take_idle(struct proxy_body *b, char c, int next)
{
	if (c == '\r')
		b->state = next;
	return c != '\n' && c != '\0' && b->idle++ < IDLE_MAX;
}

/* One byte that is none of the body's own.  False: it can't stand here. */
static bool
step(struct proxy_body *b, char c)
{
	switch ((enum state)b->state) {
	case FIRST_DIGIT:
		b->left = 0;
		return take_digit(b, c);
	case SIZE:
		if (c == ';' || c == ' ' || c == '\t') {
			b->state = EXTENSION;
			return true;
		}
		if (c != '\r')
			return take_digit(b, c);
		b->state = SIZE_LF;
		return true;
	case EXTENSION:
		return take_idle(b, c, SIZE_LF);
	case SIZE_LF:
		b->state = b->left > 0 ? BYTES : TRAILER;
		return c == '\n';
	case BYTES_CR:
		b->state = BYTES_LF;
		return c == '\r';
	case BYTES_LF:
		b->state = FIRST_DIGIT;
		return c == '\n';
	case TRAILER:
		b->state = c == '\r' ? LAST_LF : TRAILER_TEXT;
		return c == '\r' || take_idle(b, c, TRAILER_LF);
	case TRAILER_TEXT:
		return take_idle(b, c, TRAILER_LF);
	case TRAILER_LF:
		b->state = TRAILER;
		return c == '\n';
	case LAST_LF:
		b->is_done = c == '\n';
		return b->is_done;
	case BYTES:
		break;
	}
	return false;
}

static size_t
take_bytes(struct proxy_body *b, size_t n)
{
	size_t taken = n < b->left ? n : (size_t)b->left;

	b->left -= taken;
	return taken;
}

size_t
proxy_body_take(struct proxy_body *b, const char *p, size_t n)
{
	size_t i = 0;

	if (b->kind == PROXY_BODY_LENGTH) {
		i = take_bytes(b, n);
		b->is_done = b->left == 0;
		return i;
	}
	while (i < n && !b->is_done && !b->is_bad) {
		if (b->state != BYTES) {
			b->is_bad = !step(b, p[i++]);
			continue;
		}
		i += take_bytes(b, n - i);
		if (b->left == 0)
			b->state = BYTES_CR;
	}
	return i;
}
