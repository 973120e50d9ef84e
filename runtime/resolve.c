/* Paths of other tasks: see resolve.h. */
#include "runtime/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/peek.h"
#include "runtime/text.h"

#define MAX_TRIES	128

/* The path from the task's root, "/proc/self" replaced: that would be us. */
static bool
make_absolute(pid_t pid, int directory, const char *path, struct text *t)
{
	char base[PATH_CAP], name[24] = "cwd";
	struct text n;

	if (strncmp(path, "/proc/self", 10) == 0 &&
	    (path[10] == '/' || path[10] == '\0')) {
		text_proc(t, pid, path + 10);
		return !t->is_cut;
	}
	if (strncmp(path, "/proc/thread-self", 17) == 0)
		return false;
	if (path[0] != '/') {
		if (directory != AT_FDCWD) {
			if (directory < 0)
				return false;
			text_init(&n, name, sizeof(name));
			text_str(&n, "fd/");
			text_num(&n, (uint64_t)directory);
		}
		if (!peek_link(pid, name, base, sizeof(base)))
			return false;
		text_str(t, base);
		text_str(t, "/");
	}
	text_str(t, path);
	return !t->is_cut;
}

/*
 * A ".." fails with EAGAIN when something is renamed or mounted meanwhile,
 * anywhere; whoever does that all the time is not waited for.
 */
static int
open_below(int root, const char *path, int flags)
{
	struct k_open_how how = {
		.flags = (uint64_t)(O_PATH | O_CLOEXEC | flags),
		.resolve = K_RESOLVE_IN_ROOT | K_RESOLVE_NO_MAGICLINKS,
	};
	int fd, tries = MAX_TRIES;

	do
		fd = (int)syscall(K_SYS_openat2, root, path, &how,
		    sizeof(how));
	while (fd < 0 && errno == EAGAIN && --tries > 0);
	return fd;
}

bool
resolve_descriptor(int fd, char *buf, size_t cap)
{
	char name[24];
	struct text t;

	text_init(&t, name, sizeof(name));
	text_str(&t, "fd/");
	text_num(&t, (uint64_t)(unsigned)fd);
	return peek_link(getpid(), name, buf, cap);
}

int
resolve_open(pid_t pid, int fd)
{
	char name[64];
	struct text t;
	int got;

	errno = EBADF;
	if (fd < 0)
		return -1;
	text_init(&t, name, sizeof(name));
	text_proc(&t, pid, "/fd/");
	text_num(&t, (uint64_t)fd);
	got = open(name, O_PATH | O_CLOEXEC);
	if (got < 0 && errno == ENOENT)
		errno = EBADF;
	return got;
}

int
resolve_number(const char *path)
{
	static const char *const folders[] = { "/proc/self/fd/", "/dev/fd/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t n = strlen(folders[i]), digits;

		if (strncmp(path, folders[i], n) != 0)
			continue;
		digits = strspn(path + n, "0123456789");
		return digits > 0 && digits < 10 && path[n + digits] == '\0' ?
		    (int)text_parse_num(path + n) : -1;
	}
	return -1;
}

char *
resolve_find_gone(char *path, const struct stat *st)
{
	static const char gone[] = " (deleted)";
	const size_t n = strlen(path), g = sizeof(gone) - 1;

	return st->st_nlink == 0 && n > g &&
	    strcmp(path + n - g, gone) == 0 ? path + n - g : NULL;
}

