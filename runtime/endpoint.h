/*
 * What a struct sockaddr of another task says, read once from our copy of it.
 * What the kernel would refuse by its length is ENDPOINT_BAD, so that nothing
 * is let through that was not read as a whole.
 */
#ifndef RUNTIME_ENDPOINT_H
#define RUNTIME_ENDPOINT_H

#include <stddef.h>

#include "blob/address.h"
#include "runtime/text.h"

#define ENDPOINT_CAP	128	/* struct sockaddr_storage */
#define ENDPOINT_PATH	108	/* sun_path, which needs no NUL */

enum endpoint_kind {
	ENDPOINT_BAD,		/* too short or too long for its family */
	ENDPOINT_NONE,		/* AF_UNSPEC: ends a connection */
	ENDPOINT_INET,		/* both IPv4 and IPv6 */
	ENDPOINT_UNIX,		/* a path */
	ENDPOINT_ABSTRACT,	/* a Unix name without one */
	ENDPOINT_OTHER		/* another family */
};

struct endpoint {
	enum endpoint_kind kind;
	unsigned family;
	uint16_t port;			/* INET */
	struct address address;
	char path[ENDPOINT_PATH + 1];	/* UNIX; ABSTRACT: up to its NUL */
};

/* len bytes of a struct sockaddr. */
void endpoint_read(const uint8_t *p, size_t len, struct endpoint *out);

/* "127.0.0.1:80", "[::1]:80", "unix:/run/x", "unix:@name", "AF_NETLINK". */
void endpoint_put(const struct endpoint *e, struct text *out);

void endpoint_put_family(unsigned family, struct text *out);

#endif
