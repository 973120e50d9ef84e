/* What the parts of the library share. */
#ifndef LIBRARY_POLICY_H
#define LIBRARY_POLICY_H

#include "blob/sha256.h"
#include "library/codexpolicy.h"
#include "runtime/judged.h"
#include "runtime/load.h"

struct codexpolicy {
	struct scratch mem;		/* all of it, this too */
	struct vars vars;
	struct policies all;
	struct judged judged;
	struct failure failure;
	char (*digest)[2 * SHA256_LEN + 1];	/* one a policy */
};

/* f for the caller, who may have given none.  Returns -1. */
int policy_fail(const struct failure *f, struct codexpolicy_error *e);

#endif
