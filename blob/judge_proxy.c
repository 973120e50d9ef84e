/*
 * Decisions of the proxy: on the name or address that it is asked for, and on
 * the addresses that a name turns out to have.
 */
#include "blob/judge.h"

#include <string.h>

#include "blob/hostname.h"

#define PORT_HTTP	80
#define PORT_HTTPS	443

/* What is asked for: a name, or else an address. */
struct wanted {
	const char *host;
	bool is_address;
	struct address address;
	uint16_t port;
	unsigned front;		/* NET_PROTO_* that the proxy was asked in */
};

/* What is spoken behind the front, as the port says. */
static unsigned
spoken_on(uint16_t port)
{
	return port == PORT_HTTP ? NET_PROTO_HTTP : port == PORT_HTTPS ?
	    NET_PROTO_HTTPS : NET_PROTO_HTTP | NET_PROTO_HTTPS;
}

/* Without ports: to allow means the web's, to refuse means all. */
static bool
has_port(const struct blob_net_domain *e, uint16_t port)
{
	if (e->lo != 0)
		return port >= e->lo && port <= e->hi;
	return e->decision != BLOB_ALLOW || port == PORT_HTTP ||
	    port == PORT_HTTPS;
}

/* A refusal can't be got round by another front. */
static bool
has_protocol(const struct blob_net_domain *e, const struct wanted *w)
{
	unsigned of = w->front;

	if (e->decision != BLOB_ALLOW)
		of |= spoken_on(w->port);
	return (e->protocols & of) != 0;
}

static bool
range_has(const char *host, const struct address *a)
{
	struct address_range r;

	return address_range_parse(host, &r) && address_range_has(&r, a);
}

static bool
entry_matches(const struct blob *b, const struct blob_net_domain *e,
    const struct wanted *w)
{
	const char *host = blob_str(b, e->host);

	if (!has_protocol(e, w) || !has_port(e, w->port))
		return false;
	if (w->is_address)
		return range_has(host, &w->address);
	return hostname_matches(host, w->host);
}

/* The strictest of those that match decides. */
static void
take(const struct blob_net_domain *e, struct judge_verdict *out)
{
	if (out->cause == JUDGE_BY_RULE && e->decision <= out->decision)
		return;
	out->cause = JUDGE_BY_RULE;
	out->decision = (enum blob_decision)e->decision;
	out->rule = e->rule;
	out->why = e->why;
}

/* By absence it is refused. */
static void
judge_entries(const struct blob *b, const struct wanted *w,
    struct judge_verdict *out)
{
	struct blob_net_domain e;
	uint32_t i;

	out->strength = JUDGE_SUPERVISED;
	out->cause = JUDGE_BY_ABSENCE;
	for (i = 0; blob_net_domain_get(b, i, &e) == BLOB_OK; i++)
		if (entry_matches(b, &e, w))
			take(&e, out);
}

/* The mode; what a policy without the proxy says of all it asks. */
static enum blob_net_mode
start(const struct blob *b, struct judge_verdict *out)
{
	struct blob_net_head h = { .mode = BLOB_NET_NONE };

	if (blob_net_head_get(b, &h) != BLOB_OK)
		h = (struct blob_net_head){ .mode = BLOB_NET_NONE };
	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = JUDGE_DOMAIN, .cause = JUDGE_BY_MODE,
	    .rule = h.rule_mode, .entry = JUDGE_NO_ENTRY };
	if (h.mode == BLOB_NET_FULL)
		out->decision = BLOB_ALLOW;
	return h.mode;
}

int
judge_domain(const struct blob *b, const char *host, uint16_t port,
    unsigned protocol, struct judge_verdict *out)
{
	struct wanted w = { .host = host, .port = port, .front = protocol };
	size_t n = strlen(host);

	switch (start(b, out)) {
	case BLOB_NET_PROXY:
		if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
			host++;
			n -= 2;
		}
		w.is_address = address_read(host, n, &w.address);
		w.address = address_undo(&w.address);
		judge_entries(b, &w, out);
		return BLOB_OK;
	case BLOB_NET_PORTS:
		return judge_connect(b, host, port, out);
	default:
		return BLOB_OK;
	}
}

/* Any port of an address that is listed without one. */
static bool
answer_matches(const struct blob *b, const struct blob_net_domain *e,
    const struct wanted *w)
{
	return has_protocol(e, w) &&
	    (e->lo == 0 || (w->port >= e->lo && w->port <= e->hi)) &&
	    range_has(blob_str(b, e->host), &w->address);
}

int
judge_answer(const struct blob *b, const struct address *address,
    uint16_t port, unsigned protocol, struct judge_verdict *out)
{
	const struct wanted w = { .is_address = true, .port = port,
	    .address = address_undo(address), .front = protocol };
	enum blob_net_mode mode = start(b, out);
	struct blob_net_domain e;
	uint32_t i;

	if (mode == BLOB_NET_PORTS)
		out->decision = BLOB_ALLOW;
	if (mode != BLOB_NET_PROXY)
		return BLOB_OK;
	out->strength = JUDGE_SUPERVISED;
	out->cause = JUDGE_BY_ABSENCE;
	for (i = 0; blob_net_domain_get(b, i, &e) == BLOB_OK; i++)
		if (answer_matches(b, &e, &w))
			take(&e, out);
	if (out->cause == JUDGE_BY_ABSENCE && address_is_public(&w.address))
		out->decision = BLOB_ALLOW;
	return BLOB_OK;
}

unsigned
judge_front(uint16_t port)
{
	return port == PORT_HTTP ? NET_PROTO_HTTP : NET_PROTO_HTTPS;
}
