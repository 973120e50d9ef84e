/* Files that verbs write: the new one stands at once in place of the old. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/arena.h"
#include "compiler/verb.h"

static void
write_all(int fd, const char *p, size_t len, const char *tmp)
{
	ssize_t r;

	while (len > 0) {
		r = write(fd, p, len);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0) {
			unlink(tmp);
			die("%s: %s", tmp, strerror(errno));
		}
		p += r;
		len -= (size_t)r;
	}
}

void
verb_replace_file(struct arena *a, const char *path, const void *p,
    size_t len)
{
	char *tmp = arena_printf(a, "%s.XXXXXX", path);
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	fd = mkstemp(tmp);
	if (fd == -1)
		die("%s: %s", tmp, strerror(errno));
	write_all(fd, p, len, tmp);
	/* Never writable by others: codex-exec refuses such blobs. */
	if (fchmod(fd, 0644 & ~mask) == -1 || fsync(fd) == -1 ||
	    close(fd) == -1 || rename(tmp, path) == -1) {
		unlink(tmp);
		die("%s: %s", path, strerror(errno));
	}
}
