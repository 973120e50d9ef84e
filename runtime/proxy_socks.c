/* SOCKS5: see proxy_socks.h. */
#include "runtime/proxy_socks.h"

#include <string.h>

#define CONNECT		1
#define TYPE_V4		1
#define TYPE_NAME	3
#define TYPE_V6		4

enum proxy_read
proxy_socks_greeting(const uint8_t *p, size_t n, size_t *used)
{
	if (n >= 1 && p[0] != PROXY_SOCKS_VERSION)
		return PROXY_BAD;
	if (n < 2 || n < (size_t)2 + p[1])
		return PROXY_MORE;
	*used = (size_t)2 + p[1];
	return memchr(p + 2, 0, p[1]) != NULL ? PROXY_DONE : PROXY_BAD;
}

static void
put_group(struct text *out, const uint8_t *p)
{
	static const char hex[] = "0123456789abcdef";
	unsigned v = (unsigned)p[0] << 8 | p[1];
	bool is_begun = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		is_begun |= (v >> shift & 15) != 0 || shift == 0;
		if (is_begun)
			text_bytes(out, hex + (v >> shift & 15), 1);
	}
}

/* As text: it is what rules, records and messages know. */
static void
set_address(struct proxy_target *t, const uint8_t *p, size_t n)
{
	struct text out;

	text_init(&out, t->host, sizeof(t->host));
	for (size_t i = 0; i < n; i += n == 4 ? 1 : 2) {
		text_str(&out, i == 0 ? "" : n == 4 ? "." : ":");
		if (n == 4)
			text_num(&out, p[i]);
		else
			put_group(&out, p + i);
	}
	t->is_address = address_read(t->host, out.len, &t->address);
}

enum proxy_read
proxy_socks_request(const uint8_t *p, size_t n, struct proxy_target *out,
    size_t *used, enum proxy_socks_reply *why)
{
	size_t len, at = 4;

	*why = PROXY_SOCKS_FAILED;
	if (n >= 1 && p[0] != PROXY_SOCKS_VERSION)
		return PROXY_BAD;
	if (n < 5)
		return PROXY_MORE;
	if (p[1] != CONNECT) {
		*why = PROXY_SOCKS_COMMAND;
		return PROXY_BAD;
	}
	len = p[3] == TYPE_V4 ? 4 : p[3] == TYPE_V6 ? 16 :
	    p[3] == TYPE_NAME ? p[4] : 0;
	if (len == 0) {
		*why = PROXY_SOCKS_ADDRESS;
		return PROXY_BAD;
	}
	at += p[3] == TYPE_NAME;
	if (n < at + len + 2)
		return PROXY_MORE;
	*used = at + len + 2;
	*out = (struct proxy_target){ .port =
	    (uint16_t)(p[at + len] << 8 | p[at + len + 1]) };
	if (p[3] != TYPE_NAME)
		set_address(out, p + at, len);
	else if (!proxy_target_host(out, (const char *)p + at, len))
		return PROXY_BAD;
	return p[2] == 0 && out->port != 0 ? PROXY_DONE : PROXY_BAD;
}
