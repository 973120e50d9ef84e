/*
 * The seccomp compiler on policies of real programs, beside libseccomp as a
 * list and as a tree: length of the program, the longest path, the mean over
 * all numbers of the table with arguments zero, and what share of the calls
 * that are always allowed the kernel's bitmap answers.
 */
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/arena.h"
#include "compiler/bpf.h"
#include "compiler/prove.h"
#include "compiler/sim.h"
#include "tests/lib/witness.h"

#define ROUNDS	101

struct measure {
	size_t length;
	uint32_t worst;
	double mean;
	unsigned allowed, cached;	/* calls always allowed; of them */
};

static void
on_full(const char *what)
{
	fprintf(stderr, "bench_bpf: %s\n", what);
	exit(2);
}

static _Noreturn void
fail(const char *name, const char *what)
{
	fprintf(stderr, "bench_bpf: %s: %s\n", name, what);
	exit(1);
}

/* Of this process: others may be busy. */
static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Allowed by an item or the default, without a look at the arguments. */
static bool
is_always_allowed(const struct sysc_policy *p, uint32_t nr)
{
	static const uint64_t none[6];

	for (size_t i = 0; i < p->nitems; i++)
		if (p->items[i].natoms > 0 && p->items[i].lo <= nr &&
		    nr <= p->items[i].hi)
			return false;
	return sysc_eval(p, nr, none, NULL) == SECCOMP_RET_ALLOW;
}

static struct measure
measure(struct arena *a, const struct sysc_policy *p,
    const struct bpf_program *g)
{
	struct measure m = { .length = g->ninsns,
		.worst = sim_longest(a, g->insns, g->ninsns) };
	uint64_t sum = 0;

	for (uint32_t nr = 0; nr < p->newer_from; nr++) {
		struct seccomp_data call = { .arch = p->arch,
			.nr = (int)nr };
		struct sim_result s;

		if (sim_run(g->insns, g->ninsns, &call, &s) != 0)
			fail("a program", "cannot be run");
		sum += s.executed;
		if (!is_always_allowed(p, nr))
			continue;
		m.allowed++;
		m.cached += sim_is_cached(g->insns, g->ninsns, p->arch, nr);
	}
	m.mean = (double)sum / p->newer_from;
	return m;
}

/* libseccomp leaves out calls that it does not know. */
static void
report(const char *name)
{
	struct arena *a = arena_new(0, on_full);
	struct bpf_program g, list, tree;
	struct measure ours, m;
	struct sysc_policy policy;
	struct realpolicy p;

	realpolicy_read(a, name, &p);
	realpolicy_lower(a, &p, &policy);
	if (bpf_generate(a, &policy, &g) != BPF_OK)
		fail(name, "not generated");
	if (prove_program(a, &policy, g.insns, g.ninsns, NULL, NULL) !=
	    PROVE_OK)
		fail(name, "not proved");
	ours = measure(a, &policy, &g);
	witness_build(a, &p, WITNESS_LIST, &list);
	witness_build(a, &p, WITNESS_TREE, &tree);
	printf("%-25s %4zu/%2u/%4.1f", name, ours.length, ours.worst,
	    ours.mean);
	m = measure(a, &policy, &list);
	printf(" %5zu/%3u/%5.1f", m.length, m.worst, m.mean);
	m = measure(a, &policy, &tree);
	printf(" %5zu/%3u/%5.1f", m.length, m.worst, m.mean);
	printf("  %3u of %3u\n", ours.cached, ours.allowed);
	if (ours.cached != ours.allowed)
		fail(name, "the bitmap misses an allowed call");
	arena_free(a);
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

/* From text to a proved program, and the parts of it. */
static void
report_time(const char *name)
{
	double lower[ROUNDS], generate[ROUNDS], prove[ROUNDS], all[ROUNDS];
	double start, middle, end;
	struct sysc_policy policy;
	struct realpolicy p;
	struct bpf_program g;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new(0, on_full);

		realpolicy_read(a, name, &p);
		start = now_us();
		realpolicy_lower(a, &p, &policy);
		lower[i] = now_us() - start;
		middle = now_us();
		if (bpf_generate(a, &policy, &g) != BPF_OK)
			fail(name, "not generated");
		end = now_us();
		generate[i] = end - middle;
		if (prove_program(a, &policy, g.insns, g.ninsns, NULL,
		    NULL) != PROVE_OK)
			fail(name, "not proved");
		prove[i] = now_us() - end;
		all[i] = now_us() - start;
		arena_free(a);
	}
	printf("%-25s %6.2f ms: items %.2f, program %.2f, proof %.2f\n", name,
	    median(all) / 1e3, median(lower) / 1e3, median(generate) / 1e3,
	    median(prove) / 1e3);
}

int
main(void)
{
	puts("length/worst/mean             ours  libseccomp list "
	    "           tree   in the bitmap");
	for (size_t i = 0; realpolicy_at(i) != NULL; i++)
		report(realpolicy_at(i));
	printf("\nprocessor time from items to a proved program, median of "
	    "%d\n", ROUNDS);
	report_time("docker.x86_64");
	report_time("docker.aarch64");
	report_time("firecracker-vmm.x86_64");
	return 0;
}
