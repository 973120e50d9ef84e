/* Calls that are dangerous, and calls that do what others may not. */
#include "compiler/lint.h"

#include <string.h>

#include "compiler/sysname.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_NAMED	4	/* calls that one message explains */

/* --- dangerous calls -------------------------------------------------------- */

static const struct risky {
	const char *call, *why;
} risky[] = {
	{ "acct", "records all processes" },
	{ "add_key", "keys that outlive the process" },
	{ "bpf", "loads programs into the kernel" },
	{ "chroot", "moves what paths mean" },
	{ "create_module", "loads code into the kernel" },
	{ "delete_module", "unloads code of the kernel" },
	{ "finit_module", "loads code into the kernel" },
	{ "fsconfig", "mounts" },
	{ "fsmount", "mounts" },
	{ "fsopen", "mounts" },
	{ "init_module", "loads code into the kernel" },
	{ "io_uring_setup", "does the work of other calls unseen" },
	{ "ioperm", "talks to hardware" },
	{ "iopl", "talks to hardware" },
	{ "kexec_file_load", "replaces the kernel" },
	{ "kexec_load", "replaces the kernel" },
	{ "keyctl", "keys of other processes of the user" },
	{ "lookup_dcookie", "paths of other processes" },
	{ "modify_ldt", "16-bit code, a source of kernel bugs" },
	{ "mount", "mounts" },
	{ "mount_setattr", "mounts" },
	{ "move_mount", "mounts" },
	{ "open_by_handle_at", "opens files past their folders" },
	{ "open_tree", "mounts" },
	{ "perf_event_open", "measures other processes" },
	{ "pidfd_getfd", "takes files of other processes" },
	{ "pivot_root", "moves what paths mean" },
	{ "process_vm_readv", "reads memory of other processes" },
	{ "process_vm_writev", "writes memory of other processes" },
	{ "ptrace", "takes over other processes" },
	{ "quotactl", "changes limits of others" },
	{ "reboot", "stops the machine" },
	{ "request_key", "runs a program outside of the sandbox" },
	{ "setns", "enters the namespaces of others" },
	{ "settimeofday", "sets the clock" },
	{ "swapoff", "stops the machine in practice" },
	{ "swapon", "reads deleted memory" },
	{ "umount2", "uncovers what is mounted over" },
	{ "unshare", "gives privileges in new namespaces" },
	{ "userfaultfd", "stops the kernel halfway" },
	{ "vm86", "16-bit code, a source of kernel bugs" },
	{ "vm86old", "16-bit code, a source of kernel bugs" },
};

/* Does that item allow the call, whatever its arguments? */
static bool
allows(const struct lint *l, const struct lint_item *it, const char *call)
{
	const struct sysc_item *by;
	size_t i;
	int nr;

	for (i = 0; i < l->npolicies; i++) {
		nr = sysc_call_number(l->policies[i].arch, call);
		if (nr < 0)
			continue;
		by = lint_decider(&l->policies[i], (uint32_t)nr);
		if (by != NULL && by->rule == it->number)
			return true;
	}
	return false;
}

static void
check_risky(struct lint *l, const struct lint_item *it)
{
	const char *names = "";
	size_t i, n = 0;

	if (it->reason != NULL || !lint_is_allow(it->action))
		return;
	for (i = 0; i < LEN(risky); i++) {
		if (!allows(l, it, risky[i].call))
			continue;
		if (++n <= MAX_NAMED)
			names = arena_printf(l->a, "%s%s%s (%s)", names,
			    n > 1 ? ", " : "", risky[i].call, risky[i].why);
	}
	if (n == 0)
		return;
	if (n > MAX_NAMED)
		names = arena_printf(l->a, "%s and %zu more", names,
		    n - MAX_NAMED);
	lint_report(l, it->node->at, "%s allows %s; say why: reason: TEXT "
	    "beside the action", diag_quote(l->a, it->node->text), names);
}

void
lint_sys_risky(struct lint *l)
{
	lint_each_item(l, check_risky);
}

/* --- walkarounds ------------------------------------------------------------ */

