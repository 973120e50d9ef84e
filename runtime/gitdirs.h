/*
 * What git runs or obeys in the git directories that a folder leads to.
 */
#ifndef RUNTIME_GITDIRS_H
#define RUNTIME_GITDIRS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Wants one path kept, which need not exist or be canonical.  Not 0 ends the
 * search.
 */
typedef int git_keep_fn(void *arg, const char *path);

/*
 * Everything of the repository that folder is or lies in: its git directory,
 * or that of the main working tree too; linked working trees, submodules.
 * Returns 0 or what keep returned.
 */
int git_find(const char *folder, git_keep_fn *keep, void *arg);

/* Does a configuration turn config.worktree on?  Yes, if in doubt. */
bool git_config_is_split(const char *config);

/* What stands behind "worktree =" in a submodule's configuration. */
bool git_config_worktree(const char *config, char *value, size_t cap);

#endif
