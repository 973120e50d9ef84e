/* The functions of the language itself, but those that convert values. */
#include "compiler/star_value.h"

#include <stdlib.h>
#include <string.h>

bool
star_want_string(struct star *s, const struct star_value *v,
    const char *what, struct star_text *out)
{
	if (v->type == STAR_STRING) {
		*out = v->s;
		return true;
	}
	star_fail(s, "\"%s\" takes a string, found %s", what,
	    star_show(s, v));
	return false;
}

bool
star_want_int(struct star *s, const struct star_value *v, const char *what,
    int32_t *out)
{
	if (v->type != STAR_INT) {
		star_fail(s, "\"%s\" takes an integer, found %s", what,
		    star_show(s, v));
		return false;
	}
	if (v->i < INT32_MIN || v->i > INT32_MAX) {
		star_fail(s, "\"%s\" is out of range: expected -2147483648 "
		    "to 2147483647, found %s", what, star_show(s, v));
		return false;
	}
	*out = (int32_t)v->i;
	return true;
}

bool
star_want_bool(struct star *s, const struct star_value *v, const char *what,
    bool *out)
{
	if (v->type != STAR_BOOL) {
		star_fail(s, "\"%s\" takes True or False, found %s", what,
		    star_show(s, v));
		return false;
	}
	*out = v->b;
	return true;
}

static struct star_value *
fn_any_all(struct star *s, struct star_value **arg, bool stop)
{
	struct star_value *v;
	struct star_iter it;
	bool found = false;

	if (!star_iter_start(s, arg[0], &it))
		return NULL;
	while (!found && star_iter_next(s, &it, &v) && v != NULL)
		found = star_truth(v) == stop;
	star_iter_end(&it);
	return s->has_failed ? NULL : star_bool(s, found == stop);
}

static struct star_value *
fn_any(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return fn_any_all(s, arg, true);
}

static struct star_value *
fn_all(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return fn_any_all(s, arg, false);
}

static int
compare_names(const void *a, const void *b)
{
	const struct star_value *const *x = a, *const *y = b;
	int r = memcmp((*x)->s.p, (*y)->s.p, (*x)->s.len < (*y)->s.len ?
	    (*x)->s.len : (*y)->s.len);

	return r != 0 ? r : (*x)->s.len < (*y)->s.len ? -1 : 1;
}

static struct star_value *
fn_dir(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_LIST, 0), *x;
	const struct star_builtin *const *t, *b;

	(void)self;
	for (t = star_methods(arg[0]->type); *t != NULL; t++)
		for (b = *t; b->name != NULL; b++) {
			x = star_cstring(s, b->name);
			if (x == NULL || !star_push(s, all, x))
				return NULL;
		}
	if (star_type_named(arg[0]) != NULL && !star_push(s, all,
	    star_cstring(s, "type")))
		return NULL;
	if (all != NULL && all->seq->n > 0)
		qsort(all->seq->v, all->seq->n, sizeof(*all->seq->v),
		    compare_names);
	return all;
}

static struct star_value *
fn_enumerate(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_LIST, 0), **v, *pair[2], *x;
	int32_t start = 0;
	size_t n, i;

	(void)self;
	if (all == NULL || (arg[1] != NULL &&
	    !star_want_int(s, arg[1], "start", &start)) ||
	    !star_collect(s, arg[0], &v, &n))
		return NULL;
	for (i = 0; i < n; i++) {
		pair[0] = star_integer(s, (star_int)i + start);
		pair[1] = v[i];
		if (pair[0] == NULL || (x = star_seq_of(s, STAR_TUPLE, pair,
		    2)) == NULL || !star_push(s, all, x))
			return NULL;
	}
	return all;
}

static struct star_value *
fn_fail(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };
	size_t i;

	(void)self;
	for (i = 0; i < arg[0]->seq->n; i++) {
		if (i > 0)
			star_puts(&b, " ");
		star_put_str(&b, arg[0]->seq->v[i]);
	}
	star_put(&b, "", 1);
	return star_fail(s, "fail: %s", s->has_failed ? "" :
	    diag_quote(s->a, b.p));
}

