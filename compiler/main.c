/* codex-policyc: the table of verbs, and the one place that gives up. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/expand.h"
#include "compiler/sysgroup.h"
#include "compiler/verb.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "build", verb_build, "compile a profile into a blob" },
	{ "check", verb_check, "the same without output: only errors" },
	{ "show", verb_show, "print what a blob holds" },
	{ "test", verb_test, "run the tests of profiles and rules" },
	{ "why", verb_why, "decide one question and name the line behind it" },
	{ "sim", verb_sim, "run its programs over given calls, or prove them" },
	{ "import", verb_import, "turn another program's policy into a profile" },
	{ "export", verb_export, "write a blob's policy for another program" },
	{ "lint", verb_lint, "find dead, over-broad and risky rules" },
	{ "execpolicy", verb_execpolicy, "decide on a command by rule files" },
};

#define NVERBS	(sizeof(verbs) / sizeof(verbs[0]))

void
die(const char *fmt, ...)
{
	va_list ap;

	fputs("codex-policyc: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	exit(VERB_USAGE);
}

void
die_full(const char *what)
{
	die("%s", what);
}

void
verb_list_add(struct verb_list *l, const char *s)
{
	if (l->n == VERB_MAX_ARGS)
		die("an option is given more than %d times", VERB_MAX_ARGS);
	l->v[l->n++] = s;
}

void
verb_define(struct verb_list *l, const char *s)
{
	size_t len = strcspn(s, "=");

	if (len == 0 || s[len] == '\0')
		die("-D takes NAME=VALUE, found \"%s\"", s);
	if (expand_is_run_time(s, len))
		die("-D %s: this variable is known when the command runs; "
		    "choose another name", s);
	verb_list_add(l, s);
}

static void
help(FILE *out)
{
	size_t i;

	fputs("usage: codex-policyc VERB [OPTION...] [FILE...]\n\n", out);
	for (i = 0; i < NVERBS; i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fputs("\ncodex-policyc(1) has the options of each.\n", out);
}

static int
run(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		help(stderr);
		return VERB_USAGE;
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
		help(stdout);
		return VERB_OK;
	}
	if (strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "--version") == 0) {
		printf("codex-policyc %s, system call groups %d\n",
		    CODEX_VERSION, SYSGROUP_VERSION);
		return VERB_OK;
	}
	for (i = 0; i < NVERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	die("unknown verb \"%s\"; see codex-policyc --help", argv[1]);
}

int
main(int argc, char **argv)
{
	int r = run(argc, argv);

	/* Also by earlier writes, whose errno is gone. */
	if (fflush(stdout) != 0)
		die("standard output: %s", strerror(errno));
	if (ferror(stdout))
		die("standard output was not written");
	return r;
}
