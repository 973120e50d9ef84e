/* Methods of strings that are about kinds of characters and their case. */
#include "compiler/star_value.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/star_unicode.h"

static bool
is_alnum(uint32_t c)
{
	return star_is_alpha(c) || star_is_numeric(c);
}

/* Not empty, and all of one kind. */
static struct star_value *
all_of(struct star *s, const struct star_value *self, bool (*is)(uint32_t))
{
	size_t i = 0;

	if (!star_spend(s, self->s.len / 16))
		return NULL;
	while (i < self->s.len)
		if (!is(star_utf8_next(self->s.p, self->s.len, &i)))
			return s->no;
	return star_bool(s, self->s.len > 0);
}

static struct star_value *
str_isalnum(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return all_of(s, self, is_alnum);
}

static struct star_value *
str_isalpha(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return all_of(s, self, star_is_alpha);
}

static struct star_value *
str_isdigit(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return all_of(s, self, star_is_numeric);
}

static struct star_value *
str_isspace(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return all_of(s, self, star_is_space);
}

/* Some of one case, none of the other. */
static struct star_value *
one_case(struct star *s, const struct star_value *self, bool (*is)(uint32_t),
    bool (*is_not)(uint32_t))
{
	bool has_any = false;
	size_t i = 0;
	uint32_t c;

	while (i < self->s.len) {
		c = star_utf8_next(self->s.p, self->s.len, &i);
		if (is_not(c))
			return s->no;
		has_any |= is(c);
	}
	return star_bool(s, has_any);
}

static struct star_value *
str_islower(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return one_case(s, self, star_is_lower, star_is_upper);
}

static struct star_value *
str_isupper(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return one_case(s, self, star_is_upper, star_is_lower);
}

static struct star_value *
str_istitle(struct star *s, struct star_value *self, struct star_value **arg)
{
	bool is_first = true, has_any = false;
	size_t i = 0;
	uint32_t c;

	(void)arg;
	while (i < self->s.len) {
		c = star_utf8_next(self->s.p, self->s.len, &i);
		if (!star_is_alpha(c)) {
			is_first = true;
			continue;
		}
		if (is_first ? star_is_lower(c) : star_is_upper(c))
			return s->no;
		has_any = true;
		is_first = false;
	}
	return star_bool(s, has_any);
}

static bool
put_mapped(struct star_buf *b, const char *p, size_t n, bool is_upper)
{
	size_t len;
	char *m;

	if (!star_spend(b->s, n + 4))
		return false;
	m = is_upper ? star_to_upper_dup(p, n, &len) :
	    star_to_lower_dup(p, n, &len);
	if (m == NULL) {
		star_fail(b->s, "out of memory");
		return false;
	}
	star_put(b, m, len);
	free(m);
	return true;
}

static struct star_value *
map_all(struct star *s, const struct star_value *self, bool is_upper)
{
	struct star_buf b = { .s = s };

	if (!put_mapped(&b, self->s.p, self->s.len, is_upper))
		return NULL;
	return star_buf_string(&b);
}

static struct star_value *
str_lower(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return map_all(s, self, false);
}

static struct star_value *
str_upper(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return map_all(s, self, true);
}

/* The first letter of the string, or of each word, upper; others lower. */
static struct star_value *
map_first(struct star *s, const struct star_value *self, bool is_each_word)
{
	struct star_buf b = { .s = s };
	bool is_first = true;
	size_t i = 0, from;
	uint32_t c;

	while (i < self->s.len) {
		from = i;
		c = star_utf8_next(self->s.p, self->s.len, &i);
		if (is_each_word && !star_is_alpha(c)) {
			put_mapped(&b, self->s.p + from, i - from, false);
			is_first = true;
			continue;
		}
		if (!put_mapped(&b, self->s.p + from, i - from, is_first))
			return NULL;
		is_first = false;
	}
	return star_buf_string(&b);
}

static struct star_value *
str_capitalize(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	(void)arg;
	return map_first(s, self, false);
}

static struct star_value *
str_title(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return map_first(s, self, true);
}

const struct star_builtin star_case_methods[] = {
	{ "capitalize", "/", str_capitalize },
	{ "isalnum", "/", str_isalnum },
	{ "isalpha", "/", str_isalpha },
	{ "isdigit", "/", str_isdigit },
	{ "islower", "/", str_islower },
	{ "isspace", "/", str_isspace },
	{ "istitle", "/", str_istitle },
	{ "isupper", "/", str_isupper },
	{ "lower", "/", str_lower },
	{ "title", "/", str_title },
	{ "upper", "/", str_upper },
	{ .name = NULL }
};
