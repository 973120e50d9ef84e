/*
 * Kernel interfaces in our own words: codex-exec is built against a libc
 * whose headers know no linux/ folder.  Each group names the kernel it came
 * with; nothing here is chosen by version, everything is asked for.
 */
#ifndef RUNTIME_KERNEL_H
#define RUNTIME_KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>

/* elf-em.h, audit.h: what seccomp calls an architecture (3.5). */
#if defined(__x86_64__) && !defined(__ILP32__)
#define K_AUDIT_ARCH	0xc000003eu
#define K_ARCH_NAME	"x86_64"
#elif defined(__aarch64__)
#define K_AUDIT_ARCH	0xc00000b7u
#define K_ARCH_NAME	"aarch64"
#elif defined(__riscv) && __riscv_xlen == 64
#define K_AUDIT_ARCH	0xc00000f3u
#define K_ARCH_NAME	"riscv64"
#elif defined(__i386__)
#define K_AUDIT_ARCH	0x40000003u
#define K_ARCH_NAME	"i386"
#elif defined(__arm__)
#define K_AUDIT_ARCH	0x40000028u
#define K_ARCH_NAME	"arm"
#else
#error "no seccomp architecture number for this machine"
#endif

/* The same numbers on every architecture since 5.1. */
#define K_AT_STATX_DONT_SYNC	0x4000u	/* 4.11 */
#define K_STATX_ATTR_MOUNT_ROOT	0x2000u	/* 5.8 */
struct k_statx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint64_t rest[30];
};
#define K_SYS_open_tree			428	/* 5.2 */
#define K_SYS_move_mount		429
#define K_SYS_fsopen			430
#define K_SYS_fsconfig			431
#define K_SYS_fsmount			432
#define K_SYS_io_uring_setup		425	/* 5.1 */
#define K_SYS_fchmodat2			452	/* 6.6 */
#define K_SYS_pidfd_send_signal		424	/* 5.1 */
#define K_SYS_pidfd_open		434	/* 5.3 */
#define K_SYS_close_range		436	/* 5.9 */
#define K_SYS_openat2			437	/* 5.6 */
#define K_SYS_pidfd_getfd		438	/* 5.6 */
#define K_SYS_mount_setattr		442	/* 5.12 */
#define K_SYS_landlock_create_ruleset	444	/* 5.13 */
#define K_SYS_landlock_add_rule		445
#define K_SYS_landlock_restrict_self	446

/* With 64 bits of time, whatever the word. */
#ifdef SYS_timer_settime64
#define K_SYS_timer_settime	SYS_timer_settime64
#else
#define K_SYS_timer_settime	SYS_timer_settime
#endif

#define K_PIDFD_THREAD		0x80u	/* O_EXCL; 6.9 */
#define K_CLOSE_RANGE_CLOEXEC	4u	/* 5.11 */

struct k_open_how {
	uint64_t flags, mode, resolve;
};
#define K_RESOLVE_NO_MAGICLINKS	2u
#define K_RESOLVE_NO_SYMLINKS	4u
#define K_RESOLVE_IN_ROOT	16u
#define K_SYS_faccessat2		439	/* 5.8 */

/* mount.h (5.2, attributes 5.12). */
#define K_OPEN_TREE_CLONE	1u
#define K_AT_RECURSIVE		0x8000u
#define K_MOVE_MOUNT_F_EMPTY	4u
#define K_MOVE_MOUNT_T_EMPTY	0x40u
#define K_FSOPEN_CLOEXEC	1u
#define K_FSMOUNT_CLOEXEC	1u
#define K_FSCONFIG_CMD_CREATE	6u
#define K_MOUNT_ATTR_RDONLY	1u
#define K_MOUNT_ATTR_NOSUID	2u
#define K_MOUNT_ATTR_NODEV	4u
#define K_MOUNT_ATTR_NOEXEC	8u
struct k_mount_attr {
	uint64_t set, clear, propagation, userns_fd;
};

/* seccomp.h (3.17). */
#define K_SECCOMP_SET_MODE_FILTER	1u
#define K_SECCOMP_GET_ACTION_AVAIL	2u	/* 4.14 */
#define K_SECCOMP_RET_ERRNO	0x00050000u
struct k_sock_fprog {
	unsigned short len;
	const void *filter;	/* struct sock_filter, 8 bytes each */
};

