/*
 * Ways round the connect broker: broker_act NAME PORT FOLDER
 *
 * On PORT of 127.0.0.2, and at FOLDER/good, somebody listens who may be
 * reached; on PORT of 127.0.0.1, 127.0.0.3 and ::1, and at FOLDER/evil (a
 * stream, a seqpacket, a datagram socket), somebody who may not.  All say what
 * they are.  Ends with 0 when the act reached evil, 77 where the kernel has no
 * such thing, else 1 with the errno on stdout.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LACKS	(-77)

struct where {
	int port;
	const char *dir;
};

static struct sockaddr_in
inet(const char *host, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port) };

	inet_pton(AF_INET, host, &a.sin_addr);
	return a;
}

static struct sockaddr_in6
inet6(const char *host, int port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)port) };

	inet_pton(AF_INET6, host, &a.sin6_addr);
	return a;
}

/* Does evil answer? */
static int
is_evil(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char c = 0;

	if (poll(&wait, 1, 3000) != 1 || read(fd, &c, 1) != 1)
		return -1;
	return c == 'e' ? 0 : -1;
}

static int
reach(int fd, const void *a, socklen_t len)
{
	if (fd < 0 || connect(fd, a, len) < 0)
		return errno;
	return is_evil(fd);
}

static int
reach_inet(const char *host, int port)
{
	struct sockaddr_in a = inet(host, port);

	return reach(socket(AF_INET, SOCK_STREAM, 0), &a, sizeof(a));
}

static int
reach_inet6(const char *host, int port)
{
	struct sockaddr_in6 a = inet6(host, port);

	return reach(socket(AF_INET6, SOCK_STREAM, 0), &a, sizeof(a));
}

static int do_tcp(const struct where *w)
{ return reach_inet("127.0.0.3", w->port); }
static int do_tcp6(const struct where *w)
{ return reach_inet6("::1", w->port); }
static int do_mapped(const struct where *w)
{ return reach_inet6("::ffff:127.0.0.3", w->port); }
static int do_any(const struct where *w)
{ return reach_inet("0.0.0.0", w->port); }
static int do_any6(const struct where *w)
{ return reach_inet6("::", w->port); }

static int
do_long(const struct where *w)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in a = inet("127.0.0.3", w->port);

	memcpy(&s, &a, sizeof(a));
	return reach(socket(AF_INET, SOCK_STREAM, 0), &s, sizeof(s));
}

static int
do_nonblocking(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 &&
	    errno != EINPROGRESS)
		return errno;
	return is_evil(fd);
}

static int
do_dup(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);

	return reach(dup(socket(AF_INET, SOCK_STREAM, 0)), &a, sizeof(a));
}

/* One that has been let through, then undone. */
static int
do_again(const struct where *w)
{
	struct sockaddr_in good = inet("127.0.0.2", w->port),
	    evil = inet("127.0.0.3", w->port);
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&good, sizeof(good)) < 0)
		return errno;
	if (connect(fd, (struct sockaddr *)&evil, sizeof(evil)) == 0)
		return is_evil(fd);
	if (connect(fd, &none, sizeof(none)) < 0)
		return errno;
	return reach(fd, &evil, sizeof(evil));
}

/* --- who calls ---------------------------------------------------------- */

struct call {
	const struct where *w;
	int result, is_apart;
};

static void *
thread_main(void *arg)
{
	struct call *c = arg;

	if (c->is_apart && unshare(CLONE_FILES) < 0)
		c->result = errno;
	else
		c->result = do_tcp(c->w);
	return NULL;
}

static int
in_thread(const struct where *w, int is_apart)
{
	struct call c = { .w = w, .is_apart = is_apart };
	pthread_t t;

	if (pthread_create(&t, NULL, thread_main, &c) != 0)
		return -1;
	pthread_join(t, NULL);
	return c.result;
}

static int do_thread(const struct where *w) { return in_thread(w, 0); }
static int do_thread_apart(const struct where *w) { return in_thread(w, 1); }

