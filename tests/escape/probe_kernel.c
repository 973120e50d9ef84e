/*
 * Calls that change or open the kernel: mounts, namespaces, modules, clocks.
 * All have arguments that do no harm where they are let through.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/reboot.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/escape/probe.h"

#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd	443
#endif

static int
do_mount_tmpfs(const struct place *p)
{
	return did(mount("probe", p->ws, "tmpfs", 0, ""));
}

static int
do_mount_bind(const struct place *p)
{
	return did(mount(p->out, p->ws, NULL, MS_BIND, NULL));
}

static int
do_mount_private(const struct place *p)
{
	(void)p;
	return did(mount(NULL, "/", NULL, MS_PRIVATE, NULL));
}

static int
do_umount(const struct place *p)
{
	return reached(umount2(p->ws, MNT_DETACH));	/* no mount: EINVAL */
}

static int
do_pivot_root(const struct place *p)
{
	return reached(syscall(SYS_pivot_root, p->ws, p->ws));
}

static int
do_chroot(const struct place *p)
{
	return did(chroot(p->ws));
}

static int
do_fsopen(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_fsopen, "tmpfs", 0));
}

static int
do_fspick(const struct place *p)
{
	return reached(syscall(SYS_fspick, AT_FDCWD, p->ws, 0));
}

static int
do_fsmount(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_fsmount, -1, 0, 0));
}

static int
do_open_tree(const struct place *p)
{
	return did(syscall(SYS_open_tree, AT_FDCWD, p->ws, 1));
}

static int
do_move_mount(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_move_mount, -1, "", -1, "", 0));
}

static int
do_mount_setattr(const struct place *p)
{
	struct { uint64_t v[4]; } attr = { { 0 } };

	return reached(syscall(SYS_mount_setattr, AT_FDCWD, p->ws, 0, &attr,
	    sizeof(attr)));
}

static int
do_unshare_user(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWUSER));
}

static int
do_unshare_user_mount(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWUSER | CLONE_NEWNS));
}

static int
do_unshare_mount(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWNS));
}

static int
do_unshare_net(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWNET));
}

static int
do_unshare_pid(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWPID));
}

static int
do_unshare_uts(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWUTS));
}

static int
do_unshare_ipc(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWIPC));
}

static int
do_unshare_cgroup(const struct place *p)
{
	(void)p;
	return did(unshare(CLONE_NEWCGROUP));
}

static int
do_unshare_time(const struct place *p)
{
	(void)p;
	return did(unshare(0x80 /* CLONE_NEWTIME */));
}

static int
reap(long pid)
{
	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return errno;
	return did(waitpid((pid_t)pid, NULL, __WALL));
}

static int
do_clone_user(const struct place *p)
{
	(void)p;
	return reap(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static int
do_clone_pid(const struct place *p)
{
	(void)p;
	return reap(syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0));
}

static int
do_clone3_user(const struct place *p)
{
	uint64_t args[11] = { CLONE_NEWUSER, 0, 0, 0, SIGCHLD };

	(void)p;
	return reap(syscall(SYS_clone3, args, sizeof(args)));
}

static int
do_init_module(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_init_module, NULL, 0, ""));
}

static int
do_finit_module(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_finit_module, -1, "", 0));
}

static int
do_delete_module(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_delete_module, "no-such-module", O_NONBLOCK));
}

static int
do_kexec_load(const struct place *p)
{
	(void)p;
	/* Flags that no kernel knows. */
	return reached(syscall(SYS_kexec_load, 0, 0, NULL, 0xfffful));
}

static int
do_kexec_file(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, 0xff00ul));
}

static int
do_reboot(const struct place *p)
{
	(void)p;
	/* A wrong magic number: EINVAL after the check of the capability. */
	return reached(syscall(SYS_reboot, 1, 2, 3, NULL));
}

static int
do_swapon(const struct place *p)
{
	(void)p;
	return reached(swapon("/no-such-file", 0));
}

static int
do_swapoff(const struct place *p)
{
	(void)p;
	return reached(swapoff("/no-such-file"));
}

static int
do_acct(const struct place *p)
{
	(void)p;
	return reached(acct("/no-such-file"));
}

static int
do_clock_settime(const struct place *p)
{
	struct timespec t = { -1, -1 };

	(void)p;
	return reached(syscall(SYS_clock_settime, CLOCK_REALTIME, &t));
}

