/*
 * Find, read and check policies: see load.h.  The bytes are read once into
 * private memory; everything that follows is about those bytes.
 */
#include "runtime/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/kernel.h"

/* A larger policy has a mapping of its own. */
#define SMALL		((size_t)64 << 10)

#define OPEN_FLAGS	(O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define SYSTEM_DIR	"/etc/codex/profiles/"
#define SHIPPED_DIR	CODEX_DATADIR "/codex/profiles/"

/* The shipped names, which no user's file can take, and their aliases. */
static const struct {
	const char *name, *alias;
} shipped[] = {
	{ "offline", NULL },
	{ "net-read-only", "read-net" },
	{ "workspace-write", "workspace" },
	{ "workspace-net", NULL },
	{ "trusted", "full-access" },
};

/* A shipped profile's own name for a name or alias, or NULL. */
static const char *
shipped_name(const char *name)
{
	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		if (strcmp(name, shipped[i].name) == 0 ||
		    (shipped[i].alias != NULL &&
		    strcmp(name, shipped[i].alias) == 0))
			return shipped[i].name;
	return NULL;
}

static bool
is_file_name(const char *p)
{
	size_t n = strlen(p);

	return strchr(p, '/') != NULL ||
	    (n > 4 && strcmp(p + n - 4, ".bin") == 0);
}

static int
check_owner(const struct stat *st, bool is_root_only, const char *path,
    struct failure *f)
{
	if (st->st_uid != 0 && (is_root_only || st->st_uid != getuid()))
		return refuse(f, EXIT_RUNNER, 0, path, " is not owned by ",
		    is_root_only ? "root" : "root or the caller", NULL);
	if ((st->st_mode & 022) != 0 && !S_ISLNK(st->st_mode))
		return refuse(f, EXIT_RUNNER, 0, path,
		    " can be written by group or others", NULL);
	return 0;
}

/*
 * Every directory above path belongs to root alone.  Here and below: what
 * has room for a path is not inlined, for it touches each page of it.
 */
static __attribute__((noinline)) int
check_parents(const char *path, struct failure *f)
{
	char dir[PATH_CAP];
	struct stat st;

	for (size_t i = 0; path[i] != '\0'; i++) {
		if (path[i] != '/' || i >= sizeof(dir) - 1)
			continue;
		memcpy(dir, path, i);
		dir[i] = '\0';
		if (stat(i == 0 ? "/" : dir, &st) < 0)
			return refuse(f, EXIT_RUNNER, errno, dir, NULL);
		if (check_owner(&st, true, i == 0 ? "/" : dir, f) < 0)
			return -1;
	}
	return 0;
}

static int
read_whole(int fd, uint8_t *p, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = read(fd, p + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		done += (size_t)n;
	}
	return 0;
}

/* Is what is in its memory a policy? */
static int
check_memory(struct policy *p, struct failure *f)
{
	int err = blob_open(&p->blob, p->mem, p->len);

	if (err == BLOB_OK)
		err = blob_check_digest(&p->blob);
	if (err == BLOB_OK)
		err = blob_meta_get(&p->blob, &p->meta);
	if (err != BLOB_OK)
		return refuse(f, EXIT_RUNNER, 0, p->path, ": ",
		    blob_strerror(err), NULL);
	p->name = blob_str(&p->blob, p->meta.name);
	return 0;
}

/* Memory for a policy of len bytes. */
static int
make_memory(struct policy *p, size_t len, struct scratch *mem,
    struct failure *f)
{
	if (len < BLOB_H_LEN || len > BLOB_MAX_SIZE)
		return refuse(f, EXIT_RUNNER, 0, p->path,
		    ": not a compiled policy", NULL);
	p->len = len;
	p->mem = len <= SMALL ? scratch_try(mem, len) : NULL;
	p->is_mapped = p->mem == NULL;
	if (!p->is_mapped)
		return 0;
	p->mem = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p->mem != MAP_FAILED)
		return 0;
	p->is_mapped = false;
	return refuse(f, EXIT_RUNNER, errno, p->path, NULL);
}

/* Read an open file into fresh memory and check it as a blob. */
static int
take_blob(struct policy *p, int fd, bool is_root_only, struct scratch *mem,
    struct failure *f)
{
	struct stat st;
	int err;

	if (fstat(fd, &st) < 0)
		return refuse(f, EXIT_RUNNER, errno, p->path, NULL);
	if (!S_ISREG(st.st_mode))
		return refuse(f, EXIT_RUNNER, 0, p->path,
		    " is not a regular file", NULL);
	if (check_owner(&st, is_root_only, p->path, f) < 0 ||
	    make_memory(p, st.st_size >= 0 ? (size_t)st.st_size : 0, mem,
	    f) < 0)
		return -1;
	err = read_whole(fd, p->mem, p->len);
	if (err != 0)
		return refuse(f, EXIT_RUNNER, err, p->path, NULL);
	return check_memory(p, f);
}

void
load_release(struct policy *p)
{
	if (p->is_mapped)
		munmap(p->mem, p->len);
	p->is_mapped = false;
}

