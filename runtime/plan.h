/*
 * The path rules of all policies with their variables expanded: what
 * Landlock will be told, decided before anything is locked.
 */
#ifndef RUNTIME_PLAN_H
#define RUNTIME_PLAN_H

#include "runtime/bars.h"
#include "runtime/load.h"

struct plan_rule {
	const char *path;		/* canonical, if it can be written */
	const struct policy *policy;
	uint32_t rule;			/* DBGI rule to name */
	uint16_t rights;		/* FS_* */
	bool is_dir;
	int fd;				/* bare path (O_PATH) to it, or -1 */
};

struct plan {
	struct plan_rule *rules;	/* in the order of the policies */
	size_t count, cap;
	const char **skipped;		/* optional paths that are not there */
	size_t nskipped;
	struct bars bars;
	bool is_loopback;		/* a network namespace is needed */
	bool is_proxied;		/* with a way out of it */
	bool has_own_ipc;		/* an IPC namespace comes with mounts */
	uint8_t namespaces;		/* META_NS_* that some policy wants */
};

/* True for a rule by which files can be changed, not only devices used. */
bool plan_is_write_root(uint16_t rights);

/* Does the template stand for a path in each workspace? */
bool plan_has_workspace(const char *template);

int plan_build(struct plan *plan, const struct policies *all, struct vars *v,
    struct failure *f);

/* Close what is open, in a process that goes on. */
void plan_close(struct plan *plan);

/*
 * The rule below whose write root path lies, or NULL.  Policies that let
 * everything be written count only where all shall (is_all).
 */
const struct plan_rule *plan_writable(const struct plan *plan,
    const char *path, bool is_all);

#endif
