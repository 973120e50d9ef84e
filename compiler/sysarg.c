/*
 * Typed arguments, from the kernel's SYSCALL_DEFINE lines: an `int' is
 * compared in 32 bits, since the kernel ignores the rest of the register.
 */
#include "compiler/sysarg.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include "blob/format.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define U32	SYSC_F_32
#define S32	(SYSC_F_32 | SYSC_F_SIGNED)

static const struct sysarg args[] = {
	{ "socket", "domain", 0, S32 }, { "socket", "type", 1, S32 },
	{ "socket", "protocol", 2, S32 },
	{ "socketpair", "domain", 0, S32 }, { "socketpair", "type", 1, S32 },
	{ "socketpair", "protocol", 2, S32 },
	{ "personality", "persona", 0, U32 },
	{ "ioctl", "fd", 0, U32 }, { "ioctl", "request", 1, U32 },
	{ "ioctl", "argp", 2, 0 },
	{ "clone", "flags", 0, 0 }, { "unshare", "flags", 0, 0 },
	{ "setns", "fd", 0, S32 }, { "setns", "nstype", 1, S32 },
	{ "open", "flags", 1, S32 }, { "open", "mode", 2, U32 },
	{ "openat", "dirfd", 0, S32 }, { "openat", "flags", 2, S32 },
	{ "openat", "mode", 3, U32 },
	{ "prctl", "option", 0, S32 }, { "prctl", "op", 0, S32 },
	{ "prctl", "arg2", 1, 0 }, { "prctl", "arg3", 2, 0 },
	{ "fcntl", "fd", 0, U32 }, { "fcntl", "cmd", 1, U32 },
	{ "fcntl", "arg", 2, 0 }, { "fcntl64", "fd", 0, U32 },
	{ "fcntl64", "cmd", 1, U32 }, { "fcntl64", "arg", 2, 0 },
	{ "mmap", "addr", 0, 0 }, { "mmap", "length", 1, 0 },
	{ "mmap", "prot", 2, 0 }, { "mmap", "flags", 3, 0 },
	{ "mmap", "fd", 4, 0 }, { "mmap", "offset", 5, 0 },
	{ "mmap2", "prot", 2, 0 }, { "mmap2", "flags", 3, 0 },
	{ "mprotect", "addr", 0, 0 }, { "mprotect", "length", 1, 0 },
	{ "mprotect", "prot", 2, 0 },
	{ "madvise", "advice", 2, S32 },
	{ "kill", "pid", 0, S32 }, { "kill", "sig", 1, S32 },
	{ "tkill", "sig", 1, S32 }, { "tgkill", "sig", 2, S32 },
	{ "sendto", "sockfd", 0, S32 }, { "sendto", "flags", 3, U32 },
	{ "sendto", "dest_addr", 4, 0 },
	{ "sendmsg", "sockfd", 0, S32 }, { "sendmsg", "flags", 2, U32 },
	{ "sendmmsg", "sockfd", 0, S32 }, { "sendmmsg", "flags", 3, U32 },
	{ "memfd_create", "flags", 1, U32 },
	{ "ptrace", "op", 0, 0 }, { "ptrace", "request", 0, 0 },
	{ "ptrace", "pid", 1, 0 },
	{ "mount", "flags", 3, 0 }, { "mount", "mountflags", 3, 0 },
	{ "umount2", "flags", 1, S32 },
	{ "futex", "futex_op", 1, S32 }, { "futex", "op", 1, S32 },
	{ "seccomp", "operation", 0, U32 }, { "seccomp", "flags", 1, U32 },
	{ "bpf", "cmd", 0, S32 }, { "keyctl", "operation", 0, S32 },
	{ "perf_event_open", "pid", 1, S32 },
	{ "perf_event_open", "flags", 4, 0 },
	{ "setsockopt", "level", 1, S32 }, { "setsockopt", "optname", 2, S32 },
	{ "getsockopt", "level", 1, S32 }, { "getsockopt", "optname", 2, S32 },
	{ "chmod", "mode", 1, U32 }, { "fchmod", "mode", 1, U32 },
	{ "fchmodat", "mode", 2, U32 }, { "prlimit64", "pid", 0, S32 },
	{ "getpriority", "which", 0, S32 },
	{ "setpriority", "which", 0, S32 },
	{ "clock_gettime", "clockid", 0, S32 },
};

