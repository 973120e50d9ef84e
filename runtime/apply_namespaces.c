/*
 * Namespaces of our own: for mounts and with them System V IPC, and for the
 * network modes loopback and proxy, where "lo" is all there is.  One call for
 * all, in a user namespace where we have no say over them.  They end with the
 * last process of the run.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/kernel.h"

/* Under a filter it is mostly another sandbox that refuses. */
static int
fail(struct failure *f, const char *what)
{
	int err = errno;
	bool is_within = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2;

	return refuse(f, EXIT_RUNNER, err, what, is_within ?
	    " (within another sandbox; " FAILURE_OUTER ")" : "", NULL);
}

static int
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int err = errno;

	if (fd >= 0)
		close(fd);
	errno = err;
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* "ID ID 1": who we are stays who we are. */
static int
write_map(const char *path, unsigned id)
{
	char map[48];
	struct text t;

	text_init(&t, map, sizeof(map));
	text_num(&t, id);
	text_str(&t, " ");
	text_num(&t, id);
	text_str(&t, " 1");
	return write_file(path, map);
}

static int
map_ids(unsigned uid, unsigned gid, struct failure *f)
{
	if (write_file("/proc/self/setgroups", "deny") < 0 ||
	    write_map("/proc/self/uid_map", uid) < 0 ||
	    write_map("/proc/self/gid_map", gid) < 0)
		return fail(f, "the policy needs a user namespace: its maps");
	return 0;
}

static bool
has_capability(unsigned which)
{
	struct k_cap_header head = { .version = K_CAP_VERSION_3 };
	struct k_cap_data cap[2];

	return syscall(SYS_capget, &head, cap) == 0 &&
	    (cap[0].effective >> which & 1) != 0;
}

/* Can we make them without a user namespace? */
static bool
may_unshare(bool has_net)
{
	return has_capability(K_CAP_SYS_ADMIN) &&
	    (!has_net || has_capability(K_CAP_NET_ADMIN));
}

/* The kernel gives it 127.0.0.1 and ::1. */
static int
raise_loopback(struct failure *f)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &lo);

	if (r < 0)
		(void)fail(f, "network mode loopback or proxy: the interface "
		    "lo");
	if (fd >= 0)
		close(fd);
	return r;
}

/* What is asked for, the most telling first. */
static const struct {
	int flag;
	const char *needs, *root_needs;
} wants[] = {
	{ CLONE_NEWPID, "process.namespaces needs a user and PID namespace",
	    "process.namespaces: root needs CAP_SYS_ADMIN, or CAP_SETFCAP" },
	{ CLONE_NEWNET, "network mode loopback or proxy needs a user and "
	    "network namespace", "network mode loopback or proxy: root needs "
	    "CAP_SYS_ADMIN and CAP_NET_ADMIN, or CAP_SETFCAP" },
	{ CLONE_NEWNS, "the policy needs a user and mount namespace",
	    "root needs CAP_SYS_ADMIN or CAP_SETFCAP for mounts" },
	{ CLONE_NEWIPC, "process.namespaces needs a user and IPC namespace",
	    "process.namespaces: root needs CAP_SYS_ADMIN, or CAP_SETFCAP" },
};

static int
unshare_user(int flags, struct failure *f)
{
	unsigned uid = geteuid(), gid = getegid();
	size_t i = 0;

	while (i < sizeof(wants) / sizeof(wants[0]) - 1 &&
	    (flags & wants[i].flag) == 0)
		i++;
	/* A map of user 0 takes this, and unshare has no way back. */
	if (uid == 0 && !has_capability(K_CAP_SETFCAP)) {
		errno = EPERM;
		(void)fail(f, wants[i].root_needs);
		return 1;
	}
	if (unshare(CLONE_NEWUSER | flags) < 0) {
		(void)fail(f, wants[i].needs);
		return 1;
	}
	return map_ids(uid, gid, f);
}

int
apply_namespaces(int flags, struct failure *f)
{
	bool has_net = (flags & CLONE_NEWNET) != 0;
	int r = 0;

	if (!may_unshare(has_net) || unshare(flags) < 0)
		r = unshare_user(flags, f);
	if (!has_net || r < 0)
		return r;
	/* Nothing else keeps the host's network away. */
	return r > 0 ? -1 : raise_loopback(f);
}

int
apply_pid_namespace(bool has_net, struct failure *f)
{
	if (may_unshare(has_net) && unshare(CLONE_NEWPID) == 0)
		return 0;
	return unshare_user(CLONE_NEWPID, f) == 0 ? 0 : -1;
}
