/* The listing of a seccomp program, with what each instruction is for. */
#ifndef COMPILER_DUMP_BPF_H
#define COMPILER_DUMP_BPF_H

#include <stdio.h>

#include "blob/read.h"
#include "compiler/sysc.h"

/*
 * The program of one architecture, BLOB_BPF0 or BLOB_BPFN: a line for each
 * instruction, that begins with its index and a colon; other lines begin with
 * `#'.  BLOB_OK, or BLOB_ERR_MISSING where the blob has none.
 */
int dump_bpf(struct arena *a, const struct blob *b, enum blob_kind kind,
    const struct sysc_arch *arch, FILE *out);

#endif
