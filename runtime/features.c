/*
 * The table of --doctor: see features.h.  What is needed is read off the
 * policies, not off a plan, which there is none of where one could not be
 * made.
 */
#include "runtime/features.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/kernel.h"
#include "runtime/peek.h"

/* --- probes ------------------------------------------------------------- */

/* In a child that ends with it: 0 where it could be done. */
static bool
works_apart(int (*act)(void))
{
	int status = 1;
	pid_t pid = vfork();

	if (pid == 0)
		_exit(act() == 0 ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}

static int
make_user_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

static int
make_ipc_namespace(void)
{
	struct failure f;

	return apply_namespaces(CLONE_NEWIPC, &f);
}

static int
make_pid_namespace(void)
{
	struct failure f;

	return apply_pid_namespace(false, &f);
}

static int
make_network(void)
{
	struct failure f;

	return apply_namespaces(CLONE_NEWNET, &f);
}

static int
be_traced(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static bool
has_landlock(const struct support *s)
{
	return s->landlock_abi >= 3;
}

static bool
has_ports(const struct support *s)
{
	return s->landlock_abi >= 4;
}

static bool
has_ioctls(const struct support *s)
{
	return s->landlock_abi >= 5;
}

static bool
has_scopes(const struct support *s)
{
	return s->landlock_abi >= 6;
}

static bool
has_seccomp(const struct support *s)
{
	return s->has_seccomp;
}

static bool
has_no_new_privs(const struct support *s)
{
	(void)s;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
}

static bool
has_openat2(const struct support *s)
{
	(void)s;
	return support_has_call(K_SYS_openat2);
}

static bool
has_close_range(const struct support *s)
{
	(void)s;
	/* There is no such descriptor. */
	return syscall(K_SYS_close_range, ~0u, ~0u, K_CLOSE_RANGE_CLOEXEC) ==
	    0;
}

static bool
has_users(const struct support *s)
{
	(void)s;
	return works_apart(make_user_namespace);
}

static bool
has_mounts(const struct support *s)
{
	(void)s;
	return apply_mounts_work();
}

static bool
has_ipc(const struct support *s)
{
	(void)s;
	return works_apart(make_ipc_namespace);
}

static bool
has_pids(const struct support *s)
{
	(void)s;
	return works_apart(make_pid_namespace);
}

static bool
has_network(const struct support *s)
{
	(void)s;
	return works_apart(make_network);
}

static int
end(void *arg)
{
	(void)arg;
	return 0;
}

/* As a supervised run starts its child: spawn.c. */
static bool
has_pidfds(const struct support *s)
{
	char stack[4096] __attribute__((aligned(16)));
	int fd = -1;
	pid_t pid = clone(end, stack + sizeof(stack), CLONE_VM | CLONE_VFORK |
	    CLONE_PIDFD | SIGCHLD, NULL, &fd);

	(void)s;
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool
has_listener(const struct support *s)
{
	(void)s;
	return notify_works();
}

static bool
has_getfd(const struct support *s)
{
	(void)s;
	return support_has_call(K_SYS_pidfd_open) &&
	    support_has_call(K_SYS_pidfd_getfd);
}

static bool
has_memory(const struct support *s)
{
	(void)s;
	return peek_works();
}

static bool
has_trace(const struct support *s)
{
	(void)s;
	return works_apart(be_traced);
}

/* --- needs -------------------------------------------------------------- */

static bool
always(const struct run *r)
{
	(void)r;
	return true;
}

static uint8_t
mode_of(const struct policy *p)
{
	struct blob_net_head net = { 0 };

	(void)blob_net_head_get(&p->blob, &net);
	return net.mode;
}

static bool
wants_ports(const struct run *r)
{
	for (size_t i = 0; i < r->policies.count; i++)
		if (mode_of(&r->policies.list[i]) == BLOB_NET_PORTS)
			return true;
	return false;
}

static bool
wants_network(const struct run *r)
{
	for (size_t i = 0; i < r->policies.count; i++)
		if (mode_of(&r->policies.list[i]) == BLOB_NET_LOOPBACK ||
		    mode_of(&r->policies.list[i]) == BLOB_NET_PROXY)
			return true;
	return false;
}

/* By the plan; where there is none, by a line that would. */
static bool
wants_mounts(const struct run *r)
{
	struct blob_fs fs;

	if (r->child.has_reaper)
		return true;
	if (r->plan.rules != NULL)
		return r->plan.bars.is_needed || r->fence.is_whole ||
		    (r->support.lost & META_MAY_LACK_MOUNTS) != 0;
	for (size_t i = 0; i < r->policies.count; i++)
		for (uint32_t k = 0; blob_fs_get(&r->policies.list[i].blob, k,
		    &fs) == BLOB_OK; k++)
			if ((fs.rights & FS_BARS) != 0)
				return true;
	return false;
}

static bool
wants_listener(const struct run *r)
{
	return r->has_tree || r->has_broker || r->options.is_explained ||
	    (r->fence.is_on && !r->fence.is_alone);
}

/* Whatever is opened by a path that may not lead through links. */
static bool
wants_openat2(const struct run *r)
{
	for (size_t i = 0; i < r->policies.count; i++)
		if ((r->policies.list[i].meta.predicates &
		    META_ALLOWS_WRITE) != 0)
			return true;
	return wants_mounts(r) || wants_listener(r);
}

static bool
wants_ipc(const struct run *r)
{
	return (r->plan.has_own_ipc && r->plan.bars.is_needed) ||
	    (r->plan.namespaces & META_NS_IPC) != 0;
}

static bool
wants_pids(const struct run *r)
{
	return r->child.has_reaper;
}

/* Root makes the others without. */
static bool
wants_users(const struct run *r)
{
	return (wants_mounts(r) || wants_network(r) || wants_ipc(r)) &&
	    geteuid() != 0;
}

static bool
wants_supervisor(const struct run *r)
{
	return r->mode == RUN_SUPERVISED;
}

static bool
wants_broker(const struct run *r)
{
	return broker_is_needed(&r->policies);
}

/* Without it a broker refuses all, and says so of each. */
static bool
wants_memory(const struct run *r)
{
	return (r->has_tree || r->options.is_explained || (r->fence.is_on &&
	    !r->fence.is_alone)) && !notify_is_taken();
}

static bool
wants_trace(const struct run *r)
{
	return (r->has_tree || r->options.is_explained) && !notify_is_taken();
}

/* --- the table ---------------------------------------------------------- */

static const struct feature {
	const char *name, *since, *use;
	bool (*is_here)(const struct support *s);
	bool (*is_needed)(const struct run *r);
	const char *without;	/* instead of a refusal, or NULL */
	uint32_t bit;		/* META_MAY_LACK_*, or 0 */
} features[] = {
	{ "landlock.fs", "Linux 6.2, Landlock ABI 3",
	    "paths to read, write, execute", has_landlock, always, NULL,
	    META_MAY_LACK_LANDLOCK_FS },
	{ "landlock.net", "Linux 6.7, Landlock ABI 4", "TCP ports",
	    has_ports, wants_ports, NULL, META_MAY_LACK_LANDLOCK_NET },
	{ "landlock.ioctl_dev", "Linux 6.10, Landlock ABI 5",
	    "ioctl on devices", has_ioctls, always,
	    "ioctls on devices that may be opened are not covered", 0 },
	{ "landlock.scope", "Linux 6.12, Landlock ABI 6",
	    "signals and abstract sockets beyond the run", has_scopes, always,
	    NULL, META_MAY_LACK_LANDLOCK_SCOPE },
	{ "seccomp", "Linux 4.14", "network mode, system calls", has_seccomp,
	    always, NULL, META_MAY_LACK_SECCOMP },
	{ "no_new_privs", "Linux 3.5", "no privilege by an exec",
	    has_no_new_privs, always, NULL, 0 },
	{ "openat2", "Linux 5.6", "paths without links", has_openat2, wants_openat2,
	    NULL, 0 },
	{ "close_range", "Linux 5.11", "inherited descriptors",
	    has_close_range, always, NULL, 0 },
	{ "user_namespace", "Linux 3.8", "mounts and networks of one's own, "
	    "where not root", has_users, wants_users, NULL,
	    META_MAY_LACK_MOUNTS },
	{ "mounts", "Linux 5.12", "protected and denied paths", has_mounts,
	    wants_mounts, NULL, META_MAY_LACK_MOUNTS },
	{ "ipc_namespace", "Linux 2.6.19", "System V IPC of others", has_ipc,
	    wants_ipc, NULL, META_MAY_LACK_MOUNTS },
	{ "pid_namespace", "Linux 3.8", "processes of others, the end of the "
	    "tree", has_pids, wants_pids, NULL, 0 },
	{ "network_namespace", "Linux 3.0", "network modes loopback and proxy",
	    has_network, wants_network, NULL, 0 },
	{ "pidfd", "Linux 5.2", "supervised runs", has_pidfds,
	    wants_supervisor, NULL, 0 },
	{ "seccomp.listener", "Linux 5.19", "exec rules of the tree, hosts, "
	    "names that a supervisor keeps, --explain", has_listener,
	    wants_listener, NULL, 0 },
	{ "pidfd_getfd", "Linux 5.6", "hosts in network.connect, paths in "
	    "network.unix", has_getfd, wants_broker, NULL, 0 },
	{ "process_vm_readv", "Linux 3.2", "what a supervisor is asked about",
	    has_memory, wants_memory, NULL, 0 },
	{ "ptrace", "Linux 3.4", "exec rules of the tree", has_trace,
	    wants_trace, NULL, 0 },
};
#define NFEATURES	(sizeof(features) / sizeof(features[0]))

/* What there is instead of something missing and needed; NULL: nothing. */
static const char *
find_instead(const struct feature *f, const struct run *r, bool is_refused)
{
	if ((r->support.lost & f->bit) != 0)
		return "lost, as the policy allows";
	if (f->without != NULL)
		return f->without;
	if (f->bit == META_MAY_LACK_MOUNTS && r->fence.is_whole)
		return r->fence.is_alone ? "Landlock alone keeps them" :
		    "a supervisor keeps them";
	if (f->bit == META_MAY_LACK_MOUNTS && !is_refused)
		return "another sandbox keeps them already";
	/* A broker is refused there, see launch.c. */
	if (f->is_here == has_listener && !r->has_broker && notify_is_taken())
		return "another supervisor above is asked";
	return NULL;
}

int
features_check(const struct run *r, struct failure *f)
{
	for (size_t i = 0; i < NFEATURES; i++) {
		const struct feature *x = &features[i];

		/* The others were found out where they are used. */
		if (x->bit == 0 && x->is_needed(r) && !x->is_here(&r->support)
		    && find_instead(x, r, false) == NULL)
			return refuse(f, EXIT_RUNNER, 0, "the policies need ",
			    x->name, " (", x->since, "), which this kernel "
			    "lacks or another sandbox refuses", NULL);
	}
	return 0;
}

static void
put_text(struct report *rep, const struct feature *f, bool is_here,
    const char *effect)
{
	char line[512];
	struct text t;

	text_init(&t, line, sizeof(line));
	text_str(&t, f->name);
	while (t.len < 20)
		text_str(&t, " ");
	text_str(&t, is_here ? "yes  " : "no   ");
	text_str(&t, f->since);
	while (t.len < 52)
		text_str(&t, " ");
	text_str(&t, f->use);
	text_str(&t, ": ");
	text_str(&t, effect);
	report_item(rep, line);
}

static void
put_json(struct report *rep, const struct feature *f, bool is_here,
    bool is_needed, const char *effect)
{
	report_object(rep);
	report_str(rep, "feature", f->name);
	report_bool(rep, "here", is_here);
	report_str(rep, "since", f->since);
	report_str(rep, "use", f->use);
	report_bool(rep, "needed", is_needed);
	report_str(rep, "effect", effect);
	report_object_end(rep);
}

void
features_report(struct report *rep, const struct run *r, bool is_refused)
{
	report_list(rep, "features");
	for (size_t i = 0; i < NFEATURES; i++) {
		const struct feature *f = &features[i];
		bool is_here = f->is_here(&r->support);
		bool is_needed = r->policies.count > 0 && f->is_needed(r);
		const char *effect = !is_needed ? "not needed" : is_here ?
		    "used" : find_instead(f, r, is_refused);

		effect = effect == NULL ? "refused" : effect;
		if (rep->is_json)
			put_json(rep, f, is_here, is_needed, effect);
		else
			put_text(rep, f, is_here, effect);
	}
	report_list_end(rep);
}
