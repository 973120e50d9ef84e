/*
 * Landlock's calls at the ABI that the kernel has.  All return -1 with errno
 * where the kernel refuses; who asks says what that means.
 */
#ifndef RUNTIME_LANDLOCK_H
#define RUNTIME_LANDLOCK_H

#include "runtime/kernel.h"

/* All file rights of an ABI. */
uint64_t landlock_fs_rights(int abi);

/* A ruleset that handles these; what the ABI has not is left out. */
int landlock_create(struct k_ll_ruleset set, int abi);

int landlock_allow_path(int ruleset, int fd, uint64_t rights);

/* K_LL_NET_* on every port from lo to hi. */
int landlock_allow_ports(int ruleset, uint64_t rights, uint64_t lo,
    uint64_t hi);

int landlock_enter(int ruleset);

#endif
