/*
 * Build a blob in memory: for the compiler and the tests, never linked into
 * codex-exec.  Knows layout and canonical order, not what fields mean.
 *
 * Any failure (memory, a limit) sticks to the writer and is returned by
 * blob_writer_finish(); calls in between need no checks.
 */
#ifndef BLOB_WRITE_H
#define BLOB_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "blob/format.h"

struct blob_writer;

struct blob_buf {
	uint8_t *p;
	size_t len, cap;
	int *failed;		/* set to 1 when memory runs out */
};

enum blob_write_error {
	BLOB_WRITE_OK = 0,
	BLOB_WRITE_ERR_MEMORY = -1,
	BLOB_WRITE_ERR_SIZE = -2	/* larger than BLOB_MAX_SIZE */
};

const char *blob_write_strerror(int err);

struct blob_writer *blob_writer_new(void);	/* NULL: no memory */
void blob_writer_free(struct blob_writer *w);

/* Offset of s in STRS; the same for the same string. */
uint32_t blob_writer_string(struct blob_writer *w, const char *s);

/*
 * The buffer of a section, empty when first asked for; arch is 0 for kinds
 * without.  Borrowed from w, until the next call of this function.
 */
struct blob_buf *blob_writer_section(struct blob_writer *w,
    enum blob_kind kind, uint32_t arch, unsigned flags);

/* The whole, with digest; *out is the caller's to free(). */
int blob_writer_finish(struct blob_writer *w, uint8_t **out, size_t *len);

void blob_put8(struct blob_buf *b, unsigned v);
void blob_put16(struct blob_buf *b, unsigned v);
void blob_put32(struct blob_buf *b, uint32_t v);
void blob_put64(struct blob_buf *b, uint64_t v);
void blob_put(struct blob_buf *b, const void *p, size_t n);

/* Write the digest that the other len - 32 bytes want (tests). */
void blob_seal(uint8_t *p, size_t len);

#endif
