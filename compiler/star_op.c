/* Operators, subscripts and slices. */
#include "compiler/star_value.h"

#include <math.h>
#include <string.h>

#define MAX_REPEAT	(64u << 20)	/* elements or bytes of one `*' */

static struct star_value *
unsupported(struct star *s, enum star_binary op, const struct star_value *l,
    const struct star_value *r)
{
	return star_fail(s, "%s %s %s: these types do not go together",
	    star_type_name(l), star_binary_name(op), star_type_name(r));
}

static struct star_value *
overflow(struct star *s)
{
	return star_fail(s, "integer overflow: the result needs more than "
	    "127 bits");
}

/* Quotient towards minus infinity, and its remainder. */
static struct star_value *
divide_ints(struct star *s, enum star_binary op, star_int a, star_int b)
{
	star_int q, r;

	if (b == 0)
		return star_fail(s, "division by zero");
	if (b == -1)		/* the one quotient that can overflow */
		return op == STAR_MOD ? star_integer(s, 0) :
		    __builtin_sub_overflow((star_int)0, a, &q) ?
		    overflow(s) : star_integer(s, q);
	q = a / b;
	r = a % b;
	if (r != 0 && (r < 0) != (b < 0)) {
		q--;
		r += b;
	}
	return star_integer(s, op == STAR_MOD ? r : q);
}

static struct star_value *
shift(struct star *s, enum star_binary op, star_int a, star_int b)
{
	star_int x;

	if (b < 0)
		return star_fail(s, "negative shift count");
	if (op == STAR_RSHIFT)
		return star_integer(s, b > 126 ? (a < 0 ? -1 : 0) : a >> b);
	if (a == 0)
		return star_integer(s, 0);
	if (b > 126)
		return overflow(s);
	x = (star_int)((unsigned __int128)a << b);
	return x >> b == a ? star_integer(s, x) : overflow(s);
}

static struct star_value *
int_op(struct star *s, enum star_binary op, star_int a, star_int b)
{
	star_int x;

	switch (op) {
	case STAR_ADD:
		return __builtin_add_overflow(a, b, &x) ? overflow(s) :
		    star_integer(s, x);
	case STAR_SUB:
		return __builtin_sub_overflow(a, b, &x) ? overflow(s) :
		    star_integer(s, x);
	case STAR_MUL:
		return __builtin_mul_overflow(a, b, &x) ? overflow(s) :
		    star_integer(s, x);
	case STAR_DIV:
		if (b == 0)
			return star_fail(s, "division by zero");
		return star_real(s, (double)a / (double)b);
	case STAR_FLOORDIV:
	case STAR_MOD:
		return divide_ints(s, op, a, b);
	case STAR_BITAND:
		return star_integer(s, a & b);
	case STAR_BITOR:
		return star_integer(s, a | b);
	case STAR_BITXOR:
		return star_integer(s, a ^ b);
	default:
		return shift(s, op, a, b);
	}
}

static struct star_value *
float_op(struct star *s, enum star_binary op, const struct star_value *l,
    const struct star_value *r)
{
	double a = l->type == STAR_INT ? (double)l->i : l->f;
	double b = r->type == STAR_INT ? (double)r->i : r->f, x;

	switch (op) {
	case STAR_ADD:	return star_real(s, a + b);
	case STAR_SUB:	return star_real(s, a - b);
	case STAR_MUL:	return star_real(s, a * b);
	case STAR_DIV:
	case STAR_FLOORDIV:
	case STAR_MOD:
		if (b == 0)
			return star_fail(s, "division by zero");
		if (op == STAR_DIV)
			return star_real(s, a / b);
		if (op == STAR_FLOORDIV)
			return star_real(s, floor(a / b));
		x = fmod(a, b);
		if (x != 0 && (x < 0) != (b < 0))
			x += b;
		return star_real(s, x);
	default:
		return unsupported(s, op, l, r);
	}
}

