/*
 * Files that verbs write: the new one stands at once in place of the old.
 * What is no file is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/arena.h"
#include "compiler/source.h"
#include "compiler/verb.h"

void
verb_need_file(const char *path)
{
	struct stat st;

	if (access(path, R_OK) == -1 || stat(path, &st) == -1)
		die("%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("%s: %s", path, source_strerror(SOURCE_ERR_KIND));
}

/* False: errno says why. */
static bool
write_all(int fd, const char *p, size_t len)
{
	ssize_t r;

	while (len > 0) {
		r = write(fd, p, len);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		p += r;
		len -= (size_t)r;
	}
	return true;
}

/* A device or a pipe (/dev/null, /dev/stdout) stays what it is. */
static void
write_in_place(const char *path, const void *p, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd == -1 || !write_all(fd, p, len) || close(fd) == -1)
		die("%s: %s", path, strerror(errno));
}

static void
replace(struct arena *a, const char *path, const void *p, size_t len)
{
	char *tmp = arena_printf(a, "%s.XXXXXX", path);
	mode_t mask = umask(0);
	int fd, saved;

	umask(mask);
	fd = mkstemp(tmp);
	if (fd == -1)
		die("%s: %s", path, strerror(errno));
	/* Never writable by others: codex-exec refuses such blobs. */
	if (write_all(fd, p, len) && fchmod(fd, 0644 & ~mask) == 0 &&
	    fsync(fd) == 0 && close(fd) == 0 && rename(tmp, path) == 0)
		return;
	saved = errno;
	unlink(tmp);
	die("%s: %s", path, strerror(saved));
}

void
verb_replace_file(struct arena *a, const char *path, const void *p,
    size_t len)
{
	char real[PATH_MAX];
	struct stat st;

	if (*path == '\0')
		die("the name of an output file is empty");
	if (stat(path, &st) == -1) {
		/* A link that leads nowhere is replaced itself. */
		replace(a, path, p, len);
		return;
	}
	/* A link stays; /dev/stdout may lead to a file without a name. */
	if (!S_ISREG(st.st_mode) || realpath(path, real) == NULL)
		write_in_place(path, p, len);
	else
		replace(a, real, p, len);
}