/* The name in its parent: "a/b/" is b in a.  Not "." nor "..". */
static bool
resolve_name(int root, char *path, struct resolved *r)
{
	size_t n = strlen(path);
	char *slash, *name;
	struct text t;
	bool is_fine;

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	name = slash + 1;
	if (*name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	*slash = '\0';
	r->fd = open_below(root, *path != '\0' ? path : "/", O_DIRECTORY);
	if (r->fd < 0)
		return false;
	r->is_there = faccessat(r->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	is_fine = resolve_descriptor(r->fd, r->parent, sizeof(r->parent));
	text_init(&t, r->path, sizeof(r->path));
	text_str(&t, r->parent);
	text_str(&t, strcmp(r->parent, "/") == 0 ? "" : "/");
	text_str(&t, name);
	return is_fine && !t.is_cut;
}

static int
open_root(pid_t pid)
{
	char where[32];
	struct text t;

	text_init(&t, where, sizeof(where));
	text_proc(&t, pid, "/root");
	return openat(AT_FDCWD, where, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* A stranger of the same number has the same root, or is not explained. */
static int
kept_root(struct resolve_root *k, pid_t pid)
{
	if (k->pid == pid)
		return k->fd;
	if (k->pid > 0)
		close(k->fd);
	k->fd = open_root(pid);
	k->pid = k->fd >= 0 ? pid : 0;
	return k->fd;
}

bool
resolve_path(pid_t pid, int directory, const char *path,
    enum resolve_how how, struct resolved *r)
{
	bool is_kept = r->kept != NULL && how == RESOLVE_THERE;
	char absolute[PATH_CAP];
	struct text t;
	bool is_fine = false;
	int root, err;

	r->fd = -1;
	r->is_there = false;
	r->is_unknown = true;
	r->path[0] = r->parent[0] = '\0';
	text_init(&t, absolute, sizeof(absolute));
	errno = EACCES;
	if (!make_absolute(pid, directory, path, &t))
		return false;
	root = is_kept ? kept_root(r->kept, pid) : open_root(pid);
	if (root < 0)
		return false;
	r->is_unknown = false;
	if (how != RESOLVE_NAME) {
		r->fd = open_below(root, absolute, 0);
		r->is_there = r->fd >= 0;
		is_fine = r->is_there && resolve_descriptor(r->fd, r->path,
		    sizeof(r->path));
	}
	if (how == RESOLVE_NAME || (how == RESOLVE_FILE && r->fd < 0 &&
	    errno == ENOENT))
		is_fine = resolve_name(root, absolute, r);
	err = errno;
	if (!is_kept)
		close(root);
	if (!is_fine && r->fd >= 0) {
		close(r->fd);
		r->fd = -1;
	}
	errno = err;
	return is_fine;
}

/* The longest beginning of a path that can be opened; path is cut there. */
static int
open_beginning(int root, char *path)
{
	char *slash;
	int fd = -1;

	while (fd < 0 && (slash = strrchr(path, '/')) != NULL &&
	    slash > path) {
		*slash = '\0';
		fd = open_below(root, path, O_DIRECTORY);
	}
	return fd;
}

bool
resolve_hidden(pid_t pid, int directory, const char *path,
    struct resolved *r)
{
	char absolute[PATH_CAP], beginning[PATH_CAP];
	const char *rest;
	bool is_fine = false;
	struct text t;
	int root, fd;

	r->fd = -1;
	r->is_there = true;
	r->parent[0] = '\0';
	text_init(&t, absolute, sizeof(absolute));
	if (!make_absolute(pid, directory, path, &t))
		return false;
	path_normalise(absolute);
	strcpy(beginning, absolute);
	root = open_root(pid);
	fd = root < 0 ? -1 : open_beginning(root, beginning);
	rest = absolute + strlen(beginning);
	if (fd >= 0 && resolve_descriptor(fd, beginning, sizeof(beginning))) {
		text_init(&t, r->path, sizeof(r->path));
		text_str(&t, beginning);
		text_str(&t, rest);
		is_fine = !t.is_cut;
	}
	if (fd >= 0)
		close(fd);
	if (root >= 0)
		close(root);
	return is_fine;
}

int
resolve_access(const struct resolved *r, int mode)
{
	return syscall(K_SYS_faccessat2, r->fd, "", mode, AT_EMPTY_PATH |
	    AT_EACCESS) == 0 ? 0 : errno;
}
