/* split(), rsplit() and splitlines(). */
#include "compiler/star_value.h"

#include <string.h>

#include "compiler/star_unicode.h"

static bool
push_part(struct star *s, struct star_value *all, const char *p, size_t n)
{
	struct star_value *x = star_string_own(s, p, n);

	return x != NULL && star_push(s, all, x);
}

static void
reverse(struct star_seq *q)
{
	struct star_value *x;
	size_t i;

	for (i = 0; i < q->n / 2; i++) {
		x = q->v[i];
		q->v[i] = q->v[q->n - 1 - i];
		q->v[q->n - 1 - i] = x;
	}
}

/*
 * Where the next sep begins at or after i; the length if nowhere.  An empty
 * one is before each character and at the end.
 */
static size_t
next_sep(struct star_text t, struct star_text sep, size_t i, bool is_first)
{
	const char *hit;

	if (sep.len == 0) {
		if (!is_first && i < t.len)
			star_utf8_next(t.p, t.len, &i);
		else if (!is_first)
			return t.len + 1;
		return i;
	}
	hit = memmem(t.p + i, t.len - i, sep.p, sep.len);
	return hit != NULL ? (size_t)(hit - t.p) : t.len + 1;
}

static bool
split_left(struct star *s, struct star_value *all, struct star_text t,
    struct star_text sep, size_t most)
{
	size_t i = 0, from = 0, hit;

	for (; all->seq->n < most; from = i = hit + sep.len) {
		hit = next_sep(t, sep, i, all->seq->n == 0);
		if (hit > t.len)
			break;
		if (!push_part(s, all, t.p + from, hit - from))
			return false;
	}
	return push_part(s, all, t.p + from, t.len - from);
}

/* The last sep that ends at or before end; t.len + 1 if there is none. */
static size_t
last_sep(struct star_text t, struct star_text sep, size_t end, bool is_first)
{
	size_t i;

	if (sep.len == 0) {
		if (is_first)
			return end;
		if (end == 0)
			return t.len + 1;
		for (i = end - 1; i > 0 && ((unsigned char)t.p[i] & 0xc0) ==
		    0x80; i--)
			continue;
		return i;
	}
	for (i = end >= sep.len ? end - sep.len + 1 : 0; i-- > 0;)
		if (memcmp(t.p + i, sep.p, sep.len) == 0)
			return i;
	return t.len + 1;
}

static bool
split_right(struct star *s, struct star_value *all, struct star_text t,
    struct star_text sep, size_t most)
{
	size_t end = t.len, hit;

	for (; all->seq->n < most; end = hit) {
		hit = last_sep(t, sep, end, all->seq->n == 0);
		if (hit > t.len)
			break;
		if (!push_part(s, all, t.p + hit + sep.len,
		    end - hit - sep.len))
			return false;
	}
	return push_part(s, all, t.p, end);
}

/* First byte at or after i that is (not) in a blank; t.len if none is. */
static size_t
skip(struct star_text t, size_t i, bool is_space)
{
	size_t next;

	for (; i < t.len; i = next) {
		next = i;
		if (star_is_space(star_utf8_next(t.p, t.len, &next)) !=
		    is_space)
			break;
	}
	return i;
}

static size_t
skip_back(struct star_text t, size_t end, bool is_space)
{
	size_t i, next;

	while (end > 0) {
		i = end - 1;
		while (i > 0 && ((unsigned char)t.p[i] & 0xc0) == 0x80)
			i--;
		next = i;
		if (star_is_space(star_utf8_next(t.p, t.len, &next)) !=
		    is_space)
			break;
		end = i;
	}
	return end;
}

static bool
split_blanks(struct star *s, struct star_value *all, struct star_text t,
    size_t most)
{
	size_t i = skip(t, 0, true), end;

	while (i < t.len) {
		end = all->seq->n < most ? skip(t, i, false) : t.len;
		if (!push_part(s, all, t.p + i, end - i))
			return false;
		i = skip(t, end, true);
	}
	return true;
}

static bool
rsplit_blanks(struct star *s, struct star_value *all, struct star_text t,
    size_t most)
{
	size_t end = skip_back(t, t.len, true), i;

	while (end > 0) {
		i = all->seq->n < most ? skip_back(t, end, false) : 0;
		if (!push_part(s, all, t.p + i, end - i))
			return false;
		end = skip_back(t, i, true);
	}
	return true;
}

static struct star_value *
split(struct star *s, struct star_value *self, struct star_value **arg,
    bool is_right)
{
	struct star_value *all = star_seq(s, STAR_LIST, 0);
	struct star_text sep = { .p = NULL };
	size_t most = SIZE_MAX;
	int32_t limit;
	bool ok;

	if (arg[0] != NULL && arg[0]->type != STAR_NONE &&
	    !star_want_string(s, arg[0], "sep", &sep))
		return NULL;
	if (arg[1] != NULL && arg[1]->type != STAR_NONE) {
		if (!star_want_int(s, arg[1], "maxsplit", &limit))
			return NULL;
		most = limit < 0 ? SIZE_MAX : (size_t)limit;
	}
	if (all == NULL)
		return NULL;
	if (sep.p == NULL)
		ok = is_right ? rsplit_blanks(s, all, self->s, most) :
		    split_blanks(s, all, self->s, most);
	else
		ok = is_right ? split_right(s, all, self->s, sep, most) :
		    split_left(s, all, self->s, sep, most);
	if (is_right)
		reverse(all->seq);
	return ok && star_spend(s, all->seq->n) ? all : NULL;
}

static struct star_value *
str_split(struct star *s, struct star_value *self, struct star_value **arg)
{
	return split(s, self, arg, false);
}

static struct star_value *
str_rsplit(struct star *s, struct star_value *self, struct star_value **arg)
{
	return split(s, self, arg, true);
}

static struct star_value *
str_splitlines(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_value *all = star_seq(s, STAR_LIST, 0);
	struct star_text t = self->s;
	bool is_kept = false;
	size_t i = 0, end, next;

	if (all == NULL || (arg[0] != NULL &&
	    !star_want_bool(s, arg[0], "keepends", &is_kept)))
		return NULL;
	while (i < t.len) {
		for (end = i; end < t.len && t.p[end] != '\n' &&
		    t.p[end] != '\r'; end++)
			continue;
		next = end < t.len ? end + 1 : end;
		if (end + 1 < t.len && t.p[end] == '\r' &&
		    t.p[end + 1] == '\n')
			next++;
		if (!star_spend(s, 1) || !push_part(s, all, t.p + i,
		    (is_kept ? next : end) - i))
			return NULL;
		i = next;
	}
	return all;
}

const struct star_builtin star_split_methods[] = {
	{ "rsplit", "sep? maxsplit? /", str_rsplit },
	{ "split", "sep? maxsplit? /", str_split },
	{ "splitlines", "keepends? /", str_splitlines },
	{ .name = NULL }
};
