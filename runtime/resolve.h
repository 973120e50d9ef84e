/*
 * Which file a path of another task leads to, looked up from that task's root
 * without following links of /proc.  For explanations: the task can change
 * what it finds there.
 */
#ifndef RUNTIME_RESOLVE_H
#define RUNTIME_RESOLVE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "runtime/vars.h"

/* The root of the task that was looked at last, kept open. */
struct resolve_root {
	pid_t pid;			/* 0: none */
	int fd;
};

struct resolved {
	struct resolve_root *kept;	/* for RESOLVE_THERE; or NULL */
	int fd;				/* O_PATH, of the file or its parent */
	bool is_there;			/* the file itself */
	bool is_unknown;		/* no path that we can look up */
	char path[PATH_CAP];		/* canonical */
	char parent[PATH_CAP];		/* canonical; "" unless looked at */
};

enum resolve_how {
	RESOLVE_FILE,			/* what the path leads to */
	RESOLVE_THERE,			/* the same, where it is there */
	RESOLVE_NAME			/* the name itself, in its parent */
};

/*
 * path is relative to a descriptor of the task, or AT_FDCWD.  A file that is
 * not there is a name in its parent.  False: not to be found out.  r->fd is
 * the caller's to close.
 */
bool resolve_path(pid_t pid, int directory, const char *path,
    enum resolve_how how, struct resolved *r);

/*
 * The path of what lies below a folder that may not be searched, such as one
 * that a policy denies: canonical up to there, then as it is spelled.  There
 * is no r->fd.
 */
bool resolve_hidden(pid_t pid, int directory, const char *path,
    struct resolved *r);

/* Where a descriptor of ours leads. */
bool resolve_descriptor(int fd, char *buf, size_t cap);

/* What a task has open under a number, as a bare path.  -1 and errno. */
int resolve_open(pid_t pid, int fd);

/*
 * The number in "/proc/self/fd/3" or "/dev/fd/3", which no look-up of ours
 * follows, as it would be one of ours; -1: path is neither.
 */
int resolve_number(const char *path);

/* Where the path of a file ends in what the kernel adds when it has none. */
char *resolve_find_gone(char *path, const struct stat *st);

/* Do permissions let us do that?  0 or an errno; mode as for access(2). */
int resolve_access(const struct resolved *r, int mode);

#endif
