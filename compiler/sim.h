/*
 * A small interpreter of seccomp programs, and a model of the allow bitmap
 * that kernels from 5.11 on compute by running a program on the number and
 * the architecture alone (kernel/seccomp.c, seccomp_is_const_allow()).
 */
#ifndef COMPILER_SIM_H
#define COMPILER_SIM_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "blob/read.h"

struct arena;

struct sim_result {
	uint32_t action;	/* SECCOMP_RET_* */
	uint32_t at;		/* the return that gave it */
	uint32_t executed;	/* instructions */
};

/*
 * Run the program.  Returns 0, or -1 where it does what this project's
 * programs never do: an unknown instruction, a bad offset, running off the
 * end.
 */
int sim_run(const struct blob_bpf_insn *insns, size_t n,
    const struct seccomp_data *data, struct sim_result *out);

/*
 * The most instructions that any call takes, of a program that prove.h has
 * accepted.
 */
uint32_t sim_longest(struct arena *a, const struct blob_bpf_insn *insns,
    size_t n);

/* Does the kernel's bitmap answer this call without running the program? */
bool sim_is_cached(const struct blob_bpf_insn *insns, size_t n, uint32_t arch,
    uint32_t nr);

/*
 * Does the kernel let this call pass, whatever a filter says?  From 6.14 on
 * uretprobe and uprobe: its own trampolines make them.
 */
bool sim_is_exempt(uint32_t arch, uint32_t nr);

#endif
