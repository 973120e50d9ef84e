/*
 * What this kernel offers, asked rather than guessed from its version, and
 * whether that and this program are enough for a policy.
 */
#ifndef RUNTIME_SUPPORT_H
#define RUNTIME_SUPPORT_H

#include "runtime/load.h"
#include "runtime/plan.h"
#include "runtime/report.h"

struct support {
	int landlock_abi;	/* 0: none */
	uint32_t lost;		/* META_MAY_LACK_*: missing, and allowed to */
	bool has_seccomp;
};

void support_probe(struct support *s);

/* Does the kernel know the call? */
bool support_has_call(long nr);

/* The name a profile uses for one META_MAY_LACK_* bit. */
const char *support_name(uint32_t bit);

/* The names of what was lost, as a list. */
void support_report_lost(struct report *rep, const struct support *s);

/*
 * What one policy needs and we or the kernel cannot give.  Bits that the
 * policy may lack are added to s->lost instead.
 */
int support_check(struct support *s, const struct policy *p,
    struct failure *f);

/*
 * Where every policy with bars allows that mounts are missing: find out by
 * trying, and note the loss.
 */
void support_check_mounts(struct support *s, const struct policies *all,
    struct plan *plan);

#endif
