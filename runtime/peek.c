/* Looks into other tasks: see peek.h. */
#include "runtime/peek.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include "runtime/kernel.h"
#include "runtime/text.h"

/*
 * The kernel takes 6 MiB of strings at most, addresses included, and adds
 * some padding; each string takes a byte and an address at least.
 */
#define BYTES_CAP	((size_t)8 << 20)
#define WORDS_CAP	((size_t)1 << 20)
/* What is looked at before an exec: the rest is left to the second look. */
#define EARLY_WORDS	16384u
#define EARLY_BYTES	((size_t)1 << 20)
#define KEPT		((size_t)64 << 10)
#define PAGE		4096u
#define BATCH		16u
#define SLOT		256u

int
peek_init(struct peek *m, struct failure *f)
{
	size_t size = BYTES_CAP + WORDS_CAP * sizeof(*m->words);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return refuse(f, EXIT_RUNNER, errno, "no memory", NULL);
	*m = (struct peek){ .words = p };
	m->bytes = (char *)(m->words + WORDS_CAP);
	return 0;
}

void
peek_reset(struct peek *m)
{
	if (m->used > KEPT) {
		madvise(m->words, WORDS_CAP * sizeof(*m->words),
		    MADV_DONTNEED);
		madvise(m->bytes, BYTES_CAP, MADV_DONTNEED);
	}
	m->used = 0;
}

static ssize_t
read_task(pid_t pid, const struct iovec *to, size_t nto,
    const struct iovec *from, size_t nfrom)
{
	return syscall(SYS_process_vm_readv, pid, to, nto, from, nfrom, 0UL);
}

bool
peek_works(void)
{
	char here = 0, there;
	struct iovec to = { &there, 1 }, from = { &here, 1 };

	return read_task(getpid(), &to, 1, &from, 1) == 1;
}

static void *
pointer(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
to_page_end(uint64_t address)
{
	return PAGE - (size_t)(address % PAGE);
}

/*
 * Up to n bytes, as many as are mapped: asked for page by page, for what is
 * read stops where one of the pieces fails.
 */
static ssize_t
read_mapped(pid_t pid, uint64_t address, char *to, size_t n)
{
	size_t done = 0;

	while (done < n) {
		struct iovec from[BATCH], dest = { to + done, 0 };
		size_t k = 0;
		ssize_t r;

		for (; k < BATCH && done + dest.iov_len < n; k++) {
			uint64_t at = address + done + dest.iov_len;
			size_t part = least(to_page_end(at),
			    n - done - dest.iov_len);

			from[k] = (struct iovec){ pointer(at), part };
			dest.iov_len += part;
		}
		r = read_task(pid, &dest, 1, from, k);
		if (r <= 0)
			return done > 0 ? (ssize_t)done : r;
		done += (size_t)r;
		if ((size_t)r < dest.iov_len)
			break;
	}
	return (ssize_t)done;
}

int
peek_bytes(pid_t pid, uint64_t address, void *buf, size_t n)
{
	ssize_t r = read_mapped(pid, address, buf, n);

	return r < 0 ? errno : (size_t)r < n ? EFAULT : 0;
}

/* Append the string at an address. */
static int
finish_string(struct peek *m, pid_t pid, uint64_t address, size_t cap)
{
	for (;;) {
		size_t n = least(least(to_page_end(address), 1024),
		    cap - m->used);
		ssize_t r = n == 0 ? 0 : read_mapped(pid, address,
		    m->bytes + m->used, n);
		const char *end;

		if (n == 0)
			return E2BIG;
		if (r <= 0)
			return r < 0 ? errno : EFAULT;
		end = memchr(m->bytes + m->used, '\0', (size_t)r);
		if (end != NULL) {
			m->used = (size_t)(end - m->bytes) + 1;
			return 0;
		}
		m->used += (size_t)r;
		address += (uint64_t)r;
	}
}

int
peek_string(pid_t pid, uint64_t address, char *buf, size_t cap)
{
	struct peek one = { .bytes = buf };

	return finish_string(&one, pid, address, cap);
}

/* The first bytes of up to BATCH strings at once; how many bytes came. */
static size_t
read_starts(pid_t pid, const uint64_t *addresses, size_t n,
    char room[BATCH][SLOT], size_t sizes[BATCH])
{
	struct iovec to[BATCH], from[BATCH];
	ssize_t r;

	for (size_t i = 0; i < n; i++) {
		sizes[i] = least(SLOT, to_page_end(addresses[i]));
		to[i] = (struct iovec){ room[i], sizes[i] };
		from[i] = (struct iovec){ pointer(addresses[i]), sizes[i] };
	}
	r = read_task(pid, to, n, from, n);
	return r < 0 ? 0 : (size_t)r;
}

/* Append n strings; offsets[i] becomes where the i-th begins. */
static int
read_strings(struct peek *m, pid_t pid, const uint64_t *addresses, size_t n,
    size_t *offsets)
{
	char room[BATCH][SLOT];
	size_t sizes[BATCH];
	size_t got = n > 0 ? read_starts(pid, addresses, n, room, sizes) : 0;

	for (size_t i = 0; i < n; i++) {
		size_t here = least(got, sizes[i]);
		const char *end = memchr(room[i], '\0', here);
		size_t len = end != NULL ? (size_t)(end - room[i]) + 1 : here;
		int err;

		got -= here;
		if (len > EARLY_BYTES - m->used)
			return E2BIG;
		offsets[i] = m->used;
		memcpy(m->bytes + m->used, room[i], len);
		m->used += len;
		if (end != NULL)
			continue;
		err = finish_string(m, pid, addresses[i] + len, EARLY_BYTES);
		if (err != 0)
			return err;
	}
	return 0;
}

/* What one call reads of argv: addresses, up to the end of a page. */
struct addresses {
	unsigned long raw[BATCH];
	size_t n;			/* without the one that ends the list */
	bool is_last;
};

static size_t
reach(uint64_t at)
{
	return least(BATCH * sizeof(unsigned long), to_page_end(at));
}

/* got bytes have come. */
static int
look_through(struct addresses *a, size_t got)
{
	a->n = 0;
	a->is_last = false;
	while (a->n < got / sizeof(a->raw[0]) && !a->is_last)
		if (a->raw[a->n] == 0)
			a->is_last = true;
		else
			a->n++;
	return a->n == 0 && !a->is_last ? EFAULT : 0;
}

static int
read_addresses(pid_t pid, uint64_t argv, size_t from, struct addresses *a)
{
	uint64_t at = argv + from * sizeof(a->raw[0]);
	ssize_t r = read_mapped(pid, at, (char *)a->raw, sizeof(a->raw));

	return r < 0 ? errno : look_through(a, (size_t)r);
}

/*
 * The path and the first addresses, mostly by one call.  Where that gives
 * less, the path is read again by itself.
 */
static int
read_first(struct peek *m, pid_t pid, uint64_t path, uint64_t argv,
    struct addresses *a)
{
	struct iovec to[2] = { { m->bytes, least(SLOT, to_page_end(path)) },
	    { a->raw, reach(argv) } };
	struct iovec from[2] = { { pointer(path), to[0].iov_len },
	    { pointer(argv), to[1].iov_len } };
	ssize_t r = read_task(pid, to, 2, from, 2);
	size_t here = r < 0 ? 0 : least((size_t)r, to[0].iov_len);
	const char *end = memchr(m->bytes, '\0', here);
	int err;

	if (end != NULL)
		m->used = (size_t)(end - m->bytes) + 1;
	else if ((err = finish_string(m, pid, path, EARLY_BYTES)) != 0)
		return err;
	if (argv == 0) {
		*a = (struct addresses){ .is_last = true };
		return 0;
	}
	if (r > (ssize_t)to[0].iov_len && look_through(a, (size_t)r -
	    to[0].iov_len) == 0)
		return 0;
	return read_addresses(pid, argv, 0, a);
}

int
peek_exec(struct peek *m, pid_t pid, uint64_t path, uint64_t argv,
    struct execstack *out)
{
	uint64_t at[BATCH];
	size_t offsets[BATCH];
	struct addresses a;
	int err;

	peek_reset(m);
	*out = (struct execstack){ .argv = m->words, .execfn = m->bytes };
	err = read_first(m, pid, path, argv, &a);
	while (err == 0) {
		if (out->argc + a.n > EARLY_WORDS)
			return E2BIG;
		for (size_t i = 0; i < a.n; i++)
			at[i] = a.raw[i];
		err = read_strings(m, pid, at, a.n, offsets);
		for (size_t i = 0; err == 0 && i < a.n; i++)
			m->words[out->argc++] = m->bytes + offsets[i];
		if (a.is_last || err != 0)
			break;
		err = read_addresses(pid, argv, out->argc, &a);
	}
	return err;
}

/* Its stack pointer; false too where it is no program of our own ABI. */
static bool
read_stack_pointer(pid_t pid, uint64_t *sp)
{
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)K_NT_PRSTATUS, &iov) < 0 ||
	    iov.iov_len != sizeof(regs))
		return false;
