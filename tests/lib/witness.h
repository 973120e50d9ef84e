/*
 * The same policy compiled by libseccomp: a second opinion on what it means,
 * and a measure for length.
 */
#ifndef TESTS_LIB_WITNESS_H
#define TESTS_LIB_WITNESS_H

#include "compiler/bpf.h"
#include "tests/lib/realpolicy.h"

enum witness_kind { WITNESS_LIST = 1, WITNESS_TREE = 2 };

/*
 * Calls that the installed library does not know are left out: see
 * witness_knows().  A failure of the library exits.
 */
void witness_build(struct arena *a, const struct realpolicy *p,
    enum witness_kind kind, struct bpf_program *out);

bool witness_knows(const struct realpolicy *p, const char *call);

/*
 * The arguments as the kernel takes them: the library compares 64 bits, so
 * the bits that the kernel ignores have to be cleared for it.
 */
void witness_narrow(struct arena *a, const struct realpolicy *p,
    const char *call, uint64_t args[6]);

#endif
