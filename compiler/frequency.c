/*
 *	% time     seconds  usecs/call     calls    errors syscall
 *	------ ----------- ----------- --------- --------- ----------------
 *	 32.11    0.000612          10        58         2 openat
 *	------ ----------- ----------- --------- --------- ----------------
 *	100.00    0.001906           7       253         2 total
 *
 * The column of errors may be empty.  strace can sort and drop columns by
 * options; those tables are refused, as what a number means would be a guess.
 */
#include "compiler/frequency.h"

#include <string.h>

#define MAX_WORDS	6
#define MIN_WORDS	5
#define CALLS		3	/* column */

struct line {
	struct arena *a;
	struct diag *d;
	const struct source *src;
	uint32_t number;
	const char *text;
	size_t len;
	size_t at[MAX_WORDS + 1], size[MAX_WORDS + 1];
	size_t nwords;		/* MAX_WORDS + 1: more than a row has */
};

static const char *const head[MAX_WORDS + 1] = { "%", "time", "seconds",
	"usecs/call", "calls", "errors", "syscall" };

static struct loc
word_loc(const struct line *l, size_t i)
{
	return (struct loc){ l->src, l->number, (uint32_t)l->at[i] + 1,
		(uint32_t)l->size[i] };
}

static const char *
word(const struct line *l, size_t i)
{
	return arena_strndup(l->a, l->text + l->at[i], l->size[i]);
}

static bool
is_word(const struct line *l, size_t i, const char *want)
{
	return i < l->nwords && l->size[i] == strlen(want) &&
	    memcmp(l->text + l->at[i], want, l->size[i]) == 0;
}

static void
split(struct line *l)
{
	size_t i = 0;

	l->nwords = 0;
	while (l->nwords <= MAX_WORDS) {
		while (i < l->len && (l->text[i] == ' ' ||
		    l->text[i] == '\t' || l->text[i] == '\r'))
			i++;
		if (i == l->len)
			return;
		l->at[l->nwords] = i;
		while (i < l->len && l->text[i] != ' ' &&
		    l->text[i] != '\t' && l->text[i] != '\r')
			i++;
		l->size[l->nwords] = i - l->at[l->nwords];
		l->nwords++;
	}
}

static bool
is_head(const struct line *l)
{
	for (size_t i = 0; i <= MAX_WORDS; i++)
		if (!is_word(l, i, head[i]))
			return false;
	return true;
}

static bool
is_rule(const struct line *l)
{
	return l->nwords > 0 && l->text[l->at[0]] == '-' &&
	    strspn(l->text + l->at[0], "- ") >= l->len - l->at[0];
}

/* Digits, with a point where that is allowed. */
static bool
is_number(const struct line *l, size_t i, bool has_point)
{
	const char *p = l->text + l->at[i];
	unsigned points = 0;

	for (size_t k = 0; k < l->size[i]; k++) {
		if (p[k] == '.' && has_point && points == 0)
			points++;
		else if (p[k] < '0' || p[k] > '9')
			return false;
	}
	return l->size[i] > points;
}

/* Returns 0, or -1: not in 1..UINT32_MAX. */
static int
read_count(const struct line *l, size_t i, uint32_t *out)
{
	uint64_t v = 0;

	for (size_t k = 0; k < l->size[i]; k++) {
		v = v * 10 + (uint64_t)(l->text[l->at[i] + k] - '0');
		if (v > UINT32_MAX)
			return -1;
	}
	*out = (uint32_t)v;
	return v > 0 ? 0 : -1;
}

static int
bad_word(const struct line *l, size_t i, const char *want)
{
	diag_error(l->d, word_loc(l, i), "expected %s, found %s", want,
	    diag_quote(l->a, word(l, i)));
	return -1;
}

static int
read_row(struct line *l, struct frequencies *out)
{
	static const char *const columns[] = { "a share of time",
		"seconds", "microseconds a call", "a number of calls",
		"a number of errors" };
	struct frequency f = { .calls = 0 };
	size_t name = l->nwords - 1;

	if (l->nwords < MIN_WORDS || l->nwords > MAX_WORDS) {
		diag_error(l->d, word_loc(l, 0), "expected a row of the table "
		    "that strace -c prints: time, seconds, usecs/call, calls, "
		    "perhaps errors, syscall");
		return -1;
	}
	for (size_t i = 0; i < name; i++)
		if (!is_number(l, i, i < 2))
			return bad_word(l, i, columns[i]);
	if (read_count(l, CALLS, &f.calls) == -1)
		return bad_word(l, CALLS, "a number of calls from 1 to "
		    "4294967295");
	f.name = word(l, name);
	f.loc = word_loc(l, name);
	out->v = arena_grow(l->a, out->v, out->n, &out->cap, sizeof(*out->v));
	out->v[out->n++] = f;
	return 0;
}

enum where { BEFORE, ROWS, AFTER };

int
frequency_read(struct arena *a, struct diag *d, const struct source *src,
    struct frequencies *out)
{
	struct line l = { .a = a, .d = d, .src = src };
	enum where where = BEFORE;
	const char *end = src->text + src->len;
	size_t before = out->n;
	int r = 0;

	l.text = src->text;
	for (l.number = 1; l.text < end && !diag_is_full(d); l.number++) {
		const char *newline = memchr(l.text, '\n',
		    (size_t)(end - l.text));

		l.len = (size_t)((newline != NULL ? newline : end) - l.text);
		split(&l);
		if (is_head(&l))
			where = ROWS;
		else if (where == ROWS && is_rule(&l))
			where = out->n > before ? AFTER : ROWS;
		else if (where == ROWS && l.nwords > 0 &&
		    read_row(&l, out) == -1)
			r = -1;
		l.text += l.len + 1;
	}
	if (r == 0 && out->n == before) {
		diag_error(d, (struct loc){ src, 1, 1, 1 }, "expected the "
		    "table that strace -c prints, found no row of it");
		r = -1;
	}
	return r;
}
