/* What was denied in a run: see denials.h. */
#include "runtime/denials.h"

#include <errno.h>
#include <string.h>

#define LINES_MAX	10
#define FIXES_MAX	3

int
denials_init(struct denials *d, struct scratch *mem, struct failure *f)
{
	*d = (struct denials){ .list = NULL };
	d->list = scratch_alloc(mem, DENIALS_MAX * sizeof(*d->list));
	if (d->list == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "denials", NULL);
	return 0;
}

static bool
is_same(const struct denial *a, const struct denial *b)
{
	return a->by == b->by && a->rule == b->rule &&
	    strcmp(a->what, b->what) == 0 &&
	    strcmp(a->target, b->target) == 0;
}

unsigned
denials_add(struct denials *d, const struct denial *one)
{
	d->total += one->by != NULL;
	for (size_t i = 0; i < d->n; i++)
		if (is_same(&d->list[i], one))
			return ++d->list[i].count;
	if (d->n == DENIALS_MAX) {
		d->unlisted += one->by != NULL;
		return 1;
	}
	d->list[d->n] = *one;
	d->list[d->n].count = 1;
	return d->list[d->n++].count;
}

static void
put_denial(const struct denial *x, struct text *out)
{
	text_str(out, x->by != NULL ? "codex-exec: denied: "
				    : "codex-exec: not us: ");
	text_str(out, x->what);
	text_str(out, " ");
	text_escaped(out, x->target);
	if (x->by != NULL)
		policy_put_rule(x->by, x->rule, x->strength, out);
	if (x->why[0] != '\0') {
		text_str(out, ": ");
		text_escaped(out, x->why);
	}
	if (x->count > 1) {
		text_str(out, " (");
		text_num(out, x->count);
		text_str(out, " times)");
	}
	text_str(out, "\n");
}

/* The first few: each is a step, and the next run shows what is left. */
static void
put_fixes(const struct denials *d, struct text *out)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->n && n < FIXES_MAX; i++) {
		bool is_new = d->list[i].fix[0] != '\0';

		for (size_t k = 0; k < i && is_new; k++)
			is_new = strcmp(d->list[k].fix, d->list[i].fix) != 0;
		if (!is_new)
			continue;
		text_str(out, n++ == 0 ? "; to allow: " : ", ");
		text_str(out, d->list[i].fix);
	}
}

/* "by profile "a"": the first denial's; there can be several. */
static void
put_profiles(const struct denials *d, struct text *out)
{
	const struct policy *by = NULL;

	for (size_t i = 0; i < d->n && by == NULL; i++)
		by = d->list[i].by;
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i].by != NULL && d->list[i].by != by) {
			text_str(out, " by several profiles");
			return;
		}
	if (by == NULL)
		return;
	text_str(out, " by profile \"");
	text_escaped(out, by->name);
	text_str(out, "\"");
}

void
denials_print(const struct denials *d, struct text *out)
{
	/* The last line is the sum. */
	size_t shown = d->n < LINES_MAX ? d->n : LINES_MAX - 1;
	uint64_t hidden = d->unlisted;

	for (size_t i = 0; i < shown; i++)
		put_denial(&d->list[i], out);
	for (size_t i = shown; i < d->n; i++)
		hidden += d->list[i].by != NULL ? d->list[i].count : 0;
	if (d->total == 0)
		return;
	text_str(out, "codex-exec: ");
	text_num(out, d->total);
	text_str(out, d->total == 1 ? " operation" : " operations");
	text_str(out, " denied");
	put_profiles(d, out);
	if (hidden > 0) {
		text_str(out, ", ");
		text_num(out, hidden);
		text_str(out, " of them not shown");
	}
	put_fixes(d, out);
	text_str(out, "\n");
}
