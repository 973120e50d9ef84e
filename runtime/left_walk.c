/*
 * A look at everything below the write roots: see left.h.
 *
 * The tree is the command's, hostile perhaps: it is gone through breadth
 * first, what is near the root first, within bounds; by paths of which no part
 * may be a link; nothing is opened that could block.  What cannot be looked
 * at, or not any more, is a finding of its own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/left.h"
#include "runtime/walk.h"

#define QUEUE		(1u << 20)	/* bytes of names of folders */
#define FILE_CAP	(64u << 10)	/* of a file that is read */
#define NO_PARENT	UINT32_MAX

/* A folder to be looked at; its name follows. */
struct folder {
	uint32_t parent;		/* offset in the queue, or NO_PARENT */
	uint16_t depth, len;
};

struct left_walk {
	char *queue, *bytes;
	uint32_t used, next;		/* of the queue */
	uint32_t names;
	struct timespec until;
	bool is_cut;
	uid_t us;
	char path[PATH_CAP];		/* of the folder, then of an entry */
	size_t base;			/* its length without the entry */
	int fd;				/* of the folder */
	struct walk target;		/* of a link */
};

/* One name in a folder. */
struct entry {
	const char *name;
	unsigned type;			/* DT_* */
	struct stat st;
};

bool
left_walk_init(struct left *l)
{
	l->walk = scratch_alloc(l->mem, sizeof(*l->walk));
	if (l->walk == NULL)
		return false;
	l->walk->us = geteuid();
	l->walk->queue = scratch_alloc(l->mem, QUEUE);
	l->walk->bytes = scratch_alloc(l->mem, FILE_CAP);
	return l->walk->queue != NULL && l->walk->bytes != NULL;
}

/* --- findings ----------------------------------------------------------- */

/* h NULL: that it is there is all that counts. */
static void
note(struct left *l, enum left_kind kind, const char *detail,
    struct sha256 *h, const struct stat *st)
{
	struct left_found x = {
		.kind = kind, .path = l->walk->path, .detail = detail,
	};

	if (st != NULL)
		x.changed = st->st_ctim;
	if (h != NULL)
		sha256_final(h, x.digest);
	left_note(l, &x);
}

static void
note_unseen(struct left *l, const char *why)
{
	note(l, LEFT_UNSEEN, why, NULL, NULL);
}

/* Once a walk, with the folder that was next. */
static bool
is_over(struct left *l)
{
	struct left_walk *w = l->walk;
	struct timespec now;
	const char *why = NULL;

	if (w->names > l->bounds.names)
		why = "too many names";
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec > w->until.tv_sec || (now.tv_sec == w->until.tv_sec &&
	    now.tv_nsec > w->until.tv_nsec))
		why = "it takes too long";
	if (why == NULL)
		return false;
	if (!w->is_cut)
		note_unseen(l, why);
	w->is_cut = true;
	return true;
}

/* --- entries ------------------------------------------------------------ */

/* Who else can have made it?  Only what we could have is ours to list. */
static bool
is_foreign(const struct left *l, const struct stat *st)
{
	return st->st_uid != l->walk->us &&
	    (S_ISLNK(st->st_mode) || (st->st_mode & 022) == 0);
}

