/*
 * Hash consing of sorted lists of numbers.
 */
#include "compiler/setpool.h"

#include <stdlib.h>
#include <string.h>

static uint32_t
hash(const uint32_t *v, size_t n)
{
	uint64_t h = n + 0x9e3779b97f4a7c15u;
	size_t i;

	for (i = 0; i < n; i++) {
		h = (h ^ v[i]) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static size_t
slot_of(const struct setpool *p, const uint32_t *v, size_t n, uint32_t h)
{
	size_t i = h & (p->nslots - 1);
	const struct set *s;

	for (; p->slots[i] != 0; i = (i + 1) & (p->nslots - 1)) {
		s = &p->sets[p->slots[i] - 1];
		if (s->hash == h && s->n == n &&
		    (n == 0 || memcmp(s->v, v, n * sizeof(*v)) == 0))
			break;
	}
	return i;
}

static void
grow(struct setpool *p)
{
	size_t i, k;

	if (p->n * 2 < p->nslots)
		return;
	p->nslots = p->nslots == 0 ? 64 : p->nslots * 2;
	p->slots = arena_array(p->a, p->nslots, sizeof(*p->slots));
	for (i = 0; i < p->n; i++) {
		k = p->sets[i].hash & (p->nslots - 1);
		while (p->slots[k] != 0)
			k = (k + 1) & (p->nslots - 1);
		p->slots[k] = (uint32_t)i + 1;
	}
}

uint32_t
setpool_add(struct setpool *p, const uint32_t *v, size_t n)
{
	uint32_t h = hash(v, n), *copy;
	size_t slot;

	grow(p);
	slot = slot_of(p, v, n, h);
	if (p->slots[slot] != 0)
		return p->slots[slot] - 1;
	copy = arena_array(p->a, n, sizeof(*copy));
	if (n > 0)
		memcpy(copy, v, n * sizeof(*copy));
	p->sets = arena_grow(p->a, p->sets, p->n, &p->cap, sizeof(*p->sets));
	p->sets[p->n] = (struct set){ .v = copy, .n = (uint32_t)n, .hash = h };
	p->nitems += n;
	p->slots[slot] = (uint32_t)++p->n;
	return (uint32_t)p->n - 1;
}

static int
by_number(const void *vx, const void *vy)
{
	uint32_t x = *(const uint32_t *)vx, y = *(const uint32_t *)vy;

	return x < y ? -1 : x > y;
}

size_t
setpool_normalise(uint32_t *v, size_t n)
{
	size_t i, m = 0;

	for (i = 1; i < n && v[i - 1] <= v[i]; i++)
		continue;
	if (i < n)
		qsort(v, n, sizeof(*v), by_number);
	for (i = 0; i < n; i++)
		if (m == 0 || v[m - 1] != v[i])
			v[m++] = v[i];
	return m;
}
