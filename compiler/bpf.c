/*
 * The generator: policy to ranges of call numbers, each with a function of
 * the arguments; the functions to programs; the ranges to a tree.
 */
#include "compiler/bpf.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/arena.h"
#include "compiler/bpf_tree.h"
#include "compiler/bpf_word.h"

#define X32_BIT		0x40000000u

/*
 * What the tree is made for.  Without hints one number weighs like another:
 * the kernel runs the program for every number when a filter is installed.
 * Later the bitmap answers what is always allowed, so an instruction is
 * weighed against what the program decides then, and hints about calls that
 * the bitmap answers weigh nothing.  Without the bitmap the program decides
 * those as well, and most often.
 */
#define WEIGHT_NUMBER	2u	/* of the table; all newer ones: 1 */
#define WEIGHT_ALLOWED	6u	/* of what no bitmap answers */
#define WEIGHT_HOT	64u	/* all hints together, times the rest */
#define HOT_PARTS	1024u	/* a hint is a number of these */
#define SIZE_PERCENT	42u	/* an instruction, of all that is decided */
#define EVEN_PERCENT	120u	/* all ranges together, of all numbers */

struct span {
	uint32_t lo, hi;
	uint32_t f;		/* diagram */
};

struct gen {
	struct arena *a;
	const struct sysc_policy *p;
	const struct bpf_options *o;
	struct dd d;
	struct prog g;
	struct words w;
	struct span *spans;
	size_t nspans;
};

const char *
bpf_strerror(int err)
{
	switch (err) {
	case BPF_OK:
		return "no error";
	case BPF_ERR_TOO_LONG:
		return "the program is longer than the kernel takes";
	case BPF_ERR_TOO_MANY:
		return "a decision has too many cases";
	}
	return "unknown error";
}

static int
compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool
has_x32(const struct sysc_policy *p)
{
	return p->arch == AUDIT_ARCH_X86_64;
}

static bool
is_x32(const struct sysc_policy *p, uint32_t nr)
{
	return has_x32(p) && (nr & X32_BIT) != 0;
}

static uint32_t
fallback(const struct sysc_policy *p, uint32_t nr)
{
	if (is_x32(p, nr))
		return p->foreign;
	return nr >= p->newer_from ? p->newer : p->action;
}

/* Cut the numbers wherever a verdict may change. */
static void
cut_spans(struct gen *s)
{
	static const uint32_t x32[] = { 1u << 30, 1u << 31, 3u << 30 };
	const struct sysc_policy *p = s->p;
	uint32_t *at = arena_array(s->a, 2 * p->nitems + 5, sizeof(*at));
	size_t n = 0, m = 0;

	at[n++] = 0;
	at[n++] = p->newer_from;
	for (size_t i = 0; has_x32(p) && i < 3; i++)
		at[n++] = x32[i];
	for (size_t i = 0; i < p->nitems; i++) {
		at[n++] = p->items[i].lo;
		if (p->items[i].hi != UINT32_MAX)
			at[n++] = p->items[i].hi + 1;
	}
	qsort(at, n, sizeof(*at), compare_u32);
	s->spans = arena_array(s->a, n, sizeof(*s->spans));
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && at[i] == at[i - 1])
			continue;
		if (m > 0)
			s->spans[m - 1].hi = at[i] - 1;
		s->spans[m++] = (struct span){ at[i], UINT32_MAX,
			dd_leaf(&s->d, fallback(p, at[i])) };
	}
	s->nspans = m;
}

static uint32_t
condition(struct gen *s, const struct sysc_item *item)
{
	uint32_t r = DD_TRUE;

	for (uint32_t i = 0; i < item->natoms; i++) {
		const struct sysc_atom *x = &s->p->atoms[item->atom + i];

		words_add_atom(&s->w, x);
		r = dd_ite(&s->d, r, dd_atom(&s->d, x), DD_FALSE);
	}
	return r;
}

