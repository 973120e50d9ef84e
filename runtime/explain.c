/* Who refused what: see explain.h. */
#include "runtime/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/advice.h"
#include "runtime/decode.h"
#include "runtime/endpoint.h"
#include "runtime/filecalls.h"
#include "runtime/left_calls.h"
#include "runtime/peek.h"

#define ACTION_FULL	0xffff0000u
#define ACTION_DATA	0x0000ffffu
#define KILL_PROCESS	0x80000000u
#define KILL_THREAD	0u
#define ERRNO_MAX	4095u

/* Something that can be opened at all is hidden: not so a socket. */
static bool
is_hidden(const struct bar *b)
{
	struct stat st;

	return (b->kind & BAR_HIDE) != 0 && (stat(b->path, &st) < 0 ||
	    !S_ISSOCK(st.st_mode));
}

void
explain_init(struct explain *x, const struct bars *bars)
{
	struct blob_net_head net;
	struct judge_verdict v;

	for (size_t i = 0; i < bars->count; i++)
		x->has_reads |= is_hidden(&bars->list[i]);
	x->at.kept = &x->root;
	for (size_t i = 0; i < x->all->count; i++) {
		const struct blob *b = &x->all->list[i].blob;

		if (judge_path(b, x->vars, JUDGE_READ, "/", &v) != BLOB_OK ||
		    v.decision != BLOB_ALLOW)
			x->has_reads = true;
		if (blob_net_head_get(b, &net) == BLOB_OK &&
		    net.mode == BLOB_NET_PORTS)
			x->has_ports = true;
	}
}

/* --- calls that a policy refuses ---------------------------------------- */

/* Of several refusals, the one that the kernel would follow. */
static const struct policy *
judge_call(const struct explain *x, const struct k_notif *n,
    struct judge_verdict *out)
{
	const struct policy *by = NULL;
	struct judge_verdict v;

	for (size_t i = 0; i < x->all->count; i++) {
		const struct policy *p = &x->all->list[i];

		if (judge_syscall(&p->blob, K_AUDIT_ARCH, (uint32_t)
		    n->data.nr, n->data.args, &v) != BLOB_OK)
			v.action = K_SECCOMP_RET_ERRNO | EPERM;
		if (by == NULL || (int32_t)(v.action & ACTION_FULL) <
		    (int32_t)(out->action & ACTION_FULL)) {
			*out = v;
			by = p;
		}
	}
	return by;
}

/* Arguments that are paths, of calls that Landlock does not cover. */
static const struct {
	int nr, arg;
} named[] = {
	{ SYS_fchmodat, 1 }, { SYS_fchownat, 1 }, { SYS_utimensat, 1 },
	{ SYS_setxattr, 0 }, { SYS_lsetxattr, 0 }, { SYS_removexattr, 0 },
	{ SYS_mount, 1 }, { SYS_umount2, 0 }, { SYS_chroot, 0 },
	{ SYS_pivot_root, 0 }, { SYS_mknodat, 1 },
#ifdef SYS_chmod
	{ SYS_chmod, 0 }, { SYS_chown, 0 }, { SYS_lchown, 0 },
	{ SYS_utime, 0 }, { SYS_utimes, 0 }, { SYS_mknod, 0 },
#endif
};

/* Where an address stands: argument, then its length. */
static int
address_argument(int nr)
{
	return nr == SYS_connect || nr == SYS_bind ? 1
	    : nr == SYS_sendto			   ? 4
						   : -1;
}

static bool
read_address(const struct k_notif *n, struct endpoint *e)
{
	int arg = address_argument(n->data.nr);
	uint8_t buf[ENDPOINT_CAP];
	size_t len;

	if (arg < 0 || n->data.args[arg] == 0)
		return false;
	len = (uint32_t)n->data.args[arg + 1];
	if (len > sizeof(buf) || peek_bytes((pid_t)n->pid,
	    n->data.args[arg], buf, len) != 0)
		return false;
	endpoint_read(buf, len, e);
	return true;
}