static int
do_settimeofday(const struct place *p)
{
	struct timeval t = { -1, -1 };

	(void)p;
	return reached(syscall(SYS_settimeofday, &t, NULL));
}

static int
do_adjtimex(const struct place *p)
{
	struct timex t = { .modes = ADJ_TICK, .tick = 1 };

	(void)p;
	return reached(adjtimex(&t));	/* a tick out of range */
}

static int
do_sethostname(const struct place *p)
{
	char name[64];

	(void)p;
	if (gethostname(name, sizeof(name)) < 0)
		return errno;
	return did(sethostname(name, strlen(name)));
}

static int
do_setdomainname(const struct place *p)
{
	char name[64];

	(void)p;
	if (getdomainname(name, sizeof(name)) < 0)
		return errno;
	return did(setdomainname(name, strlen(name)));
}

static int
do_syslog(const struct place *p)
{
	char buf[16];

	(void)p;
	return did(syscall(SYS_syslog, 3, buf, sizeof(buf)));
}

static int
do_bpf(const struct place *p)
{
	uint32_t attr[32] = { 1, 4, 4, 1 };	/* a hash map */

	(void)p;
	return did(syscall(SYS_bpf, 0, attr, sizeof(attr)));
}

static int
do_perf(const struct place *p)
{
	uint32_t attr[32] = { 1, 112 };	/* software, cpu clock */

	(void)p;
	return reached(syscall(SYS_perf_event_open, attr, 0, -1, -1, 0));
}

static int
do_add_key(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_add_key, "user", "probe", "x", 1,
	    KEY_SPEC_PROCESS_KEYRING));
}

static int
do_request_key(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_request_key, "user", "no-such-key", NULL,
	    0));
}

static int
do_keyctl(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
	    KEY_SPEC_SESSION_KEYRING, 1));
}

static int
do_fanotify(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_fanotify_init, 0, 0));
}

static int
do_handle(const struct place *p)
{
	struct { unsigned bytes; int type; unsigned char h[128]; } h = {
	    .bytes = 128 };
	int id, mount, fd;

	if (syscall(SYS_name_to_handle_at, AT_FDCWD, at(p->out, "victim"), &h,
	    &id, 0) < 0)
		return errno;
	mount = open(p->out, O_RDONLY | O_DIRECTORY);
	fd = (int)syscall(SYS_open_by_handle_at, mount, &h, O_RDONLY);
	return did(fd);
}

static int
do_quotactl(const struct place *p)
{
	(void)p;
	return reached(syscall(SYS_quotactl, 0x80000100, "/no-such", 0, NULL));
}

static int
do_ioperm(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_ioperm, 0x80, 1, 1));
}

static int
do_iopl(const struct place *p)
{
	(void)p;
	return did(syscall(SYS_iopl, 3));
}

static int
do_personality(const struct place *p)
{
	(void)p;
	return did(personality(READ_IMPLIES_EXEC));
}

static int
do_personality_layout(const struct place *p)
{
	(void)p;
	return did(personality(ADDR_COMPAT_LAYOUT));
}

static int
do_mount_proc(const struct place *p)
{
	(void)p;
	return did(mount("proc", "/proc", "proc", 0, ""));
}

static int
do_mount_sysfs(const struct place *p)
{
	(void)p;
	return reached(mount("none", "/sys", "sysfs", 0, ""));
}

#if defined(__x86_64__)
/* x32 has numbers of its own; where the kernel lacks it, ENOSYS. */
static int
do_x32_socket(const struct place *p)
{
	(void)p;
	return did(syscall(0x40000000 | SYS_socket, AF_INET, SOCK_STREAM, 0));
}

static long
int80(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(a), "c"(b),
	    "d"(c) : "memory");
	if (r < 0 && r > -4096) {
		errno = (int)-r;
		return -1;
	}
	return r;
}

static int
do_int80_socket(const struct place *p)
{
	(void)p;
	return did(int80(359, AF_INET, SOCK_STREAM, 0));
}

static int
do_int80_getpid(const struct place *p)
{
	(void)p;
	return did(int80(20, 0, 0, 0));
}
#endif

