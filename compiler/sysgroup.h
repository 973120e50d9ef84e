/* Groups of system calls, shipped as data; they nest. */
#ifndef COMPILER_SYSGROUP_H
#define COMPILER_SYSGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSGROUP_VERSION	2	/* of the lists */
#define SYSGROUP_MAX_DEPTH	8	/* of groups within groups */
#define SYSROWS_MAX		512	/* rows that a set can hold */

/* A set of rows of the table of calls. */
struct sysrows {
	uint64_t bits[SYSROWS_MAX / 64];
};

static inline bool
sysrows_has(const struct sysrows *s, size_t row)
{
	return s->bits[row / 64] >> row % 64 & 1;
}

static inline void
sysrows_add(struct sysrows *s, size_t row)
{
	s->bits[row / 64] |= 1ull << row % 64;
}

struct sysgroup {
	const char *name;	/* with its @ */
	const char *calls;	/* names and groups, blank-separated */
};

const struct sysgroup *sysgroup_at(size_t i);	/* NULL past the last */
const struct sysgroup *sysgroup_find(const char *name);

/* Add the group's calls to *out; false: there is no such group. */
bool sysgroup_expand(const char *name, struct sysrows *out);

#endif
