/*
 * build and check: a profile to a blob, or only its errors.  The output
 * replaces the old file at once or not at all.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/policy.h"
#include "compiler/textbuf.h"
#include "compiler/verb.h"

#define MEMORY_LIMIT	((size_t)2 << 30)

struct build {
	struct verb_list dirs, defines, rules, muted, frequencies;
	const char *out, *depfile, *kernel;
	const struct sysc_arch *archs[VERB_MAX_ARCHS];
	size_t narchs;
	bool is_strict, writes;
};

/*
 * A name as make(1) reads it: a backslash is one, but before what is special,
 * where each counts twice.
 */
static void
add_name(struct textbuf *t, const char *name, const char *special)
{
	size_t n = 0;

	for (; *name != '\0'; name++) {
		if (strchr(special, *name) != NULL)
			for (n++; n > 0; n--)
				textbuf_add(t, "\\");
		else if (*name == '$')
			textbuf_add(t, "$");
		textbuf_add(t, "%c", *name);
		n = *name == '\\' ? n + 1 : 0;
	}
}

static void
note_file(void *ctx, const char *path)
{
	struct textbuf *t = ctx;

	textbuf_add(t, " ");
	add_name(t, path, " \t#:");
}

void
verb_build_usage(FILE *out)
{
	fputs("usage: codex-policyc build PROFILE.yaml -o OUT.bin [-I DIR] "
	    "[-D NAME=VALUE]\n           [--arch LIST] [--rules FILE] "
	    "[--frequency FILE] [--target-kernel X.Y]\n           [--strict] "
	    "[--depfile FILE] [-W no-NAME]\n", out);
}

void
verb_check_usage(FILE *out)
{
	fputs("usage: codex-policyc check [-I DIR] [-D NAME=VALUE] "
	    "[--arch LIST] [--rules FILE]\n           [--frequency FILE] "
	    "[--target-kernel X.Y] [--strict]\n           [-W no-NAME] "
	    "FILE...\n", out);
}

/* Files of the command line that cannot be read: no fault of the policy. */
static void
check_files(const struct verb_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (access(l->v[i], R_OK) == -1)
			die("%s: %s", l->v[i], strerror(errno));
}

static int
parse_options(struct build *b, int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "rules", required_argument, NULL, 'r' },
		{ "strict", no_argument, NULL, 's' },
		{ "depfile", required_argument, NULL, 'd' },
		{ "frequency", required_argument, NULL, 'f' },
		{ "target-kernel", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 }
	};
	uint32_t version;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "o:I:D:W:", options, NULL)) != -1)
		switch (c) {
		case 'o': b->out = optarg; break;
		case 'I': verb_list_add(&b->dirs, optarg); break;
		case 'D': verb_define(&b->defines, optarg); break;
		case 'a': verb_archs(b->archs, &b->narchs, optarg); break;
		case 'r': verb_list_add(&b->rules, optarg); break;
		case 's': b->is_strict = true; break;
		case 'd': b->depfile = optarg; break;
		case 'f': verb_list_add(&b->frequencies, optarg); break;
		case 'k': b->kernel = optarg; break;
		case 'W': verb_mute(&b->muted, optarg); break;
		default: return -1;
		}
	if (b->kernel != NULL && !lower_kernel_parse(b->kernel, &version))
		die("--target-kernel takes X.Y, such as 5.10, found \"%s\"",
		    b->kernel);
	check_files(&b->rules);
	check_files(&b->frequencies);
	return 0;
}

static void
write_depfile(struct arena *a, const struct build *b,
    const struct textbuf *deps)
{
	struct textbuf t = { .a = a };

	add_name(&t, b->out, " \t#:%");
	textbuf_add(&t, ":%s\n", textbuf_text(deps));
	verb_replace_file(a, b->depfile, (const uint8_t *)t.p, t.n);
}

/* Compile one profile; returns the exit status. */
static int
compile(struct build *b, const char *path)
{
	struct arena *a = arena_new(MEMORY_LIMIT, die_full);
	struct textbuf deps = { .a = a };
	const struct policy_request q = {
		.merge = { .dirs = b->dirs.v, .ndirs = b->dirs.n,
		    .on_file = note_file, .ctx = &deps },
		.lower = { .defines = b->defines.v,
		    .extra_rules = b->rules.v,
		    .frequencies = b->frequencies.v,
		    .target_kernel = b->kernel, .archs = b->archs,
		    .narchs = b->narchs, .on_file = note_file,
		    .ctx = &deps },
		.runs_tests = true,
		.warns_unreachable = true,
	};
	struct policy p;
	struct diag d;
	int r;

	diag_init(&d, stderr);
	d.is_strict = b->is_strict;
	d.muted = b->muted.v;
	r = policy_compile(a, &d, path, &q, &p);
	/* The blob last: where the other fails, it is as it was. */
	if (r == VERB_OK && b->writes && b->depfile != NULL)
		write_depfile(a, b, &deps);
	if (r == VERB_OK && b->writes)
		verb_replace_file(a, b->out, p.blob.all.p, p.blob.all.len);
	policy_clear(&p);
	arena_free(a);
	return r;
}

int
verb_build(int argc, char **argv)
{
	struct build b = { .writes = true };

	if (parse_options(&b, argc, argv) == -1 || argc - optind != 1 ||
	    b.out == NULL)
		return VERB_SYNTAX;
	return compile(&b, argv[optind]);
}

int
verb_check(int argc, char **argv)
{
	struct build b = { .writes = false };
	int i, r = VERB_OK;

	if (parse_options(&b, argc, argv) == -1 || optind == argc ||
	    b.out != NULL || b.depfile != NULL)
		return VERB_SYNTAX;
	for (i = optind; i < argc; i++)
		if (compile(&b, argv[i]) != VERB_OK)
			r = VERB_REFUSED;
	return r;
}
