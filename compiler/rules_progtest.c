/*
 * The examples of define_program(), each against its own program alone, by
 * the code that decides at run time.
 */
#include "compiler/rules_impl.h"

#include <stdlib.h>
#include <string.h>

#include "blob/program.h"
#include "compiler/program_put.h"

#define MAX_SHOWN	200	/* bytes of an example in a message */

struct run {
	struct arena *a;
	struct diag *d;
	const struct rules_options *opt;
	struct program_view v;
	const struct rule_set *set;
	const struct rules_program_test *test;
	uint32_t spec;			/* of the section */
};

static const char *
example_text(struct run *r, const struct rules_example *x)
{
	const char *text = r->set->programs[r->test->program].name;
	size_t i;

	for (i = 0; i < x->argc && strlen(text) < MAX_SHOWN; i++)
		text = arena_printf(r->a, "%s %s", text, x->argv[i]);
	return diag_quote(r->a, text);
}

/* Why the example does not fit its program; NULL: it does. */
static const char *
misfit(struct run *r, const struct rules_example *x)
{
	struct program_verdict out = { .cause = PROGRAM_FITS };
	const char **argv = arena_array(r->a, x->argc + 1, sizeof(*argv));
	struct program_command c = { .argv = argv, .argc = x->argc + 1 };

	argv[0] = r->set->programs[r->test->program].name;
	if (x->argc > 0)
		memcpy(argv + 1, x->argv, x->argc * sizeof(*argv));
	if (program_try(&r->v, r->spec, &c, NULL, NULL, &out) == BLOB_OK &&
	    out.result != PROGRAM_UNVERIFIED)
		return NULL;
	return arena_printf(r->a, "does not fit its program: %s%s%s",
	    program_cause_name(out.cause), out.word > 0 ? " at " : "",
	    out.word > 0 ? diag_quote(r->a, x->argv[out.word - 1]) : "");
}

static void
run_test(struct run *r)
{
	const struct rules_program_test *t = r->test;
	struct rules_tried tried = { .rule = t->loc, .list = "should_match" };
	size_t i;

	for (i = 0; i < t->nmatch; i++) {
		tried.loc = t->match[i].loc;
		tried.text = example_text(r, &t->match[i]);
		tried.fault = misfit(r, &t->match[i]);
		rules_tell(r->d, r->opt, &tried, "program");
	}
	tried.list = "should_not_match";
	for (i = 0; i < t->nnot_match; i++) {
		tried.loc = t->not_match[i].loc;
		tried.text = example_text(r, &t->not_match[i]);
		tried.fault = misfit(r, &t->not_match[i]) == NULL ?
		    "fits its program, and should not" : NULL;
		rules_tell(r->d, r->opt, &tried, "program");
	}
}

void
rules_test_programs(struct arena *work, struct diag *d,
    const struct rules_options *opt, const struct rules_context *c)
{
	/* Of the whole set: the numbers of programs stay what they are. */
	struct rule_set only = { .programs = c->set->programs,
	    .nprograms = c->set->nprograms };
	struct automaton_spec spec = { .set = &only };
	struct run r = { .a = work, .d = d, .opt = opt, .set = &only };
	const uint32_t *order = program_order(work, &only);
	uint8_t *p = NULL;
	struct blob b;
	size_t i, len;

	if (c->nprogram_tests == 0 ||
	    program_blob(work, d, &spec, &p, &len) == -1)
		return;
	if (blob_open(&b, p, len) == BLOB_OK &&
	    program_view_of(&r.v, &b) == BLOB_OK) {
		for (i = 0; i < c->nprogram_tests && !diag_is_full(d); i++) {
			r.test = &c->program_tests[i];
			for (r.spec = 0; order[r.spec] != r.test->program;
			    r.spec++)
				continue;
			run_test(&r);
		}
	} else {
		diag_error(d, c->program_tests[0].loc, "internal error: the "
		    "programs cannot be read back");
	}
	free(p);
}
