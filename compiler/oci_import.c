/*
 * What the rules of an OCI profile come to.  Container runtimes hand them to
 * libseccomp, and this is what it makes of them:
 *
 * - a rule with the default action is left out;
 * - a rule without comparisons decides its calls, wherever it stands; of two
 *   such rules the first does;
 * - rules with comparisons add up.  Where two of different actions meet, the
 *   answer is not documented: here the first counts, and that is reported.
 */
#include "compiler/oci.h"

#include <string.h>

#include "compiler/oci_plan.h"
#include "compiler/sysitem.h"
#include "compiler/sysname.h"
#include "compiler/sysset.h"

#define MAX_PAIRS	200000	/* of conditions that are compared */

struct import {
	struct arena *a;
	struct diag *d;
	struct oci_plan plan;
	/* Who decides a call always; by row and column. */
	const struct oci_item *(*always)[SYSNAME_NARCHS];
	struct oci_item **last;		/* of each row: conditions */
	size_t pairs;
};

/* --- which rules hold ------------------------------------------------------ */

static bool
is_older(struct oci_kernel x, struct oci_kernel y)
{
	return x.major != y.major ? x.major < y.major : x.minor < y.minor;
}

static bool
has_kernel(const struct import *m, const struct oci_when *w)
{
	return !m->plan.options->has_kernel ||
	    !is_older(m->plan.options->kernel, w->kernel);
}

static const char says_default[] = "it says what the default says";

/* Why a rule does not hold, whatever the architecture; NULL if it may. */
static const char *
why_not(const struct import *m, const struct oci_rule *r)
{
	uint64_t held = m->plan.options->caps;

	if ((r->includes.caps & ~held) != 0)
		return arena_printf(m->a, "it needs %s",
		    r->includes.cap_names);
	if ((r->excludes.caps & held) != 0)
		return arena_printf(m->a, "it is for those without %s",
		    r->excludes.cap_names);
	if (r->includes.has_kernel && !has_kernel(m, &r->includes))
		return arena_printf(m->a, "it needs Linux %u.%u",
		    r->includes.kernel.major, r->includes.kernel.minor);
	if (r->excludes.has_kernel && has_kernel(m, &r->excludes))
		return arena_printf(m->a, "it is for kernels before %u.%u",
		    r->excludes.kernel.major, r->excludes.kernel.minor);
	if (r->action == m->plan.profile->action)
		return says_default;
	return NULL;
}

static unsigned
columns_of(const struct import *m, const struct oci_rule *r)
{
	unsigned columns = m->plan.columns;

	if (r->includes.has_archs)
		columns &= r->includes.columns;
	return columns & ~r->excludes.columns;
}

/* --- items ----------------------------------------------------------------- */

static void
leave(struct import *m, struct oci_step *s, enum oci_fate fate,
    const char *name)
{
	s->left[fate] = s->left[fate] == NULL ? name :
	    arena_printf(m->a, "%s %s", s->left[fate], name);
}

/* The architectures that have the call. */
static unsigned
having(size_t row, unsigned columns)
{
	unsigned out = 0;
	size_t i;

	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (columns >> i & 1 &&
		    sysname_number(row, sysc_arch_at(i)->audit) >= 0)
			out |= 1u << i;
	return out;
}

static struct oci_item *
item_find(struct oci_step *s, const struct node *name, const char *when)
{
	struct oci_item *it;

	for (it = s->last; it != NULL && it->name == name; it = it->of_row)
		if (when == NULL ? it->when == NULL :
		    it->when != NULL && strcmp(it->when, when) == 0)
			return it;
	return NULL;
}

static void
item_add(struct import *m, struct oci_step *s, const struct node *name,
    size_t row, unsigned column, const char *when)
{
	struct oci_item *it = item_find(s, name, when);

	if (it != NULL) {
		it->columns |= 1u << column;
		return;
	}
	it = arena_alloc(m->a, sizeof(*it));
	*it = (struct oci_item){ .call = sysname_at(row), .row = row,
	    .name = name, .columns = 1u << column, .when = when, .step = s,
	    .of_row = m->last[row] };
	m->last[row] = it;
	if (s->last != NULL)
		s->last->next = it;
	else
		s->first = it;
	s->last = it;
}

static void
report_never(struct import *m, const struct oci_rule *r, const char *call)
{
	diag_warning(m->d, "oci-value", r->args[0].loc, "this never holds for "
	    "%s: the kernel does not take the bits that it asks for", call);
}