static const struct constant { const char *name; uint64_t value; }
constants[] = {
	{ "AF_UNSPEC", 0 }, { "AF_UNIX", 1 }, { "AF_LOCAL", 1 },
	{ "AF_INET", 2 }, { "AF_AX25", 3 }, { "AF_IPX", 4 },
	{ "AF_APPLETALK", 5 }, { "AF_X25", 9 }, { "AF_INET6", 10 },
	{ "AF_KEY", 15 }, { "AF_NETLINK", 16 }, { "AF_PACKET", 17 },
	{ "AF_RDS", 21 }, { "AF_PPPOX", 24 }, { "AF_CAN", 29 },
	{ "AF_TIPC", 30 }, { "AF_BLUETOOTH", 31 }, { "AF_ALG", 38 },
	{ "AF_NFC", 39 }, { "AF_VSOCK", 40 }, { "AF_KCM", 41 },
	{ "AF_QIPCRTR", 42 }, { "AF_SMC", 43 }, { "AF_XDP", 44 },
	{ "SOCK_STREAM", 1 }, { "SOCK_DGRAM", 2 }, { "SOCK_RAW", 3 },
	{ "SOCK_SEQPACKET", 5 }, { "SOCK_NONBLOCK", 04000 },
	{ "SOCK_CLOEXEC", 02000000 },
	{ "IPPROTO_IP", 0 }, { "IPPROTO_ICMP", 1 }, { "IPPROTO_TCP", 6 },
	{ "IPPROTO_UDP", 17 }, { "IPPROTO_SCTP", 132 }, { "IPPROTO_RAW", 255 },
	{ "IPPROTO_MPTCP", 262 }, { "MSG_FASTOPEN", 0x20000000 },
	{ "O_RDONLY", 0 }, { "O_WRONLY", 1 }, { "O_RDWR", 2 },
	{ "O_ACCMODE", 3 }, { "O_CREAT", 0100 }, { "O_EXCL", 0200 },
	{ "O_TRUNC", 01000 }, { "O_APPEND", 02000 },
	{ "O_CLOEXEC", 02000000 }, { "O_PATH", 010000000 },
	{ "CLONE_VM", 0x100 }, { "CLONE_FS", 0x200 }, { "CLONE_FILES", 0x400 },
	{ "CLONE_THREAD", 0x10000 }, { "CLONE_NEWNS", 0x20000 },
	{ "CLONE_NEWCGROUP", 0x2000000 }, { "CLONE_NEWUTS", 0x4000000 },
	{ "CLONE_NEWIPC", 0x8000000 }, { "CLONE_NEWUSER", 0x10000000 },
	{ "CLONE_NEWPID", 0x20000000 }, { "CLONE_NEWNET", 0x40000000 },
	{ "CLONE_NEWTIME", 0x80 }, { "CLONE_IO", 0x80000000 },
	{ "PROT_READ", 1 }, { "PROT_WRITE", 2 }, { "PROT_EXEC", 4 },
	{ "MAP_SHARED", 1 }, { "MAP_PRIVATE", 2 }, { "MAP_FIXED", 0x10 },
	{ "MAP_ANONYMOUS", 0x20 },
	{ "PER_LINUX", 0 }, { "PER_LINUX32", 8 },
	{ "ADDR_NO_RANDOMIZE", 0x40000 },
	{ "TIOCSTI", 0x5412 }, { "TIOCLINUX", 0x541c },
	{ "TIOCSCTTY", 0x540e }, { "TIOCCONS", 0x541d },
	{ "TIOCGWINSZ", 0x5413 }, { "FIONREAD", 0x541b },
	{ "PR_SET_PDEATHSIG", 1 }, { "PR_SET_DUMPABLE", 4 },
	{ "PR_SET_NAME", 15 }, { "PR_SET_SECCOMP", 22 },
	{ "PR_SET_MM", 35 }, { "PR_SET_NO_NEW_PRIVS", 38 },
	{ "PR_SET_PTRACER", 0x59616d61 },
	{ "F_DUPFD", 0 }, { "F_GETFD", 1 }, { "F_SETFD", 2 }, { "F_GETFL", 3 },
	{ "F_SETFL", 4 }, { "F_SETOWN", 8 }, { "F_NOTIFY", 1026 },
	{ "PTRACE_TRACEME", 0 }, { "PTRACE_ATTACH", 16 },
	{ "PTRACE_SEIZE", 0x4206 },
	{ "MFD_CLOEXEC", 1 }, { "MFD_ALLOW_SEALING", 2 },
	{ "MFD_NOEXEC_SEAL", 8 }, { "MFD_EXEC", 16 },
	{ "MS_RDONLY", 1 }, { "MS_BIND", 4096 }, { "MS_REMOUNT", 32 },
	{ "MADV_DONTNEED", 4 }, { "MADV_HWPOISON", 100 },
	{ "SECCOMP_SET_MODE_STRICT", 0 }, { "SECCOMP_SET_MODE_FILTER", 1 },
};

