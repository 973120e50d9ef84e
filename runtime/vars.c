/*
 * Run-time variables: see vars.h.  The password file is read by hand: the
 * name service switch has no place in a static program, and must not be
 * steered by the caller's environment.
 */
#include "runtime/vars.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob/judge.h"
#include "blob/vardef.h"

const char *
env_lookup(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

bool
path_is_within(const char *path, const char *root)
{
	return judge_is_within(path, root);
}

void
path_normalise(char *path)
{
	char *out = path;
	const char *in = path;

	while (*in != '\0') {
		size_t n;

		in += strspn(in, "/");
		n = strcspn(in, "/");
		if (n == 2 && in[0] == '.' && in[1] == '.') {
			while (out > path && *--out != '/')
				;
		} else if (n > 0 && !(n == 1 && in[0] == '.')) {
			*out++ = '/';
			memmove(out, in, n);
			out += n;
		}
		in += n;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

/* path below where we are, by way of size bytes at buf, which may be few. */
static char *
join_here(const char *path, char *buf, size_t size, struct scratch *mem)
{
	struct text t;

	text_init(&t, buf, size);
	if (getcwd(buf, size) == NULL)
		return NULL;
	/* "(unreachable)/..." is what lies outside our root. */
	if (buf[0] != '/') {
		errno = ENOENT;
		return NULL;
	}
	t.len = strlen(buf);
	text_str(&t, "/");
	text_str(&t, path);
	return t.is_cut ? NULL : scratch_dup(mem, buf, t.len);
}

/* Not inlined: its room is touched only where it is needed. */
static __attribute__((noinline)) char *
below_here_long(const char *path, struct scratch *mem)
{
	char buf[2 * PATH_CAP];

	return join_here(path, buf, sizeof(buf), mem);
}

static char *
below_here(const char *path, struct scratch *mem)
{
	char buf[512], *joined = join_here(path, buf, sizeof(buf), mem);

	return joined != NULL ? joined : below_here_long(path, mem);
}

const char *
path_absolute(const char *path, struct scratch *mem)
{
	char *p = path[0] != '/' ? below_here(path, mem)
	    : scratch_dup(mem, path, strlen(path));

	if (p != NULL)
		path_normalise(p);
	return p;
}

void
vars_init(struct vars *v, struct scratch *mem, char *const *env)
{
	*v = (struct vars){ .mem = mem, .env = env };
}

/* Where a directory that was named really is, or NULL. */
static __attribute__((noinline)) const char *
find_named(const char *dir, struct scratch *mem)
{
	char real[PATH_CAP];
	struct stat st;

	if (realpath(dir, real) == NULL || stat(real, &st) < 0)
		return NULL;
	if (S_ISDIR(st.st_mode))
		return scratch_dup(mem, real, strlen(real));
	errno = ENOTDIR;
	return NULL;
}

int
vars_add_workspace(struct vars *v, const char *dir, struct failure *f)
{
	/* Where we are is a directory, with a name that need not be found. */
	const char *path = strcmp(dir, ".") == 0 ? path_absolute(dir, v->mem)
	    : find_named(dir, v->mem);

	if (path == NULL && errno == ENOTDIR)
		return refuse(f, EXIT_RUNNER, 0, "workspace '", dir,
		    "' is not a directory", NULL);
	if (path == NULL)
		return refuse(f, EXIT_RUNNER, errno, "workspace '", dir, "'",
		    NULL);
	if (v->nworkspaces == VARS_MAX_WORKSPACES)
		return refuse(f, EXIT_RUNNER, 0, "too many workspaces", NULL);
	v->workspaces[v->nworkspaces++] = path;
	return 0;
}

int
passwd_find(const char *file, unsigned long uid, struct text *name,
    struct text *home)
{
	struct blob_span n, h;

	if (!vardef_user(file, uid, &n, &h))
		return -1;
	text_bytes(name, (const char *)n.p, n.len);
	text_bytes(home, (const char *)h.p, h.len);
	return 0;
}

/* The whole password file, or NULL. */
static char *
passwd_read(struct scratch *mem)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *p = NULL;
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size > 0 &&
	    (p = scratch_alloc(mem, (size_t)st.st_size + 1)) != NULL)
		n = read(fd, p, (size_t)st.st_size);
	close(fd);
	if (p == NULL || n < 0)
		return NULL;
	p[n] = '\0';
	return p;
}

static const char *
keep(struct vars *v, const char *s)
{
	return scratch_dup(v->mem, s, strlen(s));
}

/* Canonical if it exists, else normalised.  Not inlined, as above. */
static __attribute__((noinline)) const char *
canonical_absolute(struct vars *v, const char *path)
{
	char real[PATH_CAP];
	char *copy;

	if (realpath(path, real) != NULL)
		return keep(v, real);
	copy = scratch_dup(v->mem, path, strlen(path));
	if (copy != NULL)
		path_normalise(copy);
	return copy;
}

/* The same; NULL unless absolute. */
static const char *
canonical(struct vars *v, const char *path)
{
	return path == NULL || path[0] != '/' ? NULL :
	    canonical_absolute(v, path);
}

/* ${home} and ${user}: together, for they stand in one line. */
static __attribute__((noinline)) void
find_user(struct vars *v)
{
	char name[256], home[PATH_CAP];
	struct text tn, th;
	const char *passwd = passwd_read(v->mem);

	v->is_known[BLOB_VAR_USER] = v->is_known[BLOB_VAR_HOME] = true;
	text_init(&tn, name, sizeof(name));
	text_init(&th, home, sizeof(home));
	if (passwd != NULL && passwd_find(passwd, getuid(), &tn, &th) == 0) {
		v->value[BLOB_VAR_USER] = keep(v, name);
		v->value[BLOB_VAR_HOME] = canonical(v, home);
	} else {
		v->value[BLOB_VAR_HOME] = canonical(v,
		    env_lookup(v->env, "HOME"));
	}
}

const char *
vars_name(enum blob_var which)
{
	return vardef_of(which)->name;
}

static __attribute__((noinline)) const char *
find_below(struct vars *v, const char *home, const char *below)
{
	char buf[PATH_CAP];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_str(&t, home);
	text_str(&t, below);
	return t.is_cut ? NULL : canonical(v, buf);
}

static const char *
find_directory(struct vars *v, enum blob_var which)
{
	const struct vardef *def = vardef_of(which);
	const char *path = canonical(v, env_lookup(v->env, def->env));

	if (path != NULL)
		return path;
	if (which == BLOB_VAR_TMPDIR)
		return canonical(v, "/tmp");
	if (def->below_home == NULL || vars_get(v, BLOB_VAR_HOME) == NULL)
		return NULL;
	return find_below(v, vars_get(v, BLOB_VAR_HOME), def->below_home);
}

const char *
vars_get(struct vars *v, enum blob_var which)
{
	char digits[24];
	struct text t;

	if (v->is_known[which])
		return v->value[which];
	if (which == BLOB_VAR_HOME || which == BLOB_VAR_USER) {
		find_user(v);
		return v->value[which];
	}
	v->is_known[which] = true;
	if (which == BLOB_VAR_WORKSPACE) {
		v->value[which] = v->workspaces[0];
	} else if (which == BLOB_VAR_UID) {
		text_init(&t, digits, sizeof(digits));
		text_num(&t, getuid());
		v->value[which] = keep(v, digits);
	} else {
		v->value[which] = find_directory(v, which);
	}
	return v->value[which];
}

bool
vars_other_home(struct vars *v, struct vars *other)
{
	const char *home = vars_get(v, BLOB_VAR_HOME);
	const char *env = env_lookup(v->env, "HOME");

	if (home == NULL || env == NULL || strcmp(env, home) == 0)
		return false;
	env = canonical(v, env);
	if (env == NULL || strcmp(env, home) == 0)
		return false;
	*other = *v;
	other->value[BLOB_VAR_HOME] = env;
	/* Found anew, for some lie below it. */
	for (int i = BLOB_VAR_XDG_CACHE_HOME; i <= BLOB_VAR_XDG_DATA_HOME; i++)
		other->is_known[i] = false;
	return true;
}

static bool
is_var(char c)
{
	return c >= BLOB_VAR_BASE && c < BLOB_VAR_BASE + BLOB_NVARS;
}

enum blob_var
vars_first(const char *template)
{
	for (; *template != '\0'; template++)
		if (is_var(*template))
			return (enum blob_var)(*template - BLOB_VAR_BASE);
	return BLOB_NVARS;
}

int
vars_expand(struct vars *v, const char *template, const char *workspace,
    struct text *out, enum blob_var *missing)
{
	for (size_t n = 0;; template += n + 1, n = 0) {
		const char *value;

		while (template[n] != '\0' && !is_var(template[n]))
			n++;
		text_bytes(out, template, n);
		if (template[n] == '\0')
			return 0;
		*missing = (enum blob_var)(template[n] - BLOB_VAR_BASE);
		value = *missing == BLOB_VAR_WORKSPACE ? workspace
						       : vars_get(v, *missing);
		if (value == NULL)
			return -1;
		text_str(out, value);
	}
}
