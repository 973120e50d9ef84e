/*
 * One kernel mechanism each, in files of their own; the order is launch.c's.
 */
#ifndef RUNTIME_APPLY_H
#define RUNTIME_APPLY_H

#include "runtime/load.h"
#include "runtime/plan.h"
#include "runtime/support.h"

/* Closed standard descriptors lead to /dev/null; before anything is opened. */
int apply_standard_fds(struct failure *f);

/*
 * What every policy keeps stays open, all else will be closed by the exec;
 * kept descriptors that would be a way round are refused.
 */
int apply_fds(const struct policies *all, struct failure *f);

/* Bit N: every policy keeps descriptor N open. */
uint64_t apply_fds_kept(const struct policies *all);

/*
 * Namespaces of our own by CLONE_NEWNS, NEWIPC, NEWNET, that one with "lo" up.
 * 0; 1 where they are not to be had, all is as before and no network was asked
 * for; or -1.
 */
int apply_namespaces(int flags, struct failure *f);

/*
 * One for PIDs, that the next children live in; has_net: of who can make one
 * of networks as well.  0 or -1.
 */
int apply_pid_namespace(bool has_net, struct failure *f);

/*
 * The namespaces of the plan: for mounts with every bar and the working
 * directory in it, for the network mode loopback.  Where none is needed:
 * nothing.
 */
int apply_mounts(struct plan *plan, struct failure *f);

/* The same in a child that ends with it: could it be done? */
int apply_mounts_probe(struct plan *plan, struct failure *f);

/* Can we have a mount namespace at all, and change mounts in it? */
bool apply_mounts_work(void);

/* Hard and soft limits, only ever lowered. */
int apply_rlimits(const struct policies *all, struct failure *f);

/* A limit's name; *resource: the kernel's number, -1 where it has none. */
const char *apply_rlimit_name(uint32_t which, int *resource);

int apply_session(const struct policies *all, struct failure *f);

/* Give up every capability for good. */
int apply_capabilities(struct failure *f);

int apply_no_new_privs(struct failure *f);

/* One Landlock domain for each policy. */
int apply_landlock(const struct policies *all, const struct plan *plan,
    const struct support *s, struct failure *f);

/* One seccomp filter for each policy. */
int apply_seccomp(const struct policies *all, const struct support *s,
    struct failure *f);

#endif
