/*
 * Run-time variables: found when first asked for, canonicalised, kept.
 */
#ifndef RUNTIME_VARS_H
#define RUNTIME_VARS_H

#include <stdbool.h>
#include <stddef.h>

#include "blob/format.h"
#include "runtime/failure.h"
#include "runtime/scratch.h"
#include "runtime/text.h"

#define VARS_MAX_WORKSPACES	16
#define PATH_CAP		4096	/* the kernel's PATH_MAX */

struct vars {
	struct scratch *mem;
	char *const *env;		/* the caller's */
	const char *value[BLOB_NVARS];
	bool is_known[BLOB_NVARS];
	const char *workspaces[VARS_MAX_WORKSPACES];	/* canonical */
	size_t nworkspaces;
	bool is_workspace_given;	/* by -w */
};

/* value of NAME in env, or NULL. */
const char *env_lookup(char *const *env, const char *name);

/* True when path is root or lies below it; both normalised. */
bool path_is_within(const char *path, const char *root);

/*
 * Normalise an absolute path without looking at the file system: no empty,
 * `.' or `..' component.  The result is not longer.
 */
void path_normalise(char *path);

/* A copy of path made absolute and normalised, or NULL. */
const char *path_absolute(const char *path, struct scratch *mem);

void vars_init(struct vars *v, struct scratch *mem, char *const *env);

/* One -w, or the working directory if there was none. */
int vars_add_workspace(struct vars *v, const char *dir, struct failure *f);

/* The value, or NULL when this run has none (no such user, unset). */
const char *vars_get(struct vars *v, enum blob_var which);

/*
 * Where $HOME is another place than ${home}: *other is v with that one.
 * False when there is no such place.
 */
bool vars_other_home(struct vars *v, struct vars *other);

/* The variable's name as a profile spells it. */
const char *vars_name(enum blob_var which);

/* The first variable of a template, or BLOB_NVARS: it has none. */
enum blob_var vars_first(const char *template);

/*
 * Append template to out with every variable replaced, ${workspace} by the
 * given one.  Returns 0, or -1 with *missing set when one has no value.
 */
int vars_expand(struct vars *v, const char *template, const char *workspace,
    struct text *out, enum blob_var *missing);

/*
 * The name and home directory of a user number in the text of a password
 * file.  Returns 0, or -1 when no line has it.
 */
int passwd_find(const char *line, unsigned long uid, struct text *name,
    struct text *home);

#endif
