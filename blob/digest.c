/* The digest in a blob's header: see digest.h. */
#include "blob/digest.h"

#include "blob/format.h"
#include "blob/sha256.h"

void
digest_blob(const uint8_t *p, size_t len, uint8_t *out)
{
	const uint8_t *first = p + BLOB_H_LEN;
	size_t rest = len - BLOB_H_LEN;
	size_t half = rest / (2 * SHA256_BLOCK) * SHA256_BLOCK;
	uint8_t digest[2][SHA256_LEN];
	struct sha256 h, a, b;

	sha256_init(&a);
	sha256_init(&b);
	sha256_update_two(&a, first, &b, first + half, half);
	sha256_update(&b, first + 2 * half, rest - 2 * half);
	sha256_final(&a, digest[0]);
	sha256_final(&b, digest[1]);
	sha256_init(&h);
	sha256_update(&h, p, BLOB_H_DIGEST);
	sha256_update(&h, digest, sizeof(digest));
	sha256_final(&h, out);
}