/* The method as a value; false after an error. */
static bool
method_of(struct star *s, struct star_value **arg, struct star_value **out)
{
	const struct star_builtin *b;
	struct star_text name;

	*out = NULL;
	if (!star_want_string(s, arg[1], "name", &name))
		return false;
	b = star_find_method(arg[0]->type, arena_strndup(s->a, name.p,
	    name.len));
	if (b == NULL)
		return true;
	*out = star_method(s, b, arg[0]);
	return *out != NULL;
}

static struct star_value *
fn_getattr(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *m;

	(void)self;
	if (!method_of(s, arg, &m))
		return NULL;
	if (m == NULL && star_type_named(arg[0]) != NULL &&
	    arg[1]->s.len == 4 && memcmp(arg[1]->s.p, "type", 4) == 0)
		return star_cstring(s, star_type_named(arg[0]));
	return m != NULL ? m : arg[2] != NULL ? arg[2] : star_fail(s,
	    "a %s has no method %s", star_type_name(arg[0]),
	    star_show(s, arg[1]));
}

static struct star_value *
fn_hasattr(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *m;

	(void)self;
	return method_of(s, arg, &m) ? star_bool(s, m != NULL) : NULL;
}

/* Over UTF-16 units, as Java does it. */
static struct star_value *
fn_hash(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_text t;
	uint32_t h = 0, c;
	size_t i = 0;

	(void)self;
	if (!star_want_string(s, arg[0], "a", &t))
		return NULL;
	while (i < t.len) {
		c = star_utf8_next(t.p, t.len, &i);
		if (c >= 0x10000) {
			h = h * 31 + 0xd800 + ((c - 0x10000) >> 10);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		h = h * 31 + c;
	}
	return star_integer(s, (int32_t)h);
}

static struct star_value *
fn_len(struct star *s, struct star_value *self, struct star_value **arg)
{
	const struct star_value *v = arg[0];

	(void)self;
	switch (v->type) {
	case STAR_STRING:
		return star_integer(s, (star_int)star_utf8_count(v->s.p,
		    v->s.len));
	case STAR_BYTES:
		return star_integer(s, (star_int)v->s.len);
	case STAR_LIST:
	case STAR_TUPLE:
		return star_integer(s, (star_int)v->seq->n);
	case STAR_DICT:
		return star_integer(s, (star_int)v->dict->count);
	case STAR_RANGE:
		return star_integer(s, (star_int)star_range_len(v->range));
	default:
		return star_fail(s, "%s has no length", star_show(s, v));
	}
}

static struct star_value *
key_of(struct star *s, struct star_value *key, struct star_value *v)
{
	return key == NULL ? v : star_call(s, key, &v, 1, NULL);
}

static struct star_value *
extreme(struct star *s, struct star_value **arg, int sign, const char *name)
{
	struct star_value **v = arg[0]->seq->v, *best = NULL, *key, *k;
	size_t n = arg[0]->seq->n, i;
	int order;

	if (n == 1 && !star_collect(s, v[0], &v, &n))
		return NULL;
	if (n == 0)
		return star_fail(s, "%s() of nothing", name);
	for (i = 0, key = NULL; i < n; i++) {
		k = key_of(s, arg[1], v[i]);
		if (k == NULL || (best != NULL &&
		    !star_compare(s, k, key, &order)))
			return NULL;
		if (best == NULL || order * sign > 0) {
			best = v[i];
			key = k;
		}
	}
	return best;
}

static struct star_value *
fn_max(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return extreme(s, arg, 1, "max");
}

static struct star_value *
fn_min(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)self;
	return extreme(s, arg, -1, "min");
}

static struct star_value *
fn_range(struct star *s, struct star_value *self, struct star_value **arg)
{
	int32_t bound[3] = { 0, 0, 1 };
	struct star_value *v;
	int i;

	(void)self;
	for (i = 0; i < 3; i++)
		if (arg[i] != NULL && !star_want_int(s, arg[i], "range",
		    &bound[i]))
			return NULL;
	if (bound[2] == 0)
		return star_fail(s, "the step of a range cannot be 0");
	v = star_alloc(s, 1, sizeof(*v));
	if (v == NULL)
		return NULL;
	v->type = STAR_RANGE;
	v->range = arg[1] == NULL ?
	    (struct star_range){ 0, bound[0], 1 } :
	    (struct star_range){ bound[0], bound[1], bound[2] };
	return v;
}

