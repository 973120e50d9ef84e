/*
 * Escape probes: acts that a confined process must not manage.  Each is a
 * row of a table: what it does, and the profiles that must hold it.  An act
 * runs twice, free (it must succeed) and held (it must fail), in a place
 * made for it: see probe_drive.c.
 */
#ifndef TESTS_ESCAPE_PROBE_H
#define TESTS_ESCAPE_PROBE_H

#include <stddef.h>
#include <sys/types.h>

/* By first letters: offline, net-read-only, workspace-write, workspace-net,
 * trusted. */
#define IN_ALL		"onwxt"
#define IN_SANDBOX	"onwx"		/* all but trusted */
#define IN_NO_WRITE	"on"
#define IN_NO_NET	"ow"

#define NEEDS_ROOT	0x1	/* an ordinary user can't do it free either */
#define NEEDS_USER	0x2	/* says something only of an ordinary user */
#define MAY_LACK	0x4	/* not every kernel has it: free ENOSYS is a skip */
#define NOT_STARTED	0x8	/* exit 125 is a right answer */
#define MAY_FORBID	0x20	/* nor every machine: free EPERM, EROFS are skips */
#define IS_32BIT	0x10	/* x86-64's second system call tables */
/* Standard input is a socket over which this comes, open to read. */
#define PASSED_FOLDER	0x40	/* `out' */
#define PASSED_FILE	0x80	/* `own' */

/* What the process outside holds: the victim, open to read. */
#define HELD_FD		90

/* Where an act finds things.  Paths are absolute; `out' lies outside every
 * write root and belongs to the caller. */
struct place {
	const char *out;	/* has `victim' and `own', both of 5 bytes */
	const char *ws;		/* the workspace, empty */
	const char *socket;	/* a stream socket that somebody listens on */
	const char *abstract;	/* the same, its abstract name */
	int port;		/* TCP and UDP on loopback, that answer */
	pid_t other;		/* a process of the same user outside */
};

struct probe {
	const char *name;
	/* 0: it could.  Else the errno that stopped it, -1 without one. */
	int (*act)(const struct place *p);
	const char *held;
	unsigned flags;
};

extern const struct probe file_probes[], change_probes[], net_probes[],
    process_probes[], kernel_probes[], share_probes[], swap_probes[],
    rare_probes[], door_probes[];
extern const size_t nfile_probes, nchange_probes, nnet_probes,
    nprocess_probes, nkernel_probes, nshare_probes, nswap_probes,
    nrare_probes, ndoor_probes;

/* Result of a system call as an act's: errno where it is negative. */
int did(long result);

/* 0 if the call got past permission checks: some other error, or none. */
int reached(long result);

/* `dir'/`name' in one of four static buffers, used in turn. */
const char *at(const char *dir, const char *name);

/* The key of what the process outside shares by System V's calls. */
int probe_key(pid_t other);

/* All probes in one row of numbers; NULL after the last. */
const struct probe *probe_get(size_t i);

/* Runs them all for each profile; prints TAP.  See probe_drive.c. */
int probe_drive(const char *codex, const char *policies, const char *dir,
    const char *self);

#endif
