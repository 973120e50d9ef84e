/* Values of variables and paths: see place.h. */
#include "compiler/place.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob/eval.h"
#include "blob/roots.h"
#include "blob/vardef.h"
#include "compiler/rules.h"
#include "compiler/source.h"

#define MAX_LINKS	40	/* as the kernel */
#define PATH_DEFAULT	"/usr/local/bin:/usr/bin:/bin"

/* --- variables ---------------------------------------------------------- */

static const char *
canonical(struct arena *a, const char *path)
{
	char real[PATH_MAX];

	if (path == NULL || path[0] != '/')
		return NULL;
	return realpath(path, real) != NULL ? arena_strdup(a, real) :
	    rules_absolute(a, path, "/", NULL);
}

static const char *
span_dup(struct arena *a, struct blob_span s)
{
	return arena_strndup(a, (const char *)s.p, s.len);
}

/* From the password file itself, as codex-exec does. */
static void
find_user(struct arena *a, const char **value)
{
	struct blob_span name, home;
	const struct source *src;

	if (source_load(a, "/etc/passwd", "", &src) == SOURCE_OK &&
	    vardef_user(src->text, getuid(), &name, &home)) {
		value[BLOB_VAR_USER] = span_dup(a, name);
		value[BLOB_VAR_HOME] = canonical(a, span_dup(a, home));
	} else {
		value[BLOB_VAR_HOME] = canonical(a, getenv("HOME"));
	}
}

static void
find_directory(struct arena *a, const char **value, unsigned var)
{
	const struct vardef *def = vardef_of(var);
	const char *home = value[BLOB_VAR_HOME];

	value[var] = canonical(a, getenv(def->env));
	if (value[var] != NULL)
		return;
	if (var == BLOB_VAR_TMPDIR)
		value[var] = canonical(a, "/tmp");
	else if (def->below_home != NULL && home != NULL)
		value[var] = canonical(a, arena_printf(a, "%s%s", home,
		    def->below_home));
}

/* What lies below the home directory, and what does not. */
static void
find_directories(struct arena *a, const char **value)
{
	unsigned var;

	for (var = 0; var < BLOB_NVARS; var++)
		if (vardef_of(var)->env != NULL)
			find_directory(a, value, var);
}

static void
find_other(struct arena *a, struct place *p)
{
	const char *home = p->vars.value[BLOB_VAR_HOME];
	const char *env = canonical(a, getenv("HOME"));

	if (home == NULL || env == NULL || strcmp(env, home) == 0)
		return;
	p->has_other = true;
	p->other = p->vars;
	p->other.value[BLOB_VAR_HOME] = env;
	find_directories(a, p->other.value);
}

int
place_here(struct arena *a, const char *const *workspaces, size_t n,
    struct place *out, const char **bad)
{
	const char *here = ".", **list;
	char *cwd = getcwd(NULL, 0), real[PATH_MAX];
	struct stat st;
	size_t i;

	*out = (struct place){ .is_real = true,
	    .is_workspace_given = n > 0,
	    .cwd = arena_strdup(a, cwd != NULL ? cwd : "/") };
	free(cwd);
	if (n == 0) {
		workspaces = &here;
		n = 1;
	}
	list = arena_array(a, n, sizeof(*list));
	for (i = 0; i < n; i++) {
		*bad = workspaces[i];
		if (realpath(workspaces[i], real) == NULL ||
		    stat(real, &st) == -1)
			return -1;
		errno = ENOTDIR;
		if (!S_ISDIR(st.st_mode))
			return -1;
		list[i] = arena_strdup(a, real);
	}
	out->vars.workspaces = list;
	out->vars.nworkspaces = n;
	find_user(a, out->vars.value);
	out->vars.value[BLOB_VAR_UID] = arena_printf(a, "%lu",
	    (unsigned long)getuid());
	find_directories(a, out->vars.value);
	find_other(a, out);
	return 0;
}

void
place_fixed(struct place *out)
{
	static const char *const workspaces[] = { "/home/user/workspace" };

	*out = (struct place){ .cwd = workspaces[0], .vars = {
	    .workspaces = workspaces, .nworkspaces = 1, .value = {
		[BLOB_VAR_HOME] = "/home/user",
		[BLOB_VAR_TMPDIR] = "/tmp/user",
		[BLOB_VAR_USER] = "user",
		[BLOB_VAR_UID] = "1000",
		[BLOB_VAR_XDG_CACHE_HOME] = "/home/user/.cache",
		[BLOB_VAR_XDG_CONFIG_HOME] = "/home/user/.config",
		[BLOB_VAR_XDG_DATA_HOME] = "/home/user/.local/share",
		[BLOB_VAR_XDG_RUNTIME_DIR] = "/run/user/1000",
	    } } };
}