/* The first span that starts at or after nr; nr is a cut. */
static size_t
span_at(const struct gen *s, uint32_t nr)
{
	size_t lo = 0, hi = s->nspans;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->spans[mid].lo < nr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
apply_item(struct gen *s, const struct sysc_item *item)
{
	uint32_t when = condition(s, item);
	uint32_t then = dd_leaf(&s->d, item->action);
	uint32_t before = DD_FALSE, after = DD_FALSE;

	for (size_t i = span_at(s, item->lo);
	    i < s->nspans && s->spans[i].lo <= item->hi; i++) {
		struct span *x = &s->spans[i];

		if (is_x32(s->p, x->lo))
			continue;
		if (x->f != before) {
			before = x->f;
			after = dd_ite(&s->d, when, then, x->f);
		}
		x->f = after;
	}
}

static bool
is_allowed(const struct gen *s, uint32_t f)
{
	return dd_is_leaf(&s->d, f) && s->d.nodes[f].lo == SECCOMP_RET_ALLOW;
}

static bool
has_bitmap(const struct gen *s)
{
	return s->o == NULL || !s->o->has_no_bitmap;
}

static bool
is_answered(const struct gen *s, uint32_t f)
{
	return has_bitmap(s) && is_allowed(s, f);
}

static uint64_t
span_weight(const struct gen *s, const struct span *x)
{
	uint32_t end = x->hi < s->p->newer_from ? x->hi + 1 :
	    s->p->newer_from;
	uint64_t each = !has_bitmap(s) && is_allowed(s, x->f) ?
	    WEIGHT_ALLOWED : WEIGHT_NUMBER;

	return end <= x->lo ? 1 : each * (end - x->lo);
}

/* Hints share WEIGHT_HOT times all other weights. */
static void
add_hints(const struct gen *s, struct tree_range *r, uint64_t sum)
{
	uint64_t total = 0;

	if (s->o == NULL)
		return;
	for (size_t i = 0; i < s->o->nhot; i++)
		total += s->o->hot[i].weight;
	for (size_t i = 0; total > 0 && i < s->o->nhot; i++) {
		const struct bpf_hot *h = &s->o->hot[i];
		size_t at = span_at(s, h->nr);

		if (at == s->nspans || s->spans[at].lo != h->nr)
			at--;
		if (!is_answered(s, s->spans[at].f))
			r[at].weight += (uint64_t)h->weight * HOT_PARTS /
			    total * (sum * WEIGHT_HOT / HOT_PARTS + 1);
	}
}

/* Everything above newer_from that is not x32 has one verdict. */
static bool
is_plain_above(const struct gen *s, size_t from)
{
	for (size_t i = from; i < s->nspans; i++) {
		if (!is_x32(s->p, s->spans[i].lo) &&
		    s->spans[i].f != s->spans[from].f)
			return false;
	}
	return true;
}

/*
 * On x86_64 the numbers from newer_from on alternate twice between newer
 * and x32: one test of the bit tells them apart.  Returns how many ranges
 * are left.
 */
static size_t
fold_x32(struct gen *s, struct tree_range *r)
{
	size_t from = span_at(s, s->p->newer_from);

	if (!has_x32(s->p) || s->p->newer_from >= X32_BIT ||
	    !is_plain_above(s, from))
		return s->nspans;
	r[from].hi = UINT32_MAX;
	r[from].node = prog_jump(&s->g, PROG_JSET, X32_BIT,
	    prog_ret(&s->g, s->p->foreign), r[from].node);
	return from + 1;
}

/*
 * All ranges together weigh somewhat more again, one like the other: a call
 * that stands alone is not led through the whole tree.
 */
static void
add_evenly(struct tree_range *r, size_t n, uint64_t sum)
{
	size_t count = 1;

	for (size_t i = 1; i < n; i++)
		count += r[i].node != r[i - 1].node;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || r[i].node != r[i - 1].node)
			r[i].weight += sum * EVEN_PERCENT / 100 / count;
}

static uint32_t
number_tree(struct gen *s)
{
	struct tree_range *r = arena_array(s->a, s->nspans, sizeof(*r));
	struct tree_costs costs = { .is_level = true };
	uint64_t sum = 0, decided = 0;
	size_t n, size;

	for (size_t i = 0; i < s->nspans; i++) {
		const struct span *x = &s->spans[i];

		r[i] = (struct tree_range){ x->lo, x->hi,
			words_program(&s->w, x->f), span_weight(s, x) };
		sum += r[i].weight;
		if (!is_allowed(s, x->f))
			decided += r[i].weight;
	}
	add_hints(s, r, sum);
	n = fold_x32(s, r);
	add_evenly(r, n, sum);
	costs.size_weight = decided * SIZE_PERCENT / 100 + 1;
	return tree_build(&s->g, r, n, &costs, &size);
}

static void
add_share(struct bpf_report *report, struct bpf_share x)
{
	size_t i = report->nshares;

	if (i == BPF_MAX_SHARES && report->shares[i - 1].ninsns >= x.ninsns)
		return;
	if (i == BPF_MAX_SHARES)
		i--;
	else
		report->nshares++;
	for (; i > 0 && report->shares[i - 1].ninsns < x.ninsns; i--)
		report->shares[i] = report->shares[i - 1];
	report->shares[i] = x;
}

/* What each function of the arguments adds to those before it. */
static void
fill_report(struct gen *s, size_t ninsns, struct bpf_report *report)
{
	bool *seen = arena_array(s->a, s->g.count, sizeof(*seen));

	*report = (struct bpf_report){ .ninsns = ninsns };
	for (size_t i = 0; i < s->nspans; i++) {
		const struct span *x = &s->spans[i];
		struct bpf_share share = { .lo = x->lo, .hi = x->hi };

		if (dd_is_leaf(&s->d, x->f))
			continue;
		share.ninsns = prog_count(&s->g, words_program(&s->w, x->f),
		    seen);
		if (share.ninsns > 0)
			add_share(report, share);
	}
}

static uint32_t
whole_program(struct gen *s)
{
	uint32_t foreign = prog_ret(&s->g, s->p->foreign);
	uint32_t own = prog_load(&s->g, offsetof(struct seccomp_data, nr),
	    number_tree(s));

	return prog_load(&s->g, offsetof(struct seccomp_data, arch),
	    prog_jump(&s->g, PROG_JEQ, s->p->arch, own, foreign));
}

int
bpf_generate_with(struct arena *a, const struct sysc_policy *p,
    const struct bpf_options *o, struct bpf_program *out,
    struct bpf_report *report)
{
	struct gen s = { .a = a, .p = p, .o = o };
	uint32_t root;
	int r;

	dd_init(&s.d, a);
	prog_init(&s.g, a);
	words_init(&s.w, &s.d, &s.g);
	cut_spans(&s);
	for (size_t i = p->nitems; i > 0; i--)
		apply_item(&s, &p->items[i - 1]);
	root = whole_program(&s);
	if (s.d.is_full || s.w.is_full)
		return BPF_ERR_TOO_MANY;
	r = prog_emit(&s.g, root, out);
	if (report != NULL)
		fill_report(&s, out->ninsns, report);
	return r;
}

int
bpf_generate(struct arena *a, const struct sysc_policy *p,
    struct bpf_program *out)
{
	return bpf_generate_with(a, p, NULL, out, NULL);
}
