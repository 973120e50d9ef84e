/*
 * SHA-256's compression by the x86 SHA extensions (Intel SDM, SHA256RNDS2,
 * SHA256MSG1, SHA256MSG2): hashing is the largest part of reading a policy,
 * and this is six times as fast.  The processor is asked, not assumed.
 */
#include "blob/sha256.h"

#ifdef SHA256_HAS_X86

#include <immintrin.h>

#ifdef SHA256_BY_TRIAL

#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define INSTRUCTION	4	/* bytes of the one that is tried */

static void
skip_instruction(int sig, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	(void)sig;
	(void)info;
	c->uc_mcontext.gregs[REG_RIP] += INSTRUCTION;
	c->uc_mcontext.gregs[REG_RAX] = 0;
}

/*
 * In a virtual machine CPUID is a trap, which was a thirtieth of a launch;
 * to try costs a few system calls.  For a program that has one thread and
 * owns its signals.  The mask is set by the system call, as the library's
 * function keeps some signals to itself, and the command inherits the mask.
 */
bool
sha256_has_x86(void)
{
	struct sigaction skip = { .sa_sigaction = skip_instruction,
		.sa_flags = SA_SIGINFO }, old_action;
	const uint64_t ill = UINT64_C(1) << (SIGILL - 1);
	uint64_t old_mask;
	unsigned long has = 0;

	/* Blocked, it would kill. */
	if (syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &ill, &old_mask,
	    sizeof(old_mask)) < 0)
		return false;
	if (sigaction(SIGILL, &skip, &old_action) == 0) {
		has = 1;
		__asm__ volatile("sha256rnds2 %%xmm0, %%xmm1, %%xmm2"
		    : "+a" (has) : : "xmm2");
		(void)sigaction(SIGILL, &old_action, NULL);
	}
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old_mask, NULL,
	    sizeof(old_mask));
	return has != 0;
}

#else

#include <cpuid.h>

#define LEAF_EXTENDED	7
#define SHA		(1u << 29)	/* ebx */

bool
sha256_has_x86(void)
{
	unsigned a, b, c, d;

	/*
	 * In a virtual machine each question costs, so this is the only one.
	 * A processor that has them has SSE 4.1 and SSSE3 as well.  A 64-bit
	 * one that is too old for this leaf answers with its last, 5, 6 or
	 * 10, or with zeros: small numbers, in which that bit is clear.
	 */
	__cpuid_count(LEAF_EXTENDED, 0, a, b, c, d);
	return (b & SHA) != 0;
}

#endif

#define TARGET	__attribute__((target("sha,sse4.1,ssse3")))

/*
 * A text that is hashed: the sums as the instructions want them, and words of
 * its schedule, of which SLOT is four.  Macros and scalars, not arrays behind
 * pointers: all of it has to stay in registers.
 */
#define SLOT(m, p, i)							\
	m = _mm_shuffle_epi8(_mm_loadu_si128(				\
	    (const __m128i *)(const void *)((p) + 16 * (i))), swap)

/* Four rounds: two by the low half of the words, two by the high one. */
#define ROUNDS(abef, cdgh, i, m) do {					\
	__m128i sum = _mm_add_epi32(m,					\
	    _mm_loadu_si128((const __m128i *)(const void *)(k + 4 * (i)))); \
	cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);			\
	abef = _mm_sha256rnds2_epu32(abef, cdgh,			\
	    _mm_shuffle_epi32(sum, 0x0e));				\
} while (0)

/* The next four words of the schedule, from the sixteen before. */
#define SCHEDULE(m) do {						\
	__m128i next = _mm_sha256msg2_epu32(_mm_add_epi32(		\
	    _mm_sha256msg1_epu32(m[0], m[1]),				\
	    _mm_alignr_epi8(m[3], m[2], 4)), m[3]);			\
									\
	m[0] = m[1], m[1] = m[2], m[2] = m[3], m[3] = next;		\
} while (0)

struct sums {
	__m128i abef, cdgh;
};

/* The instructions want (a b e f) and (c d g h), a and c on top. */
TARGET static struct sums
take(const uint32_t state[8])
{
	return (struct sums){
		.abef = _mm_set_epi32((int)state[0], (int)state[1],
		    (int)state[4], (int)state[5]),
		.cdgh = _mm_set_epi32((int)state[2], (int)state[3],
		    (int)state[6], (int)state[7]),
	};
}

TARGET static void
give(uint32_t state[8], __m128i abef, __m128i cdgh)
{
	state[0] = (uint32_t)_mm_extract_epi32(abef, 3);
	state[1] = (uint32_t)_mm_extract_epi32(abef, 2);
	state[4] = (uint32_t)_mm_extract_epi32(abef, 1);
	state[5] = (uint32_t)_mm_extract_epi32(abef, 0);
	state[2] = (uint32_t)_mm_extract_epi32(cdgh, 3);
	state[3] = (uint32_t)_mm_extract_epi32(cdgh, 2);
	state[6] = (uint32_t)_mm_extract_epi32(cdgh, 1);
	state[7] = (uint32_t)_mm_extract_epi32(cdgh, 0);
}

TARGET void
sha256_compress_x86(uint32_t state[8], const uint32_t *k, const uint8_t *p,
    size_t n)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);
	struct sums s = take(state);
	__m128i abef = s.abef, cdgh = s.cdgh, m[4];

	for (; n > 0; n--, p += SHA256_BLOCK) {
		__m128i abef_was = abef, cdgh_was = cdgh;

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			SLOT(m[i], p, i);
			ROUNDS(abef, cdgh, i, m[i]);
		}
		/* Unrolled, the words stay where they are. */
#pragma GCC unroll 12
		for (int i = 4; i < 16; i++) {
			SCHEDULE(m);
			ROUNDS(abef, cdgh, i, m[3]);
		}
		abef = _mm_add_epi32(abef, abef_was);
		cdgh = _mm_add_epi32(cdgh, cdgh_was);
	}
	give(state, abef, cdgh);
}

TARGET void
sha256_compress_two_x86(uint32_t a[8], const uint8_t *p, uint32_t b[8],
    const uint8_t *q, const uint32_t *k, size_t n)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);
	struct sums s = take(a), t = take(b);
	__m128i abef = s.abef, cdgh = s.cdgh, m[4];
	__m128i abef2 = t.abef, cdgh2 = t.cdgh, m2[4];

	for (; n > 0; n--, p += SHA256_BLOCK, q += SHA256_BLOCK) {
		__m128i abef_was = abef, cdgh_was = cdgh;
		__m128i abef2_was = abef2, cdgh2_was = cdgh2;

#pragma GCC unroll 4
		for (int i = 0; i < 4; i++) {
			SLOT(m[i], p, i);
			SLOT(m2[i], q, i);
			ROUNDS(abef, cdgh, i, m[i]);
			ROUNDS(abef2, cdgh2, i, m2[i]);
		}
#pragma GCC unroll 12
		for (int i = 4; i < 16; i++) {
			SCHEDULE(m);
			ROUNDS(abef, cdgh, i, m[3]);
			SCHEDULE(m2);
			ROUNDS(abef2, cdgh2, i, m2[3]);
		}
		abef = _mm_add_epi32(abef, abef_was);
		cdgh = _mm_add_epi32(cdgh, cdgh_was);
		abef2 = _mm_add_epi32(abef2, abef2_was);
		cdgh2 = _mm_add_epi32(cdgh2, cdgh2_was);
	}
	give(a, abef, cdgh);
	give(b, abef2, cdgh2);
}

#endif