static void
add_call(struct import *m, struct oci_step *s, const struct node *name,
    size_t row)
{
	unsigned columns = having(row, columns_of(m, s->rule)), i;
	const char *when = NULL;
	bool is_never = false;
	enum oci_sense sense;

	if (columns == 0) {
		leave(m, s, OCI_ELSEWHERE, name->text);
		return;
	}
	for (i = 0; i < SYSNAME_NARCHS; i++) {
		if (!(columns >> i & 1))
			continue;
		sense = oci_conds(m->a, name->text, sysc_arch_at(i), s->rule,
		    &when);
		if (sense == OCI_NEVER && !is_never)
			report_never(m, s->rule, name->text);
		is_never = is_never || sense == OCI_NEVER;
		if (sense != OCI_NEVER)
			item_add(m, s, name, row, i,
			    sense == OCI_ALWAYS ? NULL : when);
	}
}

static void
unknown_name(struct import *m, struct oci_step *s, const struct node *name)
{
	struct near near = { .word = name->text };
	size_t i;

	if (sysname_is_elsewhere(name->text)) {
		leave(m, s, OCI_ELSEWHERE, name->text);
		return;
	}
	for (i = 0; i < sysname_count(); i++)
		near_try(&near, sysname_at(i));
	diag_warning(m->d, "oci-name", name->at, "unknown system call %s: "
	    "container runtimes skip it%s", diag_quote(m->a, name->text),
	    near_hint(m->a, &near));
	leave(m, s, OCI_NO_NAME, diag_quote(m->a, name->text));
}

static void
report_repeated(struct import *m, const struct oci_rule *r)
{
	if (oci_is_repeated(r))
		diag_warning(m->d, "oci-contradiction", r->loc, "an argument "
		    "is compared twice: container runtimes then take each "
		    "comparison as a rule of its own, of which one is enough");
}

static void
add_step(struct import *m, const struct oci_rule *r)
{
	struct oci_step *s = arena_alloc(m->a, sizeof(*s));
	const struct node *name;
	int row;

	s->rule = r;
	s->unless = why_not(m, r);
	if (m->plan.last != NULL)
		m->plan.last->next = s;
	else
		m->plan.first = s;
	m->plan.last = s;
	if (s->unless == NULL)
		report_repeated(m, r);
	for (name = r->names->first; name != NULL; name = name->next) {
		row = sysname_find(name->text);
		if (row == -1)
			unknown_name(m, s, name);
		else if (s->unless == NULL)
			add_call(m, s, name, (size_t)row);
	}
}

/* --- contradictions -------------------------------------------------------- */

static void
contradiction(struct import *m, const struct oci_item *it,
    const struct oci_item *other, const char *what)
{
	diag_warning(m->d, "oci-contradiction", it->name->at, "%s is %s here, "
	    "but %s elsewhere; %s", it->call,
	    sysc_action_text(m->a, it->step->rule->action),
	    sysc_action_text(m->a, other->step->rule->action), what);
	diag_note(m->d, other->name->at, "decided here");
}

/* The first rule without comparisons has the call. */
static void
settle_always(struct import *m, struct oci_item *it)
{
	const struct oci_item *other = NULL;
	unsigned i;

	for (i = 0; i < SYSNAME_NARCHS; i++) {
		if (!(it->columns >> i & 1))
			continue;
		if (m->always[it->row][i] == NULL) {
			m->always[it->row][i] = it;
			continue;
		}
		it->columns &= ~(1u << i);
		if (m->always[it->row][i]->step->rule->action !=
		    it->step->rule->action)
			other = m->always[it->row][i];
	}
	if (other != NULL)
		contradiction(m, it, other, "the first counts");
}

/* A condition beside a rule without one says nothing. */
static void
settle_condition(struct import *m, struct oci_item *it)
{
	const struct oci_item *other = NULL, *by;
	unsigned i;

	for (i = 0; i < SYSNAME_NARCHS; i++) {
		by = m->always[it->row][i];
		if (!(it->columns >> i & 1) || by == NULL)
			continue;
		it->columns &= ~(1u << i);
		if (by->step->rule->action != it->step->rule->action)
			other = by;
	}
	if (other != NULL)
		contradiction(m, it, other, "the rule without comparisons "
		    "counts");
}

static bool
terms_of(struct import *m, const struct oci_item *it,
    const struct sysc_arch *arch, struct sysdnf_term **out)
{
	struct sysc_text t = { .text = arena_printf(m->a, "%s(%s)", it->call,
	    it->when), .loc = it->name->at };
	struct sysitem *item = arena_alloc(m->a, sizeof(*item));

	return sysitem_read(m->a, m->d, &t, item) == 0 &&
	    sysitem_terms(m->a, m->d, item, arch, out) == 0;
}

