/*
 * The seccomp compiler: length of the program, instructions a call, time to
 * generate and prove, for a policy in the shape of a container runtime's.
 */
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compiler/arena.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "compiler/bpf.h"
#include "tests/lib/naive.h"

#define ROUNDS	200

struct lengths {
	uint32_t worst;
	double mean;
	unsigned allowed, cached;
};

static void
on_full(const char *what)
{
	fprintf(stderr, "bench_bpf: %s\n", what);
	exit(2);
}

/* Of this process: others may be busy. */
static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Longest path of the program from instruction i on. */
static uint32_t
longest(const struct bpf_program *g, uint32_t *memo, uint32_t i)
{
	const struct blob_bpf_insn *x = &g->insns[i];
	uint32_t t, f;

	if (memo[i] != 0)
		return memo[i];
	if (x->code == 0x06)
		return memo[i] = 1;
	if (x->code == 0x05)
		return memo[i] = 1 + longest(g, memo, i + 1 + x->k);
	t = longest(g, memo, i + 1 + x->jt);
	f = longest(g, memo, i + 1 + x->jf);
	return memo[i] = 1 + (t > f ? t : f);
}

/* The mean is over the numbers of the table, arguments zero. */
static struct lengths
measure(struct arena *a, const struct sysc_policy *p,
    const struct bpf_program *g)
{
	uint32_t *memo = arena_array(a, g->ninsns, sizeof(*memo));
	struct lengths r = { .worst = longest(g, memo, 0) };
	uint64_t sum = 0;

	for (uint32_t nr = 0; nr < p->newer_from; nr++) {
		struct seccomp_data call = { .arch = p->arch,
			.nr = (int)nr };
		struct sim_result s;

		if (sim_run(g->insns, g->ninsns, &call, &s) != 0)
			exit(1);
		sum += s.executed;
		r.allowed += s.action == SECCOMP_RET_ALLOW;
		r.cached += sim_is_cached(g->insns, g->ninsns, p->arch, nr);
	}
	r.mean = (double)sum / p->newer_from;
	return r;
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *times)
{
	qsort(times, ROUNDS, sizeof(*times), compare_times);
	return times[ROUNDS / 2];
}

static void
report(const char *name, uint32_t arch)
{
	double generate[ROUNDS], prove[ROUNDS], start;
	struct bpf_program g = { 0 };
	struct sysc_policy p;
	struct lengths l;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new(0, on_full);

		naive_container_policy(a, arch, &p);
		start = now_us();
		if (bpf_generate(a, &p, &g) != BPF_OK)
			exit(1);
		generate[i] = now_us() - start;
		start = now_us();
		if (prove_program(a, &p, g.insns, g.ninsns, NULL, NULL) !=
		    PROVE_OK)
			exit(1);
		prove[i] = now_us() - start;
		if (i == ROUNDS - 1) {
			l = measure(a, &p, &g);
			printf("%-24s %5zu %5u %6.1f %7u %7u %9.0f %9.0f\n",
			    name, g.ninsns, l.worst, l.mean, l.allowed,
			    l.cached, median(generate), median(prove));
		}
		arena_free(a);
	}
}

int
main(void)
{
	printf("%-24s %5s %5s %6s %7s %7s %9s %9s\n", "policy", "insns",
	    "worst", "mean", "allowed", "bitmap", "gen us", "prove us");
	report("container x86_64", AUDIT_ARCH_X86_64);
	report("container aarch64", AUDIT_ARCH_AARCH64);
	return 0;
}
