/* What the benchmarks share: see timing.h. */
#include "bench/timing.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

double
timing_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

double *
timing_room(size_t n)
{
	double *v = calloc(n, sizeof(*v));

	if (v == NULL) {
		fputs("bench: no memory\n", stderr);
		exit(1);
	}
	return v;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
timing_median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

double
timing_ratio(const double *a, const double *b, size_t n)
{
	double *r = timing_room(n), m;

	for (size_t i = 0; i < n; i++)
		r[i] = a[i] / b[i];
	m = timing_median(r, n);
	free(r);
	return m;
}

static double
us(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void
start(char *const *argv, bool is_fork)
{
	pid_t pid;
	int err = 0;

	if (is_fork) {
		pid = fork();
		if (pid == 0) {
			execv(argv[0], argv);
			_exit(127);
		}
		err = pid < 0;
	} else {
		err = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);
	}
	if (err != 0) {
		fprintf(stderr, "bench: %s was not started\n", argv[0]);
		exit(1);
	}
}

static void
finish(char *const *argv, struct cost *sum)
{
	struct rusage used;
	int status;

	if (wait4(-1, &status, 0, &used) < 0 || status != 0) {
		fprintf(stderr, "bench: %s failed, status %#x\n", argv[0],
		    (unsigned)status);
		exit(1);
	}
	sum->cpu += us(used.ru_utime) + us(used.ru_stime);
	if (used.ru_maxrss > sum->rss)
		sum->rss = used.ru_maxrss;
}

struct cost
timing_run(char *const *argv, bool is_fork)
{
	struct cost sum = { 0 };
	double from = timing_now();

	start(argv, is_fork);
	finish(argv, &sum);
	sum.wall = timing_now() - from;
	return sum;
}

struct cost
timing_run_many(char *const *argv, size_t n, size_t most)
{
	struct cost sum = { 0 };
	double from = timing_now();

	for (size_t begun = 0, ended = 0; ended < n; ended++) {
		for (; begun < n && begun - ended < most; begun++)
			start(argv, true);
		finish(argv, &sum);
	}
	sum.wall = timing_now() - from;
	return sum;
}

size_t
timing_option(int argc, char **argv, int *i, const char *name,
    size_t otherwise)
{
	if (*i + 1 >= argc || strcmp(argv[*i], name) != 0)
		return otherwise;
	*i += 2;
	return strtoul(argv[*i - 1], NULL, 10);
}
