/*
 * test: the tests of profiles and the examples of rules, as TAP.  Where check
 * stops at what is wrong, this goes on and counts.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/policy.h"
#include "compiler/ptest.h"
#include "compiler/testlog.h"
#include "compiler/verb.h"

#define MEMORY_LIMIT	((size_t)2 << 30)	/* a file */

struct test {
	struct verb_list dirs, defines, rules;
	const struct sysc_arch *archs[VERB_MAX_ARCHS];
	size_t narchs;
	bool wants_coverage;
	const char *junit;
	struct arena *a;
	struct testlog log;
	const char *file;		/* the one at hand */
	const struct ir *ir;		/* its, once there is one */
	/* Examples come before the lines are known that they exercise. */
	struct loc *matched;
	size_t nmatched, cap_matched;
};

void
verb_test_usage(FILE *out)
{
	fputs("usage: codex-policyc test [-I DIR] [-D NAME=VALUE] "
	    "[--arch LIST] [--rules FILE]\n           [--coverage] "
	    "[--junit FILE] FILE...\n", out);
}

/* --- examples of rules -------------------------------------------------- */

static void
take_example(void *ctx, const struct rules_tried *x)
{
	struct test *t = ctx;

	testlog_add(&t->log, (struct test_result){ .file = t->file,
	    .name = arena_printf(t->a, "%s %s", x->list, x->text),
	    .at = x->loc,
	    .outcome = x->fault == NULL ? TEST_PASSED : TEST_FAILED,
	    .message = x->fault == NULL ? NULL : arena_strdup(t->a,
	    x->fault), .decided = x->rule });
	/* Examples of what does not match say nothing of when it does. */
	if (x->fault != NULL || strstr(x->list, "not") != NULL)
		return;
	t->matched = arena_grow(t->a, t->matched, t->nmatched,
	    &t->cap_matched, sizeof(*t->matched));
	t->matched[t->nmatched++] = source_origin(x->rule);
}

static void
exercise_matched(struct test *t)
{
	size_t i;

	for (i = 0; i < t->nmatched; i++)
		testlog_exercise(&t->log, t->matched[i]);
	t->nmatched = 0;
}

static void
fail_file(struct test *t)
{
	testlog_add(&t->log, (struct test_result){ .file = t->file,
	    .name = arena_printf(t->a, "%s compiles", t->file),
	    .outcome = TEST_FAILED,
	    .message = "it does not; the errors are on standard error" });
}

static void
test_rules(struct test *t)
{
	const struct rules_options opt = { .has_extensions = true,
	    .on_example = take_example, .ctx = t };
	struct rule_set set = { .nprefix = 0 };
	const struct source *src;
	struct diag d;
	size_t i;
	int r = source_load(t->a, t->file, t->file, &src);

	if (r != SOURCE_OK)
		die("%s: %s", t->file, r == SOURCE_ERR_OPEN ?
		    strerror(errno) : source_strerror(r));
	diag_init(&d, stderr);
	if (rules_read(t->a, &d, src, &opt, &set) == -1)
		fail_file(t);
	for (i = 0; i < set.nprefix; i++)
		testlog_rule(&t->log, set.prefix[i].id != NULL ?
		    set.prefix[i].id : "prefix_rule", set.prefix[i].loc);
	for (i = 0; i < set.nprograms; i++)
		testlog_rule(&t->log, "define_program", set.programs[i].loc);
	exercise_matched(t);
}

/* --- profiles ----------------------------------------------------------- */

/*
 * Lines that no question is decided by: the lists as such, of which a refusal
 * by absence speaks, and what is not asked about.
 */
static bool
is_askable(const struct ir *ir, uint32_t rule)
{
	static const char *const unasked[] = { "limits.", "audit",
		"host_executable" };
	const uint32_t lists[] = { ir->list_read, ir->list_write,
		ir->list_exec, ir->rule_connect, ir->rule_bind,
		ir->rule_unix };
	const char *name = ir->rules[rule - 1].name;
	size_t i;

	for (i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++)
		if (strncmp(name, unasked[i], strlen(unasked[i])) == 0)
			return false;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i] == rule)
			return false;
	/* Names count in mode proxy alone. */
	return ir->net_mode == BLOB_NET_PROXY ||
	    (strcmp(name, "network.domains") != 0 &&
	    strcmp(name, "network_rule") != 0);
}

