/*
 * The listener: see notify.h.  Its filter stands beside those of the
 * policies, which stay as they were proved: where one of them refuses with an
 * errno, that wins over a question, so nothing is answered here that a policy
 * has already decided.
 */
#include "runtime/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/filecalls.h"

#define LD_ABS	0x20u
#define JEQ	0x15u
#define JGE	0x35u
#define JSET	0x45u
#define JA	0x05u
#define AND	0x54u
#define RET	0x06u
#define AT_NR	0u
#define AT_ARCH	4u
#define AT_ARG0	16u		/* low half: every machine here is little-endian */
#define AT_ARG1	24u
#define X32	0x40000000u
#define UFFD_NEW 0xaa00u	/* ioctl of /dev/userfaultfd (6.1) */
#define NO_CALL	0xffffffffu	/* of this architecture */
#define REFUSE(e) (K_SECCOMP_RET_ERRNO | (e))

#ifndef SYS_userfaultfd
#define SYS_userfaultfd NO_CALL
#endif

/* Calls of another ABI are refused; then the number is at hand. */
static const struct k_sock_filter own_abi[] = {
	{ LD_ABS, 0, 0, AT_ARCH },
	{ JEQ, 1, 0, K_AUDIT_ARCH },
	{ RET, 0, 0, REFUSE(ENOSYS) },
	{ LD_ABS, 0, 0, AT_NR },
#if defined(__x86_64__)
	{ JGE, 0, 1, X32 },
	{ RET, 0, 0, REFUSE(ENOSYS) },
#endif
};

/* Processes, not threads, with one working directory for both. */
#define SHARED_FS	((uint32_t)CLONE_FS)
#define SHARED_MASK	((uint32_t)(CLONE_FS | CLONE_THREAD))

/*
 * Who could write to the memory of a program that has just been exec'd, make
 * us wait for its memory to come, or change its directory.  clone3 has its
 * flags in memory: absent, so that libc takes clone.
 */
static const struct k_sock_filter guard[] = {
	{ JEQ, 2, 0, SYS_ptrace },
	{ JEQ, 1, 0, SYS_process_vm_writev },
	{ JEQ, 0, 1, SYS_userfaultfd },
	{ RET, 0, 0, REFUSE(EPERM) },
	{ JEQ, 0, 1, SYS_clone3 },
	{ RET, 0, 0, REFUSE(ENOSYS) },
	{ JEQ, 0, 4, SYS_clone },
	{ LD_ABS, 0, 0, AT_ARG0 },
	{ AND, 0, 0, SHARED_MASK },
	{ JEQ, 0, 5, SHARED_FS },
	{ RET, 0, 0, REFUSE(EPERM) },
	{ JEQ, 0, 3, SYS_ioctl },
	{ LD_ABS, 0, 0, AT_ARG1 },
	{ JEQ, 0, 1, UFFD_NEW },
	{ RET, 0, 0, REFUSE(EPERM) },
};

static const struct k_sock_filter execs[] = {
	{ LD_ABS, 0, 0, AT_ARCH },
	{ JEQ, 0, 4, K_AUDIT_ARCH },
	{ LD_ABS, 0, 0, AT_NR },
	{ JEQ, 1, 0, SYS_execve },
	{ JEQ, 0, 1, SYS_execveat },
	{ RET, 0, 0, K_SECCOMP_RET_USER_NOTIF },
};

static const struct k_sock_filter connects[] = {
	{ JEQ, 0, 1, SYS_connect },
	{ RET, 0, 0, K_SECCOMP_RET_USER_NOTIF },
};

static const struct k_sock_filter rest[] = {
	{ RET, 0, 0, K_SECCOMP_RET_ALLOW },
};

struct program {
	struct k_sock_filter *code;
	size_t len, cap;
	bool is_full;
};

static void
put(struct program *p, struct k_sock_filter i)
{
	if (p->len < p->cap)
		p->code[p->len++] = i;
	else
		p->is_full = true;
}

static void
add(struct program *p, const struct k_sock_filter *code, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(p, code[i]);
}
#define ADD(p, code) add(p, code, sizeof(code) / sizeof(code[0]))

static int
install(struct program *p)
{
	struct k_sock_fprog prog;

	ADD(p, rest);
	prog = (struct k_sock_fprog){ .len = (unsigned short)p->len,
	    .filter = p->code };
	if (p->is_full) {
		errno = E2BIG;
		return -1;
	}
	return (int)syscall(SYS_seccomp, K_SECCOMP_SET_MODE_FILTER,
	    K_SECCOMP_NEW_LISTENER | K_SECCOMP_WAIT_KILLABLE_RECV, &prog);
}

static struct k_sock_filter
instruction(const uint8_t *code, size_t i)
{
	const uint8_t *at = code + i * BPF_I_LEN;

	return (struct k_sock_filter){ blob_le16(at), at[BPF_I_JT],
	    at[BPF_I_JF], blob_le32(at + BPF_I_K) };
}

