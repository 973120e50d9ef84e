/*
 * Exec rules as numbers, for subset.c: words become token and glob numbers,
 * patterns become runs.  Also says which rules made the automaton too large.
 */
#include "compiler/automaton.h"

#include <stdlib.h>
#include <string.h>

#include "blob/exec.h"
#include "compiler/automaton_put.h"
#include "compiler/reach.h"

#define NBLAMED	3	/* rules named when a limit is exceeded */

/* One alternative, on its way to a number. */
struct word {
	const char *s;
	uint32_t tag;
	uint32_t alt;
	bool is_glob;
};

struct shape {
	struct arena *a;
	const struct rule_set *set;
	struct rule_pattern *patterns;
	uint32_t *pattern_elem, *pattern_rule, *elem_alt, *elem_pattern;
	uint32_t *alts;
	bool *is_exact, *is_folded;
	const char **folded;	/* texts of canonical rules, folded */
	size_t nfolded;
	bool has_folded_globs;
	size_t npatterns, nelems, nalts;
	const char **tokens, **globs;
	size_t ntokens, nglobs;
};

/* Rules first, then the exceptions of each. */
static void
list_patterns(struct shape *h)
{
	const struct prefix_rule *r;
	size_t i, k, n = h->set->nprefix;

	for (i = 0; i < h->set->nprefix; i++)
		n += h->set->prefix[i].nunless;
	h->patterns = arena_array(h->a, n, sizeof(*h->patterns));
	h->pattern_rule = arena_array(h->a, n, sizeof(*h->pattern_rule));
	h->is_exact = arena_array(h->a, h->set->nprefix, sizeof(bool));
	h->is_folded = arena_array(h->a, h->set->nprefix, sizeof(bool));
	h->npatterns = h->set->nprefix;
	for (i = 0; i < h->set->nprefix; i++) {
		r = &h->set->prefix[i];
		h->is_exact[i] = r->is_exact;
		h->is_folded[i] = r->is_canonical;
		h->patterns[i] = (struct rule_pattern){ r->elems, r->nelems };
		h->pattern_rule[i] = (uint32_t)i;
		for (k = 0; k < r->nunless; k++) {
			h->pattern_rule[h->npatterns] = (uint32_t)i;
			h->patterns[h->npatterns++] = r->unless[k];
		}
	}
}

static void
count_elems(struct shape *h)
{
	size_t p, e;

	h->nelems = h->nalts = 0;
	for (p = 0; p < h->npatterns; p++)
		for (e = 0; e < h->patterns[p].nelems; e++, h->nelems++)
			h->nalts += h->patterns[p].elems[e].nalts;
}

static void
list_elems(struct shape *h)
{
	uint32_t elem = 0, alt = 0;
	size_t p, e;

	h->pattern_elem = arena_array(h->a, h->npatterns + 1, 4);
	h->elem_alt = arena_array(h->a, h->nelems + 1, 4);
	h->elem_pattern = arena_array(h->a, h->nelems, 4);
	for (p = 0; p < h->npatterns; p++) {
		h->pattern_elem[p] = elem;
		for (e = 0; e < h->patterns[p].nelems; e++) {
			h->elem_pattern[elem] = (uint32_t)p;
			h->elem_alt[elem++] = alt;
			alt += (uint32_t)h->patterns[p].elems[e].nalts;
		}
	}
	h->pattern_elem[p] = elem;
	h->elem_alt[elem] = alt;
}

/* By hash first: quick, and no harm in words made to collide. */
static int
by_word(const void *vx, const void *vy)
{
	const struct word *x = vx, *y = vy;

	if (x->is_glob != y->is_glob)
		return x->is_glob ? 1 : -1;
	if (x->tag != y->tag)
		return x->tag < y->tag ? -1 : 1;
	return strcmp(x->s, y->s);
}

/* A glob without `*' is a literal word. */
static struct word
make_word(struct shape *h, size_t pattern, const struct rule_elem *e,
    size_t k)
{
	struct word w = { .s = e->alts[k] };
	size_t len;

	w.is_glob = e->is_glob != NULL && e->is_glob[k] &&
	    strchr(w.s, '*') != NULL;
	if (h->is_folded[h->pattern_rule[pattern]]) {
		w.s = rules_fold(h->a, w.s);
		h->folded[h->nfolded++] = w.s;
		h->has_folded_globs |= w.is_glob;
	}
	w.tag = exec_hash_token(0, w.s, SIZE_MAX - 1, &len);
	return w;
}

