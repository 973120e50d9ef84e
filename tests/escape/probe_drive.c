/*
 * Runs every probe free and held, each in a place made afresh: a folder of
 * the caller's with known files, a server on loopback and on two Unix
 * sockets, a process outside.  A free run that fails is a failure: such a
 * probe would show nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#define NOT_RUN		125	/* codex-exec's own failure */
/* ... and the reason for which it may refuse to start. */
#define BAD_INPUT	"descriptor 0 is a socket"
#define ACT_SECONDS	10
#define LISTENERS	4
#define NEVER_BEGAN	(NOT_RUN << 8)	/* as waitpid has exit statuses */

struct drive {
	const char *codex, *policies, *self;
	char dir[1000], out[1024], ws[1024], socket[1024], abstract[64];
	struct place place;
	int listeners[LISTENERS];	/* TCP, UDP, Unix path, abstract */
	pid_t server;
	int count, failures;
	char said[256];			/* by the last run */
};

static const struct { char letter; const char *name; } profiles[] = {
	{ 'o', "offline" }, { 'n', "net-read-only" },
	{ 'w', "workspace-write" }, { 'x', "workspace-net" },
	{ 't', "trusted" },
};

static void
need(int ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(126);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st, (void)type;
	return f->level == 0 ? 0 : remove(path);
}

static void
put_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	need(fd >= 0 && write(fd, "full\n", 5) == 5, path);
	close(fd);
}

static void
reset(const struct drive *d)
{
	(void)nftw(d->out, remove_one, 8, FTW_DEPTH | FTW_PHYS |
	    FTW_MOUNT);
	(void)nftw(d->ws, remove_one, 8, FTW_DEPTH | FTW_PHYS |
	    FTW_MOUNT);
	put_file(at(d->out, "victim"));
	put_file(at(d->out, "own"));
	(void)setxattr(at(d->out, "own"), "user.mark", "x", 1, 0);
	need(mkdir(at(d->out, "dir"), 0755) == 0, "out/dir");
}

static int
listen_unix(const char *path, size_t hidden)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path + hidden, sizeof(a.sun_path) - hidden, "%s", path);
	need(bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct
	    sockaddr_un, sun_path) + hidden + strlen(path))) == 0 &&
	    listen(fd, 8) == 0, "a Unix socket");
	return fd;
}

static void
open_listeners(struct drive *d)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int *l = d->listeners;

	l[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	l[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	need(bind(l[0], (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    listen(l[0], 8) == 0 &&
	    getsockname(l[0], (struct sockaddr *)&a, &len) == 0 &&
	    bind(l[1], (struct sockaddr *)&a, sizeof(a)) == 0, "loopback");
	d->place.port = ntohs(a.sin_port);
	l[2] = listen_unix(d->socket, 0);
	l[3] = listen_unix(d->abstract, 1);
}

/* Says one byte to whoever comes. */
static void
serve(const struct drive *d)
{
	struct pollfd p[LISTENERS];

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < LISTENERS; i++)
		p[i] = (struct pollfd){ .fd = d->listeners[i],
		    .events = POLLIN };
	while (poll(p, LISTENERS, -1) > 0) {
		for (int i = 0; i < LISTENERS; i++) {
			struct sockaddr_in from;
			socklen_t len = sizeof(from);
			char c;
			int fd;

			if ((p[i].revents & POLLIN) == 0)
				continue;
			if (i == 1) {
				(void)!recvfrom(p[i].fd, &c, 1, 0,
				    (struct sockaddr *)&from, &len);
				(void)!sendto(p[i].fd, "y", 1, 0,
				    (struct sockaddr *)&from, len);
				continue;
			}
			fd = accept(p[i].fd, NULL, NULL);
			(void)!write(fd, "y", 1);
			/* Not closed at once: a reset would eat the byte. */
			shutdown(fd, SHUT_WR);
			(void)dup2(fd, 100 + i);
			close(fd);
		}
	}
	_exit(0);
}

static pid_t
start_other(const struct drive *d)
{
	int ready[2];
	char c;
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
		(void)setpgid(0, 0);	/* signals to its group end it alone */
		if (chdir(d->out) < 0 ||
		    dup2(open("victim", O_RDONLY), HELD_FD) != HELD_FD)
			_exit(1);
		(void)!write(ready[1], "r", 1);
		for (;;)
			pause();
	}
	need(pid > 0 && read(ready[0], &c, 1) == 1, "a process outside");
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* What processes share by number; *ids go with them. */
static void
share(const struct drive *d, int ids[3])
{
	int key = probe_key(d->place.other);

	ids[0] = shmget(key, 4096, IPC_CREAT | 0600);
	ids[1] = semget(key, 1, IPC_CREAT | 0600);
	ids[2] = msgget(key, IPC_CREAT | 0600);
}

static void
unshare_ids(const int ids[3])
{
	(void)shmctl(ids[0], IPC_RMID, NULL);
	(void)semctl(ids[1], 0, IPC_RMID);
	(void)msgctl(ids[2], IPC_RMID, NULL);
}

/* One end of a socket: what was sent over the other one waits in it. */
static int
passed(const char *path)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	char c = 'x';
	struct iovec v = { &c, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof(control) };
	int pair[2], fd = open(path, O_RDONLY);

	control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int)) };
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	need(fd >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
	    sendmsg(pair[1], &m, 0) == 1, "a descriptor to pass");
	close(fd);
	return pair[0];
}

