/*
 * Before and after: see left.h.  What was there is remembered by digests of
 * its name and of what counts in it, so that nothing is trusted that a command
 * could set, and rewriting a file as it was is no change.
 */
#include "runtime/left.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define SLOTS		4096u		/* a power of two */
#define MAX_SEEN	(SLOTS / 4 * 3)
#define LINES_MAX	10
#define ID_LEN		16

struct left_seen {
	uint8_t name[ID_LEN], what[ID_LEN];
};

/* A run that only records must not wait for it; a verdict is worth waiting. */
static const struct left_bounds short_look = {
	.names = 50000, .depth = 40, .ms = 50,
}, long_look = {
	.names = 100000, .depth = 40, .ms = 2000,
};

static void
identify(const struct left_found *x, struct left_seen *id)
{
	uint8_t digest[SHA256_LEN], kind = (uint8_t)x->kind;
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, &kind, 1);
	sha256_update(&h, x->path, strlen(x->path));
	sha256_final(&h, digest);
	memcpy(id->name, digest, ID_LEN);
	memcpy(id->what, x->digest, ID_LEN);
}

/* The slot that holds the name, or that is free for it. */
static struct left_seen *
slot_of(const struct left *l, const struct left_seen *id)
{
	static const struct left_seen none;
	uint32_t at = id->name[0] | (uint32_t)id->name[1] << 8;
	struct left_seen *s;

	for (;; at++) {
		s = &l->seen[at % SLOTS];
		if (memcmp(s->name, id->name, ID_LEN) == 0 ||
		    memcmp(s, &none, sizeof(none)) == 0)
			return s;
	}
}

static void
remember(struct left *l, const struct left_seen *id)
{
	if (l->nseen == MAX_SEEN) {
		l->was_cut = true;
		return;
	}
	*slot_of(l, id) = *id;
	l->nseen++;
}

static bool
is_older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	    (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Where not all could be remembered, the time of change has to do. */
static bool
was_there(const struct left *l, const struct left_found *x,
    const struct left_seen *id)
{
	return memcmp(slot_of(l, id), id, sizeof(*id)) == 0 ||
	    (l->was_cut && x->kind != LEFT_UNSEEN &&
	    is_older(&x->changed, &l->begun));
}

static void
list(struct left *l, const struct left_found *x)
{
	struct left_item item = {
		.kind = x->kind,
		.path = scratch_dup(l->mem, x->path, strlen(x->path)),
		.detail = scratch_dup(l->mem, x->detail, strlen(x->detail)),
	};

	/* What was too large to be seen before is no doing of the command. */
	if (x->kind != LEFT_UNSEEN || !l->was_cut)
		l->kinds |= UINT32_C(1) << x->kind;
	if (l->n == LEFT_LISTED || item.path == NULL || item.detail == NULL)
		l->unlisted++;
	else
		l->list[l->n++] = item;
}

void
left_note(struct left *l, const struct left_found *x)
{
	struct left_seen id;

	/* It was looked at before, or will have been. */
	if (l->watch != NULL && (!l->is_after || l->is_rest) &&
	    left_is_watched(l, x->path))
		return;
	identify(x, &id);
	if (!l->is_after)
		remember(l, &id);
	else if (!was_there(l, x, &id))
		list(l, x);
}

/* --- roots -------------------------------------------------------------- */

static void
add_root(struct left *l, const char *path)
{
	for (size_t i = 0; i < l->nroots; i++)
		if (path_is_within(path, l->roots[i]))
			return;
	l->roots[l->nroots++] = path;
}

/* /tmp and its like, where everybody leaves things, unless it is worked in. */
static bool
is_shared(const char *path, const struct vars *v)
{
	struct stat st;

	for (size_t i = 0; i < v->nworkspaces; i++)
		if (strcmp(v->workspaces[i], path) == 0)
			return false;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    (st.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
}

/*
 * Inner ones last: where they are in the list already, look-alikes are left
 * out; the digests take the rest.  Shared ones at the very end, which only a
 * long look goes through, though links may lead there.  A policy that lets
 * everything be written says nothing of where to look: the workspaces.
 */
static void
find_roots(struct left *l, const struct plan *plan, const struct vars *v,
    bool is_long)
{
	for (unsigned round = 0; round < 3; round++) {
		if (round == 2)
			l->nlooked = l->nroots;
		for (size_t i = 0; i < plan->count; i++) {
			const struct plan_rule *r = &plan->rules[i];

			if (plan_is_write_root(r->rights) &&
			    (r->policy->meta.predicates &
			    META_ALLOWS_FULL_WRITE) == 0 &&
			    (round > 0 || r->is_dir) &&
			    (round == 2) == is_shared(r->path, v))
				add_root(l, r->path);
		}
	}
	for (size_t i = 0; l->nroots == 0 && i < plan->count; i++)
		if (plan_is_write_root(plan->rules[i].rights)) {
			for (size_t k = 0; k < v->nworkspaces; k++)
				add_root(l, v->workspaces[k]);
			l->nlooked = l->nroots;
			break;
		}
	if (is_long)
		l->nlooked = l->nroots;
}

int
left_begin(struct left *l, const struct plan *plan, const struct vars *v,
    enum left_how how, struct scratch *mem, struct failure *f)
{
	*l = (struct left){
		.mem = mem, .bounds = how == LEFT_LONG ? long_look : short_look,
	};
	l->roots = scratch_alloc(mem, (plan->count + VARS_MAX_WORKSPACES) *
	    sizeof(*l->roots));
	l->seen = scratch_alloc(mem, SLOTS * sizeof(*l->seen));
	if (l->roots == NULL || l->seen == NULL || !left_walk_init(l) ||
	    (how == LEFT_WATCHED && !left_watch_init(l)))
		return refuse(f, EXIT_RUNNER, ENOMEM, "what is there before",
		    NULL);
	find_roots(l, plan, v, how == LEFT_LONG);
	/* As files have it: by the clock's last tick. */
	clock_gettime(CLOCK_REALTIME_COARSE, &l->begun);
	if (l->watch == NULL)
		left_walk(l);
	return 0;
}

void
left_end(struct left *l)
{
	l->is_after = true;
	if (l->watch != NULL)
		left_watch_end(l);
	else
		left_walk(l);
}

void
left_print(const struct left *l, struct text *out)
{
	size_t shown = l->n + (l->unlisted > 0) <= LINES_MAX ? l->n :
	    LINES_MAX - 1;

	for (size_t i = 0; i < shown; i++) {
		const struct left_item *x = &l->list[i];

		text_str(out, "codex-exec: left behind: ");
		text_str(out, left_kind_name(x->kind));
		text_str(out, " ");
		text_escaped(out, x->path);
		if (x->detail[0] != '\0') {
			text_str(out, " (");
			text_escaped(out, x->detail);
			text_str(out, ")");
		}
		text_str(out, "\n");
	}
	if (l->n + l->unlisted > shown) {
		text_str(out, "codex-exec: left behind: ");
		text_num(out, l->n + l->unlisted - shown);
		text_str(out, " more\n");
	}
}
