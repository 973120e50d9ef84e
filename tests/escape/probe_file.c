/* Ways to make, replace and remove names outside the write roots. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/escape/probe.h"

static int
do_creat(const struct place *p)
{
	return did(open(at(p->out, "new"), O_WRONLY | O_CREAT, 0644));
}

static int
do_creat_call(const struct place *p)
{
	return did(syscall(SYS_creat, at(p->out, "new"), 0644));
}

static int
do_creat_excl(const struct place *p)
{
	return did(open(at(p->out, "new"), O_RDONLY | O_CREAT | O_EXCL, 0644));
}

static int
do_openat_dirfd(const struct place *p)
{
	int dir = open(p->out, O_RDONLY | O_DIRECTORY);

	return dir < 0 ? errno
	    : did(openat(dir, "new", O_WRONLY | O_CREAT, 0644));
}

static int
do_openat_path(const struct place *p)
{
	int dir = open(p->out, O_PATH | O_DIRECTORY);

	return dir < 0 ? errno
	    : did(openat(dir, "new", O_WRONLY | O_CREAT, 0644));
}

static int
do_openat2(const struct place *p)
{
	struct open_how how = { .flags = O_WRONLY | O_CREAT, .mode = 0644 };

	return did(syscall(SYS_openat2, AT_FDCWD, at(p->out, "new"), &how,
	    sizeof(how)));
}

static int
do_openat2_in_root(const struct place *p)
{
	struct open_how how = { .flags = O_WRONLY | O_CREAT, .mode = 0644,
	    .resolve = RESOLVE_IN_ROOT };
	int dir = open(p->out, O_PATH | O_DIRECTORY);

	return dir < 0 ? errno : did(syscall(SYS_openat2, dir, "/new", &how,
	    sizeof(how)));
}

static int
do_tmpfile(const struct place *p)
{
	return did(open(p->out, O_WRONLY | O_TMPFILE, 0644));
}

static int
do_tmpfile_link(const struct place *p)
{
	int fd = open(p->out, O_WRONLY | O_TMPFILE, 0644);
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return did(linkat(AT_FDCWD, proc, AT_FDCWD, at(p->out, "new"),
	    AT_SYMLINK_FOLLOW));
}

static int
do_mkdir(const struct place *p)
{
	return did(mkdir(at(p->out, "new"), 0755));
}

static int
do_mkdirat(const struct place *p)
{
	int dir = open(p->out, O_PATH | O_DIRECTORY);

	return dir < 0 ? errno : did(mkdirat(dir, "new", 0755));
}

static int
do_fifo(const struct place *p)
{
	return did(mkfifo(at(p->out, "new"), 0644));
}

static int
do_mknod_file(const struct place *p)
{
	return did(mknod(at(p->out, "new"), S_IFREG | 0644, 0));
}

static int
do_mknod_null(const struct place *p)
{
	return did(mknod(at(p->out, "new"), S_IFCHR | 0644, makedev(1, 3)));
}

static int
do_mknod_block(const struct place *p)
{
	return did(mknod(at(p->out, "new"), S_IFBLK | 0600, makedev(7, 99)));
}

/* A device node in the workspace would be a way to the disk. */
static int
do_mknod_workspace(const struct place *p)
{
	return did(mknod(at(p->ws, "new"), S_IFBLK | 0600, makedev(7, 99)));
}

static int
do_symlink(const struct place *p)
{
	return did(symlink("/etc/passwd", at(p->out, "new")));
}

static int
do_symlinkat(const struct place *p)
{
	int dir = open(p->out, O_PATH | O_DIRECTORY);

	return dir < 0 ? errno : did(symlinkat("x", dir, "new"));
}

static int
do_link(const struct place *p)
{
	return did(link(at(p->out, "own"), at(p->out, "new")));
}

static int
do_link_fd(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);
	char proc[64];

	if (fd < 0)
		return errno;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	return did(linkat(AT_FDCWD, proc, AT_FDCWD, at(p->out, "new"),
	    AT_SYMLINK_FOLLOW));
}

static int
do_link_empty_path(const struct place *p)
{
	int fd = open(at(p->out, "own"), O_RDONLY);

	return fd < 0 ? errno : did(linkat(fd, "", AT_FDCWD,
	    at(p->out, "new"), AT_EMPTY_PATH));
}

/* A hard link in the workspace would make the file writable there. */
static int
do_link_into_workspace(const struct place *p)
{
	if (link(at(p->out, "victim"), at(p->ws, "link")) < 0)
		return errno;
	return did(open(at(p->ws, "link"), O_WRONLY));
}

static int
do_rename(const struct place *p)
{
	return did(rename(at(p->out, "own"), at(p->out, "new")));
}

static int
do_rename_over(const struct place *p)
{
	return did(rename(at(p->out, "own"), at(p->out, "victim")));
}

static int
do_rename_exchange(const struct place *p)
{
	return did(renameat2(AT_FDCWD, at(p->out, "own"), AT_FDCWD,
	    at(p->out, "victim"), RENAME_EXCHANGE));
}

static int
do_rename_out(const struct place *p)
{
	int fd = open(at(p->ws, "made"), O_WRONLY | O_CREAT, 0644);

	if (fd < 0)
		return errno;
	return did(rename(at(p->ws, "made"), at(p->out, "new")));
}

static int
do_rename_in(const struct place *p)
{
	return did(rename(at(p->out, "victim"), at(p->ws, "taken")));
}

static int
do_rename_dir(const struct place *p)
{
	return did(rename(at(p->out, "dir"), at(p->out, "new")));
}

static int
do_unlink(const struct place *p)
{
	return did(unlink(at(p->out, "victim")));
}

