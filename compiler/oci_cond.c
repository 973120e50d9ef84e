/*
 * Comparisons of OCI profiles as conditions of our language.
 *
 * Container runtimes compare registers: 64 bits, unsigned.  The kernel often
 * takes 32 of them, so such a comparison can be walked around by setting a
 * higher bit.  What was meant is the number that the kernel will see: the
 * comparison is made of those bits, still unsigned.  A value that was widened
 * from a negative number stands for that number.
 */
#include "compiler/oci.h"

#include <string.h>

#include "compiler/sysarg.h"

/* The argument of a comparison. */
struct subject {
	struct arena *a;
	const char *name;
	uint64_t all;			/* its bits */
	bool is_signed;
};

static const char *
number(struct arena *a, uint64_t v)
{
	return arena_printf(a, v < 4096 ? "%llu" : "0x%llx",
	    (unsigned long long)v);
}

/* v, above the middle, as the negative number that it is. */
static const char *
negative(const struct subject *s, uint64_t v)
{
	return arena_printf(s->a, "-%s", number(s->a, s->all - v + 1));
}

/* At most hi, as unsigned. */
static const char *
up_to(const struct subject *s, uint64_t hi)
{
	uint64_t middle = s->all >> 1;

	if (!s->is_signed)
		return arena_printf(s->a, "%s <= %s", s->name,
		    number(s->a, hi));
	if (hi <= middle)
		return arena_printf(s->a, "%s in {0..%s}", s->name,
		    number(s->a, hi));
	return arena_printf(s->a, "(%s >= 0 || %s <= %s)", s->name, s->name,
	    negative(s, hi));
}

/* At least lo, as unsigned. */
static const char *
from(const struct subject *s, uint64_t lo)
{
	uint64_t middle = s->all >> 1;

	if (!s->is_signed)
		return arena_printf(s->a, "%s >= %s", s->name,
		    number(s->a, lo));
	if (lo > middle)
		return arena_printf(s->a, "%s in {%s..-1}", s->name,
		    negative(s, lo));
	return arena_printf(s->a, "(%s >= %s || %s < 0)", s->name,
	    number(s->a, lo), s->name);
}

static enum oci_sense
order(const struct subject *s, enum oci_op op, uint64_t v, const char **text)
{
	bool is_low = op == OCI_LT || op == OCI_LE;

	if (op == OCI_LT && v == 0)
		return OCI_NEVER;
	if (op == OCI_GE && v == 0)
		return OCI_ALWAYS;
	if (v > s->all)
		return is_low ? OCI_ALWAYS : OCI_NEVER;
	if (v == s->all && op == OCI_LE)
		return OCI_ALWAYS;
	if (v == s->all && op == OCI_GT)
		return OCI_NEVER;
	if (op == OCI_LT)
		v--;
	if (op == OCI_GT)
		v++;
	*text = is_low ? up_to(s, v) : from(s, v);
	return OCI_SOMETIMES;
}

static enum oci_sense
equal(const struct subject *s, bool is_equal, uint64_t v, const char **text)
{
	if (v > s->all)
		return is_equal ? OCI_NEVER : OCI_ALWAYS;
	*text = arena_printf(s->a, "%s %s %s", s->name, is_equal ? "==" : "!=",
	    number(s->a, v));
	return OCI_SOMETIMES;
}

/* What was widened from a negative number of the argument's width. */
static uint64_t
narrowed(const struct subject *s, uint64_t v)
{
	uint64_t sign = ~(s->all >> 1);

	return v > s->all && (v & sign) == sign ? v & s->all : v;
}

static enum oci_sense
masked(const struct subject *s, uint64_t mask, uint64_t v, const char **text)
{
	v &= mask;			/* as libseccomp does */
	if (mask == UINT64_MAX)
		return equal(s, true, narrowed(s, v), text);
	if (v > s->all)
		return OCI_NEVER;
	mask &= s->all;
	if (mask == 0)
		return OCI_ALWAYS;
	if (mask == s->all)
		return equal(s, true, v, text);
	*text = arena_printf(s->a, "(%s & 0x%llx) == %s", s->name,
	    (unsigned long long)mask, number(s->a, v));
	return OCI_SOMETIMES;
}

static void
find_subject(struct arena *a, const char *call, const struct sysc_arch *arch,
    unsigned index, struct subject *out)
{
	struct sysarg arg;

	sysarg_at(a, call, index, arch->audit, &arg);
	*out = (struct subject){ .a = a, .name = arg.name,
	    .all = UINT64_MAX >> (64 - arg.width),
	    .is_signed = arg.is_signed };
}

enum oci_sense
oci_cond(struct arena *a, const char *call, const struct sysc_arch *arch,
    const struct oci_arg *arg, const char **text)
{
	struct subject s;

	find_subject(a, call, arch, arg->index, &s);
	switch (arg->op) {
	case OCI_EQ:
	case OCI_NE:
		return equal(&s, arg->op == OCI_EQ, narrowed(&s, arg->value),
		    text);
	case OCI_LT:
	case OCI_LE:
	case OCI_GE:
	case OCI_GT:
		return order(&s, arg->op, narrowed(&s, arg->value), text);
	case OCI_MASKED_EQ:
		break;
	}
	return masked(&s, arg->value, arg->value_two, text);
}

bool
oci_is_repeated(const struct oci_rule *r)
{
	unsigned seen = 0, bit;
	size_t i;

	for (i = 0; i < r->nargs; i++) {
		bit = 1u << r->args[i].index;
		if (seen & bit)
			return true;
		seen |= bit;
	}
	return false;
}

/* `(a || b)' alone needs none. */
static const char *
without_parentheses(struct arena *a, const char *s)
{
	if (s[0] != '(' || strstr(s, "||") == NULL)
		return s;
	return arena_strndup(a, s + 1, strlen(s) - 2);
}

enum oci_sense
oci_conds(struct arena *a, const char *call, const struct sysc_arch *arch,
    const struct oci_rule *r, const char **text)
{
	/* Either is decided by one sense, and joined by one word. */
	bool is_any = oci_is_repeated(r);
	enum oci_sense settles = is_any ? OCI_ALWAYS : OCI_NEVER, sense;
	const char *all = NULL, *one = NULL;
	size_t i, n = 0;

	for (i = 0; i < r->nargs; i++) {
		sense = oci_cond(a, call, arch, &r->args[i], &one);
		if (sense == settles)
			return sense;
		if (sense != OCI_SOMETIMES)
			continue;
		n++;
		all = all == NULL ? one : arena_printf(a, "%s %s %s",
		    all, is_any ? "||" : "&&", one);
	}
	*text = n == 1 ? without_parentheses(a, all) : all;
	if (all != NULL)
		return OCI_SOMETIMES;
	return is_any ? OCI_NEVER : OCI_ALWAYS;
}
