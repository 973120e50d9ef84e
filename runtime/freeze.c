/*
 * All of /proc is looked at: lists of children know those of first threads
 * only.  See freeze.h.
 */
#include "runtime/freeze.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/text.h"

#define ROUNDS_MAX	50

/* linux/dirent.h: what getdents64 gives. */
struct entry {
	uint64_t inode, next;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* "PID (NAME) STATE PARENT ...": the name can hold anything. */
static bool
read_process(const char *name, struct freeze_process *p)
{
	char path[64], buf[512];
	const char *at;
	struct text t;
	ssize_t n;
	int fd;

	text_init(&t, path, sizeof(path));
	text_str(&t, "/proc/");
	text_str(&t, name);
	text_str(&t, "/stat");
	fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	at = strrchr(buf, ')');
	if (at == NULL || strlen(at) < 5 || at[2] == 'Z' || at[2] == 'X')
		return false;
	*p = (struct freeze_process){ .pid = (pid_t)strtol(name, NULL, 10),
	    .parent = (pid_t)strtol(at + 4, NULL, 10),
	    .is_stopped = at[2] == 'T' || at[2] == 't' };
	return p->pid > 0;
}

static bool
count_one(struct freeze *f, const char *name)
{
	if (name[0] < '0' || name[0] > '9')
		return true;
	if (f->nall == FREEZE_MAX)
		return false;
	f->nall += read_process(name, &f->all[f->nall]);
	return true;
}

static bool
count_all(struct freeze *f)
{
	_Alignas(struct entry) char buf[4096];
	int fd = openat(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	bool is_whole = fd >= 0;
	long n = 0;

	f->nall = 0;
	while (is_whole && (n = syscall(SYS_getdents64, fd, buf,
	    sizeof(buf))) > 0)
		for (long at = 0; at < n && is_whole;) {
			const struct entry *e = (const void *)(buf + at);

			is_whole = count_one(f, e->name);
			at += e->size;
		}
	if (fd >= 0)
		close(fd);
	return is_whole && n == 0;
}

/* Numbers wrap around: a child can stand before its parent. */
static void
mark_below(struct freeze *c, pid_t self)
{
	bool is_news = true;

	while (is_news) {
		is_news = false;
		for (size_t i = 0; i < c->nall; i++) {
			struct freeze_process *p = &c->all[i];

			if (p->is_below)
				continue;
			p->is_below = p->parent == self;
			for (size_t k = 0; k < c->n && !p->is_below; k++)
				p->is_below = c->all[k].is_below &&
				    c->all[k].pid == p->parent;
			is_news |= p->is_below;
		}
	}
}

static bool
is_listed(const struct freeze *f, pid_t pid)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i] == pid)
			return true;
	return false;
}

/* How many it stopped; -1: no room. */
static int
stop_round(struct freeze *f)
{
	int running = 0;

	if (!count_all(f))
		return -1;
	mark_below(f, getpid());
	for (size_t i = 0; i < f->nall; i++) {
		const struct freeze_process *p = &f->all[i];

		if (!p->is_below || p->is_stopped || is_listed(f, p->pid))
			continue;
		if (f->n == FREEZE_MAX)
			return -1;
		f->list[f->n++] = p->pid;
		kill(p->pid, SIGSTOP);
		running++;
	}
	return running;
}

bool
freeze_tree(struct freeze *f)
{
	int r = 1;

	f->n = 0;
	/* Whoever forks while we look is seen in the next round. */
	for (int i = 0; r > 0 && i < ROUNDS_MAX; i++)
		r = stop_round(f);
	if (r != 0)
		freeze_end(f);
	return r == 0;
}

void
freeze_end(struct freeze *f)
{
	while (f->n > 0)
		kill(f->list[--f->n], SIGCONT);
}
