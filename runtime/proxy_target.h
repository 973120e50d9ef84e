/*
 * Where a client of the proxy wants to go, as read from its bytes.  Nothing
 * here does I/O or allocates; the readers of proxy_http.h, proxy_socks.h and
 * proxy_hello.h are made of this.
 */
#ifndef RUNTIME_PROXY_TARGET_H
#define RUNTIME_PROXY_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "blob/address.h"
#include "blob/hostname.h"
#include "runtime/text.h"

enum proxy_read {
	PROXY_MORE,	/* the bytes are the beginning of something */
	PROXY_DONE,
	PROXY_BAD
};

struct proxy_target {
	char host[HOSTNAME_CAP];	/* lower case, no final dot, no [] */
	bool is_address;
	struct address address;		/* if it is one */
	uint16_t port;
};

/* A name or a literal address; false: neither. */
bool proxy_target_host(struct proxy_target *t, const char *p, size_t n);

/* "HOST", "HOST:PORT" or "[ADDRESS]:PORT"; port 0: there has to be one. */
bool proxy_target_read(struct proxy_target *t, const char *p, size_t n,
    uint16_t port);

/* "HOST:PORT", with brackets where they belong. */
void proxy_target_put(const struct proxy_target *t, struct text *out);

#endif
