/*
 * Where a question is asked from: what the run-time variables stand for, the
 * working directory, other names of paths.  Either here, with the values that
 * codex-exec would find for the same user in the same place; or, for the
 * tests of profiles, fixed ones, so that a test says the same everywhere.
 */
#ifndef COMPILER_PLACE_H
#define COMPILER_PLACE_H

#include "blob/judge.h"
#include "compiler/arena.h"

/* Why codex-exec would not start here. */
struct place_fault {
	const char *text;
	uint32_t rule;		/* DBGI */
	struct place_fault *next;
};

/* What protect, deny and git find here. */
struct place_bar {
	uint32_t entry;			/* of FSRL */
	const char *path;		/* canonical */
	struct place_bar *next;
};

struct place {
	struct judge_vars vars;
	const char *cwd;
	bool is_real;		/* files may be looked at */
	bool is_workspace_given;
	/* Where $HOME is another place than ${home}: bars hold there too. */
	struct judge_vars other;
	bool has_other;
	struct place_bar *bars;		/* by place_learn() */
	struct place_fault *faults;
};

/*
 * Here: workspaces (-w; none: the working directory) are made canonical.
 * Returns 0, or -1 with *bad one that is no directory.
 */
int place_here(struct arena *a, const char *const *workspaces, size_t n,
    struct place *out, const char **bad);
/*
 * The policy's paths as the kernel will find them, and why codex-exec would
 * refuse them; file is the blob's own, or NULL.
 */
void place_learn(struct arena *a, struct place *p, const struct blob *b,
    const char *file);

/*
 * Is there anything here that codex-exec could keep for a barred path?  Only
 * what exists can be mounted upon.
 */
bool place_keeps(struct arena *a, const struct place *p,
    const struct blob *b, uint32_t entry, const char *path);

void place_fixed(struct place *out);

/* A template with the values of p; NULL where a variable has none. */
const char *place_expand(struct arena *a, const struct place *p,
    const char *template, const char *workspace);

/*
 * Absolute, without links as far as it exists; where !p->is_real by its
 * text alone.  *exists tells whether all of it does.
 */
const char *place_path(struct arena *a, const struct place *p,
    const char *path, bool *exists);

/* The same for blob/decide: the folder must exist; out of EVAL_PATH bytes. */
bool place_canonical(const char *path, char *out);

/*
 * The program's file as codex-exec would look it up with PATH (NULL: its
 * default), absolute; NULL where it finds none, and without is_real where
 * the name has no slash.
 */
const char *place_program(struct arena *a, const struct place *p,
    const char *name, const char *path);

#endif
