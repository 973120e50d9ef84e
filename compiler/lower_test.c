/* The tests section: each item to a question with what is expected. */
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/lower.h"
#include "compiler/ptest.h"
#include "compiler/scalar.h"
#include "compiler/sysconst.h"

static const char *const words[] = {
	[PTEST_ALLOWED] = "allowed", [PTEST_DENIED] = "denied",
	[PTEST_PROMPT] = "prompt", [PTEST_FORBIDDEN] = "forbidden",
};

/* --- the question ------------------------------------------------------- */

/* The key that asks, after a complaint about none and about a second. */
static const struct node *
find_query(struct lower *l, const struct node *item, unsigned *kind)
{
	const struct node *n, *found = NULL;
	unsigned k;

	for (n = item->first; n != NULL; n = n->next) {
		for (k = 0; question_name(k) != NULL; k++)
			if (strcmp(question_name(k), n->key->text) == 0)
				break;
		if (question_name(k) == NULL)
			continue;
		if (found != NULL) {
			diag_error(l->d, n->key->at, "a test asks one thing, "
			    "found \"%s\" and \"%s\"", found->key->text,
			    n->key->text);
			return NULL;
		}
		found = n;
		*kind = k;
	}
	if (found == NULL)
		diag_error(l->d, item->at, "a test asks one of exec, read, "
		    "write, run, connect, bind, syscall, env");
	return found;
}

/* The words of a command: a list, or one text as a shell splits it. */
static const char *const *
command_words(struct lower *l, const struct node *n, size_t *count)
{
	const struct node *c;
	const char **argv, *const *split, *text;

	*count = 0;
	if (n->kind == NODE_SCALAR) {
		text = expand_text(&l->x, n);
		if (text == NULL)
			return NULL;
		if (rules_shlex(l->a, text, strlen(text), &split, count) &&
		    *count > 0)
			return split;
		diag_error(l->d, n->at, "\"exec\" takes a command, found %s",
		    node_what(l->a, n));
		return NULL;
	}
	for (c = n->kind == NODE_LIST ? n->first : NULL; c != NULL;
	    c = c->next, ++*count)
		if (c->kind != NODE_SCALAR)
			break;
	if (*count == 0 || c != NULL) {
		diag_error(l->d, c != NULL ? c->at : n->at, "\"exec\" takes "
		    "a list of words, found %s", c != NULL ?
		    node_what(l->a, c) : n->kind == NODE_LIST ?
		    "an empty list" : node_what(l->a, n));
		return NULL;
	}
	argv = arena_array(l->a, *count, sizeof(*argv));
	for (*count = 0, c = n->first; c != NULL; c = c->next)
		if ((argv[(*count)++] = expand_text(&l->x, c)) == NULL)
			return NULL;
	return argv;
}

static bool
read_command(struct lower *l, const struct place *p, const struct node *n,
    struct question *q)
{
	size_t count, i;
	const char *const *found = command_words(l, n, &count);
	const char **argv;

	if (found == NULL)
		return false;
	argv = arena_array(l->a, count, sizeof(*argv));
	for (i = 0; i < count; i++)
		argv[i] = place_expand(l->a, p, found[i],
		    p->vars.workspaces[0]);
	question_exec(l->a, p, NULL, 0, argv, count, q);
	return true;
}

/* Some architecture must have the call, and the arguments named. */
static bool
check_call(struct lower *l, const struct question *q)
{
	const struct sysc_arch *arch, *has = sysc_arch_at(0);
	struct sysc_query unused;
	struct diag silent;
	size_t i;

	for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
		diag_init(&silent, NULL);
		if (sysc_query_parse(l->a, &silent, q->text, q->loc, arch,
		    &unused) == 0)
			return true;
	}
	return sysc_query_parse(l->a, l->d, q->text, q->loc, has,
	    &unused) == 0;
}