static void
put_call(struct explain *x, const struct k_notif *n, struct text *out)
{
	struct endpoint e;

	decode_call(&n->data, out);
	if (read_address(n, &e)) {
		text_str(out, " ");
		endpoint_put(&e, out);
	}
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].nr == n->data.nr && peek_string((pid_t)n->pid,
		    n->data.args[named[i].arg], x->path, sizeof(x->path)) ==
		    0) {
			text_str(out, " ");
			text_shell(out, x->path);
		}
}

static void
note_call(struct explain *x, const struct k_notif *n,
    const struct judge_verdict *v, const struct policy *by)
{
	bool is_network = decode_is_network((uint32_t)n->data.nr);
	struct denial d = {
		.what = is_network ? "network" : "syscall", .by = by,
		.rule = v->rule, .why = "",
		.strength = judge_strength_name(JUDGE_SUPERVISED),
		.operation = is_network ? "network_access" : "syscall",
		.layer = "seccomp", .err = (int)(v->action & ACTION_DATA),
	};
	struct text t;

	text_init(&t, d.target, sizeof(d.target));
	put_call(x, n, &t);
	text_init(&t, d.fix, sizeof(d.fix));
	advice_call(v, decode_name((uint32_t)n->data.nr), &t);
	denial_log_add(x->log, &d, (pid_t)n->pid);
}

/* True: it was refused. */
static bool
refuse_call(struct explain *x, const struct k_notif *n)
{
	struct judge_verdict v = { .action = 0 };
	const struct policy *by = judge_call(x, n, &v);
	uint32_t action = v.action & ACTION_FULL;
	unsigned err = ENOSYS;

	if (by == NULL || v.decision == BLOB_ALLOW)
		return false;
	if (!notify_is_valid(x->listener, n->id))
		return true;
	/* What is to look absent is no refusal: libraries do without it. */
	if (v.action != (K_SECCOMP_RET_ERRNO | ENOSYS))
		note_call(x, n, &v, by);
	if (action == KILL_PROCESS || action == KILL_THREAD) {
		kill((pid_t)n->pid, SIGKILL);
		return true;
	}
	if (action == K_SECCOMP_RET_ERRNO)
		err = v.action & ACTION_DATA;
	notify_refuse(x->listener, n->id,
	    (int)(err < ERRNO_MAX ? err : ERRNO_MAX));
	return true;
}

/* --- files -------------------------------------------------------------- */

static const struct policy *
judge_file(const struct explain *x, enum judge_right right,
    struct judge_verdict *out)
{
	struct judge_verdict v;

	for (size_t i = 0; i < x->all->count; i++) {
		const struct policy *p = &x->all->list[i];

		if (judge_path(&p->blob, x->vars, right, x->at.path, &v) ==
		    BLOB_OK && v.decision != BLOB_ALLOW) {
			*out = v;
			return p;
		}
	}
	return NULL;
}

/* What permissions must give, and of what; 0: nothing to be asked. */
static int
mode_of(enum judge_right right)
{
	switch (right) {
	case JUDGE_READ:
		return R_OK;
	case JUDGE_WRITE:
		return W_OK;
	case JUDGE_RUN:
		return X_OK;
	case JUDGE_CREATE:
	case JUDGE_REMOVE:
		return W_OK | X_OK;
	default:
		return 0;
	}
}

static void
note_denied(struct explain *x, const struct policy *by,
    const struct judge_verdict *v, int err, pid_t pid)
{
	struct denial d = {
		.what = judge_right_name(v->right), .by = by, .rule = v->rule,
		.why = "", .operation = v->right == JUDGE_READ ? "file_read"
		    : v->right == JUDGE_RUN ? "process_spawn" : "file_write",
		.layer = "landlock", .err = err,
		.strength = judge_strength_name(v->strength),
	};
	struct text t;

	if (by == NULL) {
		d.why = "the policy allows it, ordinary permissions do not";
		d.layer = "permissions";
	} else if (x->names != NULL &&
	    bars_are_supervised(x->names->s.bars, x->at.path)) {
		d.layer = "broker";
		d.strength = judge_strength_name(JUDGE_SUPERVISED);
	}
	text_init(&t, d.target, sizeof(d.target));
	text_shell(&t, x->at.path);
	text_init(&t, d.fix, sizeof(d.fix));
	if (by != NULL)
		advice_file(v, &x->at, x->vars, &t);
	denial_log_add(x->log, &d, pid);
}

