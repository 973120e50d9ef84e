/*
 * A question about a name, as far as it has been read, and what is done when
 * it is ours and may be.  Of names*.c alone.
 */
#ifndef RUNTIME_NAMES_ACT_H
#define RUNTIME_NAMES_ACT_H

#include <sys/stat.h>

#include "runtime/filecalls.h"
#include "runtime/names.h"

#define NAMES_PASS	(-1)	/* the kernel shall decide */

/* One call, as far as it has been read. */
struct names_asked {
	const struct filecall *call;
	const struct k_notif *n;
	uint64_t flags;		/* of an opening, a link or a rename */
	mode_t mode;
};

/* The last name of its path. */
const char *names_last(const struct resolved *r);

/* Of a file without a name, in the folder that the path leads to. */
bool names_is_temporary(const struct names_asked *a);

/* The policy that refuses, or NULL. */
const struct policy *names_refuser(const struct names *x,
    enum judge_right right, const char *path, struct judge_verdict *v);

/* Is it, or is it in, what is protected or denied? */
bool names_is_kept(const struct names *x, const char *path);

/* Is the file one that is, or for reading is denied, by whichever name? */
bool names_is_kept_file(const struct names *x, const struct stat *st,
    bool is_change);

/* x->at was refused. */
void names_note(struct names *x, const struct policy *by,
    const struct judge_verdict *v, pid_t pid);

/* Is it a call that sets modes or times, ours to answer?  Then it was. */
bool names_mark(struct names *x, const struct k_notif *n);

/* Do it.  0, an errno, or NAMES_PASS. */
int names_act(struct names *x, const struct names_asked *a);

#endif
