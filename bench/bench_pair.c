/*
 * Two ways to run something, in turns:
 *
 *	bench_pair [-n ROUNDS] [-k RUNS] [-j AT_ONCE] NAME BARE... :: HELD...
 *
 * Prints the medians of the ratios within a round, by the clock and by the
 * processor time of all that was waited for, and the largest process of each.
 */
#include <stdio.h>
#include <string.h>

#include "bench/timing.h"

static void
measure(const char *name, char *const *bare, char *const *held, size_t n,
    size_t runs, size_t most)
{
	double *wall[2] = { timing_room(n), timing_room(n) };
	double *cpu[2] = { timing_room(n), timing_room(n) };
	long rss[2] = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2; k++) {
			struct cost c = timing_run_many(k ? held : bare,
			    runs, most);

			wall[k][i] = c.wall;
			cpu[k][i] = c.cpu;
			if (c.rss > rss[k])
				rss[k] = c.rss;
		}
	printf("%-34s wall %6.3f  cpu %6.3f  rss %6ld -> %6ld KB\n", name,
	    timing_ratio(wall[1], wall[0], n), timing_ratio(cpu[1], cpu[0], n),
	    rss[0], rss[1]);
}

int
main(int argc, char **argv)
{
	int i = 1, k;
	size_t n = timing_option(argc, argv, &i, "-n", 11);
	size_t runs = timing_option(argc, argv, &i, "-k", 1);
	size_t most = timing_option(argc, argv, &i, "-j", 1);

	for (k = i; k < argc && strcmp(argv[k], "::") != 0; k++)
		;
	if (n == 0 || runs == 0 || most == 0 || k - i < 2 || argc - k < 2) {
		fputs("usage: bench_pair [-n ROUNDS] [-k RUNS] [-j AT_ONCE] "
		    "NAME BARE... :: HELD...\n", stderr);
		return 2;
	}
	argv[k] = NULL;
	measure(argv[i], argv + i + 1, argv + k + 1, n, runs, most);
	return 0;
}
