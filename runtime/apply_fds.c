/*
 * Descriptors: an inherited one is a right that no path or network rule
 * sees, so all but the kept ones close, and of those only files, pipes,
 * terminals and sockets are let through.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <fcntl.h>
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

/* Why an inherited descriptor must not reach the command, or NULL. */
static const char *
find_objection(int fd, int flags, bool is_offline)
{
	struct stat st;
	int domain;
	socklen_t len = sizeof(domain);

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
	if (S_ISSOCK(st.st_mode) && is_offline &&
	    (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0 ||
	    domain != AF_UNIX))
		return "is a socket, and the policy has no such network";
	if (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode) ||
	    S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return NULL;
	return "is of an unknown kind";
}

/* A socket made elsewhere stays in the network it was made in. */
static bool
is_offline(const struct policies *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		if (net.mode == BLOB_NET_NONE ||
		    net.mode == BLOB_NET_LOOPBACK)
			return true;
	}
	return false;
}

int
apply_fds(const struct policies *all, struct failure *f)
{
	bool offline = is_offline(all);
	uint64_t kept = ~UINT64_C(0);
	unsigned int from = 3;

	for (size_t i = 0; i < all->count; i++)
		kept &= all->list[i].meta.keep_fds | 7;
	for (int fd = 0; fd < 64; fd++) {
		int flags = (kept >> fd & 1) != 0 ? fcntl(fd, F_GETFL) : -1;
		const char *bad;
		char name[24];
		struct text t;

		/* Our own are close-on-exec, an inherited one never is. */
		if (flags < 0 || (fd > 2 &&
		    (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0))
			continue;
		bad = find_objection(fd, flags, offline);
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