static const char *
expand(struct arena *a, const struct judge_vars *vars, const char *template,
    const char *workspace)
{
	const char *out = "", *value;
	unsigned var;
	size_t n;

	while (*template != '\0') {
		var = (unsigned char)*template - (unsigned)BLOB_VAR_BASE;
		if (var < BLOB_NVARS) {
			value = var == BLOB_VAR_WORKSPACE ? workspace :
			    vars->value[var];
			if (value == NULL)
				return NULL;
			out = arena_printf(a, "%s%s", out, value);
			template++;
			continue;
		}
		for (n = 1; template[n] != '\0' &&
		    (unsigned char)template[n] - (unsigned)BLOB_VAR_BASE >=
		    BLOB_NVARS;)
			n++;
		out = arena_printf(a, "%s%.*s", out, (int)n, template);
		template += n;
	}
	return out;
}

const char *
place_expand(struct arena *a, const struct place *p, const char *template,
    const char *workspace)
{
	return expand(a, &p->vars, template, workspace);
}

/* --- paths -------------------------------------------------------------- */

/* The path that a link that leads nowhere stands for, or NULL. */
static const char *
follow(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return target[0] == '/' ? arena_strdup(a, target) :
	    arena_printf(a, "%.*s/%s", (int)(slash - path), path, target);
}

const char *
place_path(struct arena *a, const struct place *p, const char *path,
    bool *exists)
{
	const char *all = p->is_real ? path[0] == '/' ? path :
	    arena_printf(a, "%s/%s", p->cwd, path) :
	    rules_absolute(a, path, p->cwd, NULL);
	char *head = arena_strdup(a, all), *slash, real[PATH_MAX];
	const char *rest = "", *next;
	unsigned links = 0;

	*exists = true;
	if (!p->is_real)
		return all;
	while (realpath(head, real) == NULL) {
		*exists = false;
		next = follow(a, head);
		if (next != NULL && links++ < MAX_LINKS) {
			head = arena_strdup(a, next);
			continue;
		}
		slash = strrchr(head, '/');
		if (slash == NULL || slash == head)
			return rules_absolute(a, arena_printf(a, "%s%s", head,
			    rest), "/", NULL);
		rest = arena_printf(a, "%s%s", slash, rest);
		*slash = '\0';
	}
	return rules_absolute(a, arena_printf(a, "%s%s", real, rest), "/",
	    NULL);
}

bool
place_canonical(const char *path, char *out)
{
	const char *slash = strrchr(path, '/');
	char dir[EVAL_PATH];
	size_t n;

	if (realpath(path, out) != NULL)
		return true;
	if (slash == NULL || (size_t)(slash - path) + 1 >= sizeof(dir))
		return false;
	memcpy(dir, path, (size_t)(slash - path) + 1);
	dir[slash - path + 1] = '\0';
	if (realpath(dir, out) == NULL)
		return false;
	n = strlen(out);
	if (strlen(slash) >= EVAL_PATH - n)
		return false;
	memcpy(out + n, slash, strlen(slash) + 1);
	return true;
}

static bool
can_run(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0;
}

const char *
place_program(struct arena *a, const struct place *p, const char *name,
    const char *path)
{
	const char *file;
	size_t n;

	if (strchr(name, '/') != NULL)
		return rules_absolute(a, name, p->cwd, NULL);
	if (!p->is_real || name[0] == '\0')
		return NULL;
	for (path = path != NULL ? path : PATH_DEFAULT;; path += n + 1) {
		n = strcspn(path, ":");
		file = rules_absolute(a, arena_printf(a, "%.*s/%s",
		    n > 0 ? (int)n : 1, n > 0 ? path : ".", name), p->cwd,
		    NULL);
		if (can_run(file))
			return file;
		if (path[n] == '\0')
			return NULL;
	}
}

/* --- the policy's own paths --------------------------------------------- */

static void
add_fault(struct arena *a, struct place *p, const struct blob_fs *fs,
    const char *text)
{
	struct place_fault *f = arena_alloc(a, sizeof(*f)), **end;

	*f = (struct place_fault){ .text = text, .rule =
	    fs->rule_write != 0 ? fs->rule_write : fs->rule_read != 0 ?
	    fs->rule_read : fs->rule_exec };
	for (end = &p->faults; *end != NULL;)
		end = &(*end)->next;
	*end = f;
}

struct learner {
	struct arena *a;
	struct place *p;
	const char *file;		/* of the blob, canonical */
	bool writes_all;		/* any root is fine */
	struct judge_alias *aliases;
	size_t n, cap;
};

static void
add_alias(struct learner *l, uint32_t entry, const char *path)
{
	l->aliases = arena_grow(l->a, l->aliases, l->n, &l->cap,
	    sizeof(*l->aliases));
	l->aliases[l->n++] = (struct judge_alias){ entry, path };
}

/* -w alone can make the home directory a write root. */
static bool
is_named_workspace(const struct place *p, const char *root)
{
	size_t i;

	for (i = 0; p->is_workspace_given && i < p->vars.nworkspaces; i++)
		if (strcmp(p->vars.workspaces[i], root) == 0)
			return true;
	return false;
}