/* x->at is what the call is about.  True: it is denied, or not for us. */
static bool
note_file(struct explain *x, enum judge_right right, pid_t pid)
{
	struct judge_verdict v = { .right = right };
	const struct policy *by = judge_file(x, right, &v);
	bool is_name = right == JUDGE_CREATE || right == JUDGE_REMOVE;
	int err = EACCES;

	if (by == NULL) {
		/* A name's parent is open, or the file itself. */
		if (is_name != (x->at.parent[0] != '\0'))
			return false;
		if (x->at.fd >= 0)
			err = resolve_access(&x->at, mode_of(right));
		if (err != EACCES && err != EROFS && err != EPERM)
			return false;
	}
	note_denied(x, by, &v, err, pid);
	return true;
}

struct opening {
	uint64_t flags, mode;
	bool is_change, is_making, is_exclusive, is_temporary;
};

static bool
read_opening(const struct filecall *c, const struct k_notif *n,
    struct opening *o)
{
	struct k_open_how how;

	*o = (struct opening){ .flags = O_WRONLY | O_CREAT | O_TRUNC,
	    .mode = c->mode == FILECALL_NONE ? 0 : n->data.args[c->mode] };
	if (c->kind == FILECALL_OPEN) {
		o->flags = n->data.args[c->flags];
	} else if (c->kind == FILECALL_OPEN2) {
		if (peek_bytes((pid_t)n->pid, n->data.args[c->flags], &how,
		    sizeof(how)) != 0)
			return false;
		o->flags = how.flags;
		o->mode = how.mode;
	}
	o->is_change = (o->flags & (O_WRONLY | O_RDWR | O_TRUNC)) != 0;
	o->is_making = (o->flags & O_CREAT) != 0;
	o->is_exclusive = o->is_making && (o->flags & O_EXCL) != 0;
	o->is_temporary = (o->flags & O_TMPFILE) == O_TMPFILE;
	return (o->flags & O_PATH) == 0;
}

/* Below a hidden folder, or nothing that we can follow. */
static void
opening_failed(struct explain *x, const struct opening *o, pid_t pid,
    int directory)
{
	int err = errno;

	if (o->is_change || o->is_making)
		left_calls_unresolved(x->left, &x->at);
	if (err == EACCES && resolve_hidden(pid, directory, x->path, &x->at))
		note_file(x, o->is_change ? JUDGE_WRITE : JUDGE_READ, pid);
}

/*
 * Programs open the same files again and again, and try others that are not
 * there: an absolute path that was fine is not looked up once more, until
 * some name is made that could lead it elsewhere.  Which path that was is as
 * good as it needs to be: this is an explanation.
 */
