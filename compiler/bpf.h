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

#endif
