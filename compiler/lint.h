/*
 * Checks of policies that are valid and yet not what their author can want:
 * rules without effect, rules that are broader than they look, risks taken
 * without a word.  Each is a warning with a stable name.
 *
 * lint.c has the table; lint_sys.c, lint_walk.c, lint_exec.c and lint_files.c
 * the checks.
 */
#ifndef COMPILER_LINT_H
#define COMPILER_LINT_H

#include "compiler/ir.h"
#include "compiler/sysname.h"

struct lint;

struct lint_check {
	const char *id, *summary;
	void (*run)(struct lint *l);
	bool needs_profile;		/* else rule files will do */
};

struct lint {
	struct arena *a;
	struct diag *d;
	const struct node *root;	/* joined; NULL for a rule file */
	const struct source *own;	/* the file: others are not reported */
	const struct ir *ir;
	struct sysc_policy policies[SYSNAME_NARCHS];
	size_t npolicies;		/* one an architecture of the profile */
	const struct lint_check *check;	/* the present one */
};

const struct lint_check *lint_check_at(size_t i);	/* NULL past the last */

/* Run the checks; what they find goes to d. */
void lint_run(struct arena *a, struct diag *d, const struct node *root,
    const struct source *own, const struct ir *ir);

/* The one of that name, which needs no system call policy, on a profile. */
void lint_run_one(struct arena *a, struct diag *d, const struct node *root,
    const struct ir *ir, const char *id);

/* A finding of the present check. */
void lint_report(struct lint *l, struct loc at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Does that place belong to the file that is looked at? */
bool lint_is_own(const struct lint *l, struct loc at);

/* Each item of the profile's own syscalls.rules, with its rule. */
struct lint_item {
	const struct node *rule, *node;
	uint32_t number;		/* of ir->rules */
	uint32_t action;
	const char *reason;		/* NULL: none is given */
};
void lint_each_item(struct lint *l,
    void (*fn)(struct lint *l, const struct lint_item *it));

/* What decides a call whatever its arguments; NULL: the default. */
const struct sysc_item *lint_decider(const struct sysc_policy *p, uint32_t nr);
/* How far a call is allowed. */
enum lint_access { LINT_NEVER, LINT_SOMETIMES, LINT_ALWAYS };
enum lint_access lint_access(const struct sysc_policy *p, uint32_t nr);
bool lint_is_allow(uint32_t action);

void lint_sys_dead(struct lint *l);
void lint_sys_order(struct lint *l);
void lint_sys_pointer(struct lint *l);
void lint_sys_default(struct lint *l);
void lint_sys_risky(struct lint *l);
void lint_sys_walkaround(struct lint *l);
void lint_sys_io_uring(struct lint *l);
void lint_exec_dead(struct lint *l);
void lint_exec_redundant(struct lint *l);
void lint_exec_interpreter(struct lint *l);
void lint_exec_opaque(struct lint *l);
void lint_fs_write_root(struct lint *l);
void lint_fs_redundant(struct lint *l);
void lint_net_dead(struct lint *l);
void lint_env_loader(struct lint *l);
void lint_env_dead(struct lint *l);
void lint_variable_unused(struct lint *l);

#endif
