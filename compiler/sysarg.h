/* Arguments of system calls by name, and the constants they take. */
#ifndef COMPILER_SYSARG_H
#define COMPILER_SYSARG_H

#include <stdbool.h>
#include <stdint.h>

struct sysarg {
	const char *call, *name;
	uint8_t index, flags;	/* SYSC_F_* */
};

/* Argument `name' of a call, or arg0..arg5 (64 bits); false: none. */
bool sysarg_find(const char *call, const char *name, struct sysarg *out);
/* Row i of the table, NULL past the last (suggestions). */
const struct sysarg *sysarg_at(unsigned i);

bool sysconst_find(const char *name, uint64_t *value);
const char *sysconst_at(unsigned i);

/* Errno names. */
bool syserrno_find(const char *name, unsigned *value);
const char *syserrno_name(unsigned value);	/* NULL: none */
const char *syserrno_at(unsigned i);

#endif
