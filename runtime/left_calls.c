/* File calls as they come: see left_calls.h. */
#include "runtime/left_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/endpoint.h"
#include "runtime/filecalls.h"
#include "runtime/kernel.h"
#include "runtime/peek.h"

#define EXCHANGE	2u	/* of renameat2 */

/* By these names come about that no call has given. */
static const uint16_t unseen[] = {
	K_SYS_io_uring_setup, SYS_mount, K_SYS_move_mount,
	SYS_open_by_handle_at,
};

static bool
is_refused(const struct policies *all, uint32_t nr)
{
	static const uint64_t args[6];
	struct judge_verdict v;

	for (size_t i = 0; i < all->count; i++)
		if (judge_syscall(&all->list[i].blob, K_AUDIT_ARCH, nr, args,
		    &v) == BLOB_OK && v.decision != BLOB_ALLOW)
			return true;
	return false;
}

static bool
is_foreign_refused(const struct policies *all)
{
	struct blob_sysc_head h;

	for (size_t i = 0; i < all->count; i++)
		if (blob_sysc_head_get(&all->list[i].blob, K_AUDIT_ARCH,
		    &h) == BLOB_OK && h.foreign != K_SECCOMP_RET_ALLOW &&
		    h.foreign != K_SECCOMP_RET_LOG)
			return true;
	return false;
}

bool
left_calls_are_seen(const struct policies *all)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (!is_refused(all, unseen[i]))
			return false;
	return is_foreign_refused(all);
}

void
left_calls_unresolved(struct left *l, const struct resolved *at)
{
	bool would_fail = errno == ENOENT || errno == ENOTDIR ||
	    errno == EACCES || errno == ENAMETOOLONG;

	if (l != NULL && (at->is_unknown || !would_fail))
		left_blind(l);
}

void
left_calls_open(struct left *l, const struct resolved *at, uint64_t mode,
    bool is_exclusive)
{
	if (l == NULL)
		return;
	/* A link to what is not there: that would be made. */
	if (!is_exclusive && at->is_there && at->parent[0] != '\0')
		left_blind(l);
	left_touch(l, at->path, (mode & (S_ISUID | S_ISGID)) != 0 ? LEFT_ANY
	    : LEFT_IF_NAMED);
}

/* What is there, in its parent, which is open. */
static enum left_touch
kind_of(const struct resolved *at)
{
	struct stat st;

	if (fstatat(at->fd, strrchr(at->path, '/') + 1, &st,
	    AT_SYMLINK_NOFOLLOW) < 0)
		return LEFT_IF_NAMED;
	if (S_ISDIR(st.st_mode))
		return LEFT_TREE;
	return S_ISREG(st.st_mode) && (st.st_mode & (S_ISUID | S_ISGID)) ==
	    0 ? LEFT_IF_NAMED : LEFT_ANY;
}

static bool
is_exchange(const struct k_notif *n)
{
	return n->data.nr == SYS_renameat2 &&
	    (n->data.args[4] & EXCHANGE) != 0;
}

void
left_calls_name(struct left *l, const struct k_notif *n,
    enum judge_right right, const struct resolved *at,
    enum left_touch *moved)
{
	const struct filecall *c = filecall_find(n->data.nr);
	bool is_rename = c != NULL && c->kind == FILECALL_RENAME;
	enum left_touch how = LEFT_ANY;

	if (l == NULL)
		return;
	if (is_exchange(n))
		how = LEFT_TREE;
	else if (right == JUDGE_REMOVE)
		how = *moved = kind_of(at);
	else if (is_rename)
		how = *moved;
	else if (right != JUDGE_CREATE || (c != NULL &&
	    c->kind == FILECALL_FOLDER))
		how = LEFT_IF_NAMED;
	/* What is removed is empty, unless it moves. */
	if (right == JUDGE_REMOVE && how == LEFT_TREE && !is_rename)
		return;
	left_touch(l, at->path, how);
}

/* The file of a call that sets modes, or of its descriptor. */
static bool
find_file(const struct k_notif *n, const struct markcall *c,
    struct resolved *at)
{
	int dir = c->dir == FILECALL_NONE ? AT_FDCWD
	    : (int)n->data.args[c->dir];
	char name[PATH_CAP];
	struct text t;

	at->is_unknown = true;
	if (c->path == FILECALL_NONE) {
		text_init(&t, name, sizeof(name));
		text_str(&t, "fd/");
		text_num(&t, (uint64_t)(unsigned)dir);
		return peek_link((pid_t)n->pid, name, at->path,
		    sizeof(at->path));
	}
	if (peek_string((pid_t)n->pid, n->data.args[c->path], name,
	    sizeof(name)) != 0 || !resolve_path((pid_t)n->pid, dir, name,
	    RESOLVE_THERE, at))
		return false;
	close(at->fd);
	return true;
}

static void
touch_socket(struct left *l, const struct k_notif *n, struct resolved *at)
{
	size_t len = (uint32_t)n->data.args[2];
	uint8_t buf[ENDPOINT_CAP];
	struct endpoint e;

	if (len > sizeof(buf) || peek_bytes((pid_t)n->pid, n->data.args[1],
	    buf, len) != 0)
		return;
	endpoint_read(buf, len, &e);
	if (e.kind != ENDPOINT_UNIX)
		return;
	if (!resolve_path((pid_t)n->pid, AT_FDCWD, e.path, RESOLVE_NAME, at)) {
		left_calls_unresolved(l, at);
		return;
	}
	close(at->fd);
	left_touch(l, at->path, LEFT_ANY);
}

void
left_calls_other(struct left *l, const struct k_notif *n, struct resolved *at)
{
	const struct markcall *c;

	if (l == NULL)
		return;
	if (n->data.nr == SYS_bind)
		touch_socket(l, n, at);
	c = markcall_find(n->data.nr);
	if (c == NULL || c->mode == FILECALL_NONE)
		return;
	if (!find_file(n, c, at))
		left_calls_unresolved(l, at);
	else
		left_touch(l, at->path, (n->data.args[c->mode] & (S_ISUID |
		    S_ISGID)) != 0 ? LEFT_ANY : LEFT_IF_NAMED);
}
