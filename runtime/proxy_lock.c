/* What the proxy gives up: see proxy_lock.h. */
#include "runtime/proxy_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/landlock.h"

#define PORT_DNS	53
#define PORT_HTTP	80
#define PORT_HTTPS	443

int
proxy_lock_common(pid_t parent, char *const *env, struct failure *f)
{
	/* What the command may not have is not kept by who reads its bytes. */
	for (size_t i = 0; env[i] != NULL; i++)
		memset(env[i], 0, strlen(env[i]));
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    getppid() != parent)
		return refuse(f, EXIT_RUNNER, errno, "the parent is gone",
		    NULL);
	return apply_capabilities(f) < 0 ? -1 : apply_no_new_privs(f);
}

/* --- files and ports ---------------------------------------------------- */

/* Handles all that there is. */
static int
create(int abi)
{
	const struct k_ll_ruleset set = {
		.fs = landlock_fs_rights(abi),
		.net = K_LL_NET_BIND_TCP | K_LL_NET_CONNECT_TCP,
		.scoped = K_LL_SCOPE_SIGNAL | K_LL_SCOPE_ABSTRACT,
	};

	return landlock_create(set, abi);
}

/* A file that is not there is none that could be read. */
static int
add_file(int set, const char *path)
{
	int r, fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return 0;
	r = landlock_allow_path(set, fd, K_LL_FS_READ_FILE);
	close(fd);
	return r;
}

static int
add_ports(int set, int abi, uint64_t lo, uint64_t hi)
{
	return abi < 4 ? 0 : landlock_allow_ports(set, K_LL_NET_CONNECT_TCP,
	    lo, hi);
}

static int
restrict_self(int set, int r, struct failure *f)
{
	if (r == 0)
		r = landlock_enter(set);
	if (r < 0)
		(void)refuse_layer(f, errno, "landlock");
	if (set >= 0)
		close(set);
	return r;
}

int
proxy_lock_lookup(int abi, struct failure *f)
{
	int set, r;

	if (abi == 0)
		return 0;
	set = create(abi);
	r = set < 0 || add_file(set, "/etc/resolv.conf") < 0 ||
	    add_file(set, "/etc/hosts") < 0 ||
	    add_ports(set, abi, PORT_DNS, PORT_DNS) < 0 ? -1 : 0;
	return restrict_self(set, r, f);
}

static int
add_policy(int set, int abi, const struct blob *b)
{
	struct blob_net_domain e;

	for (uint32_t i = 0; blob_net_domain_get(b, i, &e) == BLOB_OK; i++)
		if (e.decision == BLOB_ALLOW && e.lo != 0 &&
		    add_ports(set, abi, e.lo, e.hi) < 0)
			return -1;
	return 0;
}

int
proxy_lock_ports(const struct policies *all, int abi, struct failure *f)
{
	int set, r;

	if (abi == 0)
		return 0;
	set = create(abi);
	r = set < 0 || add_ports(set, abi, PORT_HTTP, PORT_HTTP) < 0 ||
	    add_ports(set, abi, PORT_HTTPS, PORT_HTTPS) < 0 ? -1 : 0;
	for (size_t i = 0; r == 0 && i < all->count; i++)
		r = add_policy(set, abi, &all->list[i].blob);
	return restrict_self(set, r, f);
}

/* --- calls -------------------------------------------------------------- */

#define LOAD(at)	{ 0x20, 0, 0, (at) }
#define IF_EQ(k, t, f)	{ 0x15, (t), (f), (k) }
#define AND(k)		{ 0x54, 0, 0, (k) }
#define RETURN(k)	{ 0x06, 0, 0, (k) }
#define REFUSED		(K_SECCOMP_RET_ERRNO | EPERM)
#define ALLOW_CALL(nr)	IF_EQ((nr), 0, 1), RETURN(K_SECCOMP_RET_ALLOW)
#define NR		offsetof(struct k_seccomp_data, nr)
#define ARCH		offsetof(struct k_seccomp_data, arch)
#define ARG(n)		(offsetof(struct k_seccomp_data, args) + 8 * (n))

int
proxy_lock_calls(struct failure *f)
{
#if defined(__LP64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	static const struct k_sock_filter code[] = {
		LOAD(ARCH), IF_EQ(K_AUDIT_ARCH, 1, 0), RETURN(REFUSED),
		LOAD(NR),
#ifdef SYS_poll
		ALLOW_CALL(SYS_poll),
#endif
		ALLOW_CALL(SYS_ppoll), ALLOW_CALL(SYS_accept4),
		ALLOW_CALL(SYS_recvfrom), ALLOW_CALL(SYS_connect),
		ALLOW_CALL(SYS_getsockopt), ALLOW_CALL(SYS_shutdown),
		ALLOW_CALL(SYS_close),
		ALLOW_CALL(SYS_clock_gettime), ALLOW_CALL(SYS_exit_group),
		ALLOW_CALL(SYS_restart_syscall),
		/* MSG_FASTOPEN connects past Landlock. */
		IF_EQ(SYS_sendto, 0, 5), LOAD(ARG(3)), AND(MSG_FASTOPEN),
		IF_EQ(0, 1, 0), RETURN(REFUSED), RETURN(K_SECCOMP_RET_ALLOW),
		IF_EQ(SYS_socket, 1, 0), RETURN(REFUSED),
		/* TCP, and nothing of a Unix socket. */
		LOAD(ARG(0)), IF_EQ(AF_INET, 2, 0), IF_EQ(AF_INET6, 1, 0),
		RETURN(REFUSED),
		LOAD(ARG(1)), AND(15), IF_EQ(SOCK_STREAM, 1, 0),
		RETURN(REFUSED),
		LOAD(ARG(2)), IF_EQ(0, 1, 0), RETURN(REFUSED),
		RETURN(K_SECCOMP_RET_ALLOW),
	};
	const struct k_sock_fprog prog = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code,
	};

	if (syscall(SYS_seccomp, K_SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		return refuse(f, EXIT_RUNNER, errno, "seccomp", NULL);
#else
	/* socketcall hides which one it is: there Landlock alone holds. */
	(void)f;
#endif
	return 0;
}
