/*
 * Take the user's name, the home directory and values that look like secrets
 * out of text that goes into a record.
 */
#ifndef RUNTIME_REDACT_H
#define RUNTIME_REDACT_H

#include "runtime/text.h"

struct redact {
	const char *user;	/* NULL: left as it is */
	const char *home;	/* likewise */
	const char *other_home;	/* $HOME where that is another, or NULL */
	bool has_secrets;	/* look for secrets */
};

void redact_put(const struct redact *r, const char *s, struct text *out);

#endif
