/* Ways to change what files outside the write roots hold and what they are. */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "tests/escape/probe.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2	452	/* Linux 6.6 */
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat	463	/* Linux 6.13 */
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469	/* Linux 6.17 */
#endif

static int
open_victim(const struct place *p, int flags)
{
	return open(at(p->out, "victim"), flags);
}

/* Opened somehow: does a byte arrive? */
static int
put_byte(int fd)
{
	return fd < 0 ? errno : write(fd, "x", 1) == 1 ? 0 : errno;
}

static int
do_write(const struct place *p)
{
	return put_byte(open_victim(p, O_WRONLY));
}

static int
do_append(const struct place *p)
{
	return put_byte(open_victim(p, O_WRONLY | O_APPEND));
}

static int
do_open_trunc(const struct place *p)
{
	return did(open_victim(p, O_RDONLY | O_TRUNC));
}

static int
do_truncate(const struct place *p)
{
	return did(truncate(at(p->out, "victim"), 0));
}

static int
do_ftruncate(const struct place *p)
{
	int fd = open_victim(p, O_RDWR);

	return fd < 0 ? errno : did(ftruncate(fd, 1));
}

static int
do_fallocate(const struct place *p)
{
	int fd = open_victim(p, O_RDWR);

	return fd < 0 ? errno : did(fallocate(fd, 0, 0, 4096));
}

/* Reading is allowed: the descriptor's own way back to the file. */
static int
do_reopen(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return put_byte(open(proc, O_WRONLY));
}

static int
do_reopen_path(const struct place *p)
{
	int fd = open_victim(p, O_PATH);
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/thread-self/fd/%d", fd);
	return put_byte(open(proc, O_WRONLY));
}

static int
do_dev_fd(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);
	char dev[64];

	if (fd < 0)
		return errno;
	snprintf(dev, sizeof(dev), "/dev/fd/%d", fd);
	return put_byte(open(dev, O_WRONLY));
}

static int
do_other_fd(const struct place *p)
{
	char proc[64];

	/* The process outside holds the victim open, to read, as HELD_FD. */
	snprintf(proc, sizeof(proc), "/proc/%d/fd/90", (int)p->other);
	return put_byte(open(proc, O_WRONLY));
}

static int
do_pwrite(const struct place *p)
{
	int fd = open_victim(p, O_RDWR);

	return fd < 0 ? errno : pwrite(fd, "x", 1, 0) == 1 ? 0 : errno;
}

static int
do_pwritev2(const struct place *p)
{
	struct iovec v = { (void *)(uintptr_t)"x", 1 };
	int fd = open_victim(p, O_WRONLY);

	return fd < 0 ? errno : pwritev2(fd, &v, 1, 0, 0) == 1 ? 0 : errno;
}

static int
do_mmap_shared(const struct place *p)
{
	int fd = open_victim(p, O_RDWR);
	char *m;

	if (fd < 0)
		return errno;
	m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return errno;
	m[0] = 'x';
	return did(msync(m, 4096, MS_SYNC));
}

/* A mapping made to read, asked to be written afterwards. */
static int
do_mprotect_shared(const struct place *p)
{
	int fd = open_victim(p, O_RDWR);
	char *m;

	if (fd < 0)
		return errno;
	m = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return errno;
	return did(mprotect(m, 4096, PROT_READ | PROT_WRITE));
}

static int
do_splice(const struct place *p)
{
	int fd = open_victim(p, O_WRONLY), pipes[2];

	if (fd < 0 || pipe(pipes) < 0 || write(pipes[1], "x", 1) != 1)
		return errno;
	return splice(pipes[0], NULL, fd, NULL, 1, 0) == 1 ? 0 : errno;
}

static int
do_sendfile(const struct place *p)
{
	int from = open(at(p->out, "own"), O_RDONLY);
	int fd = open_victim(p, O_WRONLY);

	if (from < 0 || fd < 0)
		return errno;
	return sendfile(fd, from, NULL, 1) == 1 ? 0 : errno;
}

