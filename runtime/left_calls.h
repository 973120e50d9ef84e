/*
 * What file calls are about to change, for left.h: told by who is asked about
 * each of them while it waits.  Every function does nothing where left is
 * NULL or looks at everything anyway.
 */
#ifndef RUNTIME_LEFT_CALLS_H
#define RUNTIME_LEFT_CALLS_H

#include "blob/judge.h"
#include "runtime/left.h"
#include "runtime/notify.h"
#include "runtime/resolve.h"

/* Are all ways to make names asked about?  Not where mounts may be made. */
bool left_calls_are_seen(const struct policies *all);

/* An open that makes or changes a file, with the mode of a new one. */
void left_calls_open(struct left *l, const struct resolved *at, uint64_t mode,
    bool is_exclusive);

/*
 * A name that is made or removed; of a rename the old one comes first, and
 * *moved carries over what it is.
 */
void left_calls_name(struct left *l, const struct k_notif *n,
    enum judge_right right, const struct resolved *at,
    enum left_touch *moved);

/* A path that could not be found out: errno says why. */
void left_calls_unresolved(struct left *l, const struct resolved *at);

/* A call that sets modes or binds a socket to a path; others are ignored. */
void left_calls_other(struct left *l, const struct k_notif *n,
    struct resolved *at);

#endif
