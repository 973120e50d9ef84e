/* One line from who approves: see reply.h. */
#include "runtime/reply.h"

#include <string.h>

struct cursor {
	const char *p, *end;
};

struct word {
	const char *p;
	size_t len;
};

static void
skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' ||
	    *c->p == '\r'))
		c->p++;
}

static bool
take(struct cursor *c, char want)
{
	skip_blanks(c);
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

/* A string without escapes: none of ours needs one. */
static bool
take_string(struct cursor *c, struct word *w)
{
	if (!take(c, '"'))
		return false;
	w->p = c->p;
	while (c->p < c->end && *c->p != '"') {
		if (*c->p == '\\' || (unsigned char)*c->p < ' ')
			return false;
		c->p++;
	}
	w->len = (size_t)(c->p - w->p);
	return take(c, '"');
}

static bool
is_word(const struct word *w, const char *s)
{
	return w->len == strlen(s) && memcmp(w->p, s, w->len) == 0;
}

/* n digits at an offset; -1: they are none. */
static int64_t
number_at(const struct word *w, size_t from, size_t n)
{
	int64_t v = 0;

	if (n > w->len || from > w->len - n)
		return -1;
	for (size_t i = from; i < from + n; i++) {
		if (w->p[i] < '0' || w->p[i] > '9')
			return -1;
		v = v * 10 + (w->p[i] - '0');
	}
	return v;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2), era = y / 400, of_era = y % 400;
	int64_t shifted = month + (month > 2 ? -3 : 9);
	int64_t of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

/* "2026-01-31T23:59:59Z" */
static bool
read_time(const struct word *w, int64_t *out)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	int64_t year, month, day, hour, minute, second;

	if (w->len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < w->len; i++)
		if (form[i] != '0' && w->p[i] != form[i])
			return false;
	year = number_at(w, 0, 4);
	month = number_at(w, 5, 2);
	day = number_at(w, 8, 2);
	hour = number_at(w, 11, 2);
	minute = number_at(w, 14, 2);
	second = number_at(w, 17, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 || second > 59)
		return false;
	*out = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 +
	    second;
	return *out > 0;
}

static bool
set_id(struct reply *r, const struct word *w)
{
	int64_t id = w->len > 0 && w->len < 18 ? number_at(w, 0, w->len) : -1;

	r->id = id > 0 ? (uint64_t)id : 0;
	return id > 0;
}

static bool
set_decision(struct reply *r, const struct word *w)
{
	r->is_allowed = is_word(w, "allow");
	return r->is_allowed || is_word(w, "deny");
}

static bool
set_scope(struct reply *r, const struct word *w)
{
	r->is_for_run = is_word(w, "run");
	return r->is_for_run || is_word(w, "once");
}

static bool
set_until(struct reply *r, const struct word *w)
{
	return read_time(w, &r->until);
}

static const struct {
	const char *name;
	bool (*set)(struct reply *r, const struct word *w);
} keys[] = {
	{ "id", set_id }, { "decision", set_decision },
	{ "scope", set_scope }, { "until", set_until },
};
#define NKEYS	(sizeof(keys) / sizeof(keys[0]))
#define NEEDED	3u			/* the first two, as bits */

/* One pair; seen has a bit for each key that has come. */
static bool
take_pair(struct cursor *c, struct reply *r, unsigned *seen)
{
	struct word key, value;

	if (!take_string(c, &key) || !take(c, ':') || !take_string(c, &value))
		return false;
	for (unsigned i = 0; i < NKEYS; i++)
		if (is_word(&key, keys[i].name)) {
			if ((*seen & 1u << i) != 0)
				return false;
			*seen |= 1u << i;
			return keys[i].set(r, &value);
		}
	return false;
}

int
reply_read(const char *p, size_t len, struct reply *out)
{
	struct cursor c = { p, p + len };
	struct reply r = { .id = 0 };
	unsigned seen = 0;

	*out = r;
	if (!take(&c, '{'))
		return -1;
	do
		if (!take_pair(&c, &r, &seen))
			return -1;
	while (take(&c, ','));
	if (!take(&c, '}'))
		return -1;
	skip_blanks(&c);
	if (c.p != c.end || (seen & NEEDED) != NEEDED ||
	    (r.until != 0 && !r.is_for_run))
		return -1;
	*out = r;
	return 0;
}
