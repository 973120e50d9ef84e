/*
 * Descriptors: an inherited one is a right that no path or network rule
 * sees, so all but the kept ones close, and of those only files, pipes,
 * terminals and sockets are let through.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/kernel.h"

int
apply_standard_fds(struct failure *f)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* The lowest free number is this one. */
		if (open("/dev/null", O_RDWR) != fd)
			return refuse(f, EXIT_RUNNER, errno, "/dev/null", NULL);
	}
	return 0;
}

/*
 * pidfds, io_uring, seccomp listeners and others of that kind: of no file
 * type or, pidfds since 6.9, dressed up as regular files.
 */
static bool
is_kernel_object(int fd, const struct stat *st)
{
	struct statfs fs;

	if ((st->st_mode & S_IFMT) != 0 && !S_ISREG(st->st_mode))
		return false;
	return fstatfs(fd, &fs) < 0 ||
	    (unsigned long)fs.f_type == K_ANON_INODE_MAGIC ||
	    (unsigned long)fs.f_type == K_PIDFS_MAGIC;
}

/* What every policy takes of sockets that were made elsewhere. */
struct sockets {
	bool has_inet, is_tcp_only, is_stream_only, is_pair_only;
};

static int
ask_socket(int fd, int what)
{
	socklen_t len = sizeof(int);
	int value;

	return getsockopt(fd, SOL_SOCKET, what, &value, &len) == 0 ? value
								   : -1;
}

static bool
is_stream(int type)
{
	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

/* Once connected, a stream that is not the Internet's stays where it is. */
static bool
is_connected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	return getpeername(fd, (struct sockaddr *)&peer, &len) == 0;
}

static const char *
find_inet_objection(int fd, int type, const struct sockets *s)
{
	if (!s->has_inet)
		return "is a socket, and the policy has no such network";
	if (s->is_tcp_only && (type != SOCK_STREAM ||
	    ask_socket(fd, SO_PROTOCOL) != IPPROTO_TCP))
		return "is a socket of another kind than TCP's";
	if (s->is_stream_only && type != SOCK_STREAM && type != SOCK_DGRAM)
		return "is a raw socket";
	return NULL;
}

static const char *
find_socket_objection(int fd, const struct sockets *s)
{
	int domain = ask_socket(fd, SO_DOMAIN), type = ask_socket(fd, SO_TYPE);

	if (domain == AF_INET || domain == AF_INET6)
		return find_inet_objection(fd, type, s);
	if (domain != AF_UNIX && (!s->has_inet || s->is_tcp_only))
		return "is a socket, and the policy has no such network";
	if (!s->is_stream_only)
		return NULL;
	if (!is_stream(type))
		return "is a datagram socket, which can send anywhere";
	if ((domain != AF_UNIX || s->is_pair_only) && !is_connected(fd))
		return "is a socket that is not connected yet";
	return NULL;
}

/* Why an inherited descriptor must not reach the command, or NULL. */
static const char *
find_objection(int fd, int flags, const struct sockets *s)
{
	struct stat st;

	if ((flags & O_PATH) != 0)
		return "is a bare path (O_PATH)";
	if (fstat(fd, &st) < 0)
		return "cannot be examined";
	if (S_ISDIR(st.st_mode))
		return "is a directory";
	if (S_ISBLK(st.st_mode))
		return "is a block device";
	if (is_kernel_object(fd, &st))
		return "is a kernel object, not a file";
	if (S_ISSOCK(st.st_mode))
		return find_socket_objection(fd, s);
	if (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode) ||
	    S_ISFIFO(st.st_mode))
		return NULL;
	return "is of an unknown kind";
}

/*
 * A socket made elsewhere stays in the network it was made in, and one of TCP
 * can be connected to another place at any time: where the network is the
 * policy's own, none is let in.
 */
static struct sockets
sockets_of(const struct policies *all)
{
	struct sockets s = { .has_inet = true };

	for (size_t i = 0; i < all->count; i++) {
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		s.has_inet &= net.mode == BLOB_NET_PORTS ||
		    net.mode == BLOB_NET_FULL;
		s.is_tcp_only |= net.mode == BLOB_NET_PORTS;
		s.is_stream_only |= net.unix_mode != BLOB_UNIX_ANY;
		s.is_pair_only |= net.unix_mode <= BLOB_UNIX_PAIR;
	}
	return s;
}

uint64_t
apply_fds_kept(const struct policies *all)
{
	uint64_t kept = ~UINT64_C(0);

	for (size_t i = 0; i < all->count; i++)
		kept &= all->list[i].meta.keep_fds | 7;
	return kept;
}

int
apply_fds(const struct policies *all, struct failure *f)
{
	const struct sockets sockets = sockets_of(all);
	uint64_t kept = apply_fds_kept(all);
	unsigned int from = 3;

	for (int fd = 0; fd < 64; fd++) {
		int flags = (kept >> fd & 1) != 0 ? fcntl(fd, F_GETFL) : -1;
		const char *bad;
		char name[24];
		struct text t;

		/* Our own are close-on-exec, an inherited one never is. */
		if (flags < 0 || (fd > 2 &&
		    (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0))
			continue;
		bad = find_objection(fd, flags, &sockets);
		if (bad != NULL) {
			text_init(&t, name, sizeof(name));
			text_num(&t, (uint64_t)fd);
			return refuse(f, EXIT_RUNNER, 0, "descriptor ", name,
			    " ", bad, NULL);
		}
		if (fd < 3)
			continue;
		if ((unsigned int)fd > from && syscall(K_SYS_close_range,
		    from, fd - 1, K_CLOSE_RANGE_CLOEXEC) < 0)
			break;
		from = (unsigned int)fd + 1;
	}
	if (syscall(K_SYS_close_range, from, ~0u, K_CLOSE_RANGE_CLOEXEC) < 0)
		return refuse(f, EXIT_RUNNER, errno,
		    "close_range (Linux 5.11)", NULL);
	return 0;
}