static void
exercise(void *ctx, uint32_t rule)
{
	struct test *t = ctx;

	if (rule > 0 && rule <= t->ir->nrules)
		testlog_exercise(&t->log, t->ir->rules[rule - 1].loc);
}

static void
run_test(struct test *t, const struct blob *b, const struct ptest *p)
{
	static const enum test_outcome outcomes[] = {
		[PTEST_PASSED] = TEST_PASSED, [PTEST_FAILED] = TEST_FAILED,
		[PTEST_SKIPPED] = TEST_SKIPPED };
	struct ptest_result r;
	struct test_result out = { .file = t->file, .at = p->loc,
	    .name = arena_printf(t->a, "%s %s: %s",
	    question_name(p->q.kind), p->q.text, p->expected) };

	ptest_run(t->a, b, t->ir, p, exercise, t, &r);
	out.outcome = outcomes[r.outcome];
	if (r.outcome == PTEST_SKIPPED)
		out.message = "no architecture asked for has the call";
	if (r.outcome == PTEST_FAILED)
		out.message = ptest_message(t->a, p, &r);
	if (r.outcome == PTEST_FAILED && r.answer.rule > 0 &&
	    r.answer.rule <= t->ir->nrules)
		out.decided = t->ir->rules[r.answer.rule - 1].loc;
	testlog_add(&t->log, out);
}

static void
test_profile(struct test *t)
{
	const struct rules_options rules = { .has_extensions = true,
	    .on_example = take_example, .ctx = t };
	const struct policy_request q = {
		.merge = { .dirs = t->dirs.v, .ndirs = t->dirs.n },
		.lower = { .defines = t->defines.v,
		    .extra_rules = t->rules.v, .archs = t->archs,
		    .narchs = t->narchs, .rules = &rules },
	};
	struct policy p;
	struct diag d;
	uint32_t i;

	diag_init(&d, stderr);
	if (policy_compile(t->a, &d, t->file, &q, &p) != VERB_OK) {
		fail_file(t);
		policy_clear(&p);
		return;
	}
	t->ir = p.ir;
	for (i = 1; i <= p.ir->nrules; i++)
		if (is_askable(p.ir, i))
			testlog_rule(&t->log, p.ir->rules[i - 1].name,
			    p.ir->rules[i - 1].loc);
	exercise_matched(t);
	for (i = 0; i < p.ir->ntests; i++)
		run_test(t, &p.blob, &p.ir->tests[i]);
	policy_clear(&p);
}

/* --- the verb ----------------------------------------------------------- */

static int
parse_options(struct test *t, int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "rules", required_argument, NULL, 'r' },
		{ "coverage", no_argument, NULL, 'c' },
		{ "junit", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "I:D:", options, NULL)) != -1)
		switch (c) {
		case 'I': verb_list_add(&t->dirs, optarg); break;
		case 'D': verb_define(&t->defines, optarg); break;
		case 'a': verb_archs(t->archs, &t->narchs, optarg); break;
		case 'r': verb_list_add(&t->rules, optarg); break;
		case 'c': t->wants_coverage = true; break;
		case 'j': t->junit = optarg; break;
		default: return -1;
		}
	return optind < argc ? 0 : -1;
}

static void
write_junit(struct test *t)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		die_full("out of memory");
	testlog_junit(out, &t->log);
	if (fclose(out) == EOF)
		die_full("out of memory");
	verb_replace_file(t->a, t->junit, text, len);
	free(text);
}

static bool
is_rule_file(const char *path)
{
	size_t n = strlen(path);

	return n > 6 && strcmp(path + n - 6, ".rules") == 0;
}

int
verb_test(int argc, char **argv)
{
	struct test t = { .narchs = 0 };
	int i, r;

	if (parse_options(&t, argc, argv) == -1)
		return VERB_SYNTAX;
	for (i = optind; i < argc; i++)
		verb_need_file(argv[i]);
	/* What was read stays, for the places in results. */
	t.a = t.log.a = arena_new((size_t)(argc - optind) * MEMORY_LIMIT,
	    die_full);
	for (i = optind; i < argc; i++) {
		t.file = argv[i];
		if (is_rule_file(t.file))
			test_rules(&t);
		else
			test_profile(&t);
	}
	testlog_tap(stdout, &t.log);
	if (t.wants_coverage)
		testlog_coverage(stdout, &t.log);
	if (t.junit != NULL)
		write_junit(&t);
	r = t.log.nfailed > 0 ? VERB_REFUSED : VERB_OK;
	arena_free(t.a);
	return r;
}
