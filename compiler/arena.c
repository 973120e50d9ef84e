/*
 * Arena: a list of blocks, each twice as large as the last up to a maximum.
 * Does not free single objects; leaves what to do when full to its owner.
 */
#include "compiler/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST	(16u << 10)
#define BLOCK_MAX	(1u << 20)

union align {
	long double ld;
	long long ll;
	void *p;
};

struct block {
	struct block *next;
	size_t cap, used;
	union align data[];
};

struct arena {
	struct block *blocks;
	size_t next_cap;
	size_t used, limit;
	void (*on_full)(const char *what);
};

static void
full(struct arena *a, const char *what)
{
	if (a != NULL && a->on_full != NULL)
		a->on_full(what);
	abort();
}

struct arena *
arena_new(size_t limit, void (*on_full)(const char *))
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		if (on_full != NULL)
			on_full("out of memory");
		abort();
	}
	a->next_cap = BLOCK_FIRST;
	a->limit = limit;
	a->on_full = on_full;
	return a;
}

struct arena *
arena_new_like(const struct arena *a)
{
	return arena_new(0, a->on_full);
}

void
arena_free(struct arena *a)
{
	struct block *b, *next;

	if (a == NULL)
		return;
	for (b = a->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *
block_add(struct arena *a, size_t n)
{
	size_t cap = a->next_cap;
	struct block *b;

	if (n > cap)
		cap = n;
	else if (a->next_cap < BLOCK_MAX)
		a->next_cap *= 2;
	if (cap > SIZE_MAX - sizeof(*b))
		full(a, "out of memory");
	b = calloc(1, sizeof(*b) + cap);
	if (b == NULL)
		full(a, "out of memory");
	b->cap = cap;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->blocks;
	unsigned char *base;
	void *p;

	if (n > SIZE_MAX - sizeof(union align))
		full(a, "out of memory");
	n = (n + sizeof(union align) - 1) / sizeof(union align) *
	    sizeof(union align);
	if (a->limit != 0 && n > a->limit - a->used)
		full(a, "memory limit exceeded");
	if (b == NULL || n > b->cap - b->used)
		b = block_add(a, n);
	base = (unsigned char *)b->data;
	p = base + b->used;
	b->used += n;
	a->used += n;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		full(a, "out of memory");
	return arena_alloc(a, n * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		full(a, "text cannot be formatted");
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void *
arena_grow(struct arena *a, void *array, size_t count, size_t *cap,
    size_t size)
{
	size_t want = *cap == 0 ? 8 : *cap;
	void *p;

	if (count < *cap)
		return array;
	if (want > SIZE_MAX / 2)
		full(a, "out of memory");
	if (*cap != 0)
		want *= 2;
	p = arena_array(a, want, size);
	if (count > 0)
		memcpy(p, array, count * size);
	*cap = want;
	return p;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
