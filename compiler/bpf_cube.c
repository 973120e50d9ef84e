/* Growing cubes: a bit is free when the cube beside it is in the set too. */
#include "compiler/bpf_cube.h"

#include <stdbool.h>

static bool
has(const uint32_t *v, size_t n, uint32_t value)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid] == value)
			return true;
		if (v[mid] < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Is each value of the cube in the set, with a bit flipped? */
static bool
can_free(const uint32_t *v, size_t n, struct cube c, uint32_t bit)
{
	uint32_t sub = 0;

	do {
		if (!has(v, n, c.value | sub | bit))
			return false;
		sub = (sub - c.free) & c.free;	/* next subset of free */
	} while (sub != 0);
	return true;
}

static struct cube
grow(const uint32_t *v, size_t n, uint32_t value)
{
	struct cube c = { 0, value };

	for (unsigned i = 0; i < 32; i++) {
		uint32_t bit = 1u << i;

		/* Upwards only: the least value of a cube finds it. */
		if ((value & bit) == 0 && can_free(v, n, c, bit))
			c.free |= bit;
	}
	return c;
}

struct cube
cube_find(const uint32_t *v, size_t n)
{
	struct cube best = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		struct cube c = grow(v, n, v[i]);

		if (__builtin_popcount(c.free) > __builtin_popcount(best.free))
			best = c;
	}
	return best;
}
