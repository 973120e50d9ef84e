/*
 * Instead of a look at everything before the command: what its file calls
 * name is looked at while they wait, and again at the end.  See left.h.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "runtime/left.h"

#define WATCHED_MAX	1024
#define TREES_MS	50	/* for all that is moved, together */

struct left_watched {
	const char *path;
	bool is_tree;
};

struct left_watch {
	struct left_watched list[WATCHED_MAX];
	size_t n;
	uint32_t spent_ms;
};

bool
left_watch_init(struct left *l)
{
	l->watch = scratch_alloc(l->mem, sizeof(*l->watch));
	return l->watch != NULL;
}

void
left_blind(struct left *l)
{
	if (l != NULL && l->watch != NULL && !l->is_after)
		l->is_blind = true;
}

/* By its own name, which says nothing of a tree, or as a part of one. */
static bool
is_watched(const struct left_watch *w, const char *path, bool as_tree)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].is_tree ?
		    path_is_within(path, w->list[i].path) :
		    !as_tree && strcmp(path, w->list[i].path) == 0)
			return true;
	return false;
}

bool
left_is_watched(const struct left *l, const char *path)
{
	return l->watch != NULL && is_watched(l->watch, path, false);
}

static bool
is_in_looked(const struct left *l, const char *path)
{
	for (size_t i = 0; i < l->nlooked; i++)
		if (path_is_within(path, l->roots[i]))
			return true;
	return false;
}

static uint32_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* As it is before the call. */
static void
watch(struct left *l, const char *path, bool is_tree)
{
	struct left_watch *w = l->watch;
	uint32_t from = now_ms();
	const char *kept;

	if (l->is_blind || is_watched(w, path, is_tree))
		return;
	kept = w->n < WATCHED_MAX ? scratch_dup(l->mem, path, strlen(path))
				  : NULL;
	if (kept == NULL || w->spent_ms >= TREES_MS) {
		l->is_blind = true;
		return;
	}
	if (is_tree)
		left_look_below(l, path, TREES_MS - w->spent_ms);
	else
		left_look_name(l, path);
	w->list[w->n++] = (struct left_watched){ kept, is_tree };
	if (is_tree)
		w->spent_ms += now_ms() - from;
}

/* What is git's only beside a HEAD, before there is one. */
static void
watch_git(struct left *l, const char *head)
{
	static const struct {
		char name[16];
		bool is_tree;
	} beside[] = {
		{ "config", false }, { "config.worktree", false },
		{ "commondir", false }, { "hooks", true },
		{ "rebase-merge", true },
	};
	char path[PATH_CAP];
	struct text t;

	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		text_init(&t, path, sizeof(path));
		text_bytes(&t, head, strlen(head) - 4);
		text_str(&t, beside[i].name);
		if (!t.is_cut)
			watch(l, path, beside[i].is_tree);
	}
}

void
left_touch(struct left *l, const char *path, enum left_touch how)
{
	const char *slash = strrchr(path, '/');

	if (l->watch == NULL || !is_in_looked(l, path))
		return;
	if (slash != NULL && strcmp(slash + 1, "HEAD") == 0)
		watch_git(l, path);
	if (how != LEFT_IF_NAMED || left_match(path) != NULL)
		watch(l, path, how == LEFT_TREE);
}

/* Once each: what is part of something larger is found there. */
static bool
is_part(const struct left_watch *w, size_t i)
{
	for (size_t k = 0; k < w->n; k++)
		if (k != i && w->list[k].is_tree &&
		    path_is_within(w->list[i].path, w->list[k].path))
			return true;
	return false;
}

void
left_watch_end(struct left *l)
{
	struct left_watch *w = l->watch;

	for (size_t i = 0; i < w->n; i++) {
		if (is_part(w, i))
			continue;
		if (w->list[i].is_tree)
			left_look_below(l, w->list[i].path, l->bounds.ms);
		else
			left_look_name(l, w->list[i].path);
	}
	if (!l->is_blind)
		return;
	/* What was not seen then is known by the time of its change. */
	l->was_cut = l->is_rest = true;
	left_walk(l);
}
