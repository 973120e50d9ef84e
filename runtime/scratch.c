/*
 * All memory of a run: see scratch.h.
 *
 * Page faults are what a start costs, so the part of the stack that a usual
 * run reaches is populated at once, and the first chunk lies there.
 */
#include "runtime/scratch.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/kernel.h"

#define PAGE		((uintptr_t)4096)	/* or larger: just less exact */
#define STACK_USE	(8 * PAGE)		/* buffers for paths, mostly */
#define CHUNK		(64 * PAGE)

/* Go on in a new chunk that holds at least n bytes. */
static int
add_chunk(struct scratch *s, size_t n)
{
	void *p;

	if (n > s->left)
		return -1;
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

/*
 * The kernel grows a stack to wherever it is touched: one fault for the
 * deepest page, one call for the others.  A kernel without
 * MADV_POPULATE_WRITE (5.14) faults them in one by one, as ever.
 */
void
scratch_warm_stack(void)
{
	uintptr_t top = (uintptr_t)__builtin_frame_address(0) & ~(PAGE - 1);

	*(volatile char *)(top - STACK_USE) = 0;
	(void)madvise((void *)(top - STACK_USE), STACK_USE,
	    K_MADV_POPULATE_WRITE);
}

void *
scratch_alloc(struct scratch *s, size_t n)
{
	size_t off = (s->len + 15) & ~(size_t)15;

	if (off > s->cap || n > s->cap - off) {
		if (add_chunk(s, n > CHUNK ? n : CHUNK) < 0)
			return NULL;
		off = 0;
	}
	s->len = off + n;
	return s->p + off;
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
