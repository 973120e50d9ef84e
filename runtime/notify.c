/*
 * The listener: see notify.h.  Its filter stands beside those of the
 * policies, which stay as they were proved: where one of them refuses with an
 * errno, that wins over a question, so nothing is answered here that a policy
 * has already decided.
 */
#include "runtime/notify.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LD_ABS	0x20u
#define JEQ	0x15u
#define JGE	0x35u
#define RET	0x06u
#define AT_NR	0u
#define AT_ARCH	4u
#define AT_ARG1	24u		/* low half: every machine here is little-endian */
#define X32	0x40000000u
#define UFFD_NEW 0xaa00u	/* ioctl of /dev/userfaultfd (6.1) */
#define NO_CALL	0xffffffffu	/* of this architecture */
#define REFUSE(e) (K_SECCOMP_RET_ERRNO | (e))

#ifndef SYS_userfaultfd
#define SYS_userfaultfd NO_CALL
#endif

/*
 * Who could write to the memory of a program that has just been exec'd, or
 * make us wait for its memory to come.
 */
static const struct k_sock_filter guard[] = {
	{ LD_ABS, 0, 0, AT_ARCH },
	{ JEQ, 1, 0, K_AUDIT_ARCH },
	{ RET, 0, 0, REFUSE(ENOSYS) },
	{ LD_ABS, 0, 0, AT_NR },
#if defined(__x86_64__)
	{ JGE, 0, 1, X32 },
	{ RET, 0, 0, REFUSE(ENOSYS) },
#endif
	{ JEQ, 2, 0, SYS_ptrace },
	{ JEQ, 1, 0, SYS_process_vm_writev },
	{ JEQ, 0, 1, SYS_userfaultfd },
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

static const struct k_sock_filter rest[] = {
	{ RET, 0, 0, K_SECCOMP_RET_ALLOW },
};

struct program {
	struct k_sock_filter code[64];
	unsigned short len;
};

static void
add(struct program *p, const struct k_sock_filter *code, size_t size)
{
	memcpy(p->code + p->len, code, size);
	p->len += (unsigned short)(size / sizeof(*code));
}

static int
install(struct program *p)
{
	struct k_sock_fprog prog;

	add(p, rest, sizeof(rest));
	prog = (struct k_sock_fprog){ .len = p->len, .filter = p->code };
	return (int)syscall(SYS_seccomp, K_SECCOMP_SET_MODE_FILTER,
	    K_SECCOMP_NEW_LISTENER | K_SECCOMP_WAIT_KILLABLE_RECV, &prog);
}

int
notify_install(const struct notify_wants *w, struct failure *f)
{
	struct program p = { .len = 0 };
	int fd;

	if (w->is_guarded)
		add(&p, guard, sizeof(guard));
	if (w->has_execs)
		add(&p, execs, sizeof(execs));
	fd = install(&p);
	if (fd < 0)
		refuse(f, EXIT_RUNNER, errno, errno == EBUSY ?
		    "a supervisor above us answers system calls already" :
		    "seccomp listener (Linux 5.19)", NULL);
	return fd;
}

/* In a process that has nothing else to do. */
static int
try_listener(void *arg)
{
	struct program p = { .len = 0 };

	(void)arg;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && install(&p) < 0)
		_exit(errno == EBUSY);
	_exit(0);
}

bool
notify_is_taken(void)
{
	char stack[8192] __attribute__((aligned(16)));
	int status;
	pid_t pid;

	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2)
		return false;
	pid = clone(try_listener, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == 1;
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
notify_refuse(int listener, uint64_t id, int err)
{
	return answer(listener, id, err, 0);
}
