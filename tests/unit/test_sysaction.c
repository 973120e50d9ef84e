/* Actions of system call policies, and the calls that queries name. */
#include "tests/lib/unit.h"

#include <linux/seccomp.h>

#include "compiler/arena.h"
#include "compiler/sysc.h"

#define NEG(n)	((uint64_t)-(int64_t)(n))

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static const struct source *
source_of(struct arena *a, const char *text)
{
	return source_text(a, "t", text, strlen(text));
}

static const struct {
	const char *text;
	uint32_t action;
	const char *canonical;	/* NULL: refused */
} actions[] = {
	{ "allow", SECCOMP_RET_ALLOW, "allow" },
	{ "errno(EPERM)", SECCOMP_RET_ERRNO | 1, "errno(EPERM)" },
	{ "errno(1)", SECCOMP_RET_ERRNO | 1, "errno(EPERM)" },
	{ "errno(4095)", SECCOMP_RET_ERRNO | 4095, "errno(4095)" },
	{ "errno(EWOULDBLOCK)", SECCOMP_RET_ERRNO | 11, "errno(EAGAIN)" },
	{ "kill", SECCOMP_RET_KILL_PROCESS, "kill" },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD, "kill_thread" },
	{ "trap", SECCOMP_RET_TRAP, "trap" },
	{ "log", SECCOMP_RET_LOG, "log" },
	{ "trace(65535)", SECCOMP_RET_TRACE | 65535, "trace(65535)" },
	{ "notify", SECCOMP_RET_USER_NOTIF, "notify" },
	{ "errno(0)", 0, NULL }, { "errno(4096)", 0, NULL },
	{ "errno()", 0, NULL }, { "errno", 0, NULL }, { "errno(E)", 0, NULL },
	{ "trace", 0, NULL }, { "trace(65536)", 0, NULL },
	{ "trace(-1)", 0, NULL }, { "kill(9)", 0, NULL },
	{ "allow ", 0, NULL }, { "", 0, NULL }, { "errno(EPERM", 0, NULL },
};

static void
actions_are_read_and_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(actions); i++) {
		struct arena *a = arena_new(0, on_full);
		struct loc at = { source_of(a, actions[i].text), 1, 1, 1 };
		struct diag d;
		uint32_t got = 0;
		int r;

		diag_init(&d, NULL);
		r = sysc_action_parse(a, &d, actions[i].text, at, &got);
		if (r != (actions[i].canonical != NULL ? 0 : -1) ||
		    got != actions[i].action)
			fail_msg("\"%s\": got %d, %#x", actions[i].text, r,
			    got);
		if (r == 0)
			assert_string_equal(sysc_action_text(a, got),
			    actions[i].canonical);
		arena_free(a);
	}
}

static const struct {
	const char *arch, *text;
	int nr;			/* -1: refused */
	unsigned given;
	uint64_t args[3];
} queries[] = {
	{ "x86_64", "socket(domain = 2, type = 1)", 41, 3, { 2, 1, 0 } },
	{ "x86_64", "socket(domain == AF_INET && type == 1)", 41, 3,
	    { 2, 1, 0 } },
	{ "aarch64", "socket(type = SOCK_RAW|SOCK_CLOEXEC)", 198, 2,
	    { 0, 02000003, 0 } },
	{ "x86_64", "getpid", 39, 0, { 0 } },
	{ "x86_64", "getpid()", 39, 0, { 0 } },
	{ "x86_64", "openat(dirfd = AT_FDCWD, arg2 = 0x1ffffffff)", 257, 5,
	    { NEG(100), 0, 0x1ffffffff } },
	{ "i386", "openat(dirfd = -1)", 295, 1, { 0xffffffff, 0, 0 } },
	{ "x86_64", "socketcall", -1, 0, { 0 } },
	{ "x86_64", "nothing", -1, 0, { 0 } },
	{ "x86_64", "socket(domain = 2, domain = 3)", -1, 0, { 0 } },
	{ "x86_64", "socket(domian = 2)", -1, 0, { 0 } },
	{ "x86_64", "socket(domain = AF_NIX)", -1, 0, { 0 } },
	{ "x86_64", "socket(domain > 2)", -1, 0, { 0 } },
	{ "x86_64", "socket(2)", -1, 0, { 0 } },
	{ "x86_64", "@mount", -1, 0, { 0 } },
	{ "x86_64", "", -1, 0, { 0 } },
};

static void
queries_give_a_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(queries); i++) {
		struct arena *a = arena_new(0, on_full);
		struct loc at = { source_of(a, queries[i].text), 1, 1, 1 };
		struct sysc_query q = { 0 };
		struct diag d;
		int r;

		diag_init(&d, NULL);
		r = sysc_query_parse(a, &d, queries[i].text, at,
		    sysc_arch_by_name(queries[i].arch), &q);
		if (r != (queries[i].nr >= 0 ? 0 : -1) ||
		    (r == -1) != (d.errors == 1))
			fail_msg("%s: got %d", queries[i].text, r);
		if (r == 0 && (q.nr != (uint32_t)queries[i].nr ||
		    q.given != queries[i].given || memcmp(q.args,
		    queries[i].args, sizeof(queries[i].args)) != 0))
			fail_msg("%s: got %u, given %u, %#llx",
			    queries[i].text, q.nr, q.given,
			    (unsigned long long)q.args[0]);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions_are_read_and_written),
		cmocka_unit_test(queries_give_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
