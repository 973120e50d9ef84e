/*
 * The bars of a run as a list: in order, without the needless, and what is to
 * be said of them.  See bars.h.
 */
#include "runtime/bars.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/plan.h"

/* Outer ones first: what holds another is shorter. */
static void
sort_by_length(struct bars *b)
{
	for (size_t i = 1; i < b->count; i++) {
		struct bar bar = b->list[i];
		size_t k = i, n = strlen(bar.path);

		for (; k > 0 && strlen(b->list[k - 1].path) > n; k--)
			b->list[k] = b->list[k - 1];
		b->list[k] = bar;
	}
}

/* What is left of a bar that outer ones do not do. */
static unsigned
uncovered(const struct bars *b, const struct bar *in, size_t n)
{
	unsigned open = in->kind;

	for (size_t k = 0; k < n; k++) {
		unsigned out = b->list[k].kind;

		if (!path_is_within(in->path, b->list[k].path))
			continue;
		if ((out & BAR_HIDE) != 0)
			open = 0;
		else if ((out & BAR_KEEP) != 0)
			open &= BAR_HIDE | BAR_NOEXEC;
		else if ((out & BAR_ROOT) != 0)
			open &= ~(unsigned)BAR_ROOT;
		if ((out & BAR_NOEXEC) != 0)
			open &= ~(unsigned)BAR_NOEXEC;
	}
	return open;
}

void
bars_tidy(struct bars *b)
{
	size_t n = 0;

	sort_by_length(b);
	for (size_t i = 0; i < b->count; i++) {
		b->list[n] = b->list[i];
		b->list[n].kind = (uint16_t)uncovered(b, &b->list[i], n);
		n += b->list[n].kind != 0;
	}
	b->count = n;
}

bool
bars_are_supervised(const struct bars *b, const char *path)
{
	for (size_t i = 0; i < b->nsupervised; i++)
		if (path_is_within(path, b->supervised[i]))
			return true;
	return false;
}

bool
bars_hide(const struct bars *b, const char *path)
{
	for (size_t i = 0; i < b->count; i++)
		if ((b->list[i].kind & BAR_HIDE) != 0 &&
		    path_is_within(path, b->list[i].path))
			return true;
	return false;
}

/* Landlock has no rule for what is not there. */
void
bars_drop_hidden(const struct bars *b, struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (!bars_hide(b, plan->rules[i].path))
			plan->rules[n++] = plan->rules[i];
		else if (plan->rules[i].fd >= 0)
			close(plan->rules[i].fd);
	plan->count = n;
}

int
bars_list_files(struct bars *b, struct scratch *mem)
{
	b->files = scratch_alloc(mem, 2 * (b->count + 1) * sizeof(*b->files));
	if (b->files == NULL)
		return -1;
	b->linked = b->files + b->count + 1;
	for (size_t i = 0; i < b->count; i++) {
		const struct bar *bar = &b->list[i];

		if (bar->is_dir || (bar->kind & (BAR_KEEP | BAR_HIDE)) == 0)
			continue;
		b->files[b->nfiles++] = bar->path;
		if (bar->has_links)
			b->linked[b->nlinked++] = bar->path;
	}
	return 0;
}

static void
bring_forward(const char **list, size_t i, size_t *front)
{
	const char *name = list[i];

	list[i] = list[*front];
	list[(*front)++] = name;
}

static bool
is_replaced(const struct bars *b, const char *path)
{
	struct stat st;

	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->list[i].path, path) == 0)
			return lstat(path, &st) < 0 ||
			    st.st_dev != b->list[i].dev ||
			    st.st_ino != b->list[i].ino;
	return false;
}

void
bars_look_again(struct bars *b)
{
	struct stat st;

	for (size_t i = 0; i < b->nabsent; i++)
		if (lstat(b->absent[i], &st) == 0)
			bring_forward(b->absent, i, &b->nappeared);
	for (size_t i = 0; b->is_needed && i < b->nfiles; i++)
		if (is_replaced(b, b->files[i]))
			bring_forward(b->files, i, &b->nreplaced);
}
