/* What the policies say of a connection: see proxy_ruling.h. */
#include "runtime/proxy_ruling.h"

/* The first refusal; of those who allow, the first that has a rule. */
static bool
take(struct proxy_ruling *out, size_t by, int err,
    const struct judge_verdict *v)
{
	bool is_allowed = err == BLOB_OK && v->decision == BLOB_ALLOW;

	if (is_allowed && by > 0 && (v->cause != JUDGE_BY_RULE ||
	    out->verdict.cause == JUDGE_BY_RULE))
		return true;
	*out = (struct proxy_ruling){ .is_allowed = is_allowed, .by = by,
	    .verdict = *v };
	return is_allowed;
}

void
proxy_rule_target(const struct policies *all, const struct proxy_target *t,
    unsigned front, struct proxy_ruling *out)
{
	struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

	*out = (struct proxy_ruling){ .is_allowed = false };
	for (size_t i = 0; i < all->count; i++) {
		int err = judge_domain(&all->list[i].blob, t->host, t->port,
		    front, &v);

		if (!take(out, i, err, &v))
			return;
	}
}

void
proxy_rule_answer(const struct policies *all, const struct address *a,
    uint16_t port, unsigned front, struct proxy_ruling *out)
{
	struct judge_verdict v = { .decision = BLOB_FORBIDDEN };

	*out = (struct proxy_ruling){ .is_allowed = false };
	for (size_t i = 0; i < all->count; i++) {
		int err = judge_answer(&all->list[i].blob, a, port, front,
		    &v);

		if (!take(out, i, err, &v))
			return;
	}
}
