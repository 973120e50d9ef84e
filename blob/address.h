/*
 * Internet addresses as text and as bytes: one form each, so that two
 * spellings of one address are the same to every rule.  An IPv4 address is
 * held as IPv6 maps it (::ffff:a.b.c.d), and is written as IPv4 alone.
 */
#ifndef BLOB_ADDRESS_H
#define BLOB_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_LEN	16
#define ADDRESS_TEXT	48	/* "[" to "]" and NUL */

struct address {
	uint8_t b[ADDRESS_LEN];
};

/*
 * "127.0.0.1" (four decimal numbers, no other form), "::1" or "[::1]".  False
 * when it is none of these: then it could be a name.
 */
bool address_parse(const char *s, struct address *out);

/* The shortest form (RFC 5952); an IPv6 address in brackets. */
void address_text(const struct address *a, char out[ADDRESS_TEXT]);

bool address_is_same(const struct address *a, const struct address *b);

/* An IPv4 address, however it was written? */
bool address_is_v4(const struct address *a);

/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(const struct address *a);

#endif
