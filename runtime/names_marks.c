/*
 * Modes and times on behalf of the command, where no mount keeps them: see
 * names.h.  Landlock sees none of these calls, so nothing of them is left to
 * the kernel: the file is looked up once, and what is decided on is what is
 * changed.
 */
#include "runtime/names_act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/peek.h"

#define KNOWN_FLAGS	(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)

/* One call, as far as it has been read. */
struct asked {
	const struct markcall *call;
	const struct k_notif *n;
	unsigned flags;
	bool has_times;			/* else: now */
	struct timespec times[2];
};

static uint64_t
argument(const struct asked *a, unsigned which, uint64_t none)
{
	return which == FILECALL_NONE ? none : a->n->data.args[which];
}

/* --- which file --------------------------------------------------------- */

/* What the task has open.  0 or an errno. */
static int
hold_descriptor(struct names *x, pid_t pid, int fd)
{
	x->at.fd = resolve_open(pid, fd);
	return x->at.fd >= 0 ? 0 : errno;
}

/* A link itself.  False: it is none, or not to be found out. */
static bool
hold_link(struct names *x, pid_t pid, int from)
{
	int folder = -1;
	struct stat st;
	bool is_link;

	if (!resolve_path(pid, from, x->path, RESOLVE_NAME, &x->at))
		return false;
	folder = x->at.fd;
	x->at.fd = openat(folder, names_last(&x->at), O_PATH | O_NOFOLLOW |
	    O_CLOEXEC);
	close(folder);
	is_link = x->at.fd >= 0 && fstat(x->at.fd, &st) == 0 &&
	    S_ISLNK(st.st_mode);
	if (!is_link && x->at.fd >= 0) {
		close(x->at.fd);
		x->at.fd = -1;
	}
	return is_link;
}

/* The file, held in x->at.  0 or an errno. */
static int
hold(struct names *x, const struct asked *a)
{
	pid_t pid = (pid_t)a->n->pid;
	int from = (int)argument(a, a->call->dir, (uint64_t)AT_FDCWD), err;
	uint64_t address = argument(a, a->call->path, 0);
	int number;

	if (a->call->path == FILECALL_NONE || (address == 0 &&
	    a->call->dir != FILECALL_NONE && a->call->mode == FILECALL_NONE))
		return hold_descriptor(x, pid, from);
	err = peek_string(pid, address, x->path, sizeof(x->path));
	if (err != 0)
		return err;
	if (x->path[0] == '\0' && (a->flags & AT_EMPTY_PATH) == 0)
		return ENOENT;
	if (x->path[0] == '\0' && from != AT_FDCWD)
		return hold_descriptor(x, pid, from);
	if (x->path[0] == '\0')
		strcpy(x->path, ".");
	if ((a->flags & AT_SYMLINK_NOFOLLOW) != 0 && hold_link(x, pid, from))
		return 0;
	number = resolve_number(x->path);
	if (number >= 0)
		return hold_descriptor(x, pid, number);
	if (!resolve_path(pid, from, x->path, RESOLVE_FILE, &x->at))
		return errno != 0 ? errno : EACCES;
	return x->at.is_there ? 0 : ENOENT;
}

/* --- what is asked for -------------------------------------------------- */

/* Words of `size' bytes in the task.  0 or an errno. */
static int
peek_words(pid_t pid, uint64_t address, size_t size, int64_t *words, size_t n)
{
	int32_t small[4];
	int err;

	if (size == sizeof(*words))
		return peek_bytes(pid, address, words, n * size);
	err = peek_bytes(pid, address, small, n * size);
	for (size_t i = 0; err == 0 && i < n; i++)
		words[i] = small[i];
	return err;
}

static int
read_times(struct asked *a)
{
	uint64_t address = argument(a, a->call->times, 0);
	bool is_utime = a->call->unit == MARKCALL_SECONDS;
	int64_t w[4] = { 0 };
	int err;

	a->has_times = address != 0;
	if (!a->has_times)
		return 0;
	err = peek_words((pid_t)a->n->pid, address, a->call->size, w,
	    is_utime ? 2 : 4);
	if (err != 0)
		return err;
	for (unsigned i = 0; i < 2; i++) {
		int64_t part = is_utime ? 0 : w[2 * i + 1];

		if (a->call->unit == MARKCALL_MICROSECONDS) {
			if (part < 0 || part >= 1000000)
				return EINVAL;
			part *= 1000;
		}
		a->times[i].tv_sec = (time_t)w[is_utime ? i : 2 * i];
		a->times[i].tv_nsec = (long)part;
	}
	return 0;
}

/* --- what is decided and done ------------------------------------------- */

/* 0 or an errno. */
static int
judge(struct names *x, const struct asked *a)
{
	struct judge_verdict v = { .right = JUDGE_WRITE };
	const struct policy *by;
	struct stat st;

	if (fstat(x->at.fd, &st) < 0)
		return EACCES;
	/* Without a name: a pipe, or a file that is yet to be linked. */
	strcpy(x->at.path, "/");
	if (!resolve_descriptor(x->at.fd, x->at.path, sizeof(x->at.path)))
		return x->at.path[0] == '/' ? EACCES : 0;
	if (resolve_find_gone(x->at.path, &st) != NULL)
		return 0;
	by = names_refuser(x, JUDGE_WRITE, x->at.path, &v);
	/* That a device can be written to does not make it the command's. */
	if (by == NULL && !S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode) &&
	    !names_is_kept(x, x->at.path) && !names_is_kept_file(x, &st, true))
		return 0;
	v.right = JUDGE_WRITE;
	names_note(x, by != NULL ? by : x->s.all->list, &v,
	    (pid_t)a->n->pid);
	return EPERM;
}

static int
act(const struct names *x, const struct asked *a)
{
	char path[64];
	struct text t;
	int r;

	text_init(&t, path, sizeof(path));
	text_fd(&t, x->at.fd);
	if (a->call->mode != FILECALL_NONE)
		r = chmod(path, (mode_t)a->n->data.args[a->call->mode] &
		    07777);
	else
		r = utimensat(AT_FDCWD, path, a->has_times ? a->times : NULL,
		    0);
	return r < 0 ? errno : 0;
}

static int
answer(struct names *x, struct asked *a)
{
	int err;

	a->flags = (unsigned)argument(a, a->call->flags, 0);
	if ((a->flags & ~(unsigned)KNOWN_FLAGS) != 0)
		return EINVAL;
	err = a->call->mode == FILECALL_NONE ? read_times(a) : 0;
	if (err == 0)
		err = hold(x, a);
	if (err == 0)
		err = judge(x, a);
	/* The task can be gone, and its number be another's. */
	if (err != 0 || !notify_is_valid(x->listener, a->n->id))
		return err;
	return act(x, a);
}

bool
names_mark(struct names *x, const struct k_notif *n)
{
	struct asked a = { .call = markcall_find(n->data.nr), .n = n };
	int err;

	if (a.call == NULL || !x->s.fence->is_whole ||
	    n->data.arch != K_AUDIT_ARCH)
		return false;
	x->at.fd = -1;
	err = answer(x, &a);
	if (x->at.fd >= 0)
		close(x->at.fd);
	x->at.fd = -1;
	notify_refuse(x->listener, n->id, err);
	return true;
}
