/*
 * SYSC, BPF0 and BPFN of one architecture: lowered, generated, proved,
 * written.  No program leaves the compiler that does not do what its policy
 * says.
 */
#include "compiler/emit_sys.h"

#include <assert.h>

#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sysnotify.h"

#define FIRST_BITMAP	(5u << 16 | 11)	/* Linux 5.11 */

static const struct loc nowhere = { .src = NULL };

static struct blob_buf *
section(const struct emit_syscalls *e, enum blob_kind kind)
{
	return blob_writer_section(e->w, kind, e->arch->audit,
	    BLOB_SF_CRITICAL);
}

static bool
is_outcome(const struct sysc_item *a, const struct sysc_item *b)
{
	return a->action == b->action && a->rule == b->rule;
}

/*
 * The items that are the first of their outcome stand for it: their numbers
 * to firsts, and to outcome[i] which of them item i has.
 */
static size_t
find_outcomes(const struct sysc_policy *p, size_t *firsts, uint16_t *outcome)
{
	size_t n = 0, k;

	for (size_t i = 0; i < p->nitems; i++) {
		for (k = 0; k < n && !is_outcome(&p->items[firsts[k]],
		    &p->items[i]); k++)
			;
		if (k == n)
			firsts[n++] = i;
		outcome[i] = (uint16_t)k;
	}
	return n;
}

static void
put_atom(struct blob_buf *b, const struct sysc_atom *x)
{
	blob_put8(b, x->arg);
	blob_put8(b, x->op);
	blob_put8(b, x->flags);
	blob_put8(b, 0);
	blob_put64(b, x->mask);
	blob_put64(b, x->value);
}

static void
put_policy(const struct emit_syscalls *e, const struct sysc_policy *p)
{
	struct blob_buf *b = section(e, BLOB_SYSC);
	size_t *firsts = arena_alloc(e->a, p->nitems * sizeof(*firsts));
	uint16_t *outcome = arena_alloc(e->a, p->nitems * sizeof(*outcome));
	size_t n = find_outcomes(p, firsts, outcome);

	blob_put32(b, p->action);
	blob_put32(b, p->newer);
	blob_put32(b, p->newer_from);
	blob_put32(b, p->foreign);
	blob_put32(b, p->rule_default);
	blob_put32(b, p->rule_newer);
	blob_put32(b, (uint32_t)p->nitems);
	blob_put32(b, (uint32_t)p->natoms);
	blob_put32(b, (uint32_t)n);
	for (size_t i = 0; i < p->nitems; i++) {
		const struct sysc_item *it = &p->items[i];

		/* No call's number is larger, nor a range of them longer. */
		assert(it->lo <= SYSC_I_LO && it->hi - it->lo <= SYSC_MAX_MORE);
		blob_put32(b, it->lo | (it->hi - it->lo) << SYSC_I_SHIFT);
		blob_put16(b, (uint16_t)it->atom);
		blob_put16(b, outcome[i]);
	}
	for (size_t i = 0; i < p->natoms; i++)
		put_atom(b, &p->atoms[i]);
	for (size_t i = 0; i < n; i++) {
		blob_put32(b, p->items[firsts[i]].action);
		blob_put32(b, p->items[firsts[i]].rule);
	}
}

static void
put_program(struct blob_buf *b, const struct bpf_program *p)
{
	for (size_t i = 0; i < p->ninsns; i++) {
		blob_put16(b, p->insns[i].code);
		blob_put8(b, p->insns[i].jt);
		blob_put8(b, p->insns[i].jf);
		blob_put32(b, p->insns[i].k);
	}
}

/* The item that decides a call first, for its place. */
static const struct ir_rule *
rule_of(const struct emit_syscalls *e, const struct sysc_policy *p,
    uint32_t nr)
{
	for (size_t i = 0; i < p->nitems; i++) {
		const struct sysc_item *x = &p->items[i];

		if (x->lo <= nr && nr <= x->hi && x->natoms > 0 &&
		    x->rule != 0)
			return &e->ir->rules[x->rule - 1];
	}
	return NULL;
}

/* The call with the most comparisons; 0: none has any. */
static size_t
busiest_call(const struct sysc_policy *p, uint32_t *nr)
{
	size_t most = 0;

	for (size_t i = 0; i < p->nitems; i++) {
		size_t n = 0;

		if (i > 0 && p->items[i].lo == p->items[i - 1].lo)
			continue;
		for (size_t k = i; k < p->nitems; k++)
			if (p->items[k].lo == p->items[i].lo)
				n += p->items[k].natoms;
		if (n <= most)
			continue;
		most = n;
		*nr = p->items[i].lo;
	}
	return most;
}

