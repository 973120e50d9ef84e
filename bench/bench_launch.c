/*
 * What starting a command under a policy costs: /bin/true bare and through
 * codex-exec, each by fork and by posix_spawn, taken in turns so that the
 * machine's moods hit all alike.
 *
 *	bench_launch [-n ROUNDS] CODEX-EXEC POLICY [PROGRAM]
 *
 * Prints the median of each in microseconds and the medians of the ratios
 * within a round.
 */
#include <stdio.h>

#include "bench/timing.h"

enum { BARE_FORK, HELD_FORK, BARE_SPAWN, HELD_SPAWN, NKINDS };

static const char *const names[NKINDS] = {
	"fork+exec, bare", "fork+exec, codex-exec",
	"posix_spawn, bare", "posix_spawn, codex-exec",
};

int
main(int argc, char **argv)
{
	double *v[NKINDS];
	int i = 1;
	size_t n = timing_option(argc, argv, &i, "-n", 300);

	if (argc - i < 2 || argc - i > 3 || n == 0) {
		fputs("usage: bench_launch [-n ROUNDS] CODEX-EXEC POLICY "
		    "[PROGRAM]\n", stderr);
		return 2;
	}
	char program[] = "/bin/true", option[] = "-p";
	char *bare[] = { argc - i == 3 ? argv[i + 2] : program, NULL };
	char *held[] = { argv[i], option, argv[i + 1], bare[0], NULL };

	for (int k = 0; k < NKINDS; k++)
		v[k] = timing_room(n);
	for (size_t round = 0; round < n; round++)
		for (int k = 0; k < NKINDS; k++)
			v[k][round] = timing_run(k % 2 ? held : bare,
			    k < 2).wall;
	printf("%-24s %8.3f\n", "ratio, fork+exec",
	    timing_ratio(v[HELD_FORK], v[BARE_FORK], n));
	printf("%-24s %8.3f\n", "ratio, posix_spawn",
	    timing_ratio(v[HELD_SPAWN], v[BARE_SPAWN], n));
	for (int k = 0; k < NKINDS; k++)
		printf("%-24s %8.0f us\n", names[k], timing_median(v[k], n));
	return 0;
}
