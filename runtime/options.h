/*
 * The command line.  Options that a later version will have are refused by
 * name: a wish for more protection is never ignored.
 */
#ifndef RUNTIME_OPTIONS_H
#define RUNTIME_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/failure.h"
#include "runtime/text.h"

#define OPTIONS_MAX	16	/* of each repeatable option; Landlock's layers */

struct options {
	const char *profiles[OPTIONS_MAX];
	const char *workspaces[OPTIONS_MAX];
	const char *labels[OPTIONS_MAX];	/* KEY=VALUE */
	size_t nprofiles, nworkspaces, nlabels;
	const char *directory;
	const char *audit[2];			/* a file, a socket; or NULL */
	const char *session;
	const char *parent;			/* session around ours */
	uint64_t rotate_at;			/* bytes; 0: never */
	const char *approve;			/* NULL: nobody */
	const char *approve_log;
	int json_fd;				/* or -1 */
	uint64_t timeout_ms;			/* 0: none */
	bool is_dry_run, is_doctor, is_proof, wants_json, is_quiet;
	bool is_strict;				/* --strict-strength hard */
	bool is_explained;
	uint32_t fail_on_left;			/* LEFT_* kinds, as bits */
	bool wants_help, wants_version;
	char *const *argv;			/* the command and on */
	size_t argc;
};

/* What is not said on the command line comes from the environment. */
int options_parse(struct options *o, int argc, char *const *argv,
    char *const *env, struct failure *f);

void options_print_help(struct text *out);

#endif
