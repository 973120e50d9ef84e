/*
 * Names made on behalf of the command: see names.h.
 *
 * The supervisor is under no policy, so it asks each of them again, and knows
 * by name what mounts hold in place for the command alone.
 */
#include "runtime/names_act.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/peek.h"

#define MAX_LINKS	40	/* as the kernel follows */

bool
names_work(void)
{
	return !notify_is_taken() && peek_works();
}

/* --- what is asked ------------------------------------------------------ */

static uint64_t
argument(const struct k_notif *n, unsigned which, uint64_t none)
{
	return which == FILECALL_NONE ? none : n->data.args[which];
}

static int
directory(const struct k_notif *n, unsigned which)
{
	return which == FILECALL_NONE ? AT_FDCWD : (int)n->data.args[which];
}

/* An opening of what can be there. */
static bool
is_plain_open(const struct names_asked *a)
{
	return filecall_is_opening(a->call) &&
	    (a->flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
}

/* False: the kernel knows best what to say. */
static bool
read_ask(const struct names *x, struct names_asked *a, const struct k_notif *n)
{
	bool is_whole = x->s.fence->is_whole;
	struct k_open_how how = { .resolve = 0 };

	*a = (struct names_asked){ .call = filecall_find(n->data.nr), .n = n };
	if (a->call == NULL || n->data.arch != K_AUDIT_ARCH)
		return false;
	a->flags = (uint32_t)argument(n, a->call->flags, 0);
	a->mode = (mode_t)argument(n, a->call->mode, 0);
	if (a->call->kind == FILECALL_CREAT)
		a->flags = O_WRONLY | O_CREAT | O_TRUNC;
	if (a->call->kind == FILECALL_OPEN2) {
		if (peek_bytes((pid_t)n->pid, n->data.args[2], &how,
		    sizeof(how)) != 0 || (how.resolve &
		    ~(uint64_t)K_RESOLVE_NO_MAGICLINKS) != 0)
			return false;
		a->flags = how.flags;
		a->mode = (mode_t)how.mode;
	}
	if (filecall_is_opening(a->call) &&
	    ((!is_whole && (a->flags & O_CREAT) == 0) ||
	    (a->flags & O_PATH) != 0 || ((a->flags & O_DIRECTORY) != 0 &&
	    !names_is_temporary(a))))
		return false;
	if (a->call->kind >= FILECALL_REMOVE && !is_whole)
		return false;
	return a->call->kind != FILECALL_NODE || S_ISFIFO(a->mode) ||
	    S_ISREG(a->mode) || S_ISSOCK(a->mode) ||
	    (a->mode & S_IFMT) == 0;
}

static void
shut(struct resolved *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* x->path leads through a link that leads nowhere yet: go on there. */
static bool
follow(struct names *x)
{
	ssize_t n = readlinkat(x->at.fd, names_last(&x->at), x->target,
	    sizeof(x->target) - 1);
	struct text t;

	if (n <= 0)
		return false;
	x->target[n] = '\0';
	text_init(&t, x->path, sizeof(x->path));
	if (x->target[0] != '/') {
		text_str(&t, x->at.parent);
		text_str(&t, "/");
	}
	text_str(&t, x->target);
	shut(&x->at);
	return !t.is_cut;
}

static bool
is_link(const struct resolved *r)
{
	struct stat st;

	return fstatat(r->fd, names_last(r), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode);
}

/* "#" is judged in its place, as the kernel shows it. */
static bool
find_folder(struct names *x, pid_t pid, int from)
{
	struct text t;

	if (!resolve_path(pid, from, x->path, RESOLVE_FILE, &x->at) ||
	    !x->at.is_there)
		return false;
	text_init(&t, x->at.parent, sizeof(x->at.parent));
	text_str(&t, x->at.path);
	text_init(&t, x->at.path, sizeof(x->at.path));
	text_str(&t, strcmp(x->at.parent, "/") == 0 ? "" : x->at.parent);
	text_str(&t, "/#");
	x->at.is_there = false;
	return !t.is_cut;
}

static bool
takes_folder(const struct names_asked *a)
{
	static const uint32_t kinds = 1u << FILECALL_FOLDER |
	    1u << FILECALL_RENAME | 1u << FILECALL_REMOVE |
	    1u << FILECALL_REMOVE_FOLDER;

	return (kinds >> a->call->kind & 1) != 0;
}

/* The folder and the name that the call would make. */
static bool
find_place(struct names *x, const struct names_asked *a)
{
	pid_t pid = (pid_t)a->n->pid;
	bool is_open = filecall_is_opening(a->call);
	bool follows = a->call->kind == FILECALL_TRUNCATE || (is_open &&
	    is_plain_open(a) && (a->flags & O_NOFOLLOW) == 0);
	int from = directory(a->n, a->call->dir);
	size_t n;

	if (peek_string(pid, a->n->data.args[a->call->path], x->path,
	    sizeof(x->path)) != 0)
		return false;
	if (names_is_temporary(a))
		return x->path[0] != '\0' && find_folder(x, pid, from);
	for (unsigned i = 0; i < MAX_LINKS; i++) {
		n = strlen(x->path);
		/* "name/" can be made as a folder alone. */
		if (n == 0 || (x->path[n - 1] == '/' && !takes_folder(a)) ||
		    !resolve_path(pid, from, x->path, RESOLVE_NAME, &x->at))
			return false;
		if (!follows || !is_link(&x->at))
			return true;
		if (!follow(x))
			return false;
		from = AT_FDCWD;
	}
	return false;
}

/* By a name of the task's descriptor. */
static bool
find_descriptor(struct names *x, pid_t pid, const char *path)
{
	struct stat st;
	char *end;

	x->from.fd = resolve_open(pid, resolve_number(path));
	/* Ours is asked for its name: the task's can be another file by now. */
	if (x->from.fd < 0 || fstat(x->from.fd, &st) < 0 ||
	    !S_ISREG(st.st_mode) || !resolve_descriptor(x->from.fd,
	    x->from.path, sizeof(x->from.path)))
		return false;
	end = resolve_find_gone(x->from.path, &st);
	if (end != NULL)
		*end = '\0';
	x->from.parent[0] = '\0';
	return true;
}

static bool
find_source(struct names *x, const struct names_asked *a)
{
	pid_t pid = (pid_t)a->n->pid;
	bool follows = a->call->kind == FILECALL_LINK &&
	    (a->flags & AT_SYMLINK_FOLLOW) != 0;

	if (peek_string(pid, a->n->data.args[a->call->from], x->path,
	    sizeof(x->path)) != 0 || x->path[0] == '\0')
		return false;
	if (follows && find_descriptor(x, pid, x->path))
		return true;
	shut(&x->from);
	return resolve_path(pid, directory(a->n, a->call->from_dir), x->path,
	    follows ? RESOLVE_FILE : RESOLVE_NAME, &x->from);
}

/* --- what is decided ---------------------------------------------------- */

const struct policy *
names_refuser(const struct names *x, enum judge_right right, const char *path,
    struct judge_verdict *v)
{
	for (size_t i = 0; i < x->s.all->count; i++)
		if (judge_path(&x->s.all->list[i].blob, x->s.vars, right,
		    path, v) != BLOB_OK || v->decision != BLOB_ALLOW)
			return &x->s.all->list[i];
	return NULL;
}

/* Rights that a file must not come by in another place. */
static bool
gains_rights(const struct names *x, const char *from, const char *to)
{
	static const enum judge_right rights[] = {
		JUDGE_READ, JUDGE_WRITE, JUDGE_RUN,
	};
	struct judge_verdict a, b;

	for (size_t i = 0; i < x->s.all->count; i++)
		for (size_t k = 0; k < 3; k++)
			if (judge_path(&x->s.all->list[i].blob, x->s.vars,
			    rights[k], from, &a) != BLOB_OK ||
			    judge_path(&x->s.all->list[i].blob, x->s.vars,
			    rights[k], to, &b) != BLOB_OK ||
			    (b.decision == BLOB_ALLOW &&
			    a.decision != BLOB_ALLOW))
				return true;
	return false;
}

/* Is it held in place, or does it hold what is? */
static bool
is_barred(const struct names *x, const char *path)
{
	const struct bars *b = x->s.bars;

	for (size_t i = 0; i < b->count; i++)
		if (path_is_within(b->list[i].path, path))
			return true;
	return false;
}

bool
names_is_kept(const struct names *x, const char *path)
{
	const struct bars *b = x->s.bars;

	for (size_t i = 0; i < b->count; i++)
		if ((b->list[i].kind & (BAR_KEEP | BAR_HIDE)) != 0 &&
		    path_is_within(path, b->list[i].path))
			return true;
	return false;
}

/* A rename or a link: 0 or an errno. */
static int
judge_source(struct names *x, const struct names_asked *a)
{
	bool is_rename = a->call->kind == FILECALL_RENAME;
	struct judge_verdict v;

	if (names_refuser(x, is_rename ? JUDGE_REMOVE : JUDGE_CREATE,
	    x->from.path, &v) != NULL)
		return EACCES;
	if (names_is_kept(x, x->from.path) || gains_rights(x, x->from.path,
	    x->at.path))
		return EXDEV;
	if (!is_rename)
		return 0;
	if (is_barred(x, x->from.path) || is_barred(x, x->at.path))
		return EBUSY;
	if ((a->flags & K_RENAME_EXCHANGE) != 0 &&
	    (names_refuser(x, JUDGE_CREATE, x->from.path, &v) != NULL ||
	    gains_rights(x, x->at.path, x->from.path)))
		return EACCES;
	return fence_check(x->s.fence, x->from.path, false);
}

void
names_note(struct names *x, const struct policy *by,
    const struct judge_verdict *v, pid_t pid)
{
	struct denial d = { .what = judge_right_name(v->right),
		.by = by, .rule = v->rule, .why = "",
		.operation = v->right == JUDGE_READ ? "file_read"
		    : "file_write", .layer = "broker", .err = EACCES,
		.strength = judge_strength_name(JUDGE_SUPERVISED) };
	struct text t;

	if (x->s.is_explained)
		return;
	text_init(&t, d.target, sizeof(d.target));
	text_shell(&t, x->at.path);
	denial_log_add(x->s.log, &d, pid);
}

/* What the call does to x->at. */
static enum judge_right
right_of(const struct names *x, const struct names_asked *a)
{
	if (!filecall_is_opening(a->call))
		return filecall_right(a->call);
	if (!is_plain_open(a) || !x->at.is_there)
		return JUDGE_CREATE;
	return (a->flags & (O_WRONLY | O_RDWR | O_TRUNC)) != 0 ? JUDGE_WRITE
							       : JUDGE_READ;
}

/* 0 or an errno. */
static int
judge(struct names *x, const struct names_asked *a)
{
	enum judge_right right = right_of(x, a);
	struct judge_verdict v = { .right = right };
	const struct policy *by = names_refuser(x, right, x->at.path, &v);
	bool is_change = right != JUDGE_READ;

	if (by == NULL && (a->flags & O_ACCMODE) == O_RDWR &&
	    filecall_is_opening(a->call))
		by = names_refuser(x, JUDGE_READ, x->at.path, &v);
	if (by != NULL || (is_change && names_is_kept(x, x->at.path)) ||
	    (right == JUDGE_CREATE && fence_check(x->s.fence, x->at.path,
	    a->call->kind == FILECALL_FOLDER) != 0)) {
		v.right = right;
		names_note(x, by != NULL ? by : x->s.all->list, &v,
		    (pid_t)a->n->pid);
		return EACCES;
	}
	if (right == JUDGE_REMOVE && is_barred(x, x->at.path))
		return EBUSY;
	return filecall_is_pair(a->call) ? judge_source(x, a) : 0;
}

/*
 * Is it ours to do?  Else the kernel can, or must not.  What leaves a closed
 * folder comes by more rights than the kernel lets it: by those that the
 * policies give there anyway.
 */
static bool
is_ours(const struct names *x, const struct names_asked *a)
{
	return fence_is_closed(x->s.fence, x->at.parent) ||
	    (filecall_is_pair(a->call) &&
	    fence_is_closed(x->s.fence, x->from.parent));
}

/* --- lists -------------------------------------------------------------- */

/* Does the call open what is there, to read?  Its flags, else 0. */
static uint64_t
reading_flags(const struct k_notif *n)
{
	const struct filecall *c = filecall_find(n->data.nr);
	const uint64_t others = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC |
	    O_PATH | (O_TMPFILE & ~O_DIRECTORY);
	struct k_open_how how = { .resolve = 0 };

	if (c == NULL || n->data.arch != K_AUDIT_ARCH)
		return 0;
	if (c->kind == FILECALL_OPEN)
		how.flags = (uint32_t)n->data.args[c->flags];
	else if (c->kind != FILECALL_OPEN2 || peek_bytes((pid_t)n->pid,
	    n->data.args[2], &how, sizeof(how)) != 0 || how.resolve != 0)
		return 0;
	return (how.flags & others) != 0 ? 0 : how.flags | O_DIRECTORY;
}

/* What the call would open, held in x->at. */
static bool
find_file(struct names *x, const struct k_notif *n, const struct filecall *c,
    bool follows)
{
	int from = directory(n, c->dir);
	pid_t pid = (pid_t)n->pid;
	bool is_stopped;

	if (peek_string(pid, n->data.args[c->path], x->path,
	    sizeof(x->path)) != 0)
		return false;
	is_stopped = !follows && resolve_path(pid, from, x->path,
	    RESOLVE_NAME, &x->at) && is_link(&x->at);
	shut(&x->at);
	return !is_stopped && resolve_path(pid, from, x->path, RESOLVE_FILE,
	    &x->at) && x->at.is_there;
}

/*
 * A folder that holds something denied has no rule to be listed by: it would
 * be one for all below.  Opened here, it can be.
 */
static int
list(struct names *x, const struct k_notif *n)
{
	uint64_t flags = fence_has_lists(x->s.fence) ? reading_flags(n) : 0;
	struct judge_verdict v;
	char path[64];
	struct text t;
	int fd;

	if (flags == 0 || !find_file(x, n, filecall_find(n->data.nr),
	    (flags & O_NOFOLLOW) == 0) ||
	    !fence_is_unlisted(x->s.fence, x->at.path) ||
	    bars_hide(x->s.bars, x->at.path) ||
	    names_refuser(x, JUDGE_READ, x->at.path, &v) != NULL)
		return NAMES_PASS;
	text_init(&t, path, sizeof(path));
	text_fd(&t, x->at.fd);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR ? NAMES_PASS : errno;
	return notify_give(x->listener, n->id, fd,
	    (flags & O_CLOEXEC) != 0) ? 0 : errno;
}

/* --- the question ------------------------------------------------------- */

static int
answer(struct names *x, const struct names_asked *a)
{
	bool has_source = filecall_is_pair(a->call);
	int err;

	if ((has_source && !find_source(x, a)) || !find_place(x, a) ||
	    !is_ours(x, a))
		return NAMES_PASS;
	err = judge(x, a);
	/* The task can be gone, and its number be another's. */
	if (err == 0 && !notify_is_valid(x->listener, a->n->id))
		return 0;
	return err != 0 ? err : names_act(x, a);
}

void
names_ask(struct names *x, const struct k_notif *n)
{
	struct names_asked a;
	int err = NAMES_PASS;

	if (names_mark(x, n))
		return;
	x->at.fd = x->from.fd = -1;
	a.call = filecall_find(n->data.nr);
	err = list(x, n);
	if (err == NAMES_PASS) {
		shut(&x->at);
		if (read_ask(x, &a, n))
			err = answer(x, &a);
	}
	shut(&x->at);
	shut(&x->from);
	if (err == NAMES_PASS)
		notify_continue(x->listener, n->id);
	else if (err != 0 || !filecall_is_opening(a.call))
		notify_refuse(x->listener, n->id, err);
}
