/*
 * Fuzz target of all that the proxy reads from clients.  The first byte says
 * what the rest is taken for; what is read in one piece must be read the same
 * in two, and what is sent on must mean what was decided on.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/proxy_hello.h"
#include "runtime/proxy_http.h"
#include "runtime/proxy_socks.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check(int holds)
{
	if (!holds)
		abort();
}

static void
check_target(const struct proxy_target *t)
{
	size_t n = strlen(t->host);
	struct address a;

	check(n > 0 && n <= HOSTNAME_MAX && t->port != 0);
	check(t->is_address == address_read(t->host, n, &a));
	check(t->is_address || hostname_is_valid(t->host, n));
}

/* Less of it is never something else. */
static void
check_prefixes(const char *p, size_t n, const struct proxy_target *tunnel)
{
	struct proxy_head h;

	for (size_t k = 0; k + 1 < n && k < 64; k++)
		check(proxy_http_read(p, k * n / 64, tunnel, &h) !=
		    PROXY_DONE);
}

/* The server, reading as we do, sees the host that was decided on. */
static void
check_rewritten(const char *p, const struct proxy_head *h)
{
	static char out[PROXY_HEAD_MAX + PROXY_HEAD_MORE];
	struct proxy_head again;
	struct text t;

	if (h->is_connect)
		return;
	text_init(&t, out, sizeof(out));
	proxy_http_put(p, h, &t);
	check(!t.is_cut);
	if (t.len > PROXY_HEAD_MAX)
		return;
	check(proxy_http_read(out, t.len, &h->target, &again) == PROXY_DONE);
	check(again.len == t.len && again.body.kind == h->body.kind &&
	    again.body.left == h->body.left);
}

static void
read_http(const char *p, size_t n, const struct proxy_target *tunnel)
{
	struct proxy_head h;

	if (proxy_http_read(p, n, tunnel, &h) != PROXY_DONE)
		return;
	check(h.len <= n && h.len <= PROXY_HEAD_MAX);
	check_target(&h.target);
	check(!h.is_other_host);
	check(tunnel == NULL || (!h.is_connect &&
	    strcmp(h.target.host, tunnel->host) == 0));
	check_prefixes(p, h.len, tunnel);
	check_rewritten(p, &h);
}

static void
read_body(const char *p, size_t n)
{
	struct proxy_body whole = { .kind = PROXY_BODY_CHUNKED }, parts = whole;
	size_t all = proxy_body_take(&whole, p, n), taken = 0;

	check(all <= n && !(whole.is_done && whole.is_bad));
	while (taken < n && !parts.is_done && !parts.is_bad)
		taken += proxy_body_take(&parts, p + taken, 1);
	check(taken == all && parts.is_done == whole.is_done &&
	    parts.is_bad == whole.is_bad);
}

static void
read_socks(const uint8_t *p, size_t n)
{
	enum proxy_socks_reply why;
	struct proxy_target t;
	size_t used = 0;

	if (proxy_socks_greeting(p, n, &used) == PROXY_DONE)
		check(used <= n && used >= 3);
	if (proxy_socks_request(p, n, &t, &used, &why) != PROXY_DONE)
		return;
	check(used <= n && used <= PROXY_SOCKS_MAX);
	check_target(&t);
}

static void
read_hello(const uint8_t *p, size_t n)
{
	static struct proxy_hello h, again;

	if (proxy_hello_read(p, n, &h) != PROXY_DONE)
		return;
	check(h.name[0] == '\0' || hostname_is_valid(h.name,
	    strlen(h.name)));
	/* What comes behind it changes nothing. */
	check(n == 0 || proxy_hello_read(p, n - 1, &again) != PROXY_DONE ||
	    strcmp(h.name, again.name) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const struct proxy_target tunnel = {
		.host = "good.test", .port = 80,
	};

	if (len == 0)
		return 0;
	switch (p[0]) {
	case 'h':
		read_http((const char *)p + 1, len - 1, NULL);
		break;
	case 't':
		read_http((const char *)p + 1, len - 1, &tunnel);
		break;
	case 'b':
		read_body((const char *)p + 1, len - 1);
		break;
	case 's':
		read_socks(p + 1, len - 1);
		break;
	case 'c':
		read_hello(p + 1, len - 1);
		break;
	}
	return 0;
}
