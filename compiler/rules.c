/*
 * Reading a rule file: parse, resolve names, evaluate, then try the examples
 * of its rules.  The tree and the values are gone afterwards.
 */
#include "compiler/rules_impl.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SHOWN	200	/* bytes of an example in a message */

/* Where the first byte is that is not UTF-8. */
static struct loc
bad_byte(const struct source *src)
{
	struct loc at = { .src = src, .line = 1, .col = 1, .len = 1 };
	const char *p = src->text, *end = p + src->len, *next;
	size_t i;

	/* Lines first, then the bytes of one line. */
	while ((next = memchr(p, '\n', (size_t)(end - p))) != NULL &&
	    star_utf8_valid(p, (size_t)(next - p))) {
		p = next + 1;
		at.line++;
	}
	for (i = 1; p + i <= end && star_utf8_valid(p, i); i++)
		at.col = (uint32_t)i + 1;
	return at;
}

static const char *
example_text(struct arena *a, const struct rules_example *x)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < x->argc && strlen(text) < MAX_SHOWN; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? " " : "",
		    x->argv[i]);
	return diag_quote(a, text);
}

struct surroundings {
	const char *cwd, *home;
};

static size_t
hits_of(struct arena *a, const struct rules_context *c,
    const struct rules_test *t, const struct rules_example *x,
    const struct surroundings *at)
{
	struct rules_command command = { .argv = x->argv, .argc = x->argc };
	struct rules_hit *hits;

	command.resolved = rules_absolute(a, x->argv[0], at->cwd, at->home);
	return rules_match_some(a, c->set, c->set->prefix + t->first, t->n,
	    &command, &hits);
}

void
rules_tell(struct diag *d, const struct rules_options *opt,
    const struct rules_tried *t, const char *what)
{
	if (opt->on_example != NULL) {
		opt->on_example(opt->ctx, t);
		return;
	}
	if (t->fault == NULL)
		return;
	diag_error(d, t->loc, "example %s %s", t->text, t->fault);
	diag_note(d, t->rule, "the %s", what);
}

/* Against the call's own rules alone, what must not match first. */
static void
run_test(struct arena *a, struct diag *d, const struct rules_options *opt,
    const struct rules_context *c, const struct rules_test *t,
    const struct surroundings *at)
{
	struct rules_tried tried = { .rule = t->loc, .list = "not_match" };
	size_t i;

	for (i = 0; i < t->nnot_match; i++) {
		tried.loc = t->not_match[i].loc;
		tried.text = example_text(a, &t->not_match[i]);
		tried.fault = hits_of(a, c, t, &t->not_match[i], at) > 0 ?
		    "matches its rule, and should not" : NULL;
		rules_tell(d, opt, &tried, "rule");
	}
	tried.list = "match";
	for (i = 0; i < t->nmatch; i++) {
		tried.loc = t->match[i].loc;
		tried.text = example_text(a, &t->match[i]);
		tried.fault = hits_of(a, c, t, &t->match[i], at) == 0 ?
		    "does not match its rule" : NULL;
		rules_tell(d, opt, &tried, "rule");
	}
}

static int
compare_ids(const void *a, const void *b)
{
	const struct prefix_rule *const *x = a, *const *y = b;
	int r = strcmp((*x)->id, (*y)->id);

	return r != 0 ? r : *x < *y ? -1 : *x > *y;
}

/* Rules of one call share their id; others may not. */
static void
check_ids(struct arena *a, struct diag *d, const struct rule_set *set)
{
	const struct prefix_rule **v = arena_array(a, set->nprefix,
	    sizeof(struct prefix_rule *));
	size_t i, n = 0;

	for (i = 0; i < set->nprefix; i++)
		if (set->prefix[i].id != NULL)
			v[n++] = &set->prefix[i];
	if (n > 0)
		qsort(v, n, sizeof(*v), compare_ids);
	for (i = 1; i < n; i++) {
		if (strcmp(v[i]->id, v[i - 1]->id) != 0 ||
		    v[i]->id == v[i - 1]->id)
			continue;
		diag_error(d, v[i]->loc, "id %s is used twice",
		    diag_quote(a, v[i]->id));
		diag_note(d, v[i - 1]->loc, "first used here");
	}
}

struct evaluation {
	struct arena *work;
	struct diag *d;
	const struct source *src;
	const struct rules_options *opt;
	struct rules_context *c;
};

/* 0, or 1 if it failed. */
static int
evaluate(void *ctx)
{
	const struct evaluation *e = ctx;
	const struct star_builtin *const builtins[] = {
		e->opt->has_extensions ? rules_extended : rules_builtins,
		star_functions, star_conversions, NULL
	};
	struct star_parse p = { .a = e->work, .d = e->d, .src = e->src };
	struct star s;

	if (!star_utf8_valid(e->src->text, e->src->len)) {
		diag_error(e->d, bad_byte(e->src), "this is not UTF-8");
		return 1;
	}
	p.module = star_parse(e->work, e->d, e->src);
	if (p.module == NULL || star_check(&p, builtins) == -1)
		return 1;
	star_init(&s, e->work, e->c->a, e->d);
	s.file = e->src->path != NULL ? e->src->path : e->src->name;
	s.host = e->c;
	return star_run(&s, p.module) == 0 ? 0 : 1;
}

static void
run_tests(struct arena *work, struct diag *d,
    const struct rules_options *opt, const struct rules_context *c)
{
	struct surroundings at = { .home = getenv("HOME") };
	const struct passwd *pw;
	char *cwd;
	size_t i;

	if (c->ntests == 0)
		return;
	if (at.home == NULL || at.home[0] != '/') {
		pw = getpwuid(getuid());
		at.home = pw != NULL ? pw->pw_dir : NULL;
	}
	cwd = getcwd(NULL, 0);
	at.cwd = cwd != NULL ? cwd : "/";
	for (i = 0; i < c->ntests && !diag_is_full(d); i++)
		run_test(work, d, opt, c, &c->tests[i], &at);
	free(cwd);
}

int
rules_read(struct arena *a, struct diag *d, const struct source *src,
    const struct rules_options *opt, struct rule_set *set)
{
	struct rules_context c = { .a = a, .set = set };
	struct arena *work = arena_new_like(a);
	struct evaluation e = { work, d, src, opt, &c };
	unsigned before = d->errors;
	int r = deep_run(evaluate, &e);

	if (r == -1)
		diag_error(d, (struct loc){ src, 1, 1, 0 }, "there is no "
		    "stack to evaluate this: %s", strerror(errno));
	if (r == 0) {
		run_tests(work, d, opt, &c);
		rules_test_programs(work, d, opt, &c);
		if (opt->has_extensions)
			check_ids(work, d, set);
	}
	arena_free(work);
	return d->errors == before ? 0 : -1;
}
