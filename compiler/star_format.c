/* The `%' operator and format(). */
#include "compiler/star_big.h"

#include <math.h>
#include <string.h>

/* The values that a format takes one after the other. */
struct feed {
	struct star_value *const *v;
	size_t n, i;
};

static const struct star_value *
next_value(struct star *s, struct feed *f)
{
	if (f->i < f->n)
		return f->v[f->i++];
	return star_fail(s, "not enough values for the format");
}

static void
put_integer(struct star_buf *b, const struct star_value *v, char how)
{
	unsigned base = how == 'd' ? 10 : how == 'o' ? 8 : 16;
	star_int i = v->type == STAR_INT ? v->i : 0;

	if (v->type == STAR_FLOAT && how == 'd') {
		if (!(trunc(v->f) >= INT32_MIN && trunc(v->f) <= INT32_MAX)) {
			star_fail(b->s, "format %%d takes floats from "
			    "-2147483648 to 2147483647");
			return;
		}
		i = (star_int)v->f;
	} else if (v->type == STAR_BIG) {
		star_big_put(b, v, base, how == 'X');
		return;
	} else if (v->type != STAR_INT) {
		star_fail(b->s, "format %%%c takes an integer, found %s",
		    how, star_type_name(v));
		return;
	}
	star_put_int(b, i, base, how == 'X');
}

static void
put_real(struct star_buf *b, const struct star_value *v, char how)
{
	if (v->type == STAR_FLOAT)
		star_put_float(b, v->f, how);
	else if (star_is_int(v))
		star_put_float(b, star_big_real(v), how);
	else
		star_fail(b->s, "format %%%c takes a number, found %s", how,
		    star_type_name(v));
}

static void
put_percent(struct star_buf *b, char how, struct feed *f)
{
	const struct star_value *v;

	if (how == '%') {
		star_puts(b, "%");
		return;
	}
	if (how == '\0' || strchr("srdoxXeEfFgG", how) == NULL) {
		star_fail(b->s, "format %%%c does not exist: expected one of "
		    "%%s %%r %%d %%o %%x %%X %%e %%f %%g %%%%",
		    how >= 0x20 && how < 0x7f ? how : '?');
		return;
	}
	v = next_value(b->s, f);
	if (v == NULL)
		return;
	if (how == 's' && v->type == STAR_STRING)
		star_put_str(b, v);
	else if (how == 's' || how == 'r')	/* bytes too: as in lists */
		star_put_repr(b, v);
	else if (strchr("doxX", how) != NULL)
		put_integer(b, v, how);
	else
		put_real(b, v, how);
}

struct star_value *
star_percent(struct star *s, const struct star_value *fmt,
    struct star_value *v)
{
	struct star_buf b = { .s = s };
	struct feed f = { .v = &v, .n = 1 };
	const char *p = fmt->s.p, *end = p + fmt->s.len, *stop;

	if (v->type == STAR_TUPLE)
		f = (struct feed){ .v = v->seq->v, .n = v->seq->n };
	while (p < end && !s->has_failed) {
		stop = memchr(p, '%', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		star_put(&b, p, (size_t)(stop - p));
		p = stop;
		if (p == end)
			break;
		if (p + 1 == end)
			return star_fail(s, "the format ends after \"%%\"");
		put_percent(&b, p[1], &f);
		p += 2;
	}
	if (f.i < f.n && !s->has_failed)
		return star_fail(s, "too many values for the format");
	return star_buf_string(&b);
}

/* Fields by number and fields in order do not go together. */
enum order { ANY, IN_ORDER, BY_NUMBER };

struct fields {
	struct feed feed;
	enum order order;
	const struct star_value *named;
};

static const struct star_value *
by_order(struct star *s, struct fields *f, const char *name, size_t n)
{
	enum order want = n == 0 ? IN_ORDER : BY_NUMBER;
	size_t i = 0, j;

	if (f->order != ANY && f->order != want)
		return star_fail(s, "fields \"{}\" and \"{0}\" cannot be "
		    "mixed in one format");
	f->order = want;
	if (n == 0)
		return next_value(s, &f->feed);
	for (j = 0; j < n && i <= f->feed.n; j++)
		i = i * 10 + (size_t)(name[j] - '0');
	if (i >= f->feed.n)
		return star_fail(s, "field {%.*s}: there are %zu values",
		    (int)n, name, f->feed.n);
	return f->feed.v[i];
}

static const struct star_value *
by_name(struct star *s, const struct fields *f, const char *name, size_t n)
{
	struct star_value *key, *v;
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr(".,[]", name[i]) != NULL && name[i] != '\0')
			return star_fail(s, "\"%c\" in a field of a format: "
			    "expected a name or a number", name[i]);
	key = star_string_own(s, name, n);
	if (key == NULL || !star_dict_get(s, f->named, key, &v))
		return NULL;
	return v != NULL ? v : star_fail(s, "field %s of the format has no "
	    "value", star_show(s, key));
}

/* One field, without its braces. */
static void
put_field(struct star_buf *b, struct fields *f, const char *p, size_t n)
{
	const char *bang = memchr(p, '!', n);
	size_t len = bang != NULL ? (size_t)(bang - p) : n, i = 0;
	bool is_repr = false;
	const struct star_value *v;

	if (bang != NULL) {
		if (n - len != 2 || (bang[1] != 's' && bang[1] != 'r')) {
			star_fail(b->s, "conversion in a format: expected "
			    "\"!s\" or \"!r\"");
			return;
		}
		is_repr = bang[1] == 'r';
	}
	while (i < len && p[i] >= '0' && p[i] <= '9')
		i++;
	v = i == len ? by_order(b->s, f, p, len) : by_name(b->s, f, p, len);
	if (v == NULL)
		return;
	if (is_repr)
		star_put_repr(b, v);
	else
		star_put_str(b, v);
}

/* A brace at p[i], doubled or a field; returns the bytes it took. */
static size_t
put_brace(struct star_buf *b, struct fields *f, const char *p, size_t n)
{
	size_t i;

	if (n > 1 && p[1] == p[0]) {
		star_put(b, p, 1);
		return 2;
	}
	if (p[0] == '}') {
		star_fail(b->s, "a single \"}\" in a format: write \"}}\"");
		return n;
	}
	for (i = 1; i < n && p[i] != '}'; i++)
		if (p[i] == '{')
			break;
	if (i == n || p[i] == '{') {
		star_fail(b->s, "a single \"{\" in a format: write \"{{\"");
		return n;
	}
	put_field(b, f, p + 1, i - 1);
	return i + 1;
}

struct star_value *
star_format(struct star *s, struct star_value *fmt,
    const struct star_value *args, const struct star_value *named)
{
	struct fields f = { .named = named,
	    .feed = { .v = args->seq->v, .n = args->seq->n } };
	struct star_buf b = { .s = s };
	const char *p = fmt->s.p;
	size_t i = 0, start;

	while (i < fmt->s.len && !s->has_failed) {
		for (start = i; i < fmt->s.len && p[i] != '{' &&
		    p[i] != '}'; i++)
			continue;
		star_put(&b, p + start, i - start);
		if (i < fmt->s.len)
			i += put_brace(&b, &f, p + i, fmt->s.len - i);
	}
	return star_buf_string(&b);
}
