/* Harmless acts: see probe.h. */
#include "runtime/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/kernel.h"

#define QUIET	(O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)

/* Opened: it could be done. */
static int
result(int fd)
{
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* For file systems that have no files without a name. */
static int
make_named(const char *folder)
{
	char path[PATH_CAP];
	struct text t;
	int fd, r;

	text_init(&t, path, sizeof(path));
	text_str(&t, folder);
	text_str(&t, "/.codex-prove-");
	text_num(&t, (uint64_t)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | QUIET, 0600);
	r = result(fd);
	if (fd >= 0)
		(void)unlink(path);
	return r;
}

static int
do_make(const struct probe *p)
{
	int r = result(open(p->target, O_TMPFILE | O_WRONLY | O_CLOEXEC,
	    0600));

	return r == EOPNOTSUPP || r == EISDIR ? make_named(p->target) : r;
}

static int
do_change(const struct probe *p)
{
	return result(open(p->target, O_WRONLY | QUIET));
}

static int
do_read(const struct probe *p)
{
	int r = result(open(p->target, O_RDONLY | O_DIRECTORY | QUIET));

	/* As who lists a folder does: so a supervisor may have to open it. */
	if (r == ENOTDIR)
		r = result(open(p->target, O_RDONLY | QUIET));
	/* A socket, which cannot be opened by anyone. */
	return r == ENXIO ? 0 : r;
}

static int
do_meta(const struct probe *p)
{
	if (removexattr(p->target, "user.codex no such name") == 0 ||
	    errno == ENODATA || errno == EOPNOTSUPP)
		return 0;
	return errno;
}

/* What is renamed has to pass the same look. */
static int
do_remove(const struct probe *p)
{
	return rmdir(p->target) == 0 || errno == ENOTEMPTY ||
	    errno == EEXIST ? 0 : errno;
}

/* An empty file that is still open for writing: no kernel begins it. */
static int
do_run_new(const struct probe *p)
{
	static char *const none[] = { NULL };
	int fd = open(p->target, O_TMPFILE | O_RDWR | O_CLOEXEC, 0700);

	if (fd < 0)
		return errno;
	(void)syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
	close(fd);
	return errno == ETXTBSY || errno == ENOEXEC ? 0 : errno;
}

static int
do_run(const struct probe *p)
{
	char *const argv[] = { "true", NULL };

	(void)execve(p->target, argv, argv + 1);
	return errno;
}

static int
do_call(const struct probe *p)
{
	const long *a = p->args;

	return syscall(p->nr, a[0], a[1], a[2], a[3], 0L, 0L) < 0 ? errno : 0;
}

static int
await_connection(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int err = 0;
	socklen_t len = sizeof(err);

	(void)poll(&p, 1, 1000);
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return err;
}

static int
use_socket(int family, const void *address, size_t len, bool is_bind)
{
	int r, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);

	if (fd < 0)
		return errno;
	r = is_bind ? bind(fd, address, (socklen_t)len)
	    : connect(fd, address, (socklen_t)len);
	r = r == 0 ? 0 : errno == EINPROGRESS ? await_connection(fd) : errno;
	close(fd);
	return r;
}

static int
use_port(const struct probe *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)p->args[0]),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return use_socket(AF_INET, &a, sizeof(a), p->act == PROBE_BIND);
}

static int
do_unix(const struct probe *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = strlen(p->target);

	/* An abstract name begins with a zero byte, shown as "@". */
	memcpy(a.sun_path + 1, p->target + 1, n - 1);
	return use_socket(AF_UNIX, &a, offsetof(struct sockaddr_un, sun_path)
	    + n, false);
}

static int
do_signal(const struct probe *p)
{
	return kill((pid_t)p->args[0], 0) == 0 ? 0 : errno;
}

static int
do_trace(const struct probe *p)
{
	if (ptrace(PTRACE_SEIZE, (pid_t)p->args[0], NULL, NULL) < 0)
		return errno;
	(void)ptrace(PTRACE_DETACH, (pid_t)p->args[0], NULL, NULL);
	return 0;
}

/* Can its memory be opened for writing? */
static int
do_memory(const struct probe *p)
{
	char path[32];
	struct text t;

	text_init(&t, path, sizeof(path));
	text_proc(&t, (pid_t)p->args[0], "/mem");
	return result(open(path, O_RDWR | O_CLOEXEC));
}

static int
do_limit(const struct probe *p)
{
	int which = (int)p->args[0];
	struct rlimit r;

	if (getrlimit(which, &r) < 0)
		return errno;
	if (r.rlim_cur > (rlim_t)p->args[1] || r.rlim_max == RLIM_INFINITY)
		return 0;
	r.rlim_max++;
	return setrlimit(which, &r) == 0 ? 0 : errno;
}

static int
do_privileges(const struct probe *p)
{
	struct k_cap_header head = { .version = K_CAP_VERSION_3 };
	struct k_cap_data cap[2];

	(void)p;
	if (syscall(SYS_capget, &head, cap) < 0)
		return errno;
	return (cap[0].permitted | cap[1].permitted) == 0 &&
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? EPERM : 0;
}

static const struct {
	const char *name;
	int (*run)(const struct probe *p);
} acts[PROBE_NACTS] = {
	[PROBE_MAKE] = { "create in", do_make },
	[PROBE_CHANGE] = { "write", do_change },
	[PROBE_READ] = { "read", do_read },
	[PROBE_META] = { "attributes of", do_meta },
	[PROBE_REMOVE] = { "remove", do_remove },
	[PROBE_RUN_NEW] = { "run a new file in", do_run_new },
	[PROBE_RUN] = { "run", do_run },
	[PROBE_CALL] = { "call", do_call },
	[PROBE_CONNECT] = { "connect", use_port },
	[PROBE_BIND] = { "bind", use_port },
	[PROBE_UNIX] = { "connect", do_unix },
	[PROBE_SIGNAL] = { "signal", do_signal },
	[PROBE_TRACE] = { "trace", do_trace },
	[PROBE_MEMORY] = { "memory of", do_memory },
	[PROBE_LIMIT] = { "exceed", do_limit },
	[PROBE_PRIVILEGES] = { "privileges", do_privileges },
};

const char *
probe_name(enum probe_act act)
{
	return acts[act].name;
}

int
probe_do(const struct probe *p)
{
	return acts[p->act].run(p);
}
