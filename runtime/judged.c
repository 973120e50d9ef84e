/* What a command's files are judged with: see judged.h. */
#include "runtime/judged.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool
has_programs(const struct policies *all)
{
	struct blob_span s;

	for (size_t i = 0; i < all->count; i++)
		if (blob_section(&all->list[i].blob, BLOB_PROG, 0, &s) ==
		    BLOB_OK)
			return true;
	return false;
}

int
judged_init(struct judged *j, const struct policies *all,
    bool is_wanted, struct vars *v, struct scratch *mem, struct failure *f)
{
	bool is_needed = has_programs(all);
	struct vars other;
	char cwd[PATH_CAP];

	*j = (struct judged){ .cwd = NULL };
	if (!is_wanted && !is_needed)
		return 0;
	for (unsigned i = 0; i < BLOB_NVARS; i++)
		if (i != BLOB_VAR_WORKSPACE)
			j->vars.value[i] = vars_get(v, (enum blob_var)i);
	if (vars_other_home(v, &other))
		j->vars.other_home = other.value[BLOB_VAR_HOME];
	j->vars.workspaces = v->workspaces;
	j->vars.nworkspaces = v->nworkspaces;
	/* "(unreachable)/..." is what lies outside our root. */
	if (getcwd(cwd, sizeof(cwd)) == NULL || cwd[0] != '/')
		return !is_needed && errno == ENOENT ? 0 : refuse(f,
		    EXIT_RUNNER, errno, "no absolute path for "
		    "the working directory", NULL);
	j->cwd = scratch_dup(mem, cwd, strlen(cwd));
	return j->cwd != NULL ? 0 : refuse(f, EXIT_RUNNER, errno,
	    "no memory", NULL);
}
