/*
 * oldkernel WHAT... -- COMMAND: run it on what looks like a kernel that lacks
 * something.  Each WHAT is one of
 *
 *	landlock=N	no newer Landlock than ABI N (0: none at all)
 *	userns		no new user namespaces (EPERM)
 *	mntns		no new mount namespaces either
 *	netns		no new network namespaces
 *	mountapi	none of the calls of 5.2 and 5.12 for mounts (ENOSYS)
 *	openat2		(ENOSYS)
 *	getfd		no pidfd_getfd (ENOSYS)
 *	pidfd		no pidfd_open (ENOSYS), none from clone (EINVAL)
 *	closerange	no close_range (ENOSYS)
 *	cloexec		none that sets close-on-exec (EINVAL)
 *	listener	no seccomp listeners (EINVAL)
 *	killable	none that waits killably (EINVAL)
 *	vmread		no process_vm_readv (ENOSYS)
 *	ptrace		no ptrace (EPERM)
 *	ipcns		no new IPC namespaces
 *	pidns		no new PID namespaces
 *	seccomp		no filters but ours (EINVAL)
 *	lie=landlock, lie=seccomp, lie=mounts
 *			says that it does what it does not
 *
 * A filter refuses; an ABI number, which no filter can return, is put into
 * place by a tracer.  Exit status of the command; 77 where this cannot be
 * done.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#else
#define ARCH	0		/* only x86_64 is written */
#endif
#define NR_CREATE_RULESET	444
#define WAIT_KILLABLE		(1u << 5)	/* 5.19 */
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC	(1u << 2)
#endif
#define MAX_INSNS		128

struct program {
	struct sock_filter p[MAX_INSNS];
	unsigned short n;
};

static void
put(struct program *f, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	if (f->n == MAX_INSNS)
		abort();
	f->p[f->n++] = (struct sock_filter){ code, jt, jf, k };
}

static void
load(struct program *f, size_t off)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)off, 0, 0);
}

/* The call nr gets action. */
static void
refuse(struct program *f, long nr, uint32_t action)
{
	load(f, offsetof(struct seccomp_data, nr));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 1);
	put(f, BPF_RET | BPF_K, action, 0, 0);
}

/* So it does where an argument has one of the bits. */
static void
refuse_flags(struct program *f, long nr, unsigned arg, uint32_t bits, int err)
{
	load(f, offsetof(struct seccomp_data, nr));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 3);
	load(f, (uint32_t)(offsetof(struct seccomp_data, args) + 8 * arg));
	put(f, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	put(f, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)err, 0, 0);
}

static void
refuse_namespaces(struct program *f, uint32_t bits)
{
	refuse_flags(f, SYS_unshare, 0, bits, EPERM);
	refuse_flags(f, SYS_clone, 0, bits, EPERM);
	refuse(f, 435, SECCOMP_RET_ERRNO | ENOSYS);	/* clone3 */
}

