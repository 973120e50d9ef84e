/* Ways to act on processes outside, and to become more than one was. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#ifndef PTRACE_SEIZE
#define PTRACE_SEIZE	0x4206
#endif
#define KCMP_VM		1

static int
do_kill(const struct place *p)
{
	return did(kill(p->other, SIGCONT));
}

static int
do_kill_zero(const struct place *p)
{
	return did(kill(p->other, 0));
}

static int
do_tgkill(const struct place *p)
{
	return did(syscall(SYS_tgkill, p->other, p->other, SIGCONT));
}

static int
do_tkill(const struct place *p)
{
	return did(syscall(SYS_tkill, p->other, SIGCONT));
}

static int
do_sigqueue(const struct place *p)
{
	return did(sigqueue(p->other, SIGCONT, (union sigval){ 0 }));
}

static int
do_pidfd_signal(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);

	return fd < 0 ? errno
	    : did(syscall(SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0));
}

static int
do_attach(const struct place *p)
{
	int e = did(ptrace(PTRACE_ATTACH, p->other, NULL, NULL));

	if (e == 0) {
		(void)waitpid(p->other, NULL, __WALL);
		(void)ptrace(PTRACE_DETACH, p->other, NULL, NULL);
	}
	return e;
}

static int
do_seize(const struct place *p)
{
	return did(ptrace(PTRACE_SEIZE, p->other, NULL, NULL));
}

/* Address 16 is nobody's: EFAULT where it may. */
static int
do_vm_readv(const struct place *p)
{
	char c = 0;
	struct iovec local = { &c, 1 }, remote = { (void *)16, 1 };

	return reached(process_vm_readv(p->other, &local, 1, &remote, 1, 0));
}

static int
do_vm_writev(const struct place *p)
{
	char c = 0;
	struct iovec local = { &c, 1 }, remote = { (void *)16, 1 };

	return reached(process_vm_writev(p->other, &local, 1, &remote, 1, 0));
}

static int
do_madvise(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);

	/* No vector: nothing is advised. */
	return fd < 0 ? errno : reached(syscall(SYS_process_madvise, fd, NULL,
	    0, 20, 0));
}

static int
do_getfd(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);

	return fd < 0 ? errno
	    : did(syscall(SYS_pidfd_getfd, fd, HELD_FD, 0));
}

static int
do_kcmp(const struct place *p)
{
	return did(syscall(SYS_kcmp, getpid(), p->other, KCMP_VM, 0, 0));
}

static int
open_of(pid_t pid, const char *what, int flags)
{
	char path[64], c;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, flags);
	if (fd < 0)
		return errno;
	return flags != O_RDONLY || read(fd, &c, 1) >= 0 || errno == EIO ||
	    errno == EINVAL
	    ? 0 : errno;
}

static int
do_proc_mem(const struct place *p)
{
	return open_of(p->other, "mem", O_RDWR);
}

static int
do_proc_environ(const struct place *p)
{
	return open_of(p->other, "environ", O_RDONLY);
}

static int
do_proc_maps(const struct place *p)
{
	return open_of(p->other, "maps", O_RDONLY);
}

static int
do_proc_fd(const struct place *p)
{
	return open_of(p->other, "fd/90", O_RDONLY);
}

static int
do_proc_root(const struct place *p)
{
	return open_of(p->other, "root/etc/passwd", O_RDONLY);
}

static int
do_proc_cwd(const struct place *p)
{
	return open_of(p->other, "cwd/victim", O_RDONLY);
}

static int
do_proc_ns(const struct place *p)
{
	return open_of(p->other, "ns/net", O_RDONLY);
}

static int
do_proc_auxv(const struct place *p)
{
	return open_of(p->other, "auxv", O_RDONLY);
}

static int
do_setns(const struct place *p)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/uts", (int)p->other);
	fd = open(path, O_RDONLY);
	return fd < 0 ? errno : did(setns(fd, 0));
}

static int
do_setns_pidfd(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);

	return fd < 0 ? errno : did(setns((int)fd, CLONE_NEWUTS));
}

