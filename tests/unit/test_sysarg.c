/*
 * Arguments of system calls: what is found by name, and every signature
 * against the kernel's prototypes.
 */
#include "tests/lib/unit.h"

#include "compiler/arena.h"
#include "compiler/sysarg.h"
#include "compiler/sysc.h"
#include "compiler/sysname.h"

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

static const struct {
	const char *call, *arg, *arch;
	enum sysarg_result result;
	unsigned index, width;
	bool is_signed;
} args[] = {
	{ "socket", "domain", "x86_64", SYSARG_OK, 0, 32, true },
	{ "socket", "arg2", "x86_64", SYSARG_OK, 2, 32, true },
	{ "socket", "nothing", "x86_64", SYSARG_UNKNOWN, 0, 0, false },
	{ "ioctl", "request", "x86_64", SYSARG_OK, 1, 32, false },
	{ "ioctl", "op", "x86_64", SYSARG_OK, 1, 32, false },
	{ "clone", "tls", "x86_64", SYSARG_OK, 4, 64, false },
	{ "clone", "tls", "aarch64", SYSARG_OK, 3, 64, false },
	{ "clone", "flags", "i386", SYSARG_OK, 0, 32, false },
	{ "chmod", "mode", "aarch64", SYSARG_OK, 1, 16, false },
	{ "chown", "owner", "x86_64", SYSARG_OK, 1, 32, false },
	{ "chown", "owner", "i386", SYSARG_OK, 1, 16, false },
	{ "ptrace", "request", "x86_64", SYSARG_OK, 0, 64, true },
	{ "ptrace", "request", "arm", SYSARG_OK, 0, 32, true },
	{ "pread64", "offset", "x86_64", SYSARG_OK, 3, 64, true },
	{ "pread64", "offset", "i386", SYSARG_SPLIT, 0, 0, false },
	{ "fallocate", "len", "arm", SYSARG_SPLIT, 0, 0, false },
	{ "pread64", "arg3", "i386", SYSARG_OK, 3, 32, false },
	{ "mmap", "prot", "i386", SYSARG_UNKNOWN, 0, 0, false },
	{ "getpid", "arg5", "x86_64", SYSARG_OK, 5, 64, false },
	{ "getpid", "arg6", "x86_64", SYSARG_UNKNOWN, 0, 0, false },
};

static void
arguments_have_the_kernels_types(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysarg got;

	(void)state;
	for (size_t i = 0; i < NELEM(args); i++) {
		enum sysarg_result r = sysarg_find(a, args[i].call,
		    args[i].arg, sysc_arch_by_name(args[i].arch)->audit, &got);

		if (r != args[i].result)
			fail_msg("%s %s on %s: got %d, want %d", args[i].call,
			    args[i].arg, args[i].arch, r, args[i].result);
		if (r == SYSARG_OK && (got.index != args[i].index ||
		    got.width != args[i].width ||
		    got.is_signed != args[i].is_signed))
			fail_msg("%s %s on %s: register %u, %u bits, signed "
			    "%d", args[i].call, args[i].arg, args[i].arch,
			    got.index, got.width, got.is_signed);
	}
	arena_free(a);
}

/* The kernel's prototypes, by letters as in sysarg.def. */
static const struct {
	const char *call, *where, *letters;
} protos[] = {
#define PROTO(call, where, letters)	{ #call, where, letters },
#include "tests/lib/sysproto.def"
#undef PROTO
};

/* sysarg.c has its own table; these must say the same. */
static const struct {
	char letter;
	unsigned width64, width32;
	bool is_signed, is_pointer;
} letters[] = {
	{ 'i', 32, 32, true, false }, { 'u', 32, 32, false, false },
	{ 'h', 16, 16, false, false }, { 'w', 32, 16, false, false },
	{ 'l', 64, 32, true, false }, { 'L', 64, 32, false, false },
	{ 'p', 64, 32, false, true }, { 'q', 64, 0, true, false },
	{ 'Q', 64, 0, false, false },
};

