/* What is done on behalf of the command: see names_act.h. */
#include "runtime/names_act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/peek.h"

const char *
names_last(const struct resolved *r)
{
	return strrchr(r->path, '/') + 1;
}

bool
names_is_temporary(const struct names_asked *a)
{
	return filecall_is_opening(a->call) &&
	    (a->flags & (O_TMPFILE | O_CREAT)) == O_TMPFILE;
}

bool
names_is_kept_file(const struct names *x, const struct stat *st,
    bool is_change)
{
	unsigned kinds = is_change ? BAR_KEEP | BAR_HIDE : BAR_HIDE;
	const struct bars *b = x->s.bars;

	for (size_t i = 0; i < b->count; i++)
		if ((b->list[i].kind & kinds) != 0 &&
		    b->list[i].dev == st->st_dev && b->list[i].ino ==
		    st->st_ino)
			return true;
	return false;
}

static mode_t
umask_of(pid_t pid)
{
	uint64_t mask;

	return peek_status(pid, "Umask", 8, &mask) ? (mode_t)mask : 077;
}

/*
 * The file that is there, held, and its path for us.  0, an errno, or
 * NAMES_PASS.
 */
static int
hold(struct names *x, bool is_change, char *path, size_t cap, int *held)
{
	int fd = openat(x->at.fd, names_last(&x->at), O_PATH | O_NOFOLLOW |
	    O_CLOEXEC);
	struct stat st;
	struct text t;

	*held = fd;
	if (fd < 0 || fstat(fd, &st) < 0)
		return errno;
	/* Others could make us wait. */
	if (!S_ISREG(st.st_mode))
		return NAMES_PASS;
	if (names_is_kept_file(x, &st, is_change))
		return EACCES;
	text_init(&t, path, cap);
	text_fd(&t, fd);
	return 0;
}

/* The kernel opens by itself what has a rule: files without are ours. */
static int
open_there(struct names *x, const struct names_asked *a, int *fd)
{
	int flags = (int)a->flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW), held;
	char path[64];
	int err;

	if (!x->s.fence->is_whole)
		return NAMES_PASS;
	err = hold(x, (flags & (O_WRONLY | O_RDWR | O_TRUNC)) != 0, path,
	    sizeof(path), &held);
	if (err == 0) {
		*fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
		err = *fd < 0 ? errno : 0;
	}
	if (held >= 0)
		close(held);
	return err;
}

static int
make_file(struct names *x, const struct names_asked *a)
{
	int flags = (int)a->flags | O_CLOEXEC | O_NOCTTY;

	if (names_is_temporary(a))
		return openat(x->at.fd, ".", flags, a->mode & 07777);
	return openat(x->at.fd, names_last(&x->at), flags | O_EXCL,
	    a->mode & 07777);
}

static int
do_open(struct names *x, const struct names_asked *a)
{
	bool makes = (a->flags & O_CREAT) != 0 || names_is_temporary(a);
	int err, fd = makes ? make_file(x, a) : -1;

	if (fd < 0 && makes && (errno != EEXIST || (a->flags & O_EXCL) != 0))
		return errno;
	err = fd < 0 ? open_there(x, a, &fd) : 0;
	if (err != 0)
		return err;
	return notify_give(x->listener, a->n->id, fd,
	    (a->flags & O_CLOEXEC) != 0) ? 0 : errno;
}

static int
do_truncate(struct names *x, const struct names_asked *a)
{
	char path[64];
	int held, err = hold(x, true, path, sizeof(path), &held);

	if (err == 0 && truncate(path, (off_t)a->n->data.args[1]) < 0)
		err = errno;
	if (held >= 0)
		close(held);
	return err;
}

static int
do_symlink(struct names *x, const struct names_asked *a)
{
	int err = peek_string((pid_t)a->n->pid, a->n->data.args[a->call->from],
	    x->target, sizeof(x->target));

	if (err != 0)
		return NAMES_PASS;
	return symlinkat(x->target, x->at.fd, names_last(&x->at)) < 0 ? errno
								   : 0;
}

static int
do_link(struct names *x)
{
	char path[64];
	struct text t;
	int r;

	if (x->from.parent[0] != '\0') {
		r = linkat(x->from.fd, names_last(&x->from), x->at.fd,
		    names_last(&x->at), 0);
		return r < 0 ? errno : 0;
	}
	text_init(&t, path, sizeof(path));
	text_fd(&t, x->from.fd);
	r = linkat(AT_FDCWD, path, x->at.fd, names_last(&x->at),
	    AT_SYMLINK_FOLLOW);
	return r < 0 ? errno : 0;
}

static int
act(struct names *x, const struct names_asked *a)
{
	const char *name = names_last(&x->at);
	int r = -1;

	switch ((enum filecall_kind)a->call->kind) {
	case FILECALL_OPEN:
	case FILECALL_CREAT:
	case FILECALL_OPEN2:
		return do_open(x, a);
	case FILECALL_FOLDER:
		r = mkdirat(x->at.fd, name, a->mode);
		break;
	case FILECALL_NODE:
		r = mknodat(x->at.fd, name, a->mode, 0);
		break;
	case FILECALL_SYMLINK:
		return do_symlink(x, a);
	case FILECALL_LINK:
		return do_link(x);
	case FILECALL_RENAME:
		r = (int)syscall(SYS_renameat2, x->from.fd,
		    names_last(&x->from), x->at.fd, name, (unsigned)a->flags);
		break;
	case FILECALL_REMOVE_FOLDER:
		r = unlinkat(x->at.fd, name, AT_REMOVEDIR);
		break;
	case FILECALL_REMOVE:
		r = unlinkat(x->at.fd, name, (int)a->flags);
		break;
	case FILECALL_TRUNCATE:
		return do_truncate(x, a);
	}
	return r < 0 ? errno : 0;
}

/* With the command's mask; ours is for the files of ours. */
int
names_act(struct names *x, const struct names_asked *a)
{
	mode_t ours = umask(umask_of((pid_t)a->n->pid));
	int err = act(x, a);

	umask(ours);
	return err;
}
