/*
 * What changes while it is looked at, and what is handed in afterwards: links
 * and folders swapped by another thread, descriptors passed over a socket
 * that the caller left as standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#define ROUNDS	3000
#define FRESH	200	/* with a swap before it: a busy machine has few */

/* --- swaps in the workspace --------------------------------------------- */

struct swap {
	const char *a, *b;
	atomic_bool is_over;
	atomic_int flips;
};

static void *
flip(void *arg)
{
	struct swap *s = arg;

	while (!atomic_load(&s->is_over)) {
		(void)renameat2(AT_FDCWD, s->a, AT_FDCWD, s->b,
		    RENAME_EXCHANGE);
		atomic_fetch_add(&s->flips, 1);
	}
	return NULL;
}

/*
 * ws/way is a folder and a link to `out' in turns.  0 as soon as one try has
 * had its effect there.
 */
static int
race(const struct place *p, int (*once)(const char *way, const struct place *p),
    int (*is_done)(const struct place *p))
{
	char way[1024], other[1024];
	struct swap s = { .a = way, .b = other };
	pthread_t flipper;
	int done = 0, err = 0, fresh = 0, seen = 0;

	snprintf(way, sizeof(way), "%s/way", p->ws);
	snprintf(other, sizeof(other), "%s/other", p->ws);
	if (mkdir(way, 0755) < 0 || symlink(p->out, other) < 0)
		return errno;
	if (pthread_create(&flipper, NULL, flip, &s) != 0)
		return -1;
	for (int i = 0; !done && (i < ROUNDS || fresh < FRESH); i++) {
		int flips = atomic_load(&s.flips);

		if (flips == seen)
			sched_yield();
		fresh += flips != seen;
		seen = flips;
		if (once(way, p) != 0)
			err = errno;
		done = is_done(p);
	}
	atomic_store(&s.is_over, true);
	pthread_join(flipper, NULL);
	return done ? 0 : err != 0 ? err : -1;
}

static const char *
below(const char *way, const char *name)
{
	return at(way, name);
}

static int
has_new(const struct place *p)
{
	struct stat st;

	return lstat(at(p->out, "new"), &st) == 0;
}

static int
lacks_own(const struct place *p)
{
	struct stat st;

	return lstat(at(p->out, "own"), &st) < 0 && errno == ENOENT;
}

static int
is_empty(const struct place *p)
{
	struct stat st;

	return lstat(at(p->out, "own"), &st) == 0 && st.st_size == 0;
}

static int
make(const char *way, const struct place *p)
{
	int fd = open(below(way, "new"), O_WRONLY | O_CREAT, 0644);

	(void)p;
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int
make_folder(const char *way, const struct place *p)
{
	(void)p;
	return mkdir(below(way, "new"), 0755) < 0 && errno != EEXIST ? -1 : 0;
}

/* A file of the workspace, moved to wherever the way leads. */
static int
move(const char *way, const struct place *p)
{
	int fd = open(at(p->ws, "made"), O_WRONLY | O_CREAT, 0644);

	if (fd >= 0)
		close(fd);
	return rename(at(p->ws, "made"), below(way, "new"));
}

static int
put_link(const char *way, const struct place *p)
{
	int fd = open(at(p->ws, "made"), O_WRONLY | O_CREAT, 0644);

	if (fd >= 0)
		close(fd);
	return link(at(p->ws, "made"), below(way, "new")) < 0 &&
	    errno != EEXIST ? -1 : 0;
}

static int
take_away(const char *way, const struct place *p)
{
	(void)p;
	return unlink(below(way, "own")) < 0 && errno != ENOENT ? -1 : 0;
}

static int
cut(const char *way, const struct place *p)
{
	(void)p;
	return truncate(below(way, "own"), 0) < 0 && errno != ENOENT ? -1 : 0;
}

/* Set in both places, so that there always is one to be set in. */
static int
set_mode(const char *way, const struct place *p)
{
	int fd = open(below(way, "own"), O_RDONLY | O_CREAT, 0644);

	(void)p;
	if (fd >= 0)
		close(fd);
	return chmod(below(way, "own"), 0751) < 0 && errno != ENOENT ? -1 : 0;
}

static int
has_mode(const struct place *p)
{
	struct stat st;

	return stat(at(p->out, "own"), &st) == 0 && (st.st_mode & 07777) ==
	    0751;
}

static int
do_swap_chmod(const struct place *p)
{
	return race(p, set_mode, has_mode);
}

/* --- what a call is told by its memory, and by its descriptor ----------- */

struct told {
	char path[2][64], now[64];
	int fds[2], fd;
	atomic_bool is_over;
	atomic_int turns;
};

static void *
tell_other(void *arg)
{
	struct told *t = arg;

	for (unsigned i = 0; !atomic_load(&t->is_over); i++) {
		for (size_t k = 0; k < sizeof(t->now); k++)
			((volatile char *)t->now)[k] = t->path[i & 1][k];
		(void)dup2(t->fds[i & 1], t->fd);
		atomic_fetch_add(&t->turns, 1);
	}
	return NULL;
}

/* One file of the workspace and one that is not, in turns. */
static int
race_told(const struct place *p, int (*once)(const struct told *t))
{
	struct told t = { .path = { "mine", "../out/own" } };
	pthread_t teller;
	int done = 0, err = 0, fresh = 0, seen = 0;

	if (chdir(p->ws) < 0)
		return errno;
	t.fds[0] = open("mine", O_RDONLY | O_CREAT, 0644);
	t.fds[1] = open("../out/own", O_RDONLY);
	t.fd = dup(t.fds[0]);
	if (t.fds[0] < 0 || t.fds[1] < 0)
		return errno;
	if (pthread_create(&teller, NULL, tell_other, &t) != 0)
		return -1;
	for (int i = 0; !done && (i < ROUNDS || fresh < FRESH); i++) {
		int turns = atomic_load(&t.turns);

		if (turns == seen)
			sched_yield();
		fresh += turns != seen;
		seen = turns;
		if (once(&t) < 0)
			err = errno;
		done = has_mode(p);
	}
	atomic_store(&t.is_over, true);
	pthread_join(teller, NULL);
	return done ? 0 : err != 0 ? err : -1;
}

static int
set_told_path(const struct told *t)
{
	return chmod(t->now, 0751);
}

static int
set_told_fd(const struct told *t)
{
	return fchmod(t->fd, 0751);
}

static int
do_swap_memory(const struct place *p)
{
	return race_told(p, set_told_path);
}

static int
do_swap_descriptor(const struct place *p)
{
	return race_told(p, set_told_fd);
}

static int
do_swap_create(const struct place *p)
{
	return race(p, make, has_new);
}

static int
do_swap_mkdir(const struct place *p)
{
	return race(p, make_folder, has_new);
}

static int
do_swap_rename(const struct place *p)
{
	return race(p, move, has_new);
}

static int
do_swap_link(const struct place *p)
{
	return race(p, put_link, has_new);
}

static int
do_swap_unlink(const struct place *p)
{
	return race(p, take_away, lacks_own);
}

static int
do_swap_truncate(const struct place *p)
{
	return race(p, cut, is_empty);
}

/* --- passed ------------------------------------------------------------- */

/* What the process outside has sent: see probe_drive.c. */
static int
receive(void)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	char c;
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(0, &m, 0) != 1 || m.msg_controllen == 0)
		return -1;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return fd;
}

