/*
 * Any text as a profile: refused with a diagnostic, or built in memory.  No
 * file is opened: the linker puts __wrap_source_load() in place of the loader,
 * and the input is all there is.  A line `%%' ends the profile; what follows
 * is every .rules file that it names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/emit.h"
#include "compiler/lower.h"
#include "compiler/merge.h"
#include "compiler/ptest.h"

#define ARENA_LIMIT	((size_t)1 << 30)
#define PROFILE		"fuzz.yaml"
#define MARK		"\n%%\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_source_load(struct arena *a, const char *path, const char *name,
    const struct source **out);

/* The input of this run: the loader's signature has no room for it. */
static struct {
	const char *profile, *rules;
	size_t profile_len, rules_len;
} input;

int
__wrap_source_load(struct arena *a, const char *path, const char *name,
    const struct source **out)
{
	size_t len = strlen(path);

	if (strcmp(path, PROFILE) == 0) {
		*out = source_text(a, name, input.profile, input.profile_len);
		return SOURCE_OK;
	}
	if (len > 6 && strcmp(path + len - 6, ".rules") == 0) {
		*out = source_text(a, name, input.rules, input.rules_len);
		return SOURCE_OK;
	}
	errno = ENOENT;
	return SOURCE_ERR_OPEN;
}

static void
on_full(const char *what)
{
	(void)what;
	abort();
}

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
take_input(const char *text, size_t size)
{
	const char *mark = memmem(text, size, MARK, strlen(MARK));

	input.profile = input.rules = text;
	input.profile_len = size;
	input.rules_len = 0;
	if (mark == NULL)
		return;
	input.profile_len = (size_t)(mark - text) + 1;
	input.rules = mark + strlen(MARK);
	input.rules_len = size - (size_t)(input.rules - text);
}

/* The profile's own, which may fail but not harm. */
static void
run_tests(struct arena *a, const uint8_t *bytes, size_t len,
    const struct ir *ir)
{
	struct blob b;
	struct diag d;

	diag_init(&d, NULL);
	require(blob_open(&b, bytes, len) == BLOB_OK);
	ptest_run_all(a, &d, &b, ir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sysc_arch *arch = sysc_arch_at(0);
	const struct merge_options merge = { .ndirs = 0 };
	const struct lower_options lower = { .archs = &arch, .narchs = 1 };
	struct arena *a = arena_new(ARENA_LIMIT, on_full);
	uint8_t *bytes = NULL;
	struct node *root;
	struct diag d;
	struct ir ir;
	size_t len = 0;

	take_input((const char *)data, size);
	diag_init(&d, NULL);
	root = merge_load(a, &d, PROFILE, &merge);
	if (root == NULL || lower_profile(a, &d, root, &lower, &ir) == -1 ||
	    emit_blob(a, &d, &ir, &arch, 1, &bytes, &len) == -1)
		require(d.errors > 0);
	else
		run_tests(a, bytes, len, &ir);
	free(bytes);
	arena_free(a);
	return 0;
}
