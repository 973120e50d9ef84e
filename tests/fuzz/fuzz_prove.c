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
#include "compiler/sysnotify.h"
#include "tests/lib/naive.h"

#define CALLS		32
#define NO_ACTION	(SECCOMP_RET_TRACE | 0xffffu)
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

/* Is it for being newer or foreign that a call has its action? */
static bool
is_unknown(const struct sysc_policy *p, const struct seccomp_data *call)
{
	struct sysc_policy marked = *p;

	marked.newer = marked.foreign = NO_ACTION;
	return naive_action(&marked, call) == NO_ACTION;
}

/* What sysnotify.h says a supervised run's program does, in other words. */
static uint32_t
expected(const struct sysc_policy *p, const struct prove_options *o,
    const struct seccomp_data *call)
{
	uint32_t asked[SYSNOTIFY_MAX], action = naive_action(p, call);
	size_t n = sysnotify_calls(p->arch, o->notify, asked);
	bool is_asked = false;

	if (!o->is_notifying || is_unknown(p, call))
		return action;
	for (size_t i = 0; i < n; i++)
		is_asked = is_asked || asked[i] == (uint32_t)call->nr;
	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ERRNO:
		return SECCOMP_RET_USER_NOTIF;
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return is_asked ? SECCOMP_RET_USER_NOTIF : action;
	default:
		return action;
	}
}

static void
check_calls(struct naive_rng *r, const struct sysc_policy *p,
    const struct prove_options *o, const struct bpf_program *g)
{
	for (unsigned i = 0; i < CALLS; i++) {
		struct seccomp_data call;
		struct sim_result s;

		naive_random_call(r, p, &call);
		require(sim_run(g->insns, g->ninsns, &call, &s) == 0);
		require(s.action == expected(p, o, &call));
	}
}

static void
check_witness(const struct sysc_policy *p, const struct prove_options *o,
    const struct bpf_program *g, const struct prove_witness *w)
{
	struct sim_result s;

	require(sim_run(g->insns, g->ninsns, &w->call, &s) == 0);
	require(s.action == w->got && s.at == w->at);
	require(expected(p, o, &w->call) == w->want && w->want != w->got);
}

/* The policy, or what a supervised run makes of it. */
static void
generate(struct arena *a, const struct sysc_policy *p,
    const struct prove_options *o, struct bpf_program *g)
{
	struct sysc_policy asking;

	if (o->is_notifying) {
		sysnotify_policy(a, p, o->notify, &asking);
		p = &asking;
	}
	require(bpf_generate(a, p, g) == BPF_OK);
}

/* Bit 0 of the first byte: which machine; bit 1: notifying; the rest: flags. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prove_options o = { 0 };
	struct naive_rng r = { 0 };
	struct prove_witness w;
	struct sysc_policy p;
	struct bpf_program g;
	struct arena *a;
	int e;

	if (size < 8)
		return 0;
	memcpy(&r.state, data, 8);
	o.is_notifying = data[0] >> 1 & 1;
	o.notify = (unsigned)data[0] >> 2 & (BPFN_F_CONNECT | BPFN_F_BIND);
	a = arena_new(ARENA_LIMIT, on_full);
	naive_random_policy(&r, a, data[0] & 1 ? AUDIT_ARCH_X86_64 :
	    AUDIT_ARCH_AARCH64, &p);
	generate(a, &p, &o, &g);
	change(&g, data + 8, size - 8);
	e = prove_program_with(a, &p, &o, g.insns, g.ninsns, &w, NULL);
	require(size > 14 || e == PROVE_OK || e == PROVE_ERR_EFFORT);
	if (e == PROVE_OK)
		check_calls(&r, &p, &o, &g);
	if (e == PROVE_ERR_ACTION)
		check_witness(&p, &o, &g, &w);
	arena_free(a);
	return 0;
}
