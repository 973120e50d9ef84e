/* Folders closed to new names: see fence.h. */
#include "runtime/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/aliases.h"
#include "runtime/folder.h"
#include "runtime/landlock.h"

#define MAX_CLOSED	256
#define MAX_NAMES	1024
#define MAX_OPEN	1024	/* what is more is made by the supervisor */
#define MAKE	(K_LL_FS_MAKE_CHAR | K_LL_FS_MAKE_DIR | K_LL_FS_MAKE_REG | \
	K_LL_FS_MAKE_SOCK | K_LL_FS_MAKE_FIFO | K_LL_FS_MAKE_BLOCK | \
	K_LL_FS_MAKE_SYM)
#define CHANGE	(K_LL_FS_WRITE_FILE | K_LL_FS_REMOVE_DIR | \
	K_LL_FS_REMOVE_FILE | K_LL_FS_TRUNCATE)
#define OF_FILES (K_LL_FS_WRITE_FILE | K_LL_FS_TRUNCATE | \
	K_LL_FS_READ_FILE)

/* --- which -------------------------------------------------------------- */

static bool
is_listed(const char *const *list, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], path) == 0)
			return true;
	return false;
}

static bool
is_closed(const struct fence *fence, const char *path)
{
	return is_listed(fence->closed, fence->nclosed, path);
}

static bool
is_unread(const struct fence *fence, const char *path)
{
	return is_listed(fence->unread, fence->nunread, path);
}

static int
list_folder(const char **list, size_t *n, const char *path,
    struct scratch *mem)
{
	if (is_listed(list, *n, path))
		return 0;
	if (*n == MAX_CLOSED)
		return -1;
	list[*n] = scratch_dup(mem, path, strlen(path));
	return list[(*n)++] == NULL ? -1 : 0;
}

/*
 * Every folder above the name that is there and can be written; where reading
 * is forbidden, every other too.
 */
