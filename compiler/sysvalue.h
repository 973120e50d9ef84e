/* Values of arguments by name, for people to read. */
#ifndef COMPILER_SYSVALUE_H
#define COMPILER_SYSVALUE_H

#include <stdint.h>

struct arena;

/*
 * The low 32 bits of an argument of a call as `AF_UNIX' or
 * `CLONE_NEWNS|CLONE_NEWPID'; as a number where there are no names.
 */
const char *sysvalue_text(struct arena *a, const char *call, unsigned arg,
    uint32_t audit, uint32_t value);

#endif
