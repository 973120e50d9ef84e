/*
 * Load policy files and find their lines.  Says nothing: callers report.
 */
#include "compiler/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
source_strerror(int err)
{
	switch (err) {
	case SOURCE_OK:		return "no error";
	case SOURCE_ERR_OPEN:	return "cannot be opened";
	case SOURCE_ERR_READ:	return "cannot be read";
	case SOURCE_ERR_SIZE:	return "is larger than 16 MiB";
	case SOURCE_ERR_KIND:	return "is not a regular file";
	}
	return "unknown error";
}

/* Until its end, or one byte more than there may be. */
static ssize_t
read_up_to(int fd, char *text, size_t cap)
{
	size_t n = 0;
	ssize_t r;

	while (n < cap) {
		r = read(fd, text + n, cap - n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

static int
read_all(struct arena *a, int fd, bool is_any, struct source *s)
{
	struct stat st;
	size_t cap;
	ssize_t n;
	char *text;

	if (fstat(fd, &st) == -1)
		return SOURCE_ERR_READ;
	if (!S_ISREG(st.st_mode) && !is_any)
		return SOURCE_ERR_KIND;
	if (st.st_size > SOURCE_MAX_BYTES)
		return SOURCE_ERR_SIZE;
	/* One byte more than its size: a file that grows is noticed. */
	cap = (S_ISREG(st.st_mode) ? (size_t)st.st_size : SOURCE_MAX_BYTES) +
	    1;
	text = arena_alloc(a, cap + 1);
	if ((n = read_up_to(fd, text, cap)) == -1)
		return SOURCE_ERR_READ;
	if ((size_t)n == cap)
		return SOURCE_ERR_SIZE;
	text[n] = '\0';
	s->text = text;
	s->len = (size_t)n;
	return SOURCE_OK;
}

static int
load(struct arena *a, const char *path, const char *name, bool is_any,
    const struct source **out)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
	struct source *s;
	int fd, r, saved;

	fd = open(path, flags | (is_any ? 0 : O_NONBLOCK));
	if (fd == -1)
		return SOURCE_ERR_OPEN;
	s = arena_alloc(a, sizeof(*s));
	s->name = arena_strdup(a, name);
	s->path = arena_strdup(a, path);
	r = read_all(a, fd, is_any, s);
	saved = errno;
	close(fd);
	errno = saved;
	if (r == SOURCE_OK)
		*out = s;
	return r;
}

int
source_load(struct arena *a, const char *path, const char *name,
    const struct source **out)
{
	return load(a, path, name, false, out);
}

int
source_load_any(struct arena *a, const char *path, const char *name,
    const struct source **out)
{
	return load(a, path, name, true, out);
}

const struct source *
source_text(struct arena *a, const char *name, const char *text, size_t n)
{
	struct source *s = arena_alloc(a, sizeof(*s));

	s->name = s->path = arena_strdup(a, name);
	s->text = arena_strndup(a, text, n);
	s->len = n;
	return s;
}

struct loc
source_origin(struct loc at)
{
	const struct loc *from = at.src != NULL ? at.src->origin : NULL;
	struct loc there;

	if (from == NULL)
		return source_place(at);
	there = *from;
	there.len = at.len;
	there.line += at.line - 1;
	there.col = at.line == 1 ? there.col + at.col - 1 : at.col;
	return there;
}

struct loc
source_place(struct loc at)
{
	return at.src != NULL && at.src->place != NULL ? at.src->place(at) :
	    at;
}

static struct loc
place_held(struct loc at)
{
	return source_place(*(const struct loc *)at.src->holder);
}

struct loc
source_made(struct arena *a, const char *text, struct loc at)
{
	struct source *s = arena_alloc(a, sizeof(*s));
	struct loc *held = arena_alloc(a, sizeof(*held));

	*held = at;
	*s = (struct source){ .name = at.src != NULL ? at.src->name : "",
	    .path = at.src != NULL ? at.src->path : "", .text = text,
	    .len = strlen(text), .place = place_held, .holder = held };
	return (struct loc){ s, 1, 1, 1 };
}

const struct source *
source_named(struct arena *a, const char *name)
{
	struct source *s = arena_alloc(a, sizeof(*s));

	s->name = s->path = arena_strdup(a, name);
	return s;
}

const char *
source_line(const struct source *s, uint32_t line, size_t *len)
{
	const char *p = s->text, *end, *nl;

	*len = 0;
	if (p == NULL)
		return "";
	end = p + s->len;
	while (line > 1 && p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			return "";
		p = nl + 1;
		line--;
	}
	nl = memchr(p, '\n', (size_t)(end - p));
	*len = (size_t)((nl != NULL ? nl : end) - p);
	if (*len > 0 && p[*len - 1] == '\r')
		(*len)--;
	return p;
}
