/*
 * Variables in values: `${name}' of the profile and of -D are replaced when
 * compiling; the run-time ones become one byte each (format.h, BLOB_VAR_*).
 * `$$' stands for `$'.
 */
#ifndef COMPILER_EXPAND_H
#define COMPILER_EXPAND_H

#include "compiler/node.h"

struct expand {
	struct arena *a;
	struct diag *d;
	const struct node *variables;	/* the profile's map, or NULL */
	const char *const *defines;	/* -D NAME=VALUE, NULL-terminated */
	const struct node *stack[16];	/* variables being expanded */
	size_t depth;
};

/* Name of a run-time variable; NULL for a number that is none. */
const char *expand_var_name(unsigned var);
/* "/home/${user}" again, for people. */
const char *expand_show(struct arena *a, const char *template);

/* Is it given when the command runs?  A definition could never take effect. */
bool expand_is_run_time(const char *name, size_t len);

/* Refuse the profile's variables of such names. */
void expand_check_names(const struct expand *x);

/* Template of a value, or NULL after a diagnostic. */
const char *expand_text(struct expand *x, const struct node *n);

/*
 * The same for a path: it must be absolute, is tidied (`//', `.', `..', a
 * last slash), may not hold control bytes.  A first `?' is taken off and
 * told in *is_optional; where is_optional is NULL it is refused.
 */
const char *expand_path(struct expand *x, const struct node *n,
    bool *is_optional);

#endif
