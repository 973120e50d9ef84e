/*
 * A process locks itself down: the steps of a run in place, from the plan to
 * the filter, without a command.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "library/policy.h"
#include "runtime/apply.h"
#include "runtime/given.h"
#include "runtime/broker.h"
#include "runtime/plan.h"
#include "runtime/ruling.h"
#include "runtime/support.h"

/* Landlock and the filter hold for one thread and what it starts. */
static int
check_threads(struct failure *f)
{
	struct stat st;

	if (stat("/proc/self/task", &st) < 0)
		return refuse(f, EXIT_RUNNER, errno, "/proc/self/task", NULL);
	if (st.st_nlink != 3)
		return refuse(f, EXIT_RUNNER, EBUSY,
		    "the process has several threads", NULL);
	return 0;
}

/* What no process can keep for itself. */
static int
check_alone(const struct policies *all, struct failure *f)
{
	struct blob_limit_entry e;

	for (size_t i = 0; i < all->count; i++) {
		const struct policy *p = &all->list[i];
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&p->blob, &net);
		if (broker_is_needed_by(p) || net.mode == BLOB_NET_PROXY)
			return refuse(f, EXIT_RUNNER, 0, "hosts, domains and "
			    "paths of sockets need a supervisor: "
			    "codexpolicy_run", NULL);
		if (ruling_has_scope(p) && !ruling_is_open(p))
			return refuse(f, EXIT_RUNNER, 0, "exec rules for the "
			    "whole tree need a supervisor: codexpolicy_run",
			    NULL);
		if ((p->meta.namespaces & META_NS_PID) != 0)
			return refuse(f, EXIT_RUNNER, 0, "process.namespaces "
			    "pid needs a supervisor: codexpolicy_run", NULL);
		for (uint32_t k = 0; blob_limit_get(&p->blob, k, &e) == BLOB_OK; k++)
			if (e.resource == BLOB_LIM_WALL)
				return refuse(f, EXIT_RUNNER, 0, "limits.wall "
				    "needs a supervisor: codexpolicy_run",
				    NULL);
	}
	return 0;
}

static int
find_out(struct codexpolicy *c, struct support *s, struct plan *plan,
    struct failure *f)
{
	if (check_threads(f) < 0 || check_alone(&c->all, f) < 0)
		return -1;
	support_probe(s);
	for (size_t i = 0; i < c->all.count; i++)
		if (support_check(s, &c->all.list[i], f) < 0)
			return -1;
	if (plan_build(plan, &c->all, &c->vars, f) < 0)
		return -1;
	support_check_mounts(s, &c->all, plan);
	return 0;
}

static int
lock_down(const struct policies *all, const struct support *s,
    struct plan *plan, struct failure *f)
{
	if (apply_fds(all, f) < 0 || apply_mounts(plan, f) < 0 ||
	    given_reopen(all, &plan->bars, f) < 0 ||
	    apply_rlimits(all, f) < 0 || apply_session(all, f) < 0 ||
	    apply_capabilities(f) < 0 || apply_no_new_privs(f) < 0 ||
	    apply_landlock(all, plan, s, f) < 0)
		return -1;
	return apply_seccomp(all, s, f);
}

/* The plan is made of a copy: the policy itself never changes. */
int
codexpolicy_apply(const struct codexpolicy *policy,
    struct codexpolicy_error *e)
{
	struct codexpolicy c = *policy;
	struct failure f = { .status = EXIT_RUNNER };
	struct support s = { .landlock_abi = 0 };
	struct plan plan = { .count = 0 };
	int r = 0;

	c.vars.mem = &c.mem;
	if (find_out(&c, &s, &plan, &f) < 0 ||
	    lock_down(&c.all, &s, &plan, &f) < 0)
		r = policy_fail(&f, e);
	/* They lead past the mounts, and there is no exec to close them. */
	plan_close(&plan);
	/* The next one counts on zeroes there. */
	memset(c.mem.p + policy->mem.len, 0, c.mem.len - policy->mem.len);
	return r;
}