static int
do_move_pages(const struct place *p)
{
	void *page = (void *)(uintptr_t)4096;
	int status = 0;

	return did(syscall(SYS_move_pages, p->other, 1, &page, NULL, &status,
	    0UL));
}

static int
do_migrate_pages(const struct place *p)
{
	unsigned long nodes = 1;

	return did(syscall(SYS_migrate_pages, p->other, 64, &nodes, &nodes));
}

static int
do_setuid(const struct place *p)
{
	(void)p;
	return did(setuid(12345));
}

static int
do_setresgid(const struct place *p)
{
	(void)p;
	return did(setresgid(12345, 12345, 12345));
}

static int
do_setgroups(const struct place *p)
{
	gid_t g = 6;

	(void)p;
	return did(setgroups(1, &g));
}

static int
do_setfsuid(const struct place *p)
{
	(void)p;
	(void)setfsuid(12345);
	return setfsuid((uid_t)-1) == 12345 ? 0 : EPERM;
}

static int
do_capset(const struct place *p)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
	    { 1u << CAP_SYS_ADMIN, 1u << CAP_SYS_ADMIN, 0 }, { 0 } };

	(void)p;
	return did(syscall(SYS_capset, &h, d));
}

static int
do_ambient(const struct place *p)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	(void)p;
	if (syscall(SYS_capget, &h, d) < 0)
		return errno;
	d[0].inheritable = d[0].permitted;
	if (syscall(SYS_capset, &h, d) < 0)
		return errno;
	return did(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0,
	    0));
}

static int
do_securebits(const struct place *p)
{
	(void)p;
	return did(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0));
}

/* What a copy of this program finds out about itself. */
static int
ask_copy(const char *path, const char *question)
{
	char *argv[] = { (char *)(uintptr_t)"probe",
	    (char *)(uintptr_t)question, NULL };
	int status;
	pid_t pid;

	if (access(path, F_OK) < 0)	/* only root can make it */
		return ENOENT;
	pid = fork();
	if (pid == 0) {
		execv(path, argv);
		_exit(1);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status) == 0 ? 0 : EPERM;
}

/* The driver's copy that belongs to root and is setuid. */
static int
do_setuid_program(const struct place *p)
{
	return ask_copy(at(p->out, "../../suid"), "is-root");
}

/* The driver's copy that has a file capability. */
static int
do_capability_program(const struct place *p)
{
	return ask_copy(at(p->out, "../../capable"), "is-capable");
}

/* For uid 0 any program is one. */
static int
do_root_program(const struct place *p)
{
	return ask_copy(at(p->out, "../../bin/probe"), "is-capable");
}

static int
do_raise_core(const struct place *p)
{
	struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY };

	(void)p;
	return did(setrlimit(RLIMIT_CORE, &l));
}

static int
do_nice(const struct place *p)
{
	(void)p;
	return did(setpriority(PRIO_PROCESS, 0, -10));
}

static int
do_fifo_scheduler(const struct place *p)
{
	struct sched_param s = { .sched_priority = 1 };

	(void)p;
	return did(sched_setscheduler(0, SCHED_FIFO, &s));
}

static int
do_prlimit_other(const struct place *p)
{
	struct rlimit l = { 0, 0 };

	return did(prlimit(p->other, RLIMIT_CORE, &l, NULL));
}

/* A terminal of our own: typing into the caller's would be no test. */
static int
do_tty(unsigned long request)
{
	int m = posix_openpt(O_RDWR | O_NOCTTY), s;
	char c = 2;

	if (m < 0 || unlockpt(m) < 0)
		return errno;
	(void)setsid();
	s = open(ptsname(m), O_RDWR);
	if (s < 0)
		return errno;
	return reached(ioctl(s, request, &c));
}

static int
do_tiocsti(const struct place *p)
{
	(void)p;
	return do_tty(TIOCSTI);
}

static int
do_tioclinux(const struct place *p)
{
	(void)p;
	return do_tty(TIOCLINUX);
}

