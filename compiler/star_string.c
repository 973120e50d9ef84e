/* Methods of strings and bytes that search, split, join and cut. */
#include "compiler/star_value.h"

#include <string.h>

#include "compiler/star_unicode.h"

/* Bytes [from, to) of a string. */
static struct star_value *
part(struct star *s, const struct star_value *v, size_t from, size_t to)
{
	return star_string_own(s, v->s.p + from, to - from);
}

/*
 * The part that the optional arguments start and end choose, in bytes;
 * false if it begins behind the end or after an error.
 */
static bool
span(struct star *s, const struct star_value *self, struct star_value **arg,
    size_t *from, size_t *to)
{
	int64_t n = (int64_t)star_utf8_count(self->s.p, self->s.len);
	int64_t bound[2] = { 0, n };
	int32_t x;
	int i;

	for (i = 0; i < 2; i++) {
		if (arg[i] == NULL || arg[i]->type == STAR_NONE)
			continue;
		if (!star_want_int(s, arg[i], i ? "end" : "start", &x))
			return false;
		bound[i] = x < 0 ? n + x : x;
		if (bound[i] < 0)
			bound[i] = 0;
	}
	if (bound[1] > n)
		bound[1] = n;
	if (bound[0] > n || bound[0] > bound[1] ||
	    !star_spend(s, self->s.len / 64))
		return false;
	*from = star_utf8_offset(self->s.p, self->s.len, (size_t)bound[0]);
	*to = star_utf8_offset(self->s.p, self->s.len, (size_t)bound[1]);
	return true;
}

/* Where needle is in p, from the left or the right; NULL if nowhere. */
static const char *
search(const char *p, size_t n, struct star_text needle, bool is_last)
{
	size_t i;

	if (!is_last)
		return memmem(p, n, needle.p, needle.len);
	if (needle.len > n)
		return NULL;
	for (i = n - needle.len + 1; i-- > 0;)
		if (memcmp(p + i, needle.p, needle.len) == 0 &&
		    (needle.len > 0 || i == n ||
		    ((unsigned char)p[i] & 0xc0) != 0x80))
			return p + i;
	return NULL;
}

static struct star_value *
find_in(struct star *s, struct star_value *self, struct star_value **arg,
    bool is_last, bool must)
{
	struct star_text needle;
	const char *hit;
	size_t from, to;

	if (!star_want_string(s, arg[0], "needle", &needle))
		return NULL;
	if (span(s, self, arg + 1, &from, &to) && (hit = search(self->s.p +
	    from, to - from, needle, is_last)) != NULL)
		return star_integer(s, (star_int)star_utf8_count(self->s.p,
		    (size_t)(hit - self->s.p)));
	if (s->has_failed)
		return NULL;
	if (must)
		return star_fail(s, "%s does not occur in %s",
		    star_show(s, arg[0]), star_show(s, self));
	return star_integer(s, -1);
}

static struct star_value *
str_find(struct star *s, struct star_value *self, struct star_value **arg)
{
	return find_in(s, self, arg, false, false);
}

static struct star_value *
str_rfind(struct star *s, struct star_value *self, struct star_value **arg)
{
	return find_in(s, self, arg, true, false);
}

static struct star_value *
str_index(struct star *s, struct star_value *self, struct star_value **arg)
{
	return find_in(s, self, arg, false, true);
}

static struct star_value *
str_rindex(struct star *s, struct star_value *self, struct star_value **arg)
{
	return find_in(s, self, arg, true, true);
}

static struct star_value *
str_count(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_text needle;
	const char *p, *end;
	size_t from, to;
	star_int n = 0;

	if (!star_want_string(s, arg[0], "needle", &needle))
		return NULL;
	if (!span(s, self, arg + 1, &from, &to))
		return s->has_failed ? NULL : star_integer(s, 0);
	if (needle.len == 0)
		return star_integer(s, (star_int)star_utf8_count(self->s.p +
		    from, to - from) + 1);
	p = self->s.p + from;
	end = self->s.p + to;
	while ((p = memmem(p, (size_t)(end - p), needle.p, needle.len)) !=
	    NULL) {
		n++;
		p += needle.len;
	}
	return star_integer(s, n);
}

