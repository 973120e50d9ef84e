/*
 * The event loop of a supervised run: signals by signalfd, time by timerfd,
 * the end of any process below us by SIGCHLD.  See supervise.h.
 *
 * The command stays in our process group, so that a terminal treats both as
 * one job: what the terminal sends reaches the command without us, what
 * others send to us alone is passed on; when the command stops we stop, and
 * when we are continued so is it.
 */
#include "runtime/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/birth.h"
#include "runtime/kernel.h"
#include "runtime/reaper.h"
#include "runtime/relro.h"
#include "runtime/tree.h"

#define EXIT_TIMEOUT	124
#define EXIT_SIGNAL	128
#define NFIXED		4

struct loop {
	const struct supervision *s;
	struct spawn *child;
	struct ending *end;
	int signals, timer;		/* descriptors */
	int wake;			/* a timer that sends SIGCONT, or -1 */
	bool has_ended;
};

const char *
origin_name(enum origin o)
{
	static const char *const names[NORIGINS] = {
		"command", "policy", "approval", "runner", "timeout",
	};

	return o < NORIGINS ? names[o] : "?";
}

static void
command_ended(struct loop *l, const siginfo_t *info)
{
	l->has_ended = true;
	if (l->s->execs != NULL && l->s->execs->has_killed_command)
		l->end->origin = l->s->execs->is_approval ? ORIGIN_APPROVAL
							  : ORIGIN_POLICY;
	if (l->end->origin == ORIGIN_TIMEOUT)
		return;
	if (info->si_code != CLD_EXITED) {
		l->end->signal = info->si_status;
		l->end->status = EXIT_SIGNAL + info->si_status;
		return;
	}
	l->end->status = info->si_status;
}

/* The shell sees one job: it stops as a whole. */
static void
command_stopped(void)
{
	kill(getpid(), SIGSTOP);
}

/* Everything below us that has ended, or our command that stopped. */
static void
on_child(struct loop *l)
{
	siginfo_t info;

	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG |
		    __WALL) < 0 || info.si_pid == 0)
			return;
		if ((l->s->execs != NULL &&
		    execs_on_child(l->s->execs, &info)) ||
		    info.si_pid != l->child->pid)
			continue;
		if (info.si_code == CLD_STOPPED)
			command_stopped();
		else
			command_ended(l, &info);
	}
}

/*
 * A terminal's signals come from the kernel and go to the whole foreground
 * group; the command has had its own unless it lives in another group.
 */
static bool
had_it_already(const struct loop *l, const struct signalfd_siginfo *info)
{
	return info->ssi_code == SI_KERNEL &&
	    getpgid(l->child->pid) == getpgrp();
}

static void
pass_on(struct loop *l, const struct signalfd_siginfo *info)
{
	/* Sent by the command itself, perhaps to its whole group. */
	if ((pid_t)info->ssi_pid == l->child->pid && info->ssi_code == SI_USER)
		return;
	/* Records that nobody reads any more are ours alone (SIGPIPE). */
	if (info->ssi_code == SI_USER && (pid_t)info->ssi_pid == getpid())
		return;
	if (!l->has_ended && !had_it_already(l, info))
		kill(l->child->pid, (int)info->ssi_signo);
}

/*
 * Who rotates logs sends it, and so does who wants the command to end or to
 * read its settings again: it is both.
 */
static void
on_hangup(struct loop *l, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGHUP && l->s->audit != NULL)
		audit_follow(l->s->audit);
}

/* What is left over is read in the next round. */
static void
on_signal(struct loop *l)
{
	struct signalfd_siginfo info[8];
	ssize_t n = read(l->signals, info, sizeof(info));

	for (size_t i = 0; n > 0 && i < (size_t)n / sizeof(info[0]); i++)
		if (info[i].ssi_signo == SIGCHLD) {
			on_child(l);
		} else {
			on_hangup(l, &info[i]);
			pass_on(l, &info[i]);
		}
}

static void
on_timer(struct loop *l)
{
	uint64_t times;

	if (read(l->timer, &times, sizeof(times)) != sizeof(times))
		return;
	l->end->origin = ORIGIN_TIMEOUT;
	l->end->status = EXIT_TIMEOUT;
	kill(l->child->pid, SIGKILL);
}

