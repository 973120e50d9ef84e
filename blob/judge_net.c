/* Decisions on connections, ports and names; Unix sockets are paths. */
#include "blob/judge.h"

#include "blob/hostname.h"

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
		    hostname_is_same(blob_str(b, e.host), host))
			return allow(out, JUDGE_BY_RULE, e.rule,
			    JUDGE_SUPERVISED);
	out->cause = JUDGE_BY_ABSENCE;
	if (h->rule_connect != 0)
		out->rule = h->rule_connect;
	/* With a host somewhere, it is the broker that refuses. */
	out->strength = h->nhosts > 0 ? JUDGE_SUPERVISED : JUDGE_HARD;
	return BLOB_OK;
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
		return !hostname_is_loopback(host) ? BLOB_OK :
		    allow(out, JUDGE_BY_MODE, h.rule_mode, JUDGE_HARD);
	case BLOB_NET_PORTS:
		return connect_listed(b, &h, host, port, out);
	case BLOB_NET_PROXY:
		return judge_domain(b, host, port, judge_front(port), out);
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
	/* In a network namespace of its own, or anywhere. */
	if (h.mode == BLOB_NET_FULL || h.mode == BLOB_NET_LOOPBACK ||
	    h.mode == BLOB_NET_PROXY)
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