/* In the table, but implemented by no kernel that is left. */
static const char *const unimplemented[] = {
	"_sysctl", "afs_syscall", "bdflush", "break", "create_module",
	"epoll_ctl_old", "epoll_wait_old", "ftime", "get_kernel_syms",
	"getpmsg", "gtty", "lock", "mpx", "nfsservctl", "prof", "profil",
	"putpmsg", "query_module", "security", "stty", "tuxcall", "ulimit",
	"uretprobe", "vserver",
};

static bool
is_unimplemented(const char *call)
{
	for (size_t i = 0; i < NELEM(unimplemented); i++)
		if (strcmp(unimplemented[i], call) == 0)
			return true;
	return false;
}

/* How well `where' fits: 0 not at all. */
static unsigned
fits(const char *where, const struct sysc_arch *arch)
{
	bool is_32bit = sysname_is_32bit(arch->audit);

	if (strcmp(where, arch->name) == 0)
		return 3;
	if (strcmp(where, is_32bit ? "32" : "64") == 0)
		return 2;
	return strcmp(where, "ALL") == 0;
}

static const char *
prototype(const char *call, const struct sysc_arch *arch)
{
	const char *found = NULL;
	unsigned best = 0;

	for (size_t i = 0; i < NELEM(protos); i++)
		if (strcmp(protos[i].call, call) == 0 &&
		    fits(protos[i].where, arch) > best) {
			best = fits(protos[i].where, arch);
			found = protos[i].letters;
		}
	return found;
}

/* An argument that the table does not have is an unsigned register. */
static void
compare_argument(struct arena *a, const char *call, unsigned index,
    char letter, const struct sysc_arch *arch)
{
	bool is_32bit = sysname_is_32bit(arch->audit);
	struct sysarg got;
	size_t k = 0;

	while (letters[k].letter != letter)
		if (++k == NELEM(letters))
			fail_msg("%s: letter %c", call, letter);
	sysarg_at(a, call, index, arch->audit, &got);
	if (strncmp(got.name, "arg", 3) == 0 &&
	    strspn(got.name + 3, "012345") == 1 && got.name[4] == '\0' &&
	    strcmp(call, "keyctl") != 0 && strcmp(call, "prctl") != 0 &&
	    strcmp(call, "sysfs") != 0)
		fail_msg("%s on %s: argument %u has no name", call,
		    arch->name, index);
	if (got.index != index || got.is_signed != letters[k].is_signed ||
	    got.is_pointer != letters[k].is_pointer || got.width !=
	    (is_32bit ? letters[k].width32 : letters[k].width64))
		fail_msg("%s on %s: argument %u: %u bits, signed %d, pointer "
		    "%d; the kernel has %c", call, arch->name, index,
		    got.width, got.is_signed, got.is_pointer, letter);
}

static void
compare_signature(struct arena *a, const char *call, const char *want,
    const struct sysc_arch *arch)
{
	struct sysarg got;
	char number[8];
	unsigned i;

	/* Registers behind a split argument have no names. */
	for (i = 0; want[i] != '\0'; i++) {
		if ((want[i] == 'q' || want[i] == 'Q') &&
		    sysname_is_32bit(arch->audit))
			return;
		compare_argument(a, call, i, want[i], arch);
	}
	if (i == 6)
		return;
	snprintf(number, sizeof(number), "arg%u", i);
	sysarg_at(a, call, i, arch->audit, &got);
	if (strcmp(got.name, number) != 0)
		fail_msg("%s on %s has an argument %u, \"%s\"; the kernel has "
		    "none", call, arch->name, i, got.name);
}

static void
signatures_are_the_kernels(void **state)
{
	struct arena *a = arena_new(0, on_full);
	unsigned count = 0;

	(void)state;
	for (size_t row = 0; row < sysname_count(); row++)
		for (size_t i = 0; sysc_arch_at(i) != NULL; i++) {
			const struct sysc_arch *arch = sysc_arch_at(i);
			const char *call = sysname_at(row), *want;

			if (sysname_number(row, arch->audit) < 0)
				continue;
			want = prototype(call, arch);
			if (want == NULL && !is_unimplemented(call))
				fail_msg("%s: no prototype", call);
			compare_signature(a, call, want != NULL ? want : "",
			    arch);
			count++;
		}
	print_message("# %u signatures compared\n", count);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_have_the_kernels_types),
		cmocka_unit_test(signatures_are_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
