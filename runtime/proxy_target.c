/* Where a client of the proxy wants to go: see proxy_target.h. */
#include "runtime/proxy_target.h"

#include <string.h>

bool
proxy_target_host(struct proxy_target *t, const char *p, size_t n)
{
	if (n > 1 && p[n - 1] == '.')
		n--;
	if (n == 0 || n > HOSTNAME_MAX || p[n - 1] == '.')
		return false;
	t->is_address = address_read(p, n, &t->address);
	if (!t->is_address && !hostname_is_valid(p, n))
		return false;
	for (size_t i = 0; i < n; i++)
		t->host[i] = p[i] >= 'A' && p[i] <= 'Z' ?
		    (char)(p[i] - 'A' + 'a') : p[i];
	t->host[n] = '\0';
	return true;
}

/* 1 to 65535, of digits alone. */
static bool
read_port(const char *p, size_t n, uint16_t *out)
{
	unsigned v = 0;

	if (n == 0 || n > 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (unsigned)(p[i] - '0');
	}
	*out = (uint16_t)v;
	return v >= 1 && v <= UINT16_MAX;
}

bool
proxy_target_read(struct proxy_target *t, const char *p, size_t n,
    uint16_t port)
{
	const char *end = p + n, *host = p, *colon;
	size_t len;

	if (n > 0 && p[0] == '[') {
		colon = memchr(p, ']', n);
		if (colon == NULL)
			return false;
		host = p + 1;
		len = (size_t)(colon - host);
		colon++;
		if (memchr(host, ':', len) == NULL)
			return false;
	} else {
		colon = memchr(p, ':', n);
		if (colon == NULL)
			colon = end;
		len = (size_t)(colon - host);
	}
	t->port = port;
	if (colon == end)
		return port != 0 && proxy_target_host(t, host, len);
	return *colon == ':' && read_port(colon + 1,
	    (size_t)(end - colon) - 1, &t->port) &&
	    proxy_target_host(t, host, len);
}

void
proxy_target_put(const struct proxy_target *t, struct text *out)
{
	bool is_wide = strchr(t->host, ':') != NULL;

	text_str(out, is_wide ? "[" : "");
	text_str(out, t->host);
	text_str(out, is_wide ? "]:" : ":");
	text_num(out, t->port);
}
