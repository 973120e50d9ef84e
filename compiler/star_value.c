/* Values: construction within the budget, truth, equality, order. */
#include "compiler/star_big.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/*
 * A step takes some 20 ns, and what is done to texts counts by their length:
 * no file holds anybody up for more than two seconds or so.
 */
#define STEP_BUDGET	(50ul * 1000 * 1000)
#define MEMORY_BUDGET	(224u << 20)
#define MAX_NESTING	2999	/* of values compared, as in Codex */

struct star_value *
star_fail_at(struct star *s, struct loc at, const char *fmt, ...)
{
	va_list ap, again;
	char *msg;
	int n;

	if (s->has_failed)
		return NULL;
	s->has_failed = true;
	if (s->is_trying)
		return NULL;
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	msg = arena_alloc(s->a, (size_t)(n > 0 ? n : 0) + 1);
	vsnprintf(msg, (size_t)(n > 0 ? n : 0) + 1, fmt, again);
	va_end(again);
	diag_error(s->d, at, "%s", msg);
	return NULL;
}

struct star_value *
star_fail(struct star *s, const char *fmt, ...)
{
	va_list ap;
	char msg[1024];

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return star_fail_at(s, s->at, "%s", msg);
}

bool
star_spend(struct star *s, size_t n)
{
	if (s->has_failed)
		return false;
	if (n < s->steps) {
		s->steps -= n;
		return true;
	}
	star_fail(s, "evaluation takes too long: out of steps here");
	return false;
}

static size_t
used_by(const struct star *s)
{
	return arena_used(s->a) + arena_used(s->kept);
}

bool
star_has_room(struct star *s, size_t n)
{
	size_t used = used_by(s);

	if (used <= s->memory && n <= s->memory - used)
		return true;
	star_fail(s, "evaluation takes too much memory: over %u MiB here",
	    MEMORY_BUDGET >> 20);
	return false;
}

void *
star_alloc(struct star *s, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / 2 / size)
		n = SIZE_MAX / 2 / size;
	return star_has_room(s, n * size) ? arena_alloc(s->a, n * size) :
	    NULL;
}

static const char *const type_names[] = {
	[STAR_NONE] = "NoneType", [STAR_BOOL] = "bool", [STAR_INT] = "int",
	[STAR_FLOAT] = "float", [STAR_STRING] = "string",
	[STAR_BYTES] = "bytes", [STAR_LIST] = "list", [STAR_TUPLE] = "tuple",
	[STAR_DICT] = "dict", [STAR_RANGE] = "range",
	[STAR_FUNCTION] = "function", [STAR_BUILTIN] = "function",
	[STAR_ELLIPSIS] = "ellipsis", [STAR_ITERATOR] = "iterator",
	[STAR_BIG] = "int", [STAR_GLOB] = "glob", [STAR_OPTION] = "option"
};

const char *
star_type_name(const struct star_value *v)
{
	return type_names[v->type];
}

static struct star_value *
value_new(struct star *s, enum star_type type)
{
	struct star_value *v = star_alloc(s, 1, sizeof(*v));

	if (v != NULL)
		v->type = type;
	return v;
}

void
star_init(struct star *s, struct arena *a, const struct arena *kept,
    struct diag *d)
{
	memset(s, 0, sizeof(*s));
	s->a = a;
	s->d = d;
	s->kept = kept;
	s->steps = STEP_BUDGET;
	s->memory = used_by(s) + MEMORY_BUDGET;
	s->none = value_new(s, STAR_NONE);
	s->yes = value_new(s, STAR_BOOL);
	s->yes->b = true;
	s->no = value_new(s, STAR_BOOL);
	s->empty = star_string_own(s, "", 0);
}

struct star_value *
star_bool(struct star *s, bool b)
{
	return b ? s->yes : s->no;
}

struct star_value *
star_integer(struct star *s, star_int i)
{
	struct star_value *v = value_new(s, STAR_INT);

	if (v != NULL)
		v->i = i;
	return v;
}

struct star_value *
star_real(struct star *s, double f)
{
	struct star_value *v = value_new(s, STAR_FLOAT);

	if (v != NULL)
		v->f = f;
	return v;
}

struct star_value *
star_string_own(struct star *s, const char *p, size_t n)
{
	struct star_value *v = value_new(s, STAR_STRING);

	if (v != NULL) {
		v->s.p = p;
		v->s.len = n;
	}
	return v;
}

