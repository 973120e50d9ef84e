/*
 * Shared by the halves of the checker: prove.c walks the program,
 * prove_policy.c evaluates the policy on what a path leaves possible.
 */
#ifndef COMPILER_PROVE_IMPL_H
#define COMPILER_PROVE_IMPL_H

#include "compiler/prove.h"
#include "compiler/sysnotify.h"
#include "compiler/vset.h"

#define PROVE_NWORDS	(sizeof(struct seccomp_data) / 4)
#define PROVE_NR	(offsetof(struct seccomp_data, nr) / 4)
#define PROVE_ARCH	(offsetof(struct seccomp_data, arch) / 4)
#define PROVE_IP	(offsetof(struct seccomp_data, instruction_pointer) / 4)
#define PROVE_ARGS	(offsetof(struct seccomp_data, args) / 4)

/* Every combination of one value a word; the words are independent. */
struct region {
	struct vset words[PROVE_NWORDS];
};

struct judge {
	const struct sysc_policy *p;
	struct vstack *st;
	struct region *g;	/* narrowed and restored */
	uint32_t got;		/* the program's action */
	uint32_t at;		/* its return */
	const struct prove_options *o;
	uint32_t asked[SYSNOTIFY_MAX];	/* with o->is_notifying */
	size_t nasked;
	size_t regions, max_regions;
	unsigned depth;
	struct prove_witness *w;
};

/* Is the policy's action `got' on all of g?  PROVE_OK, ACTION or EFFORT. */
int judge_region(struct judge *j);

#endif
