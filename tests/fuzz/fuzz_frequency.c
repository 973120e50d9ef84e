/*
 * Tables of strace -c: nothing crashes, a refusal has a diagnostic, and a
 * row that is taken has a name and at least one call.
 */
#include <stdlib.h>

#include "compiler/arena.h"
#include "compiler/frequency.h"

#define ARENA_LIMIT	(256u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_full(const char *what)
{
	(void)what;
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(ARENA_LIMIT, on_full);
	struct frequencies f = { .n = 0 };
	struct diag d;
	int r;

	diag_init(&d, NULL);
	r = frequency_read(a, &d, source_text(a, "fuzz", (const char *)data,
	    size), &f);
	if ((r == 0) != (d.errors == 0) || (r == 0 && f.n == 0))
		abort();
	for (size_t i = 0; i < f.n; i++)
		if (f.v[i].name[0] == '\0' || f.v[i].calls == 0 ||
		    f.v[i].loc.line == 0)
			abort();
	arena_free(a);
	return 0;
}
