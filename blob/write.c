/*
 * The writer of blobs: buffers, one string table, canonical layout.
 */
#include "blob/write.h"

#include <stdlib.h>
#include <string.h>

#include "blob/digest.h"

struct section {
	uint16_t kind, flags;
	uint32_t arch;
	struct blob_buf buf;
};

struct blob_writer {
	struct section sec[BLOB_MAX_SECTIONS];
	size_t nsec;
	struct blob_buf strs;
	uint32_t *slots;	/* open hash of offsets in strs, 0 = empty */
	size_t nslots, nstrings;
	int failed, too_many;
};

const char *
blob_write_strerror(int err)
{
	switch ((enum blob_write_error)err) {
	case BLOB_WRITE_OK:		return "no error";
	case BLOB_WRITE_ERR_MEMORY:	return "out of memory";
	case BLOB_WRITE_ERR_SIZE:	return "the policy is too large";
	}
	return "unknown error";
}

void
blob_put(struct blob_buf *b, const void *p, size_t n)
{
	size_t cap = b->cap == 0 ? 256 : b->cap;
	uint8_t *q;

	if (*b->failed || n == 0)
		return;
	if (n > BLOB_MAX_SIZE || b->len > BLOB_MAX_SIZE) {
		*b->failed = 1;
		return;
	}
	while (cap - b->len < n || cap < b->len)
		cap *= 2;
	if (cap != b->cap) {
		q = realloc(b->p, cap);
		if (q == NULL) {
			*b->failed = 1;
			return;
		}
		b->p = q;
		b->cap = cap;
	}
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

void
blob_put8(struct blob_buf *b, unsigned v)
{
	uint8_t c = (uint8_t)v;

	blob_put(b, &c, 1);
}

void
blob_put16(struct blob_buf *b, unsigned v)
{
	uint8_t c[2] = { (uint8_t)v, (uint8_t)(v >> 8) };

	blob_put(b, c, 2);
}

void
blob_put32(struct blob_buf *b, uint32_t v)
{
	blob_put16(b, v & 0xffff);
	blob_put16(b, v >> 16);
}

void
blob_put64(struct blob_buf *b, uint64_t v)
{
	blob_put32(b, (uint32_t)v);
	blob_put32(b, (uint32_t)(v >> 32));
}

struct blob_writer *
blob_writer_new(void)
{
	struct blob_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->strs.failed = &w->failed;
	blob_put8(&w->strs, 0);		/* offset 0 is "" */
	return w;
}

void
blob_writer_free(struct blob_writer *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->nsec; i++)
		free(w->sec[i].buf.p);
	free(w->strs.p);
	free(w->slots);
	free(w);
}

static size_t
hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

/* The slot of s: with its offset, or empty. */
static size_t
slot_of(const struct blob_writer *w, const char *s)
{
	size_t i = hash(s) & (w->nslots - 1);

	while (w->slots[i] != 0 &&
	    strcmp((const char *)w->strs.p + w->slots[i], s) != 0)
		i = (i + 1) & (w->nslots - 1);
	return i;
}

static int
slots_grow(struct blob_writer *w)
{
	size_t i, nold = w->nslots;
	uint32_t *old = w->slots;

	if (w->nstrings * 2 < nold)
		return 0;
	w->nslots = nold == 0 ? 64 : nold * 2;
	w->slots = calloc(w->nslots, sizeof(*w->slots));
	if (w->slots == NULL) {
		w->slots = old;
		w->nslots = nold;
		return -1;
	}
	for (i = 0; i < nold; i++)
		if (old[i] != 0)
			w->slots[slot_of(w,
			    (const char *)w->strs.p + old[i])] = old[i];
	free(old);
	return 0;
}

uint32_t
blob_writer_string(struct blob_writer *w, const char *s)
{
	uint32_t off;
	size_t i;

	if (*s == '\0' || w->failed)
		return 0;
	if (slots_grow(w) == -1) {
		w->failed = 1;
		return 0;
	}
	i = slot_of(w, s);
	if (w->slots[i] != 0)
		return w->slots[i];
	off = (uint32_t)w->strs.len;
	blob_put(&w->strs, s, strlen(s) + 1);
	if (w->failed)
		return 0;
	w->slots[i] = off;
	w->nstrings++;
	return off;
}

