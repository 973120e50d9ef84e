/* Ways to reach somebody: Internet sockets, Unix sockets, stranger families. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/escape/probe.h"

static struct sockaddr_in
loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* A byte there and a byte back. */
static int
exchange(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char c = 'x';

	if (write(fd, &c, 1) != 1)
		return errno;
	return poll(&wait, 1, 3000) == 1 && read(fd, &c, 1) == 1 ? 0 : -1;
}

static int
connect_inet(const struct place *p, int type, int protocol)
{
	struct sockaddr_in a = loopback(p->port);
	int fd = socket(AF_INET, type, protocol);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return errno;
	return exchange(fd);
}

static int
do_tcp(const struct place *p)
{
	return connect_inet(p, SOCK_STREAM, 0);
}

static int
do_udp(const struct place *p)
{
	return connect_inet(p, SOCK_DGRAM, 0);
}

static int
do_tcp6(const struct place *p)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)p->port),
	    .sin6_addr = IN6ADDR_ANY_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	/* ::ffff:127.0.0.1 */
	a.sin6_addr.s6_addr[10] = a.sin6_addr.s6_addr[11] = 0xff;
	a.sin6_addr.s6_addr[12] = 127;
	a.sin6_addr.s6_addr[15] = 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return errno;
	return exchange(fd);
}

static int
do_sendto(const struct place *p)
{
	struct sockaddr_in a = loopback(p->port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd < 0 ? errno : did(sendto(fd, "x", 1, 0,
	    (struct sockaddr *)&a, sizeof(a)));
}

static int
do_sendmmsg(const struct place *p)
{
	struct sockaddr_in a = loopback(p->port);
	struct iovec v = { &a, 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_name = &a,
	    .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1 } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd < 0 ? errno : did(sendmmsg(fd, &m, 1, 0));
}

static int
do_fastopen(const struct place *p)
{
	struct sockaddr_in a = loopback(p->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : did(sendto(fd, "x", 1, MSG_FASTOPEN,
	    (struct sockaddr *)&a, sizeof(a)));
}

static int
do_mptcp(const struct place *p)
{
	return connect_inet(p, SOCK_STREAM, IPPROTO_MPTCP);
}

static int
do_listen(const struct place *p)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)p;
	return fd < 0 ? errno : did(listen(fd, 1));
}

static int
do_bind(const struct place *p)
{
	struct sockaddr_in a = loopback(0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)p;
	return fd < 0 ? errno
	    : did(bind(fd, (struct sockaddr *)&a, sizeof(a)));
}

static int
do_raw(const struct place *p)
{
	(void)p;
	return did(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int
do_ping(const struct place *p)
{
	(void)p;
	return did(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

static int
do_packet(const struct place *p)
{
	(void)p;
	return did(socket(AF_PACKET, SOCK_RAW, 0));
}

static int
do_netlink_route(const struct place *p)
{
	(void)p;
	return did(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}

static int
do_netlink_uevent(const struct place *p)
{
	(void)p;
	return did(socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT));
}

static int
do_netlink_netfilter(const struct place *p)
{
	(void)p;
	return did(socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
}

static int
do_vsock(const struct place *p)
{
	(void)p;
	return did(socket(AF_VSOCK, SOCK_STREAM, 0));
}

static int
do_alg(const struct place *p)
{
	(void)p;
	return did(socket(AF_ALG, SOCK_SEQPACKET, 0));
}

static int
do_xdp(const struct place *p)
{
	(void)p;
	return did(socket(AF_XDP, SOCK_RAW, 0));
}

static int
do_can(const struct place *p)
{
	(void)p;
	return did(socket(AF_CAN, SOCK_RAW, 1));
}

static int
connect_unix(const struct sockaddr_un *a, socklen_t len, int type)
{
	int fd = socket(AF_UNIX, type, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)a, len) < 0)
		return errno;
	return exchange(fd);
}

static int
do_unix_path(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", p->socket);
	return connect_unix(&a, sizeof(a), SOCK_STREAM);
}

static int
do_unix_proc_root(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/root%.90s",
	    p->socket);
	return connect_unix(&a, sizeof(a), SOCK_STREAM);
}

static int
do_unix_relative(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (chdir(p->ws) < 0)
		return errno;
	snprintf(a.sun_path, sizeof(a.sun_path), "../sock/socket");
	return connect_unix(&a, sizeof(a), SOCK_STREAM);
}

static int
do_unix_abstract(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1, "%s", p->abstract);
	return connect_unix(&a, (socklen_t)(offsetof(struct sockaddr_un,
	    sun_path) + 1 + strlen(p->abstract)), SOCK_STREAM);
}

/* A datagram pair can be sent to any name afterwards. */
static int
do_unix_dgram_pair(const struct place *p)
{
	int pair[2];

	(void)p;
	return did(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
}

static int
do_unix_bind_abstract(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)p;
	/* Autobind: the kernel chooses the name. */
	return fd < 0 ? errno : did(bind(fd, (struct sockaddr *)&a,
	    sizeof(sa_family_t)));
}

/* Does a pair become more than a pair? */
static int
do_pair_connect(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return errno;
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", p->socket);
	/* Reached: already connected, says the kernel. */
	return reached(connect(pair[0], (struct sockaddr *)&a, sizeof(a)));
}

static int
do_io_uring(const struct place *p)
{
	struct io_uring_params params = { 0 };

	(void)p;
	return did(syscall(SYS_io_uring_setup, 1, &params));
}

static int
do_io_uring_enter(const struct place *p)
{
	(void)p;
	/* EBADF or EOPNOTSUPP where the call is let through. */
	return reached(syscall(SYS_io_uring_enter, -1, 1, 0, 0, NULL, 0UL));
}

static int
do_io_uring_register(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_io_uring_register, -1, 0, NULL, 0));
}

