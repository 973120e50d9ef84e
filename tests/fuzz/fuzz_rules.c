/* Any bytes as a rule file: refused, or rules that can be matched. */
#include <stddef.h>
#include <stdint.h>

#include "compiler/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const argv[] = { "a", "b" };
	const struct rules_options opt = {
		.has_extensions = size > 0 && (data[0] & 1) };
	struct rules_command c = { .argv = argv, .argc = 2,
	    .resolved = "/x/a" };
	struct arena *a = arena_new(0, NULL);
	struct rule_set set = { .nprefix = 0 };
	struct rules_hit *hits;
	struct diag d;

	diag_init(&d, NULL);
	if (rules_read(a, &d, source_text(a, "fuzz.rules", (const char *)data,
	    size), &opt, &set) == 0)
		rules_match_naive(a, &set, &c, &hits);
	arena_free(a);
	return 0;
}
