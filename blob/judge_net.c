/* Decisions on connections, ports and names; Unix sockets are paths. */
#include "blob/judge.h"

#include <string.h>

#include "blob/address.h"

#define PORT_HTTP	80
#define PORT_HTTPS	443

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* A final dot says "from the root", where every name starts anyway. */
static size_t
host_len(const char *host)
{
	size_t n = strlen(host);

	return n > 1 && host[n - 1] == '.' ? n - 1 : n;
}

static bool
same_text(const char *x, const char *y, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (lower(x[i]) != lower(y[i]))
			return false;
	return true;
}

/* Names by their letters, addresses by their bytes. */
static bool
same_host(const char *x, const char *y)
{
	struct address a, b;
	size_t n = host_len(x);

	if (address_parse(x, &a) && address_parse(y, &b))
		return address_is_same(&a, &b);
	return n == host_len(y) && same_text(x, y, n);
}

/* "*.example.com" is every name below example.com, not itself. */
static bool
domain_matches(const char *pattern, const char *host)
{
	size_t n, len = host_len(host);

	if (strncmp(pattern, "*.", 2) != 0)
		return same_host(pattern, host);
	pattern++;
	n = host_len(pattern);
	return len > n && same_text(pattern, host + len - n, n);
}

/* A name or an address that stays on this machine: 127.0.0.0/8 or ::1. */
static bool
is_loopback(const char *host)
{
	struct address a;

	return same_host(host, "localhost") ||
	    (address_parse(host, &a) && address_is_loopback(&a));
}

static int
start(const struct blob *b, enum judge_right right,
    struct blob_net_head *h, struct judge_verdict *out)
{
	int r;

	/* No section: no network, by no line. */
	*h = (struct blob_net_head){ .mode = BLOB_NET_NONE };
	r = blob_net_head_get(b, h);
	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = right, .cause = JUDGE_BY_MODE, .rule = h->rule_mode,
	    .entry = JUDGE_NO_ENTRY };
	return r == BLOB_ERR_MISSING ? BLOB_OK : r;
}

static int
allow(struct judge_verdict *out, enum judge_cause cause, uint32_t rule,
    enum judge_strength strength)
{
	out->decision = BLOB_ALLOW;
	out->cause = cause;
	out->rule = rule;
	out->strength = strength;
	return BLOB_OK;
}

/* The first entry for a port, or false. */
static bool
find_port(const struct blob *b, bool is_bind, uint16_t port,
    struct blob_net_port *p)
{
	uint32_t i;

	for (i = 0; blob_net_port_get(b, i, p) == BLOB_OK; i++)
		if (p->is_bind == is_bind && port >= p->lo && port <= p->hi)
			return true;
	return false;
}

static bool
has_ports(const struct blob *b, bool is_bind)
{
	struct blob_net_port p;
	uint32_t i;

	for (i = 0; blob_net_port_get(b, i, &p) == BLOB_OK; i++)
		if (p.is_bind == is_bind)
			return true;
	return false;
}

static int
connect_listed(const struct blob *b, const struct blob_net_head *h,
    const char *host, uint16_t port, struct judge_verdict *out)
{
	struct blob_net_port p;
	struct blob_net_host e;
	uint32_t i;

	if (find_port(b, false, port, &p))
		return allow(out, JUDGE_BY_RULE, p.rule, JUDGE_HARD);
	for (i = 0; blob_net_host_get(b, i, &e) == BLOB_OK; i++)
		if (port >= e.lo && port <= e.hi &&
		    same_host(blob_str(b, e.host), host))
			return allow(out, JUDGE_BY_RULE, e.rule,
			    JUDGE_SUPERVISED);
	out->cause = JUDGE_BY_ABSENCE;
	if (h->rule_connect != 0)
		out->rule = h->rule_connect;
	/* With a host somewhere, it is the broker that refuses. */
	out->strength = h->nhosts > 0 ? JUDGE_SUPERVISED : JUDGE_HARD;
	return BLOB_OK;
}

/* Strictest of the rules for a name; by absence it is refused. */
static int
judge_names(const struct blob *b, const char *host, unsigned protocol,
    struct judge_verdict *out)
{
	struct blob_net_domain e;
	bool is_found = false;
	uint32_t i;