/* Descriptor 8 is a connected TCP socket that the caller left open. */
static int
do_inherited(const struct place *p)
{
	(void)p;
	return exchange(8);
}

/* Under `none' not even as standard input. */
static int
do_inherited_stdin(const struct place *p)
{
	(void)p;
	return exchange(0);
}

/* Descriptor 7 is the directory `out'. */
static int
do_inherited_dir(const struct place *p)
{
	(void)p;
	return did(openat(7, "new", O_WRONLY | O_CREAT, 0644));
}

/* Descriptor 6 is the victim, open to write. */
static int
do_inherited_file(const struct place *p)
{
	(void)p;
	return write(6, "x", 1) == 1 ? 0 : errno;
}

const struct probe net_probes[] = {
	{ "tcp", do_tcp, IN_NO_NET, 0 },
	{ "tcp6", do_tcp6, IN_NO_NET, MAY_LACK },
	{ "udp", do_udp, IN_NO_NET, 0 },
	{ "udp-sendto", do_sendto, IN_NO_NET, 0 },
	{ "udp-sendmmsg", do_sendmmsg, IN_NO_NET, 0 },
	{ "tcp-fastopen", do_fastopen, IN_NO_NET, 0 },
	{ "mptcp", do_mptcp, IN_NO_NET, MAY_LACK },
	{ "tcp-listen", do_listen, IN_NO_NET, 0 },
	{ "tcp-bind", do_bind, IN_NO_NET, 0 },
	{ "raw", do_raw, IN_ALL, NEEDS_ROOT },
	{ "ping", do_ping, IN_NO_NET, MAY_FORBID },
	{ "packet", do_packet, IN_ALL, NEEDS_ROOT },
	{ "netlink-route", do_netlink_route, IN_NO_NET, 0 },
	{ "netlink-uevent", do_netlink_uevent, IN_SANDBOX, 0 },
	{ "netlink-netfilter", do_netlink_netfilter, IN_SANDBOX, MAY_LACK },
	{ "vsock", do_vsock, IN_SANDBOX, MAY_LACK },
	{ "alg", do_alg, IN_SANDBOX, MAY_LACK },
	{ "xdp", do_xdp, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "can", do_can, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "unix-path", do_unix_path, IN_SANDBOX, 0 },
	{ "unix-proc-root", do_unix_proc_root, IN_SANDBOX, 0 },
	{ "unix-relative", do_unix_relative, IN_SANDBOX, 0 },
	{ "unix-abstract", do_unix_abstract, IN_SANDBOX, 0 },
	{ "unix-dgram-pair", do_unix_dgram_pair, IN_SANDBOX, 0 },
	{ "unix-bind-abstract", do_unix_bind_abstract, IN_SANDBOX, 0 },
	{ "unix-pair-connect", do_pair_connect, IN_NO_NET, 0 },
	{ "io_uring-setup", do_io_uring, IN_SANDBOX, MAY_LACK },
	{ "io_uring-enter", do_io_uring_enter, IN_SANDBOX, MAY_LACK },
	{ "io_uring-register", do_io_uring_register, IN_SANDBOX, MAY_LACK },
	{ "inherited-socket", do_inherited, IN_ALL, 0 },
	{ "inherited-stdin", do_inherited_stdin, IN_NO_NET, NOT_STARTED },
	{ "inherited-dir", do_inherited_dir, IN_ALL, 0 },
	{ "inherited-file", do_inherited_file, IN_ALL, 0 },
};
const size_t nnet_probes = sizeof(net_probes) / sizeof(net_probes[0]);
