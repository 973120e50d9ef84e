/* The first line of a script, as the kernel reads it. */
#include "tests/lib/unit.h"

#include <unistd.h>

#include "runtime/script.h"

#define LONG_NAME(c)	"/" c c c c c c c c c c c c c c c c
#define X16		"xxxxxxxxxxxxxxxx"

static const struct row {
	const char *what, *text;
	int want;
	const char *interpreter, *argument;
} rows[] = {
	{ "plain", "#!/bin/sh\necho", 1, "/bin/sh", NULL },
	{ "without an end", "#!/bin/sh", 1, "/bin/sh", NULL },
	{ "blanks", "#! \t/bin/sh \t-e \t\n", 1, "/bin/sh", "-e" },
	{ "one argument", "#!/usr/bin/env -S a b\n", 1, "/usr/bin/env",
	    "-S a b" },
	{ "a carriage return", "#!/bin/sh\r\n", 1, "/bin/sh\r", NULL },
	{ "relative", "#!sh\n", -1, NULL, NULL },
	{ "nothing", "#!\n/bin/sh\n", -1, NULL, NULL },
	{ "blanks alone", "#!  ", -1, NULL, NULL },
	{ "cut off", "#!" LONG_NAME(X16), -1, NULL, NULL },
	{ "an argument cut off", "#!/bin/sh " LONG_NAME(X16), 1, "/bin/sh",
	    LONG_NAME(X16) },
	{ "no script", "\177ELF", 0, NULL, NULL },
	{ "empty", "", 0, NULL, NULL },
	{ "one byte", "#", 0, NULL, NULL },
};

static void
first_lines_are_read(void **state)
{
	char path[] = "/tmp/test_script.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *r = &rows[i];
		size_t n = strlen(r->text);
		struct script_line line;
		char want[SCRIPT_HEAD];
		int got;

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, r->text, n, 0), n);
		got = script_read(path, &line);
		if (got != r->want)
			fail_msg("%s: got %d, want %d", r->what, got,
			    r->want);
		if (got <= 0)
			continue;
		assert_string_equal(line.interpreter, r->interpreter);
		if (r->argument == NULL) {
			assert_null(line.argument);
			continue;
		}
		/* The kernel has no more of it than this. */
		n = (size_t)(strstr(r->text, r->argument) - r->text);
		snprintf(want, SCRIPT_HEAD - n, "%s", r->argument);
		assert_string_equal(line.argument, want);
	}
	close(fd);
	unlink(path);
	assert_int_equal(script_read("/dev/null", &(struct script_line){
	    .argument = NULL }), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_lines_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
