/* Integers of any size as floats and back. */
#include "compiler/star_big.h"

#include <math.h>

double
star_big_real(const struct star_value *v)
{
	const struct star_big *b = v->big;
	uint64_t top;
	double f;
	size_t i;
	int e;

	if (v->type == STAR_FLOAT)
		return v->f;
	if (v->type == STAR_INT)
		return (double)v->i;
	/* It has four digits at least. */
	e = __builtin_clz(b->v[b->n - 1]);
	top = (uint64_t)b->v[b->n - 1] << 32 | b->v[b->n - 2];
	if (e > 0)
		top = top << e | b->v[b->n - 3] >> (32 - e);
	/* What is cut off only matters for the last bit's rounding. */
	if (e > 0 && b->v[b->n - 3] << e != 0)
		top |= 1;
	for (i = 0; i + (e > 0 ? 3 : 2) < b->n; i++)
		if (b->v[i] != 0)
			top |= 1;
	f = b->n > 64 ? INFINITY : ldexp((double)top,
	    (int)(b->n - 2) * 32 - e);
	return b->is_negative ? -f : f;
}

struct star_value *
star_big_from_real(struct star *s, double f)
{
	struct star_value part = { .type = STAR_INT }, by = part;
	int e;

	f = frexp(f, &e);
	if (e <= 53)
		return star_integer(s, (star_int)ldexp(f, e));
	part.i = (star_int)ldexp(f, 53);
	by.i = e - 53;
	return star_big_binary(s, STAR_LSHIFT, &part, &by);
}
