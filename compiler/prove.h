/*
 * Proof that a seccomp program does what a policy says: every path of the
 * program is walked with the exact set of values that each 32-bit word can
 * have there, and the action at its end is compared with the policy's on
 * that whole region.  Shares no code with the generator.
 */
#ifndef COMPILER_PROVE_H
#define COMPILER_PROVE_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "blob/read.h"
#include "compiler/sysc.h"

enum prove_error {
	PROVE_OK = 0,
	PROVE_ERR_LENGTH = -1,	/* no instruction, or too many */
	PROVE_ERR_OPCODE = -2,	/* an instruction we never use */
	PROVE_ERR_OFFSET = -3,	/* a load outside struct seccomp_data */
	PROVE_ERR_JUMP = -4,	/* a jump or the end out of the program */
	PROVE_ERR_ACTION = -5,	/* the program and the policy differ */
	PROVE_ERR_CACHE = -6,	/* an allowed call that the bitmap misses */
	PROVE_ERR_DEAD = -7,	/* an instruction or a branch never taken */
	PROVE_ERR_POLICY = -8,	/* the policy itself makes no sense */
	PROVE_ERR_EFFORT = -9	/* too many paths to decide */
};

/* A call for which the proof fails, and where. */
struct prove_witness {
	uint32_t at;		/* instruction */
	struct seccomp_data call;	/* ACTION; CACHE: nr and arch */
	uint32_t want, got;	/* ACTION */
};

/* How much was looked at. */
struct prove_effort {
	size_t paths, regions;
};

/* What a program is proved to do, and who wants to watch. */
struct prove_options {
	/* It asks a supervisor: see sysnotify.h. */
	bool is_notifying;
	unsigned notify;		/* BPFN_F_* */
	/*
	 * Called for each part of a path on which the return at `at' gives
	 * the verdict of a rule (0: none); often with the same again.
	 */
	void (*on_rule)(void *ctx, uint32_t at, uint32_t rule);
	void *ctx;
};

const char *prove_strerror(int err);

/* PROVE_OK, or the first error with *w filled; o, w and e may be NULL. */
int prove_program_with(struct arena *a, const struct sysc_policy *p,
    const struct prove_options *o, const struct blob_bpf_insn *insns,
    size_t n, struct prove_witness *w, struct prove_effort *e);
int prove_program(struct arena *a, const struct sysc_policy *p,
    const struct blob_bpf_insn *insns, size_t n, struct prove_witness *w,
    struct prove_effort *e);

/*
 * The policy and the program of one architecture of a blob.  A blob_error
 * below PROVE_BLOB is returned as PROVE_BLOB + error.
 */
#define PROVE_BLOB	(-100)
int prove_blob(struct arena *a, const struct blob *b, enum blob_kind kind,
    uint32_t arch, struct prove_witness *w, struct prove_effort *e);

/*
 * SYSC, and BPF0 or BPFN, of a blob as the compiler has them; *o gets what
 * the program is to be proved for.  BLOB_OK or a blob_error.
 */
int prove_read_policy(struct arena *a, const struct blob *b, uint32_t arch,
    struct sysc_policy *out);
int prove_read_program(struct arena *a, const struct blob *b,
    enum blob_kind kind, uint32_t arch, struct blob_bpf_insn **insns,
    size_t *n, struct prove_options *o);

#endif
