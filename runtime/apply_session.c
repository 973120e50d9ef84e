/*
 * A new session, if a policy wants one; who leads a process group can't have
 * one, so that a supervised child does this.  `auto' leaves the session alone:
 * in place there is nobody to pass signals on, so leaving the session would
 * take job control and the caller's process-group signals away; the shipped
 * policies keep terminal injection out by their filters.
 */
#include "runtime/apply.h"

#include <errno.h>
#include <unistd.h>

int
apply_session(const struct policies *all, struct failure *f)
{
	bool is_wanted = false;

	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].meta.new_session == BLOB_YES)
			is_wanted = true;
	if (!is_wanted || setsid() >= 0)
		return 0;
	return refuse(f, EXIT_RUNNER, errno, "new session", NULL);
}
