/*
 * What a run left behind in its write roots, for tools without a sandbox to
 * run or follow: what is there afterwards and was not there, or not so,
 * before.  Who made it is not known: what others did meanwhile counts, too.
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
};

/*
 * Before the command: remember what is there.  0 or -1.  A long look goes
 * through shared places, too, and takes its time.
 */
int left_begin(struct left *l, const struct plan *plan, const struct vars *v,
    bool is_long, struct scratch *mem, struct failure *f);

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

#endif
