/*
 * The verbs of codex-policyc: each takes its own arguments (argv[0] is the
 * verb) and returns the exit status: 0 fine, 1 findings or a refused policy,
 * 2 usage or I/O.
 */
#ifndef COMPILER_VERB_H
#define COMPILER_VERB_H

#include <stddef.h>
#include <stdio.h>

#define VERB_SYNTAX	(-1)	/* the usage is printed, then VERB_USAGE */
#define VERB_OK		0
#define VERB_REFUSED	1
#define VERB_USAGE	2

int verb_build(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_execpolicy(int argc, char **argv);
int verb_sim(int argc, char **argv);
int verb_import(int argc, char **argv);
int verb_export(int argc, char **argv);
int verb_lint(int argc, char **argv);
int verb_why(int argc, char **argv);
int verb_test(int argc, char **argv);

void verb_build_usage(FILE *out);
void verb_check_usage(FILE *out);
void verb_show_usage(FILE *out);
void verb_execpolicy_usage(FILE *out);
void verb_sim_usage(FILE *out);
void verb_import_usage(FILE *out);
void verb_export_usage(FILE *out);
void verb_lint_usage(FILE *out);
void verb_why_usage(FILE *out);
void verb_test_usage(FILE *out);

/* The room that verb_archs() needs. */
#define VERB_MAX_ARCHS	8

struct sysc_arch;

/* One architecture by name, or die saying why there are no programs for it. */
const struct sysc_arch *verb_arch(const char *name);
/* Add architectures from a list with commas; NULL: all there are. */
void verb_archs(const struct sysc_arch **archs, size_t *narchs, char *list);

/* What an option that may be repeated was given; NULL stands behind it. */
#define VERB_MAX_ARGS	256
struct verb_list {
	const char *v[VERB_MAX_ARGS + 1];
	size_t n;
};
void verb_list_add(struct verb_list *l, const char *s);
/* Add what -D was given, or die. */
void verb_define(struct verb_list *l, const char *s);
/* The same of -W: no-NAME. */
void verb_mute(struct verb_list *l, const char *s);

/* Die unless it is a regular file that can be read. */
void verb_need_file(const char *path);
/* Put len bytes in place of a file, or die and leave it as it was. */
struct arena;
void verb_replace_file(struct arena *a, const char *path, const void *p,
    size_t len);

/* Print `codex-policyc: MESSAGE' and exit with VERB_USAGE. */
void die(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));
/* For arena_new(): memory ran out. */
void die_full(const char *what);

#endif
