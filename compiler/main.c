/* codex-policyc: the table of verbs, and the one place that gives up. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/expand.h"
#include "compiler/lint.h"
#include "compiler/sysgroup.h"
#include "compiler/verb.h"

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	void (*usage)(FILE *out);
	const char *help;
	const char *noun;	/* stands behind the name, or NULL */
} verbs[] = {
	{ "build", verb_build, verb_build_usage,
	    "compile a profile into a blob", NULL },
	{ "check", verb_check, verb_check_usage,
	    "the same without output: only errors", NULL },
	{ "show", verb_show, verb_show_usage,
	    "print what a blob holds", NULL },
	{ "test", verb_test, verb_test_usage,
	    "run the tests of profiles and rules", NULL },
	{ "why", verb_why, verb_why_usage,
	    "decide one question and name the line behind it", NULL },
	{ "sim", verb_sim, verb_sim_usage,
	    "run its programs over given calls, or prove them", NULL },
	{ "import", verb_import, verb_import_usage,
	    "turn another program's policy into a profile", "oci-seccomp" },
	{ "export", verb_export, verb_export_usage,
	    "write a blob's policy for another program", "oci-seccomp" },
	{ "lint", verb_lint, verb_lint_usage,
	    "find dead, over-broad and risky rules", NULL },
	{ "execpolicy", verb_execpolicy, verb_execpolicy_usage,
	    "decide on a command by rule files", NULL },
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

void
verb_mute(struct verb_list *l, const char *s)
{
	static const char *const others[] = { "exec-unreachable", "frequency",
		"oci-contradiction", "oci-lost", "oci-name", "oci-value",
		"path-pattern" };
	const struct lint_check *check;
	size_t i;

	if (strncmp(s, "no-", 3) != 0)
		die("-W takes no-NAME, found \"%s\"", s);
	s += 3;
	verb_list_add(l, s);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], s) == 0)
			return;
	for (i = 0; (check = lint_check_at(i)) != NULL; i++)
		if (strcmp(check->id, s) == 0)
			return;
	die("-W no-%s: there is no warning \"%s\"; lint --list and "
	    "codex-policyc(1) have their names", s, s);
}

static void
help(FILE *out)
{
	size_t i;

	fputs("usage: codex-policyc VERB [OPTION...] [FILE...]\n\n", out);
	for (i = 0; i < NVERBS; i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fputs("\n`codex-policyc VERB --help' lists the options of each, which "
	    "codex-policyc(1)\nexplains.\n", out);
}

static bool
is_help(const char *arg)
{
	return strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0;
}

static int
run_verb(const struct verb *v, int argc, char **argv)
{
	int r, at = argc > 1 && v->noun != NULL &&
	    strcmp(argv[1], v->noun) == 0 ? 2 : 1;

	if (argc > at && is_help(argv[at])) {
		v->usage(stdout);
		return VERB_OK;
	}
	r = v->run(argc, argv);
	if (r != VERB_SYNTAX)
		return r;
	v->usage(stderr);
	return VERB_USAGE;
}

static int
run(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		help(stderr);
		return VERB_USAGE;
	}
	if (is_help(argv[1])) {
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
			return run_verb(&verbs[i], argc - 1, argv + 1);
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
