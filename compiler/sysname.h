/*
 * Names and numbers of system calls: libseccomp's tables, and one of our own
 * for calls that it does not know.
 */
#ifndef COMPILER_SYSNAME_H
#define COMPILER_SYSNAME_H

#include <stdbool.h>
#include <stdint.h>

#define SYSNAME_NOWHERE	(-2)
#define SYSNAME_NOT_HERE (-1)

/* One more than the highest number of the tables, private calls apart. */
uint32_t sysname_newer_from(uint32_t audit);
/* Names for suggestions: NULL past the last. */
const char *sysname_at(unsigned i);

#endif
