/*
 * Ways to act on others by what is shared with them: numbers instead of
 * paths, turns at the processor, leases, and ioctls that need no more than
 * something open to read.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/random.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY	1	/* Linux 5.11 */
#endif
#define IOPRIO_PROCESS		1
#define IOPRIO_BEST_EFFORT	(2 << 13 | 7)
#define BTRFS_SNAP_DESTROY	0x5000940ful
#define BTRFS_SUBVOL_CREATE	0x5000940eul
#define FAT_SET_ATTRIBUTES	0x40047211ul
#define PIDFD_GET_UTS		0xff0aul	/* Linux 6.11 */
#define NOBODY_HERE		54321

/* --- by number ---------------------------------------------------------- */

static int
do_shm(const struct place *p)
{
	int id = shmget(probe_key(p->other), 0, 0);
	char *at = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

	if (at == (char *)-1)
		return errno;
	at[0] = 'x';
	return 0;
}

/* The number itself, which nobody has to ask for. */
static int
do_shm_remove(const struct place *p)
{
	struct shm_info info;
	struct shmid_ds ds;
	int top = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&info);

	for (int i = 0; i <= top; i++) {
		int id = shmctl(i, SHM_STAT, &ds);

		if (id >= 0 && ds.shm_perm.__key == probe_key(p->other))
			return did(shmctl(id, IPC_RMID, NULL));
	}
	return top < 0 ? errno : ENOENT;
}

static int
do_semaphore(const struct place *p)
{
	int id = semget(probe_key(p->other), 0, 0);

	return id < 0 ? errno : did(semctl(id, 0, SETVAL, 1));
}

static int
do_message(const struct place *p)
{
	struct { long type; char text[1]; } m = { 1, { 'x' } };
	int id = msgget(probe_key(p->other), 0);

	return id < 0 ? errno : did(msgsnd(id, &m, 1, IPC_NOWAIT));
}

static int
do_mqueue(const struct place *p)
{
	char name[32];
	mqd_t q;

	snprintf(name, sizeof(name), "/probe-%d", (int)p->other);
	q = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
	if (q == (mqd_t)-1)
		return errno;
	(void)mq_unlink(name);
	return did(mq_send(q, "x", 1, 0));
}

/* --- turns -------------------------------------------------------------- */

static int
do_priority(const struct place *p)
{
	return did(setpriority(PRIO_PROCESS, (id_t)p->other, 5));
}

/* All of a user's: reached where it is said that there are none. */
static int
do_priority_user(const struct place *p)
{
	(void)p;
	return reached(setpriority(PRIO_USER, NOBODY_HERE, 5));
}

static int
do_priority_group(const struct place *p)
{
	(void)p;
	return reached(setpriority(PRIO_PGRP, 0x3ffffff0, 5));
}

static int
do_ioprio(const struct place *p)
{
	return did(syscall(SYS_ioprio_set, IOPRIO_PROCESS, p->other,
	    IOPRIO_BEST_EFFORT));
}

static int
do_scheduler(const struct place *p)
{
	struct sched_param s = { .sched_priority = 0 };

	return did(sched_setscheduler(p->other, SCHED_IDLE, &s));
}

static int
do_scheduler_param(const struct place *p)
{
	struct sched_param s = { .sched_priority = 0 };

	return did(sched_setparam(p->other, &s));
}

static int
do_scheduler_attr(const struct place *p)
{
	struct { uint32_t size, policy; uint64_t flags; int32_t nice;
	    uint32_t priority; uint64_t times[3]; } a = { .size = 48,
	    .nice = 5 };

	return did(syscall(SYS_sched_setattr, p->other, &a, 0));
}

/* --- signals and looks -------------------------------------------------- */

/* "Z": who ends of a signal is seen by that, kill() is not asked. */
static int
has_ended(pid_t pid)
{
	char path[64], line[256] = "", *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f != NULL) {
		(void)!fgets(line, sizeof(line), f);
		fclose(f);
	}
	end = strrchr(line, ')');
	return end == NULL || end[2] == 'Z' || end[2] == 'X';
}

/* A pipe that tells the process outside when it can be read. */
static int
send_sigio(pid_t owner, int signal)
{
	int pipes[2];

	if (pipe(pipes) < 0 || fcntl(pipes[0], F_SETOWN, owner) < 0 ||
	    (signal != 0 && fcntl(pipes[0], F_SETSIG, signal) < 0) ||
	    fcntl(pipes[0], F_SETFL, O_ASYNC) < 0 ||
	    write(pipes[1], "x", 1) != 1)
		return errno;
	for (int i = 0; i < 20; i++) {
		if (has_ended(owner))
			return 0;
		usleep(10000);
	}
	return -1;
}

static int
do_setown(const struct place *p)
{
	return send_sigio(p->other, 0);
}

static int
do_setsig(const struct place *p)
{
	return send_sigio(p->other, SIGKILL);
}

static int
do_lease(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);

	return fd < 0 ? errno : did(fcntl(fd, F_SETLEASE, F_RDLCK));
}

static int
do_kcmp_self(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0));
}

static int
do_traceme(const struct place *p)
{
	int status;
	pid_t pid = fork();

	(void)p;
	if (pid == 0)
		_exit(did(ptrace(PTRACE_TRACEME, 0, NULL, NULL)));
	return waitpid(pid, &status, 0) < 0 ? errno : WEXITSTATUS(status);
}

static int
do_userfaultfd(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
}

static int
do_pidfd_namespace(const struct place *p)
{
	long fd = syscall(SYS_pidfd_open, p->other, 0);

	return fd < 0 ? errno : did(ioctl((int)fd, PIDFD_GET_UTS, 0));
}

