/* The child of a supervised run: see spawn.h. */
#include "runtime/spawn.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/reaper.h"

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

/* The end of a new stack, or NULL. */
static char *
make_stack(struct failure *f)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);

	if (stack != MAP_FAILED)
		return stack + STACK;
	(void)refuse(f, EXIT_RUNNER, errno, "no memory", NULL);
	return NULL;
}

/* --- in a namespace ----------------------------------------------------- */

/*
 * We stay where we are: a helper enters the namespace on behalf of two
 * children that it gives to us, PID 1 and the command, and is gone.
 */
struct helper {
	struct spawn *s;
	char *stack;		/* the command's */
	int flags;
	struct failure *failure;
	int result;
};

static int
helper_main(void *arg)
{
	struct helper *h = arg;
	struct spawn *s = h->s;

	if (reaper_start(s->has_net, s->supervisor, &s->reaper,
	    h->failure) < 0)
		_exit(0);
	/* The kernel writes its number, as we see it, before it runs. */
	if (clone(child_main, h->stack, h->flags | CLONE_PARENT |
	    CLONE_PARENT_SETTID, s, &s->pid) < 0)
		(void)refuse(h->failure, EXIT_RUNNER, errno, "clone", NULL);
	else
		h->result = 0;
	_exit(0);
}

static int
spawn_within(struct spawn *s, int flags, char *stack, struct failure *f)
{
	struct helper h = { .s = s, .stack = stack, .flags = flags,
	    .failure = f, .result = -1 };
	char *own = make_stack(f);
	pid_t pid;

	if (own == NULL)
		return -1;
	s->supervisor = (int)syscall(K_SYS_pidfd_open, getpid(), 0);
	if (s->supervisor < 0)
		return refuse(f, EXIT_RUNNER, errno, "process.namespaces: "
		    "pidfd_open (Linux 5.3)", NULL);
	pid = clone(helper_main, own, CLONE_VM | CLONE_FILES | CLONE_VFORK |
	    SIGCHLD, &h);
	if (pid < 0)
		return refuse(f, EXIT_RUNNER, errno, "clone", NULL);
	waitpid(pid, NULL, __WALL);
	if (h.result == 0)
		s->pidfd = (int)syscall(K_SYS_pidfd_open, s->pid, 0);
	return h.result;
}

/* --- either way --------------------------------------------------------- */

static int
start(struct spawn *s, int flags, char *stack, struct failure *f)
{
	if (s->has_reaper)
		return spawn_within(s, flags, stack, f);
	s->pid = clone(child_main, stack, flags | CLONE_PIDFD, s, &s->pidfd);
	if (s->pid >= 0)
		return 0;
	return refuse(f, EXIT_RUNNER, errno, "clone (Linux 5.2)", NULL);
}

int
spawn_child(struct spawn *s, struct failure *f)
{
	int flags = CLONE_VM | CLONE_FILES | SIGCHLD;
	char *stack = make_stack(f);
	int r;

	if (stack == NULL)
		return -1;
	s->listener = s->pidfd = s->ready = s->supervisor = -1;
	s->reaper = 0;
	atomic_store(&s->state, SPAWN_BEGUN);
	/* Nobody to answer: wait as vfork does, until the exec or the end. */
	if (!s->has_listener)
		flags |= CLONE_VFORK;
	else if ((s->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return refuse(f, EXIT_RUNNER, errno, "eventfd", NULL);
	r = start(s, flags, stack, f);
	if (r == 0 && s->has_listener)
		await_listener(s);
	if (s->ready >= 0)
		close(s->ready);
	if (s->supervisor >= 0)
		close(s->supervisor);
	return r;
}
