/*
 * System call items: what conditions mean at the edges of each width, what
 * random conditions mean, what is refused, what lowering leaves.
 */
#include "tests/lib/unit.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include "blob/format.h"
#include "compiler/arena.h"
#include "compiler/sysc.h"

#define DENY	(SECCOMP_RET_ERRNO | 1)

static void
on_full(const char *what)
{
	fail_msg("arena: %s", what);
}

/* Check and lower some items; false: refused, with the errors counted. */
static bool
lower(struct arena *a, const char *arch, const struct sysc_text *items,
    size_t n, FILE *out, struct sysc_policy *p)
{
	const struct sysc_arch *archs[] = { sysc_arch_by_name(arch) };
	struct sysc_request r = { .items = items, .nitems = n, .action = DENY,
		.newer = SECCOMP_RET_ERRNO | 38, .foreign = SECCOMP_RET_TRAP,
		.rule_default = 100, .rule_newer = 101 };
	struct diag d;

	diag_init(&d, out);
	return sysc_check(a, &d, &r, archs, 1) == 0 &&
	    sysc_lower(a, &d, &r, archs[0]->audit, p) == 0;
}

static const struct source *
source_of(struct arena *a, const char *text)
{
	return source_text(a, "t", text, strlen(text));
}

static struct sysc_text
item(struct arena *a, const char *text, uint32_t action, uint32_t rule)
{
	return (struct sysc_text){ .text = text, .action = action,
	    .rule = rule, .loc = { source_of(a, text), 1, 1, 1 } };
}

#define HIGH	(1ull << 32)
#define NEG(n)	((uint64_t)-(int64_t)(n))
#define NEG32(n)	((uint64_t)(uint32_t)-(n))

