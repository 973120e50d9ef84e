/*
 * Dicts, which keep the order of insertion, and iteration over everything
 * that can be iterated.
 */
#include "compiler/star_big.h"

#include <math.h>
#include <string.h>

#define MAX_NESTING	DEEP_MAX	/* of tuples as keys */

/* FNV-1a, and a finishing step because the low bits choose the place. */
static uint64_t
mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;

	while (n-- > 0)
		h = (h ^ *b++) * 0x100000001b3u;
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return h ^ h >> 33;
}

static bool
hash_number(const struct star_value *v, uint64_t *h)
{
	double f = v->type == STAR_FLOAT ? v->f : 0;
	star_int i = v->i;

	/* 1 and 1.0 are the same key, but only within 32 bits. */
	if (v->type == STAR_FLOAT) {
		if (!(f >= INT32_MIN && f <= INT32_MAX) || trunc(f) != f) {
			*h = mix(*h, &f, sizeof(f));
			return true;
		}
		i = (star_int)f;
	}
	*h = mix(*h, &i, sizeof(i));
	return true;
}

static bool
hash_at(struct star *s, const struct star_value *v, uint64_t *h,
    unsigned level)
{
	size_t i;

	switch (v->type) {
	case STAR_NONE:
		return true;
	case STAR_BOOL:
		*h = mix(*h, v->b ? "t" : "f", 1);
		return true;
	case STAR_INT:
	case STAR_FLOAT:
		return hash_number(v, h);
	case STAR_BIG:
		*h = mix(*h, v->big->v, v->big->n * sizeof(*v->big->v));
		return true;
	case STAR_STRING:
	case STAR_BYTES:
		*h = mix(*h, v->s.p, v->s.len);
		return star_spend(s, v->s.len / 64);
	case STAR_FUNCTION:
		*h = mix(*h, &v->fn, sizeof(v->fn));
		return true;
	case STAR_BUILTIN:
		*h = mix(*h, &v->builtin.b, sizeof(v->builtin.b));
		return true;
	case STAR_TUPLE:
		for (i = 0; level < MAX_NESTING && i < v->seq->n; i++)
			if (!hash_at(s, v->seq->v[i], h, level + 1))
				return false;
		return star_spend(s, v->seq->n);
	default:
		star_fail(s, "a %s cannot be the key of a dict",
		    star_type_name(v));
		return false;
	}
}

struct star_value *
star_dict(struct star *s)
{
	struct star_value *v = star_alloc(s, 1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->type = STAR_DICT;
	v->dict = star_alloc(s, 1, sizeof(*v->dict));
	return v->dict != NULL ? v : NULL;
}

static void
index_put(struct star_dict *d, uint32_t entry)
{
	size_t i = d->v[entry].hash & (d->nindex - 1);

	while (d->index[i] != 0)
		i = (i + 1) & (d->nindex - 1);
	d->index[i] = entry + 1;
}

/* Drop removed entries, make room for one more, index them again. */
static bool
rebuild(struct star *s, struct star_dict *d)
{
	size_t cap = d->count < 4 ? 4 + d->count : d->count * 2, i, n = 0;
	struct star_entry *v = star_alloc(s, cap, sizeof(*v));
	size_t nindex = 8;

	while (nindex < cap * 2)
		nindex *= 2;
	if (v == NULL)
		return false;
	d->index = star_alloc(s, nindex, sizeof(*d->index));
	if (d->index == NULL)
		return false;
	for (i = 0; i < d->n; i++)
		if (d->v[i].key != NULL)
			v[n++] = d->v[i];
	d->v = v;
	d->n = n;
	d->cap = cap;
	d->nindex = nindex;
	for (i = 0; i < n; i++)
		index_put(d, (uint32_t)i);
	return true;
}

/* The entry of a key; NULL if there is none, or with *ok false. */
static struct star_entry *
find(struct star *s, const struct star_dict *d, const struct star_value *key,
    uint64_t hash, bool *ok)
{
	struct star_entry *e;
	size_t i;
	int r;

	*ok = true;
	if (d->nindex == 0)
		return NULL;
	for (i = hash & (d->nindex - 1); d->index[i] != 0;
	    i = (i + 1) & (d->nindex - 1)) {
		e = &d->v[d->index[i] - 1];
		if (e->key == NULL || e->hash != hash)
			continue;
		r = star_equal(s, e->key, key);
		if (r == 1)
			return e;
		if (r == -1) {
			*ok = false;
			return NULL;
		}
	}
	return NULL;
}

bool
star_dict_get(struct star *s, const struct star_value *dict,
    const struct star_value *key, struct star_value **out)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct star_entry *e;
	bool ok;

	*out = NULL;
	if (!hash_at(s, key, &hash, 0))
		return false;
	e = find(s, dict->dict, key, hash, &ok);
	if (e != NULL)
		*out = e->value;
	return ok;
}

