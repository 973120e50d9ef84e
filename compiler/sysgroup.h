/* Groups of system calls, shipped as data; they nest. */
#ifndef COMPILER_SYSGROUP_H
#define COMPILER_SYSGROUP_H

#include <stddef.h>

#define SYSGROUP_VERSION	1	/* of the lists below */
#define SYSGROUP_MAX_DEPTH	8

struct sysgroup {
	const char *name;	/* with its @ */
	const char *calls;	/* names and groups, blank-separated */
};

const struct sysgroup *sysgroup_at(size_t i);	/* NULL past the last */
const struct sysgroup *sysgroup_find(const char *name);

#endif
