/*
 * A file as a sink: see sink_file.h.  Whoever holds the lock finds out what
 * the last line is, writes behind it and lets go.  The lock is waited for
 * LOCK_TRIES milliseconds.  Who can read the file can hold it for ever, the
 * command too: then it is written without, which two at a time, in a chain,
 * makes look like damage.
 */
#include "runtime/sink_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "runtime/text.h"
#include "runtime/vars.h"

#define LOCK_TRIES	200
#define CHAIN_TRIES	1000	/* what is written without breaks a chain */
#define OPEN_TRIES	8
#define REOPEN_TRIES	4
#define FLAGS		(O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | \
			    O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)

static const char chained[] = "{\"v\":1,\"prev\":\"";

/* --- opening ------------------------------------------------------------ */

/* The folders that are missing, for us alone. */
static void
make_folders(const char *path)
{
	char part[PATH_CAP];

	for (const char *p = path; (p = strchr(p + 1, '/')) != NULL;) {
		size_t n = (size_t)(p - path);

		if (n >= sizeof(part))
			return;
		memcpy(part, path, n);
		part[n] = '\0';
		(void)mkdir(part, 0700);
	}
}

/* Nobody else may have prepared it, and nobody else may write to it. */
static bool
is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_mode & 022) == 0 &&
	    st->st_nlink <= 1 && (st->st_uid == geteuid() || st->st_uid == 0);
}

/* The file, and its path without links; it can be renamed in between. */
static int
open_real(const char *path, char *resolved)
{
	int fd = -1;

	for (int i = 0; i < OPEN_TRIES; i++) {
		fd = open(path, FLAGS, 0600);
		if (fd < 0 && errno == ENOENT) {
			make_folders(path);
			fd = open(path, FLAGS, 0600);
		}
		if (fd < 0 || realpath(path, resolved) != NULL)
			return fd;
		close(fd);
		if (errno != ENOENT)
			break;
	}
	return -1;
}

int
sink_file_open(struct sink *s, const char *path, char *real, size_t cap,
    struct failure *f)
{
	char resolved[PATH_CAP];
	struct stat st;

	s->fd = open_real(path, resolved);
	if (s->fd < 0 || fstat(s->fd, &st) < 0 || strlen(resolved) >= cap)
		return refuse(f, EXIT_RUNNER, errno, "audit file ", path, NULL);
	if (!is_ours(&st))
		return refuse(f, EXIT_RUNNER, 0, "audit file ", path,
		    " is not a regular file with one name that only its "
		    "owner, we or root, can write", NULL);
	strcpy(real, resolved);
	s->kind = SINK_FILE;
	s->end = -1;
	s->path = real;
	return 0;
}

/* --- the end of the file ------------------------------------------------ */

/* Where in p[0..n) the last line begins, its newline not counted. */
static size_t
last_line(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] != '\n')
		n--;
	return n;
}

/*
 * The last line: where it begins and, without its newline, how long it is.
 * False: there is none, or it is longer than any record.
 */
static bool
read_last(const struct sink *s, int fd, off_t size, const char **line,
    size_t *len, bool *is_torn)
{
	for (size_t want = 4096;; want = s->tail_cap) {
		size_t n = size < (off_t)want ? (size_t)size : want, from;

		if (s->tail == NULL || n == 0 ||
		    pread(fd, s->tail, n, size - (off_t)n) != (ssize_t)n)
			return false;
		*is_torn = s->tail[n - 1] != '\n';
		*len = n - !*is_torn;
		from = last_line(s->tail, *len);
		*line = s->tail + from;
		*len -= from;
		if (from > 0 || (off_t)n == size)
			return true;
		if (want == s->tail_cap)
			return false;
	}
}

bool
sink_has_chain(const struct sink *s)
{
	const char *line;
	struct stat st;
	bool is_torn;
	size_t len;

	return s->kind == SINK_FILE && fstat(s->fd, &st) == 0 &&
	    read_last(s, s->fd, st.st_size, &line, &len, &is_torn) &&
	    len >= sizeof(chained) - 1 &&
	    memcmp(line, chained, sizeof(chained) - 1) == 0;
}

