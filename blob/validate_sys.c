/* The sections of system calls: their policy and the programs made of it. */
#include "blob/validate.h"

static int
check_sysc_item(const struct check *c, const uint8_t *p)
{
	bool is_first = p == c->s.p + SYSC_HEAD;
	unsigned atom = blob_le16(p + SYSC_I_ATOM);

	if (atom > blob_le32(c->s.p + SYSC_NATOMS) ||
	    blob_le16(p + SYSC_I_OUTCOME) >=
	    blob_le32(c->s.p + SYSC_NOUTCOMES))
		return BLOB_ERR_VALUE;
	if (is_first ? atom != 0 :
	    atom < blob_le16(p - SYSC_I_LEN + SYSC_I_ATOM))
		return BLOB_ERR_ORDER;
	return BLOB_OK;
}

static int
check_sysc_atom(const struct check *c, const uint8_t *p)
{
	(void)c;
	if (p[SYSC_A_PAD] != 0)
		return BLOB_ERR_RESERVED;
	if (p[SYSC_A_ARG] > 5 || p[SYSC_A_OP] >= BLOB_NSYSOPS ||
	    p[SYSC_A_FLAGS] & ~SYSC_ALL_FLAGS)
		return BLOB_ERR_VALUE;
	return BLOB_OK;
}

static int
check_sysc_outcome(const struct check *c, const uint8_t *p)
{
	return rule_ok(c, p + SYSC_O_RULE) ? BLOB_OK : BLOB_ERR_VALUE;
}

int
blob_check_sysc(const struct check *c)
{
	static const struct table tables[] = {
		{ SYSC_NITEMS, SYSC_I_LEN, BLOB_MAX_SYSC_ITEMS,
		    check_sysc_item },
		{ SYSC_NATOMS, SYSC_A_LEN, BLOB_MAX_SYSC_ATOMS,
		    check_sysc_atom },
		{ SYSC_NOUTCOMES, SYSC_O_LEN, BLOB_MAX_SYSC_OUTCOMES,
		    check_sysc_outcome },
	};

	if (c->s.len < SYSC_HEAD)
		return BLOB_ERR_TRUNCATED;
	if (!rule_ok(c, c->s.p + SYSC_RULE_DEFAULT) ||
	    !rule_ok(c, c->s.p + SYSC_RULE_NEWER))
		return BLOB_ERR_VALUE;
	return blob_check_tables(c, SYSC_HEAD, tables, 3);
}

/*
 * Whole instructions, jumps that stay inside, a return at the end.  The
 * kernel checks the rest when it takes the program.
 */
static int
check_insns(struct blob_span s)
{
	size_t n = s.len / BPF_I_LEN, left = n;
	const uint8_t *p = s.p;

	if (n == 0 || n > BLOB_MAX_BPF || s.len % BPF_I_LEN != 0)
		return BLOB_ERR_COUNT;
	for (; left-- > 0; p += BPF_I_LEN) {
		if ((p[BPF_I_CODE] & 7) != 5)		/* BPF_JMP */
			continue;
		if (blob_le16(p + BPF_I_CODE) == 5 ?	/* BPF_JMP|BPF_JA */
		    blob_le32(p + BPF_I_K) >= left :
		    p[BPF_I_JT] >= left || p[BPF_I_JF] >= left)
			return BLOB_ERR_BPF;
	}
	p = s.p + s.len - BPF_I_LEN;
	return (p[BPF_I_CODE] & 7) == 6 ? BLOB_OK : BLOB_ERR_BPF; /* BPF_RET */
}

int
blob_check_bpf(const struct check *c)
{
	return check_insns(c->s);
}

int
blob_check_bpfn(const struct check *c)
{
	struct blob_span insns;

	if (c->s.len < BPFN_HEAD)
		return BLOB_ERR_TRUNCATED;
	if (!zero(c->s.p + BPFN_PAD, 4))
		return BLOB_ERR_RESERVED;
	if (blob_le32(c->s.p + BPFN_FLAGS) & ~BPFN_ALL_FLAGS)
		return BLOB_ERR_VALUE;
	insns = (struct blob_span){ c->s.p + BPFN_HEAD, c->s.len - BPFN_HEAD };
	return check_insns(insns);
}
