/* Methods of lists and dicts. */
#include "compiler/star_value.h"

#include <string.h>

static struct star_value *
list_append(struct star *s, struct star_value *self, struct star_value **arg)
{
	if (!star_may_change(s, self) || !star_push(s, self, arg[0]))
		return NULL;
	return s->none;
}

static struct star_value *
list_clear(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	if (!star_may_change(s, self))
		return NULL;
	self->seq->n = 0;
	return s->none;
}

static struct star_value *
list_extend(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value **more;
	size_t n, i;

	if (!star_collect(s, arg[0], &more, &n) || !star_may_change(s, self))
		return NULL;
	for (i = 0; i < n; i++)
		if (!star_push(s, self, more[i]))
			return NULL;
	return s->none;
}

/* A place among n, counted from the end if negative, clamped to [0, n]. */
static bool
clamp(struct star *s, const struct star_value *v, size_t n, size_t by_default,
    size_t *out)
{
	int32_t i;
	int64_t at;

	*out = by_default;
	if (v == NULL || v->type == STAR_NONE)
		return true;
	if (!star_want_int(s, v, "index", &i))
		return false;
	at = i < 0 ? (int64_t)n + i : i;
	*out = at < 0 ? 0 : at > (int64_t)n ? n : (size_t)at;
	return true;
}

static struct star_value *
list_index(struct star *s, struct star_value *self, struct star_value **arg)
{
	size_t from, to, i;
	int eq;

	if (!clamp(s, arg[1], self->seq->n, 0, &from) ||
	    !clamp(s, arg[2], self->seq->n, self->seq->n, &to))
		return NULL;
	for (i = from; i < to; i++)
		if ((eq = star_equal(s, self->seq->v[i], arg[0])) != 0)
			return eq == 1 ? star_integer(s, (star_int)i) : NULL;
	return star_fail(s, "%s is not in the list", star_show(s, arg[0]));
}

static struct star_value *
list_insert(struct star *s, struct star_value *self, struct star_value **arg)
{
	size_t at, n = self->seq->n;
	int32_t given;

	if (!star_want_int(s, arg[0], "index", &given) ||
	    !clamp(s, arg[0], n, 0, &at) || !star_may_change(s, self) ||
	    !star_push(s, self, arg[1]) || !star_spend(s, n - at))
		return NULL;
	memmove(self->seq->v + at + 1, self->seq->v + at,
	    (n - at) * sizeof(*self->seq->v));
	self->seq->v[at] = arg[1];
	return s->none;
}

static void
remove_at(struct star_seq *q, size_t at)
{
	q->n--;
	memmove(q->v + at, q->v + at + 1, (q->n - at) * sizeof(*q->v));
}

static struct star_value *
list_pop(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *v;
	int32_t at = (int32_t)self->seq->n - 1;

	/* Unlike a subscript, this does not count from the end. */
	if (arg[0] != NULL && !star_want_int(s, arg[0], "index", &at))
		return NULL;
	if (at < 0 || (size_t)at >= self->seq->n)
		return star_fail(s, "index %d is out of range: there are %zu "
		    "elements", at, self->seq->n);
	if (!star_may_change(s, self) || !star_spend(s, self->seq->n))
		return NULL;
	v = self->seq->v[at];
	remove_at(self->seq, (size_t)at);
	return v;
}

static struct star_value *
list_remove(struct star *s, struct star_value *self, struct star_value **arg)
{
	size_t i;
	int eq;

	for (i = 0; i < self->seq->n; i++) {
		eq = star_equal(s, self->seq->v[i], arg[0]);
		if (eq == 0)
			continue;
		if (eq == -1 || !star_may_change(s, self))
			return NULL;
		remove_at(self->seq, i);
		return s->none;
	}
	return star_fail(s, "%s is not in the list", star_show(s, arg[0]));
}

const struct star_builtin star_list_methods[] = {
	{ "append", "element /", list_append },
	{ "clear", "/", list_clear },
	{ "extend", "elements /", list_extend },
	{ "index", "element start? end? /", list_index },
	{ "insert", "index element /", list_insert },
	{ "pop", "index? /", list_pop },
	{ "remove", "element /", list_remove },
	{ .name = NULL }
};

static struct star_value *
dict_clear(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	if (!star_may_change(s, self))
		return NULL;
	memset(self->dict, 0, sizeof(*self->dict));
	return s->none;
}

