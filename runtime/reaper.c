/*
 * PID 1 of a run: see reaper.h.
 *
 * It has nothing open, no capabilities, takes no signal that the namespace
 * could send (the kernel keeps those from a PID 1 that handles none) and
 * cannot be looked into.  That SIGCHLD is ignored makes the kernel reap.
 */
#include "runtime/reaper.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/kernel.h"

bool
reaper_is_gone(int pidfd)
{
	struct pollfd fd = { .fd = pidfd, .events = POLLIN };

	return poll(&fd, 1, 0) != 0;
}

static _Noreturn void
be_first(int supervisor)
{
	struct failure f;

	if (apply_capabilities(&f) < 0 || apply_no_new_privs(&f) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    reaper_is_gone(supervisor) || chdir("/") < 0 ||
	    syscall(K_SYS_close_range, 0, ~0u, 0) < 0)
		leave(EXIT_RUNNER);
	for (;;)
		pause();
}

int
reaper_start(bool has_net, int supervisor, pid_t *out, struct failure *f)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int dumpable;
	long pid;

	if (apply_pid_namespace(has_net, f) < 0)
		return -1;
	/*
	 * From its first moment on, as the command can be earlier than it:
	 * it reaps, and what it has copied is not the command's to see.
	 */
	dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
	if (dumpable == 1)
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	sigaction(SIGCHLD, &ignore, &before);
	pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		be_first(supervisor);
	sigaction(SIGCHLD, &before, NULL);
	if (dumpable == 1)
		(void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (pid < 0)
		return refuse(f, EXIT_RUNNER, errno, "process.namespaces: "
		    "PID 1", NULL);
	*out = (pid_t)pid;
	return 0;
}

void
reaper_kill(pid_t reaper)
{
	if (reaper > 0)
		kill(reaper, SIGKILL);
}

void
reaper_end(pid_t reaper)
{
	reaper_kill(reaper);
	if (reaper > 0)
		waitpid(reaper, NULL, __WALL);
}
