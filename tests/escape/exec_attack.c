/*
 * Attacks on execs that are being decided on: exec_attack KIND N FOLDER
 *
 * Starts FOLDER/good N times while another thread or process changes what
 * the call names from harmless to forbidden and back.  Prints how the calls
 * ended; what ran says itself what it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared by all threads and processes of the attack. */
struct shared {
	atomic_bool is_over;
	atomic_int target;		/* pid of the newest program */
	atomic_ulong writes, written;	/* to its memory */
	char word[16];			/* "good" or "evil" */
};

struct attack {
	const char *kind;
	struct shared *s;
	char path[4096];		/* of the program */
	char link[4096], spare[4096];
	char *volatile argv[4];
	unsigned long address;		/* of a word on a new stack */
};

static void
pause_a_bit(unsigned n)
{
	for (volatile unsigned i = 0; i < n; i++)
		;
}

static void
flip_bytes(struct attack *a, unsigned i)
{
	memcpy(a->s->word, i % 2 ? "evil" : "good", 4);
}

static void
flip_pointer(struct attack *a, unsigned i)
{
	static char good[] = "good", evil[] = "evil";

	a->argv[1] = i % 2 ? evil : good;
}

static void
flip_path(struct attack *a, unsigned i)
{
	memcpy(a->path + strlen(a->path) - 4, i % 2 ? "evil" : "good", 4);
}

/* Both links stand; one takes the other's place. */
static void
flip_link(struct attack *a, unsigned i)
{
	/* An earlier run can have ended in between. */
	unlink(a->spare);
	if (symlink(i % 2 ? "evil" : "good", a->spare) == 0)
		rename(a->spare, a->link);
}

/* Into the memory of what has just been started. */
static void
write_stack(struct attack *a, unsigned i)
{
	pid_t pid = atomic_load(&a->s->target);
	char evil[] = "evil", name[64];
	struct iovec from = { evil, 4 };
	struct iovec to = { (void *)a->address, 4 };
	ssize_t n;
	int fd;

	if (pid <= 0)
		return;
	atomic_fetch_add(&a->s->writes, 1);
	if (i % 2) {
		n = process_vm_writev(pid, &from, 1, &to, 1, 0);
	} else {
		snprintf(name, sizeof(name), "/proc/%d/mem", (int)pid);
		fd = open(name, O_RDWR | O_CLOEXEC);
		n = fd < 0 ? -1 : pwrite(fd, evil, 4, (off_t)a->address);
		if (fd >= 0)
			close(fd);
	}
	if (n == 4)
		atomic_fetch_add(&a->s->written, 1);
}

static const struct kind {
	const char *name;
	void (*flip)(struct attack *a, unsigned i);
	bool is_process;		/* of another address space */
} kinds[] = {
	{ "bytes", flip_bytes, false },
	{ "pointer", flip_pointer, false },
	{ "path", flip_path, false },
	{ "link", flip_link, false },
	{ "shared", flip_bytes, true },
	{ "stack", write_stack, true },
};

static const struct kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	exit(2);
}

static void *
flip_all(void *arg)
{
	struct attack *a = arg;
	const struct kind *k = find_kind(a->kind);

	for (unsigned i = 0; !atomic_load(&a->s->is_over); i++) {
		k->flip(a, i);
		pause_a_bit(i * 2654435761u >> 22);
	}
	return NULL;
}

/* What the new stack's word will have for an address. */
static unsigned long
find_address(struct attack *a)
{
	char line[32] = "";
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0)
		exit(2);
	if (pid == 0) {
		/* As many bytes as the attacked word and its neighbour. */
		char word[] = "address", none[] = "";
		char *argv[] = { a->argv[0], word, none, NULL };

		dup2(fds[1], 1);
		execv(a->path, argv);
		_exit(127);
	}
	close(fds[1]);
	if (read(fds[0], line, sizeof(line) - 1) < 0)
		exit(2);
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return strtoul(line, NULL, 16);
}

static void
start_flipping(struct attack *a)
{
	pthread_t thread;

	if (!find_kind(a->kind)->is_process) {
		if (pthread_create(&thread, NULL, flip_all, a) != 0)
			exit(2);
		return;
	}
	if (fork() == 0) {
		flip_all(a);
		_exit(0);
	}
}

enum outcome { RAN, REFUSED, KILLED, OTHER, NOUTCOMES };

static enum outcome
start_one(struct attack *a)
{
	const char *path = strcmp(a->kind, "link") == 0 ? a->link : a->path;
	volatile int err = 0;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		atomic_store(&a->s->target, getpid());
		execv(path, (char *const *)(uintptr_t)a->argv);
		err = errno;
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		exit(2);
	if (err != 0)
		return err == EPERM ? REFUSED : OTHER;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? KILLED
								  : RAN;
}

static void
run_all(struct attack *a, unsigned n)
{
	unsigned tally[NOUTCOMES] = { 0 };

	for (unsigned i = 0; i < n; i++)
		tally[start_one(a)]++;
	atomic_store(&a->s->is_over, true);
	printf("ran %u refused %u killed %u other %u written %lu of %lu\n",
	    tally[RAN], tally[REFUSED], tally[KILLED], tally[OTHER],
	    atomic_load(&a->s->written), atomic_load(&a->s->writes));
}

int
main(int argc, char **argv)
{
	static char name[] = "mark", word[] = "good-xy", last[] = "";
	struct attack a = { .kind = argc == 4 ? argv[1] : "" };
	int fixed = personality(0xffffffff);

	find_kind(a.kind);
	if ((fixed & ADDR_NO_RANDOMIZE) == 0) {
		personality((unsigned long)fixed | ADDR_NO_RANDOMIZE);
		execv("/proc/self/exe", argv);
	}
	a.s = mmap(NULL, sizeof(*a.s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a.s == MAP_FAILED)
		return 2;
	strcpy(a.s->word, "good");
	snprintf(a.path, sizeof(a.path), "%s/good", argv[3]);
	snprintf(a.link, sizeof(a.link), "%s/link", argv[3]);
	snprintf(a.spare, sizeof(a.spare), "%s/spare", argv[3]);
	a.argv[0] = name;
	a.argv[1] = strcmp(a.kind, "stack") == 0 ? word : a.s->word;
	a.argv[2] = last;
	if (strcmp(a.kind, "stack") == 0)
		a.address = find_address(&a);
	start_flipping(&a);
	run_all(&a, (unsigned)strtoul(argv[2], NULL, 10));
	return 0;
}
