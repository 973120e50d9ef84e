/*
 * Capabilities: all go, in every profile.  They can do what no path rule
 * sees (raw sockets, modules, other users' processes), and a policy that
 * needed one would have to say so.  So root is an ordinary user that owns
 * root's files; files of others are not writable for it any more.
 *
 * no_new_privs keeps an exec from regaining any, whatever the file; for uid 0
 * securebits do too, as two locks do not fail together.  The bounding set is
 * left alone: it would bar what no_new_privs bars, and costs one call for
 * each capability, which was a fifth of a launch by root.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/kernel.h"

int
apply_capabilities(struct failure *f)
{
	struct k_cap_header head = { .version = K_CAP_VERSION_3 };
	struct k_cap_data cap[2];

	if (syscall(SYS_capget, &head, cap) < 0)
		return refuse(f, EXIT_RUNNER, errno, "capget", NULL);
	if ((cap[0].permitted | cap[1].permitted) == 0)
		return 0;
	/* Without CAP_SETPCAP no_new_privs alone is the lock. */
	if ((cap[0].effective >> K_CAP_SETPCAP & 1) != 0 &&
	    prctl(PR_SET_SECUREBITS, K_SECUREBITS_ALL_LOCKED, 0, 0, 0) < 0)
		return refuse(f, EXIT_RUNNER, errno, "securebits", NULL);
	cap[0] = cap[1] = (struct k_cap_data){ 0 };
	if (syscall(SYS_capset, &head, cap) < 0)
		return refuse(f, EXIT_RUNNER, errno, "capset", NULL);
	return 0;
}

int
apply_no_new_privs(struct failure *f)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return refuse(f, EXIT_RUNNER, errno, "no_new_privs", NULL);
	return 0;
}
