/*
 * Exec rules at 10, 1,000 and 100,000: time and memory to build, time to
 * open, time to decide.  One line a size; each size in a process of its own,
 * so that the peak of memory is its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "blob/exec.h"
#include "tests/lib/execrules.h"

#define NCOMMANDS	65536	/* distinct commands, in random order */
#define NROUNDS		16
#define NOPENS		1001

struct bench {
	struct arena *a;
	struct rule_set set;
	struct blob b;
	uint8_t *p;
	size_t len;
	const char *(*argv)[4];
};

static void
die(const char *what)
{
	fprintf(stderr, "bench_exec: %s\n", what);
	exit(2);
}

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Three words: a hundred subcommands each for many tools, own options. */
static void
make_rules(struct bench *x, size_t n)
{
	struct rule_elem *e = arena_array(x->a, 3 * n, sizeof(*e));
	const char **alts = arena_array(x->a, 3 * n, sizeof(*alts));
	size_t i, k;

	x->set.nprefix = n;
	x->set.prefix = arena_array(x->a, n, sizeof(*x->set.prefix));
	for (i = 0; i < n; i++) {
		alts[3 * i] = arena_printf(x->a, "tool%zu", i / 100);
		alts[3 * i + 1] = arena_printf(x->a, "sub%zu", i % 100);
		alts[3 * i + 2] = arena_printf(x->a, "--option%zu", i);
		for (k = 0; k < 3; k++)
			e[3 * i + k] = (struct rule_elem){ &alts[3 * i + k],
			    NULL, 1 };
		x->set.prefix[i] = (struct prefix_rule){ .elems = &e[3 * i],
		    .nelems = 3, .decision = i % BLOB_NDECISIONS };
	}
}

/* Copies of the words, as argv is never the blob's own memory. */
static void
make_commands(struct bench *x)
{
	uint64_t seed = 88172645463325252u;
	const struct prefix_rule *r;
	size_t i, k;

	x->argv = arena_array(x->a, NCOMMANDS, sizeof(*x->argv));
	for (i = 0; i < NCOMMANDS; i++) {
		r = &x->set.prefix[execrules_random(&seed,
		    (uint32_t)x->set.nprefix)];
		for (k = 0; k < 3; k++)
			x->argv[i][k] = arena_strdup(x->a,
			    r->elems[k].alts[0]);
		x->argv[i][3] = "file.c";
	}
}

/* One decision on each of n commands, in ns. */
static double
time_round(const struct bench *x, size_t n, bool is_miss)
{
	const char *argv[4];
	struct eval_command c = { .argv = argv, .argc = 4 };
	struct eval_verdict v;
	double start = now_ns();
	size_t i;

	for (i = 0; i < NCOMMANDS; i++) {
		memcpy(argv, x->argv[i % n], sizeof(argv));
		if (is_miss)
			argv[0] = "file.c";
		if (eval_exec(&x->b, &c, &v) != BLOB_OK ||
		    v.nmatches != !is_miss)
			die("wrong decision");
	}
	return (now_ns() - start) / NCOMMANDS;
}

/* The best round: others ran on the machine in the rest. */
static double
time_decisions(const struct bench *x, size_t n, bool is_miss)
{
	double best = time_round(x, n, is_miss), t;
	int k;

	for (k = 1; k < NROUNDS; k++)
		if ((t = time_round(x, n, is_miss)) < best)
			best = t;
	return best;
}

static int
by_time(const void *vx, const void *vy)
{
	double x = *(const double *)vx, y = *(const double *)vy;

	return x < y ? -1 : x > y;
}

static double
time_open(const struct bench *x, bool is_whole)
{
	double t[NOPENS];
	struct exec_view v;
	struct blob b;
	size_t i;
	int r;

	for (i = 0; i < NOPENS; i++) {
		double start = now_ns();

		r = is_whole ? blob_open(&b, x->p, x->len) :
		    exec_view_of(&v, &x->b);
		t[i] = now_ns() - start;
		if (r != BLOB_OK)
			die(blob_strerror(r));
	}
	qsort(t, NOPENS, sizeof(*t), by_time);
	return t[NOPENS / 2];
}

static void
run(size_t n)
{
	struct bench x = { .a = arena_new(0, die) };
	struct automaton_spec spec = { .set = &x.set };
	struct rusage before, after;
	struct diag d;
	double start, build;

	diag_init(&d, stderr);
	make_rules(&x, n);
	getrusage(RUSAGE_SELF, &before);
	start = now_ns();
	x.p = execrules_blob(x.a, &d, &spec, &x.len);
	build = now_ns() - start;
	getrusage(RUSAGE_SELF, &after);
	if (x.p == NULL || blob_open(&x.b, x.p, x.len) != BLOB_OK)
		die("no blob");
	make_commands(&x);
	printf("%7zu rules: %9zu bytes, build %7.1f ms and %6.1f MB (peak "
	    "%.1f MB), blob_open %.1f us, view %.0f ns; decide ", n, x.len,
	    build / 1e6, (double)(after.ru_maxrss - before.ru_maxrss) / 1024,
	    (double)after.ru_maxrss / 1024, time_open(&x, true) / 1e3,
	    time_open(&x, false));
	printf("%d random %.0f ns, 1000 random %.0f ns, the same %.0f ns, "
	    "no match %.0f ns\n", NCOMMANDS,
	    time_decisions(&x, NCOMMANDS, false),
	    time_decisions(&x, 1000, false), time_decisions(&x, 1, false),
	    time_decisions(&x, NCOMMANDS, true));
	free(x.p);
	arena_free(x.a);
}

int
main(int argc, char **argv)
{
	static const size_t sizes[] = { 10, 1000, 100000 };
	int status, failed = 0;
	size_t i;
	pid_t pid;

	if (argc > 1) {
		run(strtoul(argv[1], NULL, 10));
		return 0;
	}
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fflush(stdout);
		if ((pid = fork()) == 0) {
			run(sizes[i]);
			return 0;
		}
		if (pid == -1 || waitpid(pid, &status, 0) == -1 || status != 0)
			failed = 1;
	}
	return failed;
}
