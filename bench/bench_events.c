/*
 * What a record costs:
 *
 *	bench_events denied CODEX-EXEC POLICY	a refused call with its record,
 *			over a bare round trip of a seccomp notification
 *	bench_events slow CODEX-EXEC POLICY	10,000 connects with their
 *			records to who hardly reads, over the same without
 *
 * in turns, the medians of the ratios; the bare one as it comes, and as the
 * asker's own processor answers it.  The policy of the first refuses
 * fchmodat, that of the second lists 127.0.0.1:9; both have the events.
 * `call N' and `connect N' are what is run: they print microseconds a call.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/timing.h"

#define ROUNDS		11
#define CALLS		80u	/* 100 records a second are kept apart */
#define CONNECTS	10000u
#define NOTIF_SET_FLAGS	0x40082104u

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* --- what is run -------------------------------------------------------- */

/* A name of its own each time, or they would be folded. */
static double
call_times(unsigned n)
{
	char name[16];
	double from;

	from = timing_now();
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "none.%u", i);
		if (fchmodat(AT_FDCWD, name, 0600, 0) == 0 || errno == ENOENT)
			die("fchmodat was let through");
	}
	return (timing_now() - from) / n;
}

static double
connect_times(unsigned n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	double from = timing_now();

	for (unsigned i = 0; i < n; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0 || (connect(fd, (struct sockaddr *)&to,
		    sizeof(to)) < 0 && errno != ECONNREFUSED))
			die("connect");
		close(fd);
	}
	return (timing_now() - from) / n;
}

/* --- bare --------------------------------------------------------------- */

static int
listen_to_fchmodat(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fchmodat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

static void
answer(int listener, unsigned n)
{
	struct seccomp_notif q;
	struct seccomp_notif_resp r;

	while (n-- > 0) {
		memset(&q, 0, sizeof(q));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &q) < 0)
			die("notification");
		r = (struct seccomp_notif_resp){ .id = q.id, .error = -EPERM };
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r) < 0)
			die("answer");
	}
}

/* We ask, a child of ours answers; in a process that ends with it. */
static void
run_bare(unsigned n, bool is_handed_over)
{
	int listener = listen_to_fchmodat(), status;
	pid_t pid;

	if (listener < 0)
		die("seccomp listener");
	/* The asker's processor answers (6.6), as codex-exec has it. */
	if (is_handed_over)
		(void)ioctl(listener, NOTIF_SET_FLAGS, 1UL);
	pid = fork();
	if (pid == 0) {
		answer(listener, n);
		_exit(0);
	}
	printf("%f\n", call_times(n));
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		exit(1);
}

/* --- comparing ---------------------------------------------------------- */

/* What a program of its own prints; records go to fd 3 there, if any. */
static double
ask(char *const *argv, int records)
{
	int out[2], status;
	char text[64];
	ssize_t n;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		dup2(out[1], 1);
		/* That records were lost is said there; we count them. */
		if (records >= 0)
			dup2(records, 3), dup2(open("/dev/null", O_WRONLY), 2);
		execv(argv[0], argv);
		_exit(127);
	}
	close(out[1]);
	n = read(out[0], text, sizeof(text) - 1);
	close(out[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0 || n <= 0) {
		fprintf(stderr, "bench_events: %s failed\n", argv[0]);
		exit(1);
	}
	text[n] = '\0';
	return atof(text);
}

static unsigned
count(const char *path, const char *what)
{
	FILE *in = fopen(path, "r");
	static char line[65536];
	unsigned n = 0;

	while (in != NULL && fgets(line, sizeof(line), in) != NULL)
		n += strstr(line, what) != NULL;
	if (in != NULL)
		fclose(in);
	return n;
}

