/*
 * OCI seccomp profiles.  The first byte chooses options.  Nothing crashes, a
 * refusal has a diagnostic, and the profile that comes out is one: its text
 * reads back, and its system call policy compiles.
 */
#include <stdlib.h>

#include "compiler/arena.h"
#include "compiler/oci.h"
#include "compiler/lower.h"
#include "compiler/schema.h"

#define ARENA_LIMIT	(512u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
check_profile(struct arena *a, const char *text, size_t len,
    const struct oci_options *opt)
{
	const struct source *src = source_text(a, "out.yaml", text, len);
	struct lower_options lower = { .archs = opt->archs,
	    .narchs = opt->narchs };
	struct node *root;
	struct diag d;
	struct ir ir;

	diag_init(&d, NULL);
	root = yaml_read(a, &d, src);
	require(root != NULL && d.errors == 0);
	schema_check(a, &d, root);
	require(d.errors == 0);
	require(lower_profile(a, &d, root, &lower, &ir) == 0);
}

static void
import(struct arena *a, const struct source *src,
    const struct oci_options *opt)
{
	struct oci_profile profile;
	char *text = NULL;
	size_t len = 0;
	struct diag d;
	FILE *out;
	int r;

	diag_init(&d, NULL);
	if (oci_read(a, &d, src, &profile) == -1) {
		require(d.errors > 0);
		return;
	}
	require(d.errors == 0);
	out = open_memstream(&text, &len);
	require(out != NULL);
	r = oci_import(a, &d, &profile, opt, out);
	fclose(out);
	require((r == 0) == (d.errors == 0));
	if (r == 0)
		check_profile(a, text, len, opt);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(ARENA_LIMIT, on_full);
	const struct sysc_arch *archs[8];
	struct oci_options opt = { .archs = archs };
	size_t i;

	if (size > 0) {
		for (i = 0; sysc_arch_at(i) != NULL; i++)
			if (data[0] >> i & 1 || (data[0] & 31) == 0)
				archs[opt.narchs++] = sysc_arch_at(i);
		opt.caps = data[0] & 0x20 ? UINT64_C(1) << 21 : 0;
		opt.has_kernel = data[0] & 0x40;
		opt.kernel.major = 4;
		import(a, source_text(a, "fuzz", (const char *)data + 1,
		    size - 1), &opt);
	}
	arena_free(a);
	return 0;
}
