/* The proxy's own process: see proxy_main.h. */
#include "runtime/proxy_main.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/proxy_lock.h"
#include "runtime/proxy_loop.h"
#include "runtime/relro.h"

/* Where everything stands; nothing else stays open. */
#define FD_SUPERVISOR	0
#define FD_OTHER	1	/* look-ups, or who asks for them */
#define NKEPT		2
#define FDS_APART	8	/* beside the connections */

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int
proxy_send_fd(int to, int fd)
{
	char byte = 0;
	struct iovec v = { &byte, 1 };
	union control c = { .room = { 0 } };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = c.room, .msg_controllen = sizeof(c.room) };

	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.head), &fd, sizeof(fd));
	return sendmsg(to, &m, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int
receive_fd(int from)
{
	char byte;
	struct iovec v = { &byte, 1 };
	union control c;
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = c.room, .msg_controllen = sizeof(c.room) };
	int fd = -1;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) == 1 &&
	    m.msg_controllen >= sizeof(c.head) &&
	    c.head.cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(&c.head), sizeof(fd));
	return fd;
}

/* first and second at 0 and 1, all others closed. */
static int
keep_two(int first, int second)
{
	int a = first < NKEPT ? dup(first) : first;
	int b = second < NKEPT ? dup(second) : second;

	while (a >= 0 && a < NKEPT)
		a = dup(a);
	while (b >= 0 && b < NKEPT)
		b = dup(b);
	if (a < 0 || b < 0 || dup2(a, 0) < 0 || dup2(b, 1) < 0)
		return -1;
	return (int)syscall(K_SYS_close_range, NKEPT, ~0u, 0);
}

/* How many connections there may be. */
static size_t
take_descriptors(void)
{
	const rlim_t all = 2 * PROXY_CONNS + FDS_APART;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return PROXY_CONNS / 2;
	if (l.rlim_cur < all) {
		l.rlim_cur = l.rlim_max < all ? l.rlim_max : all;
		(void)setrlimit(RLIMIT_NOFILE, &l);
	}
	return l.rlim_cur >= all ? PROXY_CONNS :
	    l.rlim_cur <= FDS_APART ? 0 : (l.rlim_cur - FDS_APART) / 2;
}

static void
tell(const struct failure *f)
{
	struct proxy_ready r = { .is_ready = f == NULL };
	struct text t;

	text_init(&t, r.what, sizeof(r.what));
	if (f != NULL) {
		r.err = f->err;
		text_str(&t, f->what);
	}
	(void)send(FD_SUPERVISOR, &r, sizeof(r), MSG_NOSIGNAL);
}

static int
start_lookup(const struct proxy_setup *s, int pair[2], struct failure *f)
{
	pid_t self = getpid(), pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return refuse(f, EXIT_RUNNER, errno, "socketpair", NULL);
	pid = fork();
	if (pid < 0)
		return refuse(f, EXIT_RUNNER, errno, "fork", NULL);
	if (pid > 0)
		return 0;
	/* Who fails here is missed at the first look-up, which fails. */
	if (keep_two(pair[1], pair[1]) < 0 ||
	    proxy_lock_common(self, s->env, f) < 0 ||
	    proxy_lock_lookup(s->landlock_abi, f) < 0)
		leave(1);
	proxy_lookup_serve(FD_OTHER);
}

static int
prepare(const struct proxy_setup *s, struct proxy_loop **out,
    struct failure *f)
{
	struct proxy_loop *l = proxy_loop_new();
	int pair[2];

	relro_apply();
	if (l == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "buffers", NULL);
	*out = l;
	l->side.all = s->all;
	l->side.report = FD_SUPERVISOR;
	l->lookup = FD_OTHER;
	l->most = take_descriptors();
	if (start_lookup(s, pair, f) < 0)
		return -1;
	if (keep_two(FD_SUPERVISOR, pair[0]) < 0)
		return refuse(f, EXIT_RUNNER, errno, "descriptors", NULL);
	if (proxy_lock_common(s->parent, s->env, f) < 0 ||
	    proxy_lock_ports(s->all, s->landlock_abi, f) < 0)
		return -1;
	l->listener = receive_fd(FD_SUPERVISOR);
	if (l->listener < 0)
		return refuse(f, EXIT_RUNNER, 0, "no listener", NULL);
	return proxy_lock_calls(f);
}

void
proxy_main(const struct proxy_setup *s)
{
	struct failure f = { .status = EXIT_RUNNER };
	struct proxy_loop *l = NULL;

	/* First of all: who fails has to have somebody to tell. */
	if (keep_two(s->fd, s->fd) < 0)
		leave(1);
	if (prepare(s, &l, &f) < 0) {
		tell(&f);
		leave(1);
	}
	tell(NULL);
	proxy_loop_run(l);
}
