/*
 * What the checks of sections share; for the files of blob/validate alone.
 */
#ifndef BLOB_VALIDATE_H
#define BLOB_VALIDATE_H

#include "blob/read.h"

struct check {
	const struct blob *b;
	struct blob_span s;	/* the section */
	size_t strs;		/* bytes of STRS */
	uint32_t rules;		/* entries of DBGI */
	uint32_t arch;
};

static inline bool
str_ok(const struct check *c, const uint8_t *p)
{
	return blob_le32(p) < c->strs;
}

static inline bool
rule_ok(const struct check *c, const uint8_t *p)
{
	return blob_le32(p) <= c->rules;
}

static inline bool
zero(const uint8_t *p, size_t n)
{
	while (n-- > 0)
		if (*p++ != 0)
			return false;
	return true;
}

/* Tables that follow a header one behind the other. */
struct table {
	size_t count_at, size;
	uint32_t most;
	int (*check)(const struct check *c, const uint8_t *p);
};

int blob_check_tables(const struct check *c, size_t head,
    const struct table *t, size_t n);

/* SYSC, BPF0, BPFN. */
int blob_check_sysc(const struct check *c);
int blob_check_bpf(const struct check *c);
int blob_check_bpfn(const struct check *c);

#endif
