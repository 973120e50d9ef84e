/*
 * The checker on arbitrary programs and policies: it never crashes, what it
 * proves holds for every call tried, and its witnesses are real.
 */
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "tests/lib/naive.h"

#define CALLS		32
#define ARENA_LIMIT	(256u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_full(const char *what)
{
	(void)what;
	abort();
}

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Bytes 8.. are changes to a right program: place, field, value. */
static void
change(struct bpf_program *g, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 7 <= size && g->ninsns > 0; i += 7) {
		struct blob_bpf_insn *x = &g->insns[data[i] % g->ninsns];

		x->code ^= data[i + 1] & 0x7f;
		x->jt ^= data[i + 2];
		x->jf ^= data[i + 3];
		x->k ^= data[i + 4] | (uint32_t)data[i + 5] << 8 |
		    (uint32_t)data[i + 6] << 24;
	}
}

static void
check_calls(struct naive_rng *r, const struct sysc_policy *p,
    const struct bpf_program *g)
{
	for (unsigned i = 0; i < CALLS; i++) {
		struct seccomp_data call;
		struct sim_result s;

		naive_random_call(r, p, &call);
		require(sim_run(g->insns, g->ninsns, &call, &s) == 0);
		require(s.action == naive_action(p, &call));
	}
}

static void
check_witness(const struct sysc_policy *p, const struct bpf_program *g,
    const struct prove_witness *w)
{
	struct sim_result s;

	require(sim_run(g->insns, g->ninsns, &w->call, &s) == 0);
	require(s.action == w->got && s.at == w->at);
	require(naive_action(p, &w->call) == w->want && w->want != w->got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct naive_rng r = { 0 };
	struct prove_witness w;
	struct sysc_policy p;
	struct bpf_program g;
	struct arena *a;
	int e;

	if (size < 8)
		return 0;
	memcpy(&r.state, data, 8);
	a = arena_new(ARENA_LIMIT, on_full);
	naive_random_policy(&r, a, data[0] & 1 ? AUDIT_ARCH_X86_64 :
	    AUDIT_ARCH_AARCH64, &p);
	require(bpf_generate(a, &p, &g) == BPF_OK);
	change(&g, data + 8, size - 8);
	e = prove_program(a, &p, g.insns, g.ninsns, &w, NULL);
	require(size > 14 || e == PROVE_OK || e == PROVE_ERR_EFFORT);
	if (e == PROVE_OK)
		check_calls(&r, &p, &g);
	if (e == PROVE_ERR_ACTION)
		check_witness(&p, &g, &w);
	arena_free(a);
	return 0;
}