/*
 * A command that may change limits of others can leave us none of our
 * descriptors (RLIMIT_NOFILE): poll() refuses, and who is not watched ends.
 */
static void
on_blindness(struct loop *l)
{
	const struct timespec nap = { .tv_nsec = 1000000 };

	l->end->origin = ORIGIN_RUNNER;
	kill(l->child->pid, SIGKILL);
	nanosleep(&nap, NULL);
	on_child(l);
}

/* One question a round: signals and time are never kept waiting. */
static void
on_question(struct loop *l, struct pollfd *fd)
{
	struct explain *e = l->s->explain;
	struct k_notif n;

	if ((fd->revents & POLLIN) == 0) {
		if ((fd->revents & POLLHUP) != 0)
			fd->fd = -1;	/* nobody is left who could ask */
		return;
	}
	if (!notify_receive(fd->fd, &n))
		return;
	if (!notify_is_exec(&n.data)) {
		if (e != NULL)
			explain_ask(e, &n);
		else if (l->s->broker != NULL && n.data.nr == SYS_connect)
			broker_ask(l->s->broker, &n);
		else if (l->s->names != NULL)
			names_ask(l->s->names, &n);
		else
			notify_refuse(fd->fd, n.id, ENOSYS);
		return;
	}
	if (e != NULL)
		explain_exec(e, &n);
	execs_ask(l->s->execs, &n);
}

/* What has been answered, or should have been by now. */
static void
on_answers(struct loop *l)
{
	struct answer a;

	while (approve_answer(l->s->execs->s.approve, &a))
		execs_answer(l->s->execs, &a);
}

/* Of two times in ms, where -1 is never. */
static int
sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static void
watch(struct loop *l)
{
	struct pollfd fds[NFIXED + APPROVE_FDS + BROKER_MAX] = {
		{ .fd = l->signals, .events = POLLIN },
		{ .fd = l->timer, .events = POLLIN },
		{ .fd = l->child->listener, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};
	struct proxy *proxy = l->s->proxy;
	struct execs *x = l->s->execs;
	struct approve *asked = x != NULL ? x->s.approve : NULL;
	struct broker *broker = l->s->broker;
	nfds_t n, from;

	/* The child can have ended, or stopped, before we could look. */
	on_child(l);
	while (!l->has_ended) {
		fds[2].events = (x == NULL || execs_have_room(x)) &&
		    (broker == NULL || broker_has_room(broker)) ? POLLIN : 0;
		fds[3].fd = proxy != NULL ? proxy->fd : -1;
		n = NFIXED;
		if (asked != NULL)
			n += approve_fds(asked, fds + NFIXED);
		from = n;
		if (broker != NULL)
			n += broker_fds(broker, fds + from);
		if (poll(fds, n, sooner(asked != NULL ?
		    approve_timeout(asked) : -1, broker != NULL ?
		    broker_timeout(broker) : -1)) < 0) {
			if (errno == EINVAL)
				on_blindness(l);
			continue;
		}
		if (broker != NULL)
			broker_work(broker, fds + from);
		if (asked != NULL)
			on_answers(l);
		if (fds[2].revents != 0)
			on_question(l, &fds[2]);
		if (fds[3].revents != 0)
			proxy_ready(proxy);
		if (fds[0].revents != 0)
			on_signal(l);
		if (fds[1].revents != 0)
			on_timer(l);
	}
}

/*
 * A command that stops itself stops us as well, and who is stopped reads no
 * timer: so the same moment sends SIGCONT, which wakes us whatever we do.
 * By system call: libc's timer_create() brings its threads along.
 */
static int
wake_at(struct loop *l, const struct itimerspec *wall)
{
	struct sigevent wake = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT,
	};
	struct itimerspec when = *wall;

	/* And again: the moment may pass just before we stop. */
	when.it_interval.tv_sec = 1;
	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &wake, &l->wake) < 0)
		return -1;
	return (int)syscall(K_SYS_timer_settime, l->wake, 0, &when, NULL);
}