static int
do_tiocsti_high(const struct place *p)
{
	(void)p;
	/* The kernel takes 32 bits of the request; so must the filter. */
	return do_tty(TIOCSTI | 1UL << 32);
}

const struct probe process_probes[] = {
	{ "kill", do_kill, IN_SANDBOX, 0 },
	{ "kill-0", do_kill_zero, IN_SANDBOX, 0 },
	{ "tgkill", do_tgkill, IN_SANDBOX, 0 },
	{ "tkill", do_tkill, IN_SANDBOX, 0 },
	{ "sigqueue", do_sigqueue, IN_SANDBOX, 0 },
	{ "pidfd_send_signal", do_pidfd_signal, IN_SANDBOX, 0 },
	{ "ptrace-attach", do_attach, IN_SANDBOX, 0 },
	{ "ptrace-seize", do_seize, IN_SANDBOX, 0 },
	{ "process_vm_readv", do_vm_readv, IN_SANDBOX, 0 },
	{ "process_vm_writev", do_vm_writev, IN_SANDBOX, 0 },
	{ "process_madvise", do_madvise, IN_SANDBOX, NEEDS_ROOT },
	{ "pidfd_getfd", do_getfd, IN_SANDBOX, 0 },
	{ "kcmp", do_kcmp, IN_SANDBOX, MAY_LACK },
	{ "proc-mem", do_proc_mem, IN_SANDBOX, 0 },
	{ "proc-environ", do_proc_environ, IN_SANDBOX, 0 },
	{ "proc-maps", do_proc_maps, IN_SANDBOX, 0 },
	{ "proc-fd", do_proc_fd, IN_SANDBOX, 0 },
	{ "proc-root", do_proc_root, IN_SANDBOX, 0 },
	{ "proc-cwd", do_proc_cwd, IN_SANDBOX, 0 },
	{ "proc-ns", do_proc_ns, IN_SANDBOX, 0 },
	{ "proc-auxv", do_proc_auxv, IN_SANDBOX, 0 },
	{ "setns", do_setns, IN_ALL, NEEDS_ROOT },
	{ "setns-pidfd", do_setns_pidfd, IN_ALL, NEEDS_ROOT },
	{ "move_pages", do_move_pages, IN_SANDBOX, MAY_LACK },
	{ "migrate_pages", do_migrate_pages, IN_SANDBOX, MAY_LACK },
	{ "setuid", do_setuid, IN_ALL, NEEDS_ROOT },
	{ "setresgid", do_setresgid, IN_ALL, NEEDS_ROOT },
	{ "setgroups", do_setgroups, IN_ALL, NEEDS_ROOT },
	{ "setfsuid", do_setfsuid, IN_ALL, NEEDS_ROOT },
	{ "capset", do_capset, IN_ALL, NEEDS_ROOT },
	{ "cap-ambient", do_ambient, IN_ALL, NEEDS_ROOT },
	{ "securebits", do_securebits, IN_ALL, NEEDS_ROOT },
	{ "setuid-program", do_setuid_program, IN_ALL,
	    NEEDS_USER | MAY_LACK },
	{ "capability-program", do_capability_program, IN_ALL, MAY_LACK },
	{ "root-program", do_root_program, IN_ALL, NEEDS_ROOT },
	{ "core-limit", do_raise_core, IN_SANDBOX, NEEDS_ROOT },
	{ "nice", do_nice, IN_ALL, NEEDS_ROOT },
	{ "sched-fifo", do_fifo_scheduler, IN_ALL, NEEDS_ROOT },
	{ "prlimit-other", do_prlimit_other, IN_SANDBOX, 0 },
	{ "tiocsti", do_tiocsti, IN_ALL, NEEDS_ROOT },
	{ "tioclinux", do_tioclinux, IN_ALL, 0 },
	{ "tiocsti-high", do_tiocsti_high, IN_ALL, NEEDS_ROOT },
};
const size_t nprocess_probes = sizeof(process_probes) / sizeof(process_probes[0]);