static struct star_value *
dict_get(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *v;

	if (!star_dict_get(s, self, arg[0], &v))
		return NULL;
	return v != NULL ? v : arg[1] != NULL ? arg[1] : s->none;
}

enum what { KEYS, VALUES, ITEMS };

static struct star_value *
list_of(struct star *s, const struct star_dict *d, enum what what)
{
	struct star_value *all = star_seq(s, STAR_LIST, d->count), *x;
	size_t i;

	for (i = 0; all != NULL && i < d->n; i++) {
		if (d->v[i].key == NULL)
			continue;
		x = what == VALUES ? d->v[i].value : d->v[i].key;
		if (what == ITEMS)
			x = star_seq_of(s, STAR_TUPLE,
			    (struct star_value *[]){ d->v[i].key,
			    d->v[i].value }, 2);
		if (x == NULL || !star_spend(s, 1) || !star_push(s, all, x))
			return NULL;
	}
	return all;
}

static struct star_value *
dict_keys(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return list_of(s, self->dict, KEYS);
}

static struct star_value *
dict_values(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return list_of(s, self->dict, VALUES);
}

static struct star_value *
dict_items(struct star *s, struct star_value *self, struct star_value **arg)
{
	(void)arg;
	return list_of(s, self->dict, ITEMS);
}

static struct star_value *
dict_pop(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *v;

	if (!star_may_change(s, self) ||
	    !star_dict_remove(s, self, arg[0], &v))
		return NULL;
	if (v != NULL)
		return v;
	return arg[1] != NULL ? arg[1] : star_fail(s,
	    "the dict has no key %s", star_show(s, arg[0]));
}

static struct star_value *
dict_popitem(struct star *s, struct star_value *self, struct star_value **arg)
{
	struct star_value *v, *key;
	size_t i;

	(void)arg;
	for (i = 0; i < self->dict->n; i++)
		if (self->dict->v[i].key != NULL)
			break;
	if (i == self->dict->n)
		return star_fail(s, "the dict is empty");
	key = self->dict->v[i].key;
	if (!star_may_change(s, self) || !star_spend(s, i) ||
	    !star_dict_remove(s, self, key, &v))
		return NULL;
	return star_seq_of(s, STAR_TUPLE,
	    (struct star_value *[]){ key, v }, 2);
}

static struct star_value *
dict_setdefault(struct star *s, struct star_value *self,
    struct star_value **arg)
{
	struct star_value *v;

	if (!star_dict_get(s, self, arg[0], &v))
		return NULL;
	if (v != NULL)
		return v;
	v = arg[1] != NULL ? arg[1] : s->none;
	if (!star_may_change(s, self) || !star_dict_set(s, self, arg[0], v))
		return NULL;
	return v;
}

bool
star_dict_update(struct star *s, struct star_value *dict,
    struct star_value *from, const struct star_value *named)
{
	struct star_value **v, **pair;
	size_t n, i, two;

	if (from != NULL && from->type == STAR_DICT)
		from = list_of(s, from->dict, ITEMS);
	if (s->has_failed)
		return false;
	if (from != NULL) {
		if (!star_collect(s, from, &v, &n))
			return false;
		for (i = 0; i < n; i++) {
			if (!star_collect(s, v[i], &pair, &two))
				return false;
			if (two != 2) {
				star_fail(s, "%s is not a pair",
				    star_show(s, v[i]));
				return false;
			}
			if (!star_dict_set(s, dict, pair[0], pair[1]))
				return false;
		}
	}
	for (i = 0; i < named->dict->n; i++)
		if (!star_dict_set(s, dict, named->dict->v[i].key,
		    named->dict->v[i].value))
			return false;
	return true;
}

static struct star_value *
dict_update(struct star *s, struct star_value *self, struct star_value **arg)
{
	if (!star_may_change(s, self) ||
	    !star_dict_update(s, self, arg[0], arg[1]))
		return NULL;
	return s->none;
}

const struct star_builtin star_dict_methods[] = {
	{ "clear", "/", dict_clear },
	{ "get", "key default? /", dict_get },
	{ "items", "/", dict_items },
	{ "keys", "/", dict_keys },
	{ "pop", "key default? /", dict_pop },
	{ "popitem", "/", dict_popitem },
	{ "setdefault", "key default? /", dict_setdefault },
	{ "update", "pairs? / **", dict_update },
	{ "values", "/", dict_values },
	{ .name = NULL }
};