static struct word *
list_words(struct shape *h)
{
	struct word *words = arena_array(h->a, h->nalts, sizeof(*words));
	const struct rule_elem *el;
	size_t p, e, k, n = 0;

	h->folded = arena_array(h->a, h->nalts, sizeof(*h->folded));
	for (p = 0; p < h->npatterns; p++)
		for (e = 0; e < h->patterns[p].nelems; e++) {
			el = &h->patterns[p].elems[e];
			for (k = 0; k < el->nalts; k++, n++) {
				words[n] = make_word(h, p, el, k);
				words[n].alt = (uint32_t)n;
			}
		}
	if (n > 1)
		qsort(words, n, sizeof(*words), by_word);
	return words;
}

static void
number_words(struct shape *h)
{
	struct word *words = list_words(h), *w;
	size_t i;

	h->alts = arena_array(h->a, h->nalts, sizeof(*h->alts));
	h->tokens = arena_array(h->a, h->nalts, sizeof(*h->tokens));
	h->globs = arena_array(h->a, h->nalts, sizeof(*h->globs));
	for (i = 0; i < h->nalts; i++) {
		w = &words[i];
		if (i == 0 || by_word(w - 1, w) != 0) {
			if (w->is_glob)
				h->globs[h->nglobs++] = w->s;
			else
				h->tokens[h->ntokens++] = w->s;
		}
		h->alts[w->alt] = w->is_glob ?
		    SUBSET_GLOB | (uint32_t)(h->nglobs - 1) :
		    (uint32_t)(h->ntokens - 1);
	}
}

/* The front end refuses these, but what follows relies on it. */
static bool
is_well_formed(const struct shape *h, struct diag *d)
{
	const struct rule_pattern *q;
	size_t p, e;
	bool is_ok;

	for (p = 0; p < h->npatterns; p++) {
		q = &h->patterns[p];
		is_ok = q->nelems > 0;
		for (e = 0; e < q->nelems; e++)
			is_ok = is_ok && q->elems[e].nalts > 0;
		if (is_ok)
			continue;
		diag_error(d, h->set->prefix[h->pattern_rule[p]].loc,
		    "the rule has an empty pattern");
		return false;
	}
	return true;
}

/* In how many states each rule is still waited for. */
static size_t *
weigh_states(const struct shape *h, const struct subset *s)
{
	size_t *weight = arena_array(h->a, h->set->nprefix, sizeof(*weight));
	const struct set *set;
	size_t i, k;

	for (i = 1; i < s->states.n; i++) {	/* all are in the first */
		set = &s->states.sets[i];
		for (k = 0; k < set->n && set->v[k] < h->nelems; k++)
			weight[h->pattern_rule[h->elem_pattern[set->v[k]]]]++;
	}
	return weight;
}

/* In how many states of the byte automaton each rule's globs are. */
static size_t *
weigh_globs(const struct shape *h, const struct globs *g)
{
	size_t *weight = arena_array(h->a, h->set->nprefix, sizeof(*weight));
	size_t *of = arena_array(h->a, h->nglobs, sizeof(*of));
	size_t e, i;

	for (i = 0; i < h->nglobs; i++)
		of[i] = globs_weight(g, (uint32_t)i);
	for (e = 0; e < h->nelems; e++)
		for (i = h->elem_alt[e]; i < h->elem_alt[e + 1]; i++)
			if (h->alts[i] & SUBSET_GLOB)
				weight[h->pattern_rule[h->elem_pattern[e]]] +=
				    of[h->alts[i] & ~SUBSET_GLOB];
	return weight;
}

static size_t
heaviest(const size_t *weight, size_t n)
{
	size_t i, best = 0;

	for (i = 1; i < n; i++)
		if (weight[i] > weight[best])
			best = i;
	return best;
}

