/*
 * Notifying programs: what they return for each call follows from what the
 * policy says, and the checker tells the two kinds of program apart.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "compiler/sysnotify.h"
#include "tests/lib/naive.h"

#define POLICIES	1500
#define CALLS		300
#define DENY		(SECCOMP_RET_ERRNO | 1)
#define NOSYS		(SECCOMP_RET_ERRNO | 38)
#define ALLOW		SECCOMP_RET_ALLOW
#define KILL		SECCOMP_RET_KILL_PROCESS
#define NOTIFY		SECCOMP_RET_USER_NOTIF

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static const struct { uint32_t arch; unsigned flags; const char *names[8]; }
    asked[] = {
	{ AUDIT_ARCH_X86_64, 0, { "execve", "execveat" } },
	{ AUDIT_ARCH_X86_64, BPFN_F_BIND, { "bind", "execve", "execveat" } },
	{ AUDIT_ARCH_X86_64, BPFN_F_CONNECT, { "connect",
	    "execve", "execveat" } },
	{ AUDIT_ARCH_AARCH64, BPFN_F_BIND, { "bind", "execve", "execveat" } },
	{ AUDIT_ARCH_I386, 0, { "execve", "execveat" } },
	{ AUDIT_ARCH_I386, BPFN_F_BIND, { "execve", "socketcall", "execveat",
	    "bind" } },
};

static void
asks_about_execs_and_what_is_brokered(void **state)
{
	uint32_t got[SYSNOTIFY_MAX];

	(void)state;
	for (size_t i = 0; i < NELEM(asked); i++) {
		size_t n = sysnotify_calls(asked[i].arch, asked[i].flags, got);

		for (size_t k = 0; k < n; k++)
			assert_string_equal(sysc_call_name(asked[i].arch,
			    got[k]), asked[i].names[k]);
		assert_null(asked[i].names[n]);
	}
}

static bool
is_asked(uint32_t arch, unsigned flags, uint32_t nr)
{
	uint32_t numbers[SYSNOTIFY_MAX];
	size_t n = sysnotify_calls(arch, flags, numbers);

	for (size_t i = 0; i < n; i++)
		if (numbers[i] == nr)
			return true;
	return false;
}

/* No item of the policy names the call, and its number is past the table. */
static bool
is_newer(const struct sysc_policy *p, const struct seccomp_data *call)
{
	struct sysc_policy other = *p;

	if ((uint32_t)call->nr < p->newer_from)
		return false;
	other.newer = 0x12345678;
	return naive_action(&other, call) == 0x12345678;
}

static uint32_t
wanted(const struct sysc_policy *p, unsigned flags,
    const struct seccomp_data *call)
{
	uint32_t plain = naive_action(p, call), nr = (uint32_t)call->nr;
	bool is_foreign = call->arch != p->arch ||
	    (p->arch == AUDIT_ARCH_X86_64 && nr & 0x40000000);

	if (is_foreign || is_newer(p, call))
		return plain;
	switch (plain & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ERRNO:
		return NOTIFY;
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return is_asked(p->arch, flags, nr) ? NOTIFY : plain;
	}
	return plain;
}

/* Give items numbers at and around the calls asked about. */
static void
near_asked(struct naive_rng *r, struct sysc_policy *p)
{
	static const uint32_t actions[] = { ALLOW, ALLOW, SECCOMP_RET_LOG,
		DENY, KILL, SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 3 };
	uint32_t numbers[SYSNOTIFY_MAX];
	size_t n = sysnotify_calls(p->arch, BPFN_ALL_FLAGS, numbers);

	for (size_t i = 0; i < p->nitems; i++) {
		struct sysc_item *x = &p->items[i];

		if (naive_random(r) % 2 == 0)
			continue;
		x->lo = numbers[naive_random(r) % n] -
		    (uint32_t)(naive_random(r) % 3);
		x->hi = x->lo + (uint32_t)(naive_random(r) % 8);
		x->action = actions[naive_random(r) % NELEM(actions)];
	}
	p->action = actions[naive_random(r) % NELEM(actions)];
}