static const struct row {
	const char *arch, *item;
	unsigned arg;
	uint64_t value;
	bool is_match;
} rows[] = {
	/* int: the high word is not looked at, order is signed */
	{ "x86_64", "socket(domain == AF_INET)", 0, 2, true },
	{ "x86_64", "socket(domain == AF_INET)", 0, 1, false },
	{ "x86_64", "socket(domain == AF_INET)", 0, 3, false },
	{ "x86_64", "socket(domain == AF_INET)", 0, 2 | HIGH, true },
	{ "x86_64", "socket(domain != AF_INET)", 0, 2 | HIGH, false },
	{ "x86_64", "socket(domain < 2)", 0, 1, true },
	{ "x86_64", "socket(domain < 2)", 0, 2, false },
	{ "x86_64", "socket(domain < 2)", 0, NEG(1), true },
	{ "x86_64", "socket(domain < 2)", 0, NEG32(1), true },
	{ "x86_64", "socket(domain < 2)", 0, 1 | HIGH, true },
	{ "x86_64", "socket(domain > -1)", 0, 0, true },
	{ "x86_64", "socket(domain > -1)", 0, NEG32(1), false },
	{ "x86_64", "socket(domain > -1)", 0, NEG(2), false },
	{ "x86_64", "socket(domain <= -5)", 0, NEG32(5), true },
	{ "x86_64", "socket(domain <= -5)", 0, NEG32(4), false },
	{ "x86_64", "socket(domain == -1)", 0, NEG32(1) | HIGH, true },
	{ "x86_64", "openat(dirfd == AT_FDCWD)", 0, NEG32(100), true },
	{ "x86_64", "openat(dirfd == 0xffffff9c)", 0, NEG(100), true },
	/* unsigned int */
	{ "x86_64", "ioctl(request > 0x7fffffff)", 1, 0x80000000, true },
	{ "x86_64", "ioctl(request > 0x7fffffff)", 1, 0x7fffffff, false },
	{ "x86_64", "ioctl(request == TIOCSTI)", 1, 0x5412 | HIGH, true },
	{ "x86_64", "personality(persona == PER_LINUX)", 0, 0, true },
	{ "x86_64", "personality(persona == 0xffffffff)", 0, UINT64_MAX,
	    true },
	/* umode_t: 16 bits */
	{ "x86_64", "chmod((mode & S_ISUID) == S_ISUID)", 1, 04755, true },
	{ "x86_64", "chmod((mode & S_ISUID) == S_ISUID)", 1, 0755, false },
	{ "x86_64", "chmod(mode == 0755)", 1, 0755 | 0x10000, true },
	{ "x86_64", "chmod(mode >= 0o1000)", 1, 0777 | 0x10000, false },
	{ "x86_64", "chmod(mode >= 0o1000)", 1, 01000, true },
	/* uid_t has 32 bits, or 16 in old calls */
	{ "x86_64", "setuid(uid == 0)", 0, 0x10000, false },
	{ "i386", "setuid(uid == 0)", 0, 0x10000, true },
	{ "i386", "setuid32(uid == 0)", 0, 0x10000, false },
	/* long: the register */
	{ "x86_64", "mmap(length > 0xffffffff)", 1, HIGH, true },
	{ "x86_64", "mmap(length > 0xffffffff)", 1, HIGH - 1, false },
	{ "x86_64", "mmap(fd == -1)", 4, UINT64_MAX, true },
	{ "x86_64", "mmap(fd == -1)", 4, NEG32(1), false },
	{ "x86_64", "ptrace(request < 0)", 0, NEG(1), true },
	{ "x86_64", "ptrace(request < 0)", 0, NEG32(1), false },
	{ "arm", "ptrace(request < 0)", 0, NEG32(1), true },
	{ "x86_64", "clone((flags & CLONE_NEWUSER) == CLONE_NEWUSER)", 0,
	    0x10000000, true },
	{ "x86_64", "clone((flags & CLONE_NEWUSER) == CLONE_NEWUSER)", 0,
	    0x10000000 | HIGH | 17, true },
	{ "x86_64", "clone((flags & CLONE_NEWUSER) == CLONE_NEWUSER)", 0, 17,
	    false },
	{ "x86_64", "clone((flags & CLONE_NEWNS|CLONE_NEWUSER) != 0)", 0,
	    0x20000, true },
	{ "x86_64", "mprotect((prot & ~PROT_READ|PROT_WRITE) == 0)", 2, 3,
	    false },
	{ "x86_64", "mprotect((prot & PROT_WRITE|PROT_EXEC) == PROT_EXEC)", 2,
	    5, true },
	{ "x86_64", "mmap((prot & ~1) == 0)", 2, HIGH, false },
	{ "x86_64", "mmap((prot & ~1) == 0)", 2, 1, true },
	/* the architecture's own constants, numbers and registers */
	{ "x86_64", "openat((flags & O_DIRECTORY) == O_DIRECTORY)", 2,
	    0200000, true },
	{ "aarch64", "openat((flags & O_DIRECTORY) == O_DIRECTORY)", 2,
	    0200000, false },
	{ "aarch64", "openat((flags & O_DIRECTORY) == O_DIRECTORY)", 2,
	    040000, true },
	{ "x86_64", "clone(tls == 5)", 4, 5, true },
	{ "aarch64", "clone(tls == 5)", 3, 5, true },
	{ "i386", "socket(domain == AF_UNIX)", 0, 1, true },
	{ "i386", "socketcall(call == SYS_SOCKET)", 0, 1, true },
	{ "arm", "cacheflush", 0, 7, true },
	/* sets and logic */
	{ "x86_64", "socket(domain in {AF_PACKET, AF_VSOCK})", 0, 17, true },
	{ "x86_64", "socket(domain in {AF_PACKET, AF_VSOCK})", 0, 40, true },
	{ "x86_64", "socket(domain in {AF_PACKET, AF_VSOCK})", 0, 18, false },
	{ "x86_64", "socket(domain in {1, 5..7})", 0, 6, true },
	{ "x86_64", "socket(domain in {1, 5..7})", 0, 4, false },
	{ "x86_64", "socket(domain in {1, 5..7})", 0, 8, false },
	{ "x86_64", "socket(domain in {-3..-1})", 0, NEG32(2), true },
	{ "x86_64", "socket(!(domain in {1, 5..7}))", 0, 6, false },
	{ "x86_64", "socket(!(domain in {1, 5..7}))", 0, 8, true },
	{ "x86_64", "socket(!(domain == 1 || domain == 2))", 0, 2, false },
	{ "x86_64", "socket(!(domain == 1 || domain == 2))", 0, 3, true },
	{ "x86_64", "socket(domain == 1 || domain == 2 && type == 1)", 0, 1,
	    true },
	{ "x86_64", "socket(domain == 1 || domain == 2 && type == 1)", 0, 2,
	    false },
	{ "x86_64", "socket((domain == 1 || domain == 2) && type == 0)", 0,
	    2, true },
	{ "x86_64", "socket(!!(domain == 1))", 0, 1, true },
	{ "x86_64", "socket(domain >= 1 && domain <= 3 && domain != 2)", 0,
	    2, false },
	/* calls without a signature, arguments by number */
	{ "x86_64", "getpid(arg5 == 0xffffffffffffffff)", 5, UINT64_MAX,
	    true },
	{ "x86_64", "socket(arg0 == 2)", 0, 2 | HIGH, true },
	/* guards */
	{ "x86_64", "[x86_64, i386] socket", 0, 0, true },
	{ "aarch64", "[x86_64, i386] socket", 0, 0, false },
	{ "aarch64", "[!x86_64] socket", 0, 0, true },
	{ "x86_64", "[!x86_64] socket", 0, 0, false },
	{ "x86_64", " socket ( domain==2 )\n", 0, 2, true },
};