static int
compare_denied(char *self, char *exe, char *policy)
{
	char bare[] = "bare", over[] = "over", call[] = "call", p[] = "-p", q[] = "-q",
	    explain[] = "--explain", json[] = "--json-fd", three[] = "3";
	char *one[] = { self, bare, NULL }, *least[] = { self, over, NULL };
	char *two[] = { exe, q, explain, json, three, p, policy, self, call,
	    NULL };
	char path[] = "/tmp/bench_events.XXXXXX";
	double *a = timing_room(ROUNDS), *b = timing_room(ROUNDS),
	    *c = timing_room(ROUNDS);
	unsigned records;
	int fd = mkstemp(path);

	if (fd < 0)
		die("a file for records");
	for (unsigned i = 0; i < ROUNDS; i++) {
		/* A second of its own for each hundred. */
		const struct timespec pause = { .tv_sec = 1 };

		a[i] = ask(one, -1);
		b[i] = ask(two, fd);
		c[i] = ask(least, -1);
		nanosleep(&pause, NULL);
	}
	records = count(path, "\"decision\":\"denied\"");
	close(fd);
	unlink(path);
	printf("%-34s %6.3f  (%.3f where it is handed over; %.1f us over %.1f "
	    "and %.1f; %u records of %u)\n", "denied call with its record",
	    timing_ratio(b, a, ROUNDS), timing_ratio(b, c, ROUNDS),
	    timing_median(b, ROUNDS), timing_median(a, ROUNDS),
	    timing_median(c, ROUNDS), records, ROUNDS * CALLS);
	free(a);
	free(b);
	free(c);
	return records == ROUNDS * CALLS ? 0 : 1;
}

/* Reads a little, then nothing until there are no more writers. */
static pid_t
start_reader(int fds[2], int to)
{
	char room[4096];
	const struct timespec pause = { .tv_nsec = 50000000 };
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		die("pipe");
	pid = fork();
	if (pid != 0)
		return pid;
	close(fds[1]);
	while ((n = read(fds[0], room, sizeof(room))) > 0) {
		if (write(to, room, (size_t)n) != n)
			_exit(1);
		nanosleep(&pause, NULL);
	}
	_exit(0);
}

/* The records that were counted as lost, all together. */
static unsigned long
count_lost(const char *path)
{
	FILE *in = fopen(path, "r");
	static char line[65536];
	unsigned long sum = 0;
	const char *at;

	while (in != NULL && fgets(line, sizeof(line), in) != NULL)
		if ((at = strstr(line, "\"lost_records\":")) != NULL)
			sum += strtoul(at + 15, NULL, 10);
	if (in != NULL)
		fclose(in);
	return sum;
}

static int
compare_slow(char *self, char *exe, char *policy)
{
	char act[] = "connect", p[] = "-p", q[] = "-q", json[] = "--json-fd",
	    three[] = "3";
	char *one[] = { exe, q, p, policy, self, act, NULL };
	char *two[] = { exe, q, json, three, p, policy, self, act, NULL };
	char path[] = "/tmp/bench_events.XXXXXX";
	double *a = timing_room(ROUNDS), *b = timing_room(ROUNDS);
	unsigned long came, lost;
	int to = mkstemp(path), fds[2];

	if (to < 0)
		die("a file for records");
	for (unsigned i = 0; i < ROUNDS; i++) {
		pid_t reader = start_reader(fds, to);

		a[i] = ask(one, -1);
		b[i] = ask(two, fds[1]);
		close(fds[0]);
		close(fds[1]);
		waitpid(reader, NULL, 0);
	}
	/* The command itself is a decision, too. */
	came = count(path, "\"event\":\"decision\"") - ROUNDS;
	lost = count_lost(path);
	printf("%-34s %6.3f  (%.0f a second; %lu came and %lu were lost of "
	    "%u)\n", "10,000 events, slow reader", timing_ratio(b, a, ROUNDS),
	    1e6 / timing_median(b, ROUNDS), came, lost, ROUNDS * CONNECTS);
	close(to);
	unlink(path);
	free(a);
	free(b);
	return came + lost == ROUNDS * CONNECTS ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "call") == 0)
		return printf("%f\n", call_times(CALLS)) < 0;
	if (strcmp(what, "connect") == 0)
		return printf("%f\n", connect_times(CONNECTS)) < 0;
	if (strcmp(what, "bare") == 0 || strcmp(what, "over") == 0)
		run_bare(CALLS, what[0] == 'o');
	else if (strcmp(what, "denied") == 0 && argc == 4)
		return compare_denied(argv[0], argv[2], argv[3]);
	else if (strcmp(what, "slow") == 0 && argc == 4)
		return compare_slow(argv[0], argv[2], argv[3]);
	else
		return 2;
	return 0;
}