bool
star_dict_set(struct star *s, struct star_value *dict, struct star_value *key,
    struct star_value *value)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct star_dict *d = dict->dict;
	struct star_entry *e;
	bool ok;

	if (!hash_at(s, key, &hash, 0))
		return false;
	e = find(s, d, key, hash, &ok);
	if (!ok)
		return false;
	if (e != NULL) {
		e->value = value;
		return true;
	}
	if (d->n == d->cap && !rebuild(s, d))
		return false;
	d->v[d->n] = (struct star_entry){ .key = key, .value = value,
	    .hash = hash };
	index_put(d, (uint32_t)d->n++);
	d->count++;
	return true;
}

bool
star_dict_remove(struct star *s, struct star_value *dict,
    const struct star_value *key, struct star_value **out)
{
	uint64_t hash = 0xcbf29ce484222325u;
	struct star_entry *e;
	bool ok;

	*out = NULL;
	if (!hash_at(s, key, &hash, 0))
		return false;
	e = find(s, dict->dict, key, hash, &ok);
	if (e == NULL)
		return ok;
	*out = e->value;
	e->key = NULL;		/* its place in the index stays taken */
	dict->dict->count--;
	return true;
}

bool
star_iter_start(struct star *s, struct star_value *v, struct star_iter *it)
{
	*it = (struct star_iter){ .over = v };
	switch (v->type) {
	case STAR_LIST:
	case STAR_TUPLE:
	case STAR_ITERATOR:
		v->seq->loops++;
		return true;
	case STAR_DICT:
		v->dict->loops++;
		return true;
	case STAR_RANGE:
		return true;
	default:
		star_fail(s, "%s is not a list: expected something that can "
		    "be gone through", star_show(s, v));
		return false;
	}
}

bool
star_iter_next(struct star *s, struct star_iter *it, struct star_value **out)
{
	struct star_value *v = it->over;

	*out = NULL;
	if (!star_spend(s, 1))
		return true;
	if (v->type == STAR_DICT) {
		while (it->i < v->dict->n && v->dict->v[it->i].key == NULL)
			it->i++;
		if (it->i >= v->dict->n)
			return false;
		*out = v->dict->v[it->i++].key;
		return true;
	}
	if (v->type == STAR_RANGE) {
		if (it->i >= star_range_len(v->range))
			return false;
		*out = star_integer(s, v->range.start +
		    (star_int)it->i++ * v->range.step);
		return true;
	}
	if (it->i >= v->seq->n)
		return false;
	*out = v->seq->v[it->i++];
	return true;
}

void
star_iter_end(struct star_iter *it)
{
	if (it->over->type == STAR_DICT)
		it->over->dict->loops--;
	else if (it->over->type != STAR_RANGE)
		it->over->seq->loops--;
}

bool
star_collect(struct star *s, struct star_value *v, struct star_value ***out,
    size_t *n)
{
	struct star_value *all = star_seq(s, STAR_LIST, 0), *x;
	struct star_iter it;

	if (all == NULL || !star_iter_start(s, v, &it))
		return false;
	while (star_iter_next(s, &it, &x) && x != NULL)
		if (!star_push(s, all, x))
			break;
	star_iter_end(&it);
	*out = all->seq->v;
	*n = all->seq->n;
	return !s->has_failed;
}
