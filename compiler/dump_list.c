/* Lists of values as YAML: see dump_list.h. */
#include "compiler/dump_list.h"

#include <stdlib.h>

#include "compiler/dump_quote.h"

void
dump_list_add(struct dump *d, struct dump_list *l, uint32_t rule,
    const char *text)
{
	l->v = arena_grow(d->a, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct dump_entry){ .rule = rule, .at = l->n,
	    .text = text };
	l->n++;
}

static int
by_rule(const void *vx, const void *vy)
{
	const struct dump_entry *x = vx, *y = vy;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

void
dump_list_sort(struct dump_list *l)
{
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_rule);
}

const char *
dump_from(const struct dump *d, uint32_t rule, const char *value)
{
	const char *place = dump_rule_place(d, rule);

	return place == NULL ? value : arena_printf(d->a, "!from [%s, %s]",
	    dump_quote_yaml(d->a, place), value);
}

void
dump_list_put(const struct dump *d, const char *key, uint32_t rule,
    struct dump_list *l)
{
	const char *place = dump_rule_place(d, rule);
	size_t i;

	dump_list_sort(l);
	if (place == NULL)
		fprintf(d->out, "  %s: [", key);
	else
		fprintf(d->out, "  %s: !from [%s, [", key,
		    dump_quote_yaml(d->a, place));
	for (i = 0; i < l->n; i++)
		fprintf(d->out, "\n      %s,", dump_from(d, l->v[i].rule,
		    l->v[i].text));
	fprintf(d->out, "%s%s\n", l->n > 0 ? "\n    ]" : "]",
	    place == NULL ? "" : "]");
}