/* The call an item is about: its name up to the condition. */
static uint32_t
call_of(const char *text, const char *arch)
{
	char name[64];
	int nr;

	if (*text == '[')
		text += strcspn(text, "]") + 1;
	text += strspn(text, " ");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, " ("), text);
	nr = sysc_call_number(sysc_arch_by_name(arch)->audit, name);
	assert_true(nr >= 0);
	return (uint32_t)nr;
}

static void
conditions_mean_what_the_kernel_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_text t = item(a, rows[i].item, SECCOMP_RET_ALLOW,
		    7);
		uint64_t args[6] = { 0 };
		struct sysc_policy p;
		uint32_t action, rule;

		if (!lower(a, rows[i].arch, &t, 1, stderr, &p))
			fail_msg("%s on %s: refused", rows[i].item,
			    rows[i].arch);
		args[rows[i].arg] = rows[i].value;
		action = sysc_eval(&p, call_of(rows[i].item, rows[i].arch),
		    args, &rule);
		if ((action == SECCOMP_RET_ALLOW) != rows[i].is_match ||
		    rule != (rows[i].is_match ? 7 : 100))
			fail_msg("%s on %s with %#llx: got %#x, rule %u",
			    rows[i].item, rows[i].arch,
			    (unsigned long long)rows[i].value, action, rule);
		arena_free(a);
	}
}

static const struct {
	const char *text, *message;	/* NULL: fine */
} refusals[] = {
	{ "read", NULL }, { "@known", NULL }, { "[arm] read", NULL },
	{ "raed", "t:1:1: error: unknown system call \"raed\"; did you mean "
	    "\"read\"?" },
	{ "@raw-oi", "t:1:1: error: unknown group \"@raw-oi\"; did you mean "
	    "\"@raw-io\"?" },
	{ "[x86_46] read", "t:1:2: error: unknown architecture \"x86_46\"; "
	    "did you mean \"x86_64\"?" },
	{ "socket(domain == AF_INETT)", "t:1:18: error: unknown constant "
	    "\"AF_INETT\"; did you mean \"AF_INET\"?" },
	{ "socket(fd == 1)", "t:1:8: error: socket has no argument \"fd\" on "
	    "x86_64; arg0 to arg5 always work" },
	{ "socket(domain == 0x100000000)", "t:1:18: error: \"0x100000000\" "
	    "does not fit: argument domain of socket is a signed number of "
	    "32 bits on x86_64" },
	{ "socket(domain < 0x80000000)", "t:1:17: error: \"0x80000000\" does "
	    "not fit: argument domain of socket is a signed number of 32 "
	    "bits on x86_64" },
	{ "ioctl(request < -1)", "t:1:17: error: \"-1\" does not fit: "
	    "argument request of ioctl is an unsigned number of 32 bits on "
	    "x86_64" },
	{ "mprotect(prot == PROT_MTE)", "t:1:18: error: constant "
	    "\"PROT_MTE\" does not exist on x86_64; the guard \"[!x86_64]\" "
	    "before the item leaves it out there" },
	{ "[aarch64] mprotect(prot == PROT_MTE)", NULL },
	{ "ioctl(request < 0)", "t:1:17: error: this comparison never holds "
	    "on x86_64" },
	{ "open((flags & 3) == 4)", "t:1:21: error: this never holds: the "
	    "value has bits outside the mask" },
	{ "open((flags & 3) > 3)", "t:1:20: error: this comparison never "
	    "holds on x86_64" },
	{ "open((flags & 1) == 1 && flags == 2)", "t:1:7: error: this "
	    "condition never holds" },
	{ "kill(sig in {9..1})", "t:1:14: error: this range holds nothing: "
	    "its first number is above its last" },
};

static void
what_is_refused_is_shown_with_its_place(void **state)
{
	char *text = NULL;
	size_t size = 0;

	(void)state;
	for (size_t i = 0; i < NELEM(refusals); i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_text t = item(a, refusals[i].text, DENY + 1, 1);
		FILE *out = open_memstream(&text, &size);
		struct sysc_policy p;
		bool is_good = lower(a, "x86_64", &t, 1, out, &p);

		fclose(out);
		text[strcspn(text, "\n")] = '\0';
		if (strcmp(text, is_good || refusals[i].message == NULL ? "" :
		    refusals[i].message) != 0 ||
		    is_good != (refusals[i].message == NULL))
			fail_msg("%s: got %d, %s", refusals[i].text, is_good,
			    text);
		free(text);
		arena_free(a);
	}
}

