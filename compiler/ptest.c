/* Running a profile's tests: see ptest.h. */
#include "compiler/ptest.h"

static bool
is_met(const struct ptest *t, const struct answer *x)
{
	switch (t->expect) {
	case PTEST_ALLOWED:
		return x->decision == BLOB_ALLOW;
	case PTEST_DENIED:
		return x->decision == BLOB_FORBIDDEN;
	case PTEST_PROMPT:
		return x->decision == BLOB_PROMPT;
	case PTEST_FORBIDDEN:
		return x->decision == BLOB_FORBIDDEN && !x->is_by_file;
	case PTEST_ACTION:
		return x->action == t->action;
	case PTEST_NEXPECTS:
		break;
	}
	return false;
}

static void
run_once(struct arena *a, const struct blob *b, const struct ptest *t,
    const struct sysc_arch *arch, struct ptest_result *out)
{
	struct question q = t->q;
	struct place place;
	struct diag silent;
	int r;

	diag_init(&silent, NULL);
	place_fixed(&place);
	q.arch = arch;
	out->arch = arch;
	r = question_answer(a, &silent, b, &place, &q, &out->answer);
	out->outcome = r == QUESTION_UNASKABLE ? PTEST_SKIPPED :
	    r == BLOB_OK && is_met(t, &out->answer) ? PTEST_PASSED :
	    PTEST_FAILED;
}

/* The one that decided, and all that match a command. */
static void
visit_rules(const struct answer *x,
    void (*visit)(void *ctx, uint32_t rule), void *ctx)
{
	const struct answer_part *p;
	size_t i;

	visit(ctx, x->rule);
	for (i = 0; i < x->nmatches; i++)
		visit(ctx, x->matches[i]);
	for (p = x->parts; p != NULL; p = p->next)
		visit(ctx, p->rule);
}

void
ptest_run(struct arena *a, const struct blob *b, const struct ir *ir,
    const struct ptest *t, void (*visit)(void *ctx, uint32_t rule),
    void *ctx, struct ptest_result *out)
{
	size_t n = t->q.kind == QUESTION_SYSCALL ? ir->narchs : 1, i;
	struct ptest_result one;

	*out = (struct ptest_result){ .outcome = PTEST_SKIPPED };
	for (i = 0; i < n && out->outcome != PTEST_FAILED; i++) {
		run_once(a, b, t, t->q.kind == QUESTION_SYSCALL ?
		    ir->archs[i] : NULL, &one);
		if (one.outcome == PTEST_SKIPPED)
			continue;
		*out = one;
		if (visit != NULL)
			visit_rules(&one.answer, visit, ctx);
	}
}

const char *
ptest_message(struct arena *a, const struct ptest *t,
    const struct ptest_result *r)
{
	return arena_printf(a, "%s %s: expected %s, got %s%s%s: %s",
	    question_name(t->q.kind), diag_quote(a, t->q.text), t->expected,
	    r->answer.word, r->arch != NULL ? " on " : "",
	    r->arch != NULL ? r->arch->name : "", r->answer.reason);
}

void
ptest_run_all(struct arena *a, struct diag *d, const struct blob *b,
    const struct ir *ir)
{
	struct ptest_result r;
	const struct ir_rule *rule;
	size_t i;

	for (i = 0; i < ir->ntests && !diag_is_full(d); i++) {
		ptest_run(a, b, ir, &ir->tests[i], NULL, NULL, &r);
		if (r.outcome != PTEST_FAILED)
			continue;
		diag_error(d, ir->tests[i].at_expect, "test failed: %s",
		    ptest_message(a, &ir->tests[i], &r));
		if (r.answer.rule == 0 || r.answer.rule > ir->nrules)
			continue;
		rule = &ir->rules[r.answer.rule - 1];
		diag_note(d, rule->loc, "decided by this line of %s",
		    rule->name);
	}
}
