/*
 * Mounts: bars as read-only, empty or plain binds in a mount namespace of our
 * own, in a user namespace where we have no say over mounts.  Later mount
 * calls of the command fail: Landlock refuses them all, and it has no
 * capability over this namespace.
 *
 * Each target is opened without following links and mounted on as opened, so
 * what others do to the paths meanwhile can only make it fail.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/held.h"
#include "runtime/kernel.h"
#include "runtime/procfs.h"

/* What hides: on a file system of its own, made when first wanted. */
struct empty {
	int fd;			/* its root; -1: not there yet */
	bool is_made;
};

static int
fail(struct failure *f, const char *what, const char *path)
{
	return refuse(f, EXIT_RUNNER, errno, what, path, NULL);
}

/* 0; 1 where mounts are not to be had and all is as before; or -1. */
static int
enter_namespace(int more, struct failure *f)
{
	struct k_mount_attr private = { .propagation = MS_PRIVATE };
	int r = apply_namespaces(CLONE_NEWNS | more, f);

	if (r != 0)
		return r;
	if (syscall(K_SYS_mount_setattr, AT_FDCWD, "/", K_AT_RECURSIVE,
	    &private, sizeof(private)) < 0) {
		(void)fail(f, "mount_setattr (Linux 5.12): private mounts",
		    "");
		return 1;
	}
	/* Makes no sense; but who may not gets another answer. */
	if (syscall(K_SYS_move_mount, AT_FDCWD, "/", AT_FDCWD, "/", 0) < 0 &&
	    errno == EPERM) {
		(void)fail(f, "the policy needs mounts, which another "
		    "sandbox refuses", "");
		return 1;
	}
	return 0;
}

/* --- bars --------------------------------------------------------------- */

/* The thing itself that bears the bar's name, no link followed. */
static int
open_target(const struct bar *bar)
{
	struct k_open_how how = {
		.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
		.resolve = K_RESOLVE_NO_SYMLINKS,
	};
	struct stat st;
	int fd = (int)syscall(K_SYS_openat2, AT_FDCWD, bar->path, &how,
	    sizeof(how));

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) == bar->is_dir &&
	    S_ISLNK(st.st_mode) == bar->is_link)
		return fd;
	close(fd);
	errno = ESTALE;		/* someone has just replaced it */
	return -1;
}

/* A copy of what is mounted at fd and below. */
static int
clone_tree(int fd)
{
	return (int)syscall(K_SYS_open_tree, fd, "", K_OPEN_TREE_CLONE |
	    K_AT_RECURSIVE | AT_EMPTY_PATH | O_CLOEXEC);
}

static int
set_attributes(int tree, uint64_t set)
{
	struct k_mount_attr attr = { .set = set };

	return set == 0 ? 0 : (int)syscall(K_SYS_mount_setattr, tree, "", AT_EMPTY_PATH |
	    K_AT_RECURSIVE, &attr, sizeof(attr));
}

static int
attach(int tree, int target)
{
	return (int)syscall(K_SYS_move_mount, tree, "", target, "",
	    K_MOVE_MOUNT_F_EMPTY | K_MOVE_MOUNT_T_EMPTY);
}

/*
 * A file system with a folder and a file that no one may open.  It stands
 * on "/", where no path leads: older kernels clone only what is attached.
 */
static int
make_empty(struct empty *e)
{
	int file, fs, r = -1;

	if (e->is_made)
		return 0;
	fs = (int)syscall(K_SYS_fsopen, "tmpfs", K_FSOPEN_CLOEXEC);
	if (fs < 0)
		return -1;
	if (syscall(K_SYS_fsconfig, fs, K_FSCONFIG_CMD_CREATE, NULL, NULL,
	    0) < 0)
		goto out;
	e->fd = (int)syscall(K_SYS_fsmount, fs, K_FSMOUNT_CLOEXEC,
	    K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV | K_MOUNT_ATTR_NOEXEC);
	if (e->fd < 0 || mkdirat(e->fd, "folder", 0) < 0)
		goto out;
	file = openat(e->fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0);
	if (file < 0)
		goto out;
	close(file);
	if (set_attributes(e->fd, K_MOUNT_ATTR_RDONLY) < 0 ||
	    syscall(K_SYS_move_mount, e->fd, "", AT_FDCWD, "/",
	    K_MOVE_MOUNT_F_EMPTY) < 0)
		goto out;
	e->is_made = true;
	r = 0;
out:
	close(fs);
	return r;
}