static int
do_passed_folder(const struct place *p)
{
	int fd = receive();

	(void)p;
	return fd < 0 ? errno : did(openat(fd, "new", O_WRONLY | O_CREAT,
	    0644));
}

static int
do_passed_chdir(const struct place *p)
{
	int fd = receive();

	(void)p;
	if (fd < 0 || fchdir(fd) < 0)
		return errno;
	return did(rename("own", "new"));
}

static int
do_passed_file(const struct place *p)
{
	int fd = receive();
	char proc[64];

	(void)p;
	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	fd = open(proc, O_WRONLY);
	return fd < 0 ? errno : did(write(fd, "x", 1));
}

static int
do_passed_attribute(const struct place *p)
{
	int fd = receive();

	(void)p;
	return fd < 0 ? errno : did(syscall(SYS_fsetxattr, fd, "user.x", "x",
	    1, 0));
}

static int
do_passed_link(const struct place *p)
{
	int fd = receive();
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return did(linkat(AT_FDCWD, proc, AT_FDCWD, at(p->out, "new"),
	    AT_SYMLINK_FOLLOW));
}

const struct probe swap_probes[] = {
	{ "swap-create", do_swap_create, IN_SANDBOX, 0 },
	{ "swap-mkdir", do_swap_mkdir, IN_SANDBOX, 0 },
	{ "swap-rename", do_swap_rename, IN_SANDBOX, 0 },
	{ "swap-link", do_swap_link, IN_SANDBOX, 0 },
	{ "swap-unlink", do_swap_unlink, IN_SANDBOX, 0 },
	{ "swap-truncate", do_swap_truncate, IN_SANDBOX, 0 },
	{ "swap-chmod", do_swap_chmod, IN_SANDBOX, 0 },
	{ "swap-chmod-memory", do_swap_memory, IN_SANDBOX, 0 },
	{ "swap-chmod-descriptor", do_swap_descriptor, IN_SANDBOX, 0 },
	{ "passed-folder", do_passed_folder, IN_SANDBOX, PASSED_FOLDER },
	{ "passed-chdir", do_passed_chdir, IN_SANDBOX, PASSED_FOLDER },
	{ "passed-file", do_passed_file, IN_SANDBOX, PASSED_FILE },
	{ "passed-attribute", do_passed_attribute, IN_SANDBOX, PASSED_FILE },
	{ "passed-link", do_passed_link, IN_SANDBOX, PASSED_FILE },
};
const size_t nswap_probes = sizeof(swap_probes) / sizeof(swap_probes[0]);
