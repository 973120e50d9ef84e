/* The command: see command.h. */
#include "runtime/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/kernel.h"

/* Where a lookup without PATH goes, as in the shells. */
#define PATH_DEFAULT	"/usr/local/bin:/usr/bin:/bin"

/* Open path if it can be executed: 0, or the errno that says why not. */
static int
try_path(struct command *c, const char *path)
{
	int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return errno;
	if (fstat(fd, &c->st) == 0 && S_ISREG(c->st.st_mode) &&
	    access(path, X_OK) == 0) {
		c->fd = fd;
		return 0;
	}
	close(fd);
	return EACCES;
}

/* The first file along path; a file that cannot run is only remembered. */
static int
search(struct command *c, const char *path, struct text *found)
{
	const char *name = c->argv[0];
	int err = ENOENT, r;

	for (;; path++) {
		size_t n = strcspn(path, ":");

		found->len = 0;
		found->is_cut = false;
		text_bytes(found, path, n);
		text_str(found, n > 0 ? "/" : "./");
		text_str(found, name);
		r = found->is_cut ? ENAMETOOLONG : try_path(c, found->p);
		if (r == 0)
			return 0;
		if (r == EACCES)
			err = r;
		path += n;
		if (*path == '\0')
			return err;
	}
}

int
command_resolve(struct command *c, const struct options *o,
    char *const *env, struct scratch *mem, struct failure *f)
{
	const char *path = env_lookup(env, "PATH");
	char buf[PATH_CAP];
	struct text t;
	int err;

	*c = (struct command){ .argv = o->argv, .argc = o->argc, .fd = -1 };
	text_init(&t, buf, sizeof(buf));
	if (strchr(c->argv[0], '/') != NULL) {
		text_str(&t, c->argv[0]);
		err = t.is_cut ? ENAMETOOLONG : try_path(c, buf);
	} else if (c->argv[0][0] == '\0') {
		err = ENOENT;
	} else {
		err = search(c, path != NULL ? path : PATH_DEFAULT, &t);
	}
	if (err == ENOENT || err == ENOTDIR || err == ENAMETOOLONG)
		return refuse(f, EXIT_ABSENT, 0, "command not found: ",
		    c->argv[0], NULL);
	if (err != 0)
		return refuse(f, EXIT_DENIED, err, "cannot execute ",
		    c->argv[0], NULL);
	c->path = scratch_dup(mem, buf, t.len);
	c->resolved = path_absolute(buf, mem);
	if (c->path == NULL || c->resolved == NULL)
		return refuse(f, EXIT_RUNNER, errno, "no absolute path for ",
		    c->argv[0], NULL);
	return 0;
}

/* Where a path leads to; its last component need not exist. */
static bool
canonical(const char *path, char *out)
{
	char dir[EVAL_PATH];
	const char *slash = strrchr(path, '/');
	struct text t;
	size_t n;

	if (realpath(path, out) != NULL)
		return true;
	text_init(&t, dir, sizeof(dir));
	text_bytes(&t, path, (size_t)(slash - path) + 1);
	if (realpath(dir, out) == NULL)
		return false;
	n = strlen(out);
	if (strlen(slash) >= EVAL_PATH - n)
		return false;
	memcpy(out + n, slash, strlen(slash) + 1);
	return true;
}

static int
ask(const struct command *c, const struct policy *p, decide_fn *visit,
    void *ctx, struct decide_verdict *out)
{
	const struct eval_command q = {
		.argv = (const char *const *)c->argv,
		.argc = c->argc,
		.resolved = c->resolved,
		.file = c->resolved,
		.cwd = c->judged.cwd,
		.vars = c->judged.cwd != NULL ? &c->judged.vars : NULL,
		.canonical = canonical,
	};

	return decide_command(&p->blob, &q, visit, ctx, out);
}

/* It would die without a word, for a message is a call too. */
static int
check_start(const struct policy *p, struct failure *f)
{
	static const uint64_t none[6];
	struct judge_verdict v, at;
	char line[256];
	struct text t;

	if (judge_syscall(&p->blob, K_AUDIT_ARCH, SYS_execve, none, &v) !=
	    BLOB_OK || v.decision == BLOB_ALLOW ||
	    judge_syscall(&p->blob, K_AUDIT_ARCH, SYS_execveat, none, &at) !=
	    BLOB_OK || at.decision == BLOB_ALLOW)
		return 0;
	text_init(&t, line, sizeof(line));
	policy_put_rule(p, v.rule, NULL, &t);
	return refuse(f, EXIT_RUNNER, 0, "policy \"", p->name, "\" lets no "
	    "program start: it refuses execve", line, NULL);
}

int
command_can_start(const struct policies *all, struct failure *f)
{
	for (size_t i = 0; i < all->count; i++)
		if (check_start(&all->list[i], f) < 0)
			return -1;
	return 0;
}

int
command_decide(struct command *c, const struct policies *all,
    struct failure *f)
{
	struct decide_verdict verdict;

	for (size_t i = 0; i < all->count; i++) {
		const struct policy *p = &all->list[i];
		int err = ask(c, p, NULL, NULL, &verdict);

		if (err != BLOB_OK)
			return refuse(f, EXIT_DENIED, 0, "exec rules of ",
			    p->path, ": ", blob_strerror(err), NULL);
		if (c->by == NULL || verdict.decision > c->verdict.decision) {
			c->decided = verdict;
			c->verdict = verdict.verdict;
			c->verdict.decision = verdict.decision;
			c->verdict.info = verdict.rule;
			c->by = p;
		}
	}
	return 0;
}

void
command_tell(const struct command *c, decide_fn *visit, void *ctx)
{
	struct decide_verdict ignored;

	(void)ask(c, c->by, visit, ctx, &ignored);
}

void
command_put_words(const char *const *argv, size_t argc, struct text *out)
{
	for (size_t i = 0; i < argc; i++) {
		if (i > 0)
			text_str(out, " ");
		text_shell(out, argv[i]);
	}
}

int
command_reopen(struct command *c, struct failure *f)
{
	struct stat was = c->st;
	int old = c->fd, err = try_path(c, c->path);

	if (err != 0)
		return refuse(f, EXIT_DENIED, err, "cannot execute ", c->path,
		    NULL);
	close(old);
	if (was.st_dev != c->st.st_dev || was.st_ino != c->st.st_ino)
		return refuse(f, EXIT_RUNNER, 0, c->path,
		    " was replaced while starting", NULL);
	return 0;
}

void
command_put(const struct command *c, struct text *out)
{
	command_put_words((const char *const *)c->argv, c->argc, out);
}

/*
 * The descriptor is what was decided on, so it is what runs.  A script can't
 * be run by a close-on-exec descriptor (its interpreter could not open it:
 * ENOENT), and some filters do not know execveat: then by path, if that
 * still is the same file.
 */
int
command_exec(const struct command *c, char *const *env, struct failure *f)
{
	struct stat now;

	syscall(SYS_execveat, c->fd, "", c->argv, env, AT_EMPTY_PATH);
	if (errno == ENOENT || errno == ENOSYS || errno == EPERM) {
		if (stat(c->path, &now) < 0 || now.st_dev != c->st.st_dev ||
		    now.st_ino != c->st.st_ino)
			return refuse(f, EXIT_RUNNER, 0, c->path,
			    " was replaced while starting", NULL);
		execve(c->path, c->argv, env);
	}
	return refuse(f, EXIT_DENIED, errno, "cannot execute ", c->path, NULL);
}