static int
open_empty(struct empty *e, bool is_dir)
{
	if (make_empty(e) < 0)
		return -1;
	return (int)syscall(K_SYS_open_tree, e->fd, is_dir ? "folder" :
	    "file", K_OPEN_TREE_CLONE | O_CLOEXEC);
}

static uint64_t
attributes_of(const struct bar *bar)
{
	return ((bar->kind & BAR_KEEP) != 0 ? K_MOUNT_ATTR_RDONLY : 0) |
	    ((bar->kind & BAR_NOEXEC) != 0 ? K_MOUNT_ATTR_NOEXEC : 0);
}

static int
mount_bar(const struct bar *bar, struct empty *e)
{
	int r = -1, tree = -1, target = open_target(bar);

	if (target < 0)
		return -1;
	tree = (bar->kind & BAR_HIDE) != 0 ? open_empty(e, bar->is_dir)
					   : clone_tree(target);
	if (tree < 0)
		goto out;
	if ((bar->kind & BAR_HIDE) == 0 && set_attributes(tree,
	    attributes_of(bar)) < 0)
		goto out;
	r = attach(tree, target);
out:
	if (tree >= 0)
		close(tree);
	close(target);
	return r;
}

/* --- what stays writable ------------------------------------------------ */

static bool
is_root(const struct bar *bar)
{
	return (bar->kind & (BAR_ROOT | BAR_KEEP | BAR_HIDE)) == BAR_ROOT;
}

/*
 * All but the roots becomes read-only: what Landlock does not see (modes,
 * times, owners, attributes) is closed by that.  The roots are copied before,
 * and put back in order by mount_all.
 */
static int
keep_rest(struct bars *b, struct failure *f)
{
	struct k_mount_attr attr = { .set = K_MOUNT_ATTR_RDONLY };

	for (size_t i = 0; i < b->count; i++) {
		struct bar *bar = &b->list[i];
		int fd;

		if (!is_root(bar))
			continue;
		fd = open_target(bar);
		if (fd < 0)
			return fail(f, bar->path, "");
		bar->tree = clone_tree(fd);
		close(fd);
		if (bar->tree < 0 || set_attributes(bar->tree,
		    attributes_of(bar)) < 0)
			return fail(f, "mount of ", bar->path);
	}
	if (syscall(K_SYS_mount_setattr, AT_FDCWD, "/", K_AT_RECURSIVE, &attr,
	    sizeof(attr)) < 0)
		return fail(f, "mount_setattr: read-only", "");
	return 0;
}

/* Its own copy, taken while it could still be written. */
static int
put_back(struct bar *bar)
{
	int fd = open_target(bar);
	int r = fd < 0 ? -1 : attach(bar->tree, fd);

	if (fd >= 0)
		close(fd);
	close(bar->tree);
	return r;
}

static int
mount_all(struct bars *b, struct failure *f)
{
	struct empty e = { .fd = -1 };
	int r = 0;

	for (size_t i = 0; i < b->count && r == 0; i++) {
		struct bar *bar = &b->list[i];
		bool is_copied = b->keeps_rest && is_root(bar);

		if ((is_copied ? put_back(bar) : mount_bar(bar, &e)) < 0)
			r = fail(f, "mount on ", bar->path);
	}
	if (e.fd >= 0)
		close(e.fd);
	return r;
}

/* --- processes ---------------------------------------------------------- */

/*
 * The old one shows the processes of the host under their numbers there.  The
 * kernel gives a new one only to who sees all of the old one; but root gets
 * it in any case, and so it is we who do not ask.
 */
static int
mount_proc(bool is_read_only, struct failure *f)
{
	int fs = -1, r = -1, tree = -1;
	struct statvfs old;

	if (statvfs("/proc", &old) == 0)
		is_read_only |= (old.f_flag & ST_RDONLY) != 0;
	errno = EPERM;
	if (!procfs_is_covered())
		fs = (int)syscall(K_SYS_fsopen, "proc", K_FSOPEN_CLOEXEC);
	if (fs >= 0 && syscall(K_SYS_fsconfig, fs, K_FSCONFIG_CMD_CREATE,
	    NULL, NULL, 0) == 0)
		tree = (int)syscall(K_SYS_fsmount, fs, K_FSMOUNT_CLOEXEC,
		    K_MOUNT_ATTR_NOSUID | K_MOUNT_ATTR_NODEV |
		    K_MOUNT_ATTR_NOEXEC | (is_read_only ?
		    K_MOUNT_ATTR_RDONLY : 0));
	if (tree >= 0)
		r = (int)syscall(K_SYS_move_mount, tree, "", AT_FDCWD,
		    "/proc", K_MOVE_MOUNT_F_EMPTY);
	if (r < 0)
		(void)fail(f, "process.namespaces: a /proc of its own",
		    errno == EPERM ? ", which there is none of where parts of "
		    "/proc are hidden already" : "");
	if (tree >= 0)
		close(tree);
	if (fs >= 0)
		close(fs);
	return r;
}