/* Is there a HEAD where the row's name would make it git's? */
static bool
is_in_git(const struct left *l, const struct left_row *row)
{
	struct stat st;

	return fstatat(l->walk->fd, strchr(row->name, '/') != NULL ?
	    "../HEAD" : "HEAD", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
is_in_roots(const struct left *l, const char *path)
{
	for (size_t i = 0; i < l->nroots; i++)
		if (path_is_within(path, l->roots[i]))
			return true;
	return false;
}

/* Programs of the system, where a name in a virtual environment leads. */
static bool
is_of_system(const char *path)
{
	static const char *const places[] = {
		"/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/nix",
		"/dev/null",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_within(path, places[i]))
			return true;
	return false;
}

static int
pass(void *arg, struct walk *w)
{
	(void)arg, (void)w;
	return 0;
}

/* Does `target', seen from the folder, lead out of all roots? */
static bool
leads_out(struct left *l, const char *target)
{
	struct left_walk *w = l->walk;
	char path[PATH_CAP];
	struct text t;

	text_init(&t, path, sizeof(path));
	if (target[0] != '/') {
		text_bytes(&t, w->path, w->base);
		text_str(&t, "/");
	}
	text_str(&t, target);
	if (t.is_cut)
		return true;
	(void)walk(&w->target, path, pass, NULL);
	return !is_in_roots(l, w->target.real) &&
	    !is_of_system(w->target.real) && w->target.err != ELOOP;
}

static void
look_at_link(struct left *l, const struct entry *e,
    const struct left_row *row)
{
	char target[PATH_CAP];
	struct sha256 h;
	ssize_t n = readlinkat(l->walk->fd, e->name, target,
	    sizeof(target) - 1);

	if (n < 0)
		return;
	target[n] = '\0';
	sha256_init(&h);
	sha256_update(&h, target, (size_t)n);
	if (row != NULL)
		note(l, row->kind, target, &h, &e->st);
	else if (leads_out(l, target))
		note(l, LEFT_SYMLINK, target, &h, &e->st);
}

/* To the end, or as much as there is room for; -1: not at all. */
static ssize_t
read_bytes(const struct left *l, const struct entry *e)
{
	int fd = openat(l->walk->fd, e->name, O_RDONLY | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	while (len < FILE_CAP && (n = read(fd, l->walk->bytes + len,
	    FILE_CAP - len)) > 0)
		len += (size_t)n;
	close(fd);
	return n < 0 ? -1 : (ssize_t)len;
}

/* What cannot be read whole is known by what is not for us to set. */
static void
note_unread(struct left *l, const struct entry *e, const struct left_row *row,
    struct sha256 *h)
{
	const uint64_t id[] = {
		e->st.st_ino, (uint64_t)e->st.st_size, e->st.st_mode,
		(uint64_t)e->st.st_ctim.tv_sec,
		(uint64_t)e->st.st_ctim.tv_nsec,
	};

	sha256_update(h, id, sizeof(id));
	note(l, row->kind, S_ISREG(e->st.st_mode) ? "cannot be read whole" :
	    "no regular file", h, &e->st);
}

static void
look_at_file(struct left *l, const struct entry *e,
    const struct left_row *row)
{
	char detail[PATH_CAP];
	struct sha256 h;
	struct text t;
	ssize_t n = S_ISREG(e->st.st_mode) ? read_bytes(l, e) : -1;

	if (row->reader == LEFT_PROGRAM && (e->st.st_mode & 0111) == 0)
		return;
	sha256_init(&h);
	text_init(&t, detail, sizeof(detail));
	if (n < 0 || n == FILE_CAP) {
		note_unread(l, e, row, &h);
		return;
	}
	if (left_read(row->reader, l->walk->bytes, (size_t)n, &h, &t) &&
	    (row->reader != LEFT_POINTER || leads_out(l, detail)))
		note(l, row->kind, detail, &h, &e->st);
}

/* Modes are looked at afterwards only: each file costs a call. */
static void
look_at_mode(struct left *l, const struct entry *e)
{
	const struct stat *st = &e->st;

	if ((st->st_mode & S_ISUID) == 0 &&
	    (st->st_mode & (S_ISGID | S_IXGRP)) != (S_ISGID | S_IXGRP))
		return;
	if (l->is_after && (st->st_ctim.tv_sec > l->begun.tv_sec ||
	    (st->st_ctim.tv_sec == l->begun.tv_sec &&
	    st->st_ctim.tv_nsec >= l->begun.tv_nsec)))
		note(l, LEFT_SETUID, "", NULL, st);
}

static void
look_at_special(struct left *l, const struct entry *e)
{
	const uint64_t id[] = { e->st.st_ino, e->st.st_rdev };
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, id, sizeof(id));
	if (S_ISSOCK(e->st.st_mode))
		note(l, LEFT_SOCKET, "", &h, &e->st);
	else if (S_ISBLK(e->st.st_mode) || (S_ISCHR(e->st.st_mode) &&
	    e->st.st_rdev != 0))	/* not what hides a name in an overlay */
		note(l, LEFT_DEVICE, "", &h, &e->st);
}

/* --- folders ------------------------------------------------------------ */

static void
enqueue(struct left *l, uint32_t parent, unsigned depth, const char *name)
{
	struct left_walk *w = l->walk;
	size_t len = strlen(name), room = (len + 1 + 7) & ~(size_t)7;
	struct folder f = { parent, (uint16_t)depth, (uint16_t)len };

	if (depth > l->bounds.depth || len > UINT16_MAX ||
	    sizeof(f) + room > QUEUE - w->used) {
		note_unseen(l, depth > l->bounds.depth ? "too deep" :
		    "too many folders");
		return;
	}
	memcpy(w->queue + w->used, &f, sizeof(f));
	memcpy(w->queue + w->used + sizeof(f), name, len + 1);
	w->used += (uint32_t)(sizeof(f) + room);
}

/* w->path becomes that of the folder at `at'; false where it is too long. */
static bool
put_path(struct left_walk *w, uint32_t at)
{
	uint32_t way[UINT8_MAX];
	struct folder f;
	struct text t;
	unsigned n = 0;

	for (; at != NO_PARENT && n < UINT8_MAX; at = f.parent) {
		way[n++] = at;
		memcpy(&f, w->queue + at, sizeof(f));
	}
	text_init(&t, w->path, sizeof(w->path));
	while (n-- > 0) {
		text_str(&t, t.len > 0 ? "/" : "");
		text_str(&t, w->queue + way[n] + sizeof(f));
	}
	w->base = t.len;
	return !t.is_cut;
}

/* The name onto the folder's path. */
static bool
put_entry(struct left_walk *w, const char *name)
{
	size_t n = strlen(name);

	if (n + 2 > sizeof(w->path) - w->base)
		return false;
	w->path[w->base] = '/';
	memcpy(w->path + w->base + 1, name, n + 1);
	return true;
}

static void
look_at(struct left *l, struct entry *e, uint32_t at, unsigned depth)
{
	struct left_walk *w = l->walk;
	const struct left_row *row;

	if (!put_entry(w, e->name)) {
		w->path[w->base] = '\0';
		note_unseen(l, "too long a path");
		return;
	}
	if (e->type == DT_DIR) {
		enqueue(l, at, depth + 1, e->name);
		return;
	}
	row = left_match(w->path);
	/* Only what can be a finding is worth a call. */
	if (e->type == DT_REG && row == NULL && !l->is_after)
		return;
	if (fstatat(w->fd, e->name, &e->st, AT_SYMLINK_NOFOLLOW) < 0)
		return;			/* gone meanwhile */
	if (S_ISDIR(e->st.st_mode)) {
		enqueue(l, at, depth + 1, e->name);
		return;
	}
	if (is_foreign(l, &e->st))
		return;
	if (row != NULL && row->is_git && !is_in_git(l, row))
		row = NULL;
	if (S_ISLNK(e->st.st_mode))
		look_at_link(l, e, row);
	else if (S_ISREG(e->st.st_mode) || S_ISFIFO(e->st.st_mode)) {
		if (row != NULL)
			look_at_file(l, e, row);
		if (S_ISREG(e->st.st_mode))
			look_at_mode(l, e);
	} else {
		look_at_special(l, e);
	}
}

static int
open_folder(const char *path)
{
	const struct k_open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC,
		.resolve = K_RESOLVE_NO_SYMLINKS | K_RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(K_SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static void
look_at_names(struct left *l, uint32_t at, unsigned depth)
{
	char buf[4096] __attribute__((aligned(8)));
	struct left_walk *w = l->walk;
	long n;

	while ((n = syscall(SYS_getdents64, w->fd, buf, sizeof(buf))) > 0 &&
	    !is_over(l))
		for (long i = 0; i < n; ) {
			const struct dirent *d =
			    (const struct dirent *)(const void *)(buf + i);
			struct entry e = { d->d_name, d->d_type, { 0 } };

			i += d->d_reclen;
			w->names++;
			if (strcmp(e.name, ".") != 0 &&
			    strcmp(e.name, "..") != 0)
				look_at(l, &e, at, depth);
			w->path[w->base] = '\0';
		}
}

static void
look_at_folder(struct left *l, uint32_t at)
{
	struct left_walk *w = l->walk;
	struct folder f;

	memcpy(&f, w->queue + at, sizeof(f));
	if (!put_path(w, at)) {
		note_unseen(l, "too long a path");
		return;
	}
	w->fd = open_folder(w->path);
	if (w->fd < 0) {
		if (errno != ENOENT)
			note_unseen(l, strerror(errno));
		return;
	}
	look_at_names(l, at, f.depth);
	close(w->fd);
}

/* A file: seen from its folder. */
void
left_look_name(struct left *l, const char *path)
{
	struct left_walk *w = l->walk;
	const char *slash = strrchr(path, '/');
	struct entry e = { slash + 1, DT_UNKNOWN, { 0 } };
	struct text t;

	w->used = w->next = 0;
	text_init(&t, w->path, sizeof(w->path));
	text_bytes(&t, path, (size_t)(slash - path));
	w->base = t.len;
	w->fd = open_folder(t.len > 0 ? w->path : "/");
	if (w->fd < 0) {
		if (l->watch != NULL && errno == EACCES)
			note_unseen(l, strerror(errno));
		return;
	}
	look_at(l, &e, NO_PARENT, 0);
	close(w->fd);
}

static void
look_at_root(struct left *l, const char *root)
{
	struct left_walk *w = l->walk;
	struct folder f;
	struct stat st;

	if (lstat(root, &st) == 0 && !S_ISDIR(st.st_mode)) {
		left_look_name(l, root);
		return;
	}
	w->used = w->next = 0;
	if (strcmp(root, "/") == 0) {
		memcpy(w->path, "/", 2);
		if (l->is_after)
			note_unseen(l, "the whole system");
		return;
	}
	enqueue(l, NO_PARENT, 0, root);
	while (w->next < w->used && !is_over(l)) {
		look_at_folder(l, w->next);
		memcpy(&f, w->queue + w->next, sizeof(f));
		w->next += (uint32_t)(sizeof(f) +
		    (((size_t)f.len + 1 + 7) & ~(size_t)7));
	}
}

/*
 * What root may see before and a supervisor without its rights not after
 * would all be new.
 */
static void
lower_rights(struct k_cap_data saved[2], bool is_back)
{
	struct k_cap_header head = { .version = K_CAP_VERSION_3 };
	struct k_cap_data cap[2];

	if (!is_back && syscall(SYS_capget, &head, saved) < 0)
		return;
	memcpy(cap, saved, sizeof(cap));
	if (!is_back)
		cap[0].effective = cap[1].effective = 0;
	head.pid = 0;
	(void)syscall(SYS_capset, &head, cap);
}

static void
set_bounds(struct left_walk *w, uint32_t ms)
{
	clock_gettime(CLOCK_MONOTONIC, &w->until);
	w->until.tv_sec += ms / 1000;
	w->until.tv_nsec += ms % 1000 * 1000000;
	if (w->until.tv_nsec >= 1000000000) {
		w->until.tv_sec++;
		w->until.tv_nsec -= 1000000000;
	}
	w->names = 0;
	w->is_cut = false;
}

void
left_look_below(struct left *l, const char *path, uint32_t ms)
{
	set_bounds(l->walk, ms);
	look_at_root(l, path);
	if (!l->is_after)
		l->was_cut |= l->walk->is_cut;
}

void
left_walk(struct left *l)
{
	struct left_walk *w = l->walk;
	struct k_cap_data saved[2] = { { 0 } };

	set_bounds(w, l->bounds.ms);
	if (!l->is_after)
		lower_rights(saved, false);
	for (size_t i = 0; i < l->nlooked && !w->is_cut; i++)
		look_at_root(l, l->roots[i]);
	if (!l->is_after) {
		lower_rights(saved, true);
		l->was_cut |= w->is_cut;
	}
}
