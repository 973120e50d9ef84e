/* show: what a blob holds, read back from its bytes alone. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/dump.h"
#include "compiler/dump_bpf.h"
#include "compiler/policy.h"
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
show_policy(const struct show *s, const struct blob *b, view_fn *view)
{
	struct dump d;
	int r;

	if (policy_prove(s->a, b, s->arg) != VERB_OK)
		return VERB_REFUSED;
	r = dump_open(&d, s->a, stdout, b);
	if (r != BLOB_OK) {
		fprintf(stderr, "codex-policyc: %s: %s\n", s->arg,
		    blob_strerror(r));
		return VERB_REFUSED;
	}
	return view(s, &d);
}

static int
show_file(struct show *s, view_fn *view)
{
	const struct policy_request q = { .merge = { .dirs = s->dirs.v,
	    .ndirs = s->dirs.n } };
	struct policy p;
	int r;

	s->a = arena_new(0, die_full);
	r = policy_open(&p, s->a, s->arg, &q);
	if (r == VERB_OK)
		r = show_policy(s, &p.blob, view);
	policy_clear(&p);
	arena_free(s->a);
	return r;
}

void
verb_show_usage(FILE *out)
{
	fputs("usage: codex-policyc show [--resolved | --table | --json | "
	    "--bpf [--notify] [--arch ARCH]]\n           [-I DIR] BLOB|PROFILE\n",
	    out);
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
	int c, nviews = 0;

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
	if (argc - optind != 1 || nviews > 1 ||
	    ((s.arch != NULL || s.is_notifying) && view != show_bpf))
		return VERB_SYNTAX;
	if (s.arch == NULL)
		s.arch = sysc_arch_at(0);
	s.arg = argv[optind];
	return show_file(&s, view);
}
