/*
 * Fuzz target of a fresh program's stack: one byte that chooses the size of an
 * address, the stack pointer, the bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/execstack.h"

#define CAP	64

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_string(const char *s, const uint8_t *p, size_t len)
{
	const uint8_t *u = (const uint8_t *)s;

	if (u < p || u >= p + len || memchr(u, '\0', (size_t)(p + len - u)) ==
	    NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const char *argv[CAP];
	struct execstack s;
	uint64_t sp;

	if (len < 9)
		return 0;
	memcpy(&sp, p + 1, sizeof(sp));
	len -= 9;
	if (execstack_read(p + 9, len, sp, p[0] % 2 ? 8 : 4, argv, CAP, &s) <
	    0)
		return 0;
	if (s.argc > CAP)
		abort();
	for (size_t i = 0; i < s.argc; i++)
		check_string(s.argv[i], p + 9, len);
	if (s.execfn != NULL)
		check_string(s.execfn, p + 9, len);
	return 0;
}