static bool
read_text(struct lower *l, const struct place *p, const struct node *n,
    enum question_kind kind, struct question *q)
{
	bool is_path = kind == QUESTION_READ || kind == QUESTION_WRITE ||
	    kind == QUESTION_RUN;
	const char *text = kind == QUESTION_SYSCALL ? n->text : is_path ?
	    expand_path(&l->x, n, NULL) : expand_text(&l->x, n), *fault;

	if (text == NULL)
		return false;
	if (kind != QUESTION_SYSCALL)
		text = place_expand(l->a, p, text, p->vars.workspaces[0]);
	if (question_read(l->a, p, kind, text, q, &fault) == -1) {
		diag_error(l->d, n->at, "\"%s\" takes %s, found %s",
		    question_name(kind), fault, node_what(l->a, n));
		return false;
	}
	q->loc = scalar_loc(l->a, n);
	return kind != QUESTION_SYSCALL || check_call(l, q);
}

/* --- what is expected --------------------------------------------------- */

static const char *
expects_text(enum question_kind kind)
{
	switch (kind) {
	case QUESTION_EXEC:
		return "allowed, prompt, forbidden or denied";
	case QUESTION_SYSCALL:
		return "allowed, denied, an errno name such as EPERM, or an "
		    "action such as kill";
	default:
		return "allowed or denied";
	}
}

static bool
can_expect(enum question_kind kind, unsigned expect)
{
	return expect <= PTEST_DENIED || kind == QUESTION_EXEC;
}

/* An errno by its name, or any action. */
static bool
read_action(struct lower *l, const struct node *n, struct ptest *t)
{
	struct diag silent;
	unsigned e;

	t->expect = PTEST_ACTION;
	t->action = SECCOMP_RET_ERRNO;
	if (syserrno_find(n->text, &e)) {
		t->action |= e;
		return true;
	}
	diag_init(&silent, NULL);
	return sysc_action_parse(l->a, &silent, n->text, n->at, &t->action)
	    == 0;
}

static bool
read_expect(struct lower *l, const struct node *n, struct ptest *t)
{
	struct near near = { .word = n->text };
	unsigned i;

	t->expected = n->text;
	t->at_expect = n->at;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!can_expect(t->q.kind, i))
			continue;
		t->expect = (enum ptest_expect)i;
		if (strcmp(words[i], n->text) == 0)
			return true;
		near_try(&near, words[i]);
	}
	if (t->q.kind == QUESTION_SYSCALL && read_action(l, n, t))
		return true;
	for (i = 0; t->q.kind == QUESTION_SYSCALL && syserrno_at(i) != NULL;
	    i++)
		near_try(&near, syserrno_at(i));
	diag_error(l->d, n->at, "\"expect\" of a test of %s takes %s, found "
	    "%s%s", question_name(t->q.kind), expects_text(t->q.kind),
	    node_what(l->a, n), near_hint(l->a, &near));
	return false;
}

static void
lower_test(struct lower *l, const struct place *p, const struct node *item)
{
	const struct node *expect = node_get(item, "expect"), *n;
	struct ptest t = { .loc = item->at };
	struct ir *ir = l->ir;
	unsigned kind = QUESTION_NKINDS;

	n = find_query(l, item, &kind);
	if (n == NULL)
		return;
	if (expect == NULL) {
		diag_error(l->d, item->at, "a test says what to \"expect\"");
		return;
	}
	if (kind == QUESTION_EXEC ? !read_command(l, p, n, &t.q) :
	    !read_text(l, p, n, (enum question_kind)kind, &t.q))
		return;
	if (!read_expect(l, expect, &t))
		return;
	ir->tests = arena_grow(l->a, ir->tests, ir->ntests, &ir->cap_tests,
	    sizeof(*ir->tests));
	ir->tests[ir->ntests++] = t;
}

void
lower_tests(struct lower *l, const struct node *tests)
{
	const struct node *n;
	struct place place;

	place_fixed(&place);
	for (n = tests != NULL ? tests->first : NULL; n != NULL &&
	    !diag_is_full(l->d); n = n->next)
		lower_test(l, &place, n);
}
