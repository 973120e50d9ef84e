/* Addresses of other tasks' calls: see endpoint.h. */
#include "runtime/endpoint.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* What the kernel takes: without a scope, as of RFC 2133. */
#define INET6_LEAST	24u
#define UNIX_AT		offsetof(struct sockaddr_un, sun_path)

_Static_assert(sizeof(struct sockaddr_un) == UNIX_AT + ENDPOINT_PATH,
    "the longest path");

static const struct {
	unsigned value;
	const char *name;
} families[] = {
	{ AF_UNSPEC, "AF_UNSPEC" },
	{ AF_UNIX, "AF_UNIX" }, { AF_INET, "AF_INET" },
	{ AF_INET6, "AF_INET6" }, { AF_NETLINK, "AF_NETLINK" },
	{ AF_PACKET, "AF_PACKET" }, { AF_VSOCK, "AF_VSOCK" },
	{ AF_ALG, "AF_ALG" }, { AF_BLUETOOTH, "AF_BLUETOOTH" },
};

static void
read_inet(const uint8_t *p, size_t len, struct endpoint *out)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in a4;
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (len < (out->family == AF_INET ? sizeof(a4) : INET6_LEAST))
		return;
	out->kind = ENDPOINT_INET;
	if (out->family == AF_INET) {
		memcpy(&a4, p, sizeof(a4));
		out->port = ntohs(a4.sin_port);
		memcpy(out->address.b, mapped, sizeof(mapped));
		memcpy(out->address.b + sizeof(mapped), &a4.sin_addr,
		    sizeof(a4.sin_addr));
	} else {
		memcpy(&a6, p, INET6_LEAST);
		out->port = ntohs(a6.sin6_port);
		memcpy(out->address.b, &a6.sin6_addr, ADDRESS_LEN);
	}
}

static void
read_unix(const uint8_t *p, size_t len, struct endpoint *out)
{
	size_t from, n = 0;

	if (len <= UNIX_AT || len > sizeof(struct sockaddr_un))
		return;
	p += UNIX_AT;
	len -= UNIX_AT;
	out->kind = p[0] == '\0' ? ENDPOINT_ABSTRACT : ENDPOINT_UNIX;
	from = out->kind == ENDPOINT_ABSTRACT;
	for (; from + n < len && p[from + n] != '\0'; n++)
		out->path[n] = (char)p[from + n];
	out->path[n] = '\0';
}

void
endpoint_read(const uint8_t *p, size_t len, struct endpoint *out)
{
	sa_family_t family;

	*out = (struct endpoint){ .kind = ENDPOINT_BAD };
	if (len < sizeof(family) || len > ENDPOINT_CAP)
		return;
	memcpy(&family, p, sizeof(family));
	out->family = family;
	switch (family) {
	case AF_UNSPEC:
		out->kind = ENDPOINT_NONE;
		break;
	case AF_INET:
	case AF_INET6:
		read_inet(p, len, out);
		break;
	case AF_UNIX:
		read_unix(p, len, out);
		break;
	default:
		out->kind = ENDPOINT_OTHER;
	}
}

void
endpoint_put_family(unsigned family, struct text *out)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i].value == family) {
			text_str(out, families[i].name);
			return;
		}
	text_str(out, "AF_");
	text_num(out, family);
}

void
endpoint_put(const struct endpoint *e, struct text *out)
{
	char host[ADDRESS_TEXT];

	switch (e->kind) {
	case ENDPOINT_INET:
		address_text(&e->address, host);
		text_str(out, host);
		text_str(out, ":");
		text_num(out, e->port);
		break;
	case ENDPOINT_UNIX:
	case ENDPOINT_ABSTRACT:
		text_str(out, e->kind == ENDPOINT_UNIX ? "unix:" : "unix:@");
		text_shell(out, e->path);
		break;
	case ENDPOINT_BAD:
	case ENDPOINT_NONE:
	case ENDPOINT_OTHER:
		endpoint_put_family(e->family, out);
	}
}
