/* The rules of the EXEC section: see automaton_rules.h. */
#include "compiler/automaton_rules.h"

#include <stdlib.h>
#include <string.h>

#include "blob/exec.h"

struct put {
	struct arena *a;
	const struct automaton_parts *p;
	const struct automaton_hosts *hosts;
	struct blob_writer *w;
	struct blob_buf *out;
};

static uint32_t
string_of(struct put *u, const char *s)
{
	return s == NULL ? 0 : blob_writer_string(u->w, s);
}

static void
put_rules(struct put *u)
{
	const struct prefix_rule *r;
	uint32_t unless = 0;
	size_t i;

	for (i = 0; i < u->p->spec->set->nprefix; i++) {
		r = &u->p->spec->set->prefix[i];
		blob_put8(u->out, r->decision);
		blob_put8(u->out, (r->is_exact ? EXEC_RF_EXACT : 0) |
		    (r->is_canonical ? EXEC_RF_CANONICAL : 0));
		blob_put16(u->out, 0);
		blob_put32(u->out, u->p->spec->rules == NULL ? 0 :
		    u->p->spec->rules[i]);
		blob_put32(u->out, string_of(u, r->justification));
		blob_put32(u->out, string_of(u, r->id));
		blob_put32(u->out, u->p->in->pattern_elem[i]);
		blob_put32(u->out, unless);
		unless += (uint32_t)r->nunless;
	}
}

static void
put_patterns(struct put *u)
{
	const struct subset_input *in = u->p->in;
	const struct rule_elem *e;
	uint32_t alt;
	size_t p, k, m;

	for (p = in->nrules; p < in->npatterns; p++)
		blob_put32(u->out, in->pattern_elem[p]);
	for (k = 0; k < in->nelems; k++)
		blob_put32(u->out, in->elem_alt[k]);
	for (p = 0; p < in->npatterns; p++)
		for (k = 0; k < u->p->patterns[p].nelems; k++) {
			e = &u->p->patterns[p].elems[k];
			for (m = 0; m < e->nalts; m++) {
				alt = string_of(u, e->alts[m]);
				if (e->is_glob != NULL && e->is_glob[m])
					alt |= EXEC_ALT_GLOB;
				blob_put32(u->out, alt);
			}
		}
}

static int
by_host(const void *vx, const void *vy)
{
	const struct host_executable *x = *(const struct host_executable *const
	    *)vx, *y = *(const struct host_executable *const *)vy;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : x < y ? -1 : x > y;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

void
automaton_sort_hosts(struct arena *a, const struct rule_set *set,
    struct automaton_hosts *out)
{
	size_t i, n = set->nhosts;

	*out = (struct automaton_hosts){
		.v = arena_array(a, n, sizeof(*out->v)),
	};
	for (i = 0; i < n; i++)
		out->v[i] = &set->hosts[i];
	if (n > 1)
		qsort(out->v, n, sizeof(*out->v), by_host);
	for (i = 0; i < n; i++)
		if (i + 1 == n || strcmp(out->v[i]->name,
		    out->v[i + 1]->name) != 0) {
			out->npaths += out->v[i]->npaths;
			out->v[out->n++] = out->v[i];
		}
}

static void
put_paths(struct put *u, const struct host_executable *h)
{
	const char **paths = arena_array(u->a, h->npaths, sizeof(*paths));
	size_t i;

	for (i = 0; i < h->npaths; i++)
		paths[i] = h->paths[i];
	if (h->npaths > 1)
		qsort(paths, h->npaths, sizeof(*paths), by_text);
	for (i = 0; i < h->npaths; i++)
		blob_put32(u->out, string_of(u, paths[i]));
}

static void
put_hosts(struct put *u)
{
	const uint32_t *info = u->p->spec->hosts;
	uint32_t first = 0;
	size_t i;

	for (i = 0; i < u->hosts->n; i++) {
		blob_put32(u->out, string_of(u, u->hosts->v[i]->name));
		blob_put32(u->out, first);
		blob_put32(u->out, info == NULL ? 0 :
		    info[u->hosts->v[i] - u->p->spec->set->hosts]);
		first += (uint32_t)u->hosts->v[i]->npaths;
	}
	for (i = 0; i < u->hosts->n; i++)
		put_paths(u, u->hosts->v[i]);
}

void
automaton_put_rules(struct arena *a, const struct automaton_parts *p,
    const struct automaton_hosts *hosts, struct blob_writer *w,
    struct blob_buf *out)
{
	struct put u = { .a = a, .p = p, .hosts = hosts, .w = w, .out = out };

	put_rules(&u);
	put_patterns(&u);
	put_hosts(&u);
}
