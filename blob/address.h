/*
 * Internet addresses and ranges of them: from text, and what kind they are.
 * All have 16 bytes; those of IPv4 stand behind ::ffff:.
 */
#ifndef BLOB_ADDRESS_H
#define BLOB_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRESS_LEN	16
#define ADDRESS_TEXT	48	/* "[" to "]" and NUL */
#define ADDRESS_V4_BITS	96	/* in front of one of IPv4 */

struct address {
	uint8_t b[ADDRESS_LEN];
};

struct address_range {
	struct address first;
	unsigned bits;		/* of 128 that count */
};

/*
 * "192.0.2.1" (four decimal numbers without zeros in front, no other form) or
 * "2001:db8::1", without brackets and zone.
 */
bool address_read(const char *s, size_t n, struct address *out);

/* The same to its NUL; one of IPv6 may be in brackets. */
bool address_parse(const char *s, struct address *out);

/* The shortest form (RFC 5952); an IPv6 address in brackets. */
void address_text(const struct address *a, char out[ADDRESS_TEXT]);

bool address_is_same(const struct address *a, const struct address *b);

/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(const struct address *a);

/* An address, or "ADDRESS/BITS" whose other bits are zero. */
bool address_range_parse(const char *s, struct address_range *out);

bool address_range_has(const struct address_range *r,
    const struct address *a);

bool address_is_v4(const struct address *a);

/* Where it leads: the IPv4 address that NAT64 (64:ff9b::/96) makes of it. */
struct address address_undo(const struct address *a);

/*
 * Can anybody on the Internet have it?  Not what is private, of this machine
 * or link, of many, for documents, a tunnel's or set aside.
 */
bool address_is_public(const struct address *a);

#endif
