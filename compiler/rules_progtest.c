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

static bool
fits(struct run *r, const struct rules_example *x,
    struct program_verdict *out)
{
	const char **argv = arena_array(r->a, x->argc + 1, sizeof(*argv));
	struct program_command c = { .argv = argv, .argc = x->argc + 1 };

	argv[0] = r->set->programs[r->test->program].name;
	if (x->argc > 0)
		memcpy(argv + 1, x->argv, x->argc * sizeof(*argv));
	return program_try(&r->v, r->spec, &c, NULL, NULL, out) == BLOB_OK &&
	    out->result != PROGRAM_UNVERIFIED;
}

static void
run_test(struct run *r)
{
	const struct rules_program_test *t = r->test;
	struct program_verdict got;
	size_t i;

	for (i = 0; i < t->nmatch; i++) {
		if (fits(r, &t->match[i], &got))
			continue;
		diag_error(r->d, t->match[i].loc,
		    "example %s does not fit its program: %s%s%s",
		    example_text(r, &t->match[i]),
		    program_cause_name(got.cause), got.word > 0 ? " at " : "",
		    got.word > 0 ? diag_quote(r->a,
		    t->match[i].argv[got.word - 1]) : "");
		diag_note(r->d, t->loc, "the program");
	}
	for (i = 0; i < t->nnot_match; i++) {
		if (!fits(r, &t->not_match[i], &got))
			continue;
		diag_error(r->d, t->not_match[i].loc,
		    "example %s fits its program, and should not",
		    example_text(r, &t->not_match[i]));
		diag_note(r->d, t->loc, "the program");
	}
}

void
rules_test_programs(struct arena *work, struct diag *d,
    const struct rules_context *c)
{
	/* Of the whole set: the numbers of programs stay what they are. */
	struct rule_set only = { .programs = c->set->programs,
	    .nprograms = c->set->nprograms };
	struct automaton_spec spec = { .set = &only };
	struct run r = { .a = work, .d = d, .set = &only };
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
