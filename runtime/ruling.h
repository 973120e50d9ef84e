/*
 * What the policies say of an exec somewhere in the tree: by each name that
 * it can be known by, the strictest counts.
 */
#ifndef RUNTIME_RULING_H
#define RUNTIME_RULING_H

#include "runtime/execstack.h"
#include "runtime/load.h"
#include "runtime/script.h"
#include "blob/eval.h"

/* An exec as it is seen: all paths absolute. */
struct exec_seen {
	struct execstack *words;
	const char *path;	/* that was asked for */
	const char *exe;	/* that runs; NULL before the exec */
	struct script script;	/* whether the path leads to one */
	const char *cwd;
	const struct judge_vars *vars;
	bool can_refuse;	/* some policy could */
};

struct ruling {
	enum blob_decision decision;
	const struct policy *by;
	uint32_t info;		/* DBGI rule */
	const char *why;	/* or "" */
	bool is_rule;		/* not the default */
};

/* Is this a policy that decides on the tree? */
bool ruling_has_scope(const struct policy *p);
bool ruling_any_has_scope(const struct policies *all);

/* Can it only allow? */
bool ruling_is_open(const struct policy *p);

struct ruling ruling_decide(const struct policies *all,
    const struct exec_seen *e);

#endif