static int
open_loop(struct loop *l, const sigset_t *all, struct failure *f)
{
	struct itimerspec wall = { .it_value = {
		.tv_sec = (time_t)(l->s->wall_ms / 1000),
		.tv_nsec = (long)(l->s->wall_ms % 1000 * 1000000),
	} };

	l->signals = signalfd(-1, all, SFD_CLOEXEC | SFD_NONBLOCK);
	l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (l->signals < 0 || l->timer < 0 ||
	    timerfd_settime(l->timer, 0, &wall, NULL) < 0 ||
	    (l->s->wall_ms > 0 && wake_at(l, &wall) < 0))
		return refuse(f, EXIT_RUNNER, errno, "supervisor", NULL);
	if (!l->s->is_detached && tree_adopt() < 0)
		return refuse(f, EXIT_RUNNER, errno, "subreaper", NULL);
	return 0;
}

/* The command never ran: perhaps there will be another try. */
static void
close_loop(const struct loop *l)
{
	if (l->wake >= 0)
		syscall(SYS_timer_delete, l->wake);
	if (l->timer >= 0)
		close(l->timer);
	if (l->signals >= 0)
		close(l->signals);
	sigaction(SIGCHLD, &l->child->chld, NULL);
	sigprocmask(SIG_SETMASK, &l->child->mask, NULL);
}

static bool
may_begin(void *arg, pid_t pid)
{
	return execs_may_begin(arg, pid);
}

/* Nobody needs us to have rights any more. */
static int
give_up_rights(void *arg, struct failure *f)
{
	(void)arg;
	return apply_capabilities(f) < 0 ? -1 : apply_no_new_privs(f);
}

static int
bear(struct loop *l, struct failure *f)
{
	if (spawn_child(l->child, f) < 0)
		return -1;
	if (l->child->has_listener && !l->s->has_no_exec)
		return birth_await(l->child, give_up_rights, NULL, f);
	if (atomic_load(&l->child->state) == SPAWN_FAILED)
		return birth_failed(l->child, f);
	if (give_up_rights(NULL, f) < 0) {
		kill(l->child->pid, SIGKILL);
		waitpid(l->child->pid, NULL, __WALL);
		return -1;
	}
	return 0;
}

int
supervise(const struct supervision *s, struct spawn *child,
    struct ending *end, struct failure *f)
{
	struct loop l = { .s = s, .end = end, .child = child, .wake = -1 };
	/* Where a caller ignores it no end could be waited for. */
	const struct sigaction told = { .sa_handler = SIG_DFL };
	sigset_t all;

	*end = (struct ending){ .origin = ORIGIN_COMMAND };
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &child->mask);
	sigaction(SIGCHLD, &told, &child->chld);
	child->run = s->run;
	child->arg = s->arg;
	child->failure = s->failure;
	/* Whoever has no exec asks before one could let us go. */
	child->has_listener = s->execs != NULL || (s->has_no_exec &&
	    (s->names != NULL || s->broker != NULL));
	if (s->execs != NULL) {
		child->may_begin = may_begin;
		child->begin_arg = s->execs;
	}
	if (open_loop(&l, &all, f) < 0 || bear(&l, f) < 0) {
		reaper_end(child->reaper);
		child->reaper = 0;
		close_loop(&l);
		return -1;
	}
	/*
	 * No other process of this user may look into us, or ptrace us.  Not
	 * earlier: until its exec the child's memory was ours.
	 */
	if (!s->has_no_exec)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	relro_apply();
	if (s->execs != NULL) {
		s->execs->listener = child->listener;
		s->execs->command = child->pid;
		if (s->execs->s.approve != NULL)
			s->execs->s.approve->timer = l.timer;
		if (s->explain != NULL)
			s->explain->listener = child->listener;
	}
	if (s->broker != NULL)
		s->broker->listener = child->listener;
	if (s->names != NULL)
		s->names->listener = child->listener;
	if (s->audit != NULL)
		s->audit->is_deaf = true;
	watch(&l);
	if (s->proxy != NULL)
		proxy_stop(s->proxy);
	/* The kernel's way to end a tree, where we have it. */
	reaper_kill(child->reaper);
	if (!s->is_detached)
		end->has_leftovers = !tree_kill();
	return 0;
}
