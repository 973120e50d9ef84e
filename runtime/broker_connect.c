/*
 * The task's socket and its connection: see broker.h.
 *
 * What a duplicate does, the socket does.  The loop must not wait, so the
 * connect is made without blocking; whose socket blocks is answered when the
 * connection is there, and the flag is as it was within microseconds.  The
 * flag is the task's too, which can take it away at that very moment: so the
 * call is brief, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "runtime/broker.h"
#include "runtime/kernel.h"
#include "runtime/peek.h"

#define LOOK_MS		25	/* how often at signals and full queues */
#define RESTART		512	/* ERESTARTSYS: the kernel's own errno */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the socket --------------------------------------------------------- */

/*
 * A thread by itself since 6.9, before by its process: who has a table of
 * descriptors of its own there gets another socket connected, by the same
 * rules.
 */
static int
open_task(pid_t tid)
{
	int fd = (int)syscall(K_SYS_pidfd_open, tid, K_PIDFD_THREAD);
	uint64_t process;

	if (fd >= 0 || errno != EINVAL)
		return fd;
	fd = (int)syscall(K_SYS_pidfd_open, tid, 0);
	if (fd >= 0 || !peek_status(tid, "Tgid", 10, &process))
		return fd;
	return (int)syscall(K_SYS_pidfd_open, (pid_t)process, 0);
}

static bool
look_at(int fd, int what, int *value)
{
	socklen_t len = sizeof(*value);

	return getsockopt(fd, SOL_SOCKET, what, value, &len) == 0;
}

int
broker_take(const struct broker *x, const struct k_notif *n,
    struct broker_socket *s)
{
	int task = open_task((pid_t)n->pid), err = 0;

	s->fd = -1;
	if (task < 0)
		return EACCES;
	/* It has not become another's number before it was opened. */
	if (!notify_is_valid(x->listener, n->id))
		err = ESRCH;
	if (err == 0)
		s->fd = (int)syscall(K_SYS_pidfd_getfd, task,
		    (int)n->data.args[0], 0);
	if (err == 0 && s->fd < 0)
		err = errno == EBADF ? EBADF : EACCES;
	close(task);
	if (err == 0 && (!look_at(s->fd, SO_DOMAIN, &s->domain) ||
	    !look_at(s->fd, SO_TYPE, &s->type) ||
	    !look_at(s->fd, SO_PROTOCOL, &s->protocol)))
		err = errno;
	return err;
}

/* --- the connection ----------------------------------------------------- */

/* 0 or an errno, at once. */
static int
try_connect(const struct broker *x, const struct broker_wait *w, int flags)
{
	int err = 0;

	if ((flags & O_NONBLOCK) == 0)
		fcntl(w->fd, F_SETFL, flags | O_NONBLOCK);
	brief_begin(&x->brief);
	if (connect(w->fd, (const struct sockaddr *)w->to.raw, w->len) < 0)
		err = errno;
	brief_end(&x->brief);
	if ((flags & O_NONBLOCK) == 0)
		fcntl(w->fd, F_SETFL, flags);
	/* It began to wait after all: as if it had not. */
	if (err == EINTR)
		err = w->to.any.family == AF_UNIX ? EAGAIN : EINPROGRESS;
	return err;
}

void
broker_close(const struct broker *x, int fd)
{
	if (fd < 0)
		return;
	brief_begin(&x->brief);
	close(fd);
	brief_end(&x->brief);
}

/* Is this the answer, or does a call that blocks go on waiting? */
static bool
is_waiting(const struct broker_wait *w, int err)
{
	return err == EINPROGRESS || err == EALREADY ||
	    (err == EAGAIN && w->file >= 0);
}

static void
finish(const struct broker *x, const struct broker_wait *w, int err)
{
	notify_refuse(x->listener, w->id, err);
	broker_close(x, w->fd);
	if (w->file >= 0)
		close(w->file);
}

/* SO_SNDTIMEO limits a connect too. */
static int64_t
deadline(int fd)
{
	struct timeval t;
	socklen_t len = sizeof(t);

	if (getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, &len) < 0 ||
	    (t.tv_sec == 0 && t.tv_usec == 0))
		return -1;
	return now_ms() + (int64_t)t.tv_sec * 1000 + t.tv_usec / 1000;
}

void
broker_connect(struct broker *x, const struct broker_wait *w)
{
	int flags = fcntl(w->fd, F_GETFL);
	int err = flags < 0 ? errno : try_connect(x, w, flags);

	if ((flags & O_NONBLOCK) != 0 || !is_waiting(w, err) ||
	    x->nwaits == BROKER_MAX) {
		finish(x, w, err);
		return;
	}
	x->waits[x->nwaits] = *w;
	x->waits[x->nwaits++].until = deadline(w->fd);
}

/* --- who waits ---------------------------------------------------------- */

bool
broker_has_room(const struct broker *x)
{
	return x->nwaits < BROKER_MAX;
}

size_t
broker_fds(const struct broker *x, struct pollfd fds[BROKER_MAX])
{
	for (size_t i = 0; i < x->nwaits; i++)
		fds[i] = (struct pollfd){ .fd = x->waits[i].file >= 0 ? -1
		    : x->waits[i].fd, .events = POLLOUT };
	return x->nwaits;
}

int
broker_timeout(const struct broker *x)
{
	return x->nwaits > 0 ? LOOK_MS : -1;
}

/*
 * A task that waits for us is waked by no signal but the last; the kernel's
 * own connect would be.  One that is sent to the whole process can be
 * another thread's, so it has to be there twice.
 */
static bool
is_signalled(struct broker_wait *w)
{
	uint64_t own, all, blocked;
	bool is_there;

	if (!peek_status(w->tid, "SigPnd", 16, &own) ||
	    !peek_status(w->tid, "ShdPnd", 16, &all) ||
	    !peek_status(w->tid, "SigBlk", 16, &blocked))
		return false;
	if ((own & ~blocked) != 0)
		return true;
	is_there = (all & ~blocked) != 0;
	if (is_there && w->was_signalled)
		return true;
	w->was_signalled = is_there;
	return false;
}

/* Its errno, or -1: it waits on. */
static int
look_again(const struct broker *x, struct broker_wait *w, bool is_ready)
{
	int err, flags = fcntl(w->fd, F_GETFL);

	if (!notify_is_valid(x->listener, w->id))
		return 0;	/* nobody to be told */
	if (is_ready || w->file >= 0) {
		err = try_connect(x, w, flags);
		/* Another thread saw the end of the same attempt first. */
		if (err == EISCONN)
			err = 0;
		if (!is_waiting(w, err))
			return err;
	}
	if (is_signalled(w))
		return w->until < 0 ? RESTART : EINTR;
	if (w->until >= 0 && now_ms() >= w->until)
		return w->file >= 0 ? EAGAIN : EINPROGRESS;
	return -1;
}

void
broker_work(struct broker *x, const struct pollfd *fds)
{
	size_t i, kept = 0, n = x->nwaits;

	for (i = 0; i < n; i++) {
		struct broker_wait *w = &x->waits[i];
		int err = look_again(x, w, fds[i].revents != 0);

		if (err >= 0)
			finish(x, w, err);
		else
			x->waits[kept++] = *w;
	}
	x->nwaits = kept;
}
