/*
 * The meaning of a system call policy, item by item, as plainly as it can
 * be written; and random policies.
 */
#ifndef TESTS_LIB_NAIVE_H
#define TESTS_LIB_NAIVE_H

#include <linux/seccomp.h>

#include "compiler/sysc.h"

/* What happens to a call. */
uint32_t naive_action(const struct sysc_policy *p,
    const struct seccomp_data *call);

/* A repeatable sequence of numbers. */
struct naive_rng {
	uint64_t state;
};
uint64_t naive_random(struct naive_rng *r);

/* A policy of some items with conditions of every kind. */
void naive_random_policy(struct naive_rng *r, struct arena *a, uint32_t arch,
    struct sysc_policy *out);
/* A call at or near the numbers and values that the policy names. */
void naive_random_call(struct naive_rng *r, const struct sysc_policy *p,
    struct seccomp_data *call);
/*
 * A policy in the shape of a container runtime's: some 370 calls of 460 are
 * allowed, in some 45 ranges, ten of them by their arguments.
 */
void naive_container_policy(struct arena *a, uint32_t arch,
    struct sysc_policy *out);

#endif