/* Name the rules that take part in most of what was too much. */
static void
blame(const struct shape *h, struct diag *d, size_t *weight, const char *what,
    size_t limit)
{
	size_t i, worst = heaviest(weight, h->set->nprefix);

	diag_error(d, h->set->prefix[worst].loc, "the exec rules need more "
	    "than %zu %s; this rule takes part in most of them", limit, what);
	for (i = 1; i < NBLAMED; i++) {
		weight[worst] = 0;
		worst = heaviest(weight, h->set->nprefix);
		if (weight[worst] == 0)
			return;
		diag_note(d, h->set->prefix[worst].loc,
		    "and together with this one");
	}
}

static size_t
or_default(size_t limit, size_t by_default)
{
	return limit == 0 ? by_default : limit;
}

static int
build(struct shape *h, struct diag *d, const struct automaton_spec *spec,
    struct blob_writer *w, struct blob_buf *out)
{
	size_t max_globs = or_default(spec->max_globs, AUTOMATON_MAX_GLOBS);
	struct subset_input in = {
		.nrules = h->set->nprefix, .npatterns = h->npatterns,
		.nelems = h->nelems, .pattern_elem = h->pattern_elem,
		.pattern_rule = h->pattern_rule, .elem_alt = h->elem_alt,
		.elem_pattern = h->elem_pattern, .alts = h->alts,
		.is_exact = h->is_exact, .is_folded = h->is_folded,
		.tokens = h->tokens,
		.globs = globs_new(h->a, h->globs, h->nglobs, max_globs),
		.max_states = or_default(spec->max_states,
		    AUTOMATON_MAX_STATES),
		.max_work = or_default(spec->max_work, AUTOMATON_MAX_WORK),
	};
	struct subset s = { .states.a = h->a };
	struct foldtable folds = { .nentries = 0 };
	const struct automaton_parts parts = {
		.spec = spec, .patterns = h->patterns, .in = &in,
		.subset = &s, .ntokens = h->ntokens, .folds = &folds,
	};

	switch (subset_build(&s, &in)) {
	case SUBSET_OK:
		break;
	case SUBSET_ERR_GLOBS:
		blame(h, d, weigh_globs(h, in.globs),
		    "states for their globs", max_globs);
		return -1;
	case SUBSET_ERR_STATES:
		blame(h, d, weigh_states(h, &s), "states", in.max_states);
		return -1;
	default:
		blame(h, d, weigh_states(h, &s), "steps to build",
		    in.max_work);
		return -1;
	}
	if (spec->warns_unreachable)
		reach_report(h->a, d, spec->set, &s);
	if (s.folded != EXEC_NONE)
		foldtable_make(h->a, h->folded, h->nfolded,
		    h->has_folded_globs, &folds);
	if (automaton_put(h->a, &parts, w, out) == 0)
		return 0;
	diag_error(d, (struct loc){ .src = NULL },
	    "the words of the exec rules cannot be hashed");
	return -1;
}

int
automaton_build(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, struct blob_writer *w,
    struct blob_buf *out)
{
	struct shape h = { .a = a, .set = spec->set };

	if (h.set->nprefix > BLOB_MAX_RULES) {
		diag_error(d, h.set->prefix[BLOB_MAX_RULES].loc,
		    "more than %d exec rules", BLOB_MAX_RULES);
		return -1;
	}
	list_patterns(&h);
	count_elems(&h);
	if (!is_well_formed(&h, d))
		return -1;
	if (h.nalts > BLOB_MAX_SIZE / EXEC_ALT_LEN) {
		diag_error(d, h.set->prefix[0].loc,
		    "the exec rules have more than %u words",
		    BLOB_MAX_SIZE / EXEC_ALT_LEN);
		return -1;
	}
	list_elems(&h);
	number_words(&h);
	return build(&h, d, spec, w, out);
}

int
automaton_emit(struct arena *a, struct diag *d, const struct ir *ir,
    struct blob_writer *w, struct blob_buf *out)
{
	const struct automaton_spec spec = {
		.set = &ir->exec,
		.rules = ir->exec_rules,
		.hosts = ir->host_rules,
		.dflt = ir->exec_default,
		.opaque = ir->exec_opaque,
		.scope = ir->exec_scope,
		.rule_default = ir->rule_exec_default,
		.rule_opaque = ir->rule_exec_opaque,
		.warns_unreachable = ir->warns_unreachable,
	};

	return automaton_build(a, d, &spec, w, out);
}
