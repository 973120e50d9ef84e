/* Descriptors from before the mounts: see given.h. */
#include "runtime/given.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/apply.h"

static int
fail(struct failure *f, int fd, int err, const char *why)
{
	char name[24];
	struct text t;

	text_init(&t, name, sizeof(name));
	text_num(&t, (uint64_t)fd);
	return refuse(f, EXIT_RUNNER, err, "descriptor ", name, why, NULL);
}

/* 0 or -1: by which name it was opened, wherever that leads by now. */
static int
name_of(int fd, char *buf, size_t cap)
{
	char proc[32];
	struct text t;
	ssize_t n;

	text_init(&t, proc, sizeof(proc));
	text_fd(&t, fd);
	n = readlink(proc, buf, cap);
	if (n < 0 || (size_t)n == cap)
		return -1;
	buf[n] = '\0';
	return 0;
}

/* What holds the file's name: of BAR_KEEP and BAR_HIDE. */
static unsigned
kinds_of(const struct bars *b, const char *path)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < b->count; i++)
		if (path_is_within(path, b->list[i].path))
			kinds |= b->list[i].kind;
	return kinds & (BAR_KEEP | BAR_HIDE);
}

static bool
is_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 &&
	    x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The same file by the way that the mounts leave. */
static int
reopen(int fd, int flags, const char *path, struct failure *f)
{
	int new = open(path, (flags & O_NONBLOCK) | O_RDONLY | O_NOCTTY |
	    O_CLOEXEC);
	off_t at = lseek(fd, 0, SEEK_CUR);
	int r = -1;

	if (new >= 0 && is_same(fd, new) && lseek(new, at, SEEK_SET) == at &&
	    dup2(new, fd) == fd)
		r = 0;
	if (new >= 0)
		close(new);
	return r == 0 ? 0 : fail(f, fd, errno, " is a protected file that "
	    "cannot be opened again");
}

static int
look_at(int fd, const struct bars *b, struct failure *f)
{
	int flags = fcntl(fd, F_GETFD);
	char path[PATH_CAP];
	unsigned kinds;
	struct stat st;

	/* Ours, and what is not kept, is close-on-exec by now. */
	if (flags < 0 || (flags & FD_CLOEXEC) != 0 || fstat(fd, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return 0;
	flags = fcntl(fd, F_GETFL);
	if ((flags & O_ACCMODE) != O_RDONLY)
		return 0;
	if (name_of(fd, path, sizeof(path)) < 0)
		return fail(f, fd, errno, " is a file of which /proc does "
		    "not tell the name");
	kinds = kinds_of(b, path);
	if ((kinds & BAR_HIDE) != 0)
		return fail(f, fd, 0, " is a file that the policy denies");
	return kinds == 0 ? 0 : reopen(fd, flags, path, f);
}

int
given_reopen(const struct policies *all, const struct bars *b,
    struct failure *f)
{
	uint64_t kept = b->count > 0 ? apply_fds_kept(all) : 0;

	for (int fd = 0; fd < 64; fd++)
		if ((kept >> fd & 1) != 0 && look_at(fd, b, f) < 0)
			return -1;
	return 0;
}