static int
do_copy_range(const struct place *p)
{
	int from = open(at(p->out, "own"), O_RDONLY);
	int fd = open_victim(p, O_WRONLY);

	if (from < 0 || fd < 0)
		return errno;
	return copy_file_range(from, NULL, fd, NULL, 1, 0) == 1 ? 0 : errno;
}

static int
do_aio(const struct place *p)
{
	struct iocb cb = { .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_nbytes = 1,
	    .aio_buf = (uintptr_t)"x" };
	struct iocb *list = &cb;
	aio_context_t ctx = 0;
	int fd = open_victim(p, O_WRONLY);

	if (fd < 0 || syscall(SYS_io_setup, 1, &ctx) < 0)
		return errno;
	cb.aio_fildes = (uint32_t)fd;
	return did(syscall(SYS_io_submit, ctx, 1, &list));
}

static int
do_chmod(const struct place *p)
{
	return did(chmod(at(p->out, "victim"), 0666));
}

static int
do_fchmod(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);

	return fd < 0 ? errno : did(fchmod(fd, 0666));
}

static int
do_fchmodat(const struct place *p)
{
	int dir = open(p->out, O_PATH);

	return dir < 0 ? errno : did(fchmodat(dir, "victim", 0666, 0));
}

static int
do_fchmodat2(const struct place *p)
{
	int fd = open_victim(p, O_PATH);

	return fd < 0 ? errno : did(syscall(SYS_fchmodat2, fd, "", 0666,
	    AT_EMPTY_PATH));
}

static int
do_chmod_proc(const struct place *p)
{
	int fd = open_victim(p, O_PATH);
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return did(chmod(proc, 0666));
}

static int
do_setuid_bit(const struct place *p)
{
	return did(chmod(at(p->out, "victim"), 04755));
}

static int
do_chown(const struct place *p)
{
	return did(chown(at(p->out, "victim"), 1, 1));
}

static int
do_lchown(const struct place *p)
{
	return did(lchown(at(p->out, "victim"), 1, 1));
}

static int
do_fchown(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);

	return fd < 0 ? errno : did(fchown(fd, 1, 1));
}

static int
do_fchownat(const struct place *p)
{
	int fd = open_victim(p, O_PATH);

	return fd < 0 ? errno : did(fchownat(fd, "", 1, 1, AT_EMPTY_PATH));
}

static int
do_utimes(const struct place *p)
{
	return did(utimes(at(p->out, "victim"), NULL));
}

static int
do_utime(const struct place *p)
{
	return did(utime(at(p->out, "victim"), NULL));
}

static int
do_utimensat(const struct place *p)
{
	return did(utimensat(AT_FDCWD, at(p->out, "victim"), NULL, 0));
}

static int
do_futimens(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);

	return fd < 0 ? errno : did(futimens(fd, NULL));
}

static int
do_futimesat(const struct place *p)
{
	return did(syscall(SYS_futimesat, AT_FDCWD, at(p->out, "victim"),
	    NULL));
}

static int
do_setxattr(const struct place *p)
{
	return did(setxattr(at(p->out, "victim"), "user.probe", "x", 1, 0));
}

static int
do_lsetxattr(const struct place *p)
{
	return did(lsetxattr(at(p->out, "victim"), "user.probe", "x", 1, 0));
}

static int
do_fsetxattr(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY);

	return fd < 0 ? errno : did(fsetxattr(fd, "user.probe", "x", 1, 0));
}

static int
do_setxattrat(const struct place *p)
{
	struct { uint64_t value; uint32_t size, flags; } a = {
	    (uintptr_t)"x", 1, 0 };

	return did(syscall(SYS_setxattrat, AT_FDCWD, at(p->out, "victim"), 0,
	    "user.probe", &a, sizeof(a)));
}

static int
do_removexattr(const struct place *p)
{
	return did(removexattr(at(p->out, "own"), "user.mark"));
}

static int
do_fremovexattr(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);

	return fd < 0 ? errno : did(fremovexattr(fd, "user.mark"));
}

