/* Mounts of the process file system below write roots: see procfs.h. */
#include "runtime/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	4096u

/* The n-th field of a line, from 0; fields end with a blank. */
static const char *
field(const char *line, unsigned n)
{
	for (; n > 0 && *line != '\0'; n--) {
		line += strcspn(line, " ");
		line += *line == ' ';
	}
	return line;
}

/* "36 35 98:0 /root /mount/point rw,noatime - proc proc rw" */
static bool
is_exposed(const char *line, const struct plan *plan)
{
	const char *type = strstr(line, " - "), *at = field(line, 4);
	char where[PATH_CAP];
	size_t n = strcspn(at, " ");

	if (type == NULL || strncmp(type + 3, "proc ", 5) != 0)
		return false;
	if (n >= sizeof(where))
		return true;
	memcpy(where, at, n);
	where[n] = '\0';
	/* Octal escapes stand for blanks: no such name is worth decoding. */
	return strchr(where, '\\') != NULL ||
	    plan_writable(plan, where, false) != NULL;
}

/*
 * The next part of /proc is shown by another file system.  Two folders are
 * made for that and empty: nothing is hidden there.
 */
static bool
is_below(const char *line, const struct plan *plan)
{
	static const char *const empty[] = {
		"/proc/sys/fs/binfmt_misc ", "/proc/fs/nfsd ",
	};
	const char *at = field(line, 4);

	(void)plan;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		if (strncmp(at, empty[i], strlen(empty[i])) == 0)
			return false;
	return strncmp(at, "/proc/", 6) == 0;
}

typedef bool line_fn(const char *line, const struct plan *plan);

/* All lines that are complete in buf; how many bytes they were. */
static size_t
look_at(char *buf, size_t len, line_fn *is_one, const struct plan *plan,
    bool *found)
{
	size_t done = 0;
	char *end;

	while ((end = memchr(buf + done, '\n', len - done)) != NULL) {
		*end = '\0';
		*found |= is_one(buf + done, plan);
		done = (size_t)(end - buf) + 1;
	}
	return done;
}

/* Is there such a mount?  Also where that cannot be found out. */
static bool
find_mount(line_fn *is_one, const struct plan *plan)
{
	char buf[2 * CHUNK];
	bool found = false;
	size_t len = 0, done;
	ssize_t n;
	int fd;

	fd = openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT;
	while ((n = read(fd, buf + len, sizeof(buf) - len)) > 0) {
		len += (size_t)n;
		done = look_at(buf, len, is_one, plan, &found);
		len -= done;
		memmove(buf, buf + done, len);
		if (len == sizeof(buf))
			found = true, len = 0;
	}
	close(fd);
	return found || n < 0;
}

bool
procfs_is_writable(const struct policies *all, const struct plan *plan)
{
	bool is_limited = false;

	for (size_t i = 0; i < all->count; i++)
		is_limited |= (all->list[i].meta.predicates &
		    META_ALLOWS_FULL_WRITE) == 0;
	return !is_limited || find_mount(is_exposed, plan);
}

bool
procfs_is_covered(void)
{
	return find_mount(is_below, NULL);
}