static int
do_child(const struct where *w)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(do_tcp(w));
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ?
	    WEXITSTATUS(status) : -1;
}

/* --- connects by another name ------------------------------------------- */

static int
do_fastopen(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&a,
	    sizeof(a)) < 0)
		return errno;
	return is_evil(fd);
}

static int
fastopen_by(const struct where *w, int is_many)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	struct iovec v = { &a, 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_name = &a,
	    .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1 } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if ((is_many ? sendmmsg(fd, &m, 1, MSG_FASTOPEN) : (int)sendmsg(fd,
	    &m.msg_hdr, MSG_FASTOPEN)) < 0)
		return errno;
	return is_evil(fd);
}

static int do_fastopen_msg(const struct where *w) { return fastopen_by(w, 0); }
static int do_fastopen_mmsg(const struct where *w) { return fastopen_by(w, 1); }

static int
do_fastopen_connect(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    write(fd, "x", 1) != 1)
		return errno;
	return is_evil(fd);
}

static int
do_mptcp(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_STREAM, 262);

	if (fd < 0 && (errno == EPROTONOSUPPORT || errno == ENOPROTOOPT))
		return LACKS;
	return reach(fd, &a, sizeof(a));
}

static int
do_udp(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || sendto(fd, "x", 1, 0, (struct sockaddr *)&a,
	    sizeof(a)) < 0)
		return errno;
	return is_evil(fd);
}

static int
do_io_uring(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	struct io_uring_params p = { 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int ring = (int)syscall(SYS_io_uring_setup, 2, &p);
	struct io_uring_sqe *sqe;
	uint32_t *sq, *cq;
	char *map;

	if (ring < 0)
		return errno;
	map = mmap(NULL, 4096 * 4, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
	    IORING_OFF_SQ_RING);
	sqe = mmap(NULL, 2 * sizeof(*sqe), PROT_READ | PROT_WRITE,
	    MAP_SHARED, ring, IORING_OFF_SQES);
	sqe->opcode = IORING_OP_CONNECT;
	sqe->fd = fd;
	sqe->addr = (uint64_t)(uintptr_t)&a;
	sqe->off = sizeof(a);
	sq = (uint32_t *)(void *)(map + p.sq_off.tail);
	((uint32_t *)(void *)(map + p.sq_off.array))[0] = 0;
	__atomic_store_n(sq, 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
	    NULL, 0) < 0)
		return errno;
	cq = (uint32_t *)(void *)(map + p.cq_off.cqes);
	return (int32_t)cq[2] < 0 ? -(int32_t)cq[2] : is_evil(fd);
}

/* The way of a packet, other than to its address. */
static int
do_source_route(const struct where *w)
{
	static const uint8_t segments[24] = { [1] = 2, [2] = 4, [23] = 1 };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	(void)w;
	if (fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_RTHDR, segments,
	    sizeof(segments)) == 0)
		return 0;
	return errno == EINVAL || errno == ENOPROTOOPT ||
	    errno == EAFNOSUPPORT ? LACKS : errno;
}

static int
do_ulp(const struct where *w)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	/* Free it is there or not, or wants a connection. */
	(void)w;
	if (setsockopt(fd, IPPROTO_TCP, 31, "tls", 4) == 0 ||
	    errno == ENOTCONN)
		return 0;
	return errno == ENOENT ? LACKS : errno;
}

/* A port of one's own, by name and without one. */
static int
do_bind(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.1", 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)w;
	return bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ? errno : 0;
}

static int
do_listen(const struct where *w)
{
	(void)w;
	return listen(socket(AF_INET, SOCK_STREAM, 0), 1) < 0 ? errno : 0;
}

#if defined(__x86_64__)
/* i386's connect, with an address that it can name. */
static int
do_int80(const struct where *w)
{
	struct sockaddr_in *a = mmap((void *)0x20000000, 4096, PROT_READ |
	    PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
	    -1, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0), r;

	if (a == MAP_FAILED)
		return LACKS;
	*a = inet("127.0.0.3", w->port);
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(362), "b"(fd),
	    "c"(a), "d"(sizeof(*a)) : "memory", "r8", "r9", "r10", "r11");
	return r < 0 ? -r : is_evil(fd);
}

