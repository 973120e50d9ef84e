/* The name in a TLS client's hello: see proxy_hello.h. */
#include "runtime/proxy_hello.h"

#include <string.h>

#define RECORD_HANDSHAKE	22
#define RECORD_HEAD		5
#define RECORD_MAX		16384u
#define CLIENT_HELLO		1
#define HANDSHAKE_HEAD		4
#define EXTENSION_NAME		0
#define NAME_HOST		0

struct cursor {
	const uint8_t *p;
	size_t n;
};

static bool
take(struct cursor *c, size_t n, struct cursor *out)
{
	if (n > c->n)
		return false;
	*out = (struct cursor){ c->p, n };
	c->p += n;
	c->n -= n;
	return true;
}

/* A number of `width' bytes. */
static bool
take_number(struct cursor *c, size_t width, size_t *out)
{
	struct cursor bytes;

	if (!take(c, width, &bytes))
		return false;
	for (*out = 0; bytes.n > 0; bytes.p++, bytes.n--)
		*out = *out << 8 | *bytes.p;
	return true;
}

/* Bytes behind their number. */
static bool
take_vector(struct cursor *c, size_t width, struct cursor *out)
{
	size_t n;

	return take_number(c, width, &n) && take(c, n, out);
}

/* A list of one name, of a host. */
static bool
read_name(struct cursor c, struct proxy_hello *out)
{
	struct proxy_target t;
	struct cursor list, name;
	size_t type;

	if (!take_vector(&c, 2, &list) || c.n != 0 ||
	    !take_number(&list, 1, &type) || type != NAME_HOST ||
	    !take_vector(&list, 2, &name) || list.n != 0 ||
	    !proxy_target_host(&t, (const char *)name.p, name.n) ||
	    t.is_address)
		return false;
	memcpy(out->name, t.host, sizeof(out->name));
	return true;
}

static bool
read_extensions(struct cursor c, struct proxy_hello *out)
{
	struct cursor value;
	size_t type;

	while (c.n > 0) {
		if (!take_number(&c, 2, &type) || !take_vector(&c, 2, &value))
			return false;
		if (type != EXTENSION_NAME)
			continue;
		if (out->name[0] != '\0' || !read_name(value, out))
			return false;
	}
	return true;
}

static bool
read_hello(struct cursor c, struct proxy_hello *out)
{
	struct cursor skipped, extensions;

	if (!take(&c, 2 + 32, &skipped) || !take_vector(&c, 1, &skipped) ||
	    !take_vector(&c, 2, &skipped) || !take_vector(&c, 1, &skipped))
		return false;
	/* Very old clients say nothing more. */
	if (c.n == 0)
		return true;
	return take_vector(&c, 2, &extensions) && c.n == 0 &&
	    read_extensions(extensions, out);
}

/* Bytes of the hello itself; 0: not known yet. */
static size_t
hello_len(const struct proxy_hello *h)
{
	return h->len < HANDSHAKE_HEAD ? 0 : HANDSHAKE_HEAD +
	    ((size_t)h->body[1] << 16 | (size_t)h->body[2] << 8 | h->body[3]);
}

/* What there is of one more record's content. */
static enum proxy_read
take_record(struct cursor *c, struct proxy_hello *h)
{
	size_t len, there;

	if (c->p[0] != RECORD_HANDSHAKE || (c->n > 1 && c->p[1] != 3))
		return PROXY_BAD;
	if (c->n < RECORD_HEAD)
		return PROXY_MORE;
	len = (size_t)c->p[3] << 8 | c->p[4];
	there = c->n - RECORD_HEAD < len ? c->n - RECORD_HEAD : len;
	if (len == 0 || len > RECORD_MAX || there > sizeof(h->body) - h->len)
		return PROXY_BAD;
	memcpy(h->body + h->len, c->p + RECORD_HEAD, there);
	h->len += there;
	c->p += RECORD_HEAD + there;
	c->n -= RECORD_HEAD + there;
	return there < len ? PROXY_MORE : PROXY_DONE;
}

enum proxy_read
proxy_hello_read(const uint8_t *p, size_t n, struct proxy_hello *out)
{
	struct cursor c = { p, n };
	enum proxy_read r = PROXY_DONE;

	out->len = 0;
	out->name[0] = '\0';
	/* Behind it early data may follow. */
	while (c.n > 0 && r == PROXY_DONE && (hello_len(out) == 0 ||
	    out->len < hello_len(out)))
		r = take_record(&c, out);
	if (r == PROXY_BAD || (out->len > 0 && out->body[0] != CLIENT_HELLO) ||
	    hello_len(out) > sizeof(out->body))
		return PROXY_BAD;
	if (hello_len(out) == 0 || out->len < hello_len(out))
		return n < PROXY_HELLO_MAX ? PROXY_MORE : PROXY_BAD;
	return read_hello((struct cursor){ out->body + HANDSHAKE_HEAD,
	    hello_len(out) - HANDSHAKE_HEAD }, out) ? PROXY_DONE : PROXY_BAD;
}