struct star_value *
star_string(struct star *s, const char *p, size_t n)
{
	char *copy = star_alloc(s, n + 1, 1);

	if (copy == NULL)
		return NULL;
	if (n > 0)
		memcpy(copy, p, n);
	return star_string_own(s, copy, n);
}

struct star_value *
star_cstring(struct star *s, const char *p)
{
	return star_string_own(s, p, strlen(p));
}

struct star_value *
star_seq(struct star *s, enum star_type type, size_t cap)
{
	struct star_value *v = value_new(s, type);

	if (v == NULL)
		return NULL;
	v->seq = star_alloc(s, 1, sizeof(*v->seq));
	if (v->seq == NULL)
		return NULL;
	if (cap > 0 && (v->seq->v = star_alloc(s, cap,
	    sizeof(*v->seq->v))) == NULL)
		return NULL;
	v->seq->cap = cap;
	return v;
}

struct star_value *
star_seq_of(struct star *s, enum star_type type, struct star_value *const *v,
    size_t n)
{
	struct star_value *seq = star_seq(s, type, n);

	if (seq == NULL)
		return NULL;
	if (n > 0)
		memcpy(seq->seq->v, v, n * sizeof(*v));
	seq->seq->n = n;
	return seq;
}

struct star_value *
star_method(struct star *s, const struct star_builtin *b,
    struct star_value *self)
{
	struct star_value *v = value_new(s, STAR_BUILTIN);

	if (v != NULL) {
		v->builtin.b = b;
		v->builtin.self = self;
	}
	return v;
}

bool
star_push(struct star *s, struct star_value *seq, struct star_value *v)
{
	struct star_seq *q = seq->seq;
	struct star_value **more;
	size_t cap = q->cap == 0 ? 4 : q->cap * 2;

	if (q->n == q->cap) {
		more = star_alloc(s, cap, sizeof(*more));
		if (more == NULL)
			return false;
		if (q->n > 0)
			memcpy(more, q->v, q->n * sizeof(*more));
		q->v = more;
		q->cap = cap;
	}
	q->v[q->n++] = v;
	return true;
}

bool
star_may_change(struct star *s, const struct star_value *v)
{
	unsigned loops = v->type == STAR_DICT ? v->dict->loops :
	    v->seq->loops;

	if (loops == 0)
		return true;
	star_fail(s, "this changes a %s while a loop runs over it",
	    star_type_name(v));
	return false;
}

bool
star_is_int(const struct star_value *v)
{
	return v->type == STAR_INT || v->type == STAR_BIG;
}

bool
star_truth(const struct star_value *v)
{
	switch (v->type) {
	case STAR_NONE:		return false;
	case STAR_BOOL:		return v->b;
	case STAR_INT:		return v->i != 0;
	case STAR_FLOAT:	return v->f != 0;
	case STAR_STRING:
	case STAR_BYTES:	return v->s.len > 0;
	case STAR_LIST:
	case STAR_TUPLE:	return v->seq->n > 0;
	case STAR_DICT:		return v->dict->count > 0;
	case STAR_RANGE:	return star_range_len(v->range) > 0;
	default:		return true;
	}
}

size_t
star_range_len(struct star_range r)
{
	int64_t span = (int64_t)r.stop - r.start, step = r.step;

	if (step > 0)
		return span > 0 ? (size_t)((span + step - 1) / step) : 0;
	return span < 0 ? (size_t)((span + step + 1) / step) : 0;
}

static int
compare_floats(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (int)(isnan(a) != 0) - (int)(isnan(b) != 0);
	return a < b ? -1 : a > b;
}

static bool
is_number(const struct star_value *v)
{
	return star_is_int(v) || v->type == STAR_FLOAT;
}

static int
compare_numbers(const struct star_value *a, const struct star_value *b)
{
	if (a->type == STAR_INT && b->type == STAR_INT)
		return a->i < b->i ? -1 : a->i > b->i;
	if (star_is_int(a) && star_is_int(b))
		return star_big_compare(a, b);
	return compare_floats(star_big_real(a), star_big_real(b));
}

static int
compare_texts(struct star_text a, struct star_text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (r != 0)
		return r < 0 ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}