static struct star_value *
repeat(struct star *s, const struct star_value *v, const struct star_value *n)
{
	bool is_text = v->type == STAR_STRING || v->type == STAR_BYTES;
	size_t len = is_text ? v->s.len : v->seq->n, i;
	struct star_value *x;
	size_t times;
	char *p;

	if (n->i > INT32_MAX || n->i < INT32_MIN)
		return star_fail(s, "repeat count is not a 32-bit number");
	times = n->i > 0 ? (size_t)n->i : 0;
	if (len > 0 && times > MAX_REPEAT / len)
		return star_fail(s, "the result of \"*\" is too large");
	if (!is_text) {
		x = star_seq(s, v->type, len * times);
		for (i = 0; x != NULL && i < times * len; i++)
			x->seq->v[x->seq->n++] = v->seq->v[i % len];
		return star_spend(s, times * len) ? x : NULL;
	}
	p = star_alloc(s, len * times + 1, 1);
	if (p == NULL)
		return NULL;
	for (i = 0; i < times; i++)
		memcpy(p + i * len, v->s.p, len);
	x = star_string_own(s, p, len * times);
	if (x != NULL)
		x->type = v->type;
	return x;
}

static struct star_value *
join_texts(struct star *s, const struct star_value *l,
    const struct star_value *r)
{
	struct star_value *x;
	char *p = star_alloc(s, l->s.len + r->s.len + 1, 1);

	if (p == NULL)
		return NULL;
	memcpy(p, l->s.p, l->s.len);
	memcpy(p + l->s.len, r->s.p, r->s.len);
	x = star_string_own(s, p, l->s.len + r->s.len);
	if (x != NULL)
		x->type = l->type;
	return x;
}

static struct star_value *
join_seqs(struct star *s, const struct star_value *l,
    const struct star_value *r)
{
	size_t n = l->seq->n + r->seq->n;
	struct star_value *x = star_seq(s, l->type, n);

	if (x == NULL || !star_spend(s, n))
		return NULL;
	if (l->seq->n > 0)
		memcpy(x->seq->v, l->seq->v, l->seq->n * sizeof(*x->seq->v));
	if (r->seq->n > 0)
		memcpy(x->seq->v + l->seq->n, r->seq->v,
		    r->seq->n * sizeof(*x->seq->v));
	x->seq->n = n;
	return x;
}

static struct star_value *
join_dicts(struct star *s, const struct star_value *l,
    const struct star_value *r)
{
	const struct star_dict *parts[2] = { l->dict, r->dict };
	struct star_value *x = star_dict(s);
	size_t i, j;

	for (i = 0; x != NULL && i < 2; i++)
		for (j = 0; j < parts[i]->n; j++)
			if (parts[i]->v[j].key != NULL &&
			    (!star_spend(s, 1) || !star_dict_set(s, x,
			    parts[i]->v[j].key, parts[i]->v[j].value)))
				return NULL;
	return x;
}

/* l in r: 1, 0, or -1 after an error. */
static int
contains(struct star *s, struct star_value *l, struct star_value *r)
{
	struct star_value *found;
	size_t i;
	star_int at;
	int eq;

	switch (r->type) {
	case STAR_LIST:
	case STAR_TUPLE:
		for (i = 0; i < r->seq->n; i++)
			if ((eq = star_equal(s, r->seq->v[i], l)) != 0)
				return eq;
		return 0;
	case STAR_DICT:
		if (!star_dict_get(s, r, l, &found))
			return -1;
		return found != NULL;
	case STAR_STRING:
		if (l->type != STAR_STRING)
			break;
		return l->s.len == 0 || memmem(r->s.p, r->s.len, l->s.p,
		    l->s.len) != NULL;
	case STAR_BYTES:
		if (l->type == STAR_INT)
			return l->i >= 0 && l->i <= 255 &&
			    memchr(r->s.p, (int)l->i, r->s.len) != NULL;
		if (l->type != STAR_BYTES)
			break;
		return l->s.len == 0 || memmem(r->s.p, r->s.len, l->s.p,
		    l->s.len) != NULL;
	case STAR_RANGE:
		if (l->type != STAR_INT)
			return 0;
		at = l->i - r->range.start;
		return at % r->range.step == 0 && at / r->range.step >= 0 &&
		    at / r->range.step < (star_int)star_range_len(r->range);
	default:
		break;
	}
	unsupported(s, STAR_IN, l, r);
	return -1;
}

