/*
 * Git directories: see gitdirs.h.  Only the file system is asked, and what
 * the files say is followed as git does: a `.git' file to its folder, that
 * one's commondir, each submodule's folder and working tree.
 *
 * What does not exist is wanted too where git would obey it: the caller says
 * that it can't be kept.  config.worktree is not obeyed unless config says so,
 * which is kept.
 */
#include "runtime/gitdirs.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/folder.h"
#include "runtime/text.h"
#include "runtime/vars.h"

#define MAX_DEPTH	8	/* of submodules in submodules */

struct search {
	git_keep_fn *keep;
	void *arg;
};

struct path {
	char p[PATH_CAP];
};

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* dir/name, or name if that is absolute.  False when too long. */
static bool
join(struct path *out, const char *dir, const char *name)
{
	struct text t;

	text_init(&t, out->p, sizeof(out->p));
	if (name[0] != '/') {
		text_str(&t, dir);
		text_str(&t, "/");
	}
	text_str(&t, name);
	return !t.is_cut;
}

/* The start of a file as one string; false when it can't be read. */
static bool
read_file(const char *path, char *buf, size_t cap)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, buf, cap - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* dir/name holds a path, after `prefix': that, seen from dir. */
static bool
read_path(struct path *out, const char *dir, const char *name,
    const char *prefix)
{
	char line[PATH_CAP];
	struct path file;
	size_t n = strlen(prefix);

	if (!join(&file, dir, name) || !read_file(file.p, line, sizeof(line))
	    || strncmp(line, prefix, n) != 0)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return line[n] != '\0' && join(out, dir, line + n);
}

static int
keep(const struct search *s, const char *dir, const char *name, bool always)
{
	struct path p;

	if (!join(&p, dir, name) || (!always && !exists(p.p)))
		return 0;
	return s->keep(s->arg, p.p);
}

bool
git_config_is_split(const char *config)
{
	static const char key[] = "worktreeconfig";

	if (strlen(config) == PATH_CAP - 1)
		return true;
	for (; *config != '\0'; config++)
		if (strncasecmp(config, key, sizeof(key) - 1) == 0)
			return true;
	return false;
}

bool
git_config_worktree(const char *config, char *value, size_t cap)
{
	const char *line = config;
	size_t n;

	for (; line != NULL; line = strchr(line, '\n')) {
		line += strspn(line, "\n\t ");
		if (strncasecmp(line, "worktree", 8) != 0)
			continue;
		line += 8 + strspn(line + 8, " \t");
		if (*line != '=')
			continue;
		line += 1 + strspn(line + 1, " \t\"");
		n = strcspn(line, "\"\r\n");
		if (n == 0 || n >= cap)
			return false;
		memcpy(value, line, n);
		value[n] = '\0';
		return true;
	}
	return false;
}

/* --- folders of folders ------------------------------------------------- */

static int keep_shared(const struct search *s, const char *dir,
    unsigned depth);
static int each_module(const struct search *s, const char *dir,
    unsigned depth);

/* A linked working tree's own folder. */
static int
keep_linked(const struct search *s, const char *dir, unsigned depth)
{
	struct path git;
	int r;

	(void)depth;
	if ((r = keep(s, dir, "commondir", true)) != 0 ||
	    (r = keep(s, dir, "gitdir", true)) != 0 ||
	    (r = keep(s, dir, "config.worktree", false)) != 0)
		return r;
	/* The `.git' file of the tree itself. */
	return read_path(&git, dir, "gitdir", "") && exists(git.p) ?
	    s->keep(s->arg, git.p) : 0;
}

/* A submodule's folder, or one that holds some. */
static int
keep_module(const struct search *s, const char *dir, unsigned depth)
{
	char config[PATH_CAP], value[PATH_CAP];
	struct path p, tree;
	int r;

	if (!join(&p, dir, "HEAD") || !exists(p.p))
		return each_module(s, dir, depth);
	if ((r = keep_shared(s, dir, depth)) != 0)
		return r;
	if (!join(&p, dir, "config") ||
	    !read_file(p.p, config, sizeof(config)) ||
	    !git_config_worktree(config, value, sizeof(value)) ||
	    !join(&tree, dir, value))
		return 0;
	return keep(s, tree.p, ".git", false);
}

static int
each(const struct search *s, const char *dir, unsigned depth,
    int (*visit)(const struct search *, const char *, unsigned))
{
	struct folder l = { .fd = open(dir, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC) };
	const char *name;
	struct path p;
	struct stat st;
	int r = 0;

	if (l.fd < 0)
		return 0;
	while (r == 0 && (name = folder_next(&l)) != NULL)
		if (join(&p, dir, name) && stat(p.p, &st) == 0 &&
		    S_ISDIR(st.st_mode))
			r = visit(s, p.p, depth);
	close(l.fd);
	return r;
}

static int
each_module(const struct search *s, const char *dir, unsigned depth)
{
	return depth < MAX_DEPTH ? each(s, dir, depth + 1, keep_module) : 0;
}

/* What all working trees of a repository share. */
static int
keep_shared(const struct search *s, const char *dir, unsigned depth)
{
	static const char *const names[] = {
		"hooks", "config", "info", "commondir",
	};
	char config[PATH_CAP];
	struct path p;
	int r;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((r = keep(s, dir, names[i], true)) != 0)
			return r;
	if ((r = keep(s, dir, "config.worktree", join(&p, dir, "config") &&
	    read_file(p.p, config, sizeof(config)) &&
	    git_config_is_split(config))) != 0 ||
	    (r = keep(s, dir, "gitdir", false)) != 0)
		return r;
	if (join(&p, dir, "worktrees") &&
	    (r = each(s, p.p, depth, keep_linked)) != 0)
		return r;
	return join(&p, dir, "modules") ? each_module(s, p.p, depth) : 0;
}

/* --- the start ---------------------------------------------------------- */

static int
keep_git_dir(const struct search *s, const char *dir)
{
	struct path common;
	int r;

	if (!read_path(&common, dir, "commondir", ""))
		return keep_shared(s, dir, 0);
	if ((r = keep_linked(s, dir, 0)) != 0)
		return r;
	return keep_shared(s, common.p, 0);
}

/* folder/.git, which is there: a folder, or a file that names one. */
static int
keep_dot_git(const struct search *s, const char *folder, const char *git)
{
	struct path dir;
	struct stat st;
	int r;

	if (stat(git, &st) == 0 && S_ISDIR(st.st_mode))
		return keep_git_dir(s, git);
	if ((r = s->keep(s->arg, git)) != 0)
		return r;
	return read_path(&dir, folder, ".git", "gitdir: ") ?
	    keep_git_dir(s, dir.p) : 0;
}

int
git_find(const char *folder, git_keep_fn *keep_fn, void *arg)
{
	const struct search s = { .keep = keep_fn, .arg = arg };
	struct path at, git;
	size_t n = strlen(folder);
	int r;

	/* A new one there would be the first that git finds. */
	if (!join(&at, "", folder) || !join(&git, folder, ".git"))
		return 0;
	if (!exists(git.p) && (r = keep_fn(arg, git.p)) != 0)
		return r;
	for (;;) {
		if (join(&git, at.p, ".git") && exists(git.p))
			return keep_dot_git(&s, at.p, git.p);
		while (n > 0 && at.p[n - 1] != '/')
			n--;
		if (n == 0)
			return 0;
		at.p[--n] = '\0';
	}
}