static int
do_capability_xattr(const struct place *p)
{
	static const uint32_t caps[5] = { 0x02000001, 0xffffffff, 0, 0xff, 0 };

	return did(setxattr(at(p->out, "victim"), "security.capability", caps,
	    sizeof(caps), 0));
}

static int
do_setflags(const struct place *p)
{
	int fd = open_victim(p, O_RDONLY), flags = 0;

	if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		return errno;
	flags |= FS_NODUMP_FL;
	return did(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

static int
do_fssetxattr(const struct place *p)
{
	struct fsxattr x = { 0 };
	int fd = open_victim(p, O_RDONLY);

	if (fd < 0 || ioctl(fd, FS_IOC_FSGETXATTR, &x) < 0)
		return errno;
	x.fsx_xflags |= FS_XFLAG_NODUMP;
	return did(ioctl(fd, FS_IOC_FSSETXATTR, &x));
}

static int
do_file_setattr(const struct place *p)
{
	struct { uint64_t flags; uint32_t rest[4]; } x = { FS_XFLAG_NODUMP,
	    { 0 } };

	return did(syscall(SYS_file_setattr, AT_FDCWD, at(p->out, "victim"),
	    &x, sizeof(x), 0));
}

/* Only to open: nothing is written. */
static int
open_only(const char *path, int flags)
{
	return did(open(path, flags, 0644));
}

static int
do_core_pattern(const struct place *p)
{
	(void)p;
	return open_only("/proc/sys/kernel/core_pattern", O_WRONLY);
}

static int
do_modprobe_path(const struct place *p)
{
	(void)p;
	return open_only("/proc/sys/kernel/modprobe", O_WRONLY);
}

static int
do_sysrq(const struct place *p)
{
	(void)p;
	return open_only("/proc/sysrq-trigger", O_WRONLY);
}

static int
do_oom_adjust(const struct place *p)
{
	(void)p;
	return put_byte(open("/proc/self/oom_score_adj", O_WRONLY)) == EINVAL
	    ? 0 : EACCES;
}

static int
do_ksm(const struct place *p)
{
	(void)p;
	return open_only("/sys/kernel/mm/ksm/run", O_WRONLY);
}

static int
do_kmsg(const struct place *p)
{
	(void)p;
	return open_only("/dev/kmsg", O_WRONLY);
}

static int
do_disk(const struct place *p)
{
	(void)p;
	return open_only("/dev/vda", O_WRONLY);
}

static int
do_passwd(const struct place *p)
{
	(void)p;
	return open_only("/etc/passwd", O_WRONLY | O_APPEND);
}

static int
do_shadow(const struct place *p)
{
	(void)p;
	return open_only("/etc/shadow", O_WRONLY | O_APPEND);
}

static int
do_root_home(const struct place *p)
{
	(void)p;
	return open_only("/root/.bashrc", O_WRONLY | O_CREAT | O_APPEND);
}

static int
do_var(const struct place *p)
{
	(void)p;
	return open_only("/var/probe.new", O_WRONLY | O_CREAT);
}

static int
do_usr_bin(const struct place *p)
{
	(void)p;
	return open_only("/usr/bin/probe-new", O_WRONLY | O_CREAT);
}

const struct probe change_probes[] = {
	{ "write", do_write, IN_SANDBOX, 0 },
	{ "append", do_append, IN_SANDBOX, 0 },
	{ "open-o_trunc", do_open_trunc, IN_SANDBOX, 0 },
	{ "truncate", do_truncate, IN_SANDBOX, 0 },
	{ "ftruncate", do_ftruncate, IN_SANDBOX, 0 },
	{ "fallocate", do_fallocate, IN_SANDBOX, 0 },
	{ "reopen-proc-fd", do_reopen, IN_SANDBOX, 0 },
	{ "reopen-o_path", do_reopen_path, IN_SANDBOX, 0 },
	{ "reopen-dev-fd", do_dev_fd, IN_SANDBOX, 0 },
	{ "proc-other-fd", do_other_fd, IN_SANDBOX, 0 },
	{ "pwrite", do_pwrite, IN_SANDBOX, 0 },
	{ "pwritev2", do_pwritev2, IN_SANDBOX, 0 },
	{ "mmap-shared", do_mmap_shared, IN_SANDBOX, 0 },
	{ "mprotect-shared", do_mprotect_shared, IN_SANDBOX, 0 },
	{ "splice", do_splice, IN_SANDBOX, 0 },
	{ "sendfile", do_sendfile, IN_SANDBOX, 0 },
	{ "copy_file_range", do_copy_range, IN_SANDBOX, 0 },
	{ "aio", do_aio, IN_SANDBOX, 0 },
	{ "chmod", do_chmod, IN_SANDBOX, 0 },
	{ "fchmod", do_fchmod, IN_SANDBOX, 0 },
	{ "fchmodat", do_fchmodat, IN_SANDBOX, 0 },
	{ "fchmodat2", do_fchmodat2, IN_SANDBOX, MAY_LACK },
	{ "chmod-proc-fd", do_chmod_proc, IN_SANDBOX, 0 },
	{ "chmod-setuid", do_setuid_bit, IN_SANDBOX, 0 },
	{ "chown", do_chown, IN_ALL, NEEDS_ROOT },
	{ "lchown", do_lchown, IN_ALL, NEEDS_ROOT },
	{ "fchown", do_fchown, IN_ALL, NEEDS_ROOT },
	{ "fchownat", do_fchownat, IN_ALL, NEEDS_ROOT },
	{ "utime", do_utime, IN_SANDBOX, 0 },
	{ "utimes", do_utimes, IN_SANDBOX, 0 },
	{ "utimensat", do_utimensat, IN_SANDBOX, 0 },
	{ "futimens", do_futimens, IN_SANDBOX, 0 },
	{ "futimesat", do_futimesat, IN_SANDBOX, 0 },
	{ "setxattr", do_setxattr, IN_SANDBOX, 0 },
	{ "lsetxattr", do_lsetxattr, IN_SANDBOX, 0 },
	{ "fsetxattr", do_fsetxattr, IN_SANDBOX, 0 },
	{ "setxattrat", do_setxattrat, IN_SANDBOX, MAY_LACK },
	{ "removexattr", do_removexattr, IN_SANDBOX, 0 },
	{ "fremovexattr", do_fremovexattr, IN_SANDBOX, 0 },
	{ "xattr-capability", do_capability_xattr, IN_ALL, NEEDS_ROOT },
	{ "ioctl-setflags", do_setflags, IN_SANDBOX, MAY_LACK },
	{ "ioctl-fssetxattr", do_fssetxattr, IN_SANDBOX, MAY_LACK },
	{ "file_setattr", do_file_setattr, IN_SANDBOX, MAY_LACK },
	{ "proc-core_pattern", do_core_pattern, IN_SANDBOX, NEEDS_ROOT },
	{ "proc-modprobe", do_modprobe_path, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "proc-sysrq", do_sysrq, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "proc-oom_score_adj", do_oom_adjust, IN_SANDBOX, 0 },
	{ "sys-ksm", do_ksm, IN_SANDBOX, NEEDS_ROOT | MAY_LACK |
	    MAY_FORBID },
	{ "dev-kmsg", do_kmsg, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "dev-disk", do_disk, IN_SANDBOX, NEEDS_ROOT | MAY_LACK |
	    MAY_FORBID },
	{ "etc-passwd", do_passwd, IN_SANDBOX, NEEDS_ROOT },
	{ "etc-shadow", do_shadow, IN_SANDBOX, NEEDS_ROOT },
	{ "root-bashrc", do_root_home, IN_SANDBOX, NEEDS_ROOT },
	{ "var-new", do_var, IN_SANDBOX, NEEDS_ROOT },
	{ "usr-bin-new", do_usr_bin, IN_SANDBOX, NEEDS_ROOT },
};
const size_t nchange_probes = sizeof(change_probes) / sizeof(change_probes[0]);
