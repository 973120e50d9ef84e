/* Lines of a file: see lines.h. */
#include "audit/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
lines_init(struct lines *l, int fd, bool wants_digest)
{
	l->fd = fd;
	l->wants_digest = wants_digest;
	l->number = 0;
	l->at = l->have = 0;
	l->line = l->buf;
	l->len = 0;
	l->is_torn = false;
}

/* More bytes behind those that are there: how many, 0 at the end, or -1. */
static ssize_t
fill(struct lines *l)
{
	ssize_t n;

	do
		n = read(l->fd, l->buf + l->have, sizeof(l->buf) - l->have);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		l->have += (size_t)n;
	return n;
}

static void
hash(struct lines *l, const char *p, size_t n)
{
	if (l->wants_digest)
		sha256_update(&l->hash, p, n);
}

static int
found(struct lines *l, size_t len, size_t used, bool is_long)
{
	hash(l, l->buf + l->at, len);
	if (l->wants_digest)
		sha256_final(&l->hash, l->digest);
	l->line = l->buf + l->at;
	l->len = is_long ? RECORD_LINE_CAP + 1 : len;
	l->at += used;
	l->number++;
	return 1;
}

int
lines_next(struct lines *l)
{
	size_t seen = 0;		/* bytes from at without a newline */
	bool is_long = false;
	ssize_t n;

	l->is_torn = false;
	if (l->wants_digest)
		sha256_init(&l->hash);
	for (;;) {
		char *from = l->buf + l->at;
		char *end = memchr(from + seen, '\n', l->have - l->at - seen);

		if (end != NULL)
			return found(l, (size_t)(end - from),
			    (size_t)(end - from) + 1,
			    is_long || end - from > (long)RECORD_LINE_CAP);
		seen = l->have - l->at;
		if (seen > RECORD_LINE_CAP) {
			is_long = true;
			hash(l, from, seen);
			l->at = l->have = seen = 0;
		} else if (l->at > 0) {
			memmove(l->buf, from, seen);
			l->have = seen;
			l->at = 0;
		}
		n = fill(l);
		if (n < 0)
			return -1;
		if (n > 0)
			continue;
		if (seen == 0 && !is_long)
			return 0;
		l->is_torn = true;
		return found(l, seen, seen, is_long);
	}
}