struct blob_buf *
blob_writer_section(struct blob_writer *w, enum blob_kind kind, uint32_t arch,
    unsigned flags)
{
	struct section *s;
	size_t i;

	for (i = 0; i < w->nsec; i++)
		if (w->sec[i].kind == kind && w->sec[i].arch == arch)
			return &w->sec[i].buf;
	if (w->nsec == BLOB_MAX_SECTIONS - 1) {	/* STRS wants one */
		w->too_many = 1;
		return &w->sec[0].buf;
	}
	s = &w->sec[w->nsec++];
	s->kind = (uint16_t)kind;
	s->arch = arch;
	s->flags = (uint16_t)flags;
	s->buf.failed = &w->failed;
	return &s->buf;
}

static int
by_key(const void *va, const void *vb)
{
	const struct section *x = va, *y = vb;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->arch < y->arch ? -1 : x->arch > y->arch;
}

static void
pad(struct blob_buf *b)
{
	while (!*b->failed && b->len % BLOB_ALIGN != 0)
		blob_put8(b, 0);
}

static void
put_header(struct blob_buf *b, size_t size, size_t nsec)
{
	static const uint8_t zeros[BLOB_H_LEN];

	blob_put(b, BLOB_MAGIC, BLOB_MAGIC_LEN);
	blob_put16(b, BLOB_VERSION);
	blob_put16(b, BLOB_READER);
	blob_put32(b, (uint32_t)size);
	blob_put32(b, (uint32_t)nsec);
	blob_put(b, zeros, BLOB_H_LEN - BLOB_H_RESERVED);
}

static size_t
align_up(size_t n)
{
	return (n + BLOB_ALIGN - 1) / BLOB_ALIGN * BLOB_ALIGN;
}

void
blob_seal(uint8_t *p, size_t len)
{
	digest_blob(p, len, p + BLOB_H_DIGEST);
}

static void
put_all(struct blob_writer *w, struct blob_buf *b)
{
	size_t i, off, total = BLOB_H_LEN + w->nsec * BLOB_S_LEN;

	for (i = 0; i < w->nsec; i++)
		total = align_up(total) + w->sec[i].buf.len;
	put_header(b, total, w->nsec);
	off = BLOB_H_LEN + w->nsec * BLOB_S_LEN;
	for (i = 0; i < w->nsec; i++) {
		off = align_up(off);
		blob_put16(b, w->sec[i].kind);
		blob_put16(b, w->sec[i].flags);
		blob_put32(b, w->sec[i].arch);
		blob_put32(b, (uint32_t)off);
		blob_put32(b, (uint32_t)w->sec[i].buf.len);
		off += w->sec[i].buf.len;
	}
	for (i = 0; i < w->nsec; i++) {
		pad(b);
		blob_put(b, w->sec[i].buf.p, w->sec[i].buf.len);
	}
}

int
blob_writer_finish(struct blob_writer *w, uint8_t **out, size_t *len)
{
	struct blob_buf b = { .failed = &w->failed };
	struct blob_buf *s = blob_writer_section(w, BLOB_STRS, 0,
	    BLOB_SF_CRITICAL);

	blob_put(s, w->strs.p, w->strs.len);
	qsort(w->sec, w->nsec, sizeof(w->sec[0]), by_key);
	put_all(w, &b);
	if (w->failed || w->too_many || b.len > BLOB_MAX_SIZE) {
		free(b.p);
		return b.len > BLOB_MAX_SIZE || w->too_many ?
		    BLOB_WRITE_ERR_SIZE : BLOB_WRITE_ERR_MEMORY;
	}
	blob_seal(b.p, b.len);
	*out = b.p;
	*len = b.len;
	return BLOB_WRITE_OK;
}
