/*
 * Acts that a policy may forbid, each of which changes nothing where it
 * succeeds: files without a name, calls with arguments that the kernel
 * refuses itself, signal 0.
 */
#ifndef RUNTIME_PROBE_H
#define RUNTIME_PROBE_H

#include <stdint.h>
#include <sys/types.h>

#include "runtime/load.h"

enum probe_act {
	PROBE_MAKE,		/* a file in a directory */
	PROBE_CHANGE,		/* open a file for writing */
	PROBE_READ,
	PROBE_META,		/* remove an attribute that is not there */
	PROBE_REMOVE,		/* a directory that is not empty */
	PROBE_RUN_NEW,		/* a file that it makes in a directory */
	PROBE_RUN,		/* become a program */
	PROBE_CALL,		/* nr with args */
	PROBE_CONNECT,		/* TCP, to args[0] on loopback */
	PROBE_BIND,		/* TCP, port args[0] on loopback */
	PROBE_UNIX,		/* connect to an abstract socket */
	PROBE_SIGNAL,		/* to process args[0], which is outside */
	PROBE_TRACE,
	PROBE_MEMORY,
	PROBE_LIMIT,		/* args[0]: more than args[1] of it, or raise it */
	PROBE_PRIVILEGES,	/* could any be had by an exec? */
	PROBE_NACTS
};

#define PROBE_NARGS	4
#define PROBE_KILLED	(-1)	/* an outcome that is no errno */
#define PROBE_UNTRIED	(-2)

struct probe {
	enum probe_act act;
	const char *target;		/* what it says in the receipt */
	long nr;
	long args[PROBE_NARGS];
	/* What the policy says of it. */
	const struct policy *by;
	uint32_t rule;
	uint32_t layer;			/* META_MAY_LACK_*, or 0 */
	bool is_allowed, is_supervised;
	/* What came of it: 0, an errno, or one of the above. */
	int free, held;
};

/* "write", "read" ... */
const char *probe_name(enum probe_act act);

/* Do it.  0 where nothing but the kernel's good sense stopped it. */
int probe_do(const struct probe *p);

#endif