static int
do_x32(const struct where *w)
{
	struct sockaddr_in a = inet("127.0.0.3", w->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (syscall(0x40000000 + SYS_connect, fd, &a, sizeof(a)) < 0)
		return errno == ENOSYS ? LACKS : errno;
	return is_evil(fd);
}
#endif

/* --- Unix sockets ------------------------------------------------------- */

static int
reach_unix(const char *path, int type)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	if (snprintf(a.sun_path, sizeof(a.sun_path), "%s", path) >=
	    (int)sizeof(a.sun_path))
		return -1;
	if (type == SOCK_DGRAM && fd >= 0)
		return sendto(fd, "x", 1, 0, (struct sockaddr *)&a,
		    sizeof(a)) == 1 ? 0 : errno;
	return reach(fd, &a, sizeof(a));
}

static int
reach_below(const struct where *w, const char *before, const char *name,
    int type)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s%s/%s", before, w->dir, name);
	return reach_unix(path, type);
}

static int do_unix(const struct where *w)
{ return reach_below(w, "", "evil", SOCK_STREAM); }
static int do_seqpacket(const struct where *w)
{ return reach_below(w, "", "evil.seq", SOCK_SEQPACKET); }
static int do_datagram(const struct where *w)
{ return reach_below(w, "", "evil.dgram", SOCK_DGRAM); }
static int do_proc_root(const struct where *w)
{ return reach_below(w, "/proc/self/root", "evil", SOCK_STREAM); }
static int do_dots(const struct where *w)
{ return reach_below(w, "", "sub/.././evil", SOCK_STREAM); }

static int
do_relative(const struct where *w)
{
	return chdir(w->dir) < 0 ? errno : reach_unix("evil", SOCK_STREAM);
}

static int
do_proc_cwd(const struct where *w)
{
	return chdir(w->dir) < 0 ? errno :
	    reach_unix("/proc/self/cwd/evil", SOCK_STREAM);
}

static int
do_proc_fd(const struct where *w)
{
	char path[4200];
	int fd;

	snprintf(path, sizeof(path), "%s/evil", w->dir);
	fd = open(path, O_PATH);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fd < 0 ? errno : reach_unix(path, SOCK_STREAM);
}

/* No NUL behind the path, and rubbish behind its length. */
static int
do_unended(const struct where *w)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n;

	memset(a.sun_path, 'x', sizeof(a.sun_path));
	n = strlen(w->dir);
	memcpy(a.sun_path, w->dir, n);
	memcpy(a.sun_path + n, "/evil", 5);
	return reach(socket(AF_UNIX, SOCK_STREAM, 0), &a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 5));
}

static int
do_abstract(const struct where *w)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1,
	    "codex-broker-%d", w->port);

	return reach(socket(AF_UNIX, SOCK_STREAM, 0), &a,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	    (size_t)n));
}

static const struct {
	const char *name;
	int (*act)(const struct where *w);
} acts[] = {
	{ "tcp", do_tcp }, { "tcp6", do_tcp6 }, { "mapped", do_mapped },
	{ "any", do_any }, { "any6", do_any6 }, { "long", do_long },
	{ "nonblocking", do_nonblocking }, { "dup", do_dup },
	{ "again", do_again }, { "thread", do_thread },
	{ "thread-apart", do_thread_apart }, { "child", do_child },
	{ "fastopen", do_fastopen }, { "fastopen-msg", do_fastopen_msg },
	{ "fastopen-mmsg", do_fastopen_mmsg },
	{ "fastopen-connect", do_fastopen_connect },
	{ "mptcp", do_mptcp }, { "udp", do_udp },
	{ "io_uring", do_io_uring }, { "source-route", do_source_route },
	{ "ulp", do_ulp }, { "bind", do_bind }, { "listen", do_listen },
#if defined(__x86_64__)
	{ "int80", do_int80 }, { "x32", do_x32 },
#endif
	{ "unix", do_unix }, { "seqpacket", do_seqpacket },
	{ "datagram", do_datagram }, { "proc-root", do_proc_root },
	{ "dots", do_dots }, { "relative", do_relative },
	{ "proc-cwd", do_proc_cwd }, { "proc-fd", do_proc_fd },
	{ "unended", do_unended }, { "abstract", do_abstract },
};

