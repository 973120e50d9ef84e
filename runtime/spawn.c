/* The child of a supervised run: see spawn.h. */
#include "runtime/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define YIELDS	16u	/* between two looks whether it has ended */
#define STACK	((size_t)256 << 10)	/* as a run in place uses, and more */

static int
child_main(void *arg)
{
	struct spawn *s = arg;

	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	s->run(s->arg);
	atomic_store(&s->state, SPAWN_FAILED);
	leave(EXIT_RUNNER);
}

void
spawn_listening(struct spawn *s, int listener)
{
	s->listener = listener;
	atomic_store(&s->state, SPAWN_LISTENING);
}

void
spawn_filtering(const struct spawn *s)
{
	const uint64_t one = 1;

	if (s->ready >= 0)
		(void)!write(s->ready, &one, sizeof(one));
}

/*
 * The child's filter may refuse whatever could wake us, so the last stretch
 * is looked at again and again; it takes as long as the kernel needs for the
 * filter, some 0.1 ms.  Until then we sleep: who looks all the time takes a
 * processor from the child.  The child's end is seen by its pidfd.
 */
static void
await_listener(struct spawn *s)
{
	struct pollfd fds[] = {
		{ .fd = s->pidfd, .events = POLLIN },
		{ .fd = s->ready, .events = POLLIN },
	};

	poll(fds, 2, -1);
	while (atomic_load(&s->state) == SPAWN_BEGUN && poll(fds, 1, 0) == 0)
		for (unsigned i = 0; i < YIELDS &&
		    atomic_load(&s->state) == SPAWN_BEGUN; i++)
			sched_yield();
}

int
spawn_child(struct spawn *s, struct failure *f)
{
	int flags = CLONE_VM | CLONE_FILES | CLONE_PIDFD | SIGCHLD;
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

	if (stack == MAP_FAILED)
		return refuse(f, EXIT_RUNNER, errno, "no memory", NULL);
	s->listener = s->pidfd = s->ready = -1;
	atomic_store(&s->state, SPAWN_BEGUN);
	/* Nobody to answer: wait as vfork does, until the exec or the end. */
	if (!s->has_listener)
		flags |= CLONE_VFORK;
	else if ((s->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return refuse(f, EXIT_RUNNER, errno, "eventfd", NULL);
	s->pid = clone(child_main, stack + STACK, flags, s, &s->pidfd);
	if (s->pid < 0)
		return refuse(f, EXIT_RUNNER, errno, "clone (Linux 5.2)", NULL);
	if (s->has_listener) {
		await_listener(s);
		close(s->ready);
	}
	return 0;
}
