/*
 * The command line, one table row an option; each row says which verbs take
 * it.
 */
#ifndef AUDIT_OPTIONS_H
#define AUDIT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "audit/record.h"

#define EXIT_DAMAGED	1
#define EXIT_USAGE	2

enum verb_kind {
	VERB_VERIFY = 1, VERB_TAIL = 2, VERB_QUERY = 4, VERB_STATS = 8,
	VERB_METRICS = 16, VERB_EXPORT = 32, VERB_CLEAR = 64
};

/* What a record must be; NULL: anything. */
struct filter {
	int64_t since, until;		/* [since, until) */
	const char *session, *event, *operation, *decision, *rule, *profile;
	const char *target;		/* a glob */
};

struct options {
	struct filter filter;
	const char *anchor, *from;	/* 64 hex digits, or NULL */
	const char *output;		/* or NULL: stdout */
	const char *format;		/* of export */
	bool is_json, is_following, is_quiet;
	unsigned last;			/* lines of tail, rows of stats */
	char **files;
	size_t nfiles;
};

/* argv after the verb.  0, 1: help is wanted, or -1 after a message. */
int options_parse(struct options *o, unsigned verb, int argc, char **argv);

void options_print(unsigned verb, FILE *out);

bool filter_takes(const struct filter *f, const struct record *r);

#endif
