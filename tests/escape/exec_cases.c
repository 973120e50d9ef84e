/*
 * Unusual ways to start a program: exec_cases CASE FILE [ARG...]
 *
 * The program's argv is all from FILE on.  Exits 99 with the errno's name
 * where the exec fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
by_descriptor(char **argv)
{
	int fd = open(argv[0], O_RDONLY);

	fexecve(fd, argv, environ);
}

static void
from_memory(char **argv)
{
	char buf[65536];
	int from = open(argv[0], O_RDONLY), to = memfd_create("x", 0);
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return;
	fexecve(to, argv, environ);
}

/* execveat(2) with a name below a directory's descriptor. */
static void
below_directory(char **argv)
{
	char *slash = strrchr(argv[0], '/');
	int fd;

	*slash = '\0';
	fd = open(argv[0], O_PATH | O_DIRECTORY);
	syscall(SYS_execveat, fd, slash + 1, argv, environ, 0);
}

static void
without_argv(char **argv)
{
	char *none[] = { NULL };

	execve(argv[0], none, environ);
}

static void
under_another_name(char **argv)
{
	char *path = argv[0];
	static char name[] = "harmless";

	argv[0] = name;
	execv(path, argv);
}

static void *
thread_main(void *arg)
{
	char **argv = arg;

	execv(argv[0], argv);
	return NULL;
}

static void
by_thread(char **argv)
{
	pthread_t t;

	pthread_create(&t, NULL, thread_main, argv);
	pthread_join(t, NULL);
	errno = EPERM;
}

/* All threads at once, the first too: one of them wins. */
static void
by_all_threads(char **argv)
{
	pthread_t t;

	for (int i = 0; i < 8; i++)
		pthread_create(&t, NULL, thread_main, argv);
	execv(argv[0], argv);
}

/* n processes at once, each through the given way. */
static int
many(int n, void (*start)(char **), char **argv)
{
	int bad = 0, status;

	for (int i = 0; i < n; i++)
		if (fork() == 0) {
			start(argv);
			_exit(99);
		}
	for (int i = 0; i < n; i++)
		if (wait(&status) < 0 || status != 0)
			bad++;
	printf("%d of %d not so\n", bad, n);
	exit(bad != 0);
}

static void
plainly(char **argv)
{
	execv(argv[0], argv);
}

static void
in_a_storm(char **argv)
{
	many(600, plainly, argv);
}

static void
in_a_storm_of_threads(char **argv)
{
	many(60, by_all_threads, argv);
}

static void
after_failures(char **argv)
{
	for (int i = 0; i < 200; i++)
		execl("/nonexistent/program", "program", (char *)NULL);
	execl("/etc/passwd", "passwd", (char *)NULL);
	execl("/", "folder", (char *)NULL);
	syscall(SYS_execve, argv[0], 8, environ);
	syscall(SYS_execve, 8, argv, environ);
	execv(argv[0], argv);
}

/* A signal that is handled comes while the exec is decided on. */
static void
on_signal(int sig)
{
	(void)sig;
}

static void
under_signals(char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	pid_t parent = getpid(), pid;

	sigaction(SIGUSR1, &sa, NULL);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 20000; i++)
			kill(parent, SIGUSR1);
		_exit(0);
	}
	for (int i = 0; i < 50; i++)
		execl("/nonexistent/program", "program", (char *)NULL);
	signal(SIGUSR1, SIG_IGN);
	execv(argv[0], argv);
}

/* Its memory cannot be looked at. */
static void
undumpable(char **argv)
{
	syscall(SYS_prctl, 4, 0, 0, 0, 0);
	execv(argv[0], argv);
}

/*
 * A program whose directory another process changes as it likes: what was
 * decided for one would be done in another.
 */
static void
in_a_shared_folder(char **argv)
{
	long pid = syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0);

	if (pid < 0)
		return;
	if (pid == 0)
		execv(argv[0], argv);
	while (wait(NULL) < 0 && errno == EINTR)
		continue;
	exit(0);
}

/* More than a prepared look takes, less than the kernel does. */
static void
with_more(const char *path, char **first)
{
	static char more[] = "01234567890123456789012345678901234567890123456"
	    "789012";
	static char *list[20002];

	for (int i = 0; i < 20000; i++)
		list[i] = i < 3 && first[i] != NULL ? first[i] : more;
	execv(path, list);
}

static void
with_long_arguments(char **argv)
{
	with_more(argv[0], argv);
}

/* As if it were a script: behind its own name, its arguments would begin. */
static void
like_a_script(char **argv)
{
	with_more(argv[0], (char *[]){ "", "evil", argv[0] });
}

static void
like_a_named_script(char **argv)
{
	with_more(argv[0], (char *[]){ "x", "evil", argv[0] });
}

static const struct way {
	const char *name;
	void (*start)(char **argv);
} ways[] = {
	{ "descriptor", by_descriptor }, { "memory", from_memory },
	{ "below", below_directory }, { "empty", without_argv },
	{ "renamed", under_another_name }, { "thread", by_thread },
	{ "threads", by_all_threads }, { "storm", in_a_storm },
	{ "thread-storm", in_a_storm_of_threads },
	{ "failures", after_failures }, { "signals", under_signals },
	{ "undumpable", undumpable }, { "long", with_long_arguments },
	{ "folder", in_a_shared_folder }, { "scripted", like_a_script },
	{ "named", like_a_named_script },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (argc > 2 && strcmp(argv[1], ways[i].name) == 0) {
			ways[i].start(argv + 2);
			puts(strerrorname_np(errno));
			return 99;
		}
	return 2;
}