static bool
has_affix(const char *p, size_t n, struct star_text affix, bool is_suffix)
{
	return affix.len <= n && memcmp(is_suffix ? p + n - affix.len : p,
	    affix.p, affix.len) == 0;
}

static struct star_value *
affix(struct star *s, struct star_value *self, struct star_value **arg,
    bool is_suffix)
{
	struct star_value *const *v = arg[0]->type == STAR_TUPLE ?
	    arg[0]->seq->v : arg;
	size_t n = arg[0]->type == STAR_TUPLE ? arg[0]->seq->n : 1, i;
	bool has_any = false;
	struct star_text t;
	size_t from = 0, to = 0;
	bool is_inside = span(s, self, arg + 1, &from, &to);

	for (i = 0; i < n; i++) {
		if (!star_want_string(s, v[i], "affix", &t))
			return NULL;
		has_any |= is_inside && has_affix(self->s.p + from,
		    to - from, t, is_suffix);
	}
	return s->has_failed ? NULL : star_bool(s, has_any);
}

static struct star_value *
str_startswith(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	return affix(s, self, arg, false);
}

static struct star_value *
str_endswith(struct star *s, struct star_value *self, struct star_value **arg)
{
	return affix(s, self, arg, true);
}

static struct star_value *
str_removeprefix(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_text t;

	if (!star_want_string(s, arg[0], "prefix", &t))
		return NULL;
	return has_affix(self->s.p, self->s.len, t, false) ?
	    part(s, self, t.len, self->s.len) : self;
}

static struct star_value *
str_removesuffix(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_text t;

	if (!star_want_string(s, arg[0], "suffix", &t))
		return NULL;
	return has_affix(self->s.p, self->s.len, t, true) ?
	    part(s, self, 0, self->s.len - t.len) : self;
}

/* Is the character of n bytes at p one that is stripped? */
static bool
is_stripped(const char *p, size_t n, const struct star_value *chars)
{
	size_t i = 0;

	if (chars == NULL)
		return star_is_space(star_utf8_next(p, n, &i));
	return memmem(chars->s.p, chars->s.len, p, n) != NULL;
}

static struct star_value *
strip(struct star *s, struct star_value *self, struct star_value **arg,
    bool at_start, bool at_end)
{
	size_t from = 0, to = self->s.len, i;
	struct star_text t;

	if (arg[0] != NULL && !star_want_string(s, arg[0], "chars", &t))
		return NULL;
	while (at_start && from < to) {
		i = from;
		star_utf8_next(self->s.p, to, &i);
		if (!is_stripped(self->s.p + from, i - from, arg[0]))
			break;
		from = i;
	}
	while (at_end && from < to) {
		i = to - 1;
		while (i > from && ((unsigned char)self->s.p[i] & 0xc0) ==
		    0x80)
			i--;
		if (!is_stripped(self->s.p + i, to - i, arg[0]))
			break;
		to = i;
	}
	return part(s, self, from, to);
}

static struct star_value *
str_strip(struct star *s, struct star_value *self, struct star_value **arg)
{
	return strip(s, self, arg, true, true);
}

static struct star_value *
str_lstrip(struct star *s, struct star_value *self, struct star_value **arg)
{
	return strip(s, self, arg, true, false);
}

static struct star_value *
str_rstrip(struct star *s, struct star_value *self, struct star_value **arg)
{
	return strip(s, self, arg, false, true);
}

static struct star_value *
partition(struct star *s, struct star_value *self, struct star_value **arg,
    bool is_last)
{
	struct star_value *v[3] = { self, s->empty, s->empty };
	struct star_text t;
	const char *hit;
	size_t at;

	if (!star_want_string(s, arg[0], "separator", &t))
		return NULL;
	if (t.len == 0)
		return star_fail(s, "the separator is empty");
	hit = search(self->s.p, self->s.len, t, is_last);
	if (hit != NULL) {
		at = (size_t)(hit - self->s.p);
		v[0] = part(s, self, 0, at);
		v[1] = arg[0];
		v[2] = part(s, self, at + t.len, self->s.len);
	} else if (is_last) {
		v[0] = s->empty;
		v[2] = self;
	}
	return s->has_failed ? NULL : star_seq_of(s, STAR_TUPLE, v, 3);
}

static struct star_value *
str_partition(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	return partition(s, self, arg, false);
}

