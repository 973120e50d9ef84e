/*
 * Generated programs in the running kernel: a child installs one and makes
 * calls that can do no harm, on descriptor -1; a refusal has an errno that
 * no kernel gives, so each outcome shows what the filter said.
 */
#include "tests/lib/unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/sim.h"
#include "compiler/sysnotify.h"
#include "tests/lib/naive.h"

#if defined(__x86_64__)
#define HERE	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define HERE	AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define HERE	AUDIT_ARCH_RISCV64
#else
#define HERE	0
#endif

#define POLICIES	40
#define CALLS		250
#define FOREIGN_ERRNO	2000
#define REFUSED_ERRNO	1000	/* and the number of the item */
#define SKIPPED		77
#define NOT_INSTALLED	78

static const uint32_t numbers[] = { SYS_lseek, SYS_fcntl, SYS_ioctl, SYS_dup3,
	SYS_fchmod, SYS_fchown, SYS_ftruncate, SYS_fallocate, SYS_getsockopt,
	SYS_listen, SYS_shutdown, SYS_flock, SYS_fsync, SYS_fdatasync };

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static uint32_t
below(struct naive_rng *r, uint32_t n)
{
	return (uint32_t)(naive_random(r) % n);
}

/* Conditions on all arguments but the descriptor. */
static void
safe_policy(struct naive_rng *r, struct arena *a, struct sysc_policy *out)
{
	naive_random_policy(r, a, HERE, out);
	for (size_t i = 0; i < out->nitems; i++) {
		struct sysc_item *x = &out->items[i];

		x->lo = x->hi = numbers[below(r, NELEM(numbers))];
		x->action = below(r, 2) == 0 ? SECCOMP_RET_ALLOW :
		    SECCOMP_RET_ERRNO | (REFUSED_ERRNO + (uint32_t)i);
	}
	for (size_t i = 0; i < out->natoms; i++)
		out->atoms[i].arg = (uint8_t)(1 + out->atoms[i].arg % 5);
	out->action = out->newer = SECCOMP_RET_ALLOW;
	out->newer_from = 1u << 29;
	out->foreign = SECCOMP_RET_ERRNO | FOREIGN_ERRNO;
}

static void
safe_call(struct naive_rng *r, const struct sysc_policy *p,
    struct seccomp_data *call)
{
	uint32_t nr = numbers[below(r, NELEM(numbers))];

	do
		naive_random_call(r, p, call);
	while (call->arch != HERE);
	if (p->nitems > 0 && below(r, 4) != 0) {
		const struct sysc_item *x =
		    &p->items[below(r, (uint32_t)p->nitems)];

		nr = x->lo;
		for (uint32_t i = 0; i < x->natoms; i++) {
			const struct sysc_atom *y = &p->atoms[x->atom + i];

			call->args[y->arg] = y->value + below(r, 3) - 1;
		}
	}
	if (HERE == AUDIT_ARCH_X86_64 && below(r, 20) == 0)
		nr |= 0x40000000u;
	call->nr = (int)nr;
	call->args[0] = UINT64_MAX;
}

static int
install(const struct bpf_program *g)
{
	struct sock_filter *f = calloc(g->ninsns, sizeof(*f));
	struct sock_fprog prog = { .len = (unsigned short)g->ninsns,
		.filter = f };
	int r;

	for (size_t i = 0; f != NULL && i < g->ninsns; i++)
		f[i] = (struct sock_filter){ g->insns[i].code,
			g->insns[i].jt, g->insns[i].jf, g->insns[i].k };
	r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (r == 0)
		r = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
		    &prog);
	free(f);
	return r;
}

/*
 * What a call gives.  Where no supervisor listens, a notification is ENOSYS;
 * foreign calls are not asked about.
 */
static uint32_t
wanted(const struct sysc_policy *p, const struct seccomp_data *call,
    bool is_notifying)
{
	uint32_t want = naive_action(p, call);

	if (is_notifying && want != SECCOMP_RET_ALLOW &&
	    (want & SECCOMP_RET_DATA) != FOREIGN_ERRNO)
		return SECCOMP_RET_ERRNO | ENOSYS;
	return want;
}

/* Exit status of the child: how many calls went otherwise, 77: skipped. */
static int
run_child(struct naive_rng *r, const struct sysc_policy *p,
    const struct bpf_program *g, bool is_notifying)
{
	int wrong = 0;

	/* A program that is refused is no missing feature. */
	if (install(g) != 0)
		return errno == ENOSYS ? SKIPPED : NOT_INSTALLED;
	for (unsigned i = 0; i < CALLS; i++) {
		struct seccomp_data call;
		uint32_t want;
		long got;

		safe_call(r, p, &call);
		want = wanted(p, &call, is_notifying);
		errno = 0;
		got = syscall((long)call.nr, call.args[0], call.args[1],
		    call.args[2], call.args[3], call.args[4], call.args[5]);
		if (want == SECCOMP_RET_ALLOW)
			wrong += errno >= REFUSED_ERRNO;
		else
			wrong += got != -1 ||
			    (uint32_t)errno != (want & SECCOMP_RET_DATA);
	}
	return wrong < SKIPPED ? wrong : SKIPPED - 1;
}

static void
compare(bool is_notifying, uint64_t seed)
{
	struct naive_rng r = { seed };

	if (HERE == 0)
		skip();
	for (unsigned i = 0; i < POLICIES; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p, asking;
		struct bpf_program g;
		int status = 0;
		pid_t child;

		safe_policy(&r, a, &p);
		sysnotify_policy(a, &p, 0, &asking);
		assert_int_equal(bpf_generate(a, is_notifying ? &asking : &p,
		    &g), BPF_OK);
		child = fork();
		if (child == 0)
			_exit(run_child(&r, &p, &g, is_notifying));
		assert_int_equal(waitpid(child, &status, 0), child);
		arena_free(a);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == SKIPPED)
			skip();
		if (WEXITSTATUS(status) == NOT_INSTALLED)
			fail_msg("policy %u: the kernel refuses it", i);
		if (WEXITSTATUS(status) != 0)
			fail_msg("policy %u: %d of %d calls went otherwise", i,
			    WEXITSTATUS(status), CALLS);
		/* The child's draws are lost: take other ones. */
		naive_random(&r);
	}
}

static void
the_kernel_agrees(void **state)
{
	(void)state;
	compare(false, 11);
}

static void
notifications_reach_the_kernel(void **state)
{
	(void)state;
	compare(true, 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_agrees),
		cmocka_unit_test(notifications_reach_the_kernel),
	};

	return cmocka_run_group_tests_name("bpf_kernel", tests, NULL, NULL);
}