static int
standard_input(const struct drive *d, const struct probe *p, int connection,
    int null)
{
	if ((p->flags & PASSED_FOLDER) != 0)
		return passed(d->out);
	if ((p->flags & PASSED_FILE) != 0)
		return passed(at(d->out, "own"));
	return strcmp(p->name, "inherited-stdin") == 0 ? connection : null;
}

static int
connected(const struct drive *d)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)d->place.port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	need(connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0, "connect");
	return fd;
}

static void
set_number(const char *name, long n)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%ld", n);
	(void)setenv(name, buf, 1);
}

/* What a careless caller leaves open: 6 a file, 7 a directory, 8 a socket. */
static void
become(const struct drive *d, const struct probe *p, const char *profile,
    int out)
{
	const char *argv[12];
	char policy[1200];
	int n = 0, null = open("/dev/null", O_RDWR), on = connected(d);

	/* What an act mounts or names is gone with it. */
	if (geteuid() == 0)
		need(unshare(CLONE_NEWNS | CLONE_NEWUTS) == 0, "unshare");
	set_number("PROBE_PORT", d->place.port);
	set_number("PROBE_OTHER", d->place.other);
	(void)setenv("PROBE_DIR", d->dir, 1);
	(void)dup2(standard_input(d, p, on, null), 0);
	(void)dup2(out, 1);
	if ((p->flags & NOT_STARTED) != 0)
		(void)dup2(out, 2);
	else if (getenv("PROBE_VERBOSE") == NULL)
		(void)dup2(null, 2);
	(void)dup2(open(at(d->out, "victim"), O_WRONLY), 6);
	(void)dup2(open(d->out, O_RDONLY | O_DIRECTORY), 7);
	(void)dup2(on, 8);
	if (profile != NULL) {
		snprintf(policy, sizeof(policy), "%s/%s.bin", d->policies,
		    profile);
		argv[n++] = d->codex;
		argv[n++] = "-p";
		argv[n++] = policy;
		argv[n++] = "-w";
		argv[n++] = d->ws;
		argv[n++] = "--";
	}
	argv[n++] = d->self;
	argv[n++] = "act";
	argv[n++] = p->name;
	argv[n] = NULL;
	(void)alarm(ACT_SECONDS);
	execv(argv[0], (char **)(uintptr_t)argv);
	_exit(126);
}

