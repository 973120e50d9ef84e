/*
 * From a normalised system call policy to a seccomp program.
 *
 * Deterministic; knows nothing of names, profiles or the blob.  The emitted
 * program is proved against the policy by prove.h, which shares no code.
 */
#ifndef COMPILER_BPF_H
#define COMPILER_BPF_H

#include "blob/read.h"
#include "compiler/sysc.h"

struct bpf_program {
	struct blob_bpf_insn *insns;
	size_t ninsns;
};

enum bpf_error {
	BPF_OK = 0,
	BPF_ERR_TOO_LONG = -1,	/* more than BLOB_MAX_BPF instructions */
	BPF_ERR_TOO_MANY = -2	/* a decision with too many cases */
};

const char *bpf_strerror(int err);

int bpf_generate(struct arena *a, const struct sysc_policy *p,
    struct bpf_program *out);

/* How often a call is made, relative to the others. */
struct bpf_hot {
	uint32_t nr;
	uint32_t weight;
};

struct bpf_options {
	const struct bpf_hot *hot;
	size_t nhot;
	/* The kernel has no allow bitmap (before 5.11): allowed calls run
	 * the program too. */
	bool has_no_bitmap;
};

/* Instructions that only the calls lo..hi need, without the number tree. */
struct bpf_share {
	uint32_t lo, hi;
	size_t ninsns;
};

#define BPF_MAX_SHARES	8

/* What a program is made of; filled for BPF_ERR_TOO_LONG as well. */
struct bpf_report {
	size_t ninsns;
	struct bpf_share shares[BPF_MAX_SHARES];	/* largest first */
	size_t nshares;
};

/* The same with hints; o and report may be NULL. */
int bpf_generate_with(struct arena *a, const struct sysc_policy *p,
    const struct bpf_options *o, struct bpf_program *out,
    struct bpf_report *report);

#endif