/* More cases than can be told apart: a limit, and where it is met. */
static void
report_cases(const struct emit_syscalls *e, const struct sysc_policy *p,
    const char *what)
{
	const struct ir_rule *rule;
	uint32_t nr = 0;
	size_t n = busiest_call(p, &nr);
	const char *name = sysc_call_name(e->arch->audit, nr);

	diag_error(e->d, nowhere, "the system call policy for %s: %s",
	    e->arch->name, what);
	rule = rule_of(e, p, nr);
	if (n > 0 && rule != NULL)
		diag_note(e->d, rule->loc, "most of them: %zu comparisons of "
		    "the arguments of %s", n, name != NULL ? name : "?");
}

static int
prove(const struct emit_syscalls *e, const struct sysc_policy *policy,
    const struct prove_options *o, const struct bpf_program *prog)
{
	struct prove_witness w;
	const char *name;
	int r;

	r = prove_program_with(e->a, policy, o, prog->insns, prog->ninsns, &w,
	    NULL);
	if (r == PROVE_OK)
		return 0;
	if (r == PROVE_ERR_EFFORT) {
		report_cases(e, policy, prove_strerror(r));
		return -1;
	}
	name = sysc_call_name(e->arch->audit, (uint32_t)w.call.nr);
	diag_error(e->d, nowhere, "internal error: the %sprogram for %s is "
	    "not proved: %s, at instruction %u, call %s (%d)",
	    o->is_notifying ? "notifying " : "", e->arch->name,
	    prove_strerror(r), w.at, name != NULL ? name : "?", w.call.nr);
	return -1;
}

static void
report_length(const struct emit_syscalls *e, const struct sysc_policy *p,
    const struct bpf_report *report)
{
	diag_error(e->d, nowhere, "the system call policy for %s needs %zu "
	    "instructions; the kernel takes %u", e->arch->name,
	    report->ninsns, BLOB_MAX_BPF);
	for (size_t i = 0; i < report->nshares; i++) {
		const struct bpf_share *x = &report->shares[i];
		const struct ir_rule *rule = rule_of(e, p, x->lo);
		const char *name = sysc_call_name(e->arch->audit, x->lo);

		diag_note(e->d, rule != NULL ? rule->loc : nowhere,
		    "%zu instructions (%zu%%) for the arguments of %s",
		    x->ninsns, x->ninsns * 100 / report->ninsns,
		    name != NULL ? name : "a range of calls");
	}
}

/* The hints for this architecture; calls that it lacks are left out. */
static struct bpf_options
options(const struct emit_syscalls *e)
{
	struct bpf_hot *hot = arena_array(e->a, e->ir->nhot, sizeof(*hot));
	uint32_t kernel = e->ir->target_kernel;
	struct bpf_options o = { .hot = hot,
		.has_no_bitmap = kernel != 0 && kernel < FIRST_BITMAP };

	for (size_t i = 0; i < e->ir->nhot; i++) {
		int nr = sysc_call_number(e->arch->audit,
		    e->ir->hot[i].name);

		if (nr >= 0)
			hot[o.nhot++] = (struct bpf_hot){ (uint32_t)nr,
				e->ir->hot[i].weight };
	}
	return o;
}

static int
generate(const struct emit_syscalls *e, const struct sysc_policy *p,
    struct bpf_program *out)
{
	const struct bpf_options o = options(e);
	struct bpf_report report = { 0 };
	int r = bpf_generate_with(e->a, p, &o, out, &report);

	if (r == BPF_ERR_TOO_LONG)
		report_length(e, p, &report);
	else if (r != BPF_OK)
		report_cases(e, p, bpf_strerror(r));
	return r == BPF_OK ? 0 : -1;
}

static int
emit_notifying(const struct emit_syscalls *e, const struct sysc_policy *p)
{
	const struct prove_options o = { .is_notifying = true,
		.notify = e->notify };
	struct sysc_policy asking;
	struct bpf_program prog;
	struct blob_buf *b;

	sysnotify_policy(e->a, p, e->notify, &asking);
	if (generate(e, &asking, &prog) == -1 || prove(e, p, &o, &prog) == -1)
		return -1;
	b = section(e, BLOB_BPFN);
	blob_put32(b, e->notify);
	blob_put32(b, 0);
	put_program(b, &prog);
	return 0;
}

int
emit_syscalls(const struct emit_syscalls *e)
{
	static const struct prove_options plain;
	struct sysc_policy p;
	struct bpf_program prog;

	if (sysc_lower(e->a, e->d, &e->ir->sys, e->arch->audit, &p) == -1 ||
	    generate(e, &p, &prog) == -1 || prove(e, &p, &plain, &prog) == -1)
		return -1;
	put_policy(e, &p);
	put_program(section(e, BLOB_BPF0), &prog);
	return emit_notifying(e, &p);
}