/* --- all of them -------------------------------------------------------- */

/* Namespaces without a mount. */
static int
apply_bare(const struct plan *plan, struct failure *f)
{
	int flags = (plan->is_loopback ? CLONE_NEWNET : 0) |
	    ((plan->namespaces & META_NS_IPC) != 0 ? CLONE_NEWIPC : 0);

	return flags == 0 || apply_namespaces(flags, f) == 0 ? 0 : -1;
}

static int
make_mounts(struct plan *plan, struct failure *f)
{
	struct bars *b = &plan->bars;
	bool has_ipc = (plan->namespaces & META_NS_IPC) != 0 ||
	    (plan->has_own_ipc && b->is_needed);
	int r = enter_namespace((plan->is_loopback ? CLONE_NEWNET : 0) |
	    (has_ipc ? CLONE_NEWIPC : 0), f);

	if (r != 0) {
		/* Namespaces that are asked for by name nobody can keep. */
		bool may_be = r > 0 && plan->namespaces == 0;

		b->are_held = may_be && bars_are_held(b);
		/* Held is what is there: a supervisor can keep the rest. */
		b->are_unavailable = may_be && (!b->are_held ||
		    (b->is_rest_open && !plan->is_loopback));
		return b->are_held && !b->are_unavailable ? 1 : -1;
	}
	if (b->is_needed && b->keeps_rest && keep_rest(b, f) < 0)
		return -1;
	if ((plan->namespaces & META_NS_PID) != 0 &&
	    mount_proc(b->is_needed && b->keeps_rest, f) < 0)
		return -1;
	return b->is_needed ? mount_all(b, f) : 0;
}

static bool
is_in_proc(void)
{
	struct statfs here;

	return statfs(".", &here) < 0 || here.f_type == K_PROC_SUPER_MAGIC;
}

int
apply_mounts(struct plan *plan, struct failure *f)
{
	struct bars *b = &plan->bars;
	char cwd[PATH_CAP];
	int r;

	if (!b->is_needed && (plan->namespaces & META_NS_PID) == 0)
		return apply_bare(plan, f);
	/* A directory that was removed is none, but not one in the old /proc. */
	if (!b->is_needed && !is_in_proc())
		return make_mounts(plan, f);
	/* "(unreachable)/..." lies outside our root. */
	if (getcwd(cwd, sizeof(cwd)) == NULL || cwd[0] != '/')
		return fail(f, "no path for the working directory", "");
	if (bars_hide(b, cwd))
		return refuse(f, EXIT_RUNNER, 0, "the working directory ",
		    cwd, " is denied", NULL);
	if (b->are_accepted)
		return 0;
	r = make_mounts(plan, f);
	if (r != 0)
		return r > 0 ? 0 : -1;
	/* It looked under the mounts. */
	return chdir(cwd) < 0 ? fail(f, cwd, "") : 0;
}

bool
apply_mounts_work(void)
{
	struct failure f;
	int status = 1;
	pid_t pid = vfork();

	if (pid == 0)
		_exit(enter_namespace(0, &f) == 0 ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}

/* A child of who has entered a PID namespace is in it. */
static int
try_mounts(struct plan *plan, struct failure *f)
{
	int status = 1;
	pid_t pid;

	if ((plan->namespaces & META_NS_PID) == 0)
		return apply_mounts(plan, f);
	if (apply_pid_namespace(plan->is_loopback, f) < 0)
		return -1;
	pid = vfork();
	if (pid == 0)
		_exit(apply_mounts(plan, f) == 0 ? 0 : 1);
	if (pid < 0)
		return fail(f, "process.namespaces: PID 1", "");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0 ? 0 : -1;
}

int
apply_mounts_probe(struct plan *plan, struct failure *f)
{
	int status;
	pid_t pid;

	if (!plan->bars.is_needed && !plan->is_loopback &&
	    plan->namespaces == 0)
		return 0;
	/* It shares our memory, so the reason arrives; its files it has. */
	pid = vfork();
	if (pid == 0)
		_exit(try_mounts(plan, f) == 0 ? 0 : 1);
	if (pid < 0)
		return fail(f, "vfork", "");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail(f, "waitpid", "");
	return status == 0 ? 0 : -1;
}