/* A limit on the first call is none where the second is free. */
static const struct way {
	const char *limited, *by, *how;
} ways[] = {
	{ "clone", "clone3", "has its flags behind a pointer" },
	{ "unshare", "clone3", "makes namespaces too" },
	{ "unshare", "clone", "makes namespaces too" },
	{ "open", "openat", "opens files too" },
	{ "openat", "openat2", "has its flags behind a pointer" },
	{ "openat", "open", "opens files too" },
	{ "openat2", "openat", "opens files too" },
	{ "mprotect", "pkey_mprotect", "does the same" },
	{ "chmod", "fchmodat", "does the same" },
	{ "fchmodat", "fchmodat2", "does the same" },
	{ "chown", "fchownat", "does the same" },
	{ "kill", "pidfd_send_signal", "sends signals too" },
	{ "kill", "tgkill", "sends signals too" },
	{ "setxattr", "setxattrat", "does the same" },
	{ "mount", "move_mount", "mounts too" },
	{ "mount", "fsmount", "mounts too" },
	{ "socket", "socketcall", "makes sockets too" },
	{ "connect", "socketcall", "connects too" },
	{ "bind", "socketcall", "binds too" },
	{ "execve", "execveat", "executes too" },
	{ "execveat", "execve", "executes too" },
	{ "process_vm_writev", "ptrace", "writes memory too" },
};

static const struct way io_uring[] = {
	{ "socket", "io_uring_setup", "IORING_OP_SOCKET" },
	{ "connect", "io_uring_setup", "IORING_OP_CONNECT" },
	{ "bind", "io_uring_setup", "IORING_OP_BIND" },
	{ "listen", "io_uring_setup", "IORING_OP_LISTEN" },
	{ "accept4", "io_uring_setup", "IORING_OP_ACCEPT" },
	{ "openat", "io_uring_setup", "IORING_OP_OPENAT" },
	{ "openat2", "io_uring_setup", "IORING_OP_OPENAT2" },
	{ "unlinkat", "io_uring_setup", "IORING_OP_UNLINKAT" },
	{ "renameat2", "io_uring_setup", "IORING_OP_RENAMEAT" },
	{ "setxattr", "io_uring_setup", "IORING_OP_SETXATTR" },
	{ "sendmsg", "io_uring_setup", "IORING_OP_SENDMSG" },
};

/* Does a rule speak of the call, and not the default alone? */
static bool
is_ruled(const struct sysc_policy *p, uint32_t nr)
{
	const struct sysc_item *it;

	for (it = p->items; it < p->items + p->nitems; it++)
		if (nr >= it->lo && nr <= it->hi)
			return true;
	return false;
}

/*
 * Where the other call is free although this one is limited: the policy, or
 * -1.  A call that is merely not allowed counts only where it is asked for:
 * most policies leave out the older of two calls.
 */
static int
walked_around(const struct lint *l, const struct way *w, bool by_default)
{
	const struct sysc_policy *p;
	int limited, by;
	size_t i;

	for (i = 0; i < l->npolicies; i++) {
		p = &l->policies[i];
		limited = sysc_call_number(p->arch, w->limited);
		by = sysc_call_number(p->arch, w->by);
		if (limited >= 0 && by >= 0 &&
		    (by_default || is_ruled(p, (uint32_t)limited)) &&
		    lint_access(p, (uint32_t)limited) != LINT_ALWAYS &&
		    lint_access(p, (uint32_t)by) == LINT_ALWAYS)
			return (int)i;
	}
	return -1;
}

/* Where the call is let through: its item, or the default's line. */
static struct loc
place_of(const struct lint *l, int policy, const char *call)
{
	const struct sysc_policy *p = &l->policies[policy];
	int nr = sysc_call_number(p->arch, call);
	const struct sysc_item *by = lint_decider(p, (uint32_t)nr);
	uint32_t rule = by != NULL ? by->rule : p->rule_default;

	return rule != 0 ? l->ir->rules[rule - 1].loc : l->root->at;
}

void
lint_sys_walkaround(struct lint *l)
{
	const struct way *w;
	struct loc at;
	int policy;

	for (w = ways; w < ways + LEN(ways); w++) {
		policy = walked_around(l, w, false);
		if (policy == -1)
			continue;
		at = place_of(l, policy, w->by);
		if (lint_is_own(l, at))
			lint_report(l, at, "%s is limited, but %s is not, and "
			    "%s (on %s)", w->limited, w->by, w->how,
			    sysc_arch_by_audit(l->policies[policy].arch)->name);
	}
}

/* All in one finding: they are about one item. */
void
lint_sys_io_uring(struct lint *l)
{
	struct loc at = { .src = NULL };
	const char *names = "";
	const struct way *w;
	int policy;

	for (w = io_uring; w < io_uring + LEN(io_uring); w++) {
		policy = walked_around(l, w, true);
		if (policy == -1)
			continue;
		if (at.src == NULL)
			at = place_of(l, policy, w->by);
		names = arena_printf(l->a, "%s%s%s (%s)", names,
		    *names != '\0' ? ", " : "", w->limited, w->how);
	}
	if (at.src != NULL && lint_is_own(l, at))
		lint_report(l, at, "io_uring does what is limited elsewhere: "
		    "%s", names);
}
