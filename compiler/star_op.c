/* Operators. */
#include "compiler/star_big.h"

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

/* Quotient towards minus infinity, and its remainder. */
static struct star_value *
divide_ints(struct star *s, enum star_binary op, star_int a, star_int b)
{
	star_int q = a / b, r = a % b;

	if (r != 0 && (r < 0) != (b < 0)) {
		q--;
		r += b;
	}
	return star_integer(s, op == STAR_MOD ? r : q);
}

/* Operations on small numbers that need no more than star_int has. */
static bool
small_op(enum star_binary op, star_int a, star_int b, star_int *x)
{
	switch (op) {
	case STAR_ADD:
		return !__builtin_add_overflow(a, b, x);
	case STAR_SUB:
		return !__builtin_sub_overflow(a, b, x);
	case STAR_MUL:
		return !__builtin_mul_overflow(a, b, x);
	case STAR_BITAND:
		*x = a & b;
		return true;
	case STAR_BITOR:
		*x = a | b;
		return true;
	case STAR_BITXOR:
		*x = a ^ b;
		return true;
	case STAR_LSHIFT:
		/* Small numbers wrap where the language's reference does. */
		*x = (int32_t)((uint32_t)a << (b & 31));
		return b >= 0 && b < 32 && a >= INT32_MIN && a <= INT32_MAX;
	default:
		return false;
	}
}

static struct star_value *
int_op(struct star *s, enum star_binary op, const struct star_value *l,
    const struct star_value *r)
{
	bool is_small = l->type == STAR_INT && r->type == STAR_INT;
	star_int x;

	if (op == STAR_DIV)
		return !star_truth(r) ? star_fail(s, "division by zero") :
		    star_real(s, star_big_real(l) / star_big_real(r));
	if (is_small && small_op(op, l->i, r->i, &x))
		return star_integer(s, x);
	/* By -1 is the one quotient that can overflow. */
	if (is_small && (op == STAR_FLOORDIV || op == STAR_MOD) &&
	    r->i != 0 && r->i != -1)
		return divide_ints(s, op, l->i, r->i);
	return star_big_binary(s, op, l, r);
}

static struct star_value *
float_op(struct star *s, enum star_binary op, const struct star_value *l,
    const struct star_value *r)
{
	double a = star_big_real(l), b = star_big_real(r), x;

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
		if (x == 0)
			x = 0;		/* never -0.0 */
		else if ((x < 0) != (b < 0))
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

	if (n->type != STAR_INT || n->i > INT32_MAX || n->i < INT32_MIN)
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
			    (!star_spend(s, 4) || !star_dict_set(s, x,
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
		if (!star_spend(s, r->s.len / 2))
			return -1;
		return l->s.len == 0 || memmem(r->s.p, r->s.len, l->s.p,
		    l->s.len) != NULL;
	case STAR_BYTES:
		if (l->type == STAR_INT && (l->i < 0 || l->i > 255)) {
			star_fail(s, "%s is not a byte", star_show(s, l));
			return -1;
		}
		if (l->type == STAR_INT)
			return memchr(r->s.p, (int)l->i, r->s.len) != NULL;
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
	bool is_int_l = star_is_int(l), is_int_r = star_is_int(r);
	bool is_num_l = is_int_l || l->type == STAR_FLOAT;
	bool is_num_r = is_int_r || r->type == STAR_FLOAT;

	if (op >= STAR_EQ)
		return relate(s, op, l, r);
	if (op == STAR_MOD && l->type == STAR_STRING)
		return star_percent(s, l, r);
	if (is_int_l && is_int_r)
		return int_op(s, op, l, r);
	if (is_num_l && is_num_r)
		return float_op(s, op, l, r);
	if (op == STAR_MUL && is_int_r && is_sized(l))
		return repeat(s, l, r);
	if (op == STAR_MUL && is_int_l && is_sized(r))
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
	const struct star_value zero = { .type = STAR_INT, .i = 0 };
	const struct star_value minus = { .type = STAR_INT, .i = -1 };

	if (op == STAR_NOT)
		return star_bool(s, !star_truth(v));
	if (star_is_int(v))
		return op == STAR_PLUS ? v : op == STAR_MINUS ?
		    int_op(s, STAR_SUB, &zero, v) :
		    int_op(s, STAR_BITXOR, v, &minus);
	if (v->type == STAR_FLOAT && op != STAR_INVERT)
		return op == STAR_PLUS ? v : star_real(s, -v->f);
	return star_fail(s, "%s%s: this type has no such operator",
	    names[op], star_type_name(v));
}