const struct probe kernel_probes[] = {
	{ "mount-tmpfs", do_mount_tmpfs, IN_ALL, NEEDS_ROOT },
	{ "mount-bind", do_mount_bind, IN_ALL, NEEDS_ROOT },
	{ "mount-private", do_mount_private, IN_ALL, NEEDS_ROOT },
	{ "mount-proc", do_mount_proc, IN_ALL, NEEDS_ROOT },
	{ "mount-sysfs", do_mount_sysfs, IN_ALL, NEEDS_ROOT },
	{ "umount", do_umount, IN_ALL, NEEDS_ROOT },
	{ "pivot_root", do_pivot_root, IN_ALL, NEEDS_ROOT },
	{ "chroot", do_chroot, IN_ALL, NEEDS_ROOT },
	{ "fsopen", do_fsopen, IN_ALL, NEEDS_ROOT },
	{ "fspick", do_fspick, IN_ALL, NEEDS_ROOT },
	{ "fsmount", do_fsmount, IN_ALL, NEEDS_ROOT },
	{ "open_tree", do_open_tree, IN_ALL, NEEDS_ROOT },
	{ "move_mount", do_move_mount, IN_ALL, NEEDS_ROOT },
	{ "mount_setattr", do_mount_setattr, IN_ALL, NEEDS_ROOT },
	{ "unshare-user", do_unshare_user, IN_SANDBOX, 0 },
	{ "unshare-user-mount", do_unshare_user_mount, IN_SANDBOX, 0 },
	{ "unshare-mount", do_unshare_mount, IN_ALL, NEEDS_ROOT },
	{ "unshare-net", do_unshare_net, IN_ALL, NEEDS_ROOT },
	{ "unshare-pid", do_unshare_pid, IN_ALL, NEEDS_ROOT },
	{ "unshare-uts", do_unshare_uts, IN_ALL, NEEDS_ROOT },
	{ "unshare-ipc", do_unshare_ipc, IN_ALL, NEEDS_ROOT },
	{ "unshare-cgroup", do_unshare_cgroup, IN_ALL, NEEDS_ROOT },
	{ "unshare-time", do_unshare_time, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "clone-user", do_clone_user, IN_SANDBOX, 0 },
	{ "clone-pid", do_clone_pid, IN_ALL, NEEDS_ROOT },
	{ "clone3-user", do_clone3_user, IN_SANDBOX, 0 },
	{ "init_module", do_init_module, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "finit_module", do_finit_module, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "delete_module", do_delete_module, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "kexec_load", do_kexec_load, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "kexec_file_load", do_kexec_file, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "reboot", do_reboot, IN_ALL, NEEDS_ROOT },
	{ "swapon", do_swapon, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "swapoff", do_swapoff, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "acct", do_acct, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "clock_settime", do_clock_settime, IN_SANDBOX, NEEDS_ROOT },
	{ "settimeofday", do_settimeofday, IN_SANDBOX, NEEDS_ROOT },
	{ "adjtimex", do_adjtimex, IN_ALL, NEEDS_ROOT },
	{ "sethostname", do_sethostname, IN_ALL, NEEDS_ROOT },
	{ "setdomainname", do_setdomainname, IN_ALL, NEEDS_ROOT },
	{ "syslog", do_syslog, IN_SANDBOX, NEEDS_ROOT },
	{ "bpf", do_bpf, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "perf_event_open", do_perf, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "add_key", do_add_key, IN_SANDBOX, MAY_LACK },
	{ "request_key", do_request_key, IN_SANDBOX, MAY_LACK },
	{ "keyctl", do_keyctl, IN_SANDBOX, MAY_LACK },
	{ "fanotify", do_fanotify, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "open_by_handle_at", do_handle, IN_ALL, NEEDS_ROOT },
	{ "quotactl", do_quotactl, IN_SANDBOX, NEEDS_ROOT | MAY_LACK },
	{ "ioperm", do_ioperm, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "iopl", do_iopl, IN_ALL, NEEDS_ROOT | MAY_LACK },
	{ "personality-exec", do_personality, IN_SANDBOX, 0 },
	{ "personality-layout", do_personality_layout, IN_SANDBOX, 0 },
#if defined(__x86_64__)
	{ "x32-socket", do_x32_socket, IN_ALL, IS_32BIT },
	{ "int80-socket", do_int80_socket, IN_ALL, IS_32BIT },
	{ "int80-getpid", do_int80_getpid, IN_ALL, IS_32BIT },
#endif
};
const size_t nkernel_probes = sizeof(kernel_probes) / sizeof(kernel_probes[0]);
