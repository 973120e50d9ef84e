/* show: what a blob holds, read back from its bytes alone. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/dump.h"
#include "compiler/dump_bpf.h"
#include "compiler/policy.h"
#include "compiler/stack.h"
#include "compiler/verb.h"

struct show {
	struct arena *a;
	const char *arg;		/* as it is named in messages */
	const struct sysc_arch *arch;	/* of --bpf */
	bool is_notifying;		/* the same */
	struct verb_list dirs;
};

static int
show_bpf(const struct show *s, struct dump *d)
{
	if (dump_bpf(s->a, d->b, s->is_notifying ? BLOB_BPFN : BLOB_BPF0,
	    s->arch, stdout) != BLOB_OK)
		die("%s: no such program for %s", s->arg, s->arch->name);
	return VERB_OK;
}

static int
show_plain(const struct show *s, struct dump *d)
{
	(void)s;
	dump_plain(d);
	return VERB_OK;
}

static int
show_table(const struct show *s, struct dump *d)
{
	(void)s;
	dump_table(d);
	return VERB_OK;
}

static int
show_json(const struct show *s, struct dump *d)
{
	(void)s;
	dump_json(d);
	return VERB_OK;
}

static int
show_resolved(const struct show *s, struct dump *d)
{
	size_t len, at;
	char *text;

	if (dump_resolved(d, &text, &len, &at) == -1) {
		fprintf(stderr, "codex-policyc: %s: this version has no "
		    "profile that gives these bytes again (they differ from "
		    "byte %zu on); it was made by another compiler\n", s->arg,
		    at);
		return VERB_REFUSED;
	}
	fwrite(text, 1, len, stdout);
	free(text);
	return VERB_OK;
}

typedef int view_fn(const struct show *s, struct dump *d);

static int
damaged(const char *arg, int code)
{
	fprintf(stderr, "codex-policyc: %s: %s\n", arg, blob_strerror(code));
	return VERB_REFUSED;
}

/* A blob that is proved and can be dumped; p is to be cleared either way. */
static int
open_one(struct show *s, const char *arg, struct policy *p, struct dump *d)
{
	const struct policy_request q = { .merge = { .dirs = s->dirs.v,
	    .ndirs = s->dirs.n } };
	int r = policy_open(p, s->a, arg, &q);

	if (r == VERB_OK)
		r = policy_prove(s->a, &p->blob, arg);
	if (r != VERB_OK)
		return r;
	r = dump_open(d, s->a, stdout, &p->blob);
	return r == BLOB_OK ? VERB_OK : damaged(arg, r);
}

static int
show_file(struct show *s, view_fn *view)
{
	struct policy p;
	struct dump d;
	int r;

	s->a = arena_new(0, die_full);
	r = open_one(s, s->arg, &p, &d);
	if (r == VERB_OK)
		r = view(s, &d);
	policy_clear(&p);
	arena_free(s->a);
	return r;
}

/* The architecture that is asked for, if any, has to be in each. */
static void
need_arch(const struct show *s, const struct dump *d, const char *arg)
{
	struct blob_sysc_head h;

	if (s->arch != NULL && blob_sysc_head_get(d->b, s->arch->audit, &h) !=
	    BLOB_OK)
		die("%s: no system calls for %s", arg, s->arch->name);
}

/* Several: what they come to together. */
static int
show_stack(struct show *s, char **args, size_t n, view_fn *view)
{
	struct policy p[STACK_MAX];
	struct stack stack = { .a = NULL, .arch = s->arch };
	int r = VERB_OK, code;
	size_t i;

	s->a = stack.a = arena_new(0, die_full);
	for (i = 0; i < n && r == VERB_OK; i++) {
		r = open_one(s, args[i], &p[i], &stack.layers[i]);
		if (r == VERB_OK)
			need_arch(s, &stack.layers[i], args[i]);
	}
	stack.n = n;
	if (r == VERB_OK && (code = stack_build(&stack)) != BLOB_OK)
		r = damaged(s->arg, code);
	if (r == VERB_OK)
		(view == show_json ? stack_print_json : view == show_table ?
		    stack_print_table : stack_print)(&stack, stdout);
	while (i-- > 0)
		policy_clear(&p[i]);
	arena_free(s->a);
	return r;
}

void
verb_show_usage(FILE *out)
{
	fputs("usage: codex-policyc show [--resolved | --table | --json | "
	    "--bpf [--notify] [--arch ARCH]]\n           [-I DIR] BLOB|PROFILE\n"
	    "       codex-policyc show [--table | --json] [--arch ARCH] [-I DIR] "
	    "BLOB|PROFILE...\n", out);
}

int
verb_show(int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "bpf", no_argument, NULL, 'b' },
		{ "json", no_argument, NULL, 'j' },
		{ "notify", no_argument, NULL, 'n' },
		{ "resolved", no_argument, NULL, 'r' },
		{ "table", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 }
	};
	static const struct { int c; view_fn *view; } views[] = {
		{ 'b', show_bpf }, { 'j', show_json },
		{ 'r', show_resolved }, { 't', show_table } };
	view_fn *view = show_plain;
	struct show s = { .arch = NULL };
	size_t i;
	int c, n, nviews = 0;

	optind = 0;
	while ((c = getopt_long(argc, argv, "I:", options, NULL)) != -1) {
		if (c == 'a')
			s.arch = verb_arch(optarg);
		else if (c == 'n')
			s.is_notifying = true;
		else if (c == 'I')
			verb_list_add(&s.dirs, optarg);
		else if (c == '?')
			return VERB_SYNTAX;
		for (i = 0; i < sizeof(views) / sizeof(views[0]); i++)
			if (views[i].c == c) {
				view = views[i].view;
				nviews++;
			}
	}
	n = argc - optind;
	if (n < 1 || nviews > 1 || (s.is_notifying && view != show_bpf) ||
	    (n == 1 && s.arch != NULL && view != show_bpf))
		return VERB_SYNTAX;
	if (n > 1 && (view == show_bpf || view == show_resolved))
		die("--bpf and --resolved take one policy: each of several has "
		    "programs of its own");
	if (n > STACK_MAX)
		die("more than %d policies, the limit of Landlock", STACK_MAX);
	s.arg = argv[optind];
	if (n > 1)
		return show_stack(&s, argv + optind, (size_t)n, view);
	if (s.arch == NULL)
		s.arch = sysc_arch_at(0);
	return show_file(&s, view);
}
