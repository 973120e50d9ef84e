/*
 * The calls by which names are made, changed and removed, and which of their
 * arguments say what.  Read for explanations, where the kernel refuses by
 * itself, and where a supervisor makes names on behalf of the command.
 */
#ifndef RUNTIME_FILECALLS_H
#define RUNTIME_FILECALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blob/judge.h"

#define FILECALL_NONE	7	/* no such argument */

enum filecall_kind {
	FILECALL_OPEN,		/* flags in an argument */
	FILECALL_CREAT,
	FILECALL_OPEN2,		/* flags behind a pointer: the last opening */
	FILECALL_FOLDER, FILECALL_NODE, FILECALL_SYMLINK, FILECALL_LINK,
	FILECALL_RENAME,
	/* What makes no name, from here on. */
	FILECALL_REMOVE, FILECALL_REMOVE_FOLDER, FILECALL_TRUNCATE
};

struct filecall {
	int16_t nr;
	uint8_t kind;
	uint8_t dir, path;	/* arguments: where a name is made or removed */
	uint8_t from_dir, from;	/* what is linked or renamed, or a target */
	uint8_t mode, flags;
};

extern const struct filecall filecalls[];
extern const size_t nfilecalls;

enum markcall_unit {
	MARKCALL_NANOSECONDS = 1, MARKCALL_MICROSECONDS, MARKCALL_SECONDS
};

/*
 * Calls that set modes or, without one, times; without a path there is a
 * descriptor.
 */
struct markcall {
	int16_t nr;
	uint8_t dir, path, mode, flags, times;	/* arguments */
	uint8_t unit, size;		/* of a time, and of its numbers */
};
#define MARKCALL_BITS	06111u	/* set-ID and execute: more than it was */
extern const struct markcall markcalls[];
extern const size_t nmarkcalls;

/* NULL: not one of them. */
const struct markcall *markcall_find(int nr);

/* NULL: not one of them. */
const struct filecall *filecall_find(int nr);

static inline bool
filecall_is_opening(const struct filecall *c)
{
	return c->kind <= FILECALL_OPEN2;
}

/* Two names are asked about. */
static inline bool
filecall_is_pair(const struct filecall *c)
{
	return c->kind == FILECALL_LINK || c->kind == FILECALL_RENAME;
}

/* What it does at its path; not of an opening. */
enum judge_right filecall_right(const struct filecall *c);

#endif
