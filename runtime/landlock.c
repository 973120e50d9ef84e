/* Landlock's calls: see landlock.h. */
#include "runtime/landlock.h"

#include <stddef.h>
#include <unistd.h>

uint64_t
landlock_fs_rights(int abi)
{
	static const uint64_t all[] = {
		0, (1u << 13) - 1, (1u << 14) - 1, (1u << 15) - 1,
		(1u << 15) - 1, (1u << 16) - 1,
	};

	return all[abi < 5 ? abi : 5];
}

int
landlock_create(struct k_ll_ruleset set, int abi)
{
	size_t size = abi >= 6 ? sizeof(set)
	    : abi >= 4 ? offsetof(struct k_ll_ruleset, scoped)
		       : offsetof(struct k_ll_ruleset, net);

	set.fs &= landlock_fs_rights(abi);
	return (int)syscall(K_SYS_landlock_create_ruleset, &set, size, 0);
}

int
landlock_allow_path(int ruleset, int fd, uint64_t rights)
{
	struct k_ll_path rule = { .allowed = rights, .parent_fd = fd };

	return (int)syscall(K_SYS_landlock_add_rule, ruleset,
	    K_LL_RULE_PATH_BENEATH, &rule, 0);
}

int
landlock_allow_ports(int ruleset, uint64_t rights, uint64_t lo, uint64_t hi)
{
	struct k_ll_port rule = { .allowed = rights };

	for (rule.port = lo; rule.port <= hi; rule.port++)
		if (syscall(K_SYS_landlock_add_rule, ruleset,
		    K_LL_RULE_NET_PORT, &rule, 0) < 0)
			return -1;
	return 0;
}

int
landlock_enter(int ruleset)
{
	return (int)syscall(K_SYS_landlock_restrict_self, ruleset, 0);
}
