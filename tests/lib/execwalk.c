/*
 * A walk over all that an EXEC section offers.
 */
#include "tests/lib/execwalk.h"

#include <string.h>

#include "blob/eval.h"

#define MAX_PRINTED	64	/* matches of one command */

static void
walk_pattern(const struct exec_view *v, struct exec_run elems,
    uint64_t *steps)
{
	struct exec_run alts;
	struct exec_alt a;
	uint32_t e, k;

	for (e = 0; e < elems.n; e++) {
		++*steps;
		if (exec_elem_get(v, elems.first + e, &alts) != BLOB_OK)
			return;
		for (k = 0; k < alts.n; k++) {
			++*steps;
			if (exec_alt_get(v, alts.first + k, &a) != BLOB_OK)
				return;
			*steps += strlen(exec_str(v, a.string)) > 1000000;
		}
	}
}

static void
walk_rules(const struct exec_view *v, uint64_t *steps)
{
	struct exec_rule r;
	struct exec_run elems;
	uint32_t i, k;

	for (i = 0; i < v->nrules; i++) {
		++*steps;
		if (exec_rule_get(v, i, &r) != BLOB_OK)
			continue;
		walk_pattern(v, r.elems, steps);
		*steps += strlen(exec_str(v, r.why)) > 1000000;
		*steps += strlen(exec_str(v, r.id)) > 1000000;
		for (k = 0; k < r.unless.n; k++)
			if (exec_unless_get(v, r.unless.first + k, &elems) ==
			    BLOB_OK)
				walk_pattern(v, elems, steps);
	}
}

static void
walk_hosts(const struct exec_view *v, uint64_t *steps)
{
	struct exec_host h;
	uint32_t i, k, s;

	for (i = 0; i < v->nhosts; i++) {
		++*steps;
		if (exec_host_get(v, i, &h) != BLOB_OK)
			continue;
		exec_host_find(v, exec_str(v, h.name), &h);
		for (k = 0; k < h.paths.n; k++) {
			++*steps;
			if (exec_path_get(v, h.paths.first + k, &s) == BLOB_OK)
				exec_host_has(v, &h, exec_str(v, s));
		}
	}
}

static void
decide(const struct exec_view *v, const struct eval_command *c,
    uint64_t *steps)
{
	struct eval_verdict verdict;
	struct eval_match m;
	uint32_t i;

	if (eval_view(v, c, &verdict) != BLOB_OK)
		return;
	for (i = 0; i < MAX_PRINTED; i++) {
		++*steps;
		if (eval_view_match(v, c, i, &m) != BLOB_OK)
			return;
	}
}

/* Commands of the section's own words, so that the walk gets somewhere. */
static void
walk_commands(const struct exec_view *v, uint64_t *steps)
{
	static const char *const fixed[] = { "a", "b", "ab", "git", "push" };
	const char *argv[5];
	struct eval_command c = { .argv = argv };
	struct exec_rule r;
	struct exec_run alts;
	struct exec_alt a;
	uint32_t i, k;

	for (i = 0; i < v->nrules && i < 32; i++) {
		for (k = 0; k < 5; k++)
			argv[k] = fixed[(i + k) % 5];
		if (exec_rule_get(v, i, &r) == BLOB_OK)
			for (k = 0; k < r.elems.n && k < 5; k++)
				if (exec_elem_get(v, r.elems.first + k,
				    &alts) == BLOB_OK && alts.n > 0 && exec_alt_get(v,
				    alts.first, &a) == BLOB_OK)
					argv[k] = exec_str(v, a.string);
		for (c.argc = 0; c.argc <= 5; c.argc++) {
			c.resolved = c.argc % 2 ? "/usr/bin/git" : NULL;
			decide(v, &c, steps);
		}
	}
}

int
execwalk(struct blob_span exec, struct blob_span strs, uint64_t *steps)
{
	struct exec_view v;
	int r = exec_view_open(&v, exec, strs);

	*steps = 0;
	if (r != BLOB_OK)
		return r;
	walk_rules(&v, steps);
	walk_hosts(&v, steps);
	walk_commands(&v, steps);
	return BLOB_OK;
}
