/*
 * Proof of a blob from its SYSC, BPF0 and BPFN sections alone.
 */
#include <string.h>

#include "compiler/arena.h"
#include "compiler/prove.h"

static int
read_items(struct arena *a, const struct blob *b, uint32_t arch,
    struct sysc_policy *out)
{
	out->items = arena_array(a, out->nitems, sizeof(*out->items));
	for (size_t i = 0; i < out->nitems; i++) {
		struct blob_sysc_item x;
		int r = blob_sysc_item_get(b, arch, (uint32_t)i, &x);

		if (r != BLOB_OK)
			return r;
		out->items[i] = (struct sysc_item){ x.lo, x.hi, x.action,
			x.rule, x.atom, x.natoms };
	}
	return BLOB_OK;
}

static int
read_atoms(struct arena *a, const struct blob *b, uint32_t arch,
    struct sysc_policy *out)
{
	out->atoms = arena_array(a, out->natoms, sizeof(*out->atoms));
	for (size_t i = 0; i < out->natoms; i++) {
		struct blob_sysc_atom x;
		int r = blob_sysc_atom_get(b, arch, (uint32_t)i, &x);

		if (r != BLOB_OK)
			return r;
		out->atoms[i] = (struct sysc_atom){ x.arg, x.op, x.flags,
			x.mask, x.value };
	}
	return BLOB_OK;
}

int
prove_read_policy(struct arena *a, const struct blob *b, uint32_t arch,
    struct sysc_policy *out)
{
	struct blob_sysc_head h;
	int r = blob_sysc_head_get(b, arch, &h);

	if (r != BLOB_OK)
		return r;
	*out = (struct sysc_policy){ .arch = arch, .action = h.action,
		.newer = h.newer, .newer_from = h.newer_from,
		.foreign = h.foreign, .rule_default = h.rule_default,
		.rule_newer = h.rule_newer, .nitems = h.nitems,
		.natoms = h.natoms };
	r = read_items(a, b, arch, out);
	return r == BLOB_OK ? read_atoms(a, b, arch, out) : r;
}

int
prove_read_program(struct arena *a, const struct blob *b, enum blob_kind kind,
    uint32_t arch, struct blob_bpf_insn **insns, size_t *n,
    struct prove_options *o)
{
	struct blob_span s;
	uint32_t flags = 0;
	int r = blob_section(b, kind, arch, &s);

	if (r == BLOB_OK && kind == BLOB_BPFN)
		r = blob_bpfn_flags_get(b, arch, &flags);
	if (r != BLOB_OK)
		return r;
	*o = (struct prove_options){ .is_notifying = kind == BLOB_BPFN,
		.notify = flags };
	*n = (s.len - (kind == BLOB_BPFN ? BPFN_HEAD : 0)) / BPF_I_LEN;
	*insns = arena_array(a, *n, sizeof(**insns));
	for (uint32_t i = 0; r == BLOB_OK && i < *n; i++)
		r = kind == BLOB_BPFN ?
		    blob_bpfn_get(b, arch, i, &(*insns)[i]) :
		    blob_bpf_get(b, arch, i, &(*insns)[i]);
	return r;
}

int
prove_blob(struct arena *a, const struct blob *b, enum blob_kind kind,
    uint32_t arch, struct prove_witness *w, struct prove_effort *e)
{
	struct blob_bpf_insn *insns;
	struct prove_options o;
	struct sysc_policy p;
	size_t n;
	int r = prove_read_policy(a, b, arch, &p);

	if (r == BLOB_OK)
		r = prove_read_program(a, b, kind, arch, &insns, &n, &o);
	if (r != BLOB_OK)
		return PROVE_BLOB + r;
	return prove_program_with(a, &p, &o, insns, n, w, e);
}
