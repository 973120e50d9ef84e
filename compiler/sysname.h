/*
 * Names and numbers of system calls, from a table of our own: what a policy
 * means must not depend on the library that happens to be installed.  A call
 * is a row of the table; groups and items work with rows, and turn to numbers
 * at the end, for one architecture.
 */
#ifndef COMPILER_SYSNAME_H
#define COMPILER_SYSNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSNAME_NARCHS	5
#define SYSNAME_NOWHERE	(-2)
#define SYSNAME_NOT_HERE (-1)

/* Order of the columns of the tables, and of sysc_arch_at(). */
enum sysname_arch {
	SYSNAME_X86_64, SYSNAME_AARCH64, SYSNAME_RISCV64, SYSNAME_I386,
	SYSNAME_ARM
};

/* Column of an architecture; it must be one of sysc_arch_at(). */
enum sysname_arch sysname_column(uint32_t audit);
/* Registers of 32 bits: no argument is wider. */
bool sysname_is_32bit(uint32_t audit);

/* Rows, in order of name. */
size_t sysname_count(void);
const char *sysname_at(size_t row);	/* NULL past the last */
int sysname_number(size_t row, uint32_t audit);	/* or SYSNAME_NOT_HERE */
int sysname_find(const char *name);	/* row, or -1 */

/* One more than the highest number of the table, private calls apart. */
uint32_t sysname_newer_from(uint32_t audit);
/* Not in the table, but libseccomp knows it from other architectures. */
bool sysname_is_elsewhere(const char *name);

#endif