bool
notify_can_merge(const struct policy *p)
{
	struct blob_span code;

	if (blob_section(&p->blob, BLOB_BPF0, K_AUDIT_ARCH, &code) != BLOB_OK)
		return false;
	for (size_t i = 0; i < code.len / BPF_I_LEN; i++) {
		struct k_sock_filter x = instruction(code.p, i);

		if (x.code == RET && x.k == K_SECCOMP_RET_LOG)
			return false;
	}
	return true;
}

/*
 * A policy's program, of which what lets a call through goes on with what
 * follows.  A call to be logged is asked about: an answer that lets it go on
 * would skip the rest, so that all policies are asked again then.
 */
static int
add_policy(struct program *p, const struct policy *policy,
    enum blob_kind kind, struct failure *f)
{
	size_t n, head = kind == BLOB_BPFN ? BPFN_HEAD : 0;
	struct blob_span code;

	if (blob_section(&policy->blob, kind, K_AUDIT_ARCH, &code) !=
	    BLOB_OK || code.len < head)
		return refuse(f, EXIT_RUNNER, 0, "policy \"", policy->name,
		    "\" was not compiled for " K_ARCH_NAME, NULL);
	n = (code.len - head) / BPF_I_LEN;
	for (size_t i = 0; i < n; i++) {
		struct k_sock_filter x = instruction(code.p + head, i);

		if (x.code == RET && x.k == K_SECCOMP_RET_ALLOW)
			x = (struct k_sock_filter){ JA, 0, 0,
			    (uint32_t)(n - i - 1) };
		else if (x.code == RET && x.k == K_SECCOMP_RET_LOG)
			x.k = K_SECCOMP_RET_USER_NOTIF;
		put(p, x);
	}
	return 0;
}

/* Asks about one call, if some of these bits are in an argument. */
static void
ask_about(struct program *p, uint32_t nr, unsigned arg, uint32_t bits)
{
	if (bits == 0) {
		put(p, (struct k_sock_filter){ JEQ, 0, 1, nr });
	} else {
		put(p, (struct k_sock_filter){ JEQ, 0, 4, nr });
		put(p, (struct k_sock_filter){ LD_ABS, 0, 0,
		    AT_ARG0 + 8 * arg });
		put(p, (struct k_sock_filter){ JSET, 1, 0, bits });
		put(p, rest[0]);
	}
	put(p, (struct k_sock_filter){ RET, 0, 0,
	    K_SECCOMP_RET_USER_NOTIF });
}

/* What the user's processes share by number. */
static const int16_t ipc_calls[] = {
#ifdef SYS_shmget
	SYS_shmget, SYS_shmat, SYS_shmctl, SYS_semget, SYS_semctl,
	SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl,
#endif
#ifdef SYS_semop
	SYS_semop,
#endif
#ifdef SYS_semtimedop
	SYS_semtimedop,
#endif
#ifdef SYS_semtimedop_time64
	SYS_semtimedop_time64,
#endif
#ifdef SYS_ipc
	SYS_ipc,
#endif
};

static void
refuse_ipc(struct program *p)
{
	for (size_t i = 0; i < sizeof(ipc_calls) / sizeof(ipc_calls[0]); i++) {
		put(p, (struct k_sock_filter){ JEQ, 0, 1,
		    (uint32_t)ipc_calls[i] });
		put(p, (struct k_sock_filter){ RET, 0, 0, REFUSE(EPERM) });
	}
}

static void
add_files(struct program *p, const struct notify_wants *w)
{
	/* Not O_ACCMODE: some libc has O_PATH in it. */
	uint32_t change = O_CREAT | (w->has_changes ? O_WRONLY | O_RDWR |
	    O_TRUNC : 0) | (w->has_lists ? O_DIRECTORY : 0);

	put(p, (struct k_sock_filter){ LD_ABS, 0, 0, AT_ARCH });
	put(p, (struct k_sock_filter){ JEQ, 1, 0, K_AUDIT_ARCH });
	put(p, rest[0]);
	put(p, (struct k_sock_filter){ LD_ABS, 0, 0, AT_NR });
	if (w->is_ipc_shared)
		refuse_ipc(p);
	for (size_t i = 0; i < nfilecalls; i++) {
		const struct filecall *c = &filecalls[i];

		if (c->kind < FILECALL_REMOVE || w->has_changes)
			ask_about(p, (uint32_t)c->nr, c->flags, c->kind ==
			    FILECALL_OPEN && !w->has_openings ? change : 0);
	}
	/* A broker's are asked about already. */
	if (w->has_ports)
		ask_about(p, SYS_connect, 0, 0);
	if (w->has_ports || w->has_marks)
		ask_about(p, SYS_bind, 0, 0);
	for (size_t i = 0; i < nmarkcalls; i++) {
		const struct markcall *c = &markcalls[i];

		if (w->is_unmounted)
			ask_about(p, (uint32_t)c->nr, 0, 0);
		else if (w->has_marks && c->mode != FILECALL_NONE)
			ask_about(p, (uint32_t)c->nr, c->mode, MARKCALL_BITS);
	}
}

