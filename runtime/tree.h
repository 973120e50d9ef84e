/*
 * The processes below us.  As their subreaper we are the parent of every one
 * whose own parent has ended, so that none can step out of the tree.
 */
#ifndef RUNTIME_TREE_H
#define RUNTIME_TREE_H

#include <stdbool.h>

/* Be the subreaper.  0, or -1 with errno. */
int tree_adopt(void);

/*
 * Kill every process below us and reap them.  A tree that forks faster than
 * it is looked at, or without /proc, can hold out: it is given up after some
 * hundred rounds.  True when none is left.
 */
bool tree_kill(void);

#endif