static bool
meets_on(struct import *m, const struct oci_item *x, const struct oci_item *y,
    const struct sysc_arch *arch)
{
	struct sysdnf_term *tx, *ty, *p, *q;

	if (!terms_of(m, x, arch, &tx) || !terms_of(m, y, arch, &ty))
		return false;
	for (p = tx; p != NULL; p = p->next)
		for (q = ty; q != NULL; q = q->next) {
			struct sysset_term sp = { p->atoms, p->natoms };
			struct sysset_term sq = { q->atoms, q->natoms };

			if (!sysset_is_apart(&sp, &sq))
				return true;
		}
	return false;
}

static bool
meets(struct import *m, const struct oci_item *x, const struct oci_item *y)
{
	unsigned i, columns = x->columns & y->columns;

	for (i = 0; i < SYSNAME_NARCHS; i++)
		if (columns >> i & 1 && meets_on(m, x, y, sysc_arch_at(i)))
			return true;
	return false;
}

/* A rule of the default action, though another decides its calls always. */
static void
settle_default(struct import *m, const struct oci_rule *r)
{
	unsigned i, columns = columns_of(m, r);
	const struct oci_item *by;
	const struct node *name;
	int row;

	for (name = r->names->first; name != NULL; name = name->next) {
		row = sysname_find(name->text);
		for (i = 0, by = NULL; row >= 0 && i < SYSNAME_NARCHS; i++)
			if (columns >> i & 1 && by == NULL)
				by = m->always[row][i];
		if (by == NULL)
			continue;
		diag_warning(m->d, "oci-contradiction", name->at, "%s is %s "
		    "here, as by default, but %s elsewhere; that counts",
		    name->text, sysc_action_text(m->a, r->action),
		    sysc_action_text(m->a, by->step->rule->action));
		diag_note(m->d, by->name->at, "decided here");
	}
}

/* Conditions of different actions that can hold at once. */
static void
settle_overlap(struct import *m, struct oci_item *it)
{
	struct oci_item *other;

	for (other = it->of_row; other != NULL; other = other->of_row) {
		if (other->when == NULL || (other->columns & it->columns) == 0
		    || other->step->rule->action == it->step->rule->action)
			continue;
		if (++m->pairs > MAX_PAIRS) {
			diag_error(m->d, it->name->at, "more than %d pairs of "
			    "conditions to compare", MAX_PAIRS);
			return;
		}
		if (!meets(m, it, other))
			continue;
		it->is_override = true;
		contradiction(m, it, other, "both hold for some arguments, "
		    "and the first counts");
		return;
	}
}

static void
each_item(struct import *m, bool is_always,
    void (*settle)(struct import *m, struct oci_item *it))
{
	const struct oci_step *s;
	struct oci_item *it;

	for (s = m->plan.first; s != NULL; s = s->next)
		for (it = s->first; it != NULL && !diag_is_full(m->d);
		    it = it->next)
			if ((it->when == NULL) == is_always)
				settle(m, it);
}

/* Names of which nothing is left, for the comment. */
static void
note_decided(struct import *m)
{
	struct oci_step *s;
	struct oci_item *it;

	for (s = m->plan.first; s != NULL; s = s->next)
		for (it = s->first; it != NULL; it = it->next)
			if (it->columns == 0)
				leave(m, s, OCI_DECIDED, it->call);
}

int
oci_import(struct arena *a, struct diag *d, const struct oci_profile *p,
    const struct oci_options *opt, FILE *out)
{
	struct import m = { .a = a, .d = d, .plan = { .profile = p,
	    .options = opt }, .always = arena_array(a, sysname_count(),
	    sizeof(*m.always)), .last = arena_array(a, sysname_count(),
	    sizeof(*m.last)) };
	unsigned errors = d->errors;
	const struct oci_step *s;
	const struct oci_rule *r;
	size_t i;

	for (i = 0; i < opt->narchs; i++)
		m.plan.columns |= 1u << sysname_column(opt->archs[i]->audit);
	for (r = p->first; r != NULL && !diag_is_full(d); r = r->next)
		add_step(&m, r);
	each_item(&m, true, settle_always);
	each_item(&m, false, settle_condition);
	each_item(&m, false, settle_overlap);
	for (s = m.plan.first; s != NULL && !diag_is_full(d); s = s->next)
		if (s->unless == says_default)
			settle_default(&m, s->rule);
	note_decided(&m);
	if (d->errors != errors)
		return -1;
	oci_print(a, &m.plan, out);
	return 0;
}
