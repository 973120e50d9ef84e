/*
 * Ways that few take: signals to process groups, descriptors without a path,
 * odd renames and names, calls and numbers that are hardly known.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467	/* Linux 6.15 */
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469	/* Linux 6.17 */
#endif
#ifndef SYS_removexattrat
#define SYS_removexattrat 466	/* Linux 6.13 */
#endif
#define FAN_REPORT_FID		0x200	/* needs no capability (5.13) */
#define PIDFD_GROUP		4	/* PIDFD_SIGNAL_PROCESS_GROUP, 6.9 */
#define SCHED_CORE		62, 2	/* PR_SCHED_CORE, to another (5.14) */
#define SOCKET_OWNER		0x8901	/* FIOSETOWN */

/* --- process groups ----------------------------------------------------- */

/* SIGUSR1 to a group that has the process outside: that one ends of it. */
static int
signal_group(const struct place *p, int (*set_owner)(int fd, pid_t group))
{
	int pair[2];
	char path[64], line[256];

	(void)signal(SIGUSR1, SIG_IGN);
	if (setpgid(0, p->other) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ||
	    set_owner(pair[0], p->other) < 0 ||
	    fcntl(pair[0], F_SETSIG, SIGUSR1) < 0 ||
	    fcntl(pair[0], F_SETFL, O_ASYNC) < 0 ||
	    write(pair[1], "x", 1) != 1)
		return errno;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->other);
	for (int i = 0; i < 20; i++) {
		int fd = open(path, O_RDONLY);
		ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof(line) - 1);
		char *end;

		if (n <= 0)
			return 0;
		close(fd);
		line[n] = '\0';
		end = strrchr(line, ')');
		if (end != NULL && (end[2] == 'Z' || end[2] == 'X'))
			return 0;
		usleep(10000);
	}
	return -1;
}

static int
own_group(int fd, pid_t group)
{
	return fcntl(fd, F_SETOWN, -group);
}

static int
own_group_ex(int fd, pid_t group)
{
	struct f_owner_ex to = { F_OWNER_PGRP, group };

	return fcntl(fd, F_SETOWN_EX, &to);
}

static int
own_group_ioctl(int fd, pid_t group)
{
	int to = -group;

	return ioctl(fd, SOCKET_OWNER, &to);
}

static int
do_group(const struct place *p)
{
	return signal_group(p, own_group);
}

static int
do_group_ex(const struct place *p)
{
	return signal_group(p, own_group_ex);
}

static int
do_group_ioctl(const struct place *p)
{
	return signal_group(p, own_group_ioctl);
}

static int
do_kill_group(const struct place *p)
{
	return did(kill(-p->other, SIGCONT));
}

static int
do_pidfd_group(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);
	int err;

	if (fd < 0)
		return errno;
	err = did(syscall(SYS_pidfd_send_signal, fd, SIGCONT, NULL,
	    PIDFD_GROUP));
	return err == EINVAL ? ENOSYS : err;
}

static int
do_tgsigqueue(const struct place *p)
{
	siginfo_t info = { .si_signo = SIGCONT, .si_code = SI_QUEUE };

	return did(syscall(SYS_rt_tgsigqueueinfo, p->other, p->other, SIGCONT,
	    &info));
}

static int
do_sched_core(const struct place *p)
{
	int err = did(prctl(SCHED_CORE, p->other, 0, 0));

	return err == EINVAL ? ENOSYS : err;
}

/* --- files -------------------------------------------------------------- */

static int
do_whiteout(const struct place *p)
{
	int err = did(renameat2(AT_FDCWD, at(p->out, "own"), AT_FDCWD,
	    at(p->out, "new"), RENAME_WHITEOUT));

	return err == EINVAL ? ENOSYS : err;
}

static int
do_exchange_out(const struct place *p)
{
	if (open(at(p->ws, "mine"), O_WRONLY | O_CREAT, 0644) < 0)
		return errno;
	return did(renameat2(AT_FDCWD, at(p->ws, "mine"), AT_FDCWD,
	    at(p->out, "victim"), RENAME_EXCHANGE));
}

