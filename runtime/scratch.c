/* All memory of a run: see scratch.h. */
#include "runtime/scratch.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

int
scratch_init(struct scratch *s, size_t cap, struct failure *f)
{
	void *p = mmap(NULL, cap, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return refuse(f, EXIT_RUNNER, errno, "no memory", NULL);
	*s = (struct scratch){ .p = p, .cap = cap };
	return 0;
}

void *
scratch_alloc(struct scratch *s, size_t n)
{
	size_t off = (s->len + 15) & ~(size_t)15;

	if (off > s->cap || n > s->cap - off)
		return NULL;
	s->len = off + n;
	return s->p + off;
}

char *
scratch_dup(struct scratch *s, const char *p, size_t n)
{
	char *copy;

	if (s->cap - s->len <= n)
		return NULL;
	copy = s->p + s->len;
	memcpy(copy, p, n);
	s->len += n + 1;
	return copy;
}
