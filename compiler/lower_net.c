/*
 * The network section to ir, and the socket rules that its mode implies.
 * Landlock knows TCP ports alone; which sockets exist at all is seccomp's.
 */
#include "compiler/lower.h"

#include <stdlib.h>
#include <string.h>

#include "blob/address.h"
#include "blob/hostname.h"
#include "compiler/schema.h"

bool
lower_parse_ports(const char *s, uint16_t *lo, uint16_t *hi)
{
	unsigned long a, b;
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	a = b = strtoul(s, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		b = strtoul(end + 1, &end, 10);
	*lo = (uint16_t)a;
	*hi = (uint16_t)b;
	return *end == '\0' && a >= 1 && b <= 65535 && a <= b;
}

static void
port_add(struct lower *l, struct ir_port p)
{
	l->ir->ports = arena_grow(l->a, l->ir->ports, l->ir->nports,
	    &l->ir->cap_ports, sizeof(*l->ir->ports));
	l->ir->ports[l->ir->nports++] = p;
}

static void
host_add(struct lower *l, struct ir_host h)
{
	l->ir->hosts = arena_grow(l->a, l->ir->hosts, l->ir->nhosts,
	    &l->ir->cap_hosts, sizeof(*l->ir->hosts));
	l->ir->hosts[l->ir->nhosts++] = h;
}

/* One spelling for each host; NULL: it is none. */
static const char *
canonical_host(struct lower *l, const char *text, size_t len)
{
	const char *host = arena_strndup(l->a, text, len);
	char canonical[ADDRESS_TEXT];
	struct address address;

	if (address_parse(host, &address)) {
		/* Without brackets it is anyone's guess where it ends. */
		if (strchr(host, ':') != NULL && host[0] != '[')
			return NULL;
		address_text(&address, canonical);
		return arena_strdup(l->a, canonical);
	}
	return hostname_is_valid(host, len) ? lower_host_name(l, host) : NULL;
}

static void
lower_port(struct lower *l, const struct node *n, bool is_bind)
{
	const char *colon = strrchr(n->text, ':');
	struct ir_port p = { .is_bind = is_bind };
	struct ir_host h;

	if (colon == NULL && lower_parse_ports(n->text, &p.lo, &p.hi)) {
		p.rule = lower_rule(l, is_bind ? "network.bind" :
		    "network.connect", n);
		port_add(l, p);
		return;
	}
	if (!is_bind && colon != NULL && colon != n->text &&
	    lower_parse_ports(colon + 1, &h.lo, &h.hi) &&
	    (h.host = canonical_host(l, n->text,
	    (size_t)(colon - n->text))) != NULL) {
		h.rule = lower_rule(l, "network.connect", n);
		host_add(l, h);
		return;
	}
	diag_error(l->d, n->at, "\"%s\" takes %s, found %s",
	    is_bind ? "bind" : "connect", is_bind ?
	    "ports from 1 to 65535 (443, 8000-8100)" :
	    "ports from 1 to 65535 (443, 8000-8100) or \"host:port\" with a "
	    "name, an IPv4 address or an IPv6 address in brackets",
	    node_what(l->a, n));
}

static uint32_t
lower_ports(struct lower *l, const struct node *list, bool is_bind)
{
	const struct node *n;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next)
		lower_port(l, n, is_bind);
	return lower_rule(l, is_bind ? "network.bind" : "network.connect", list);
}

static void
lower_unix(struct lower *l, const struct node *list)
{
	const struct node *n;
	const char *path;

	l->ir->rule_unix = lower_rule(l, "network.unix", list);
	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
		enum blob_unix_mode mode = BLOB_UNIX_PATHS;

		if (strcmp(n->text, "pair") == 0) {
			mode = BLOB_UNIX_PAIR;
		} else if (strcmp(n->text, "any") == 0) {
			mode = BLOB_UNIX_ANY;
		} else if ((path = expand_path(&l->x, n, NULL)) != NULL) {
			l->ir->unixes = arena_grow(l->a, l->ir->unixes,
			    l->ir->nunixes, &l->ir->cap_unixes,
			    sizeof(*l->ir->unixes));
			l->ir->unixes[l->ir->nunixes++] = (struct ir_unix){
			    .path = path,
			    .rule = lower_rule(l, "network.unix", n) };
		}
		if (mode > l->ir->unix_mode)
			l->ir->unix_mode = mode;
	}
}

