/*
 * clear: empty a file, and leave a record that says so.  The record follows
 * what was there by its digest, so that a chain goes on and an anchor that
 * was taken before can be told from one that never was.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/moment.h"
#include "audit/verb.h"

#define LOCK_TRIES	500	/* of a hundredth of a second */

/*
 * Who writes a record holds the lock for a moment; who can read the file can
 * hold it for ever.  0 or an errno.
 */
static int
lock(int fd)
{
	const struct timespec nap = { .tv_nsec = 10000000 };

	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if ((errno != EWOULDBLOCK && errno != EINTR) ||
		    i == LOCK_TRIES)
			return errno;
		nanosleep(&nap, NULL);
	}
	return 0;
}

/* How many lines there are, and the digest of the last.  0 or -1. */
static int
read_to_head(struct scan *s, int fd, uint64_t *lines,
    char head[2 * SHA256_LEN + 1])
{
	int r;

	lines_init(&s->lines, fd, true);
	while ((r = lines_next(&s->lines)) > 0)
		;
	*lines = s->lines.number;
	for (int i = 0; i < SHA256_LEN; i++)
		snprintf(head + 2 * i, 3, "%02x", s->lines.digest[i]);
	return r;
}

static int
put_clear(int fd, const char *name, uint64_t lines, const char *head)
{
	char when[MOMENT_CAP], *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	ssize_t n;

	if (out == NULL)
		return -1;
	moment_put(moment_now(), when);
	fprintf(out, "{\"v\":1,\"prev\":\"%s\",\"timestamp\":\"%s\",\"seq\":0,"
	    "\"session_id\":\"-\",\"event\":\"clear\",\"operation\":"
	    "\"policy_change\",\"target\":", head, when);
	print_json(out, name);
	fprintf(out, ",\"decision\":\"allowed\",\"reason\":\"codex-audit "
	    "clear: %" PRIu64 " lines were removed\",\"removed\":%" PRIu64
	    ",\"uid\":%u,\"pid\":%d}\n", lines, lines, (unsigned)getuid(),
	    (int)getpid());
	if (fclose(out) != 0)
		return -1;
	n = write(fd, text, len);
	free(text);
	return n == (ssize_t)len ? 0 : -1;
}

int
verb_clear(const struct options *o)
{
	char head[2 * SHA256_LEN + 1];
	uint64_t lines;
	struct stat st;
	struct scan *s;
	int fd, err, r = -1;

	if (o->nfiles != 1)
		return complain("clear", "needs one FILE");
	fd = open(o->files[0], O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return complain(o->files[0], strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(o->files[0], "not a regular file");
	err = lock(fd);
	if (err != 0)
		return complain(o->files[0], err == EWOULDBLOCK ?
		    "another process holds its lock and does not let go; "
		    "nothing was removed" : strerror(err));
	s = must_alloc(sizeof(*s));
	if (read_to_head(s, fd, &lines, head) == 0 && ftruncate(fd, 0) == 0)
		r = put_clear(fd, o->files[0], lines, head);
	if (r < 0)
		complain(o->files[0], strerror(errno));
	else
		printf("%" PRIu64 " lines removed; head was %s\n", lines,
		    head);
	free(s);
	close(fd);
	return r < 0 ? EXIT_USAGE : finish_output(stdout, "stdout");
}