/* One run; what the act said goes to *err: 0 or an errno. */
static int
run(struct drive *d, const struct probe *p, const char *profile, int *err)
{
	char *said = d->said;
	int status, fds[2], ids[3];
	pid_t pid;

	reset(d);
	d->place.other = start_other(d);
	share(d, ids);
	need(pipe(fds) == 0, "pipe");
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		become(d, p, profile, fds[1]);
	close(fds[1]);
	need(waitpid(pid, &status, 0) == pid, "waitpid");
	memset(d->said, 0, sizeof(d->said));
	(void)!read(fds[0], said, sizeof(d->said) - 1);
	close(fds[0]);
	(void)kill(d->place.other, SIGKILL);
	(void)waitpid(d->place.other, NULL, 0);
	unshare_ids(ids);
	*err = atoi(said + 1);
	/* What fails before it has begun shows nothing. */
	if (said[0] != '>' && (p->flags & NOT_STARTED) == 0)
		return NEVER_BEGAN;
	return status;
}

static int
is_held(const struct drive *d, const struct probe *p, int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS;
	return WEXITSTATUS(status) == 1 || ((p->flags & NOT_STARTED) != 0 &&
	    WEXITSTATUS(status) == NOT_RUN &&
	    strstr(d->said, BAD_INPUT) != NULL);
}

static int
can_lack(const struct probe *p, int status, int err)
{
	static const int lacks[] = { ENOSYS, EOPNOTSUPP, EAFNOSUPPORT,
	    EPROTONOSUPPORT, ENOENT, ENOTTY, ENODEV, ENXIO };

	if ((p->flags & IS_32BIT) != 0)
		return WIFSIGNALED(status) || err == ENOSYS;
	if ((p->flags & MAY_FORBID) != 0 &&
	    (err == EPERM || err == EACCES || err == EROFS))
		return 1;
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if ((p->flags & MAY_LACK) != 0 && err == lacks[i])
			return 1;
	return 0;
}

static void
report(struct drive *d, const struct probe *p, int ok, const char *rest)
{
	printf("%s %d - %s: %s%s%s\n", ok ? "ok" : "not ok", ++d->count,
	    geteuid() == 0 ? "root" : "user", p->name, rest[0] == '#' ? " " :
	    "", rest);
	d->failures += !ok;
}

static void
drive_one(struct drive *d, const struct probe *p)
{
	char held[256] = ", held by", loose[200] = "";
	int err, status = run(d, p, NULL, &err);

	if (status != 0) {
		int lacks = can_lack(p, status, err);

		snprintf(held, sizeof(held), lacks ? "# SKIP free: %s" :
		    ": free run failed: %s", strerror(err));
		report(d, p, lacks, held);
		return;
	}
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		char *to;

		if (strchr(p->held, profiles[i].letter) == NULL)
			continue;
		status = run(d, p, profiles[i].name, &err);
		to = is_held(d, p, status) ? held : loose;
		snprintf(to + strlen(to), 200 - strlen(to), " %s",
		    profiles[i].name);
		if (to == loose)
			printf("# status %#x, errno %d\n", status, err);
	}
	if (loose[0] != '\0')
		snprintf(held, sizeof(held), ", not held by%s", loose);
	report(d, p, loose[0] == '\0', held);
}

int
probe_drive(const char *codex, const char *policies, const char *dir,
    const char *self)
{
	unsigned other = geteuid() == 0 ? NEEDS_USER : NEEDS_ROOT;
	struct drive d = { .codex = codex, .policies = policies,
	    .self = self };
	const struct probe *p;

	snprintf(d.dir, sizeof(d.dir), "%s", dir);
	snprintf(d.out, sizeof(d.out), "%s/out", dir);
	snprintf(d.ws, sizeof(d.ws), "%s/ws", dir);
	snprintf(d.socket, sizeof(d.socket), "%s/sock/socket", dir);
	snprintf(d.abstract, sizeof(d.abstract), "codex-probe-%d",
	    (int)getpid());
	(void)setenv("PROBE_ABSTRACT", d.abstract, 1);
	need(mkdir(d.out, 0755) == 0 && mkdir(d.ws, 0755) == 0 &&
	    mkdir(at(dir, "sock"), 0755) == 0, dir);
	open_listeners(&d);
	d.server = fork();
	if (d.server == 0)
		serve(&d);
	for (size_t i = 0; (p = probe_get(i)) != NULL; i++)
		if ((p->flags & other) == 0)
			drive_one(&d, p);
	(void)kill(d.server, SIGKILL);
	printf("1..%d\n", d.count);
	return d.failures != 0;
}
