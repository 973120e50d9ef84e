/* Named values of arguments, numbers as policies write them, errno names. */
#ifndef COMPILER_SYSCONST_H
#define COMPILER_SYSCONST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sysconst_result {
	SYSCONST_OK,
	SYSCONST_UNKNOWN,
	SYSCONST_NOT_HERE	/* other architectures have it */
};

/* Value of a name on one architecture, sign-extended to 64 bits. */
enum sysconst_result sysconst_find(const char *name, uint32_t audit,
    uint64_t *value);
const char *sysconst_at(size_t i);	/* NULL past the last */

/*
 * 12, 0x1f, 0o17 or 017, with a minus sign perhaps, sign-extended to 64 bits;
 * false: not of that form, or more than 64 bits.
 */
bool sysconst_number(const char *text, uint64_t *value);

bool syserrno_find(const char *name, unsigned *value);
const char *syserrno_name(unsigned value);	/* NULL: none */
const char *syserrno_at(size_t i);		/* NULL past the last */

#endif
