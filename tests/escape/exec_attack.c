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
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096u

/* Shared by all threads and processes of the attack. */
struct shared {
	atomic_bool is_over;
	atomic_int target;		/* pid of the newest program */
	atomic_ulong writes, written;	/* to its memory */
	char word[8];			/* "good" or "evil" */
};

struct attack {
	const char *kind;
	struct shared *s;
	char *word;			/* of s, or of a page of its own */
	char path[4096];		/* of the program */
	char link[4096], spare[4096];
	int good, evil, fd;		/* both programs, and one of them */
	int pages[2];			/* with "good" and "evil" */
	int err;			/* of the exec that failed */
	char *volatile argv[4];
	char **list;			/* instead of argv */
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

/* As flip_link, to scripts of which each names another interpreter. */
static void
flip_script(struct attack *a, unsigned i)
{
	unlink(a->spare);
	if (symlink(i % 2 ? "script-evil" : "script-good", a->spare) == 0)
		rename(a->spare, a->link);
}

/* What is run as an interpreter would be, and a script of another one. */
static void
flip_disguise(struct attack *a, unsigned i)
{
	unlink(a->spare);
	if (symlink(i % 2 ? "trap" : "script-good", a->spare) == 0)
		rename(a->spare, a->link);
}

static void
flip_descriptor(struct attack *a, unsigned i)
{
	dup3(i % 2 ? a->evil : a->good, a->fd, O_CLOEXEC);
}

/* Another page in the place of the one that holds the word. */
static void
flip_page(struct attack *a, unsigned i)
{
	if (mmap(a->word, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED,
	    a->pages[i % 2], 0) == MAP_FAILED)
		exit(2);
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
	{ "script", flip_script, false },
	{ "disguise", flip_disguise, false },
	{ "descriptor", flip_descriptor, false },
	{ "page", flip_page, false },
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

static bool
is_kind(const struct attack *a, const char *name)
{
	return strcmp(a->kind, name) == 0;
}

/* Shares our memory, and we wait; for descriptors it shares those, too. */
static int
start_program(void *arg)
{
	struct attack *a = arg;
	char *const *argv = (char *const *)(uintptr_t)a->argv;

	atomic_store(&a->s->target, getpid());
	if (is_kind(a, "descriptor"))
		syscall(SYS_execveat, a->fd, "", argv, environ,
		    AT_EMPTY_PATH);
	else
		execv(is_kind(a, "link") || is_kind(a, "script") ||
		    is_kind(a, "disguise") ? a->link : a->path,
		    a->list != NULL ? a->list : argv);
	a->err = errno;
	_exit(127);
}

static enum outcome
start_one(struct attack *a)
{
	static char stack[65536] __attribute__((aligned(16)));
	int status, flags = CLONE_VM | CLONE_VFORK | SIGCHLD |
	    (is_kind(a, "descriptor") ? CLONE_FILES : 0);
	pid_t pid;

	a->err = 0;
	pid = clone(start_program, stack + sizeof(stack), flags, a);
	if (waitpid(pid, &status, 0) != pid)
		exit(2);
	if (a->err != 0)
		return a->err == EPERM ? REFUSED : OTHER;
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

/* A page in memory that begins with the word. */
static int
make_page(const char *word)
{
	int fd = memfd_create("page", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, PAGE) < 0 || pwrite(fd, word, 4, 0) != 4)
		exit(2);
	return fd;
}

static void
make_pages(struct attack *a)
{
	a->pages[0] = make_page("good");
	a->pages[1] = make_page("evil");
	a->word = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, a->pages[0], 0);
	if (a->word == MAP_FAILED)
		exit(2);
}

/*
 * The words that the kernel gives the interpreter of the script at the link,
 * and more than a first look takes: the second has to find out alone.
 */
static void
make_list(struct attack *a)
{
	static char ok[] = "ok", more[] = "01234567890123456789012345678901"
	    "234567890123456789012";
	static char *list[20001];

	for (int i = 3; i < 20000; i++)
		list[i] = more;
	list[0] = a->path;
	list[1] = a->link;
	list[2] = ok;
	a->list = list;
}

static void
open_all(struct attack *a, const char *folder)
{
	char evil[4096];

	snprintf(a->path, sizeof(a->path), "%s/good", folder);
	snprintf(evil, sizeof(evil), "%s/evil", folder);
	snprintf(a->link, sizeof(a->link), "%s/link", folder);
	snprintf(a->spare, sizeof(a->spare), "%s/spare", folder);
	a->good = open(a->path, O_RDONLY | O_CLOEXEC);
	a->evil = open(evil, O_RDONLY | O_CLOEXEC);
	a->fd = fcntl(a->good, F_DUPFD_CLOEXEC, 10);
	if (is_kind(a, "script") || is_kind(a, "disguise"))
		find_kind(a->kind)->flip(a, 0);
	if (is_kind(a, "disguise"))
		make_list(a);
	a->word = a->s->word;
	strcpy(a->word, "good");
	if (is_kind(a, "page")) {
		make_pages(a);
		a->argv[1] = a->word;
	}
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
	a.argv[0] = name;
	a.argv[1] = is_kind(&a, "stack") ? word : a.s->word;
	a.argv[2] = last;
	open_all(&a, argv[3]);
	if (is_kind(&a, "stack"))
		a.address = find_address(&a);
	start_flipping(&a);
	run_all(&a, (unsigned)strtoul(argv[2], NULL, 10));
	return 0;
}