int
notify_install(const struct notify_wants *w, struct failure *f)
{
	struct k_sock_filter room[BLOB_MAX_BPF];
	struct program p = { .code = room, .cap = BLOB_MAX_BPF };
	int fd;

	for (size_t i = 0; w->explained != NULL && i < w->explained->count;
	    i++)
		if (add_policy(&p, &w->explained->list[i], BLOB_BPFN, f)
		    < 0)
			return -1;
	if (w->merged != NULL && add_policy(&p, w->merged, BLOB_BPF0, f) < 0)
		return -1;
	if (w->is_guarded) {
		ADD(&p, own_abi);
		ADD(&p, guard);
	}
	if (w->has_execs)
		ADD(&p, execs);
	if (w->has_connects) {
		ADD(&p, own_abi);
		ADD(&p, connects);
	}
	if (w->has_names)
		add_files(&p, w);
	fd = install(&p);
	if (fd < 0)
		refuse(f, EXIT_RUNNER, errno, errno == EBUSY ?
		    "a supervisor above us answers system calls already" :
		    "seccomp listener (Linux 5.19)", NULL);
	return fd;
}

/* In a process that has nothing else to do: 0, or why there is no listener. */
static int
try_listener(void *arg)
{
	struct k_sock_filter room[1];
	struct program p = { .code = room, .cap = 1 };

	(void)arg;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || install(&p) < 0)
		_exit(errno);
	_exit(0);
}

static int
ask_for_listener(void)
{
	char stack[8192] __attribute__((aligned(16)));
	int status;
	pid_t pid = clone(try_listener, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);

	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	    WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
}

bool
notify_is_taken(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 &&
	    ask_for_listener() == EBUSY;
}

bool
notify_works(void)
{
	return ask_for_listener() == 0;
}

bool
notify_is_foreign(const struct k_seccomp_data *d)
{
#if defined(__x86_64__)
	if ((uint32_t)d->nr >= X32)
		return true;
#endif
	return d->arch != K_AUDIT_ARCH;
}

int
notify_guard(const struct k_seccomp_data *d)
{
	if (d->nr == SYS_clone3)
		return ENOSYS;
	return notify_is_foreign(d) || d->nr == SYS_ptrace ||
	    d->nr == SYS_process_vm_writev ||
	    (uint32_t)d->nr == (uint32_t)SYS_userfaultfd ||
	    (d->nr == SYS_clone && ((uint32_t)d->args[0] & SHARED_MASK) ==
	    SHARED_FS) || (d->nr == SYS_ioctl &&
	    (uint32_t)d->args[1] == UFFD_NEW) ? EPERM : 0;
}

bool
notify_is_exec(const struct k_seccomp_data *d)
{
	return d->arch == K_AUDIT_ARCH &&
	    (d->nr == SYS_execve || d->nr == SYS_execveat);
}

void
notify_hand_over(int listener)
{
	(void)ioctl(listener, (int)K_NOTIF_SET_FLAGS,
	    (unsigned long)K_NOTIF_SYNC_WAKE_UP);
}

bool
notify_receive(int listener, struct k_notif *n)
{
	/* A later kernel may have more to say. */
	union {
		struct k_notif n;
		char room[512];
	} u;

	memset(&u, 0, sizeof(u));
	if (ioctl(listener, (int)K_NOTIF_RECV, &u) < 0)
		return false;
	*n = u.n;
	return true;
}

bool
notify_is_valid(int listener, uint64_t id)
{
	return ioctl(listener, (int)K_NOTIF_ID_VALID, &id) == 0;
}

static bool
answer(int listener, uint64_t id, int err, uint32_t flags)
{
	struct k_notif_resp r = { .id = id, .error = -err, .flags = flags };

	return ioctl(listener, (int)K_NOTIF_SEND, &r) == 0;
}

bool
notify_continue(int listener, uint64_t id)
{
	return answer(listener, id, 0, K_NOTIF_CONTINUE);
}

bool
notify_give(int listener, uint64_t id, int fd, bool is_cloexec)
{
	struct k_notif_addfd a = { .id = id, .srcfd = (uint32_t)fd,
		.newfd_flags = is_cloexec ? O_CLOEXEC : 0 };
	struct k_notif_resp r = { .id = id };
	int err;

	r.val = ioctl(listener, (int)K_NOTIF_ADDFD, &a);
	err = errno;
	close(fd);
	errno = err;
	return r.val >= 0 && ioctl(listener, (int)K_NOTIF_SEND, &r) == 0;
}

bool
notify_refuse(int listener, uint64_t id, int err)
{
	return answer(listener, id, err, 0);
}
