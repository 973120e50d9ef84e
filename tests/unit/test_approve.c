/*
 * Answers to approvals: which lines are one, and what time does to those that
 * do not come.
 */
#include "tests/lib/unit.h"

#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "runtime/approve.h"

static int64_t seconds = 1000;

/* Nothing here can be written by a command. */
const struct plan_rule *
plan_writable(const struct plan *plan, const char *path, bool is_all)
{
	(void)plan, (void)path, (void)is_all;
	return NULL;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int
__wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	(void)id;
	*t = (struct timespec){ .tv_sec = seconds };
	return 0;
}

static const struct { const char *line; int want; bool allowed; int64_t until; }
    lines[] = {
	{ "{\"id\":\"1\",\"decision\":\"allow\"}", 0, true, 0 },
	{ "{\"id\":\"1\",\"decision\":\"deny\"}", 0, false, 0 },
	{ " { \"decision\" : \"allow\" , \"id\" : \"1\" } \r", 0, true, 0 },
	{ "{\"id\":\"1\",\"decision\":\"allow\",\"scope\":\"run\","
	  "\"until\":\"1970-01-02T00:00:01Z\"}", 0, true, 86401 },
	{ "{\"id\":\"1\",\"decision\":\"allow\",\"scope\":\"run\","
	  "\"until\":\"2024-03-01T00:00:00Z\"}", 0, true, 1709251200 },
	{ "{\"id\":\"1\",\"decision\":\"allow\","
	  "\"until\":\"2024-03-01T00:00:00Z\"}", -1, false, 0 },
	{ "", -1, false, 0 }, { "{}", -1, false, 0 }, { "y", -1, false, 0 },
	{ "{\"id\":\"1\"}", -1, false, 0 },
	{ "{\"decision\":\"allow\"}", -1, false, 0 },
	{ "{\"id\":\"0\",\"decision\":\"allow\"}", -1, false, 0 },
	{ "{\"id\":\"1x\",\"decision\":\"allow\"}", -1, false, 0 },
	{ "{\"id\":1,\"decision\":\"allow\"}", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"Allow\"}", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"allow\",\"id\":\"1\"}", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"allow\",\"a\":\"b\"}", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"allow\"}x", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"allow\",}", -1, false, 0 },
	{ "{\"id\":\"1\",\"decision\":\"all\\u006fw\"}", -1, false, 0 },
};

static void
lines_are_read_strictly(void **state)
{
	struct reply r;

	(void)state;
	for (size_t i = 0; i < NELEM(lines); i++) {
		int got = reply_read(lines[i].line, strlen(lines[i].line),
		    &r);

		if (got != lines[i].want || r.is_allowed != lines[i].allowed ||
		    r.until != lines[i].until)
			fail_msg("%s: got %d", lines[i].line, got);
	}
}

static struct approve *
open_channel(int *ours, struct scratch *mem)
{
	struct plan plan = { .count = 0 };
	struct options o = { .json_fd = -1 };
	struct approve *a;
	struct failure f;
	char arg[16];
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	*ours = fds[0];
	snprintf(arg, sizeof(arg), "fd:%d", fds[1]);
	o.approve = arg;
	scratch_init(mem, NULL, 0, 8u << 20);
	assert_int_equal(approve_open(&a, &o, &plan, mem, NULL, &f), 0);
	return a;
}

static uint64_t
ask(struct approve *a, const char *word)
{
	static const uint8_t zero[BLOB_H_LEN];
	static struct policy p = { .name = "test" };
	const char *argv[] = { "x", word };
	struct question q = { .argv = argv, .argc = 2, .path = "/x",
	    .cwd = "/", .by = &p, .why = "" };

	p.blob.all.p = zero;
	p.blob.all.len = sizeof(zero);
	return approve_ask(a, &q);
}

static void
say(int fd, const char *line)
{
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
}

static void
silence_is_a_refusal(void **state)
{
	struct scratch mem;
	struct answer out;
	struct approve *a;
	int fd;

	(void)state;
	a = open_channel(&fd, &mem);
	assert_int_equal(ask(a, "a"), 1);
	assert_int_equal(ask(a, "b"), 2);
	seconds += APPROVE_TIME - 1;
	assert_false(approve_answer(a, &out));
	assert_int_equal(approve_timeout(a), 1000);
	say(fd, "{\"id\":\"2\",\"decision\":\"allow\"}\n");
	assert_true(approve_answer(a, &out));
	assert_int_equal(out.id, 2);
	assert_true(out.is_allowed);
	seconds++;
	assert_int_equal(approve_timeout(a), 0);
	assert_true(approve_answer(a, &out));
	assert_int_equal(out.id, 1);
	assert_false(out.is_allowed);
	assert_string_equal(out.why, "no answer in time");
	/* Too late: nobody's, and no harm to the next one. */
	say(fd, "{\"id\":\"1\",\"decision\":\"allow\"}\n");
	assert_int_equal(ask(a, "c"), 3);
	assert_false(approve_answer(a, &out));
	say(fd, "{\"id\":\"3\",\"decision\":\"allow\"");
	assert_false(approve_answer(a, &out));
	say(fd, "}\n");
	assert_true(approve_answer(a, &out));
	assert_true(out.is_allowed);
	assert_int_equal(approve_timeout(a), -1);
	close(fd);
}

static void
too_many_are_refused(void **state)
{
	struct scratch mem;
	struct answer out;
	struct approve *a;
	unsigned n = 0;
	int fd;

	(void)state;
	a = open_channel(&fd, &mem);
	while (ask(a, "a") != 0)
		n++;
	assert_int_equal(n, APPROVE_SLOTS);
	say(fd, "{\"id\":\"99\",\"decision\":\"allow\"}\n");
	for (n = 0; approve_answer(a, &out); n++)
		assert_false(out.is_allowed);
	assert_int_equal(n, APPROVE_SLOTS);
	/* Who wrote nonsense is not asked again. */
	assert_int_equal(ask(a, "a"), 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_strictly),
		cmocka_unit_test(silence_is_a_refusal),
		cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
