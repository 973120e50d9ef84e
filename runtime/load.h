/*
 * Find, read and check the policies of a run.
 */
#ifndef RUNTIME_LOAD_H
#define RUNTIME_LOAD_H

#include <stddef.h>

#include "blob/read.h"
#include "runtime/failure.h"
#include "runtime/text.h"
#include "runtime/vars.h"

#define LOAD_CEILING		"/etc/codex/ceiling.bin"

struct policy {
	struct blob blob;
	struct blob_meta meta;
	const char *name;		/* META's */
	const char *path;		/* canonical */
	void *mem;			/* the bytes, len of them */
	size_t len;
	bool is_mapped;			/* mem is a mapping of its own */
};

struct policies {
	struct policy *list;
	size_t count;
};

/*
 * Load every wanted policy in order, or the default if there are none, and
 * the ceiling where it exists.
 */
int load_policies(struct policies *all, const char *const *wanted, size_t n,
    struct vars *v, struct failure *f);

/*
 * One policy from memory, which is copied, and the ceiling; for messages its
 * path is "(memory)".
 */
int load_bytes(struct policies *all, const void *bytes, size_t len,
    struct vars *v, struct failure *f);

/* Give back a policy's own memory. */
void load_release(struct policy *p);

/*
 * "  [NAME, FILE:LINE, STRENGTH]" of a rule; rule 0 has no name, and strength
 * may be NULL.  Nothing without both.
 */
void policy_put_rule(const struct policy *p, uint32_t rule,
    const char *strength, struct text *out);

#endif
