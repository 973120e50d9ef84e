/* What only a supervisor can keep: see keep.h. */
#include "runtime/keep.h"

#include <errno.h>
#include <sys/stat.h>

#include "runtime/held.h"
#include "runtime/launch.h"

/* The names of all that, for who reports. */
static int
list_kept(struct run *r)
{
	struct bars *b = &r->plan.bars;

	b->supervised = scratch_alloc(&r->mem, (b->nabsent + b->count + 1) *
	    sizeof(*b->supervised));
	b->nsupervised = 0;
	if (b->supervised == NULL)
		return -1;
	for (size_t i = 0; i < b->nabsent; i++)
		b->supervised[b->nsupervised++] = b->absent[i];
	for (size_t i = 0; r->fence.is_whole && i < b->count; i++)
		if ((b->list[i].kind & (BAR_KEEP | BAR_HIDE)) != 0)
			b->supervised[b->nsupervised++] = b->list[i].path;
	return 0;
}

static int
plan(struct run *r, bool is_whole)
{
	if (fence_plan(&r->fence, &r->plan, is_whole, &r->mem) < 0 ||
	    list_kept(r) < 0)
		return -1;
	r->plan.bars.are_absent_kept = r->fence.is_on;
	return 0;
}

int
keep_plan(struct run *r)
{
	const struct bars *b = &r->plan.bars;

	if (b->nabsent == 0 || r->mode != RUN_SUPERVISED || r->fence.is_on ||
	    r->support.landlock_abi < FENCE_ABI || !names_work())
		return 0;
	if (plan(r, false) == 0)
		return 0;
	return refuse(&r->failure, EXIT_RUNNER, 0, "too many folders hold "
	    "names that are not there: ", b->absent[0], NULL);
}

/* No rule of Landlock keeps a socket from being connected. */
static bool
denies_socket(const struct bars *b)
{
	struct stat st;

	for (size_t i = 0; i < b->count; i++)
		if ((b->list[i].kind & BAR_HIDE) != 0 &&
		    (lstat(b->list[i].path, &st) < 0 ||
		    S_ISSOCK(st.st_mode)))
			return true;
	return false;
}

static bool
stand_in(struct run *r)
{
	struct bars *b = &r->plan.bars;

	if (r->fence.is_whole || r->plan.is_loopback || r->options.is_strict ||
	    r->support.landlock_abi < FENCE_ABI || denies_socket(b) ||
	    plan(r, true) < 0)
		return false;
	/* Within a sandbox that lets no name be made, none has to be. */
	r->fence.is_alone = !names_work();
	if (r->fence.is_alone && !bars_are_shut(r->fence.closed,
	    r->fence.nclosed))
		return false;
	bars_look_open(b);
	b->is_needed = false;
	if (r->fence.is_alone) {
		b->nsupervised = 0;
		return true;
	}
	r->mode = RUN_SUPERVISED;
	b->is_rest_supervised = b->is_rest_open;
	b->is_rest_open = false;
	return true;
}

bool
keep_without_mounts(struct run *r)
{
	struct bars *b = &r->plan.bars;
	const struct fence before = r->fence;
	const bool was_kept = b->are_absent_kept;
	const size_t n = b->nsupervised;
	const char **names = b->supervised;

	/* What is asked for by name nothing stands in for. */
	if (r->plan.namespaces != 0)
		return false;
	if (stand_in(r))
		return true;
	r->fence = before;
	b->are_absent_kept = was_kept;
	b->nsupervised = n;
	b->supervised = names;
	b->are_accepted = b->are_held;
	return b->are_accepted;
}

int
keep_prepare(struct run *r)
{
	if (!r->fence.is_on || r->fence.is_alone)
		return 0;
	if (r->names == NULL)
		r->names = scratch_alloc(&r->mem, sizeof(*r->names));
	if (r->names == NULL || launch_denials(r) < 0)
		return refuse(&r->failure, EXIT_RUNNER, ENOMEM, "names",
		    NULL);
	r->names->s = (struct names_setup){
		.fence = &r->fence, .bars = &r->plan.bars,
		.all = &r->policies, .vars = &r->command.judged.vars,
		.log = &r->log,
	};
	return 0;
}
