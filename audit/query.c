/* query, tail: records as they are, or as lines for people. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/verb.h"

static void
on_record(void *arg, const struct scan *s)
{
	const struct options *o = *(const struct options *const *)arg;

	if (o->is_json)
		print_line(stdout, s->lines.line, s->lines.len);
	else
		print_record(stdout, &s->record);
}

int
verb_query(const struct options *o)
{
	struct scan *s = must_alloc(sizeof(*s));
	int r = scan_files(s, o, on_record, &o);

	free(s);
	if (r < 0)
		return EXIT_USAGE;
	return finish_output(stdout, "stdout");
}

/* --- tail --------------------------------------------------------------- */

/* Where the last n lines of an open file begin. */
static off_t
find_last(int fd, unsigned n)
{
	off_t at = lseek(fd, 0, SEEK_END);
	char buf[4096], last = '\n';
	bool is_end = true;

	if (n == 0)
		return at;
	while (at > 0) {
		size_t part = at < (off_t)sizeof(buf) ? (size_t)at
						      : sizeof(buf);
		ssize_t got = pread(fd, buf, part, at - (off_t)part);

		if (got != (ssize_t)part)
			return 0;
		for (size_t i = part; i > 0; i--, is_end = false) {
			last = buf[i - 1];
			if (last == '\n' && !is_end && --n == 0)
				return at - (off_t)(part - i);
		}
		at -= (off_t)part;
	}
	return 0;
}

/* Another file has this name now, or this one was cut. */
static bool
was_replaced(int fd, const char *name)
{
	struct stat ours, named;

	if (fstat(fd, &ours) < 0 || stat(name, &named) < 0)
		return false;
	return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev ||
	    ours.st_size < lseek(fd, 0, SEEK_CUR);
}

/* Of a line without its end, yet: back to where it begins. */
static void
step_back(struct scan *s)
{
	if (s->lines.is_torn)
		(void)lseek(s->lines.fd, -(off_t)(s->lines.have -
		    (size_t)(s->lines.line - s->lines.buf)), SEEK_CUR);
}

/* The whole lines that are there.  0 or -1. */
static int
show_new(struct scan *s, const struct options *o)
{
	int r;

	while ((r = lines_next(&s->lines)) > 0 && !s->lines.is_torn)
		if (record_read(&s->record, s->lines.line, s->lines.len) !=
		    RECORD_OK)
			fputs("codex-audit: a damaged line is passed over\n",
			    stderr);
		else if (filter_takes(&o->filter, &s->record))
			on_record(&o, s);
	if (r > 0)
		step_back(s);
	return r < 0 ? -1 : finish_output(stdout, "stdout") == 0 ? 0 : -1;
}

/*
 * A file that was replaced gets no more lines, so that it is read to its end
 * after that has been seen, not before.
 */
static int
follow(struct scan *s, const struct options *o, const char *name)
{
	const struct timespec nap = { .tv_nsec = 200000000 };

	for (;;) {
		bool is_old = was_replaced(s->lines.fd, name);
		int fd;

		if (show_new(s, o) < 0)
			return -1;
		fd = is_old ? open(name, O_RDONLY | O_CLOEXEC) : -1;
		if (fd >= 0)
			close(s->lines.fd);
		else
			nanosleep(&nap, NULL);
		lines_init(&s->lines, fd >= 0 ? fd : s->lines.fd, false);
	}
}

int
verb_tail(const struct options *o)
{
	struct scan *s;
	int fd, r;

	if (o->nfiles != 1)
		return complain("tail", "needs one FILE");
	fd = open(o->files[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || lseek(fd, find_last(fd, o->last), SEEK_SET) < 0)
		return complain(o->files[0], strerror(errno));
	s = must_alloc(sizeof(*s));
	lines_init(&s->lines, fd, false);
	r = o->is_following ? follow(s, o, o->files[0])
	    : scan_open(s, o, o->files[0], on_record, &o);
	close(s->lines.fd);
	free(s);
	return r < 0 ? EXIT_USAGE : finish_output(stdout, "stdout");
}
