/* The lock of an audit file, and who holds that of the file before it. */
#include "tests/lib/unit.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/sink.h"
#include "runtime/sink_file.h"
#include "runtime/vars.h"

/* Another process holds the locks of these files, one for a few tries. */
static ino_t held_for_ever, held_a_while;
static int tries_left;

int __wrap_flock(int fd, int operation);
int __real_flock(int fd, int operation);

int
__wrap_flock(int fd, int operation)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	if ((operation & LOCK_UN) == 0 && (st.st_ino == held_for_ever ||
	    (st.st_ino == held_a_while && tries_left-- > 0))) {
		errno = EWOULDBLOCK;
		return -1;
	}
	return __real_flock(fd, operation);
}

static ino_t
number_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

static void
touch(const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	fclose(f);
}

/*
 * The lock of one file was given up; the file that stands in its place now is
 * waited for like any other.
 */
static void
a_new_file_is_waited_for(void **state)
{
	char dir[] = "/tmp/test_sink.XXXXXX", path[64], old[64];
	char line[] = "{\"v\":1}\n", real[PATH_CAP];
	const struct sink_record r = { .p = line, .len = sizeof(line) - 1 };
	struct sink s = { .can_reopen = true };
	struct failure f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	snprintf(old, sizeof(old), "%s/log.1", dir);
	assert_int_equal(sink_file_open(&s, path, real, sizeof(real), &f), 0);
	s.can_reopen = true;
	held_for_ever = number_of(path);
	assert_true(sink_file_write(&s, &r));
	assert_true(s.is_locked_out);
	assert_int_equal(rename(path, old), 0);
	touch(path);
	held_a_while = number_of(path);
	tries_left = 3;
	assert_true(sink_file_write(&s, &r));
	assert_true(tries_left < 0);
	assert_false(s.is_locked_out);
	close(s.fd);
	unlink(path);
	unlink(old);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_file_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
