/*
 * Blobs by hand: whole ones, spelled out byte by byte from codex-blob(5), so
 * that reader and writer cannot share a mistake.  Nothing here uses
 * blob/write; the names are format.h's, which a test holds against the page.
 */
#ifndef TESTS_LIB_HAND_H
#define TESTS_LIB_HAND_H

#include <stddef.h>
#include <stdint.h>

/* Little-endian numbers as initialisers. */
#define U8(v)	((uint8_t)((v) & 0xff))
#define U16(v)	U8(v), U8((v) >> 8)
#define U32(v)	U16(v), U16((uint32_t)(v) >> 16)
#define U64(v)	U32((uint64_t)(v) & 0xffffffff), U32((uint64_t)(v) >> 32)

#define HAND_ARCH		0xc000003eu	/* AUDIT_ARCH_X86_64 */
#define HAND_UNKNOWN		200		/* a kind that nobody knows */
#define HAND_RULES		3		/* entries of DBGI */
#define HAND_MAX_SECTIONS	16

struct hand_section {
	uint16_t kind, flags;
	uint32_t arch;
	size_t len;
	uint8_t *bytes;
};

struct hand {
	struct hand_section sec[HAND_MAX_SECTIONS];
	size_t nsec;
};

/* A good blob with at least one entry in every table; to be freed. */
struct hand *hand_good(void);
/* The same with BPFN and HINT, and without the unknown section. */
struct hand *hand_supervised(void);
void hand_free(struct hand *h);
/* The section of a kind, NULL without one. */
struct hand_section *hand_find(struct hand *h, unsigned kind);
/* Cut a section, or let it grow by zeros. */
void hand_resize(struct hand_section *s, size_t len);
/* Header, table, sections as they stand in h; to be freed. */
uint8_t *hand_assemble(const struct hand *h, size_t *len);
/* Put the digest that the other bytes want. */
void hand_seal(uint8_t *p, size_t len);

void hand_put(uint8_t *p, size_t width, uint64_t value);

/*
 * What blob_open() and then blob_check_digest() say to these bytes, which
 * are copied to a buffer of just that size.
 */
int hand_judge(const uint8_t *p, size_t len);
/* The same for the whole that h makes. */
int hand_judge_whole(const struct hand *h);

#endif
