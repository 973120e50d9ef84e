/* lint: what is valid in a policy and yet hardly meant. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler/lint.h"
#include "compiler/lower.h"
#include "compiler/merge.h"
#include "compiler/sarif.h"
#include "compiler/verb.h"

#define MEMORY_LIMIT	((size_t)2 << 30)

struct args {
	struct verb_list dirs, defines, muted;
	bool is_sarif;
};

static bool
is_rule_file(const char *path)
{
	size_t n = strlen(path);

	return n > 6 && strcmp(path + n - 6, ".rules") == 0;
}

static void
lint_rules(struct arena *a, struct diag *d, const char *path)
{
	static const struct rules_options opt = { .has_extensions = true };
	struct ir *ir = arena_alloc(a, sizeof(*ir));
	const struct source *src;
	int r = source_load(a, path, path, &src);

	if (r != SOURCE_OK)
		die("%s: %s", path, r == SOURCE_ERR_OPEN ? strerror(errno) :
		    source_strerror(r));
	if (rules_read(a, d, src, &opt, &ir->exec) == 0)
		lint_run(a, d, NULL, src, ir);
}

static void
lint_profile(struct arena *a, struct diag *d, const char *path,
    const struct args *args)
{
	struct merge_options merge = { .dirs = args->dirs.v,
	    .ndirs = args->dirs.n };
	struct lower_options lower = { .defines = args->defines.v };
	struct ir *ir = arena_alloc(a, sizeof(*ir));
	const struct node *root;

	root = merge_load(a, d, path, &merge);
	if (root != NULL && lower_profile(a, d, root, &lower, ir) == 0)
		lint_run(a, d, root, root->at.src, ir);
}

void
verb_lint_usage(FILE *out)
{
	fputs("usage: codex-policyc lint [--sarif] [--strict] [-I DIR] "
	    "[-D NAME=VALUE]\n           [-W no-NAME] FILE...\n"
	    "       codex-policyc lint --list\n", out);
}

static int
list_checks(void)
{
	const struct lint_check *c;
	size_t i;

	for (i = 0; (c = lint_check_at(i)) != NULL; i++)
		printf("%-20s %s\n", c->id, c->summary);
	return VERB_OK;
}

static int
parse(struct args *args, struct diag *d, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sarif", no_argument, NULL, 'f' },
		{ "strict", no_argument, NULL, 's' },
		{ "list", no_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "I:D:W:", options, NULL)) != -1)
		switch (c) {
		case 'I': verb_list_add(&args->dirs, optarg); break;
		case 'D': verb_define(&args->defines, optarg); break;
		case 'f': args->is_sarif = true; break;
		case 's': d->is_strict = true; break;
		case 'l': return 1;
		case 'W': verb_mute(&args->muted, optarg); break;
		default: return -1;
		}
	return 0;
}

static void
lint_files(struct arena *a, struct diag *d, const struct args *args,
    char **files)
{
	for (; *files != NULL; files++) {
		verb_need_file(*files);
		if (is_rule_file(*files))
			lint_rules(a, d, *files);
		else
			lint_profile(a, d, *files, args);
	}
}

int
verb_lint(int argc, char **argv)
{
	struct args args = { .is_sarif = false };
	const struct lint_check *c;
	struct sarif *s = NULL;
	struct arena *a;
	struct diag d;
	size_t i;
	int r;

	diag_init(&d, stderr);
	r = parse(&args, &d, argc, argv);
	if (r == 1 && optind == argc)
		return list_checks();
	if (r != 0 || optind == argc)
		return VERB_SYNTAX;
	a = arena_new(MEMORY_LIMIT, die_full);
	d.muted = args.muted.v;
	if (args.is_sarif) {
		s = sarif_new(a, CODEX_VERSION);
		for (i = 0; (c = lint_check_at(i)) != NULL; i++)
			sarif_rule(s, c->id, c->summary);
		d.sink = sarif_sink;
		d.sink_ctx = s;
	}
	lint_files(a, &d, &args, argv + optind);
	if (s != NULL)
		sarif_write(s, stdout);
	r = d.errors > 0 || d.warnings > 0 ? VERB_REFUSED : VERB_OK;
	arena_free(a);
	return r;
}
