/*
 * The name that a TLS client says in its first message (RFC 8446, 6066).
 */
#ifndef RUNTIME_PROXY_HELLO_H
#define RUNTIME_PROXY_HELLO_H

#include "runtime/proxy_target.h"

#define PROXY_HELLO_MAX	16384u	/* bytes, with the records' heads */

struct proxy_hello {
	uint8_t body[PROXY_HELLO_MAX];	/* put together from its records */
	size_t len;
	char name[HOSTNAME_CAP];	/* "": it says none */
};

/* Is p the beginning of a client's hello, and of which? */
enum proxy_read proxy_hello_read(const uint8_t *p, size_t n,
    struct proxy_hello *out);

#endif
