/*
 * Arguments of system calls: which register, how many of its bits the kernel
 * takes, and whether it takes them as signed.
 */
#ifndef COMPILER_SYSARG_H
#define COMPILER_SYSARG_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/diag.h"

struct sysarg {
	const char *name;
	uint8_t index;		/* register, 0..5 */
	uint8_t width;		/* 16, 32 or 64 bits */
	bool is_signed;
	bool is_pointer;
};

enum sysarg_result {
	SYSARG_OK,
	SYSARG_UNKNOWN,		/* the call has no argument of that name */
	SYSARG_SPLIT		/* two registers of a 32-bit machine, or after one */
};

/*
 * Argument `name' of a call on one architecture: by its name in the manual
 * page, or as arg0..arg5, which every call has.
 */
enum sysarg_result sysarg_find(struct arena *a, const char *call,
    const char *name, uint32_t audit, struct sysarg *out);

/*
 * The argument in register index of a call: by the first of its names, or as
 * "arg0" to "arg5" where no name finds it.  sysarg_find() finds it again.
 */
void sysarg_at(struct arena *a, const char *call, unsigned index,
    uint32_t audit, struct sysarg *out);

/* Show near every name that the call's arguments have. */
void sysarg_near(struct arena *a, const char *call, uint32_t audit,
    struct near *near);

#endif
