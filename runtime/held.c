/*
 * Bars that are in force already: see held.h.  Each probe is an act that the
 * bar forbids and that leaves nothing behind where it succeeds.
 */
#include "runtime/held.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runtime/kernel.h"

/* 0 where path could be opened so, else why not. */
static int
try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static bool
has_flag(const char *path, unsigned long flag)
{
	struct statvfs fs;

	return statvfs(path, &fs) == 0 && (fs.f_flag & flag) != 0;
}

/*
 * A refusal by modes alone does not count where we own it and may change
 * them.  An unnamed file shows whether names can be made.
 */
static bool
is_unwritable(const char *path, bool is_dir)
{
	int err = try_open(path, is_dir ? O_TMPFILE | O_WRONLY : O_WRONLY);
	struct stat st;

	return err == EROFS || (err == EACCES && (access(path, W_OK) == 0 ||
	    (stat(path, &st) == 0 && st.st_uid != geteuid())));
}

static bool
is_mount(const char *path)
{
	struct k_statx x;

	return syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW |
	    K_AT_STATX_DONT_SYNC, 0, &x) == 0 &&
	    (x.attributes & K_STATX_ATTR_MOUNT_ROOT) != 0;
}

static bool
is_pinned(const char *path)
{
	char folder[PATH_CAP];
	struct text t;

	if (is_mount(path))
		return true;
	text_init(&t, folder, sizeof(folder));
	text_bytes(&t, path, (size_t)(strrchr(path, '/') - path));
	return !t.is_cut && is_unwritable(t.len > 0 ? folder : "/", true);
}

static bool
is_hidden(const struct bar *bar)
{
	return try_open(bar->path, O_RDONLY) == EACCES &&
	    access(bar->path, X_OK) < 0 && has_flag(bar->path, ST_RDONLY);
}

static bool
is_held(const struct bar *bar)
{
	const unsigned names = BAR_PIN | BAR_KEEP | BAR_HIDE;

	if ((bar->kind & BAR_HIDE) != 0 && !is_hidden(bar))
		return false;
	if ((bar->kind & (BAR_HIDE | BAR_KEEP)) == BAR_KEEP &&
	    !is_unwritable(bar->path, bar->is_dir))
		return false;
	return (bar->kind & names) == 0 || is_pinned(bar->path);
}

/* Calls that change modes and times: refused whatever they are told? */
static bool
are_modes_closed(void)
{
	static const char nowhere[] = "/proc/self/no such name";

	return has_flag("/", ST_RDONLY) ||
	    (chmod(nowhere, 0) < 0 && errno != ENOENT &&
	    utimensat(AT_FDCWD, nowhere, NULL, 0) < 0 && errno != ENOENT);
}

void
bars_look_open(struct bars *b)
{
	b->is_exec_open = false;
	for (size_t i = 0; i < b->count; i++)
		b->is_exec_open |= (b->list[i].kind & BAR_NOEXEC) != 0 &&
		    !has_flag(b->list[i].path, ST_NOEXEC);
	b->is_rest_open = b->keeps_rest && !are_modes_closed();
}

bool
bars_are_shut(const char *const *folders, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_unwritable(folders[i], true))
			return false;
	return true;
}

bool
bars_are_held(struct bars *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (!is_held(&b->list[i]))
			return false;
	bars_look_open(b);
	return true;
}
