/*
 * Entries of network.domains: a name, names below one, or addresses, and the
 * ports where others than the web's are meant.
 */
#include "compiler/lower.h"

#include <string.h>

#include "blob/address.h"
#include "blob/hostname.h"

struct entry {
	const char *host;
	const char *ports;	/* text behind the colon, or NULL */
};

/* Cut "[...]" and ":PORTS" off; what is wrong, or NULL. */
static const char *
split(struct lower *l, const char *s, struct entry *e)
{
	const char *colon = strchr(s, ':'), *close = strchr(s, ']');

	*e = (struct entry){ .host = s };
	if (strstr(s, "://") != NULL)
		return "it has a scheme";
	if (s[0] == '[') {
		if (close == NULL || (close[1] != '\0' && close[1] != ':'))
			return "a \"]\" is missing";
		e->host = arena_strndup(l->a, s + 1, (size_t)(close - s) - 1);
		if (strchr(e->host, ':') == NULL)
			return "brackets are for IPv6 addresses";
		if (close[1] == ':')
			e->ports = close + 2;
		return NULL;
	}
	/* More than one colon: an IPv6 address. */
	if (colon == NULL || strchr(colon + 1, ':') != NULL)
		return NULL;
	e->host = arena_strndup(l->a, s, (size_t)(colon - s));
	e->ports = colon + 1;
	return NULL;
}

const char *
lower_host_name(struct lower *l, const char *s)
{
	size_t n = strlen(s), i;
	char *out;

	if (n > 1 && s[n - 1] == '.')
		n--;
	out = arena_strndup(l->a, s, n);
	for (i = 0; i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return out;
}

static const char *
find_fault(const char *host)
{
	const char *slash = strchr(host, '/'), *name = host, *p;
	struct address_range r;
	struct address a;

	if (address_range_parse(host, &r) || strcmp(host, "*") == 0)
		return NULL;
	if (slash != NULL)
		return !address_read(host, (size_t)(slash - host), &a) ?
		    "what stands before \"/\" is no address" :
		    "no such number of bits, or bits behind them are set";
	if (strncmp(host, "*.", 2) == 0)
		name += 2;
	if (hostname_is_valid(name, strlen(name)))
		return NULL;
	for (p = name; *p != '\0'; p++) {
		if (*p == '*')
			return "\"*\" can only stand for the first part";
		if ((unsigned char)*p >= 0x80)
			return "a name beyond ASCII is written as xn--...";
	}
	return "it is neither a name nor an address";
}

static void
lower_entry(struct lower *l, const struct node *n, enum blob_decision decision)
{
	struct ir_domain d = { .protocols = NET_ALL_PROTOS,
	    .decision = decision, .why = "" };
	struct ir *ir = l->ir;
	struct entry e;
	const char *fault = split(l, n->text, &e);

	if (fault == NULL)
		fault = find_fault(e.host);
	if (fault == NULL && e.ports != NULL &&
	    !lower_parse_ports(e.ports, &d.lo, &d.hi))
		fault = "ports are numbers from 1 to 65535 (8080, 8000-8100)";
	if (fault != NULL) {
		diag_error(l->d, n->at, "\"%s\" takes names (\"example.com\", "
		    "\"*.example.com\") or addresses (\"10.0.0.0/8\"), found "
		    "%s: %s", decision == BLOB_ALLOW ? "allow" : "deny",
		    node_what(l->a, n), fault);
		return;
	}
	d.host = lower_host_name(l, e.host);
	d.rule = lower_rule(l, "network.domains", n);
	ir->domains = arena_grow(l->a, ir->domains, ir->ndomains,
	    &ir->cap_domains, sizeof(*ir->domains));
	ir->domains[ir->ndomains++] = d;
}

void
lower_domains(struct lower *l, const struct node *list,
    enum blob_decision decision)
{
	const struct node *n;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next)
		lower_entry(l, n, decision);
}
