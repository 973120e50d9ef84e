/*
 * SHA-256 (FIPS 180-4): the digest in a blob's header.  No allocation.
 */
#ifndef BLOB_SHA256_H
#define BLOB_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	32	/* bytes of a digest */
#define SHA256_BLOCK	64

struct sha256 {
	uint32_t state[8];
	uint64_t bytes;		/* taken so far */
	uint8_t block[SHA256_BLOCK];
	bool is_x86;		/* use the processor's instructions */
	bool is_asked;		/* is_x86 is an answer */
};

/*
 * Whether the processor has instructions for it is asked when there is much
 * to hash at once: the question costs as much as some kilobytes.
 */
void sha256_init(struct sha256 *h);
/* The same without special instructions: what the others are tested by. */
void sha256_init_plain(struct sha256 *h);
void sha256_update(struct sha256 *h, const void *p, size_t len);
/*
 * Two texts at once, len bytes of each, whole blocks on whole blocks: the
 * processor has one round to wait for, and does the other's meanwhile.
 */
void sha256_update_two(struct sha256 *a, const void *p, struct sha256 *b,
    const void *q, size_t len);
void sha256_final(struct sha256 *h, uint8_t out[SHA256_LEN]);

#ifdef __x86_64__
#define SHA256_HAS_X86
/* Does this processor have the SHA extensions? */
bool sha256_has_x86(void);
/* K: the 64 constants; p: n whole blocks. */
void sha256_compress_x86(uint32_t state[8], const uint32_t *k,
    const uint8_t *p, size_t n);
void sha256_compress_two_x86(uint32_t a[8], const uint8_t *p, uint32_t b[8],
    const uint8_t *q, const uint32_t *k, size_t n);
#endif

#endif
