/*
 * The dynamic loader as a command: see loader.h.  It is known by the name that
 * its file has in the end, whatever link led there.
 */
#include "runtime/loader.h"

#include <stdlib.h>
#include <string.h>

#include "blob/judge.h"

/* Does the policy list this very file, or everything? */
static bool
is_listed(const struct command *c, const struct policy *p,
    const struct plan *plan)
{
	struct stat st;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_rule *r = &plan->rules[i];

		if (r->policy != p || (r->rights & FS_EXEC) == 0)
			continue;
		if (strcmp(r->path, "/") == 0 || (!r->is_dir &&
		    stat(r->path, &st) == 0 && st.st_dev == c->st.st_dev &&
		    st.st_ino == c->st.st_ino))
			return true;
	}
	return false;
}

int
loader_check(const struct command *c, const struct policies *all,
    const struct plan *plan, bool is_ruled, struct failure *f)
{
	char real[PATH_CAP];

	if (is_ruled && realpath(c->path, real) != NULL &&
	    judge_is_loader(real))
		return refuse(f, EXIT_DENIED, 0, "denied: exec ", c->path,
		    ": the dynamic loader runs files that no rule can name",
		    NULL);
	for (size_t i = 0; i < all->count; i++)
		if (!is_listed(c, &all->list[i], plan) &&
		    realpath(c->path, real) != NULL && judge_is_loader(real))
			return refuse(f, EXIT_DENIED, 0, "denied: exec ",
			    c->path, ": the dynamic loader runs any file, and "
			    "filesystem.exec does not list it", NULL);
	return 0;
}
