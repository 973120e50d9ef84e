/*
 * What is said of denials: names of calls, addresses, advice, the footer.
 */
#include "tests/lib/unit.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include "runtime/advice.h"
#include "runtime/decode.h"
#include "runtime/endpoint.h"
#include "runtime/denials.h"

static void
calls_have_names(void **state)
{
	(void)state;
	assert_string_equal(decode_name(SYS_openat), "openat");
	assert_string_equal(decode_name(SYS_execve), "execve");
	assert_string_equal(decode_name(SYS_ptrace), "ptrace");
	assert_null(decode_name(100000));
	assert_null(decode_name(0xffffffffu));
}

static const struct { const char *bytes; size_t len; const char *want; }
    addresses[] = {
	{ "\2\0\1\273\177\0\0\1\0\0\0\0\0\0\0\0", 16, "127.0.0.1:443" },
	{ "\12\0\0\120\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0", 28,
	    "[::1]:80" },
	{ "\1\0/run/x\0", 9, "unix:/run/x" },
	{ "\1\0\0name", 7, "unix:@name" },
	{ "\20\0\0\0\0\0\0\0\0\0\0\0", 12, "AF_NETLINK" },
	{ "\2\0\1\273", 4, "AF_INET" },
	{ "\12\0\0\120\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377\377\12\0\0\1", 24,
	    "10.0.0.1:80" },
	{ "\12\0\0\120\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 23,
	    "AF_INET6" },
	{ "\1\0", 2, "AF_UNIX" },
	{ "\0\0\1\273\177\0\0\1\0\0\0\0\0\0\0\0", 16, "AF_UNSPEC" },
	{ "\2", 1, "AF_UNSPEC" },
	{ "", 0, "AF_UNSPEC" },
};

static void
addresses_are_decoded(void **state)
{
	char buf[256];
	struct endpoint e;
	struct text t;

	(void)state;
	for (size_t i = 0; i < NELEM(addresses); i++) {
		text_init(&t, buf, sizeof(buf));
		endpoint_read((const uint8_t *)addresses[i].bytes,
		    addresses[i].len, &e);
		endpoint_put(&e, &t);
		assert_string_equal(buf, addresses[i].want);
	}
}

static const struct { const char *path; bool want; } places[] = {
	{ "/", false }, { "/home", false }, { "/home/ann", false },
	{ "/home/ann/src", true }, { "/home/ann/.ssh/config", false },
	{ "/home/ann/.config", false }, { "/home/ann/.config/x", true },
	{ "/etc", false }, { "/etc/passwd", true }, { "/etc/shadow", false },
	{ "/etc/codex", false }, { "/etc/codex/ceiling.bin", false },
	{ "/proc/self/mem", false }, { "/sys/x", false }, { "/dev", false },
	{ "/opt", true }, { "/srv/x/.aws/credentials", false },
	{ "/srv/tls.key", false }, { "/x/.codex/rules", false },
};

static void
advice_leaves_some_places_closed(void **state)
{
	const struct judge_vars vars = { .value = {
	    [BLOB_VAR_HOME] = "/home/ann",
	    [BLOB_VAR_XDG_CONFIG_HOME] = "/home/ann/.config" } };

	(void)state;
	for (size_t i = 0; i < NELEM(places); i++)
		if (advice_may_name(places[i].path, &vars) != places[i].want)
			fail_msg("%s: want %d", places[i].path,
			    places[i].want);
}

static void
footer_is_short(void **state)
{
	struct policy p = { .name = "test" };
	struct denial list[DENIALS_MAX], one = { .what = "write", .by = &p,
	    .strength = "hard", .why = "" };
	struct denials d = { .list = list };
	char buf[8192];
	unsigned lines = 0;
	struct text t;

	(void)state;
	text_init(&t, buf, sizeof(buf));
	denials_print(&d, &t);
	assert_string_equal(buf, "");
	for (int i = 0; i < 3; i++) {
		strcpy(one.target, "/x\033[2J");
		assert_int_equal(denials_add(&d, &one), (unsigned)i + 1);
	}
	for (int i = 0; i < 200; i++) {
		snprintf(one.target, sizeof(one.target), "/file%d", i);
		denials_add(&d, &one);
	}
	denials_print(&d, &t);
	for (const char *s = buf; *s != '\0'; s++)
		lines += *s == '\n';
	assert_int_equal(lines, 10);
	assert_non_null(strstr(buf, "/x\\x1b[2J"));
	assert_non_null(strstr(buf, "(3 times)"));
	assert_non_null(strstr(buf, "203 operations denied by profile "
	    "\"test\", 192 of them not shown"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_have_names),
		cmocka_unit_test(addresses_are_decoded),
		cmocka_unit_test(advice_leaves_some_places_closed),
		cmocka_unit_test(footer_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
