/*
 * The calls by which files are changed, and which of their arguments name
 * what: for explanations alone, the kernel refuses by itself.
 */
#ifndef RUNTIME_FILECALLS_H
#define RUNTIME_FILECALLS_H

#include <stddef.h>
#include <stdint.h>

#include "blob/judge.h"

#define FILECALL_NONE	7	/* no such argument */

enum filecall_flags {
	FILECALL_PLAIN,
	FILECALL_OPEN,		/* flags in an argument */
	FILECALL_HOW,		/* flags behind a pointer */
	FILECALL_CREAT
};

struct filecall {
	int16_t nr;
	uint8_t right;		/* enum judge_right, if PLAIN */
	uint8_t directory;	/* argument: descriptor, or FILECALL_NONE */
	uint8_t path;		/* argument */
	uint8_t kind;		/* enum filecall_flags */
	uint8_t flags;		/* argument, of OPEN and HOW */
};

/* All of them; those that rename stand twice, once for each path. */
extern const struct filecall filecalls[];
extern const size_t nfilecalls;

/* Calls that set modes; without a path there is a descriptor. */
struct modecall {
	int16_t nr;
	uint8_t directory, path, mode;	/* arguments */
};
#define MODECALL_BITS	06111u	/* set-ID and execute: more than it was */
extern const struct modecall modecalls[];
extern const size_t nmodecalls;

#endif