/*
 * What a mode refuses, first to last.  A row holds where the mode and the
 * Unix mode are among the bits given.
 */
#define M(mode)		(1u << (mode))
#define NO_INET		M(BLOB_NET_NONE)
#define SOME_INET	(M(BLOB_NET_LOOPBACK) | M(BLOB_NET_PORTS) | \
			M(BLOB_NET_PROXY) | M(BLOB_NET_FULL))
#define TCP_ONLY	(M(BLOB_NET_PORTS) | M(BLOB_NET_PROXY))
#define ALL_MODES	(NO_INET | SOME_INET)
#define NO_SOCKET	(M(BLOB_UNIX_NONE) | M(BLOB_UNIX_PAIR))
#define LISTED		M(BLOB_UNIX_PATHS)
#define NOT_ANY		(NO_SOCKET | LISTED)
#define ANY		M(BLOB_UNIX_ANY)
#define ALL_UNIX	(NOT_ANY | ANY)

static const struct implied {
	unsigned modes, unixes;
	const char *action, *item;
} implied[] = {
	{ NO_INET, NO_SOCKET, "errno(EAFNOSUPPORT)", "socket" },
	{ NO_INET, LISTED | ANY, "errno(EAFNOSUPPORT)",
	    "socket(domain != AF_UNIX)" },
	{ SOME_INET, NO_SOCKET, "errno(EAFNOSUPPORT)",
	    "socket(!(domain in {AF_INET, AF_INET6, AF_NETLINK}))" },
	{ SOME_INET & ~M(BLOB_NET_FULL), LISTED | ANY, "errno(EAFNOSUPPORT)",
	    "socket(!(domain in {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}))" },
	{ M(BLOB_NET_FULL), LISTED, "errno(EAFNOSUPPORT)",
	    "socket(!(domain in {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}))" },
	/* A datagram socket sends anywhere without a connect. */
	{ ALL_MODES, LISTED, "errno(EPROTONOSUPPORT)",
	    "socket(domain == AF_UNIX && (type & 15) != 1 && "
	    "(type & 15) != 5)" },
	/* Route queries, which name look-up makes; no other netlink. */
	{ SOME_INET, NOT_ANY, "errno(EAFNOSUPPORT)",
	    "socket(domain == AF_NETLINK && protocol != 0)" },
	{ SOME_INET, NOT_ANY, "errno(EPERM)",
	    "socket(domain in {AF_INET, AF_INET6} && (type & 15) == 3)" },
	/* TCP and UDP alone: no other protocol's module is loaded. */
	{ M(BLOB_NET_LOOPBACK), ALL_UNIX, "errno(EPROTONOSUPPORT)",
	    "socket(domain in {AF_INET, AF_INET6} && (((type & 15) != 1 && "
	    "(type & 15) != 2) || !(protocol in {0, 6, 17})))" },
	{ M(BLOB_NET_LOOPBACK), ANY, "errno(EAFNOSUPPORT)",
	    "socket(domain == AF_NETLINK && protocol != 0)" },
	/* Landlock's ports are TCP's: no other way out may exist. */
	{ TCP_ONLY, ALL_UNIX, "errno(EPROTONOSUPPORT)",
	    "socket(domain in {AF_INET, AF_INET6} && ((type & 15) != 1 || "
	    "!(protocol in {0, 6})))" },
	{ TCP_ONLY, ALL_UNIX, "errno(EPERM)",
	    "sendto((flags & 0x20000000) == 0x20000000)" },
	{ TCP_ONLY, ALL_UNIX, "errno(EPERM)",
	    "sendmsg((flags & 0x20000000) == 0x20000000)" },
	{ TCP_ONLY, ALL_UNIX, "errno(EPERM)",
	    "sendmmsg((flags & 0x20000000) == 0x20000000)" },
	/* TCP_ULP can make another protocol's socket of one of TCP. */
	{ TCP_ONLY, ALL_UNIX, "errno(ENOENT)",
	    "setsockopt(level == 6 && optname == 31)" },
	{ ALL_MODES, M(BLOB_UNIX_NONE), "errno(EAFNOSUPPORT)", "socketpair" },
	/* A datagram pair could be sent anywhere. */
	{ ALL_MODES, M(BLOB_UNIX_PAIR) | LISTED, "errno(EAFNOSUPPORT)",
	    "socketpair(domain != AF_UNIX || ((type & 15) != 1 && "
	    "(type & 15) != 5))" },
	{ NO_INET, NO_SOCKET, "errno(EPERM)", "connect" },
	{ NO_INET, NO_SOCKET, "errno(EPERM)", "bind" },
	{ NO_INET, NO_SOCKET, "errno(EPERM)", "listen" },
	{ NO_INET, NO_SOCKET, "errno(EPERM)", "accept" },
	{ NO_INET, NO_SOCKET, "errno(EPERM)", "accept4" },
	/* These make sockets where no argument can be looked at. */
	{ ALL_MODES & ~M(BLOB_NET_FULL), ALL_UNIX, "errno(ENOSYS)",
	    "@io-uring" },
	{ M(BLOB_NET_FULL), NOT_ANY, "errno(ENOSYS)", "@io-uring" },
	{ ALL_MODES & ~M(BLOB_NET_FULL), ALL_UNIX, "errno(ENOSYS)",
	    "socketcall" },
	{ M(BLOB_NET_FULL), NOT_ANY, "errno(ENOSYS)", "socketcall" },
};