static void
put_name(const struct sink *s, unsigned n, char out[PATH_CAP + 4])
{
	struct text t;

	text_init(&t, out, PATH_CAP + 4);
	text_str(&t, s->path);
	if (n > 0) {
		text_str(&t, ".");
		text_num(&t, n);
	}
}

/*
 * A new file follows the one that was rotated away: also where we have come
 * upon it before who did that could write.
 */
static void
find_former(struct sink *s)
{
	char name[PATH_CAP + 4];
	const char *line;
	struct stat st;
	bool is_torn;
	size_t len;
	int fd;

	put_name(s, 1, name);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
	    O_NONBLOCK);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && is_ours(&st) &&
	    read_last(s, fd, st.st_size, &line, &len, &is_torn))
		sink_digest(line, len, s->digest);
	close(fd);
}

/* Digest of the last line; is a newline missing behind it? */
static bool
find_end(struct sink *s, off_t size)
{
	bool is_torn = false;
	const char *line;
	size_t len;

	/* Also 0: a new file, of which we know what it follows. */
	if (s->end == size)
		return false;
	memset(s->digest, 0, sizeof(s->digest));
	if (read_last(s, s->fd, size, &line, &len, &is_torn))
		sink_digest(line, len, s->digest);
	else if (size == 0 && s->rotate_at > 0)
		find_former(s);
	s->end = is_torn ? -1 : size;
	return is_torn;
}

static bool
has_moved(const struct sink *s)
{
	struct stat ours, named;

	return fstat(s->fd, &ours) == 0 && stat(s->path, &named) == 0 &&
	    (named.st_ino != ours.st_ino || named.st_dev != ours.st_dev);
}

/*
 * The name leads elsewhere: begin there.  A new file follows the old one, of
 * which we know the end.  False: stay with what we have.
 */
static bool
reopen(struct sink *s)
{
	char former[PATH_CAP + 4];
	struct stat ours, named;
	bool is_overtaken;
	int fd;

	if (fstat(s->fd, &ours) < 0 || (stat(s->path, &named) == 0 &&
	    named.st_ino == ours.st_ino && named.st_dev == ours.st_dev))
		return false;
	(void)find_end(s, ours.st_size);
	/* Rotated more than once: then the new file follows another. */
	put_name(s, 1, former);
	is_overtaken = s->rotate_at > 0 && ours.st_nlink > 0 &&
	    stat(former, &named) == 0 && (named.st_ino != ours.st_ino ||
	    named.st_dev != ours.st_dev);
	make_folders(s->path);
	fd = open(s->path, FLAGS, 0600);
	if (fd < 0)
		return false;
	if (fstat(fd, &named) < 0 || !is_ours(&named) ||
	    dup3(fd, s->fd, O_CLOEXEC) < 0) {
		close(fd);
		return false;
	}
	close(fd);
	/* Who holds the old file's lock has none on this one. */
	s->is_locked = s->is_locked_out = false;
	s->end = named.st_size == 0 && !is_overtaken ? 0 : -1;
	return true;
}

/* --- the lock ----------------------------------------------------------- */

/* Whoever did not let go in time is not waited for again. */
static void
lock_once(struct sink *s)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	int tries = s->is_locked_out ? 1 :
	    s->is_chained ? CHAIN_TRIES : LOCK_TRIES;

	s->is_locked = s->is_locked_out = false;
	for (int i = 0; i < tries; i++) {
		s->is_locked = flock(s->fd, LOCK_EX | LOCK_NB) == 0;
		/* A file system without locks: one writer is all it can. */
		if (s->is_locked || (errno != EWOULDBLOCK && errno != EINTR))
			return;
		nanosleep(&nap, NULL);
	}
	s->is_locked_out = true;
}

static void
unlock(struct sink *s)
{
	if (s->is_held || !s->is_locked)
		return;
	(void)flock(s->fd, LOCK_UN);
	s->is_locked = false;
}

/*
 * The file that the name means now, and its lock if it can be had.  It can
 * have been taken away while we waited; who cannot go after it must not write
 * behind what another file follows.
 */