/* What is no way to anybody where it cannot be made. */
static const struct {
	const char *name;
	int family, type, protocol;
} sockets[] = {
	{ "udp-socket", AF_INET, SOCK_DGRAM, 0 },
	{ "udp6-socket", AF_INET6, SOCK_DGRAM, 0 },
	{ "udplite", AF_INET, SOCK_DGRAM, 136 },
	{ "ping", AF_INET, SOCK_DGRAM, 1 },
	{ "sctp", AF_INET, SOCK_STREAM, 132 },
	{ "sctp-packets", AF_INET, SOCK_SEQPACKET, 132 },
	{ "dccp", AF_INET, 6, 33 },
	{ "mptcp-socket", AF_INET6, SOCK_STREAM, 262 },
	{ "smc-over-inet", AF_INET, SOCK_STREAM, 256 },
	{ "raw", AF_INET, SOCK_RAW, 1 },
	{ "raw6", AF_INET6, SOCK_RAW, 58 },
	{ "packet", AF_PACKET, SOCK_RAW, 0 },
	{ "packet-datagram", AF_PACKET, SOCK_DGRAM, 0 },
	{ "vsock", AF_VSOCK, SOCK_STREAM, 0 },
	{ "alg", AF_ALG, SOCK_SEQPACKET, 0 },
	{ "smc", 43, SOCK_STREAM, 0 },
	{ "can", AF_CAN, SOCK_RAW, 1 },
	{ "xdp", 44, SOCK_RAW, 0 },
	{ "bluetooth", AF_BLUETOOTH, SOCK_STREAM, 3 },
	{ "rds", AF_RDS, SOCK_SEQPACKET, 0 },
	{ "tipc", AF_TIPC, SOCK_STREAM, 0 },
	{ "kcm", AF_KCM, SOCK_DGRAM, 0 },
	{ "netlink-diag", AF_NETLINK, SOCK_RAW, 4 },
	{ "netlink-uevent", AF_NETLINK, SOCK_DGRAM, 15 },
	{ "netlink-generic", AF_NETLINK, SOCK_RAW, 16 },
	{ "netlink-audit", AF_NETLINK, SOCK_RAW, 9 },
	{ "unix-datagram", AF_UNIX, SOCK_DGRAM, 0 },
	{ "unix-raw", AF_UNIX, SOCK_RAW, 0 },
};
#define NSOCKETS (sizeof(sockets) / sizeof(sockets[0]))

static int
make_socket(size_t i)
{
	int fd = socket(sockets[i].family, sockets[i].type,
	    sockets[i].protocol);

	if (fd >= 0)
		return 0;
	return errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT ||
	    errno == ESOCKTNOSUPPORT ? LACKS : errno;
}

static int
say(const char *name, int r)
{
	printf("%s: %s\n", name, r == 0 ? "reached" : r == LACKS ?
	    "not on this machine" : r < 0 ? "no answer" : strerror(r));
	return r == 0 ? 0 : r == LACKS ? 77 : 1;
}

int
main(int argc, char **argv)
{
	struct where w;

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
			puts(acts[i].name);
		for (size_t i = 0; i < NSOCKETS; i++)
			puts(sockets[i].name);
		return 0;
	}
	if (argc != 4)
		return 2;
	w = (struct where){ atoi(argv[2]), argv[3] };
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].name, argv[1]) == 0)
			return say(argv[1], acts[i].act(&w));
	for (size_t i = 0; i < NSOCKETS; i++)
		if (strcmp(sockets[i].name, argv[1]) == 0)
			return say(argv[1], make_socket(i));
	return 2;
}