/*
 * IPV6_2292PKTOPTIONS, IPV6_RTHDR: packets for one address go to another one
 * first.  IPv4's option takes a capability.
 */
static const char source_routes[] =
    "setsockopt(level == 41 && optname in {6, 57})";

static void
derive(struct lower *l, uint32_t rule)
{
	const struct ir *ir = l->ir;
	size_t i;

	for (i = 0; i < sizeof(implied) / sizeof(implied[0]); i++)
		if (implied[i].modes & M(ir->net_mode) &&
		    implied[i].unixes & M(ir->unix_mode))
			lower_sys_derive(l, implied[i].action,
			    implied[i].item, rule);
	if (ir->nhosts > 0)
		lower_sys_derive(l, "errno(EPERM)", source_routes, rule);
	for (i = 0; i < ir->nports; i++)
		if (ir->ports[i].is_bind)
			return;
	/* listen() without bind() takes a port of its own choice. */
	if (ir->net_mode == BLOB_NET_PORTS)
		lower_sys_derive(l, "errno(EPERM)", "listen", rule);
}

void
lower_network(struct lower *l, const struct node *network)
{
	const struct node *mode = node_get(network, "mode");
	const struct node *connect = node_get(network, "connect");
	const struct node *bind = node_get(network, "bind");
	const struct node *domains = node_get(network, "domains");
	struct ir *ir = l->ir;

	ir->net_mode = schema_word_index(mode, schema_net_words,
	    BLOB_NET_NONE);
	ir->rule_mode = lower_rule(l, "network.mode", mode != NULL ? mode :
	    network);
	ir->rule_connect = lower_ports(l, connect, false);
	ir->rule_bind = lower_ports(l, bind, true);
	lower_unix(l, node_get(network, "unix"));
	lower_domains(l, node_get(domains, "allow"), BLOB_ALLOW);
	lower_domains(l, node_get(domains, "deny"), BLOB_FORBIDDEN);
	if (ir->net_mode != BLOB_NET_PORTS && ir->nports + ir->nhosts > 0)
		diag_error(l->d, connect != NULL && connect->first != NULL ?
		    connect->at : bind->at,
		    "ports need \"mode: ports\", found \"mode: %s\"",
		    schema_net_words[ir->net_mode]);
	if (ir->net_mode != BLOB_NET_NONE)
		ir->predicates |= META_ALLOWS_NETWORK;
	derive(l, ir->rule_mode);
}
