/*
 * Until the exec the child uses our errno as well: so from the clone on we
 * make only calls that succeed, but for the time in which the child waits for
 * an answer of ours, or is dead.  See birth.h.
 */
#include "runtime/birth.h"

#include <errno.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "runtime/notify.h"

int
birth_failed(struct spawn *s, struct failure *f)
{
	waitpid(s->pid, NULL, __WALL);
	if (atomic_load(&s->state) != SPAWN_FAILED)
		return refuse(f, EXIT_RUNNER, 0, "the command was killed "
		    "while it started", NULL);
	*f = *s->failure;
	return -1;
}

static int
give_up(struct spawn *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, __WALL);
	return -1;
}

/* Its next question about an exec; false: it is dead. */
static bool
await_question(const struct spawn *s, struct k_notif *n)
{
	struct pollfd fds[] = {
		{ .fd = s->listener, .events = POLLIN },
		{ .fd = s->pidfd, .events = POLLIN },
	};

	for (;;) {
		poll(fds, 2, -1);
		if ((fds[0].revents & POLLIN) == 0)
			return false;
		if (!notify_receive(s->listener, n))
			continue;
		if (notify_is_exec(&n->data))
			return true;
		notify_refuse(s->listener, n->id, EPERM);
	}
}

/* 1: it is the command now; 0: its exec failed; -1: it is dead. */
static int
let_exec(const struct spawn *s, uint64_t id)
{
	siginfo_t info;

	ptrace(PTRACE_INTERRUPT, s->pid, NULL, NULL);
	notify_continue(s->listener, id);
	if (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WSTOPPED | WNOWAIT |
	    __WALL) < 0 || info.si_code != CLD_TRAPPED)
		return -1;
	waitid(P_PID, (id_t)s->pid, &info, WSTOPPED | __WALL);
	if (info.si_status >> 8 != K_PTRACE_EVENT_EXEC) {
		ptrace(PTRACE_DETACH, s->pid, NULL, NULL);
		return 0;
	}
	/* Its memory is its own from here on; its end is the loop's to see. */
	if (s->may_begin != NULL && !s->may_begin(s->begin_arg, s->pid))
		kill(s->pid, SIGKILL);
	ptrace(PTRACE_DETACH, s->pid, NULL, NULL);
	return 1;
}

int
birth_await(struct spawn *s, int (*before)(void *arg, struct failure *f),
    void *arg, struct failure *f)
{
	bool is_first = true;
	struct k_notif n;
	int r = 0;

	while (r == 0 && await_question(s, &n)) {
		if (is_first)
			notify_hand_over(s->listener);
		if (is_first && before(arg, f) < 0)
			return give_up(s);
		is_first = false;
		if (ptrace(PTRACE_SEIZE, s->pid, NULL, (void *)(uintptr_t)
		    (K_PTRACE_O_TRACEEXEC | K_PTRACE_O_EXITKILL)) < 0) {
			refuse(f, EXIT_RUNNER, errno, "a supervisor needs "
			    "ptrace, which is not to be had here", NULL);
			return give_up(s);
		}
		r = let_exec(s, n.id);
	}
	return r == 1 ? 0 : birth_failed(s, f);
}