#define E(n)	{ #n, n }
static const struct constant errnos[] = {
	E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG),
	E(ENOEXEC), E(EBADF), E(ECHILD), E(EAGAIN), E(ENOMEM), E(EACCES),
	E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV),
	E(ENOTDIR), E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY),
	E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS), E(EMLINK),
	E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(ENAMETOOLONG), E(ENOLCK),
	E(ENOSYS), E(ENOTEMPTY), E(ELOOP), E(ENODATA), E(EOVERFLOW),
	E(ENOTSOCK), E(EPROTO), E(EPROTOTYPE), E(ENOPROTOOPT),
	E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT), E(EOPNOTSUPP),
	E(EPFNOSUPPORT), E(EAFNOSUPPORT), E(EADDRINUSE), E(EADDRNOTAVAIL),
	E(ENETDOWN), E(ENETUNREACH), E(ECONNABORTED), E(ECONNRESET),
	E(ENOBUFS), E(EISCONN), E(ENOTCONN), E(ETIMEDOUT), E(ECONNREFUSED),
	E(EHOSTUNREACH), E(EALREADY), E(EINPROGRESS), E(EDQUOT), E(ECANCELED),
};

bool
sysarg_find(const char *call, const char *name, struct sysarg *out)
{
	size_t i;

	for (i = 0; i < LEN(args); i++)
		if (strcmp(args[i].call, call) == 0 &&
		    strcmp(args[i].name, name) == 0) {
			*out = args[i];
			return true;
		}
	if (strncmp(name, "arg", 3) != 0 || name[3] < '0' || name[3] > '5' ||
	    name[4] != '\0')
		return false;
	*out = (struct sysarg){ .call = call, .name = name,
	    .index = (uint8_t)(name[3] - '0') };
	/* By number or by name: the kernel takes it the same way. */
	for (i = 0; i < LEN(args); i++)
		if (strcmp(args[i].call, call) == 0 &&
		    args[i].index == out->index)
			out->flags = args[i].flags;
	return true;
}

const struct sysarg *
sysarg_at(unsigned i)
{
	return i < LEN(args) ? &args[i] : NULL;
}

static bool
find(const struct constant *table, size_t n, const char *name, uint64_t *v)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(table[i].name, name) == 0) {
			*v = table[i].value;
			return true;
		}
	return false;
}

bool
sysconst_find(const char *name, uint64_t *value)
{
	return find(constants, LEN(constants), name, value);
}

const char *
sysconst_at(unsigned i)
{
	return i < LEN(constants) ? constants[i].name : NULL;
}

bool
syserrno_find(const char *name, unsigned *value)
{
	uint64_t v;

	if (!find(errnos, LEN(errnos), name, &v))
		return false;
	*value = (unsigned)v;
	return true;
}

const char *
syserrno_name(unsigned value)
{
	size_t i;

	for (i = 0; i < LEN(errnos); i++)
		if (errnos[i].value == value)
			return errnos[i].name;
	return NULL;
}

const char *
syserrno_at(unsigned i)
{
	return i < LEN(errnos) ? errnos[i].name : NULL;
}
