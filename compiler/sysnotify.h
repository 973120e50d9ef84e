/*
 * The policy of a supervised run: what it would refuse, execs, and calls that
 * the supervisor makes itself become notifications.
 *
 * Per call, of the action that the policy gives it:
 *
 *	errno by an item or the default		notify
 *	allow or log of a call asked about	notify
 *	all else				as it is
 *
 * Calls newer than the table and of another ABI are not asked about: no
 * supervisor could tell what they are.
 */
#ifndef COMPILER_SYSNOTIFY_H
#define COMPILER_SYSNOTIFY_H

#include "compiler/sysc.h"

#define SYSNOTIFY_MAX	16	/* calls asked about */

/*
 * Numbers of the calls that are asked about even where they are allowed, in
 * ascending order: execve, execveat, and what flags (BPFN_F_*) add.  Returns
 * how many there are.
 */
size_t sysnotify_calls(uint32_t arch, unsigned flags,
    uint32_t numbers[SYSNOTIFY_MAX]);

/* The policy for the generator; it borrows p's atoms. */
void sysnotify_policy(struct arena *a, const struct sysc_policy *p,
    unsigned flags, struct sysc_policy *out);

#endif
