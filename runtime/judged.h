/*
 * What a command's files are judged with: the values of variables and the
 * working directory.  Only where a policy has programs with typed arguments, or
 * who explains wants them.
 */
#ifndef RUNTIME_JUDGED_H
#define RUNTIME_JUDGED_H

#include "blob/judge.h"
#include "runtime/load.h"
#include "runtime/vars.h"

struct judged {
	struct judge_vars vars;
	const char *cwd;		/* NULL: files are not judged */
};

/* For commands with something inside, which may redirect, too. */
int judged_init(struct judged *j, const struct policies *all,
    bool is_wanted, struct vars *v,
    struct scratch *mem, struct failure *f);

#endif
