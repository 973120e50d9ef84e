/*
 * Looks into other tasks: their memory and their names in /proc.  What is
 * read while the task runs can be changed right after; only at an exec event
 * it holds still.
 */
#ifndef RUNTIME_PEEK_H
#define RUNTIME_PEEK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/execstack.h"
#include "runtime/failure.h"

struct peek {
	char *bytes;			/* room for the longest command line */
	const char **words;
	size_t used;			/* of bytes */
};

/* Address space alone: memory is taken as it is used. */
int peek_init(struct peek *m, struct failure *f);

/* Forget everything, and give memory back that only a few need. */
void peek_reset(struct peek *m);

/*
 * The path and the arguments that a call of exec names by these addresses.
 * 0, or the errno with which the kernel would refuse them as well; E2BIG
 * also for more than a prepared look can take.
 */
int peek_exec(struct peek *m, pid_t pid, uint64_t path, uint64_t argv,
    struct execstack *out);

/* The same of a program that stops at its exec event.  0 or -1. */
int peek_fresh(struct peek *m, pid_t pid, struct execstack *out);

/* One string, cut at cap.  0 or an errno. */
int peek_string(pid_t pid, uint64_t address, char *buf, size_t cap);

/* n bytes at an address.  0 or an errno. */
int peek_bytes(pid_t pid, uint64_t address, void *buf, size_t n);

/*
 * Where a link of /proc/PID leads ("exe", "cwd", "fd/3").  False: nowhere
 * that we can see.
 */
bool peek_link(pid_t pid, const char *name, char *buf, size_t cap);

/* A number of /proc/PID/status ("Tgid", base 10; "SigPnd", 16). */
bool peek_status(pid_t pid, const char *field, unsigned base, uint64_t *v);

/* Can memory of another process be read at all?  False: errno. */
bool peek_works(void);

#endif
