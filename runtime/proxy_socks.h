/*
 * SOCKS5 (RFC 1928): without authentication, CONNECT alone.
 */
#ifndef RUNTIME_PROXY_SOCKS_H
#define RUNTIME_PROXY_SOCKS_H

#include "runtime/proxy_target.h"

#define PROXY_SOCKS_VERSION	5
#define PROXY_SOCKS_MAX		262	/* bytes of a message */

enum proxy_socks_reply {
	PROXY_SOCKS_OK = 0, PROXY_SOCKS_FAILED = 1, PROXY_SOCKS_DENIED = 2,
	PROXY_SOCKS_UNREACHABLE = 4, PROXY_SOCKS_REFUSED = 5,
	PROXY_SOCKS_COMMAND = 7, PROXY_SOCKS_ADDRESS = 8
};

/* The first message: does the client do without authentication? */
enum proxy_read proxy_socks_greeting(const uint8_t *p, size_t n,
    size_t *used);

/* The second; where it is bad, *why is what to answer. */
enum proxy_read proxy_socks_request(const uint8_t *p, size_t n,
    struct proxy_target *out, size_t *used, enum proxy_socks_reply *why);

#endif
