/*
 * Any bytes that blob_open() takes can be printed in every way, whatever
 * they say; what comes out does not matter.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
full(const char *what)
{
	(void)what;
	abort();
}

/* With itself: every section meets another one. */
static void
print_stack(const struct dump *d)
{
	struct stack s = { .a = d->a, .layers = { *d, *d }, .n = 2 };

	if (stack_build(&s) != BLOB_OK)
		return;
	stack_print(&s, d->out);
	stack_print_table(&s, d->out);
	stack_print_json(&s, d->out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static void (*const views[])(struct dump *d) = { dump_plain,
		dump_table, dump_json, dump_yaml };
	struct arena *a;
	struct dump d;
	struct blob b;
	size_t i;
	FILE *out;

	if (blob_open(&b, p, len) != BLOB_OK)
		return 0;
	out = fopen("/dev/null", "w");
	a = arena_new(0, full);
	if (out != NULL && dump_open(&d, a, out, &b) == BLOB_OK) {
		(void)dump_predicate_bits(&d);
		for (i = 0; i < sizeof(views) / sizeof(views[0]); i++)
			views[i](&d);
		print_stack(&d);
	}
	arena_free(a);
	if (out != NULL)
		fclose(out);
	return 0;
}
