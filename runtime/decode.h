/*
 * System calls as people read them: names, flags, addresses.  Of bytes that a
 * task may have changed in the meantime: nothing is decided by this.
 */
#ifndef RUNTIME_DECODE_H
#define RUNTIME_DECODE_H

#include "runtime/kernel.h"
#include "runtime/text.h"

#define DECODE_ADDRESS_CAP	128	/* struct sockaddr_storage */

/* The call's name on this architecture, or NULL. */
const char *decode_name(uint32_t nr);

/* "socket(AF_INET, SOCK_STREAM)", "ptrace". */
void decode_call(const struct k_seccomp_data *d, struct text *out);

struct decoded_address {
	unsigned family;
	bool has_port;
	uint16_t port;
	char host[64];			/* literal address; "" if it has none */
};

/*
 * len bytes of a struct sockaddr: "127.0.0.1:80", "unix:/run/x",
 * "unix:@name", "AF_NETLINK".
 */
void decode_address(const uint8_t *p, size_t len, struct text *out,
    struct decoded_address *a);

/* Does the call have to do with the network? */
bool decode_is_network(uint32_t nr);

#endif