static char *
repeated(struct arena *a, const char *head, const char *body, size_t n,
    const char *tail)
{
	size_t len = strlen(body);
	char *s = arena_alloc(a, strlen(head) + n * len + strlen(tail) + 1);
	char *p = stpcpy(s, head);

	while (n-- > 0)
		p = stpcpy(p, body);
	strcpy(p, tail);
	return s;
}

static void
limits_are_refusals_or_fine(void **state)
{
	static const struct {
		const char *head, *body;
		size_t n;
		const char *tail;
		bool is_good;
	} sizes[] = {
		{ "socket(", "!", 60, "(domain == 1))", true },
		{ "socket(", "!", 70, "(domain == 1))", false },
		{ "socket(", "!", 5000, "(domain == 1))", false },
		{ "socket(", "(", 5000, "", false },
		{ "socket(domain == 1", " || domain == 3", 3000, ")", true },
		{ "socket(domain == 1", " || domain == 3", 9000, ")", false },
		{ "socket(domain != 1", " && domain != 3", 200, ")", true },
		{ "socket(domain == 1", " && (type == 1 || protocol == 2 || "
		    "type == 3)", 20, ")", false },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(sizes); i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_policy p;
		struct sysc_text t = item(a, repeated(a, sizes[i].head,
		    sizes[i].body, sizes[i].n, sizes[i].tail),
		    SECCOMP_RET_ALLOW, 1);

		if (lower(a, "x86_64", &t, 1, NULL, &p) != sizes[i].is_good)
			fail_msg("%s %zu: want %d", sizes[i].head, sizes[i].n,
			    sizes[i].is_good);
		arena_free(a);
	}
}

static const struct {
	const char *first, *second;
	bool is_same;		/* action */
	bool is_override, is_derived;
	bool is_good;
} pairs[] = {
	{ "read", "read", false, false, false, false },
	{ "read", "read", true, false, false, true },
	{ "read", "read", false, true, false, true },
	{ "read", "read", false, false, true, true },
	{ "@mount", "mount", false, false, false, false },
	{ "mount", "@mount", false, false, false, true },
	{ "@system-service", "@file-system", false, false, false, false },
	{ "socket(domain == 1)", "socket", false, false, false, true },
	{ "socket", "socket(domain == 1)", false, false, false, false },
	{ "socket(domain < 5)", "socket(domain == 4)", false, false, false,
	    false },
	{ "socket(domain < 5)", "socket(domain == 5)", false, false, false,
	    true },
	{ "socket(domain < 5)", "socket(domain in {1..4})", false, false,
	    false, false },
	{ "socket(domain < 5)", "socket(domain in {1..5})", false, false,
	    false, true },
	{ "socket((type & 15) == 3)", "socket(type == SOCK_RAW|SOCK_CLOEXEC)",
	    false, false, false, false },
	{ "socket(type == 3)", "socket((type & 15) == 3)", false, false,
	    false, true },
	{ "socket(domain == 1 || domain != 1)", "socket", false, false, false,
	    false },
	{ "[arm] read", "read", false, false, false, true },
	{ "[x86_64] read", "read", false, false, false, false },
};

static void
contradictions_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(pairs); i++) {
		struct arena *a = arena_new(0, on_full);
		struct sysc_text t[] = {
			item(a, pairs[i].first, SECCOMP_RET_TRAP, 1),
			item(a, pairs[i].second, pairs[i].is_same ?
			    SECCOMP_RET_TRAP : SECCOMP_RET_ALLOW, 2),
		};
		struct sysc_policy p;

		t[0].is_derived = pairs[i].is_derived;
		t[1].is_override = pairs[i].is_override;
		if (lower(a, "x86_64", t, 2, NULL, &p) != pairs[i].is_good)
			fail_msg("%s, then %s: want %d", pairs[i].first,
			    pairs[i].second, pairs[i].is_good);
		arena_free(a);
	}
}

static void
a_contradiction_needs_every_architecture(void **state)
{
	const struct sysc_arch *archs[] = { sysc_arch_by_name("x86_64"),
		sysc_arch_by_name("arm") };
	struct arena *a = arena_new(0, on_full);
	struct sysc_text t[] = { item(a, "[x86_64] read", DENY + 1, 1),
		item(a, "read", SECCOMP_RET_ALLOW, 2) };
	struct sysc_request r = { .items = t, .nitems = 2 };
	struct diag d;

	(void)state;
	diag_init(&d, NULL);
	assert_int_equal(sysc_check(a, &d, &r, archs, 2), 0);
	assert_int_equal(sysc_check(a, &d, &r, archs, 1), -1);
	arena_free(a);
}