static int
do_link_out(const struct place *p)
{
	if (open(at(p->ws, "mine"), O_WRONLY | O_CREAT, 0644) < 0)
		return errno;
	return did(link(at(p->ws, "mine"), at(p->out, "new")));
}

static int
do_openat2_beneath(const struct place *p)
{
	struct open_how how = { .flags = O_RDWR | O_TMPFILE, .mode = 0600,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV };
	int dir = open(p->out, O_RDONLY | O_DIRECTORY);

	return dir < 0 ? errno : did(syscall(SYS_openat2, dir, ".", &how,
	    sizeof(how)));
}

static int
do_odd_name(const struct place *p)
{
	return did(open(at(p->out, "a\n\033]0;b\a \xff"), O_WRONLY | O_CREAT,
	    0644));
}

static int
do_open_tree_plain(const struct place *p)
{
	long fd = syscall(SYS_open_tree, AT_FDCWD, p->out, O_CLOEXEC);

	return fd < 0 ? errno : did(openat((int)fd, "new", O_WRONLY |
	    O_CREAT, 0644));
}

static int
do_open_tree_attr(const struct place *p)
{
	uint64_t attr[4] = { 1, 0, 0, 0 };	/* read-only */

	return did(syscall(SYS_open_tree_attr, AT_FDCWD, p->out, 1, attr,
	    sizeof(attr)));
}

static int
do_utimens_empty(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_PATH);

	return fd < 0 ? errno : did(syscall(SYS_utimensat, fd, "", NULL,
	    AT_EMPTY_PATH));
}

static int
do_file_setattr_empty(const struct place *p)
{
	struct file_attributes { uint64_t flags; uint32_t rest[4]; } a = {
	    .flags = 0x80 };		/* FS_XFLAG_NODUMP */
	int fd = open(at(p->out, "own"), O_RDONLY);

	return fd < 0 ? errno : did(syscall(SYS_file_setattr, fd, "", &a,
	    sizeof(a), AT_EMPTY_PATH));
}

static int
do_lremovexattr(const struct place *p)
{
	return did(lremovexattr(at(p->out, "own"), "user.mark"));
}

static int
do_removexattrat(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);

	return fd < 0 ? errno : did(syscall(SYS_removexattrat, fd, "",
	    AT_EMPTY_PATH, "user.mark"));
}

static int
do_xattr_proc(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);
	char proc[64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return did(setxattr(proc, "user.probe", "x", 1, 0));
}

/* The program that runs: it was opened before all mounts. */
static int
do_chmod_exe(const struct place *p)
{
	(void)p;
	return did(chmod("/proc/self/exe", 0755));
}

static int
do_chmod_device(const struct place *p)
{
	(void)p;
	return did(chmod("/dev/null", 0666));
}

static int
do_utime_device(const struct place *p)
{
	(void)p;
	return did(utimensat(AT_FDCWD, "/dev/zero", NULL, 0));
}

static int
do_tmp(const struct place *p)
{
	char name[] = "/tmp/probe-XXXXXX";
	int fd = mkstemp(name);

	(void)p;
	return fd < 0 ? errno : did(unlink(name));
}

static int
do_shm_open(const struct place *p)
{
	char name[64];

	snprintf(name, sizeof(name), "/probe-%d", (int)p->other);
	if (shm_open(name, O_RDWR | O_CREAT, 0600) < 0)
		return errno;
	return did(shm_unlink(name));
}

static int
do_freeze(const struct place *p)
{
	int fd = open(p->out, O_RDONLY);

	/* No file system to play on can be frozen: it is asked. */
	return fd < 0 ? errno : reached(ioctl(fd, FIFREEZE, 0));
}

/* --- calls -------------------------------------------------------------- */

static int
do_fanotify_user(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_fanotify_init, FAN_REPORT_FID, 0));
}

static int
do_high_number(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_socket | 1L << 32, AF_INET, SOCK_STREAM, 0));
}

static int
do_clone_high(const struct place *p)
{
	long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD | 1L << 40, 0,
	    0, 0, 0);

	(void)p;
	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : did(waitpid((pid_t)pid, NULL, 0));
}

