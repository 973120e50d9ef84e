/*
 * What the policies say of a connection through the proxy.  All must allow it.
 */
#ifndef RUNTIME_PROXY_RULING_H
#define RUNTIME_PROXY_RULING_H

#include "blob/judge.h"
#include "runtime/load.h"
#include "runtime/proxy_target.h"

struct proxy_ruling {
	bool is_allowed;
	size_t by;			/* which policy: the first to refuse */
	struct judge_verdict verdict;	/* its */
};

/* The name or literal address, asked for in a NET_PROTO_*. */
void proxy_rule_target(const struct policies *all,
    const struct proxy_target *t, unsigned front, struct proxy_ruling *out);

/* An address that the name turned out to have. */
void proxy_rule_answer(const struct policies *all, const struct address *a,
    uint16_t port, unsigned front, struct proxy_ruling *out);

#endif
