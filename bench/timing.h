/*
 * What the benchmarks share: running commands, the clock, medians.  A failure
 * ends the program, for a number with holes in it is none.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stdbool.h>
#include <stddef.h>

struct cost {
	double wall, cpu;	/* microseconds; cpu of all that was waited for */
	long rss;		/* KB: the largest process of it */
};

double timing_now(void);

/* Room for n numbers. */
double *timing_room(size_t n);

/* Sorts v. */
double timing_median(double *v, size_t n);

/* The median of a[i] / b[i]. */
double timing_ratio(const double *a, const double *b, size_t n);

/* Run a command once, by fork and exec or by posix_spawn. */
struct cost timing_run(char *const *argv, bool is_fork);

/* Run it n times, up to `most' at once: the cost of all. */
struct cost timing_run_many(char *const *argv, size_t n, size_t most);

/* The number of -X N at argv[*i], or otherwise; *i goes past it. */
size_t timing_option(int argc, char **argv, int *i, const char *name,
    size_t otherwise);

#endif
