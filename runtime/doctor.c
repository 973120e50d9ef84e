/*
 * --doctor: see doctor.h.  Features are asked for, not read off a version;
 * a policy is judged by the code that would apply it.
 */
#include "runtime/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/features.h"
#include "runtime/keep.h"
#include "runtime/kernel.h"
#include "runtime/report.h"

static const struct {
	const char *name;
	uint32_t action;
} actions[] = {
	{ "seccomp_errno", K_SECCOMP_RET_ERRNO },
	{ "seccomp_kill_process", 0x80000000u },	/* 4.14 */
	{ "seccomp_user_notification", 0x7fc00000u },	/* 5.0 */
	{ "seccomp_log", 0x7ffc0000u },			/* 4.14 */
};

/* A small text file's number, or 0. */
static uint64_t
read_number(const char *path)
{
	char buf[32];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return text_parse_num(buf);
}

static void
put_kernel(struct report *rep, const struct support *s)
{
	struct utsname un;
	long errata = syscall(K_SYS_landlock_create_ruleset, NULL, 0,
	    K_LL_CREATE_RULESET_ERRATA);

	if (uname(&un) == 0)
		report_str(rep, "kernel", un.release);
	report_str(rep, "architecture", K_ARCH_NAME);
	report_num(rep, "landlock_abi", (uint64_t)s->landlock_abi);
	report_num(rep, "landlock_errata", errata > 0 ? (uint64_t)errata : 0);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		uint32_t action = actions[i].action;

		report_bool(rep, actions[i].name, syscall(SYS_seccomp,
		    K_SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0);
	}
	report_num(rep, "user_namespaces_at_most",
	    read_number("/proc/sys/user/max_user_namespaces"));
}

/* One item: what a part of the policy is worth here. */
static void
put_part(struct report *rep, const char *part, bool is_lost,
    const char *strength)
{
	char line[256];
	struct text t;

	text_init(&t, line, sizeof(line));
	text_str(&t, part);
	text_str(&t, ": ");
	text_str(&t, is_lost ? "lost, as the policy allows" : strength);
	report_item(rep, line);
}

static void
put_strengths(struct report *rep, struct run *r)
{
	const struct support *s = &r->support;
	struct bars *b = &r->plan.bars;

	report_list(rep, "strengths");
	put_part(rep, "read, write, exec paths",
	    (s->lost & META_MAY_LACK_LANDLOCK_FS) != 0, "hard (Landlock)");
	put_part(rep, "network ports",
	    (s->lost & META_MAY_LACK_LANDLOCK_NET) != 0,
	    "hard (Landlock, seccomp)");
	put_part(rep, "signals and abstract sockets",
	    (s->lost & META_MAY_LACK_LANDLOCK_SCOPE) != 0,
	    s->landlock_abi >= 6 ? "hard (Landlock)" :
	    "hard (PID namespace, session, seccomp)");
	if ((r->plan.namespaces & META_NS_PID) != 0)
		put_part(rep, "other processes, the end of the tree", false,
		    "hard (PID namespace)");
	if ((r->plan.namespaces & META_NS_IPC) != 0)
		put_part(rep, "System V IPC of others", false,
		    "hard (IPC namespace)");
	put_part(rep, "device ioctls", false, s->landlock_abi >= 5
	    ? "hard (Landlock)" : "not covered (Landlock ABI 5, Linux 6.10)");
	put_part(rep, "protected and denied paths",
	    (s->lost & META_MAY_LACK_MOUNTS) != 0, r->fence.is_alone ?
	    "hard (Landlock, for mounts are not to be had; the names in a "
	    "denied folder can be listed)" : r->fence.is_whole ?
	    "supervised (Landlock and a broker, for mounts are not to be "
	    "had; modes and times by the broker)" : !b->is_needed ?
	    "none that needs a mount" : "hard (mounts)");
	put_part(rep, "hosts, paths of Unix sockets", false, r->has_broker ?
	    "supervised (connect broker)" : "none that the policies list");
	put_part(rep, "network namespace", false, r->plan.is_loopback ?
	    r->plan.is_proxied ? "hard (the proxy is the only way out; "
	    "supervised which names it admits)" : "hard (loopback only)" : "none that the policies need");
	put_part(rep, "network mode, system calls",
	    (s->lost & META_MAY_LACK_SECCOMP) != 0, "hard (seccomp)");
	put_part(rep, "exec rules", false,
	    "consent on the first command, not a boundary");
	report_list_end(rep);
}

int
doctor_print(struct run *r, struct text *out)
{
	struct failure *f = &r->failure;
	bool is_kept = launch_prepare(r) == 0 &&
	    (apply_mounts_probe(&r->plan, f) == 0 || keep_without_mounts(r)) &&
	    features_check(r, f) == 0;
	struct report rep;
	char why[sizeof(f->what) + 128];
	struct text t;

	report_begin(&rep, out, r->options.wants_json);
	put_kernel(&rep, &r->support);
	features_report(&rep, r, !is_kept);
	report_list(&rep, "policies");
	for (size_t i = 0; i < r->policies.count; i++)
		report_item(&rep, r->policies.list[i].name);
	report_list_end(&rep);
	report_bool(&rep, "policies_can_be_kept", is_kept);
	if (!is_kept) {
		text_init(&t, why, sizeof(why));
		text_str(&t, f->what);
		text_str(&t, f->err != 0 ? ": " : "");
		text_str(&t, f->err != 0 ? strerror(f->err) : "");
		report_str(&rep, "reason", why);
	} else {
		put_strengths(&rep, r);
		report_names(&rep, "not_kept", r->plan.bars.absent,
		    r->plan.bars.are_absent_kept ? 0 : r->plan.bars.nabsent);
		report_names(&rep, "kept_supervised", r->plan.bars.supervised,
		    r->plan.bars.nsupervised);
		support_report_lost(&rep, &r->support);
	}
	report_end(&rep);
	return is_kept ? 0 : EXIT_RUNNER;
}