static struct star_value *
fn_repr(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };

	(void)self;
	star_put_repr(&b, arg[0]);
	return star_buf_string(&b);
}

static struct star_value *
fn_reversed(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *all, **v;
	size_t n, i;

	(void)self;
	if (!star_collect(s, arg[0], &v, &n) ||
	    (all = star_seq(s, STAR_LIST, n)) == NULL)
		return NULL;
	for (i = n; i > 0; i--)
		all->seq->v[all->seq->n++] = v[i - 1];
	return all;
}

/* Merge sort of (key, value) pairs: stable, in either direction. */
static bool
merge_sort(struct star *s, struct star_value **v, struct star_value **tmp,
    size_t n, int sign)
{
	size_t half = n / 2, i = 0, j = half, k = 0;
	int order;

	if (n < 2)
		return true;
	if (!merge_sort(s, v, tmp, half, sign) ||
	    !merge_sort(s, v + 2 * half, tmp, n - half, sign))
		return false;
	while (i < half && j < n) {
		if (!star_compare(s, v[2 * i], v[2 * j], &order))
			return false;
		memcpy(tmp + 2 * k++, v + 2 * (order * sign <= 0 ? i++ :
		    j++), 2 * sizeof(*v));
	}
	/* What is left of the second half is in place already. */
	memcpy(tmp + 2 * k, v + 2 * i, 2 * (half - i) * sizeof(*v));
	memcpy(v, tmp, 2 * (k + half - i) * sizeof(*v));
	return true;
}

static struct star_value *
fn_sorted(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value **v, **pairs, **tmp, *all;
	bool is_reverse = false;
	size_t n, i;

	(void)self;
	if (!star_collect(s, arg[0], &v, &n) || (arg[2] != NULL &&
	    !star_want_bool(s, arg[2], "reverse", &is_reverse)))
		return NULL;
	pairs = star_alloc(s, n, 2 * sizeof(*pairs));
	tmp = star_alloc(s, n, 2 * sizeof(*tmp));
	all = star_seq(s, STAR_LIST, n);
	if (pairs == NULL || tmp == NULL || all == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		pairs[2 * i] = key_of(s, arg[1], v[i]);
		pairs[2 * i + 1] = v[i];
		if (pairs[2 * i] == NULL)
			return NULL;
	}
	if (!merge_sort(s, pairs, tmp, n, is_reverse ? -1 : 1))
		return NULL;
	for (i = 0; i < n; i++)
		all->seq->v[all->seq->n++] = pairs[2 * i + 1];
	return all;
}

static struct star_value *
fn_zip(struct star *s, struct star_value *self, struct star_value **arg)
{
	size_t width = arg[0]->seq->n, rows = 0, n, i, j;
	struct star_value *all = star_seq(s, STAR_LIST, 0), *row;
	struct star_value ***v = star_alloc(s, width, sizeof(*v));

	(void)self;
	if (all == NULL || v == NULL)
		return NULL;
	for (i = 0; i < width; i++) {
		if (!star_collect(s, arg[0]->seq->v[i], &v[i], &n))
			return NULL;
		rows = i == 0 || n < rows ? n : rows;
	}
	for (j = 0; j < rows; j++) {
		row = star_seq(s, STAR_TUPLE, width);
		for (i = 0; row != NULL && i < width; i++)
			row->seq->v[row->seq->n++] = v[i][j];
		if (row == NULL || !star_spend(s, width) ||
		    !star_push(s, all, row))
			return NULL;
	}
	return all;
}

const struct star_builtin star_functions[] = {
	{ "all", "x /", fn_all },
	{ "any", "x /", fn_any },
	{ "dir", "x /", fn_dir },
	{ "enumerate", "it / start?", fn_enumerate },
	{ "fail", "*", fn_fail },
	{ "getattr", "a attr default? /", fn_getattr },
	{ "hasattr", "a attr /", fn_hasattr },
	{ "hash", "a /", fn_hash },
	{ "len", "a /", fn_len },
	{ "max", "* key?", fn_max },
	{ "min", "* key?", fn_min },
	{ "range", "a1 a2? step? /", fn_range },
	{ "repr", "a /", fn_repr },
	{ "reversed", "a /", fn_reversed },
	{ "sorted", "x / | key? reverse?", fn_sorted },
	{ "zip", "*", fn_zip },
	{ .name = NULL }
};
