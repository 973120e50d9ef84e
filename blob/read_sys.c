/* Getters of system call policies, programs and what these were made for. */
#include "blob/read.h"

int
blob_sysc_head_get(const struct blob *b, uint32_t arch,
    struct blob_sysc_head *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_SYSC, arch, 0, 0, SYSC_HEAD, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_sysc_head){
		.action = blob_le32(p + SYSC_DEFAULT),
		.newer = blob_le32(p + SYSC_NEWER),
		.newer_from = blob_le32(p + SYSC_NEWER_FROM),
		.foreign = blob_le32(p + SYSC_FOREIGN),
		.rule_default = blob_le32(p + SYSC_RULE_DEFAULT),
		.rule_newer = blob_le32(p + SYSC_RULE_NEWER),
		.nitems = blob_le32(p + SYSC_NITEMS),
		.natoms = blob_le32(p + SYSC_NATOMS),
		.noutcomes = blob_le32(p + SYSC_NOUTCOMES),
	};
	return BLOB_OK;
}

/* What an item does: its action and its rule. */
static int
get_outcome(const struct blob *b, uint32_t arch,
    const struct blob_sysc_head *h, uint32_t i, struct blob_sysc_item *out)
{
	const uint8_t *p;
	int r;

	if (i >= h->noutcomes || h->nitems > BLOB_MAX_SYSC_ITEMS ||
	    h->natoms > BLOB_MAX_SYSC_ATOMS)
		return BLOB_ERR_RANGE;
	r = blob_entry(b, BLOB_SYSC, arch, SYSC_HEAD +
	    (size_t)h->nitems * SYSC_I_LEN + (size_t)h->natoms * SYSC_A_LEN,
	    i, SYSC_O_LEN, &p);
	if (r != BLOB_OK)
		return r;
	out->action = blob_le32(p + SYSC_O_ACTION);
	out->rule = blob_le32(p + SYSC_O_RULE);
	return BLOB_OK;
}

int
blob_sysc_item_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_sysc_item *out)
{
	struct blob_sysc_head h;
	const uint8_t *p, *next;
	uint32_t calls, end;
	int r = blob_sysc_head_get(b, arch, &h);

	if (r != BLOB_OK)
		return r;
	if (i >= h.nitems)
		return BLOB_ERR_RANGE;
	end = h.natoms;
	r = blob_entry(b, BLOB_SYSC, arch, SYSC_HEAD, i, SYSC_I_LEN, &p);
	if (r == BLOB_OK && i + 1 < h.nitems) {
		r = blob_entry(b, BLOB_SYSC, arch, SYSC_HEAD, i + 1,
		    SYSC_I_LEN, &next);
		end = r == BLOB_OK ? blob_le16(next + SYSC_I_ATOM) : 0;
	}
	if (r != BLOB_OK)
		return r;
	calls = blob_le32(p + SYSC_I_CALLS);
	*out = (struct blob_sysc_item){
		.lo = calls & SYSC_I_LO,
		.hi = (calls & SYSC_I_LO) + (calls >> SYSC_I_SHIFT),
		.atom = blob_le16(p + SYSC_I_ATOM),
	};
	if (end < out->atom)
		return BLOB_ERR_ORDER;
	out->natoms = end - out->atom;
	return get_outcome(b, arch, &h, blob_le16(p + SYSC_I_OUTCOME), out);
}

int
blob_sysc_atom_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_sysc_atom *out)
{
	struct blob_sysc_head h;
	const uint8_t *p;
	int r = blob_sysc_head_get(b, arch, &h);

	if (r != BLOB_OK)
		return r;
	if (i >= h.natoms || h.nitems > BLOB_MAX_SYSC_ITEMS)
		return BLOB_ERR_RANGE;
	r = blob_entry(b, BLOB_SYSC, arch,
	    SYSC_HEAD + (size_t)h.nitems * SYSC_I_LEN, i, SYSC_A_LEN, &p);
	if (r != BLOB_OK)
		return r;
	*out = (struct blob_sysc_atom){
		.arg = p[SYSC_A_ARG],
		.op = p[SYSC_A_OP],
		.flags = p[SYSC_A_FLAGS],
		.mask = blob_le64(p + SYSC_A_MASK),
		.value = blob_le64(p + SYSC_A_VALUE),
	};
	return BLOB_OK;
}

static int
insn_get(const struct blob *b, enum blob_kind kind, uint32_t arch, size_t head,
    uint32_t i, struct blob_bpf_insn *out)
{
	const uint8_t *p;
	int r = blob_entry(b, kind, arch, head, i, BPF_I_LEN, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_bpf_insn){
		.code = blob_le16(p + BPF_I_CODE),
		.jt = p[BPF_I_JT],
		.jf = p[BPF_I_JF],
		.k = blob_le32(p + BPF_I_K),
	};
	return BLOB_OK;
}

int
blob_bpf_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_bpf_insn *out)
{
	return insn_get(b, BLOB_BPF0, arch, 0, i, out);
}

int
blob_bpfn_get(const struct blob *b, uint32_t arch, uint32_t i,
    struct blob_bpf_insn *out)
{
	return insn_get(b, BLOB_BPFN, arch, BPFN_HEAD, i, out);
}

int
blob_bpfn_flags_get(const struct blob *b, uint32_t arch, uint32_t *flags)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_BPFN, arch, 0, 0, BPFN_HEAD, &p);

	if (r == BLOB_OK)
		*flags = blob_le32(p + BPFN_FLAGS);
	return r;
}

int
blob_hint_kernel_get(const struct blob *b, uint32_t *kernel)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_HINT, 0, 0, 0, HINT_HEAD, &p);

	if (r == BLOB_OK)
		*kernel = blob_le32(p + HINT_KERNEL);
	return r;
}

int
blob_hint_get(const struct blob *b, uint32_t i, struct blob_hint *out)
{
	const uint8_t *p;
	int r = blob_entry(b, BLOB_HINT, 0, HINT_HEAD, i, HINT_E_LEN, &p);

	if (r != BLOB_OK)
		return r;
	*out = (struct blob_hint){ blob_le32(p + HINT_E_CALL),
		blob_le32(p + HINT_E_WEIGHT) };
	return BLOB_OK;
}
