/* Work that calls itself to a depth which its input says, within limits. */
#ifndef COMPILER_DEEP_H
#define COMPILER_DEEP_H

/* Levels that expressions, blocks and values may be nested. */
#define DEEP_MAX	10000

/*
 * Run fn(ctx) on a stack that holds DEEP_MAX levels.  What it returns, or -1
 * with errno set if there is no such stack; fn returns 0 or more.
 */
int deep_run(int (*fn)(void *ctx), void *ctx);

#endif