#if defined(__x86_64__)
	*sp = regs.rsp;
#elif defined(__i386__)
	*sp = (uint32_t)regs.esp;
#elif defined(__aarch64__) || defined(__riscv)
	*sp = regs.sp;
#else
	return false;
#endif
	return true;
}

int
peek_fresh(struct peek *m, pid_t pid, struct execstack *out)
{
	uint64_t sp;
	ssize_t n;

	peek_reset(m);
	if (!read_stack_pointer(pid, &sp))
		return -1;
	n = read_mapped(pid, sp, m->bytes, BYTES_CAP);
	if (n <= 0)
		return -1;
	m->used = (size_t)n;
	return execstack_read((const uint8_t *)m->bytes, m->used, sp,
	    sizeof(long), m->words, WORDS_CAP, out);
}

bool
peek_link(pid_t pid, const char *name, char *buf, size_t cap)
{
	char path[64];
	struct text t;
	ssize_t n;

	text_init(&t, path, sizeof(path));
	text_proc(&t, pid, "/");
	text_str(&t, name);
	n = readlink(path, buf, cap - 1);
	if (n < 0 || (size_t)n >= cap - 1)
		return false;
	buf[n] = '\0';
	return buf[0] == '/';
}

bool
peek_status(pid_t pid, const char *field, unsigned base, uint64_t *v)
{
	char path[64], name[24], buf[4096];
	struct text t, n;
	const char *at;
	ssize_t len;
	int fd;

	text_init(&t, path, sizeof(path));
	text_proc(&t, pid, "/status");
	text_init(&n, name, sizeof(name));
	text_str(&n, "\n");
	text_str(&n, field);
	text_str(&n, ":\t");
	fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[len > 0 ? len : 0] = '\0';
	at = strstr(buf, name);
	if (at == NULL)
		return false;
	*v = strtoull(at + n.len, NULL, (int)base);
	return true;
}
