/*
 * All memory of a run: see scratch.h.
 *
 * Page faults and mappings are what a start costs, so the first chunk belongs
 * to the program, and is all that a usual run needs.
 */
#include "runtime/scratch.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK		((size_t)64 * 4096)

/* Go on in a new chunk that holds at least n bytes. */
static int
add_chunk(struct scratch *s, size_t n)
{
	void *p;

	if (n > s->left) {
		errno = ENOMEM;
		return -1;
	}
	p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -1;
	s->left -= n;
	s->p = p;
	s->len = 0;
	s->cap = n;
	return 0;
}

void
scratch_init(struct scratch *s, char *first, size_t n, size_t more)
{
	*s = (struct scratch){ .p = first, .cap = n, .left = more };
}

void *
scratch_try(struct scratch *s, size_t n)
{
	size_t off = (s->len + 15) & ~(size_t)15;

	if (off > s->cap || n > s->cap - off)
		return NULL;
	s->len = off + n;
	return s->p + off;
}

void *
scratch_alloc(struct scratch *s, size_t n)
{
	void *p = scratch_try(s, n);

	if (p != NULL || add_chunk(s, n > CHUNK ? n : CHUNK) < 0)
		return p;
	return scratch_try(s, n);
}

char *
scratch_dup(struct scratch *s, const char *p, size_t n)
{
	char *copy;

	if (n >= s->cap - s->len &&
	    add_chunk(s, n >= CHUNK ? n + 1 : CHUNK) < 0)
		return NULL;
	copy = s->p + s->len;
	memcpy(copy, p, n);
	s->len += n + 1;
	return copy;
}
