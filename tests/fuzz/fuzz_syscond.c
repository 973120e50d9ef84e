/*
 * Item texts: lines of a policy for a byte's architecture.  Nothing crashes,
 * a refusal has a diagnostic, and what is accepted lowers to a policy within
 * the blob's limits.
 */
#include <stdlib.h>
#include <string.h>

#include "blob/format.h"
#include "compiler/arena.h"
#include "compiler/sysc.h"

#define MAX_ITEMS	16
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

static size_t
split(struct arena *a, const struct source *src, struct sysc_text *items)
{
	char *p = arena_strdup(a, src->text);
	size_t n = 0, len;

	while (*p != '\0' && n < MAX_ITEMS) {
		len = strcspn(p, "\n");
		items[n] = (struct sysc_text){
		    .text = arena_strndup(a, p, len),
		    .loc = { src, (uint32_t)n + 1, 1, 1 },
		    .action = n % 3 == 0 ? 0x7fff0000u : 0x00050001u + n % 3,
		    .rule = (uint32_t)n + 1 };
		n++;
		p += len + (p[len] == '\n');
	}
	return n;
}

static void
check_policy(const struct sysc_policy *p)
{
	uint64_t args[6] = { 0 };

	require(p->nitems <= BLOB_MAX_SYSC_ITEMS);
	require(p->natoms <= BLOB_MAX_SYSC_ATOMS);
	for (size_t i = 0; i < p->nitems; i++) {
		const struct sysc_item *it = &p->items[i];

		require(it->lo <= it->hi && it->atom <= p->natoms &&
		    it->natoms <= p->natoms - it->atom);
		sysc_eval(p, it->lo, args, NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(ARENA_LIMIT, on_full);
	struct sysc_text items[MAX_ITEMS];
	struct sysc_request r = { .items = items };
	const struct sysc_arch *archs[1];
	struct sysc_policy p;
	struct sysc_query q;
	struct diag d;

	if (size > 0) {
		const struct source *src = source_text(a, "fuzz",
		    (const char *)data + 1, size - 1);

		archs[0] = sysc_arch_at(data[0] % 5);
		r.nitems = split(a, src, items);
		diag_init(&d, NULL);
		if (sysc_check(a, &d, &r, archs, 1) == 0) {
			require(d.errors == 0);
			if (sysc_lower(a, &d, &r, archs[0]->audit, &p) == 0)
				check_policy(&p);
		}
		diag_init(&d, NULL);
		if (sysc_query_parse(a, &d, src->text, (struct loc){ src, 1, 1,
		    1 }, archs[0], &q) == -1)
			require(d.errors == 1);
	}
	arena_free(a);
	return 0;
}
