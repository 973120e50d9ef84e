/*
 * What exec.scope tree costs: one command, and a script that starts 400
 * small programs, bare and through codex-exec, in turns.
 *
 *	bench_tree [-n ROUNDS] CODEX-EXEC POLICY
 *
 * Prints the medians of the ratios within a round: by the clock, and by the
 * processor time of all that ran, the supervisor's included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* As configure does: four small tools a test. */
static const char script[] =
    "i=0; while [ $i -lt 100 ]; do echo conftest.$i | sed s/test/out/ |"
    " grep -q conf; expr $i + 1 >/dev/null; cat /dev/null;"
    " i=$((i + 1)); done";

struct cost {
	double wall, cpu;		/* microseconds */
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
us(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static struct cost
run_once(char *const *argv)
{
	double start = now_us();
	struct rusage used;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0) {
		fprintf(stderr, "bench_tree: %s did not run\n", argv[0]);
		exit(1);
	}
	return (struct cost){ now_us() - start,
	    us(used.ru_utime) + us(used.ru_stime) };
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
measure(const char *what, char *const *bare, char *const *held, size_t n)
{
	double *wall = malloc(n * sizeof(*wall)), *cpu = malloc(n *
	    sizeof(*cpu));

	if (wall == NULL || cpu == NULL)
		exit(1);
	for (size_t i = 0; i < n; i++) {
		struct cost b = run_once(bare), h = run_once(held);

		wall[i] = h.wall / b.wall;
		cpu[i] = h.cpu / b.cpu;
	}
	printf("%-24s wall %6.3f  cpu %6.3f\n", what, median(wall, n),
	    median(cpu, n));
	free(wall);
	free(cpu);
}

int
main(int argc, char **argv)
{
	static char sh[] = "/bin/sh", c[] = "-c", p[] = "-p";
	static char program[] = "/bin/true", text[sizeof(script)];
	size_t n = 11;
	int i = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		n = strtoul(argv[2], NULL, 10);
		i = 3;
	}
	if (argc - i != 2 || n == 0) {
		fputs("usage: bench_tree [-n ROUNDS] CODEX-EXEC POLICY\n",
		    stderr);
		return 2;
	}
	memcpy(text, script, sizeof(script));
	char *bare[] = { program, NULL };
	char *held[] = { argv[i], p, argv[i + 1], program, NULL };
	char *bare_script[] = { sh, c, text, NULL };
	char *held_script[] = { argv[i], p, argv[i + 1], sh, c, text, NULL };

	measure("one command", bare, held, 20 * n);
	measure("400 execs", bare_script, held_script, n);
	return 0;
}
