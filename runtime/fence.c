/* Folders closed to new names: see fence.h. */
#include "runtime/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/aliases.h"
#include "runtime/folder.h"
#include "runtime/kernel.h"

#define MAX_CLOSED	256
#define MAX_NAMES	1024
#define MAX_OPEN	1024	/* what is more is made by the supervisor */
#define MAKE	(K_LL_FS_MAKE_CHAR | K_LL_FS_MAKE_DIR | K_LL_FS_MAKE_REG | \
	K_LL_FS_MAKE_SOCK | K_LL_FS_MAKE_FIFO | K_LL_FS_MAKE_BLOCK | \
	K_LL_FS_MAKE_SYM)

/* --- which -------------------------------------------------------------- */

static bool
is_listed(const struct fence *fence, const char *path)
{
	for (size_t i = 0; i < fence->nclosed; i++)
		if (strcmp(fence->closed[i], path) == 0)
			return true;
	return false;
}

static int
close_folder(struct fence *fence, const char *path, struct scratch *mem)
{
	const char *copy;

	if (is_listed(fence, path))
		return 0;
	copy = scratch_dup(mem, path, strlen(path));
	if (copy == NULL || fence->nclosed == MAX_CLOSED)
		return -1;
	fence->closed[fence->nclosed++] = copy;
	return 0;
}

/* Every folder above the name that is there and can be written. */
static int
close_above(struct fence *fence, const struct plan *plan, const char *name,
    struct scratch *mem)
{
	char path[PATH_CAP];
	struct stat st;
	char *slash;
	struct text t;

	text_init(&t, path, sizeof(path));
	text_str(&t, name);
	while ((slash = strrchr(path, '/')) != NULL && path[1] != '\0') {
		slash[slash == path] = '\0';
		if (plan_writable(plan, path, true) != NULL &&
		    stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
		    close_folder(fence, path, mem) < 0)
			return -1;
	}
	return 0;
}

/* One name, in the folder that is there. */
struct naming {
	struct fence *fence;
	struct scratch *mem;
	const char *folder, *rest;
};

static int
add_name(struct naming *n, const char *folder)
{
	char path[PATH_CAP];
	const char *copy;
	struct text t;

	text_init(&t, path, sizeof(path));
	text_str(&t, strcmp(folder, "/") == 0 ? "" : folder);
	text_str(&t, n->rest);
	copy = scratch_dup(n->mem, path, strlen(path));
	if (t.is_cut || copy == NULL || n->fence->nnames == MAX_NAMES)
		return -1;
	n->fence->names[n->fence->nnames++] = copy;
	return 0;
}