static int
add_what(struct program *f, const char *what, int *abi)
{
	static const struct { const char *name; int first, last; } calls[] = {
		{ "mountapi", 428, 432 }, { "mountapi", 442, 442 },
		{ "openat2", 437, 437 },
		{ "getfd", 438, 438 }, { "pidfd", 434, 434 },
		{ "closerange", 436, 436 },
		{ "vmread", SYS_process_vm_readv, SYS_process_vm_readv },
	}, lies[] = {
		{ "lie=landlock", 446, 446 },
		{ "lie=mounts", 429, 429 }, { "lie=mounts", 442, 442 },
		{ "lie=seccomp", SYS_seccomp, SYS_seccomp },
	};
	int found = 0;

	if (strncmp(what, "landlock=", 9) == 0) {
		*abi = atoi(what + 9);
		for (int nr = NR_CREATE_RULESET; nr <= 446; nr++)
			if (*abi == 0)
				refuse(f, nr, SECCOMP_RET_ERRNO | ENOSYS);
		if (*abi > 0)
			refuse(f, NR_CREATE_RULESET, SECCOMP_RET_TRACE);
		return 0;
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (int nr = calls[i].first; nr <= calls[i].last &&
		    strcmp(what, calls[i].name) == 0; nr++, found++)
			refuse(f, nr, SECCOMP_RET_ERRNO | ENOSYS);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		for (int nr = lies[i].first; nr <= lies[i].last &&
		    strcmp(what, lies[i].name) == 0; nr++, found++)
			refuse(f, nr, SECCOMP_RET_ERRNO);
	if (strcmp(what, "userns") == 0)
		refuse_namespaces(f, CLONE_NEWUSER);
	else if (strcmp(what, "mntns") == 0)
		refuse_namespaces(f, CLONE_NEWUSER | CLONE_NEWNS);
	else if (strcmp(what, "netns") == 0)
		refuse_namespaces(f, CLONE_NEWNET);
	else if (strcmp(what, "ipcns") == 0)
		refuse_namespaces(f, CLONE_NEWIPC);
	else if (strcmp(what, "pidns") == 0)
		refuse_namespaces(f, CLONE_NEWPID);
	else if (strcmp(what, "cloexec") == 0)
		refuse_flags(f, 436, 2, CLOSE_RANGE_CLOEXEC, EINVAL);
	else if (strcmp(what, "listener") == 0)
		refuse_flags(f, SYS_seccomp, 1,
		    SECCOMP_FILTER_FLAG_NEW_LISTENER, EINVAL);
	else if (strcmp(what, "killable") == 0)
		refuse_flags(f, SYS_seccomp, 1, WAIT_KILLABLE, EINVAL);
	else if (strcmp(what, "ptrace") == 0)
		refuse(f, SYS_ptrace, SECCOMP_RET_ERRNO | EPERM);
	else if (strcmp(what, "pidfd") == 0)
		refuse_flags(f, SYS_clone, 0, CLONE_PIDFD, EINVAL);
	else if (strcmp(what, "seccomp") == 0)
		refuse(f, SYS_seccomp, SECCOMP_RET_ERRNO | EINVAL);
	else if (found == 0)
		return -1;
	return 0;
}

#if defined(__x86_64__)
/* File rights, size of the structure that an ABI knows. */
static const struct { uint64_t fs; unsigned long size; } abis[] = {
	{ 0, 0 }, { (1u << 13) - 1, 8 }, { (1u << 14) - 1, 8 },
	{ (1u << 15) - 1, 8 }, { (1u << 15) - 1, 16 },
	{ (1u << 16) - 1, 16 }, { (1u << 16) - 1, 24 },
};

/* What landlock_create_ruleset would have answered; 1: let it run. */
static long
answer(pid_t pid, const struct user_regs_struct *r, int abi)
{
	uint64_t fs;

	if (r->rdx == 1)
		return abi;
	if (r->rdx != 0)
		return -EINVAL;		/* errata are newer */
	if (abi >= (int)(sizeof(abis) / sizeof(abis[0])))
		return 1;
	if (r->rsi > abis[abi].size)
		return -E2BIG;		/* nothing passes zeros there */
	errno = 0;
	fs = (uint64_t)ptrace(PTRACE_PEEKDATA, pid, (void *)r->rdi, NULL);
	if (errno != 0)
		return -EFAULT;
	return (fs & ~abis[abi].fs) != 0 ? -EINVAL : 1;
}

static void
at_call(pid_t pid, int abi)
{
	struct user_regs_struct r;
	long a;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r) < 0)
		return;
	a = answer(pid, &r, abi);
	if (r.rdx == 0 && a == 1)
		return;
	r.orig_rax = (unsigned long long)-1;	/* skipped */
	r.rax = (unsigned long long)a;
	(void)ptrace(PTRACE_SETREGS, pid, NULL, &r);
}
#else
static void
at_call(pid_t pid, int abi)
{
	(void)pid, (void)abi;
}
#endif

static int
status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status)
	    : 128 + WTERMSIG(status);
}

static int
trace(pid_t first, int abi)
{
	const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
	    PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
	int status, end = 77;
	pid_t pid;

	if (waitpid(first, &status, 0) < 0 || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options) < 0 ||
	    ptrace(PTRACE_CONT, first, NULL, NULL) < 0)
		return 77;
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		long signal = 0;

		if (!WIFSTOPPED(status)) {
			if (pid == first)
				end = status_of(status);
			continue;
		}
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			at_call(pid, abi);
		else if (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP &&
		    WSTOPSIG(status) != SIGSTOP)
			signal = WSTOPSIG(status);
		(void)ptrace(PTRACE_CONT, pid, NULL, (void *)signal);
	}
	return end;
}

int
main(int argc, char **argv)
{
	struct program f = { .n = 0 };
	struct sock_fprog prog = { .filter = f.p };
	int i, abi = -1;
	pid_t pid = 0;

	load(&f, offsetof(struct seccomp_data, arch));
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(&f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (add_what(&f, argv[i], &abi) < 0) {
			fprintf(stderr, "oldkernel: what is %s?\n", argv[i]);
			return 2;
		}
	put(&f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	if (i + 1 >= argc || ARCH == 0)
		return 77;
	prog.len = f.n;
	if (abi > 0 && (pid = fork()) < 0)
		return 77;
	if (pid > 0)
		return trace(pid, abi);
	if (abi > 0 && (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ||
	    raise(SIGSTOP) != 0))
		return 77;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		return 77;
	execvp(argv[i + 1], argv + i + 1);
	return 77;
}