static int
do_unlinkat(const struct place *p)
{
	int dir = open(p->out, O_RDONLY | O_DIRECTORY);

	return dir < 0 ? errno : did(unlinkat(dir, "victim", 0));
}

static int
do_rmdir(const struct place *p)
{
	return did(rmdir(at(p->out, "dir")));
}

static int
do_unlinkat_dir(const struct place *p)
{
	return did(unlinkat(AT_FDCWD, at(p->out, "dir"), AT_REMOVEDIR));
}

static int
create_below(const char *way, const struct place *p)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s/new", way, p->out);
	return did(open(path, O_WRONLY | O_CREAT, 0644));
}

static int
do_proc_self_root(const struct place *p)
{
	return create_below("/proc/self/root", p);
}

static int
do_proc_thread_root(const struct place *p)
{
	return create_below("/proc/thread-self/root", p);
}

static int
do_proc_other_root(const struct place *p)
{
	char way[64];

	snprintf(way, sizeof(way), "/proc/%d/root", (int)p->other);
	return create_below(way, p);
}

static int
do_proc_other_cwd(const struct place *p)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/%d/cwd/new", (int)p->other);
	return did(open(path, O_WRONLY | O_CREAT, 0644));
}

static int
do_dotdot(const struct place *p)
{
	if (chdir(p->ws) < 0)
		return errno;
	return did(open("../out/new", O_WRONLY | O_CREAT, 0644));
}

static int
do_cwd_moved(const struct place *p)
{
	if (chdir(p->out) < 0)
		return errno;
	return did(open("new", O_WRONLY | O_CREAT, 0644));
}

static int
do_symlink_way(const struct place *p)
{
	if (symlink(p->out, at(p->ws, "way")) < 0)
		return errno;
	return did(open(at(p->ws, "way/new"), O_WRONLY | O_CREAT, 0644));
}

static int
do_dangling_symlink(const struct place *p)
{
	if (symlink(at(p->out, "new"), at(p->ws, "way")) < 0)
		return errno;
	return did(open(at(p->ws, "way"), O_WRONLY | O_CREAT, 0644));
}

static int
do_unix_bind(const struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", at(p->out, "new"));
	return did(bind(fd, (struct sockaddr *)&a, sizeof(a)));
}

const struct probe file_probes[] = {
	{ "creat", do_creat, IN_SANDBOX, 0 },
	{ "creat-call", do_creat_call, IN_SANDBOX, 0 },
	{ "creat-excl", do_creat_excl, IN_SANDBOX, 0 },
	{ "openat-dirfd", do_openat_dirfd, IN_SANDBOX, 0 },
	{ "openat-o_path", do_openat_path, IN_SANDBOX, 0 },
	{ "openat2", do_openat2, IN_SANDBOX, 0 },
	{ "openat2-in-root", do_openat2_in_root, IN_SANDBOX, 0 },
	{ "o_tmpfile", do_tmpfile, IN_SANDBOX, 0 },
	{ "o_tmpfile-link", do_tmpfile_link, IN_SANDBOX, 0 },
	{ "mkdir", do_mkdir, IN_SANDBOX, 0 },
	{ "mkdirat", do_mkdirat, IN_SANDBOX, 0 },
	{ "mkfifo", do_fifo, IN_SANDBOX, 0 },
	{ "mknod-file", do_mknod_file, IN_SANDBOX, 0 },
	{ "mknod-null", do_mknod_null, IN_ALL, NEEDS_ROOT },
	{ "mknod-block", do_mknod_block, IN_ALL, NEEDS_ROOT },
	{ "mknod-workspace", do_mknod_workspace, IN_ALL, NEEDS_ROOT },
	{ "symlink", do_symlink, IN_SANDBOX, 0 },
	{ "symlinkat", do_symlinkat, IN_SANDBOX, 0 },
	{ "link", do_link, IN_SANDBOX, 0 },
	{ "link-proc-fd", do_link_fd, IN_SANDBOX, 0 },
	{ "link-empty-path", do_link_empty_path, IN_SANDBOX, NEEDS_ROOT },
	{ "link-into-workspace", do_link_into_workspace, IN_SANDBOX, 0 },
	{ "rename", do_rename, IN_SANDBOX, 0 },
	{ "rename-over", do_rename_over, IN_SANDBOX, 0 },
	{ "rename-exchange", do_rename_exchange, IN_SANDBOX, 0 },
	{ "rename-out", do_rename_out, IN_SANDBOX, 0 },
	{ "rename-in", do_rename_in, IN_SANDBOX, 0 },
	{ "rename-dir", do_rename_dir, IN_SANDBOX, 0 },
	{ "unlink", do_unlink, IN_SANDBOX, 0 },
	{ "unlinkat", do_unlinkat, IN_SANDBOX, 0 },
	{ "rmdir", do_rmdir, IN_SANDBOX, 0 },
	{ "unlinkat-dir", do_unlinkat_dir, IN_SANDBOX, 0 },
	{ "proc-self-root", do_proc_self_root, IN_SANDBOX, 0 },
	{ "proc-thread-root", do_proc_thread_root, IN_SANDBOX, 0 },
	{ "proc-other-root", do_proc_other_root, IN_SANDBOX, 0 },
	{ "proc-other-cwd", do_proc_other_cwd, IN_SANDBOX, 0 },
	{ "dotdot", do_dotdot, IN_SANDBOX, 0 },
	{ "cwd-moved", do_cwd_moved, IN_SANDBOX, 0 },
	{ "symlink-way", do_symlink_way, IN_SANDBOX, 0 },
	{ "symlink-dangling", do_dangling_symlink, IN_SANDBOX, 0 },
	{ "unix-bind-path", do_unix_bind, IN_SANDBOX, 0 },
};
const size_t nfile_probes = sizeof(file_probes) / sizeof(file_probes[0]);
