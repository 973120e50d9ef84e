/*
 * Collect what is wrong with a policy and print it:
 *
 *	default.rules:7:12: error: rule "net" is defined twice
 *	  allow rule net
 *	             ^~~
 *	default.rules:3:11: note: first defined here
 *
 * Messages are lower case, without full stop, quote values with
 * diag_quote(), and say what was found and what was expected.
 */
#ifndef COMPILER_DIAG_H
#define COMPILER_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/source.h"

#define DIAG_MAX_ERRORS	20	/* after these, stop looking */

struct diag {
	FILE *out;		/* NULL: count only */
	/*
	 * Takes the messages instead of out, unless NULL: kind is "error",
	 * "warning" or "note", check is NULL without a name.
	 */
	void (*sink)(void *ctx, const char *kind, const char *check,
	    struct loc at, const char *text);
	void *sink_ctx;
	unsigned errors;
	unsigned warnings;
	bool is_strict;		/* a warning counts as an error */
	const char *const *muted;	/* -W no-NAME, NULL-terminated or NULL */
	bool is_quiet;		/* the last message was muted: so are its notes */
};

void diag_init(struct diag *d, FILE *out);
void diag_error(struct diag *d, struct loc at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* check names the warning; it is shown as [-Wcheck]. */
void diag_warning(struct diag *d, const char *check, struct loc at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The other place of the message just given. */
void diag_note(struct diag *d, struct loc at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* True when so many errors were found that going on helps nobody. */
bool diag_is_full(const struct diag *d);

/*
 * s with C0, C1 and bidirectional controls escaped and at most 80 bytes, in
 * double quotes; from the arena.
 */
const char *diag_quote(struct arena *a, const char *s);

/*
 * The nearest of some names to a misspelt one.  Start with {.word = w}, show
 * it each candidate; near_hint() gives `; did you mean "X"?' or "".
 */
struct near {
	const char *word;
	const char *best;
	size_t distance;
};
void near_try(struct near *n, const char *candidate);
const char *near_hint(struct arena *a, const struct near *n);

#endif