static void
check_root(struct learner *l, const struct blob_fs *fs, const char *real)
{
	const char *const *value = l->p->vars.value;
	const char *config = value[BLOB_VAR_XDG_CONFIG_HOME];
	const struct roots roots = {
		.home = is_named_workspace(l->p, real) ? NULL :
		    value[BLOB_VAR_HOME],
		.policies = arena_printf(l->a, "%s/codex", config != NULL ?
		    config : "/etc"),
		.shipped = CODEX_DATADIR "/codex", .policy = l->file,
	};
	struct roots_fault fault;

	if (!l->writes_all && roots_refuse(&roots, real, &fault))
		add_fault(l->a, l->p, fs, arena_printf(l->a, "%s cannot be "
		    "written: it %s %s", real, fault.is_inside ?
		    "lies within" : "is or holds", fault.place));
}

/* An entry by which something is given. */
static void
learn_gift(struct learner *l, const struct blob_fs *fs, uint32_t entry,
    const char *path)
{
	bool is_optional = fs->flags & FS_OPTIONAL, exists;
	const char *real;

	if (path == NULL) {
		if (!is_optional)
			add_fault(l->a, l->p, fs,
			    "a variable has no value here");
		return;
	}
	real = place_path(l->a, l->p, path, &exists);
	if (!exists && !is_optional)
		add_fault(l->a, l->p, fs, arena_printf(l->a,
		    "%s does not exist here", path));
	if (exists && roots_is_one(fs->rights))
		check_root(l, fs, real);
	if (strcmp(real, path) != 0)
		add_alias(l, entry, real);
}

/* An entry by which something is kept or hidden, below both homes. */
static void
learn_bar(struct learner *l, uint32_t entry, const char *template,
    const char *workspace)
{
	const struct judge_vars *vars[] = { &l->p->vars, &l->p->other };
	const char *path, *real;
	struct place_bar *bar;
	bool exists;
	size_t i;

	for (i = 0; i < (l->p->has_other ? 2 : 1); i++) {
		path = expand(l->a, vars[i], template, workspace);
		if (path == NULL)
			continue;
		if (i > 0)
			add_alias(l, entry, path);
		real = place_path(l->a, l->p, path, &exists);
		add_alias(l, entry, real);
		if (!exists)
			continue;
		bar = arena_alloc(l->a, sizeof(*bar));
		*bar = (struct place_bar){ entry, real, l->p->bars };
		l->p->bars = bar;
	}
}

/* A name that git only has as a file, or not at all. */
static bool
is_git_file(const char *path)
{
	static const char *const names[] = { "/config", "/config.worktree",
		"/commondir", "/gitdir" };
	const char *name = strrchr(path, '/');
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name != NULL && strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* In a git directory: what is there, and what is made in hooks or info. */
static bool
git_keeps(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (access(path, F_OK) == 0)
		return true;
	return slash != NULL && !is_git_file(path) && strstr(path,
	    "/.git/") != NULL && strcmp(slash, "/hooks") != 0 &&
	    strcmp(slash, "/info") != 0 && access(arena_strndup(a, path,
	    (size_t)(slash - path)), F_OK) == 0;
}

bool
place_keeps(struct arena *a, const struct place *p, const struct blob *b,
    uint32_t entry, const char *path)
{
	const struct place_bar *bar;
	struct blob_fs fs;

	if (!p->is_real || blob_fs_get(b, entry, &fs) != BLOB_OK)
		return true;
	for (bar = p->bars; bar != NULL; bar = bar->next)
		if (bar->entry == entry && judge_is_within(path, bar->path))
			return fs.rights & (FS_PROTECT | FS_DENY) ? true :
			    git_keeps(a, path);
	return false;
}

void
place_learn(struct arena *a, struct place *p, const struct blob *b,
    const char *file)
{
	const uint16_t given = FS_READ | FS_WRITE | FS_EXEC;
	struct learner l = { .a = a, .p = p };
	struct blob_meta m = { .predicates = 0 };
	const char *template, *workspace;
	struct blob_fs fs;
	uint32_t i;
	size_t k, n;
	bool unused;

	(void)blob_meta_get(b, &m);
	l.writes_all = m.predicates & META_ALLOWS_FULL_WRITE;
	l.file = file != NULL ? place_path(a, p, file, &unused) : NULL;
	for (i = 0; blob_fs_get(b, i, &fs) == BLOB_OK; i++) {
		template = blob_str(b, fs.path);
		n = strchr(template, BLOB_VAR_BASE + BLOB_VAR_WORKSPACE) !=
		    NULL ? p->vars.nworkspaces : 1;
		for (k = 0; k < n; k++) {
			workspace = p->vars.workspaces[k];
			if (fs.rights & given)
				learn_gift(&l, &fs, i, place_expand(a, p,
				    template, workspace));
			if (fs.rights & ~(given | FS_DEVICE))
				learn_bar(&l, i, template, workspace);
		}
	}
	p->vars.aliases = l.aliases;
	p->vars.naliases = l.n;
}