/* Where another mount shows that folder, not only a part of it. */
static int
add_alias(void *arg, const char *path)
{
	struct naming *n = arg;
	struct stat a, b;

	if (stat(path, &a) < 0 || stat(n->folder, &b) < 0 ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return 0;
	return add_name(n, path);
}

static int
add_names(struct fence *fence, const struct aliases *all, const char *name,
    struct scratch *mem)
{
	char folder[PATH_CAP];
	struct naming n = { .fence = fence, .mem = mem, .folder = folder };
	struct stat st;
	struct text t;

	text_init(&t, folder, sizeof(folder));
	text_str(&t, name);
	do
		*strrchr(folder, '/') = '\0';
	while (folder[0] != '\0' && stat(folder, &st) < 0);
	n.rest = name + strlen(folder);
	if (folder[0] == '\0')
		strcpy(folder, "/");
	return add_name(&n, folder) < 0 ? -1 : aliases_find(all, folder,
	    add_alias, &n);
}

int
fence_plan(struct fence *fence, const struct plan *plan, struct scratch *mem)
{
	const struct bars *b = &plan->bars;
	struct aliases all;

	*fence = (struct fence){ .names = NULL };
	fence->names = scratch_alloc(mem, MAX_NAMES * sizeof(*fence->names));
	fence->closed = scratch_alloc(mem, MAX_CLOSED *
	    sizeof(*fence->closed));
	fence->open = scratch_alloc(mem, MAX_OPEN * sizeof(*fence->open));
	if (fence->names == NULL || fence->closed == NULL ||
	    fence->open == NULL || aliases_load(&all, mem) < 0)
		return -1;
	for (size_t i = 0; i < b->nabsent; i++)
		if (add_names(fence, &all, b->absent[i], mem) < 0)
			return -1;
	for (size_t i = 0; i < fence->nnames; i++)
		if (close_above(fence, plan, fence->names[i], mem) < 0)
			return -1;
	fence->is_on = fence->nclosed > 0;
	return 0;
}

/* --- the domain --------------------------------------------------------- */

static int
open_folder(const char *path, int flags)
{
	struct k_open_how how = {
		.flags = (uint64_t)(O_DIRECTORY | O_CLOEXEC | flags),
		.resolve = K_RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(K_SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static int
add_rule(int ruleset, int folder, uint64_t rights)
{
	struct k_ll_path rule = { .allowed = rights, .parent_fd = folder };

	return (int)syscall(K_SYS_landlock_add_rule, ruleset,
	    K_LL_RULE_PATH_BENEATH, &rule, 0);
}

/* Names may be made in that folder, and in all below it. */
static int
add_open(struct fence *fence, int ruleset, int folder)
{
	struct stat st;

	if (fence->nopen == MAX_OPEN)
		return 0;
	if (fstat(folder, &st) < 0 ||
	    add_rule(ruleset, folder, MAKE | K_LL_FS_REFER) < 0)
		return -1;
	fence->open[fence->nopen++] = (struct fence_id){ st.st_dev,
	    st.st_ino };
	return 0;
}

/* A folder in a closed one; -1 with errno. */
static int
add_child(struct fence *fence, int ruleset, int folder, const char *path,
    const char *name)
{
	char child[PATH_CAP];
	struct text t;
	int fd, r;

	text_init(&t, child, sizeof(child));
	text_str(&t, strcmp(path, "/") == 0 ? "" : path);
	text_str(&t, "/");
	text_str(&t, name);
	if (t.is_cut || is_listed(fence, child) ||
	    fence_check(fence, child, false) != 0)
		return 0;
	fd = openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd < 0)
		return 0;	/* no folder, or not ours to enter */
	r = add_open(fence, ruleset, fd);
	close(fd);
	return r;
}

static int
add_children(struct fence *fence, int ruleset, const char *path)
{
	struct folder l = { .fd = open_folder(path, O_RDONLY) };
	const char *name;
	int r = 0;

	/* Who can't list it can still be served. */
	if (l.fd < 0)
		return 0;
	while (r == 0 && (name = folder_next(&l)) != NULL)
		r = add_child(fence, ruleset, l.fd, path, name);
	close(l.fd);
	return r;
}

static int
add_root(struct fence *fence, int ruleset, const struct plan_rule *r)
{
	int fd, err;

	if (!plan_is_write_root(r->rights) || !r->is_dir ||
	    is_listed(fence, r->path))
		return 0;
	fd = open_folder(r->path, O_PATH);
	err = fd < 0 ? -1 : add_open(fence, ruleset, fd);
	if (fd >= 0)
		close(fd);
	return err;
}

static int
fill(struct fence *fence, int ruleset, const struct plan *plan)
{
	int root = open_folder("/", O_PATH);
	int r = root < 0 ? -1 : add_rule(ruleset, root, K_LL_FS_REFER);

	if (root >= 0)
		close(root);
	for (size_t i = 0; r == 0 && i < plan->count; i++)
		r = add_root(fence, ruleset, &plan->rules[i]);
	for (size_t i = 0; r == 0 && i < fence->nclosed; i++)
		r = add_children(fence, ruleset, fence->closed[i]);
	return r;
}

int
fence_apply(struct fence *fence, const struct plan *plan, struct failure *f)
{
	struct k_ll_ruleset set = { .fs = MAKE | K_LL_FS_REFER };
	int r = -1, fd;

	if (!fence->is_on)
		return 0;
	/* Of the first ABIs: they know nothing after fs. */
	fd = (int)syscall(K_SYS_landlock_create_ruleset, &set,
	    sizeof(set.fs), 0);
	if (fd >= 0 && fill(fence, fd, plan) == 0 &&
	    syscall(K_SYS_landlock_restrict_self, fd, 0) == 0)
		r = 0;
	if (r < 0)
		refuse(f, EXIT_RUNNER, errno, "landlock domain for names "
		    "that are not there", NULL);
	if (fd >= 0)
		close(fd);
	return r;
}

/* --- questions ---------------------------------------------------------- */

static bool
is_open(const struct fence *fence, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return false;
	for (size_t i = 0; i < fence->nopen; i++)
		if (fence->open[i].dev == st.st_dev &&
		    fence->open[i].ino == st.st_ino)
			return true;
	return false;
}

/* The nearest closed folder; what stands in it decides. */
bool
fence_is_closed(const struct fence *fence, const char *folder)
{
	char child[PATH_CAP];
	size_t depth = 0, n;
	struct text t;

	for (size_t i = 0; i < fence->nclosed; i++) {
		n = strlen(fence->closed[i]);
		if (n > depth && path_is_within(folder, fence->closed[i]))
			depth = n;
	}
	if (depth == 0)
		return false;
	if (folder[depth] == '\0')
		return true;
	n = depth + (folder[depth] == '/');
	text_init(&t, child, sizeof(child));
	text_bytes(&t, folder, n + strcspn(folder + n, "/"));
	return t.is_cut || !is_open(fence, child);
}

int
fence_check(const struct fence *fence, const char *path, bool is_folder)
{
	for (size_t i = 0; i < fence->nnames; i++) {
		const char *name = fence->names[i];

		if (path_is_within(path, name) ||
		    (!is_folder && path_is_within(name, path)))
			return EACCES;
	}
	return 0;
}