static int equal_at(struct star *s, const struct star_value *a,
    const struct star_value *b, unsigned level);

static int
equal_dicts(struct star *s, const struct star_value *a,
    const struct star_value *b, unsigned level)
{
	struct star_value *other;
	size_t i;
	int r;

	if (a->dict->count != b->dict->count)
		return 0;
	for (i = 0; i < a->dict->n; i++) {
		if (a->dict->v[i].key == NULL)
			continue;
		if (!star_dict_get(s, b, a->dict->v[i].key, &other))
			return -1;
		if (other == NULL)
			return 0;
		r = equal_at(s, a->dict->v[i].value, other, level + 1);
		if (r != 1)
			return r;
	}
	return 1;
}

static int
equal_seqs(struct star *s, const struct star_seq *a, const struct star_seq *b,
    unsigned level)
{
	size_t i;
	int r;

	if (a->n != b->n)
		return 0;
	for (i = 0; i < a->n; i++)
		if ((r = equal_at(s, a->v[i], b->v[i], level + 1)) != 1)
			return r;
	return 1;
}

static int
equal_ranges(struct star_range a, struct star_range b)
{
	size_t n = star_range_len(a);

	return n == star_range_len(b) && (n == 0 || (a.start == b.start &&
	    (n == 1 || a.step == b.step)));
}

static int
equal_at(struct star *s, const struct star_value *a,
    const struct star_value *b, unsigned level)
{
	if (!star_spend(s, 1))
		return -1;
	if (a == b || (a->type == STAR_TUPLE && b->type == STAR_TUPLE &&
	    a->seq->n + b->seq->n == 0))
		return 1;
	if (level > MAX_NESTING) {
		star_fail(s, "values nested too deep to be compared");
		return -1;
	}
	if (is_number(a) && is_number(b))
		return compare_numbers(a, b) == 0;
	if (a->type != b->type)
		return 0;
	switch (a->type) {
	case STAR_BOOL:		return a->b == b->b;
	case STAR_STRING:
	case STAR_GLOB:
	case STAR_BYTES:	return star_spend(s, a->s.len / 256) ?
	    compare_texts(a->s, b->s) == 0 : -1;
	case STAR_LIST:
	case STAR_TUPLE:	return equal_seqs(s, a->seq, b->seq, level);
	case STAR_DICT:		return equal_dicts(s, a, b, level);
	case STAR_RANGE:	return equal_ranges(a->range, b->range);
	case STAR_NONE:
	case STAR_ELLIPSIS:	return 1;
	case STAR_BUILTIN:
		return a == b || (a->builtin.self == NULL &&
		    b->builtin.self == NULL && a->builtin.b == b->builtin.b);
	default:		return a == b;
	}
}

int
star_equal(struct star *s, const struct star_value *a,
    const struct star_value *b)
{
	return equal_at(s, a, b, 0);
}

static bool
compare_at(struct star *s, const struct star_value *a,
    const struct star_value *b, int *out, unsigned level)
{
	const struct star_seq *x = a->seq, *y = b->seq;
	size_t i;

	if (!star_spend(s, 1))
		return false;
	if (level > MAX_NESTING)
		return star_fail(s, "values nested too deep to be compared"),
		    false;
	if (is_number(a) && is_number(b)) {
		*out = compare_numbers(a, b);
		return true;
	}
	if (a->type == b->type && a->type == STAR_BOOL) {
		*out = (int)a->b - (int)b->b;
		return true;
	}
	if (a->type == b->type && (a->type == STAR_STRING ||
	    a->type == STAR_BYTES)) {
		*out = compare_texts(a->s, b->s);
		return star_spend(s, a->s.len / 256);
	}
	if (a->type != b->type || (a->type != STAR_LIST &&
	    a->type != STAR_TUPLE)) {
		star_fail(s, "%s and %s cannot be ordered",
		    star_type_name(a), star_type_name(b));
		return false;
	}
	for (i = 0; i < x->n && i < y->n; i++)
		if (!compare_at(s, x->v[i], y->v[i], out, level + 1) ||
		    *out != 0)
			return !s->has_failed;
	*out = x->n < y->n ? -1 : x->n > y->n;
	return true;
}

bool
star_compare(struct star *s, const struct star_value *a,
    const struct star_value *b, int *out)
{
	return compare_at(s, a, b, out, 0);
}
