/*
 * What this kernel offers and what a policy needs: see support.h.
 *
 * Landlock before ABI 3 does not see truncation, so a policy that limits
 * writes needs 3; scopes are ABI 6; ports ABI 4.  ioctl on devices (ABI 5)
 * is no promise of the policy language: its lack is recorded, not refused.
 */
#include "runtime/support.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "runtime/apply.h"
#include "runtime/broker.h"
#include "runtime/kernel.h"
#include "runtime/text.h"

#define NOT_LANDLOCK	0

static const struct {
	uint32_t bit;
	const char *name;
	int abi;		/* or NOT_LANDLOCK */
	const char *needs;
} layers[] = {
	{ META_MAY_LACK_LANDLOCK_FS, "landlock.fs", 3,
	    "Landlock ABI 3, Linux 6.2" },
	{ META_MAY_LACK_LANDLOCK_NET, "landlock.net", 4,
	    "Landlock ABI 4, Linux 6.7" },
	{ META_MAY_LACK_LANDLOCK_SCOPE, "landlock.scope", 6,
	    "Landlock ABI 6, Linux 6.12" },
	{ META_MAY_LACK_SECCOMP, "seccomp", NOT_LANDLOCK, "Linux 4.14" },
	{ META_MAY_LACK_MOUNTS, "mounts", NOT_LANDLOCK, "" },
};
#define NLAYERS	(sizeof(layers) / sizeof(layers[0]))

const char *
support_name(uint32_t bit)
{
	for (size_t i = 0; i < NLAYERS; i++)
		if (layers[i].bit == bit)
			return layers[i].name;
	return "?";
}

void
support_report_lost(struct report *rep, const struct support *s)
{
	report_list(rep, "lost");
	for (size_t i = 0; i < NLAYERS; i++)
		if ((s->lost & layers[i].bit) != 0)
			report_item(rep, layers[i].name);
	report_list_end(rep);
}

/* Whether mounts can be had is found out where some are needed. */
static bool
has_layer(const struct support *s, size_t i, const struct policy *p)
{
	if (layers[i].bit == META_MAY_LACK_MOUNTS ||
	    (layers[i].bit == META_MAY_LACK_LANDLOCK_SCOPE &&
	    s->has_seccomp && judge_keeps_scope(&p->meta)))
		return true;
	return layers[i].abi == NOT_LANDLOCK ? s->has_seccomp
	    : s->landlock_abi >= layers[i].abi;
}

/* A call that the kernel knows refuses these arguments by another name. */
bool
support_has_call(long nr)
{
	return syscall(nr, -1, NULL, NULL, 0) >= 0 || errno != ENOSYS;
}

void
support_probe(struct support *s)
{
	uint32_t action = K_SECCOMP_RET_ERRNO;
	long abi = syscall(K_SYS_landlock_create_ruleset, NULL, 0,
	    K_LL_CREATE_RULESET_VERSION);

	*s = (struct support){ .landlock_abi = abi > 0 ? (int)abi : 0 };
	s->has_seccomp = syscall(SYS_seccomp, K_SECCOMP_GET_ACTION_AVAIL, 0,
	    &action) == 0;
}

/* All that is missing and may not be, so that one run tells it. */
static int
check_kernel(struct support *s, const struct policy *p, bool has_ports,
    struct failure *f)
{
	char missing[256];
	struct text t;

	text_init(&t, missing, sizeof(missing));
	for (size_t i = 0; i < NLAYERS; i++) {
		if (has_layer(s, i, p) ||
		    (layers[i].bit == META_MAY_LACK_LANDLOCK_NET &&
		    !has_ports))
			continue;
		if ((p->meta.may_lack & layers[i].bit) != 0) {
			s->lost |= layers[i].bit;
			continue;
		}
		text_str(&t, t.len > 0 ? ", " : "");
		text_str(&t, layers[i].name);
		text_str(&t, " (");
		text_str(&t, layers[i].needs);
		text_str(&t, ")");
	}
	if (t.len == 0)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, "policy \"", p->name, "\" needs ",
	    missing, ", which this kernel lacks", NULL);
}

/* Are there some who want mounts, and do all allow that there are none? */
static bool
may_lack_mounts(const struct policies *all)
{
	bool is_wanted = false;
	struct blob_fs fs;

	for (size_t i = 0; i < all->count; i++)
		for (uint32_t k = 0; blob_fs_get(&all->list[i].blob, k,
		    &fs) == BLOB_OK; k++) {
			if ((fs.rights & FS_BARS) == 0)
				continue;
			if ((all->list[i].meta.may_lack &
			    META_MAY_LACK_MOUNTS) == 0)
				return false;
			is_wanted = true;
		}
	return is_wanted;
}

void
support_check_mounts(struct support *s, const struct policies *all,
    struct plan *plan)
{
	struct failure why;

	if (!plan->bars.is_needed || !may_lack_mounts(all) ||
	    apply_mounts_probe(plan, &why) == 0)
		return;
	plan->bars.are_unavailable = true;
	s->lost |= META_MAY_LACK_MOUNTS;
	plan->bars.is_needed = false;
}

int
support_check(struct support *s, const struct policy *p, struct failure *f)
{
	struct blob_net_head net = { 0 };

	/* No section grants nothing: no network. */
	(void)blob_net_head_get(&p->blob, &net);
	if (broker_is_needed_by(p) && (!support_has_call(K_SYS_pidfd_open) ||
	    !support_has_call(K_SYS_pidfd_getfd)))
		return refuse(f, EXIT_RUNNER, 0, "policy \"", p->name,
		    "\" lists hosts or paths of sockets, for which "
		    "pidfd_getfd (Linux 5.6) is needed, which this kernel "
		    "lacks", NULL);
	return check_kernel(s, p, net.mode == BLOB_NET_PORTS, f);
}