	out->strength = JUDGE_SUPERVISED;
	out->cause = JUDGE_BY_ABSENCE;
	for (i = 0; blob_net_domain_get(b, i, &e) == BLOB_OK; i++) {
		if ((e.protocols & protocol) == 0 ||
		    !domain_matches(blob_str(b, e.host), host))
			continue;
		if (is_found && e.decision <= out->decision)
			continue;
		is_found = true;
		out->cause = JUDGE_BY_RULE;
		out->decision = (enum blob_decision)e.decision;
		out->rule = e.rule;
		out->why = e.why;
	}
	return BLOB_OK;
}

/* The proxy takes what it is told to take, else the ports of the web. */
static int
connect_proxied(const struct blob *b, const struct blob_net_head *h,
    const char *host, uint16_t port, struct judge_verdict *out)
{
	struct blob_net_port p;
	bool is_told = has_ports(b, false);

	out->strength = JUDGE_SUPERVISED;
	if (is_told ? !find_port(b, false, port, &p) :
	    port != PORT_HTTP && port != PORT_HTTPS) {
		out->cause = JUDGE_BY_ABSENCE;
		if (is_told && h->rule_connect != 0)
			out->rule = h->rule_connect;
		return BLOB_OK;
	}
	return judge_names(b, host, port == PORT_HTTP ? NET_PROTO_HTTP :
	    NET_PROTO_HTTPS, out);
}

int
judge_connect(const struct blob *b, const char *host, uint16_t port,
    struct judge_verdict *out)
{
	struct blob_net_head h;
	int r = start(b, JUDGE_CONNECT, &h, out);

	if (r != BLOB_OK)
		return r;
	switch ((enum blob_net_mode)h.mode) {
	case BLOB_NET_LOOPBACK:
		return !is_loopback(host) ? BLOB_OK :
		    allow(out, JUDGE_BY_MODE, h.rule_mode, JUDGE_HARD);
	case BLOB_NET_PORTS:
		return connect_listed(b, &h, host, port, out);
	case BLOB_NET_PROXY:
		return connect_proxied(b, &h, host, port, out);
	case BLOB_NET_FULL:
		return allow(out, JUDGE_BY_MODE, h.rule_mode, JUDGE_HARD);
	case BLOB_NET_NONE:
	case BLOB_NNETMODES:
		break;
	}
	return BLOB_OK;
}

int
judge_bind(const struct blob *b, uint16_t port, struct judge_verdict *out)
{
	struct blob_net_head h;
	struct blob_net_port p;
	int r = start(b, JUDGE_BIND, &h, out);

	if (r != BLOB_OK)
		return r;
	if (h.mode == BLOB_NET_FULL || h.mode == BLOB_NET_LOOPBACK)
		return allow(out, JUDGE_BY_MODE, h.rule_mode, JUDGE_HARD);
	if (h.mode != BLOB_NET_PORTS)
		return BLOB_OK;
	if (find_port(b, true, port, &p))
		return allow(out, JUDGE_BY_RULE, p.rule, JUDGE_HARD);
	out->cause = JUDGE_BY_ABSENCE;
	if (h.rule_bind != 0)
		out->rule = h.rule_bind;
	return BLOB_OK;
}

int
judge_domain(const struct blob *b, const char *host, unsigned protocol,
    struct judge_verdict *out)
{
	struct blob_net_head h;
	int r = start(b, JUDGE_DOMAIN, &h, out);

	if (r != BLOB_OK)
		return r;
	switch ((enum blob_net_mode)h.mode) {
	case BLOB_NET_PROXY:
		return judge_names(b, host, protocol, out);
	case BLOB_NET_LOOPBACK:
		if (!is_loopback(host))
			return BLOB_OK;
		/* FALLTHROUGH */
	case BLOB_NET_PORTS:
	case BLOB_NET_FULL:
		return allow(out, JUDGE_BY_MODE, h.rule_mode, JUDGE_HARD);
	case BLOB_NET_NONE:
	case BLOB_NNETMODES:
		break;
	}
	return BLOB_OK;
}
