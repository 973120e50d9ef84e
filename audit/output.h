/*
 * A file that takes its name only when it is complete: who reads it meanwhile
 * (the node exporter does) reads the one before.
 */
#ifndef AUDIT_OUTPUT_H
#define AUDIT_OUTPUT_H

#include <stdio.h>

struct output {
	FILE *out;
	const char *name;		/* NULL: stdout */
	char temporary[4096];		/* empty: written in place */
};

/* 0, or -1 after a message. */
int output_open(struct output *w, const char *name);
/* Give the file its name, or remove it.  An exit status. */
int output_close(struct output *w, int is_complete);

#endif