static void
check_policy(struct naive_rng *r, struct arena *a, const struct sysc_policy *p,
    unsigned flags)
{
	const struct prove_options o = { .is_notifying = true,
		.notify = flags };
	uint32_t numbers[SYSNOTIFY_MAX];
	size_t n = sysnotify_calls(p->arch, BPFN_ALL_FLAGS, numbers);
	struct sysc_policy asking;
	struct prove_witness w;
	struct bpf_program g;
	int e;

	sysnotify_policy(a, p, flags, &asking);
	assert_int_equal(bpf_generate(a, &asking, &g), BPF_OK);
	e = prove_program_with(a, p, &o, g.insns, g.ninsns, &w, NULL);
	if (e != PROVE_OK)
		fail_msg("%s at %u: nr %d: want %#x, got %#x",
		    prove_strerror(e), w.at, w.call.nr, w.want, w.got);
	for (unsigned i = 0; i < CALLS; i++) {
		struct seccomp_data call;
		struct sim_result s;

		naive_random_call(r, p, &call);
		if (i % 2 == 0)
			call.nr = (int)numbers[i / 2 % n];
		assert_int_equal(sim_run(g.insns, g.ninsns, &call, &s), 0);
		if (s.action != wanted(p, flags, &call))
			fail_msg("nr %d args %#llx %#llx: got %#x, want %#x",
			    call.nr, call.args[0], call.args[1], s.action,
			    wanted(p, flags, &call));
	}
}

static void
random_policies_ask_as_they_should(void **state)
{
	static const uint32_t archs[] = { AUDIT_ARCH_X86_64,
		AUDIT_ARCH_AARCH64, AUDIT_ARCH_I386 };
	struct naive_rng r = { 5 };

	(void)state;
	for (unsigned i = 0; i < POLICIES; i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;

		naive_random_policy(&r, a, archs[i % NELEM(archs)], &p);
		near_asked(&r, &p);
		check_policy(&r, a, &p, i % (BPFN_ALL_FLAGS + 1));
		arena_free(a);
	}
}

/* A program that asks too much or too little is told by a witness. */
static void
the_checker_tells_them_apart(void **state)
{
	static const struct { unsigned made, proved; bool is_plain; } rows[] =
	    { { 0, 0, true }, { 0, BPFN_F_BIND, false },
	    { BPFN_F_BIND, 0, false }, { BPFN_F_CONNECT, BPFN_F_BIND, false } };
	struct sysc_item item = { 0, 300, ALLOW, 1, 0, 0 };
	const struct sysc_policy p = { .arch = AUDIT_ARCH_X86_64,
		.action = DENY, .newer = NOSYS, .newer_from = 470,
		.foreign = KILL, .items = &item, .nitems = 1 };

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct arena *a = arena_new(0, on_full);
		struct prove_options o = { .is_notifying = true,
			.notify = rows[i].proved };
		struct sysc_policy asking;
		struct prove_witness w;
		struct sim_result s;
		struct bpf_program g;

		sysnotify_policy(a, &p, rows[i].made, &asking);
		assert_int_equal(bpf_generate(a, rows[i].is_plain ? &p :
		    &asking, &g), BPF_OK);
		assert_int_equal(prove_program_with(a, &p, &o, g.insns,
		    g.ninsns, &w, NULL), PROVE_ERR_ACTION);
		assert_int_equal(sim_run(g.insns, g.ninsns, &w.call, &s), 0);
		assert_int_equal(s.action, w.got);
		assert_int_equal(wanted(&p, rows[i].proved, &w.call), w.want);
		o.is_notifying = false;
		assert_int_equal(prove_program_with(a, &p, &o, g.insns,
		    g.ninsns, NULL, NULL), rows[i].is_plain ? PROVE_OK :
		    PROVE_ERR_ACTION);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_about_execs_and_what_is_brokered),
		cmocka_unit_test(random_policies_ask_as_they_should),
		cmocka_unit_test(the_checker_tells_them_apart),
	};

	return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