static int
put_zero(pid_t pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY);
	return fd < 0 ? errno : did(write(fd, "0", 1));
}

static int
do_other_oom(const struct place *p)
{
	return put_zero(p->other, "oom_score_adj");
}

static int
do_other_coredump(const struct place *p)
{
	return put_zero(p->other, "coredump_filter");
}

static int
do_uid_map(const struct place *p)
{
	(void)p;
	return did(open("/proc/self/uid_map", O_WRONLY));
}

/* --- ioctls: a file open to read, of the caller's own ------------------- */

static int
try_ioctl(const struct place *p, unsigned long request)
{
	static char arg[8192];
	int fd = open(at(p->out, "own"), O_RDONLY);

	/* No such ioctl here: it came as far as the file system. */
	return fd < 0 ? errno : reached(ioctl(fd, request, arg));
}

static int
do_verity(const struct place *p)
{
	return try_ioctl(p, FS_IOC_ENABLE_VERITY);
}

static int
do_encryption_policy(const struct place *p)
{
	return try_ioctl(p, FS_IOC_SET_ENCRYPTION_POLICY);
}

static int
do_encryption_key(const struct place *p)
{
	return try_ioctl(p, FS_IOC_REMOVE_ENCRYPTION_KEY);
}

static int
do_version(const struct place *p)
{
	return try_ioctl(p, FS_IOC_SETVERSION);
}

/* ext4 has a number of its own for it. */
static int
do_version_ext4(const struct place *p)
{
	return try_ioctl(p, _IOW('f', 4, long));
}

static int
do_subvolume(const struct place *p)
{
	return try_ioctl(p, BTRFS_SUBVOL_CREATE);
}

static int
do_subvolume_destroy(const struct place *p)
{
	return try_ioctl(p, BTRFS_SNAP_DESTROY);
}

static int
do_fat(const struct place *p)
{
	return try_ioctl(p, FAT_SET_ATTRIBUTES);
}

/* A device that may be read, and asked nothing. */
static int
do_device_ioctl(const struct place *p)
{
	int fd = open("/dev/urandom", O_RDONLY), n;

	(void)p;
	return fd < 0 ? errno : did(ioctl(fd, RNDGETENTCNT, &n));
}

static int
do_discipline(const struct place *p)
{
	int m = posix_openpt(O_RDWR | O_NOCTTY), s, none = 0;

	(void)p;
	if (m < 0 || unlockpt(m) < 0)
		return errno;
	s = open(ptsname(m), O_RDWR | O_NOCTTY);
	return s < 0 ? errno : did(ioctl(s, TIOCSETD, &none));
}

const struct probe share_probes[] = {
	{ "sysv-shm", do_shm, IN_SANDBOX, MAY_LACK },
	{ "sysv-shm-remove", do_shm_remove, IN_SANDBOX, MAY_LACK },
	{ "sysv-semaphore", do_semaphore, IN_SANDBOX, MAY_LACK },
	{ "sysv-message", do_message, IN_SANDBOX, MAY_LACK },
	{ "mq_open", do_mqueue, IN_SANDBOX, MAY_LACK },
	{ "setpriority-other", do_priority, IN_SANDBOX, 0 },
	{ "setpriority-user", do_priority_user, IN_SANDBOX, 0 },
	{ "setpriority-group", do_priority_group, IN_SANDBOX, 0 },
	{ "ioprio-other", do_ioprio, IN_SANDBOX, MAY_LACK },
	{ "sched_setscheduler-other", do_scheduler, IN_SANDBOX, 0 },
	{ "sched_setparam-other", do_scheduler_param, IN_SANDBOX, 0 },
	{ "sched_setattr-other", do_scheduler_attr, IN_SANDBOX, 0 },
	{ "fcntl-f_setown", do_setown, IN_SANDBOX, 0 },
	{ "fcntl-f_setsig", do_setsig, IN_SANDBOX, 0 },
	{ "fcntl-f_setlease", do_lease, IN_SANDBOX, 0 },
	{ "kcmp-self", do_kcmp_self, IN_SANDBOX, MAY_LACK },
	{ "ptrace-traceme", do_traceme, IN_SANDBOX, 0 },
	{ "userfaultfd", do_userfaultfd, IN_SANDBOX, MAY_LACK | MAY_FORBID },
	{ "pidfd-namespace", do_pidfd_namespace, IN_SANDBOX, MAY_LACK },
	{ "proc-other-oom_score_adj", do_other_oom, IN_SANDBOX, 0 },
	{ "proc-other-coredump_filter", do_other_coredump, IN_SANDBOX,
	    MAY_LACK },
	{ "proc-self-uid_map", do_uid_map, IN_SANDBOX, 0 },
	{ "ioctl-verity", do_verity, IN_SANDBOX, 0 },
	{ "ioctl-encryption-policy", do_encryption_policy, IN_SANDBOX, 0 },
	{ "ioctl-encryption-key", do_encryption_key, IN_SANDBOX, 0 },
	{ "ioctl-setversion", do_version, IN_SANDBOX, 0 },
	{ "ioctl-setversion-ext4", do_version_ext4, IN_SANDBOX, 0 },
	{ "ioctl-btrfs-create", do_subvolume, IN_SANDBOX, 0 },
	{ "ioctl-btrfs-destroy", do_subvolume_destroy, IN_SANDBOX, 0 },
	{ "ioctl-fat-attributes", do_fat, IN_SANDBOX, 0 },
	{ "ioctl-device", do_device_ioctl, IN_SANDBOX, 0 },
	{ "ioctl-discipline", do_discipline, IN_SANDBOX, 0 },
};
const size_t nshare_probes = sizeof(share_probes) / sizeof(share_probes[0]);
