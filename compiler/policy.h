/*
 * The policy that a verb is asked about: a blob, or a profile, which is
 * compiled in memory first.
 */
#ifndef COMPILER_POLICY_H
#define COMPILER_POLICY_H

#include "blob/read.h"
#include "compiler/arena.h"

struct policy {
	struct blob blob;
	uint8_t *bytes;		/* of a profile: policy_clear() frees them */
};

/*
 * arg is a path, or a name to be found as DIR/NAME.yaml in the dirs (-I) and
 * where profiles are installed.  Returns VERB_OK; or VERB_REFUSED, with
 * messages printed, for a damaged blob or a refused profile; a file that
 * cannot be read ends the program by die().
 */
int policy_open(struct policy *p, struct arena *a, const char *arg,
    const char *const *dirs, size_t ndirs);
void policy_clear(struct policy *p);

/*
 * What a reader of the blob goes by is proved from what the kernel gets:
 * each program does what SYSC says, and the predicates are those of the
 * lists.  Returns VERB_OK, or VERB_REFUSED with messages printed.
 */
int policy_prove(struct arena *a, const struct blob *b, const char *arg);

#endif
