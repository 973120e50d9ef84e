/*
 * What a run left behind in its write roots, for tools without a sandbox to
 * run or follow: what is there afterwards and was not there, or not so,
 * before.  Who made it is not known: what others did meanwhile counts, too.
 *
 * Where a supervisor is asked about every call that makes, changes or moves
 * files, those names alone are looked at, before the call and at the end.
 */
#ifndef RUNTIME_LEFT_H
#define RUNTIME_LEFT_H

#include "runtime/left_kind.h"
#include "runtime/plan.h"

#define LEFT_LISTED	64	/* of what is found; the rest is counted */

/* What ends a look at the roots, each time. */
struct left_bounds {
	uint32_t names, depth, ms;
};

struct left_item {
	enum left_kind kind;
	const char *path, *detail;	/* raw; detail may be "" */
};

struct left {
	struct left_bounds bounds;
	const char **roots;
	size_t nroots, nlooked;		/* the first are looked through */
	struct left_item list[LEFT_LISTED];
	size_t n;
	uint32_t unlisted;
	uint32_t kinds;			/* of all, as bits */
	/* Below: left.c's and left_walk.c's. */
	struct scratch *mem;
	struct left_seen *seen;		/* what was there before */
	size_t nseen;
	struct left_walk *walk;
	struct timespec begun;
	bool is_after;
	bool was_cut;			/* not all of it is in seen */
	struct left_watch *watch;	/* or NULL: everything is looked at */
	bool is_blind, is_rest;		/* some call could not be seen */
};

enum left_how {
	LEFT_SHORT,
	LEFT_LONG,		/* shared places, too, and it takes its time */
	LEFT_WATCHED		/* left_touch() is told of every call */
};

/* Before the command: remember what is there.  0 or -1. */
int left_begin(struct left *l, const struct plan *plan, const struct vars *v,
    enum left_how how, struct scratch *mem, struct failure *f);

enum left_touch {
	LEFT_IF_NAMED,		/* counts by its name, if at all */
	LEFT_ANY,		/* whatever its name: a link, a socket */
	LEFT_TREE		/* with what is below: it moves */
};

/*
 * Before a call makes, changes, moves or removes what is at a path; nothing
 * where it does not count.
 */
void left_touch(struct left *l, const char *path, enum left_touch how);

/* A call whose path could not be found out. */
void left_blind(struct left *l);

/* After its end: list what is new. */
void left_end(struct left *l);

/* The list as lines, at most ten. */
void left_print(const struct left *l, struct text *out);

/*
 * Of left_walk.c, to left.c: something of that kind; x says what it is by
 * content, when it was changed last.
 */
struct left_found {
	enum left_kind kind;
	const char *path, *detail;
	uint8_t digest[SHA256_LEN];
	struct timespec changed;
};
void left_note(struct left *l, const struct left_found *x);

/* Look at everything below the roots; false without memory. */
bool left_walk_init(struct left *l);
void left_walk(struct left *l);

/* At one name, without what is below; at one and that. */
void left_look_name(struct left *l, const char *path);
void left_look_below(struct left *l, const char *path, uint32_t ms);

/* Of left_watch.c, to left.c. */
bool left_watch_init(struct left *l);
bool left_is_watched(const struct left *l, const char *path);
void left_watch_end(struct left *l);

#endif
