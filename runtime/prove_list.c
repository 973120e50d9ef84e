/*
 * The probes of a run: see prove_list.h.  What is expected of each comes from
 * the code that explains policies, not from what will be applied.
 */
#include "runtime/prove_list.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "runtime/apply.h"
#include "runtime/decode.h"
#include "runtime/kernel.h"

#define MOST_OTHERS	512

static struct probe *
add(struct prove_list *l, const struct probe *p)
{
	if (l->count == l->cap) {
		l->is_full = true;
		return NULL;
	}
	l->list[l->count] = *p;
	return &l->list[l->count++];
}

/* --- files -------------------------------------------------------------- */

/* Below a path of that policy which bears another name in its text? */
static bool
is_planned(const struct prove_list *l, const struct policy *by,
    enum judge_right right, const char *path)
{
	unsigned bit = right == JUDGE_READ ? FS_READ : right == JUDGE_RUN ?
	    FS_EXEC : FS_WRITE;
	const struct plan *plan = &l->run->plan;
	char real[PATH_CAP];

	for (size_t i = 0; i < plan->count; i++)
		if (plan->rules[i].policy == by &&
		    (plan->rules[i].rights & bit) != 0 &&
		    realpath(plan->rules[i].path, real) != NULL &&
		    path_is_within(path, real))
			return true;
	return false;
}

/* What the policies say of a path: the first refusal, or all allow it. */
static void
judge_file(const struct prove_list *l, enum judge_right right,
    const char *path, struct probe *p)
{
	const struct policies *all = &l->run->policies;
	struct judge_verdict v;

	p->layer = META_MAY_LACK_LANDLOCK_FS;
	p->is_allowed = true;
	for (size_t i = 0; i < all->count && p->is_allowed; i++) {
		p->by = &all->list[i];
		p->is_allowed = (judge_path(&p->by->blob,
		    &l->run->command.judged.vars, right, path, &v) ==
		    BLOB_OK && v.decision == BLOB_ALLOW) ||
		    (v.cause == JUDGE_BY_ABSENCE &&
		    is_planned(l, p->by, right, path));
		p->rule = v.rule;
	}
}

static void
add_file(struct prove_list *l, enum probe_act act, enum judge_right right,
    const char *path)
{
	struct probe p = { .act = act, .target = path };
	char inside[PATH_CAP];
	struct text t;

	/* A name in it is what would be made. */
	text_init(&t, inside, sizeof(inside));
	text_str(&t, strcmp(path, "/") == 0 ? "" : path);
	text_str(&t, "/.codex-prove");
	judge_file(l, right, right == JUDGE_CREATE ? inside : path, &p);
	if (act != PROBE_META) {
		(void)add(l, &p);
		return;
	}
	p.layer |= META_MAY_LACK_SECCOMP | META_MAY_LACK_MOUNTS;
	if (!p.is_allowed)
		(void)add(l, &p);
}

/* These have probes of their own. */
static bool
is_barred(const struct prove_list *l, const char *path)
{
	const struct bars *b = &l->run->plan.bars;

	for (size_t i = 0; i < b->count; i++)
		if ((b->list[i].kind & (BAR_KEEP | BAR_HIDE)) != 0 &&
		    path_is_within(path, b->list[i].path))
			return true;
	return false;
}

static bool
is_there(const struct prove_list *l, const char *path)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].target != NULL &&
		    strcmp(l->list[i].target, path) == 0)
			return true;
	return false;
}

