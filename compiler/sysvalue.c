/*
 * Which names an argument's values have: the constants with one of some
 * prefixes.  Numbers repeat between kinds of constants, so the call and the
 * argument say which kind is meant.
 */
#include "compiler/sysvalue.h"

#include <stdbool.h>
#include <string.h>

#include "compiler/arena.h"
#include "compiler/sysconst.h"

static const struct naming {
	const char *call;
	unsigned arg;
	bool is_flags;		/* bits, each with a name */
	const char *prefixes;	/* separated by blanks */
} namings[] = {
	{ "bpf", 0, false, "BPF_" },
	{ "clock_gettime", 0, false, "CLOCK_" },
	{ "clock_nanosleep", 0, false, "CLOCK_" },
	{ "clock_settime", 0, false, "CLOCK_" },
	{ "clone", 0, true, "CLONE_" },
	{ "fallocate", 1, true, "FALLOC_" },
	{ "fcntl", 1, false, "F_" },
	{ "fcntl64", 1, false, "F_" },
	{ "flock", 1, true, "LOCK_" },
	{ "futex", 1, true, "FUTEX_" },
	{ "getrandom", 2, true, "GRND_" },
	{ "getsockopt", 1, false, "SOL_" },
	{ "ioctl", 1, false, "TIOC TC FIO FI FS_IOC SIOC KD VT_ UFFD" },
	{ "keyctl", 0, false, "KEYCTL_" },
	{ "kill", 1, false, "SIG" },
	{ "lseek", 2, false, "SEEK_" },
	{ "madvise", 2, false, "MADV_" },
	{ "membarrier", 0, false, "MEMBARRIER_" },
	{ "memfd_create", 1, true, "MFD_" },
	{ "mmap", 2, true, "PROT_" },
	{ "mmap", 3, true, "MAP_" },
	{ "mmap2", 2, true, "PROT_" },
	{ "mmap2", 3, true, "MAP_" },
	{ "mount", 3, true, "MS_" },
	{ "mprotect", 2, true, "PROT_" },
	{ "mremap", 3, true, "MREMAP_" },
	{ "open", 1, true, "O_" },
	{ "openat", 2, true, "O_" },
	{ "personality", 0, true, "PER_ ADDR_" },
	{ "prctl", 0, false, "PR_" },
	{ "prlimit64", 1, false, "RLIMIT_" },
	{ "ptrace", 0, false, "PTRACE_" },
	{ "seccomp", 0, false, "SECCOMP_SET_ SECCOMP_GET_" },
	{ "setsockopt", 1, false, "SOL_" },
	{ "shutdown", 1, false, "SHUT_" },
	{ "socket", 0, false, "AF_" },
	{ "socket", 1, true, "SOCK_" },
	{ "socketcall", 0, false, "SYS_" },
	{ "socketpair", 0, false, "AF_" },
	{ "socketpair", 1, true, "SOCK_" },
	{ "tgkill", 2, false, "SIG" },
	{ "tkill", 1, false, "SIG" },
	{ "umount2", 1, true, "MNT_" },
	{ "unshare", 0, true, "CLONE_" },
};

/* Second names, and names of masks. */
static const char *const unused[] = { "AF_LOCAL", "AF_ROUTE", "SIGIOT",
	"SIGPOLL", "FUTEX_CMD_MASK", "O_ACCMODE", "O_NDELAY", "SOCK_TYPE_MASK",
	"CLONE_CSIGNAL", "FIONREAD" };

static bool
is_named_so(const char *name, const char *prefixes)
{
	size_t len;

	for (const char *p = prefixes; *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		if (strncmp(name, p, len) == 0)
			return true;
	}
	return false;
}

static bool
is_unused(const char *name)
{
	for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
		if (strcmp(name, unused[i]) == 0)
			return true;
	return false;
}

/* The constant of that kind with a value, or NULL. */
static const char *
name_of(const struct naming *n, uint32_t audit, uint32_t value)
{
	const char *name;
	uint64_t v;

	for (size_t i = 0; (name = sysconst_at(i)) != NULL; i++)
		if (is_named_so(name, n->prefixes) && !is_unused(name) &&
		    sysconst_find(name, audit, &v) == SYSCONST_OK &&
		    (uint32_t)v == value)
			return name;
	return NULL;
}

static const char *
number(struct arena *a, uint32_t value)
{
	return arena_printf(a, value < 1024 ? "%u" : "0x%x", value);
}

/* Bit by bit, if each has a name. */
static const char *
flags_text(struct arena *a, const struct naming *n, uint32_t audit,
    uint32_t value)
{
	const char *text = "", *name;

	for (unsigned i = 0; i < 32; i++) {
		if ((value & 1u << i) == 0)
			continue;
		name = name_of(n, audit, 1u << i);
		if (name == NULL)
			return number(a, value);
		text = arena_printf(a, "%s%s%s", text,
		    *text != '\0' ? "|" : "", name);
	}
	return *text != '\0' ? text : number(a, value);
}

const char *
sysvalue_text(struct arena *a, const char *call, unsigned arg, uint32_t audit,
    uint32_t value)
{
	const struct naming *n;
	const char *name;

	for (size_t i = 0; i < sizeof(namings) / sizeof(namings[0]); i++) {
		n = &namings[i];
		if (call == NULL || n->arg != arg || strcmp(n->call, call) != 0)
			continue;
		name = name_of(n, audit, value);
		if (name != NULL)
			return name;
		return n->is_flags ? flags_text(a, n, audit, value) :
		    number(a, value);
	}
	return number(a, value);
}
