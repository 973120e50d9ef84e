/* Values of variables and paths: see place.h. */
#include "compiler/place.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

int
place_here(struct arena *a, const char *const *workspaces, size_t n,
    struct place *out, const char **bad)
{
	const char *here = ".", **list;
	char *cwd = getcwd(NULL, 0), real[PATH_MAX];
	struct stat st;
	unsigned var;
	size_t i;

	*out = (struct place){ .is_real = true,
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
	for (var = 0; var < BLOB_NVARS; var++)
		if (vardef_of(var)->env != NULL)
			find_directory(a, out->vars.value, var);
	return 0;
}

void
place_fixed(struct place *out)
{
	static const char *const workspaces[] = { "/home/user/workspace" };

	*out = (struct place){ .cwd = workspaces[0], .vars = {
	    .workspaces = workspaces, .nworkspaces = 1, .value = {
		[BLOB_VAR_HOME] = "/home/user",
		[BLOB_VAR_TMPDIR] = "/tmp",
		[BLOB_VAR_USER] = "user",
		[BLOB_VAR_UID] = "1000",
		[BLOB_VAR_XDG_CACHE_HOME] = "/home/user/.cache",
		[BLOB_VAR_XDG_CONFIG_HOME] = "/home/user/.config",
		[BLOB_VAR_XDG_DATA_HOME] = "/home/user/.local/share",
		[BLOB_VAR_XDG_RUNTIME_DIR] = "/run/user/1000",
	    } } };
}

const char *
place_expand(struct arena *a, const struct place *p, const char *template,
    const char *workspace)
{
	const char *out = "", *value;
	unsigned var;
	size_t n;

	while (*template != '\0') {
		var = (unsigned char)*template - (unsigned)BLOB_VAR_BASE;
		if (var < BLOB_NVARS) {
			value = var == BLOB_VAR_WORKSPACE ? workspace :
			    p->vars.value[var];
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

struct alias_list {
	struct judge_alias *v;
	size_t n, cap;
};

static void
learn_one(struct arena *a, struct place *p, const struct blob_fs *fs,
    uint32_t entry, const char *path, struct alias_list *list)
{
	bool is_bar = fs->rights & (FS_PROTECT | FS_DENY), exists;
	const char *real;

	if (path == NULL) {
		if (!(fs->flags & FS_OPTIONAL))
			add_fault(a, p, fs, "a variable has no value here");
		return;
	}
	real = place_path(a, p, path, &exists);
	if (!exists && !is_bar && !(fs->flags & FS_OPTIONAL))
		add_fault(a, p, fs, arena_printf(a, "%s does not exist here",
		    path));
	if (strcmp(real, path) == 0)
		return;
	list->v = arena_grow(a, list->v, list->n, &list->cap,
	    sizeof(*list->v));
	list->v[list->n++] = (struct judge_alias){ entry, real };
}

void
place_learn(struct arena *a, struct place *p, const struct blob *b)
{
	struct alias_list list = { .n = 0 };
	struct blob_fs fs;
	const char *template;
	uint32_t i;
	size_t k, n;

	for (i = 0; blob_fs_get(b, i, &fs) == BLOB_OK; i++) {
		template = blob_str(b, fs.path);
		n = strchr(template, BLOB_VAR_BASE + BLOB_VAR_WORKSPACE) !=
		    NULL ? p->vars.nworkspaces : 1;
		for (k = 0; k < n; k++)
			learn_one(a, p, &fs, i, place_expand(a, p, template,
			    p->vars.workspaces[k]), &list);
	}
	p->vars.aliases = list.v;
	p->vars.naliases = list.n;
}
