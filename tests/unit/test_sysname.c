/*
 * The tables of system calls: order, numbers, groups, constants.  The build
 * compares the numbers with libseccomp's: see tests/lib/calltable.c.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>

#include "compiler/sysc.h"
#include "compiler/sysconst.h"
#include "compiler/sysgroup.h"
#include "compiler/sysname.h"

static void
names_ascend_and_are_found(void **state)
{
	(void)state;
	assert_true(sysname_count() <= SYSROWS_MAX);
	for (size_t i = 0; i < sysname_count(); i++) {
		if (i > 0 && strcmp(sysname_at(i - 1), sysname_at(i)) >= 0)
			fail_msg("%s stands behind %s", sysname_at(i),
			    sysname_at(i - 1));
		assert_int_equal(sysname_find(sysname_at(i)), i);
	}
	assert_null(sysname_at(sysname_count()));
	assert_int_equal(sysname_find("no_such_call"), -1);
}

static const struct {
	const char *name;
	int x86_64, aarch64, riscv64, i386, arm;
} known[] = {
	{ "read", 0, 63, 63, 3, 3 },
	{ "socket", 41, 198, 198, 359, 281 },
	{ "socketcall", -1, -1, -1, 102, -1 },
	{ "shmget", 29, 194, 194, 395, 307 },
	{ "set_mempolicy_home_node", 450, 450, 450, 450, 450 },
	{ "memfd_secret", 447, 447, 447, 447, -1 },
	{ "mseal", 462, 462, 462, 462, 462 },
	{ "statmount", 457, 457, 457, 457, 457 },
	{ "open_tree_attr", 467, 467, 467, 467, 467 },
	{ "file_setattr", 469, 469, 469, 469, 469 },
	{ "uretprobe", 335, -1, -1, -1, -1 },
	{ "uprobe", 336, -1, -1, -1, -1 },
	{ "riscv_hwprobe", -1, -1, 258, -1, -1 },
	{ "riscv_flush_icache", -1, -1, 259, -1, -1 },
	{ "breakpoint", -1, -1, -1, -1, 0x0f0001 },
	{ "get_tls", -1, -1, -1, -1, 0x0f0006 },
	{ "renameat", 264, 38, -1, 302, 329 },
	{ "no_such_call", -2, -2, -2, -2, -2 },
};

static void
numbers_are_the_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(known); i++) {
		int want[] = { known[i].x86_64, known[i].aarch64,
			known[i].riscv64, known[i].i386, known[i].arm };

		for (size_t k = 0; k < NELEM(want); k++) {
			const struct sysc_arch *arch = sysc_arch_at(k);
			int got = sysc_call_number(arch->audit, known[i].name);

			if (got != want[k])
				fail_msg("%s on %s: got %d, want %d",
				    known[i].name, arch->name, got, want[k]);
		}
	}
}

static void
newer_calls_begin_behind_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; sysc_arch_at(i) != NULL; i++)
		assert_int_equal(sysname_newer_from(sysc_arch_at(i)->audit),
		    470);
	assert_null(sysc_call_name(AUDIT_ARCH_X86_64, 470));
	assert_string_equal(sysc_call_name(AUDIT_ARCH_X86_64, 469),
	    "file_setattr");
	assert_string_equal(sysc_call_name(AUDIT_ARCH_ARM, 0x0f0005),
	    "set_tls");
}

static void
groups_hold_known_names(void **state)
{
	char word[64];

	(void)state;
	for (size_t i = 0; sysgroup_at(i) != NULL; i++) {
		const char *p = sysgroup_at(i)->calls;

		for (size_t n; p != NULL && *p != '\0';
		    p += n + strspn(p + n, " ")) {
			n = strcspn(p, " ");
			assert_true(n < sizeof(word));
			snprintf(word, sizeof(word), "%.*s", (int)n, p);
			if (word[0] == '@' ? sysgroup_find(word) == NULL :
			    sysname_find(word) == -1)
				fail_msg("%s: %s is unknown",
				    sysgroup_at(i)->name, word);
		}
	}
}

static const struct {
	const char *group, *call;
	bool is_in;
} members[] = {
	{ "@known", "uprobe", true }, { "@known", "read", true },
	{ "@system-service", "futex_waitv", true },
	{ "@system-service", "io_uring_setup", true },
	{ "@system-service", "landlock_restrict_self", true },
	{ "@system-service", "statx", true },
	{ "@system-service", "mount", false },
	{ "@system-service", "ptrace", false },
	{ "@system-service", "init_module", false },
	{ "@system-service", "bpf", false },
	{ "@system-service", "reboot", false },
	{ "@system-service", "fsopen", false },
	{ "@privileged", "init_module", true },
	{ "@privileged", "open_tree_attr", true },
	{ "@mount", "move_mount", true }, { "@mount", "statmount", false },
	{ "@aio", "io_uring_enter", true },
	{ "@io-uring", "io_submit", false },
	{ "@namespaces", "setns", true }, { "@default", "mseal", true },
};

static void
groups_nest(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(members); i++) {
		struct sysrows rows = { { 0 } };
		int row = sysname_find(members[i].call);

		assert_true(sysgroup_expand(members[i].group, &rows));
		assert_true(row >= 0);
		if (sysrows_has(&rows, (size_t)row) != members[i].is_in)
			fail_msg("%s in %s: want %d", members[i].call,
			    members[i].group, members[i].is_in);
	}
	assert_false(sysgroup_expand("@nothing", &(struct sysrows){ { 0 } }));
}

static const struct {
	const char *name, *arch;
	enum sysconst_result result;
	uint64_t value;
} constants[] = {
	{ "AF_INET", "arm", SYSCONST_OK, 2 },
	{ "O_DIRECTORY", "x86_64", SYSCONST_OK, 0200000 },
	{ "O_DIRECTORY", "aarch64", SYSCONST_OK, 040000 },
	{ "O_LARGEFILE", "x86_64", SYSCONST_OK, 0100000 },
	{ "AT_FDCWD", "x86_64", SYSCONST_OK, (uint64_t)-100 },
	{ "MAP_32BIT", "i386", SYSCONST_OK, 0x40 },
	{ "MAP_32BIT", "riscv64", SYSCONST_NOT_HERE, 0 },
	{ "CLONE_NEWUSER", "x86_64", SYSCONST_OK, 0x10000000 },
	{ "TIOCSTI", "x86_64", SYSCONST_OK, 0x5412 },
	{ "AF_NOTHING", "x86_64", SYSCONST_UNKNOWN, 0 },
};

static void
constants_follow_the_architecture(void **state)
{
	uint64_t v;

	(void)state;
	for (size_t i = 0; sysconst_at(i) != NULL; i++) {
		if (i > 0 && strcmp(sysconst_at(i - 1), sysconst_at(i)) >= 0)
			fail_msg("%s is out of order", sysconst_at(i));
		assert_int_not_equal(sysconst_find(sysconst_at(i),
		    AUDIT_ARCH_X86_64, &v), SYSCONST_UNKNOWN);
	}
	for (size_t i = 0; i < NELEM(constants); i++) {
		enum sysconst_result r = sysconst_find(constants[i].name,
		    sysc_arch_by_name(constants[i].arch)->audit, &v);

		if (r != constants[i].result ||
		    (r == SYSCONST_OK && v != constants[i].value))
			fail_msg("%s on %s: got %d %#llx", constants[i].name,
			    constants[i].arch, r, (unsigned long long)v);
	}
}

static const struct {
	const char *text;
	bool is_good;
	uint64_t value;
} numbers[] = {
	{ "0", true, 0 }, { "00", true, 0 }, { "10", true, 10 },
	{ "010", true, 8 }, { "0o17", true, 15 }, { "0x1F", true, 31 },
	{ "-1", true, UINT64_MAX }, { "-0x10", true, (uint64_t)-16 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "0xffffffffffffffff", true, UINT64_MAX },
	{ "0x10000000000000000", false, 0 },
	{ "-9223372036854775808", true, 1ull << 63 },
	{ "-9223372036854775809", false, 0 },
	{ "", false, 0 }, { "-", false, 0 }, { "0x", false, 0 },
	{ "08", false, 0 }, { "1a", false, 0 }, { "0o8", false, 0 },
	{ "1_000", false, 0 },
};

static void
numbers_have_three_bases_and_64_bits(void **state)
{
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < NELEM(numbers); i++) {
		bool is_good = sysconst_number(numbers[i].text, &v);

		if (is_good != numbers[i].is_good ||
		    (is_good && v != numbers[i].value))
			fail_msg("\"%s\": got %d %#llx", numbers[i].text,
			    is_good, (unsigned long long)v);
	}
}

/* Whole text of the first of some files that can be read. */
static char *
read_any(const char *const *paths, const char **name)
{
	char *text = NULL;
	long size;
	FILE *f;

	for (; *paths != NULL && text == NULL; paths++) {
		f = fopen(*paths, "r");
		if (f == NULL)
			continue;
		*name = *paths;
		if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 0 &&
		    fseek(f, 0, SEEK_SET) == 0) {
			text = calloc(1, (size_t)size + 1);
			if (text != NULL && fread(text, 1, (size_t)size, f) !=
			    (size_t)size)
				text[0] = '\0';
		}
		fclose(f);
	}
	return text;
}

