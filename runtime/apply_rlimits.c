/* Resource limits. */
#include "runtime/apply.h"

#include <errno.h>
#include <sys/resource.h>

static const struct {
	int resource;		/* the kernel's number, -1: not one */
	const char *name;
} table[BLOB_NLIMITS] = {
	[BLOB_LIM_CPU] = { RLIMIT_CPU, "cpu" },
	[BLOB_LIM_FSIZE] = { RLIMIT_FSIZE, "fsize" },
	[BLOB_LIM_DATA] = { RLIMIT_DATA, "data" },
	[BLOB_LIM_STACK] = { RLIMIT_STACK, "stack" },
	[BLOB_LIM_CORE] = { RLIMIT_CORE, "core" },
	[BLOB_LIM_NPROC] = { RLIMIT_NPROC, "nproc" },
	[BLOB_LIM_NOFILE] = { RLIMIT_NOFILE, "nofile" },
	[BLOB_LIM_MEMLOCK] = { RLIMIT_MEMLOCK, "memlock" },
	[BLOB_LIM_AS] = { RLIMIT_AS, "as" },
	[BLOB_LIM_WALL] = { -1, "wall" },	/* kept by a supervisor */
};

const char *
apply_rlimit_name(uint32_t which, int *resource)
{
	*resource = which < BLOB_NLIMITS ? table[which].resource : -1;
	return which < BLOB_NLIMITS ? table[which].name : "?";
}

/* A soft limit above the new hard one comes down with it. */
static int
lower(uint32_t which, uint64_t value, struct failure *f)
{
	struct rlimit now;

	if (which >= BLOB_NLIMITS || table[which].resource < 0)
		return refuse(f, EXIT_RUNNER, 0, "unknown limit", NULL);
	if (getrlimit(table[which].resource, &now) < 0)
		return refuse(f, EXIT_RUNNER, errno, table[which].name, NULL);
	if (value < now.rlim_max)
		now.rlim_max = value;
	if (now.rlim_cur > now.rlim_max)
		now.rlim_cur = now.rlim_max;
	if (setrlimit(table[which].resource, &now) < 0)
		return refuse(f, EXIT_RUNNER, errno, table[which].name, NULL);
	return 0;
}

int
apply_rlimits(const struct policies *all, struct failure *f)
{
	struct blob_limit_entry e;

	for (size_t i = 0; i < all->count; i++)
		for (uint32_t k = 0;
		    blob_limit_get(&all->list[i].blob, k, &e) == BLOB_OK; k++)
			/* That one is the supervisor's. */
			if (e.resource != BLOB_LIM_WALL &&
			    lower(e.resource, e.value, f) < 0)
				return -1;
	return 0;
}