static bool
lock(struct sink *s)
{
	if (s->is_held)
		return true;
	for (int i = 0; i < REOPEN_TRIES; i++) {
		lock_once(s);
		if (s->can_reopen ? !reopen(s) : !has_moved(s))
			return true;
		if (!s->can_reopen)
			break;
	}
	unlock(s);
	return false;
}

/* --- another file ------------------------------------------------------- */

/*
 * FILE becomes FILE.1, that FILE.2 and so on; the oldest goes.  We hold the
 * old file's lock meanwhile and then the new one's.
 */
static bool
rotate(struct sink *s)
{
	char from[PATH_CAP + 4], to[PATH_CAP + 4];

	for (unsigned n = SINK_KEPT; n > 0; n--) {
		put_name(s, n - 1, from);
		put_name(s, n, to);
		(void)rename(from, to);
	}
	return !reopen(s) || lock(s);
}

/* --- writing ------------------------------------------------------------ */

/* Size of the file that is to be written, another one if need be. */
static off_t
make_room(struct sink *s, size_t len)
{
	struct stat st;

	if (fstat(s->fd, &st) < 0)
		return -1;
	if (s->rotate_at > 0 && s->can_reopen && st.st_size > 0 &&
	    !s->is_locked_out &&
	    (uint64_t)st.st_size + len > s->rotate_at) {
		if (!rotate(s) || fstat(s->fd, &st) < 0)
			return -1;
	}
	return st.st_size;
}

/*
 * A writer that was killed can leave half a record: the kernel stops between
 * two pages.  Under the lock nobody is still about to write the rest, and in
 * a chain it would look like damage.
 */
static bool
take_back(struct sink *s, off_t *size)
{
	const size_t most = sizeof(chained) - 1;
	const char *line;
	bool is_torn;
	size_t len;

	if (!s->is_locked || !read_last(s, s->fd, *size, &line, &len,
	    &is_torn) || memcmp(line, chained, len < most ? len : most) != 0 ||
	    ftruncate(s->fd, *size - (off_t)len) < 0)
		return false;
	*size -= (off_t)len;
	s->end = -1;
	return true;
}

static bool
append(struct sink *s, const struct sink_record *r)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)"\n", 1 },
		{ (void *)(uintptr_t)r->p, r->len } };
	off_t size = make_room(s, r->len);
	bool is_torn;
	ssize_t n;

	if (size < 0)
		return false;
	is_torn = find_end(s, size);
	if (is_torn && r->prev != NULL && take_back(s, &size))
		is_torn = find_end(s, size);
	if (r->prev != NULL)
		sink_put_digest(s->digest, r->prev);
	n = writev(s->fd, iov + !is_torn, 1 + is_torn);
	if (n == (ssize_t)(r->len + is_torn)) {
		s->end = size + n;
		sink_digest(r->p, r->len - 1, s->digest);
		return true;
	}
	/* The disk is full: half a record is none. */
	s->end = -1;
	if (n > 0 && !s->is_locked_out && ftruncate(s->fd, size) < 0)
		return false;
	return false;
}

bool
sink_file_write(struct sink *s, const struct sink_record *r)
{
	bool ok = lock(s) && append(s, r);

	unlock(s);
	return ok;
}

/* Room for the first records of a run, which are written locked down. */
#define FIRST_RECORDS	8192

void
sink_hold(struct sink *s)
{
	off_t size;

	if (s->kind != SINK_FILE || s->rotate_at == 0 || !lock(s))
		return;
	size = make_room(s, FIRST_RECORDS);
	if (size < 0) {
		unlock(s);
		return;
	}
	/* Locked down we may not read what a new file follows. */
	(void)find_end(s, size);
	s->is_held = true;
}

void
sink_release(struct sink *s)
{
	if (!s->is_held)
		return;
	s->is_held = false;
	unlock(s);
}

void
sink_follow(struct sink *s)
{
	if (s->kind == SINK_FILE && s->can_reopen && lock(s))
		unlock(s);
}