/* Every "lower_case" string of "names" lists. */
static unsigned
check_names(const char *text, const char *file)
{
	const char *list = text, *p, *end;
	unsigned n = 0;
	char word[64];

	while ((list = strstr(list, "\"names\"")) != NULL) {
		list += strlen("\"names\"");
		end = list + strcspn(list, "]");
		for (p = list; (p = memchr(p, '"', (size_t)(end - p))) != NULL;
		    p++) {
			snprintf(word, sizeof(word), "%.*s",
			    (int)strcspn(p + 1, "\""), p + 1);
			p += 1 + strlen(word);
			n++;
			if (sysname_find(word) == -1 &&
			    !sysname_is_elsewhere(word))
				fail_msg("%s: %s is unknown", file, word);
		}
	}
	return n;
}

static void
real_policies_name_known_calls(void **state)
{
	const char *srcdir = getenv("srcdir"), *name = NULL;
	static const char *const there[] = { "docker/default.json",
		"podman/seccomp.json" };
	unsigned n = 0;
	char path[512], *text;

	(void)state;
	for (size_t i = 0; i < NELEM(there); i++) {
		const char *paths[] = { path,
			"/usr/share/containers/seccomp.json", NULL };

		snprintf(path, sizeof(path), "%s/../shared/data/seccomp/%s",
		    srcdir != NULL ? srcdir : ".", there[i]);
		text = read_any(paths, &name);
		if (text == NULL)
			continue;
		n += check_names(text, name);
		free(text);
	}
	if (n == 0)
		skip();
	assert_true(n > 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_ascend_and_are_found),
		cmocka_unit_test(numbers_are_the_kernels),
		cmocka_unit_test(newer_calls_begin_behind_the_table),
		cmocka_unit_test(groups_hold_known_names),
		cmocka_unit_test(groups_nest),
		cmocka_unit_test(constants_follow_the_architecture),
		cmocka_unit_test(numbers_have_three_bases_and_64_bits),
		cmocka_unit_test(real_policies_name_known_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
