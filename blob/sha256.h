/*
 * SHA-256 (FIPS 180-4): the digest in a blob's header.  No allocation.
 */
#ifndef BLOB_SHA256_H
#define BLOB_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	32	/* bytes of a digest */

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;		/* taken so far */
	uint8_t block[64];
};

void sha256_init(struct sha256 *h);
void sha256_update(struct sha256 *h, const void *p, size_t len);
void sha256_final(struct sha256 *h, uint8_t out[SHA256_LEN]);

#endif
