/*
 * The stack of a program that has just been exec'd, as the kernel made it:
 * the number of arguments, their addresses, those of the environment, the
 * auxiliary vector, then all strings.
 */
#ifndef RUNTIME_EXECSTACK_H
#define RUNTIME_EXECSTACK_H

#include <stddef.h>
#include <stdint.h>

struct execstack {
	const char **argv;	/* argc strings, no NULL */
	size_t argc;
	const char *execfn;	/* the path that was asked for; NULL: none */
};

/*
 * Read len bytes that stood from address sp on; word is the size of an
 * address.  The addresses of arguments go into argv, which has room for cap.
 * Strings are borrowed from p.  0, or -1: not such a stack.
 */
int execstack_read(const uint8_t *p, size_t len, uint64_t sp, size_t word,
    const char **argv, size_t cap, struct execstack *out);

#endif
