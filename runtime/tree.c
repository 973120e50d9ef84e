/* The processes below us: see tree.h. */
#include "runtime/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/text.h"

#define MAX_ROUNDS	500
#define MAX_PAUSE	10000000	/* ns */
#define MAX_DEPTH	64	/* deeper ones come to us when these die */

int
tree_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* The children of a process, as the kernel lists them: "12 15 ". */
static int
open_children(pid_t pid)
{
	char path[64];
	struct text t;

	text_init(&t, path, sizeof(path));
	text_proc(&t, pid, "/task/");
	text_num(&t, (uint64_t)pid);
	text_str(&t, "/children");
	return openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
}

/*
 * Stop, then kill: a stopped parent makes no more children while its own are
 * looked for.  Children of threads other than the first are not in this list;
 * they come to us when their parent has died, in the next round.
 */
static void
kill_below(pid_t pid, unsigned depth)
{
	int fd = open_children(pid);
	pid_t child = 0;
	char buf[512];
	ssize_t n;

	if (fd < 0)
		return;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] >= '0' && buf[i] <= '9') {
				child = child * 10 + (buf[i] - '0');
				continue;
			}
			if (child <= 1)
				continue;
			kill(child, SIGSTOP);
			if (depth < MAX_DEPTH)
				kill_below(child, depth + 1);
			kill(child, SIGKILL);
			child = 0;
		}
	close(fd);
}

/* Take the dead.  1 if there were any, 0 if none yet, -1: none is left. */
static int
reap(void)
{
	int taken = 0;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
		taken = 1;
	return pid < 0 && errno == ECHILD ? -1 : taken;
}

bool
tree_kill(void)
{
	struct timespec pause = { .tv_nsec = 200000 };

	/* Mostly nobody is left: that takes no look into /proc. */
	if (reap() < 0)
		return true;
	for (int round = 0; round < MAX_ROUNDS; round++) {
		int r;

		kill_below(getpid(), 0);
		r = reap();
		if (r < 0)
			return true;
		if (r > 0)
			continue;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < MAX_PAUSE)
			pause.tv_nsec *= 2;
	}
	return false;
}