static struct star_value *
str_rpartition(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	return partition(s, self, arg, true);
}

static struct star_value *
str_join(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };
	struct star_value **v;
	struct star_text t;
	size_t n, i;

	if (!star_collect(s, arg[0], &v, &n))
		return NULL;
	for (i = 0; i < n; i++) {
		if (!star_want_string(s, v[i], "to_join", &t))
			return NULL;
		if (i > 0)
			star_put(&b, self->s.p, self->s.len);
		star_put(&b, t.p, t.len);
	}
	return star_buf_string(&b);
}

static struct star_value *
str_replace(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_buf b = { .s = s };
	struct star_text old, new;
	size_t i = 0, next;
	int32_t most = INT32_MAX;
	const char *hit;

	if (!star_want_string(s, arg[0], "old", &old) ||
	    !star_want_string(s, arg[1], "new", &new) || (arg[2] != NULL &&
	    !star_want_int(s, arg[2], "count", &most)))
		return NULL;
	if (most < 0)
		return star_fail(s, "\"count\" is negative");
	for (; most > 0 && star_spend(s, 1); most--) {
		hit = memmem(self->s.p + i, self->s.len - i, old.p, old.len);
		if (hit == NULL)
			break;
		next = (size_t)(hit - self->s.p) + old.len;
		star_put(&b, self->s.p + i, (size_t)(hit - self->s.p) - i);
		star_put(&b, new.p, new.len);
		i = next;
		if (old.len > 0)
			continue;
		if (i == self->s.len)
			break;
		star_utf8_next(self->s.p, self->s.len, &next);
		star_put(&b, self->s.p + i, next - i);
		i = next;
	}
	star_put(&b, self->s.p + i, self->s.len - i);
	return star_buf_string(&b);
}

static struct star_value *
str_elems(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_ITERATOR, 0), *x;
	size_t i = 0, from;

	(void)arg;
	while (all != NULL && i < self->s.len) {
		from = i;
		star_utf8_next(self->s.p, self->s.len, &i);
		x = part(s, self, from, i);
		if (x == NULL || !star_push(s, all, x))
			return NULL;
	}
	return all;
}

static struct star_value *
str_codepoints(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_ITERATOR, 0), *x;
	size_t i = 0;

	(void)arg;
	while (all != NULL && i < self->s.len) {
		x = star_integer(s, star_utf8_next(self->s.p, self->s.len,
		    &i));
		if (x == NULL || !star_push(s, all, x))
			return NULL;
	}
	return all;
}

static struct star_value *
bytes_elems(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_TUPLE, self->s.len), *x;
	size_t i;

	(void)arg;
	for (i = 0; all != NULL && i < self->s.len; i++) {
		x = part(s, self, i, i + 1);
		if (x == NULL || !star_push(s, all, x))
			return NULL;
		x->type = STAR_BYTES;
	}
	return all;
}

static struct star_value *
str_format(struct star *s, struct star_value *self, struct star_value **arg)
{
	return star_format(s, self, arg[0], arg[1]);
}

const struct star_builtin star_string_methods[] = {
	{ "codepoints", "/", str_codepoints },
	{ "count", "needle start? end? /", str_count },
	{ "elems", "/", str_elems },
	{ "endswith", "suffix start? end? /", str_endswith },
	{ "find", "needle start? end? /", str_find },
	{ "format", "* **", str_format },
	{ "index", "needle start? end? /", str_index },
	{ "join", "to_join /", str_join },
	{ "lstrip", "chars? /", str_lstrip },
	{ "partition", "needle /", str_partition },
	{ "removeprefix", "prefix /", str_removeprefix },
	{ "removesuffix", "suffix /", str_removesuffix },
	{ "replace", "old new count? /", str_replace },
	{ "rfind", "needle start? end? /", str_rfind },
	{ "rindex", "needle start? end? /", str_rindex },
	{ "rpartition", "needle /", str_rpartition },
	{ "rstrip", "chars? /", str_rstrip },
	{ "startswith", "prefix start? end? /", str_startswith },
	{ "strip", "chars? /", str_strip },
	{ .name = NULL }
};

const struct star_builtin star_bytes_methods[] = {
	{ "elems", "/", bytes_elems },
	{ .name = NULL }
};