/* Devices are left alone: opening one may do something. */
static void
add_place(struct prove_list *l, const char *path)
{
	char real[PATH_CAP];
	struct stat st;
	const char *kept;

	if (path == NULL || realpath(path, real) == NULL ||
	    stat(real, &st) < 0 || is_there(l, real) || is_barred(l, real) ||
	    path_is_within(real, "/proc") ||
	    (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
		return;
	kept = scratch_dup(l->mem, real, strlen(real));
	if (kept == NULL)
		return;
	if (S_ISDIR(st.st_mode))
		add_file(l, PROBE_MAKE, JUDGE_CREATE, kept);
	else
		add_file(l, PROBE_CHANGE, JUDGE_WRITE, kept);
	add_file(l, PROBE_META, S_ISDIR(st.st_mode) ? JUDGE_CREATE
	    : JUDGE_WRITE, kept);
	add_file(l, PROBE_READ, JUDGE_READ, kept);
}

static void
add_program(struct prove_list *l, const char *path)
{
	char real[PATH_CAP];
	struct probe p = { .act = PROBE_RUN };

	if (realpath(path, real) == NULL)
		return;
	p.target = scratch_dup(l->mem, real, strlen(real));
	judge_file(l, JUDGE_RUN, real, &p);
	if (p.target != NULL)
		(void)add(l, &p);
}

static void
add_places(struct prove_list *l)
{
	static const char *const usual[] = {
		"/tmp", "/var/tmp", "/dev/shm", "/etc", "/usr", "/var",
		"/root", "/home", "/",
	};
	const struct judge_vars *v = &l->run->command.judged.vars;
	const struct plan *plan = &l->run->plan;

	for (size_t i = 0; i < v->nworkspaces; i++)
		add_place(l, v->workspaces[i]);
	add_place(l, v->value[BLOB_VAR_HOME]);
	add_place(l, v->value[BLOB_VAR_TMPDIR]);
	for (size_t i = 0; i < plan->count; i++)
		add_place(l, plan->rules[i].path);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		add_place(l, usual[i]);
	add_program(l, "/bin/true");
}

/* Does it hold the place of another bar?  Then it can't be empty. */
static bool
is_ancestor(const struct bars *b, const struct bar *bar)
{
	for (size_t i = 0; i < b->count; i++)
		if (&b->list[i] != bar && strcmp(b->list[i].path, bar->path) !=
		    0 && path_is_within(b->list[i].path, bar->path))
			return true;
	return false;
}

static void
add_bars(struct prove_list *l)
{
	const struct bars *b = &l->run->plan.bars;

	for (size_t i = 0; i < b->count; i++) {
		const struct bar *bar = &b->list[i];
		struct probe p = { .target = bar->path, .by = bar->policy != NULL ?
		    bar->policy : l->run->policies.list,
		    .rule = bar->rule, .layer = META_MAY_LACK_MOUNTS };

		if ((bar->kind & BAR_HIDE) != 0) {
			p.act = PROBE_READ;
			(void)add(l, &p);
		} else if ((bar->kind & BAR_KEEP) != 0) {
			p.act = bar->is_dir ? PROBE_MAKE : PROBE_CHANGE;
			(void)add(l, &p);
		}
		p.act = PROBE_REMOVE;
		if ((bar->kind & BAR_PIN) != 0 && bar->is_dir &&
		    !bar->is_link && is_ancestor(b, bar))
			(void)add(l, &p);
		p.act = PROBE_RUN_NEW;
		if ((bar->kind & BAR_NOEXEC) != 0 && bar->is_dir)
			(void)add(l, &p);
	}
}

/* --- system calls ------------------------------------------------------- */

#define NONE	(-1)

/*
 * Each refused by the kernel itself, for its arguments, before it does
 * anything; or of no effect beyond the process.
 */
static const struct {
	int nr, args[PROBE_NARGS];
} calls[] = {
	{ SYS_socket, { AF_INET, SOCK_STREAM } },
	{ SYS_socket, { AF_INET, SOCK_DGRAM } },
	{ SYS_socket, { AF_INET6, SOCK_STREAM } },
	{ SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ SYS_socket, { AF_NETLINK, SOCK_RAW } },
	{ SYS_socket, { AF_PACKET, SOCK_RAW } },
	{ SYS_socket, { AF_VSOCK, SOCK_STREAM } },
	{ SYS_socket, { AF_ALG, SOCK_SEQPACKET } },
	{ SYS_socketpair, { AF_UNIX, SOCK_DGRAM } },
	{ SYS_ptrace, { NONE, NONE } },
	{ SYS_process_vm_readv, { NONE } },
	{ SYS_process_vm_writev, { NONE } },
	{ SYS_kcmp, { NONE, NONE } },
	{ SYS_pidfd_getfd, { NONE, NONE, 1 } },
	{ SYS_unshare, { CLONE_NEWUSER } },
	{ SYS_setns, { NONE } },
	{ SYS_clone3, { 0 } },
	{ SYS_mount, { 0, 1, 1 } },
	{ SYS_umount2, { 0, NONE } },
	{ SYS_pivot_root, { 1, 1 } },
	{ SYS_chroot, { 1 } },
	{ K_SYS_open_tree, { NONE, 0, NONE } },
	{ K_SYS_move_mount, { NONE, 1, NONE, 1 } },
	{ K_SYS_fsopen, { 1 } },
	{ K_SYS_mount_setattr, { NONE, 0, NONE } },
	{ SYS_bpf, { NONE } },
	{ SYS_perf_event_open, { 0 } },
	{ SYS_userfaultfd, { 0x40000001 } },
	{ SYS_io_uring_setup, { 0 } },
	{ SYS_keyctl, { NONE } },
	{ SYS_add_key, { 1, 1, 1, 0x7fffffff } },
	{ SYS_init_module, { 0 } },
	{ SYS_finit_module, { NONE } },
	{ SYS_kexec_load, { 0, 0x7fffffff } },
	{ SYS_reboot, { 0 } },
	{ SYS_swapon, { 0, NONE } },
	{ SYS_acct, { 1 } },
	{ SYS_clock_settime, { 0x7fff } },
	{ SYS_settimeofday, { 1 } },
	{ SYS_sethostname, { 0, NONE } },
	{ SYS_quotactl, { NONE } },
	{ SYS_open_by_handle_at, { NONE } },
	{ SYS_fanotify_init, { NONE } },
	{ SYS_personality, { 0x400000 } },
	{ SYS_memfd_create, { 0, 1 } },
	{ SYS_fchmod, { NONE } },
	{ SYS_fchown, { NONE } },
	{ SYS_fsetxattr, { NONE } },
	{ SYS_ioctl, { NONE, TIOCSTI } },
};

/* Only what is refused: what is allowed is promised to nobody. */
static void
add_call(struct prove_list *l, size_t k)
{
	struct probe p = { .act = PROBE_CALL, .nr = calls[k].nr,
	    .layer = META_MAY_LACK_SECCOMP };
	struct k_seccomp_data d = { .nr = calls[k].nr, .arch = K_AUDIT_ARCH };
	char line[128];
	struct text t;

	for (size_t i = 0; i < PROBE_NARGS; i++) {
		p.args[i] = calls[k].args[i];
		d.args[i] = (uint64_t)p.args[i];
	}
	for (size_t i = 0; i < l->run->policies.count; i++) {
		struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

		p.by = &l->run->policies.list[i];
		(void)judge_syscall(&p.by->blob, K_AUDIT_ARCH, (uint32_t)p.nr,
		    d.args, &v);
		p.rule = v.rule;
		if (v.decision == BLOB_ALLOW)
			continue;
		text_init(&t, line, sizeof(line));
		decode_call(&d, &t);
		p.target = scratch_dup(l->mem, line, strlen(line));
		(void)add(l, &p);
		return;
	}
}

/* --- network ------------------------------------------------------------ */

typedef int judge_port_fn(const struct blob *b, uint16_t port,
    struct judge_verdict *out);

static int
judge_local(const struct blob *b, uint16_t port, struct judge_verdict *out)
{
	return judge_connect(b, "127.0.0.1", port, out);
}

static void
add_port(struct prove_list *l, enum probe_act act, int port)
{
	judge_port_fn *judge = act == PROBE_BIND ? judge_bind : judge_local;
	struct probe p = { .act = act, .args = { port }, .is_allowed = true,
	    .layer = META_MAY_LACK_LANDLOCK_NET | META_MAY_LACK_SECCOMP };
	char line[32];
	struct text t;

	for (size_t i = 0; i < l->run->policies.count && p.is_allowed; i++) {
		struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

		p.by = &l->run->policies.list[i];
		(void)judge(&p.by->blob, (uint16_t)port, &v);
		p.is_allowed = v.decision == BLOB_ALLOW;
		p.is_supervised = v.strength == JUDGE_SUPERVISED;
		p.rule = v.rule;
	}
	/* Allowed, but in a network of its own: not to who is outside. */
	if (l->run->plan.is_loopback && act == PROBE_CONNECT) {
		p.is_allowed = false;
		p.layer = 0;
	}
	text_init(&t, line, sizeof(line));
	text_str(&t, "127.0.0.1:");
	text_num(&t, (uint64_t)port);
	p.target = scratch_dup(l->mem, line, strlen(line));
	(void)add(l, &p);
}

/* The first port that a policy lists. */
static int
listed_port(const struct policies *all, bool is_bind)
{
	struct blob_net_port e;

	for (size_t i = 0; i < all->count; i++)
		for (uint32_t k = 0; blob_net_port_get(&all->list[i].blob, k,
		    &e) == BLOB_OK; k++)
			if (e.is_bind == is_bind)
				return e.lo;
	return 0;
}

static void
add_unix(struct prove_list *l, const char *name)
{
	struct probe p = { .act = PROBE_UNIX, .target = name,
	    .is_allowed = true, .layer = META_MAY_LACK_LANDLOCK_SCOPE |
	    META_MAY_LACK_SECCOMP };

	for (size_t i = 0; i < l->run->policies.count && p.is_allowed; i++) {
		struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

		p.by = &l->run->policies.list[i];
		(void)judge_unix(&p.by->blob, &l->run->command.judged.vars,
		    name, &v);
		p.is_allowed = v.decision == BLOB_ALLOW;
		p.is_supervised = v.strength == JUDGE_SUPERVISED;
		p.rule = v.rule;
	}
	/* It belongs to the network namespace. */
	p.is_allowed &= !l->run->plan.is_loopback;
	(void)add(l, &p);
}

static void
add_network(struct prove_list *l, const struct prove_outside *o)
{
	const struct policies *all = &l->run->policies;
	int out = listed_port(all, false), in = listed_port(all, true);

	if (o->port > 0) {
		add_port(l, PROBE_CONNECT, o->port);
		add_port(l, PROBE_BIND, o->port);
	}
	if (out > 0 && out != o->port)
		add_port(l, PROBE_CONNECT, out);
	if (in > 0 && in != o->port)
		add_port(l, PROBE_BIND, in);
	if (o->name[0] != '\0')
		add_unix(l, o->name);
}

/* --- processes ---------------------------------------------------------- */

static void
add_limits(struct prove_list *l)
{
	const struct policies *all = &l->run->policies;
	struct blob_limit_entry e;

	for (size_t i = 0; i < all->count; i++)
		for (uint32_t k = 0; blob_limit_get(&all->list[i].blob, k,
		    &e) == BLOB_OK; k++) {
			struct probe p = { .act = PROBE_LIMIT,
			    .by = &all->list[i], .rule = e.rule };
			int which;

			p.target = apply_rlimit_name(e.resource, &which);
			p.args[0] = which;
			p.args[1] = (long)e.value;
			if (which >= 0)
				(void)add(l, &p);
		}
}

/* These hold under every policy. */
static void
add_processes(struct prove_list *l, pid_t outside)
{
	static const struct {
		enum probe_act act;
		uint32_t layer;
		const char *target;
	} always[] = {
		{ PROBE_SIGNAL, META_MAY_LACK_LANDLOCK_SCOPE,
		    "a process outside" },
		{ PROBE_TRACE, META_MAY_LACK_LANDLOCK_FS,
		    "a process outside" },
		{ PROBE_MEMORY, META_MAY_LACK_LANDLOCK_FS,
		    "a process outside" },
		{ PROBE_PRIVILEGES, 0, "of set-user-ID and capabilities" },
	};

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		struct probe p = { .act = always[i].act,
		    .by = l->run->policies.list,
		    .target = always[i].target, .args = { outside },
		    .layer = always[i].layer };

		(void)add(l, &p);
	}
}

int
prove_list_make(struct prove_list *l, struct run *r,
    const struct prove_outside *outside)
{
	*l = (struct prove_list){ .run = r, .mem = &r->mem,
	    .cap = 2 * r->plan.bars.count + MOST_OTHERS };
	l->list = scratch_alloc(&r->mem, l->cap * sizeof(*l->list));
	if (l->list == NULL)
		return -1;
	add_places(l);
	add_bars(l);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		add_call(l, i);
	add_network(l, outside);
	if (outside->process > 0)
		add_processes(l, outside->process);
	add_limits(l);
	return 0;
}