static struct star_value *
relate(struct star *s, enum star_binary op, struct star_value *l,
    struct star_value *r)
{
	int x;

	if (op == STAR_IN || op == STAR_NOT_IN) {
		x = contains(s, l, r);
		return x == -1 ? NULL : star_bool(s, x == (op == STAR_IN));
	}
	if (op == STAR_EQ || op == STAR_NE) {
		x = star_equal(s, l, r);
		return x == -1 ? NULL : star_bool(s, x == (op == STAR_EQ));
	}
	if (!star_compare(s, l, r, &x))
		return NULL;
	return star_bool(s, op == STAR_LT ? x < 0 : op == STAR_LE ? x <= 0 :
	    op == STAR_GT ? x > 0 : x >= 0);
}

static bool
is_sized(const struct star_value *v)
{
	return v->type == STAR_STRING || v->type == STAR_BYTES ||
	    v->type == STAR_LIST || v->type == STAR_TUPLE;
}

struct star_value *
star_binary(struct star *s, enum star_binary op, struct star_value *l,
    struct star_value *r)
{
	bool is_num_l = l->type == STAR_INT || l->type == STAR_FLOAT;
	bool is_num_r = r->type == STAR_INT || r->type == STAR_FLOAT;

	if (op >= STAR_EQ)
		return relate(s, op, l, r);
	if (op == STAR_MOD && l->type == STAR_STRING)
		return star_percent(s, l, r);
	if (l->type == STAR_INT && r->type == STAR_INT)
		return int_op(s, op, l->i, r->i);
	if (is_num_l && is_num_r)
		return float_op(s, op, l, r);
	if (op == STAR_MUL && r->type == STAR_INT && is_sized(l))
		return repeat(s, l, r);
	if (op == STAR_MUL && l->type == STAR_INT && is_sized(r))
		return repeat(s, r, l);
	if (op == STAR_BITOR && l->type == STAR_DICT && r->type == STAR_DICT)
		return join_dicts(s, l, r);
	if (op == STAR_ADD && l->type == r->type && is_sized(l))
		return l->type == STAR_STRING || l->type == STAR_BYTES ?
		    join_texts(s, l, r) : join_seqs(s, l, r);
	return unsupported(s, op, l, r);
}

struct star_value *
star_unary(struct star *s, enum star_unary op, struct star_value *v)
{
	static const char *const names[] = { "+", "-", "~", "not" };
	star_int i;

	if (op == STAR_NOT)
		return star_bool(s, !star_truth(v));
	if (v->type == STAR_INT && op == STAR_MINUS)
		return __builtin_sub_overflow((star_int)0, v->i, &i) ?
		    overflow(s) : star_integer(s, i);
	if (v->type == STAR_INT)
		return op == STAR_PLUS ? v : star_integer(s, ~v->i);
	if (v->type == STAR_FLOAT && op != STAR_INVERT)
		return op == STAR_PLUS ? v : star_real(s, -v->f);
	return star_fail(s, "%s%s: this type has no such operator",
	    names[op], star_type_name(v));
}

/* Elements of something that can be indexed by number. */
static bool
length_of(struct star *s, const struct star_value *v, size_t *n)
{
	switch (v->type) {
	case STAR_STRING:
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

static struct star_value *
slice_range(struct star *s, struct star_range r, int64_t from, int64_t to,
    int64_t step)
{
	struct star_value *v = star_alloc(s, 1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->type = STAR_RANGE;
	v->range.start = (int32_t)(r.start + from * r.step);
	v->range.stop = (int32_t)(r.start + to * r.step);
	v->range.step = (int32_t)(r.step * step);
	return v;
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