static uint64_t *
fine_slot(struct explain *x, uint64_t *id)
{
	*id = UINT64_C(0xcbf29ce484222325);
	if (x->path[0] != '/' || strncmp(x->path, "/proc/", 6) == 0)
		return NULL;
	for (const char *p = x->path; *p != '\0'; p++)
		*id = (*id ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
	return &x->fine[*id % EXPLAIN_FINE];
}

static void
ask_reading(struct explain *x, const struct opening *o, pid_t pid,
    int directory)
{
	bool is_name = (o->flags & O_NOFOLLOW) != 0, is_fine;
	uint64_t id = 0, *slot = is_name ? NULL : fine_slot(x, &id);

	if (slot != NULL && *slot == id)
		return;
	if (resolve_path(pid, directory, x->path, is_name ? RESOLVE_NAME
	    : RESOLVE_THERE, &x->at)) {
		is_fine = !x->at.is_there || !note_file(x, JUDGE_READ, pid);
		close(x->at.fd);
	} else {
		is_fine = errno == ENOENT || errno == ENOTDIR;
		opening_failed(x, o, pid, directory);
	}
	if (slot != NULL && is_fine)
		*slot = id;
}

static void
ask_opening(struct explain *x, const struct filecall *c,
    const struct k_notif *n, int directory)
{
	pid_t pid = (pid_t)n->pid;
	struct opening o;

	if (!read_opening(c, n, &o))
		return;
	if (!o.is_change && !o.is_making) {
		ask_reading(x, &o, pid, directory);
		return;
	}
	if (!resolve_path(pid, directory, x->path, o.is_exclusive ||
	    (o.flags & O_NOFOLLOW) != 0 ? RESOLVE_NAME : RESOLVE_FILE,
	    &x->at)) {
		opening_failed(x, &o, pid, directory);
		return;
	}
	left_calls_open(x->left, &x->at, o.is_making ? o.mode : 0,
	    o.is_exclusive);
	if (o.is_temporary)
		note_file(x, JUDGE_CREATE, pid);
	else if (x->at.is_there && !o.is_exclusive)
		note_file(x, o.is_change ? JUDGE_WRITE : JUDGE_READ, pid);
	else if (!x->at.is_there && o.is_making)
		note_file(x, JUDGE_CREATE, pid);
	close(x->at.fd);
}

static void
ask_name(struct explain *x, enum judge_right right, bool is_rename,
    const struct k_notif *n, int directory)
{
	pid_t pid = (pid_t)n->pid;

	if (!resolve_path(pid, directory, x->path, right == JUDGE_WRITE ?
	    RESOLVE_FILE : RESOLVE_NAME, &x->at)) {
		left_calls_unresolved(x->left, &x->at);
		return;
	}
	left_calls_name(x->left, n, right, &x->at, &x->moved);
	if (right == JUDGE_CREATE)
		memset(x->fine, 0, sizeof(x->fine));
	if (right == JUDGE_CREATE ? is_rename || !x->at.is_there
				  : x->at.is_there)
		note_file(x, right, pid);
	close(x->at.fd);
}

/* The path of one argument, from the directory of another. */
static bool
read_path(struct explain *x, const struct k_notif *n, unsigned path)
{
	if (peek_string((pid_t)n->pid, n->data.args[path], x->path,
	    sizeof(x->path)) != 0) {
		left_blind(x->left);
		return false;
	}
	return x->path[0] != '\0';
}

static int
directory_of(const struct k_notif *n, unsigned which)
{
	return which == FILECALL_NONE ? AT_FDCWD : (int)n->data.args[which];
}

/* By its new name the file can be changed without its old one. */
static void
touch_source(struct explain *x, const struct filecall *c,
    const struct k_notif *n)
{
	if (x->left == NULL || !read_path(x, n, c->from))
		return;
	if (!resolve_path((pid_t)n->pid, directory_of(n, c->from_dir),
	    x->path, RESOLVE_THERE, &x->at)) {
		left_calls_unresolved(x->left, &x->at);
		return;
	}
	left_touch(x->left, x->at.path, LEFT_IF_NAMED);
	close(x->at.fd);
}

static void
ask_file(struct explain *x, const struct filecall *c, const struct k_notif *n)
{
	bool is_rename = c->kind == FILECALL_RENAME;
	int dir = directory_of(n, c->dir);

	if (c->kind == FILECALL_LINK)
		touch_source(x, c, n);
	/* What is renamed goes from its place. */
	if (is_rename && read_path(x, n, c->from))
		ask_name(x, JUDGE_REMOVE, true, n,
		    directory_of(n, c->from_dir));
	if (!read_path(x, n, c->path))
		return;
	if (filecall_is_opening(c))
		ask_opening(x, c, n, dir);
	else
		ask_name(x, filecall_right(c), is_rename, n, dir);
}

void
explain_exec(struct explain *x, const struct k_notif *n)
{
	bool is_at = n->data.nr == SYS_execveat;

	if (peek_string((pid_t)n->pid, n->data.args[is_at], x->path,
	    sizeof(x->path)) != 0 || x->path[0] == '\0' ||
	    !resolve_path((pid_t)n->pid, is_at ? (int)n->data.args[0]
	    : AT_FDCWD, x->path, RESOLVE_FILE, &x->at))
		return;
	if (x->at.is_there)
		note_file(x, JUDGE_RUN, (pid_t)n->pid);
	close(x->at.fd);
}

/* --- ports -------------------------------------------------------------- */

static void
ask_port(struct explain *x, const struct k_notif *n)
{
	bool is_bind = n->data.nr == SYS_bind;
	char host[ADDRESS_TEXT];
	struct endpoint e;
	struct judge_verdict v;
	struct denial d = { .what = is_bind ? "bind" : "connect", .why = "",
	    .operation = "network_access", .layer = "landlock",
	    .err = EACCES };
	struct text t;

	if (!x->has_ports || !read_address(n, &e) || e.kind != ENDPOINT_INET)
		return;
	text_init(&t, d.target, sizeof(d.target));
	endpoint_put(&e, &t);
	address_text(&e.address, host);
	for (size_t i = 0; i < x->all->count; i++) {
		const struct blob *b = &x->all->list[i].blob;

		if ((is_bind ? judge_bind(b, e.port, &v) : judge_connect(b,
		    host, e.port, &v)) != BLOB_OK ||
		    v.decision == BLOB_ALLOW)
			continue;
		d.by = &x->all->list[i];
		d.rule = v.rule;
		d.strength = judge_strength_name(v.strength);
		text_init(&t, d.fix, sizeof(d.fix));
		advice_port(&v, e.port, &t);
		denial_log_add(x->log, &d, (pid_t)n->pid);
		return;
	}
}

/* A call of another ABI, which some policy wants logged. */
static bool
may_be_foreign(const struct explain *x)
{
	struct blob_sysc_head h;

	for (size_t i = 0; i < x->all->count; i++)
		if (blob_sysc_head_get(&x->all->list[i].blob, K_AUDIT_ARCH,
		    &h) != BLOB_OK || (h.foreign != K_SECCOMP_RET_ALLOW &&
		    h.foreign != K_SECCOMP_RET_LOG))
			return false;
	return true;
}

/*
 * What goes on skips all that stands behind the question in the filter: the
 * guard too.
 */
void
explain_ask(struct explain *x, const struct k_notif *n)
{
	int guarded = x->is_guarded ? notify_guard(&n->data) : 0;
	const struct filecall *c;

	if (guarded != 0) {
		notify_refuse(x->listener, n->id, guarded);
		return;
	}
	if (x->broker != NULL && notify_is_foreign(&n->data)) {
		notify_refuse(x->listener, n->id, ENOSYS);
		return;
	}
	if (n->data.arch != K_AUDIT_ARCH) {
		if (may_be_foreign(x))
			notify_continue(x->listener, n->id);
		else
			notify_refuse(x->listener, n->id, ENOSYS);
		return;
	}
	if (refuse_call(x, n))
		return;
	if (x->broker != NULL && n->data.nr == SYS_connect) {
		broker_ask(x->broker, n);
		return;
	}
	if (n->data.nr == SYS_connect || n->data.nr == SYS_bind)
		ask_port(x, n);
	left_calls_other(x->left, n, &x->at);
	x->moved = LEFT_TREE;
	c = filecall_find(n->data.nr);
	if (c != NULL)
		ask_file(x, c, n);
	if (x->names != NULL)
		names_ask(x->names, n);
	else
		notify_continue(x->listener, n->id);
}