/* seccomp.h: notifications are 5.0, the last flag is 5.19. */
#define K_SECCOMP_NEW_LISTENER		8u
#define K_SECCOMP_WAIT_KILLABLE_RECV	32u
#define K_SECCOMP_RET_USER_NOTIF	0x7fc00000u
#define K_SECCOMP_RET_LOG		0x7ffc0000u
#define K_SECCOMP_RET_ALLOW		0x7fff0000u
#define K_NOTIF_RECV		0xc0502100u
#define K_NOTIF_SEND		0xc0182101u
#define K_NOTIF_ID_VALID	0x40082102u
#define K_NOTIF_ADDFD		0x40182103u	/* 5.9 */
#define K_NOTIF_SET_FLAGS	0x40082104u	/* 6.6 */
#define K_NOTIF_SYNC_WAKE_UP	1u
#define K_NOTIF_CONTINUE	1u
struct k_notif_addfd {
	uint64_t id;
	uint32_t flags, srcfd, newfd, newfd_flags;
};
struct k_seccomp_data {
	int32_t nr;
	uint32_t arch;
	uint64_t ip;
	uint64_t args[6];
};
struct k_notif {
	uint64_t id;
	uint32_t pid;
	uint32_t flags;
	struct k_seccomp_data data;
};
struct k_notif_resp {
	uint64_t id;
	int64_t val;
	int32_t error;
	uint32_t flags;
};
struct k_sock_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/* ptrace.h (3.4), auxvec.h. */
#define K_PTRACE_O_TRACEEXEC	0x10u
#define K_PTRACE_O_EXITKILL	0x100000u	/* 3.8 */
#define K_PTRACE_EVENT_EXEC	4
#define K_NT_PRSTATUS		1
#define K_AT_EXECFN		31

/* landlock.h: ABI 1 is 5.13. */
#define K_LL_CREATE_RULESET_VERSION	1u
#define K_LL_CREATE_RULESET_ERRATA	2u	/* 6.15 and backports */
#define K_LL_RULE_PATH_BENEATH		1
#define K_LL_RULE_NET_PORT		2	/* ABI 4 */
struct k_ll_ruleset {
	uint64_t fs;
	uint64_t net;		/* ABI 4 */
	uint64_t scoped;	/* ABI 6 */
};
struct k_ll_path {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));
struct k_ll_port {
	uint64_t allowed, port;
};
#define K_LL_FS_EXECUTE		(1u << 0)
#define K_LL_FS_WRITE_FILE	(1u << 1)
#define K_LL_FS_READ_FILE	(1u << 2)
#define K_LL_FS_READ_DIR	(1u << 3)
#define K_LL_FS_REMOVE_DIR	(1u << 4)
#define K_LL_FS_REMOVE_FILE	(1u << 5)
#define K_LL_FS_MAKE_CHAR	(1u << 6)
#define K_LL_FS_MAKE_DIR	(1u << 7)
#define K_LL_FS_MAKE_REG	(1u << 8)
#define K_LL_FS_MAKE_SOCK	(1u << 9)
#define K_LL_FS_MAKE_FIFO	(1u << 10)
#define K_LL_FS_MAKE_BLOCK	(1u << 11)
#define K_LL_FS_MAKE_SYM	(1u << 12)
#define K_LL_FS_REFER		(1u << 13)	/* ABI 2, 5.19 */
#define K_LL_FS_TRUNCATE	(1u << 14)	/* ABI 3, 6.2 */
#define K_LL_FS_IOCTL_DEV	(1u << 15)	/* ABI 5, 6.10 */
#define K_LL_NET_BIND_TCP	(1u << 0)	/* ABI 4, 6.7 */
#define K_LL_NET_CONNECT_TCP	(1u << 1)
#define K_LL_SCOPE_ABSTRACT	(1u << 0)	/* ABI 6, 6.12 */
#define K_LL_SCOPE_SIGNAL	(1u << 1)

/* capability.h (2.6.26), securebits.h; NO_CAP_AMBIENT_RAISE is 4.3. */
#define K_CAP_VERSION_3		0x20080522u
#define K_CAP_SETPCAP		8
#define K_CAP_NET_ADMIN		12
#define K_CAP_SYS_ADMIN		21
#define K_CAP_SETFCAP		31
struct k_cap_header {
	uint32_t version;
	int32_t pid;
};
struct k_cap_data {
	uint32_t effective, permitted, inheritable;
};
#define K_SECUREBITS_ALL_LOCKED	0xefu	/* all but KEEP_CAPS itself */

/* magic.h: file systems of descriptors that are not files. */
#define K_ANON_INODE_MAGIC	0x09041934
#define K_PROC_SUPER_MAGIC	0x9fa0
#define K_PIDFS_MAGIC		0x50494446	/* 6.9 */

#define K_RENAME_EXCHANGE	2u		/* fs.h, 3.15 */
#define K_RWF_NOWAIT		8		/* 4.13; pipes 6.4 */

#endif
