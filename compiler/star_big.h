/* Integers of any size: what does not fit star_int is STAR_BIG. */
#ifndef COMPILER_STAR_BIG_H
#define COMPILER_STAR_BIG_H

#include "compiler/star_value.h"

struct star_big {		/* outside of star_int's range */
	const uint32_t *v;	/* magnitude, the lowest first */
	size_t n;
	bool is_negative;
};

#define STAR_BIG_DIGITS	40000	/* of a number as text, at most */

/* An operation but `/' on two integers of any size. */
struct star_value *star_big_binary(struct star *s, enum star_binary op,
    const struct star_value *l, const struct star_value *r);
int star_big_compare(const struct star_value *a, const struct star_value *b);
/* A number as a float; infinite where it is too large for one. */
double star_big_real(const struct star_value *v);
/* The whole part of a float that is finite. */
struct star_value *star_big_from_real(struct star *s, double f);
void star_big_put(struct star_buf *b, const struct star_value *v,
    unsigned base, bool is_upper);
/*
 * Fill v from n digits below base, blind to `_'; n is STAR_BIG_DIGITS or
 * less.
 */
void star_big_parse(struct arena *a, const char *p, size_t n, unsigned base,
    bool is_negative, struct star_value *v);

#endif