static int
do_vhangup(const struct place *p)
{
	(void)p;
	(void)setsid();		/* without a terminal */
	return did(vhangup());
}

static int
do_wake_alarm(const struct place *p)
{
	(void)p;
	return did(timerfd_create(CLOCK_BOOTTIME_ALARM, 0));
}

static int
do_console_redirect(const struct place *p)
{
	int m = posix_openpt(O_RDWR | O_NOCTTY), s;

	(void)p;
	if (m < 0 || unlockpt(m) < 0)
		return errno;
	s = open(ptsname(m), O_RDWR | O_NOCTTY);
	/* It ends with its terminal. */
	return s < 0 ? errno : reached(ioctl(s, TIOCCONS));
}

#if defined(__x86_64__)
static int
do_ldt(const struct place *p)
{
	char room[64];

	(void)p;
	return did(syscall(SYS_modify_ldt, 0, room, sizeof(room)));
}
#endif

const struct probe rare_probes[] = {
	{ "setown-group", do_group, IN_SANDBOX, 0 },
	{ "setown_ex-group", do_group_ex, IN_SANDBOX, 0 },
	{ "ioctl-setown-group", do_group_ioctl, IN_SANDBOX, 0 },
	{ "kill-group", do_kill_group, IN_SANDBOX, 0 },
	{ "pidfd-signal-group", do_pidfd_group, IN_SANDBOX, MAY_LACK },
	{ "tgsigqueueinfo", do_tgsigqueue, IN_SANDBOX, 0 },
	{ "sched-core-other", do_sched_core, IN_SANDBOX, MAY_LACK },
	{ "rename-whiteout", do_whiteout, IN_SANDBOX, MAY_LACK },
	{ "rename-exchange-out", do_exchange_out, IN_SANDBOX, 0 },
	{ "link-out", do_link_out, IN_SANDBOX, 0 },
	{ "openat2-beneath", do_openat2_beneath, IN_SANDBOX, 0 },
	{ "creat-odd-name", do_odd_name, IN_SANDBOX, 0 },
	{ "open_tree-plain", do_open_tree_plain, IN_SANDBOX, 0 },
	{ "open_tree_attr", do_open_tree_attr, IN_ALL,
	    NEEDS_ROOT | MAY_LACK },
	{ "utimensat-empty-path", do_utimens_empty, IN_SANDBOX, 0 },
	{ "file_setattr-empty-path", do_file_setattr_empty, IN_SANDBOX,
	    MAY_LACK },
	{ "lremovexattr", do_lremovexattr, IN_SANDBOX, 0 },
	{ "removexattrat", do_removexattrat, IN_SANDBOX, MAY_LACK },
	{ "setxattr-proc-fd", do_xattr_proc, IN_SANDBOX, 0 },
	{ "chmod-proc-exe", do_chmod_exe, IN_SANDBOX, NEEDS_ROOT },
	{ "chmod-device", do_chmod_device, IN_SANDBOX, NEEDS_ROOT },
	{ "utime-device", do_utime_device, IN_SANDBOX, 0 },
	{ "tmp-new", do_tmp, IN_NO_WRITE, 0 },
	{ "shm_open", do_shm_open, IN_NO_WRITE, MAY_LACK },
	{ "ioctl-freeze", do_freeze, IN_ALL, NEEDS_ROOT },
	{ "fanotify-user", do_fanotify_user, IN_SANDBOX, MAY_LACK },
	{ "socket-high-number", do_high_number, IN_NO_NET, 0 },
	{ "clone-user-high", do_clone_high, IN_SANDBOX, 0 },
	{ "vhangup", do_vhangup, IN_ALL, NEEDS_ROOT },
	{ "timerfd-alarm", do_wake_alarm, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "console-redirect", do_console_redirect, IN_ALL, NEEDS_ROOT },
#if defined(__x86_64__)
	{ "modify_ldt", do_ldt, IN_SANDBOX, MAY_LACK },
#endif
};
const size_t nrare_probes = sizeof(rare_probes) / sizeof(rare_probes[0]);
