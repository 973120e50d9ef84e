/*
 * SHA-256 as FIPS 180-4 gives it.  It protects against damage and names a
 * policy; trust comes from a signature, not from here.
 */
#include "blob/sha256.h"

#include <string.h>

#define MUCH	2048

static const uint32_t K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t
ror(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
schedule(uint32_t w[64], const uint8_t *p)
{
	uint32_t s0, s1;
	int i;

	for (i = 0; i < 16; i++)
		w[i] = be32(p + 4 * i);
	for (; i < 64; i++) {
		s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3;
		s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10;
		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

/*
 * One round.  The eight variables are not moved: their names go round
 * instead, once in eight rounds.
 */
static inline void
sha_round(uint32_t v[8], unsigned i, uint32_t kw)
{
	uint32_t a = v[-i & 7], b = v[(1 - i) & 7], c = v[(2 - i) & 7];
	uint32_t e = v[(4 - i) & 7], f = v[(5 - i) & 7], g = v[(6 - i) & 7];
	uint32_t t = v[(7 - i) & 7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) +
	    ((e & f) ^ (~e & g)) + kw;

	v[(3 - i) & 7] += t;
	v[(7 - i) & 7] = t + (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
	    ((a & b) ^ (a & c) ^ (b & c));
}

static void
compress_plain(uint32_t state[8], const uint8_t *p)
{
	uint32_t w[64], v[8];

	schedule(w, p);
	memcpy(v, state, sizeof(v));
	for (unsigned i = 0; i < 64; i += 8) {
		sha_round(v, 0, K[i] + w[i]);
		sha_round(v, 1, K[i + 1] + w[i + 1]);
		sha_round(v, 2, K[i + 2] + w[i + 2]);
		sha_round(v, 3, K[i + 3] + w[i + 3]);
		sha_round(v, 4, K[i + 4] + w[i + 4]);
		sha_round(v, 5, K[i + 5] + w[i + 5]);
		sha_round(v, 6, K[i + 6] + w[i + 6]);
		sha_round(v, 7, K[i + 7] + w[i + 7]);
	}
	for (unsigned i = 0; i < 8; i++)
		state[i] += v[i];
}

/* n whole blocks. */
static void
compress(struct sha256 *h, const uint8_t *p, size_t n)
{
#ifdef SHA256_HAS_X86
	if (h->is_x86) {
		sha256_compress_x86(h->state, K, p, n);
		return;
	}
#endif
	for (; n > 0; n--, p += SHA256_BLOCK)
		compress_plain(h->state, p);
}

void
sha256_init(struct sha256 *h)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	*h = (struct sha256){ 0 };
	memcpy(h->state, start, sizeof(start));
}

void
sha256_init_plain(struct sha256 *h)
{
	sha256_init(h);
	h->is_asked = true;
}

static void
ask(struct sha256 *h, size_t len)
{
#ifdef SHA256_HAS_X86
	if (len >= MUCH && !h->is_asked) {
		h->is_asked = true;
		h->is_x86 = sha256_has_x86();
	}
#else
	(void)h;
	(void)len;
#endif
}

void
sha256_update_two(struct sha256 *a, const void *p, struct sha256 *b,
    const void *q, size_t len)
{
	ask(a, len);
	b->is_asked = a->is_asked;
	b->is_x86 = a->is_x86;
#ifdef SHA256_HAS_X86
	if (a->is_x86) {
		sha256_compress_two_x86(a->state, p, b->state, q, K,
		    len / SHA256_BLOCK);
		a->bytes += len;
		b->bytes += len;
		return;
	}
#endif
	sha256_update(a, p, len);
	sha256_update(b, q, len);
}

void
sha256_update(struct sha256 *h, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t have = h->bytes % SHA256_BLOCK, n;

	if (len == 0)
		return;
	ask(h, len);
	h->bytes += len;
	if (have > 0) {
		n = 64 - have < len ? 64 - have : len;
		memcpy(h->block + have, p, n);
		p += n;
		len -= n;
		if (have + n < 64)
			return;
		compress(h, h->block, 1);
	}
	compress(h, p, len / SHA256_BLOCK);
	p += len - len % SHA256_BLOCK;
	memcpy(h->block, p, len % SHA256_BLOCK);
}

void
sha256_final(struct sha256 *h, uint8_t out[SHA256_LEN])
{
	uint64_t bits = h->bytes * 8;
	size_t have = h->bytes % SHA256_BLOCK;
	int i;

	h->block[have++] = 0x80;
	if (have > 56) {
		memset(h->block + have, 0, 64 - have);
		compress(h, h->block, 1);
		have = 0;
	}
	memset(h->block + have, 0, 56 - have);
	for (i = 0; i < 8; i++)
		h->block[56 + i] = (uint8_t)(bits >> (56 - 8 * i));
	compress(h, h->block, 1);
	for (i = 0; i < 32; i++)
		out[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}