/* Open a file that links lead to, and find out where. */
static __attribute__((noinline)) int
open_linked(const char *path, struct scratch *mem, const char **name)
{
	int fd = openat(AT_FDCWD, path, OPEN_FLAGS), err;
	char real[PATH_CAP];

	if (fd < 0)
		return -1;
	if (realpath(path, real) != NULL &&
	    (*name = scratch_dup(mem, real, strlen(real))) != NULL)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* Open a policy; *name is its canonical path. */
static int
open_policy(const char *path, struct scratch *mem, const char **name)
{
	const struct k_open_how how = {
		.flags = OPEN_FLAGS, .resolve = K_RESOLVE_NO_SYMLINKS,
	};
	int fd = (int)syscall(K_SYS_openat2, AT_FDCWD, path, &how,
	    sizeof(how));

	if (fd < 0 && errno == ENOENT)
		return -1;
	/* Without links a path only has to be made absolute. */
	if (fd >= 0 && (*name = path_absolute(path, mem)) != NULL)
		return fd;
	if (fd >= 0)
		close(fd);
	return open_linked(path, mem, name);
}

/* Returns 1 when there is no such file, 0 when loaded, -1 on failure. */
static int
load_file(struct policies *all, const char *path, bool is_root_only,
    struct vars *v, struct failure *f)
{
	struct policy *p = &all->list[all->count];
	int fd, r;

	fd = open_policy(path, v->mem, &p->path);
	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return refuse(f, EXIT_RUNNER, errno, path, NULL);
	r = is_root_only ? check_parents(p->path, f) : 0;
	if (r == 0)
		r = take_blob(p, fd, is_root_only, v->mem, f);
	if (r == 0)
		all->count++;
	else
		load_release(p);
	close(fd);
	return r;
}

/* One place where a name may be found; as load_file. */
static int
load_from(struct policies *all, const char *dir, const char *below,
    const char *name, struct vars *v, struct failure *f)
{
	char path[PATH_CAP];
	struct text t;

	text_init(&t, path, sizeof(path));
	text_str(&t, dir);
	text_str(&t, below);
	text_str(&t, name);
	text_str(&t, ".bin");
	if (t.is_cut)
		return refuse(f, EXIT_RUNNER, ENAMETOOLONG, name, NULL);
	return load_file(all, path, false, v, f);
}

static int
load_name(struct policies *all, const char *name, struct vars *v,
    struct failure *f)
{
	const char *own = shipped_name(name);
	const char *config = NULL;
	int r = 1;

	if (own == NULL)
		config = vars_get(v, BLOB_VAR_XDG_CONFIG_HOME);
	else
		name = own;
	if (config != NULL)
		r = load_from(all, config, "/codex/profiles/", name, v, f);
	if (r == 1)
		r = load_from(all, SYSTEM_DIR, "", name, v, f);
	if (r == 1)
		r = load_from(all, SHIPPED_DIR, "", name, v, f);
	if (r == 1)
		return refuse(f, EXIT_RUNNER, 0, "no policy named '", name,
		    "' in ", config != NULL ? config : "",
		    config != NULL ? "/codex/profiles/, " : "",
		    SYSTEM_DIR, " or ", SHIPPED_DIR, NULL);
	if (r == 0 && strcmp(all->list[all->count - 1].name, name) != 0)
		return refuse(f, EXIT_RUNNER, 0,
		    all->list[all->count - 1].path, " is named '",
		    all->list[all->count - 1].name, "', not '", name, "'",
		    NULL);
	return r;
}

static int
load_one(struct policies *all, const char *wanted, struct vars *v,
    struct failure *f)
{
	int r;

	if (!is_file_name(wanted))
		return load_name(all, wanted, v, f);
	r = load_file(all, wanted, false, v, f);
	if (r == 1)
		return refuse(f, EXIT_RUNNER, ENOENT, wanted, NULL);
	return r;
}

/* Mostly there is none.  A link that leads nowhere is not the same. */
static int
load_ceiling(struct policies *all, struct vars *v, struct failure *f)
{
	struct stat st;
	int r;

	if (lstat(LOAD_CEILING, &st) < 0 && errno == ENOENT)
		return 0;
	r = load_file(all, LOAD_CEILING, true, v, f);
	if (r == 1)
		return refuse(f, EXIT_RUNNER, ENOENT, LOAD_CEILING, NULL);
	return r;
}

/* Room for n and the ceiling. */
static int
make_room(struct policies *all, size_t n, struct vars *v, struct failure *f)
{
	*all = (struct policies){ 0 };
	all->list = scratch_alloc(v->mem, (n + 1) * sizeof(*all->list));
	if (all->list == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "policies", NULL);
	return 0;
}

int
load_policies(struct policies *all, const char *const *wanted, size_t n,
    struct vars *v, struct failure *f)
{
	const char *fallback = env_lookup(v->env, "CODEX_SECURITY_PROFILE");

	if (make_room(all, n > 0 ? n : 1, v, f) < 0)
		return -1;
	if (fallback == NULL || *fallback == '\0')
		fallback = "offline";
	if (n == 0 && load_one(all, fallback, v, f) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (load_one(all, wanted[i], v, f) < 0)
			return -1;
	return load_ceiling(all, v, f);
}

int
load_bytes(struct policies *all, const void *bytes, size_t len,
    struct vars *v, struct failure *f)
{
	struct policy *p;

	if (make_room(all, 1, v, f) < 0)
		return -1;
	p = &all->list[0];
	p->path = "(memory)";
	if (make_memory(p, len, v->mem, f) < 0)
		return -1;
	memcpy(p->mem, bytes, len);
	if (check_memory(p, f) < 0) {
		load_release(p);
		return -1;
	}
	all->count = 1;
	return load_ceiling(all, v, f);
}

void
policy_put_rule(const struct policy *p, uint32_t rule, const char *strength,
    struct text *out)
{
	struct blob_rule_info info;
	bool has_rule = blob_rule_get(&p->blob, rule, &info) == BLOB_OK;

	if (!has_rule && strength == NULL)
		return;
	text_str(out, "  [");
	if (has_rule) {
		text_escaped(out, blob_str(&p->blob, info.name));
		text_str(out, ", ");
		text_escaped(out, blob_str(&p->blob, info.file));
		text_str(out, ":");
		text_num(out, info.line);
	}
	if (strength != NULL) {
		text_str(out, has_rule ? ", " : "");
		text_str(out, strength);
	}
	text_str(out, "]");
}
