/* Lines of JSON from codex-exec: see records.h. */
#include "library/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST	4096u
#define MOST	(1u << 20)	/* no line of codex-exec is that long */

static int
make_room(struct records *r)
{
	size_t cap = r->cap == 0 ? FIRST : r->cap * 2;
	char *p;

	if (r->len < r->cap)
		return 0;
	if (cap > MOST) {
		errno = EMSGSIZE;
		return -1;
	}
	p = realloc(r->p, cap);
	if (p == NULL)
		return -1;
	r->p = p;
	r->cap = cap;
	return 0;
}

int
records_take(struct records *r, int fd, records_fn *fn, void *arg)
{
	size_t at = 0;
	ssize_t n;
	char *end;

	if (make_room(r) < 0)
		return -1;
	n = read(fd, r->p + r->len, r->cap - r->len);
	if (n <= 0)
		return n < 0 && errno != EINTR && errno != ECONNRESET ? -1 :
		    n < 0 && errno == EINTR;
	r->len += (size_t)n;
	while ((end = memchr(r->p + at, '\n', r->len - at)) != NULL) {
		*end = '\0';
		fn(arg, r->p + at, (size_t)(end - r->p) - at);
		at = (size_t)(end - r->p) + 1;
	}
	r->len -= at;
	memmove(r->p, r->p + at, r->len);
	return 1;
}

void
records_free(struct records *r)
{
	free(r->p);
	*r = (struct records){ NULL, 0, 0 };
}

/* Behind the string that begins at i; len where it does not end. */
static size_t
skip_string(const char *p, size_t len, size_t i)
{
	for (i++; i < len && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	return i < len ? i + 1 : len;
}

/* The string value of a member at the first depth: its begin and length. */
static const char *
find(const char *p, size_t len, const char *name, size_t *n)
{
	size_t want = strlen(name), depth = 0, end;

	for (size_t i = 0; i < len; ) {
		if (p[i] != '"') {
			depth += p[i] == '{' || p[i] == '[';
			depth -= p[i] == '}' || p[i] == ']';
			i++;
			continue;
		}
		end = skip_string(p, len, i);
		if (depth == 1 && end + 1 < len && p[end] == ':' &&
		    p[end + 1] == '"' && end - i == want + 2 &&
		    memcmp(p + i + 1, name, want) == 0) {
			*n = skip_string(p, len, end + 1);
			if (*n - end < 3)
				return NULL;
			*n -= end + 3;
			return p + end + 2;
		}
		i = end;
	}
	return NULL;
}

bool
records_has(const char *line, size_t len, const char *name,
    const char *value)
{
	size_t n;
	const char *p = find(line, len, name, &n);

	return p != NULL && n == strlen(value) && memcmp(p, value, n) == 0;
}

void
records_put(const char *line, size_t len, const char *name, struct text *out)
{
	size_t n;
	const char *p = find(line, len, name, &n);

	if (p != NULL)
		text_bytes(out, p, n);
}
