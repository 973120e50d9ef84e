/*
 * The policy that a verb is asked about: a blob, or a profile, which is
 * compiled in memory first.
 */
#ifndef COMPILER_POLICY_H
#define COMPILER_POLICY_H

#include "blob/read.h"
#include "compiler/lower.h"
#include "compiler/merge.h"

struct policy {
	struct blob blob;
	uint8_t *bytes;		/* of a profile: policy_clear() frees them */
	struct ir *ir;		/* of a profile; NULL of a blob */
};

/* How profiles are compiled. */
struct policy_request {
	struct merge_options merge;
	struct lower_options lower;
	bool runs_tests;	/* a profile's own: a failure refuses it */
	bool warns_unreachable;	/* of exec rules that never decide */
};

/*
 * The one way from a profile's path to a blob in memory.  Returns VERB_OK,
 * or VERB_REFUSED after diagnostics; a file that cannot be read ends the
 * program by die().  policy_clear() is due either way.
 */
int policy_compile(struct arena *a, struct diag *d, const char *path,
    const struct policy_request *q, struct policy *out);

/*
 * arg is the path of a blob or profile, or a profile's name to be found as
 * DIR/NAME.yaml in the request's folders (-I) and where profiles are
 * installed.  Returns VERB_OK; or VERB_REFUSED, with messages printed, for a
 * damaged blob or a refused profile.
 */
int policy_open(struct policy *p, struct arena *a, const char *arg,
    const struct policy_request *q);
void policy_clear(struct policy *p);

/*
 * What a reader of the blob goes by is proved from what the kernel gets:
 * each program does what SYSC says, and the predicates are those of the
 * lists.  Returns VERB_OK, or VERB_REFUSED with messages printed.
 */
int policy_prove(struct arena *a, const struct blob *b, const char *arg);

#endif
