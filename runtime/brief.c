/* Calls that must not wait: see brief.h. */
#include "runtime/brief.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/kernel.h"

#define BRIEF_NS	1000000

static void
on_time(int sig)
{
	(void)sig;
}

static void
set_timer(const struct brief *b, long ns)
{
	/* Again and again: the first can come before the call waits. */
	const struct itimerspec when = { .it_value = { .tv_nsec = ns },
	    .it_interval = { .tv_nsec = ns } };

	(void)syscall(K_SYS_timer_settime, b->timer, 0, &when, NULL);
}

static void
mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMAX);
	sigprocmask(how, &set, NULL);
}

/* By system call: libc's timer_create() brings its threads along. */
int
brief_open(struct brief *b, struct failure *f)
{
	const struct sigaction act = { .sa_handler = on_time };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };

	event.sigev_signo = SIGRTMAX;
	if (sigaction(SIGRTMAX, &act, NULL) < 0 ||
	    syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &b->timer) < 0)
		return refuse(f, EXIT_RUNNER, errno, "supervisor's timer",
		    NULL);
	return 0;
}

void
brief_begin(const struct brief *b)
{
	mask(SIG_UNBLOCK);
	set_timer(b, BRIEF_NS);
}

/* In this order: what has been sent is taken here, and by nobody else. */
void
brief_end(const struct brief *b)
{
	set_timer(b, 0);
	mask(SIG_BLOCK);
}