static int
close_above(struct fence *fence, const struct plan *plan, const char *name,
    bool is_hidden, struct scratch *mem)
{
	char path[PATH_CAP];
	struct stat st;
	char *slash;
	struct text t;

	text_init(&t, path, sizeof(path));
	text_str(&t, name);
	while ((slash = strrchr(path, '/')) != NULL && path[1] != '\0') {
		slash[slash == path] = '\0';
		if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		if ((plan_writable(plan, path, true) != NULL &&
		    list_folder(fence->closed, &fence->nclosed, path, mem) <
		    0) || (is_hidden && list_folder(fence->unread,
		    &fence->nunread, path, mem) < 0))
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

static int
make_room(struct fence *fence, struct scratch *mem)
{
	fence->names = scratch_alloc(mem, MAX_NAMES * sizeof(*fence->names));
	fence->closed = scratch_alloc(mem, 2 * MAX_CLOSED *
	    sizeof(*fence->closed));
	fence->open = scratch_alloc(mem, MAX_OPEN * sizeof(*fence->open));
	if (fence->names == NULL || fence->closed == NULL ||
	    fence->open == NULL)
		return -1;
	fence->unread = fence->closed + MAX_CLOSED;
	return 0;
}

int
fence_plan(struct fence *fence, const struct plan *plan, bool is_whole,
    struct scratch *mem)
{
	const struct bars *b = &plan->bars;
	struct aliases all;

	*fence = (struct fence){ .is_whole = is_whole };
	if (make_room(fence, mem) < 0 || aliases_load(&all, mem) < 0)
		return -1;
	for (size_t i = 0; i < b->nabsent; i++)
		if (add_names(fence, &all, b->absent[i], mem) < 0)
			return -1;
	for (size_t i = 0; i < fence->nnames; i++)
		if (close_above(fence, plan, fence->names[i], false, mem) < 0)
			return -1;
	for (size_t i = 0; is_whole && i < b->count; i++)
		if ((b->list[i].kind & (BAR_PIN | BAR_KEEP | BAR_HIDE)) != 0 &&
		    close_above(fence, plan, b->list[i].path,
		    (b->list[i].kind & BAR_HIDE) != 0, mem) < 0)
			return -1;
	fence->is_on = fence->nclosed > 0 || is_whole;
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

/* What one domain needs while it is made. */
struct making {
	struct fence *fence;
	const struct plan *plan;
	int ruleset;
	uint64_t change, read;		/* handled */
};

/* Names may be made in that folder, and in all below it. */
static int
note_open(struct fence *fence, int folder)
{
	struct stat st;

	if (fstat(folder, &st) < 0)
		return -1;
	fence->open[fence->nopen++] = (struct fence_id){ st.st_dev,
	    st.st_ino };
	return 0;
}

static bool
is_barred(const struct making *m, const char *path, unsigned kinds)
{
	const struct bars *b = &m->plan->bars;

	for (size_t i = 0; m->fence->is_whole && i < b->count; i++)
		if ((b->list[i].kind & kinds) != 0 &&
		    path_is_within(path, b->list[i].path))
			return true;
	return false;
}

/* What a thing in a closed folder may have all the same. */
static uint64_t
rights_of(const struct making *m, const char *folder, const char *child)
{
	const struct fence *fence = m->fence;
	uint64_t rights = 0;

	if (is_closed(fence, folder) && !is_closed(fence, child) &&
	    fence_check(fence, child, false) == 0 &&
	    !is_barred(m, child, BAR_KEEP | BAR_HIDE))
		rights |= m->change;
	if (is_unread(fence, folder) && !is_unread(fence, child) &&
	    !is_barred(m, child, BAR_HIDE))
		rights |= m->read;
	return rights;
}

/*
 * A rule for a file is one for all its names, so one with others gets none.
 * What is gone, or not ours to enter, needs none.
 */
static int
add_thing(struct making *m, int fd, uint64_t rights)
{
	struct fence *fence = m->fence;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISDIR(st.st_mode))
		rights &= S_ISREG(st.st_mode) && st.st_nlink > 1 ?
		    K_LL_FS_READ_FILE : OF_FILES;
	if (rights == 0 || S_ISLNK(st.st_mode) || ((rights & MAKE) != 0 &&
	    fence->nopen == MAX_OPEN))
		return 0;
	if (landlock_allow_path(m->ruleset, fd, rights) < 0)
		return -1;
	return (rights & MAKE) != 0 ? note_open(fence, fd) : 0;
}

static int
add_child(struct making *m, int folder, const char *path, const char *name)
{
	int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, fd, r;
	char child[PATH_CAP];
	uint64_t rights;
	struct text t;

	text_init(&t, child, sizeof(child));
	text_str(&t, strcmp(path, "/") == 0 ? "" : path);
	text_str(&t, "/");
	text_str(&t, name);
	rights = t.is_cut ? 0 : rights_of(m, path, child);
	if (rights == 0)
		return 0;
	fd = openat(folder, name, flags | (m->fence->is_whole ? 0 :
	    O_DIRECTORY));
	r = add_thing(m, fd, rights);
	if (fd >= 0)
		close(fd);
	return r;
}

static int
add_children(struct making *m, const char *path)
{
	struct folder l = { .fd = open_folder(path, O_RDONLY) };
	const char *name;
	int r = 0;

	/* Who can't list it can still be served. */
	if (l.fd < 0)
		return 0;
	while (r == 0 && (name = folder_next(&l)) != NULL)
		r = add_child(m, l.fd, path, name);
	close(l.fd);
	return r;
}

/* Where the policies let something be written. */
static int
add_root(struct making *m, const struct plan_rule *r)
{
	bool is_device = (r->rights & FS_DEVICE) != 0;
	int fd, err;

	if ((r->rights & FS_WRITE) == 0 || is_closed(m->fence, r->path) ||
	    (is_device && !m->fence->is_whole) ||
	    is_barred(m, r->path, BAR_KEEP | BAR_HIDE))
		return 0;
	fd = openat(AT_FDCWD, r->path, O_PATH | O_CLOEXEC |
	    (is_device ? 0 : O_NOFOLLOW));
	err = add_thing(m, fd, is_device ? m->change & OF_FILES : m->change);
	if (fd >= 0)
		close(fd);
	return err;
}

static int
fill(struct making *m)
{
	struct fence *fence = m->fence;
	int root = open_folder("/", O_PATH);
	int r = root < 0 ? -1 : landlock_allow_path(m->ruleset, root,
	    K_LL_FS_REFER | (fence->nunread == 0 ? m->read : 0));

	if (root >= 0)
		close(root);
	for (size_t i = 0; r == 0 && i < m->plan->count; i++)
		r = add_root(m, &m->plan->rules[i]);
	for (size_t i = 0; r == 0 && i < fence->nclosed; i++)
		r = add_children(m, fence->closed[i]);
	for (size_t i = 0; r == 0 && i < fence->nunread; i++)
		if (!is_closed(fence, fence->unread[i]))
			r = add_children(m, fence->unread[i]);
	return r;
}

int
fence_apply(struct fence *fence, const struct plan *plan, int abi,
    struct failure *f)
{
	struct making m = { .fence = fence, .plan = plan,
		.change = MAKE | K_LL_FS_REFER,
		.read = fence->nunread > 0 ? K_LL_FS_READ_FILE : 0 };
	int r = -1;

	if (!fence->is_on)
		return 0;
	/* Who must not read there is not to know the names either. */
	if (fence_has_lists(fence))
		m.read |= K_LL_FS_READ_DIR;
	if (fence->is_whole)
		m.change |= CHANGE & landlock_fs_rights(abi);
	m.ruleset = landlock_create((struct k_ll_ruleset){
	    .fs = m.change | m.read }, abi);
	if (m.ruleset >= 0 && fill(&m) == 0 && landlock_enter(m.ruleset) == 0)
		r = 0;
	if (r < 0)
		(void)refuse_layer(f, errno, "landlock domain for names "
		    "that a supervisor keeps");
	if (m.ruleset >= 0)
		close(m.ruleset);
	return r;
}

bool
fence_has_reads(const struct fence *fence)
{
	for (size_t i = 0; i < fence->nunread; i++)
		if (is_closed(fence, fence->unread[i]))
			return true;
	return false;
}

bool
fence_has_lists(const struct fence *fence)
{
	return fence->nunread > 0 && !fence->is_alone;
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

bool
fence_is_unlisted(const struct fence *fence, const char *folder)
{
	return is_unread(fence, folder) || fence_is_closed(fence, folder);
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
