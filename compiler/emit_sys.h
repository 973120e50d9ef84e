/*
 * The sections of system calls: a policy, and the proved programs that keep
 * it, for one architecture.
 */
#ifndef COMPILER_EMIT_SYS_H
#define COMPILER_EMIT_SYS_H

#include "blob/write.h"
#include "compiler/ir.h"

struct emit_syscalls {
	struct arena *a;
	struct diag *d;
	struct blob_writer *w;
	const struct ir *ir;
	const struct sysc_arch *arch;
	unsigned notify;		/* BPFN_F_* */
};

/* SYSC, BPF0 and BPFN.  Returns 0, or -1 after a diagnostic. */
int emit_syscalls(const struct emit_syscalls *e);

#endif
