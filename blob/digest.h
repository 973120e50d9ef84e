/*
 * The digest in a blob's header: SHA-256 (FIPS 180-4) over the bytes before
 * it and over the digests of the two halves of what follows the header.  By
 * halves, as two can be hashed at once in little more than the time of one,
 * and hashing is the largest part of reading a policy.
 */
#ifndef BLOB_DIGEST_H
#define BLOB_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* p: a whole blob of len bytes, BLOB_H_LEN at least; out: 32 bytes. */
void digest_blob(const uint8_t *p, size_t len, uint8_t *out);

#endif
