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
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { BARE_FORK, HELD_FORK, BARE_SPAWN, HELD_SPAWN, NKINDS };

static const char *const names[NKINDS] = {
	"fork+exec, bare", "fork+exec, codex-exec",
	"posix_spawn, bare", "posix_spawn, codex-exec",
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
run_once(char *const *argv, int is_fork)
{
	double start = now_us();
	int status;
	pid_t pid;

	if (is_fork) {
		pid = fork();
		if (pid == 0) {
			execv(argv[0], argv);
			_exit(127);
		}
	} else if (posix_spawn(&pid, argv[0], NULL, NULL, argv,
	    environ) != 0) {
		pid = -1;
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "bench_launch: %s did not run\n", argv[0]);
		exit(1);
	}
	return now_us() - start;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

static void
print_ratio(const char *what, const double *held, const double *bare,
    size_t n)
{
	double *r = malloc(n * sizeof(*r));

	if (r == NULL)
		exit(1);
	for (size_t i = 0; i < n; i++)
		r[i] = held[i] / bare[i];
	printf("%-24s %8.3f\n", what, median(r, n));
	free(r);
}

int
main(int argc, char **argv)
{
	size_t n = 300;
	double *v[NKINDS];
	int i = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		n = strtoul(argv[2], NULL, 10);
		i = 3;
	}
	if (argc - i < 2 || argc - i > 3 || n == 0) {
		fputs("usage: bench_launch [-n ROUNDS] CODEX-EXEC POLICY "
		    "[PROGRAM]\n", stderr);
		return 2;
	}
	char program[] = "/bin/true", option[] = "-p";
	char *bare[] = { argc - i == 3 ? argv[i + 2] : program, NULL };
	char *held[] = { argv[i], option, argv[i + 1], bare[0], NULL };

	for (int k = 0; k < NKINDS; k++)
		if ((v[k] = malloc(n * sizeof(*v[k]))) == NULL)
			return 1;
	for (size_t round = 0; round < n; round++)
		for (int k = 0; k < NKINDS; k++)
			v[k][round] = run_once(k % 2 ? held : bare, k < 2);
	print_ratio("ratio, fork+exec", v[HELD_FORK], v[BARE_FORK], n);
	print_ratio("ratio, posix_spawn", v[HELD_SPAWN], v[BARE_SPAWN], n);
	for (int k = 0; k < NKINDS; k++) {
		printf("%-24s %8.0f us\n", names[k], median(v[k], n));
		free(v[k]);
	}
	return 0;
}
