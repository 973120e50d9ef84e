/* import and export: policies in the formats of other programs. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/oci.h"
#include "compiler/verb.h"

#define MEMORY_LIMIT	((size_t)2 << 30)

static const struct source *
load(struct arena *a, const char *path)
{
	const struct source *src;
	int r = source_load(a, path, path, &src);

	if (r != SOURCE_OK)
		die("%s: %s", path, r == SOURCE_ERR_OPEN ? strerror(errno) :
		    source_strerror(r));
	return src;
}

/* Print what was made, whole or not at all. */
static int
finish(FILE *out, char **text, size_t *len, int r)
{
	if (fclose(out) != 0)
		die("out of memory");
	if (r == 0)
		fwrite(*text, 1, *len, stdout);
	free(*text);
	return r == 0 ? VERB_OK : VERB_REFUSED;
}

static int
import_file(struct arena *a, struct diag *d, const char *path,
    const struct oci_options *opt)
{
	struct oci_profile profile;
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int r;

	if (oci_read(a, d, load(a, path), &profile) == -1)
		return VERB_REFUSED;
	out = open_memstream(&text, &len);
	if (out == NULL)
		die("out of memory");
	r = oci_import(a, d, &profile, opt, out);
	return finish(out, &text, &len, r);
}

void
verb_import_usage(FILE *out)
{
	fputs("usage: codex-policyc import oci-seccomp [--arch LIST] "
	    "[--cap CAP_NAME]...\n           [--kernel X.Y] [--strict] "
	    "[-W no-NAME] FILE\n", out);
}

void
verb_export_usage(FILE *out)
{
	fputs("usage: codex-policyc export oci-seccomp [--strict] BLOB\n",
	    out);
}

struct import_args {
	const struct sysc_arch *archs[VERB_MAX_ARCHS];
	struct oci_options opt;
	struct verb_list muted;
	bool is_strict;
};

static void
add_cap(struct oci_options *opt, const char *name)
{
	int cap = oci_cap_find(name);

	if (cap < 0)
		die("unknown capability \"%s\"; they are written as "
		    "CAP_SYS_ADMIN", name);
	opt->caps |= UINT64_C(1) << cap;
}

static int
parse_import(struct import_args *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "cap", required_argument, NULL, 'c' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "strict", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "W:", options, NULL)) != -1)
		switch (c) {
		case 'a':
			verb_archs(args->archs, &args->opt.narchs, optarg);
			break;
		case 'c':
			add_cap(&args->opt, optarg);
			break;
		case 'k':
			args->opt.has_kernel = true;
			if (!oci_kernel_parse(optarg, &args->opt.kernel))
				die("--kernel takes X.Y, found \"%s\"",
				    optarg);
			break;
		case 's':
			args->is_strict = true;
			break;
		case 'W':
			verb_mute(&args->muted, optarg);
			break;
		default:
			return -1;
		}
	if (args->opt.narchs == 0)
		verb_archs(args->archs, &args->opt.narchs, NULL);
	args->opt.archs = args->archs;
	return 0;
}

int
verb_import(int argc, char **argv)
{
	struct import_args args = { .is_strict = false };
	struct arena *a;
	struct diag d;
	int r;

	if (argc < 2 || strcmp(argv[1], "oci-seccomp") != 0) {
		if (argc >= 2 && argv[1][0] != '-')
			die("unknown format \"%s\"; there is oci-seccomp",
			    argv[1]);
		return VERB_SYNTAX;
	}
	if (parse_import(&args, argc - 1, argv + 1) == -1 ||
	    argc - 1 - optind != 1)
		return VERB_SYNTAX;
	a = arena_new(MEMORY_LIMIT, die_full);
	diag_init(&d, stderr);
	d.is_strict = args.is_strict;
	d.muted = args.muted.v;
	r = import_file(a, &d, argv[1 + optind], &args.opt);
	arena_free(a);
	return r;
}

static int
export_file(struct arena *a, struct diag *d, const char *path)
{
	const struct source *src = load(a, path);
	char *text = NULL;
	struct blob b;
	size_t len = 0;
	FILE *out;
	int r;

	r = blob_open(&b, src->text, src->len);
	if (r == BLOB_OK)
		r = blob_check_digest(&b);
	if (r != BLOB_OK) {
		fprintf(stderr, "codex-policyc: %s: %s\n", path,
		    blob_strerror(r));
		return VERB_REFUSED;
	}
	out = open_memstream(&text, &len);
	if (out == NULL)
		die("out of memory");
	r = oci_export(a, d, &b, path, out);
	return finish(out, &text, &len, r);
}

int
verb_export(int argc, char **argv)
{
	struct arena *a;
	struct diag d;
	bool is_strict = argc == 4 && strcmp(argv[2], "--strict") == 0;
	int r;

	if (argc >= 2 && argv[1][0] != '-' &&
	    strcmp(argv[1], "oci-seccomp") != 0)
		die("unknown format \"%s\"; there is oci-seccomp", argv[1]);
	if (argc != 3 + is_strict || argv[1][0] == '-' ||
	    argv[2 + is_strict][0] == '-')
		return VERB_SYNTAX;
	a = arena_new(MEMORY_LIMIT, die_full);
	diag_init(&d, stderr);
	d.is_strict = is_strict;
	r = export_file(a, &d, argv[2 + is_strict]);
	arena_free(a);
	return r;
}
