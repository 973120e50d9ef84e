/* Subscripts and slices. */
#include "compiler/star_value.h"

/* Elements of something that can be indexed by number. */
static bool
length_of(struct star *s, const struct star_value *v, size_t *n)
{
	switch (v->type) {
	case STAR_STRING:
		if (!star_spend(s, v->s.len / 16))
			return false;
		*n = star_utf8_count(v->s.p, v->s.len);
		return true;
	case STAR_BYTES:
		*n = v->s.len;
		return true;
	case STAR_LIST:
	case STAR_TUPLE:
		*n = v->seq->n;
		return true;
	case STAR_RANGE:
		*n = star_range_len(v->range);
		return true;
	default:
		star_fail(s, "%s has no elements", star_type_name(v));
		return false;
	}
}

static struct star_value *
element(struct star *s, const struct star_value *of, size_t i)
{
	size_t from, to;

	switch (of->type) {
	case STAR_STRING:
		from = star_utf8_offset(of->s.p, of->s.len, i);
		to = from;
		star_utf8_next(of->s.p, of->s.len, &to);
		return star_string_own(s, of->s.p + from, to - from);
	case STAR_BYTES:
		return star_integer(s, (unsigned char)of->s.p[i]);
	case STAR_RANGE:
		return star_integer(s, of->range.start + (star_int)i *
		    of->range.step);
	default:
		return of->seq->v[i];
	}
}

/* Place of index v among n elements, counted from the end if negative. */
static bool
place(struct star *s, const struct star_value *v, size_t n, size_t *out)
{
	int32_t i;
	int64_t at;

	if (!star_want_int(s, v, "index", &i))
		return false;
	at = i < 0 ? (int64_t)n + i : i;
	if (at < 0 || at >= (int64_t)n) {
		star_fail(s, "index %d is out of range: there are %zu "
		    "elements", i, n);
		return false;
	}
	*out = (size_t)at;
	return true;
}

struct star_value *
star_index(struct star *s, struct star_value *of, struct star_value *i)
{
	struct star_value *found;
	size_t n, at;

	if (of->type == STAR_DICT) {
		if (!star_dict_get(s, of, i, &found))
			return NULL;
		return found != NULL ? found : star_fail(s,
		    "the dict has no key %s", star_show(s, i));
	}
	if (!length_of(s, of, &n) || !place(s, i, n, &at))
		return NULL;
	return element(s, of, at);
}

bool
star_index_set(struct star *s, struct star_value *of, struct star_value *i,
    struct star_value *v)
{
	size_t at;

	if (of->type == STAR_DICT)
		return star_may_change(s, of) && star_dict_set(s, of, i, v);
	if (of->type != STAR_LIST) {
		star_fail(s, "elements of a %s cannot be assigned to",
		    star_type_name(of));
		return false;
	}
	if (!place(s, i, of->seq->n, &at) || !star_may_change(s, of))
		return false;
	of->seq->v[at] = v;
	return true;
}

/* A bound of a slice, clamped to [lo, hi]. */
static bool
bound(struct star *s, const struct star_value *v, size_t n, int64_t lo,
    int64_t hi, int64_t by_default, int64_t *out)
{
	int32_t i;

	*out = by_default;
	if (v == NULL || v->type == STAR_NONE)
		return true;
	if (!star_want_int(s, v, "bound of a slice", &i))
		return false;
	*out = i < 0 ? (int64_t)n + i : i;
	if (*out < lo)
		*out = lo;
	if (*out > hi)
		*out = hi;
	return true;
}

static bool
to_int32(int64_t i, int32_t *out)
{
	*out = (int32_t)i;
	return *out == i;
}

static struct star_value *
slice_range(struct star *s, struct star_range r, int64_t from, int64_t to,
    int64_t step)
{
	struct star_value *v = star_alloc(s, 1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->type = STAR_RANGE;
	if (to_int32(r.start + from * r.step, &v->range.start) &&
	    to_int32(r.start + to * r.step, &v->range.stop) &&
	    to_int32(r.step * step, &v->range.step))
		return v;
	return star_fail(s, "integer overflow: a range has 32 bits");
}

/* A string's part without a stride has no bounds that are None. */
static bool
has_no_bound(const struct star_value *of, const struct star_value *i,
    const struct star_value *j, const struct star_value *stride)
{
	if (of->type != STAR_STRING || (stride != NULL &&
	    (stride->type != STAR_INT || stride->i != 1)))
		return false;
	return (i != NULL && i->type == STAR_NONE) ||
	    (j != NULL && j->type == STAR_NONE);
}

struct star_value *
star_slice(struct star *s, struct star_value *of, struct star_value *i,
    struct star_value *j, struct star_value *stride)
{
	struct star_buf b = { .s = s };
	struct star_value *out = NULL, *x;
	int64_t from, to, at;
	int32_t step = 1;
	size_t n;

	if (!length_of(s, of, &n))
		return NULL;
	if (has_no_bound(of, i, j, stride))
		return star_fail(s, "a bound of the slice is None: expected "
		    "an integer");
	if (stride != NULL && stride->type != STAR_NONE &&
	    !star_want_int(s, stride, "step of a slice", &step))
		return NULL;
	if (step == 0)
		return star_fail(s, "the step of a slice cannot be 0");
	if (!bound(s, i, n, step > 0 ? 0 : -1, step > 0 ? (int64_t)n :
	    (int64_t)n - 1, step > 0 ? 0 : (int64_t)n - 1, &from) ||
	    !bound(s, j, n, step > 0 ? 0 : -1, step > 0 ? (int64_t)n :
	    (int64_t)n - 1, step > 0 ? (int64_t)n : -1, &to) ||
	    !star_spend(s, n))
		return NULL;
	if (of->type == STAR_RANGE)
		return slice_range(s, of->range, from, to, step);
	if (of->type == STAR_STRING && step == 1) {
		from = (int64_t)star_utf8_offset(of->s.p, of->s.len,
		    (size_t)from);
		to = (int64_t)star_utf8_offset(of->s.p, of->s.len,
		    (size_t)to);
		return star_string_own(s, of->s.p + from,
		    to > from ? (size_t)(to - from) : 0);
	}
	if (of->type == STAR_LIST || of->type == STAR_TUPLE)
		out = star_seq(s, of->type, 0);
	for (at = from; step > 0 ? at < to : at > to; at += step) {
		if (of->type == STAR_BYTES) {
			star_put(&b, of->s.p + at, 1);
			continue;
		}
		x = element(s, of, (size_t)at);
		if (x == NULL)
			return NULL;
		if (of->type == STAR_STRING)
			star_put(&b, x->s.p, x->s.len);
		else if (out == NULL || !star_push(s, out, x))
			return NULL;
	}
	if (out == NULL && (out = star_buf_string(&b)) != NULL)
		out->type = of->type;
	return out;
}