/* A part that only repeats its own action is no contradiction. */
static void
repeating_a_part_is_fine(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_text t[] = {
		item(a, "socket(domain == 1)", SECCOMP_RET_TRAP, 1),
		item(a, "socket", SECCOMP_RET_ALLOW, 2),
		item(a, "socket(domain in {1, 2})", SECCOMP_RET_TRAP, 3),
	};
	struct sysc_policy p;

	(void)state;
	assert_true(lower(a, "x86_64", t, 3, stderr, &p));
	t[2] = item(a, "socket(domain in {2, 3})", SECCOMP_RET_TRAP, 3);
	assert_false(lower(a, "x86_64", t, 3, NULL, &p));
	arena_free(a);
}

/* Ranges never run over a number that has no name. */
static void
known_calls_are_no_others(void **state)
{
	static const uint64_t args[6];

	(void)state;
	for (size_t i = 0; sysc_arch_at(i) != NULL; i++) {
		const struct sysc_arch *arch = sysc_arch_at(i);
		struct arena *a = arena_new(0, on_full);
		struct sysc_text t = item(a, "@known", SECCOMP_RET_ALLOW, 1);
		struct sysc_policy p;

		assert_true(lower(a, arch->name, &t, 1, stderr, &p));
		for (uint32_t nr = 0; nr < 0x0f0010; nr++) {
			bool got = sysc_eval(&p, nr, args, NULL) ==
			    SECCOMP_RET_ALLOW;

			if (got != (sysc_call_name(arch->audit, nr) != NULL))
				fail_msg("%s %u: got %d", arch->name, nr, got);
			if (nr == 600)
				nr = 0x0effff;
		}
		arena_free(a);
	}
}

static void
lowering_merges_and_leaves_out(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_text t[] = {
		item(a, "write", DENY + 1, 1),
		item(a, "@basic-io", SECCOMP_RET_ALLOW, 2),
		item(a, "read", SECCOMP_RET_ALLOW, 3),
		item(a, "pread64(count == 1)", SECCOMP_RET_ALLOW, 4),
	};
	struct sysc_policy p;

	(void)state;
	assert_true(lower(a, "x86_64", t, 4, stderr, &p));
	/* write 1; read, (write,) close 0..3 but 2 is open: 0 and 3 */
	assert_int_equal(p.items[0].lo, 1);
	assert_int_equal(p.items[0].hi, 1);
	assert_int_equal(p.items[1].lo, 0);
	assert_int_equal(p.items[1].hi, 0);
	assert_int_equal(p.items[2].lo, 3);
	assert_int_equal(p.items[2].hi, 3);
	for (size_t i = 0; i < p.nitems; i++)
		assert_in_range(p.items[i].rule, 1, 2);
	assert_int_equal(p.natoms, 0);
	assert_int_equal(p.newer_from, 470);
	arena_free(a);
}

static void
calls_that_no_item_names(void **state)
{
	struct arena *a = arena_new(0, on_full);
	struct sysc_text t = item(a, "@known", SECCOMP_RET_ALLOW, 1);
	static const uint64_t args[6];
	struct sysc_policy p;
	uint32_t rule;

	(void)state;
	assert_true(lower(a, "x86_64", &t, 1, stderr, &p));
	assert_int_equal(sysc_eval(&p, 470, args, &rule),
	    SECCOMP_RET_ERRNO | 38);
	assert_int_equal(rule, 101);
	assert_int_equal(sysc_eval(&p, 400, args, &rule), DENY);
	assert_int_equal(rule, 100);
	assert_int_equal(sysc_eval(&p, 0x40000000, args, NULL),
	    SECCOMP_RET_TRAP);
	assert_int_equal(sysc_eval(&p, 336, args, NULL), SECCOMP_RET_ALLOW);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_mean_what_the_kernel_takes),
		cmocka_unit_test(what_is_refused_is_shown_with_its_place),
		cmocka_unit_test(limits_are_refusals_or_fine),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(a_contradiction_needs_every_architecture),
		cmocka_unit_test(repeating_a_part_is_fine),
		cmocka_unit_test(known_calls_are_no_others),
		cmocka_unit_test(lowering_merges_and_leaves_out),
		cmocka_unit_test(calls_that_no_item_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
