/*
 * The example of codex-blob(5): the bytes are what the writer makes, and what
 * the page says of each byte is what the page's own tables say it is.
 * UPDATE_MANUAL=1 rewrites the example.
 */
#include "tests/lib/unit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "blob/eval.h"
#include "compiler/emit.h"
#include "compiler/prove.h"
#include "tests/lib/manual.h"

#define MAX_PAGE	(1u << 20)

static const char again[] =
    "UPDATE_MANUAL=1 make check TESTS=tests/unit/test_manual rewrites the "
    "example of docs/codex-blob.5; its tables are written by hand";

static char *
page_path(void)
{
	static const char name[] = "docs/codex-blob.5";
	const char *top = getenv("srcdir");
	char *path = malloc(4096);

	assert_non_null(path);
	snprintf(path, 4096, "%s/%s", top == NULL ? "." : top, name);
	return path;
}

static char *
page_text(void)
{
	char *path = page_path();
	char *text = malloc(MAX_PAGE);
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL || text == NULL)
		fail_msg("%s cannot be read", path);
	n = fread(text, 1, MAX_PAGE - 1, f);
	text[n] = '\0';
	fclose(f);
	free(path);
	return text;
}

static void
page_write(const struct manual *m, const char *listing)
{
	char *path = page_path();
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fwrite(m->text, 1, (size_t)(m->listing - m->text), f);
	fputs(listing, f);
	fputs(m->listing + m->listing_len, f);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static uint32_t
rule(struct arena *a, struct ir *ir, const char *name, const char *file,
    uint32_t line, uint32_t col)
{
	struct loc at = { source_named(a, file), line, col, 1 };

	return ir_rule_add(a, ir, name, at);
}

/* The policy of the example. */
static void
example_policy(struct arena *a, struct ir *ir)
{
	static const char *const alts[] = { "rm" };
	static const struct rule_elem elem = { .alts = alts, .nalts = 1 };
	struct ir_path *path = arena_alloc(a, sizeof(*path));
	struct ir_env *drop = arena_alloc(a, sizeof(*drop));
	struct sysc_text *item = arena_alloc(a, sizeof(*item));
	struct prefix_rule *forbid = arena_alloc(a, sizeof(*forbid));

	*ir = (struct ir){ .name = "mini", .description = "Read only.",
	    .keep_fds = 7, .unix_mode = BLOB_UNIX_PAIR,
	    .is_env_inherited = true, .audit_events = AUDT_EV_DENIED };
	ir->list_read = rule(a, ir, "filesystem.read", "mini.yaml", 5, 9);
	*path = (struct ir_path){ .path = "/", .rights = FS_READ | FS_EXEC,
	    .rule_read = ir->list_read, .rule_exec = ir->list_read };
	ir->paths = path;
	ir->npaths = 1;
	ir->rule_mode = rule(a, ir, "network.mode", "mini.yaml", 6, 17);
	*item = (struct sysc_text){ .text = "socket",
	    .action = SECCOMP_RET_ERRNO | EPERM,
	    .rule = rule(a, ir, "syscalls.rules", "mini.yaml", 7, 40) };
	item->loc = ir->rules[item->rule - 1].loc;
	ir->sys = (struct sysc_request){ .items = item, .nitems = 1,
	    .action = SECCOMP_RET_ALLOW,
	    .newer = SECCOMP_RET_ERRNO | ENOSYS,
	    .foreign = SECCOMP_RET_ERRNO | ENOSYS };
	*forbid = (struct prefix_rule){ .elems = &elem, .nelems = 1,
	    .decision = BLOB_FORBIDDEN };
	ir->exec.prefix = forbid;
	ir->exec.nprefix = 1;
	ir->exec_rules = arena_array(a, 1, sizeof(*ir->exec_rules));
	ir->exec_rules[0] = rule(a, ir, "prefix_rule", "mini.rules", 1, 1);
	*drop = (struct ir_env){ .name = "LD_*",
	    .rule = rule(a, ir, "environment.drop", "mini.yaml", 9, 22) };
	ir->drop = drop;
	ir->ndrop = 1;
	ir->limits[BLOB_LIM_CORE].rule = rule(a, ir, "limits.core",
	    "mini.yaml", 10, 16);
}

/* The example's bytes by the writer; to be freed. */
static uint8_t *
example_bytes(size_t *len)
{
	const struct sysc_arch *arch = sysc_arch_by_name("x86_64");
	struct arena *a = arena_new(0, NULL);
	uint8_t *bytes = NULL;
	struct diag d;
	struct ir ir;

	diag_init(&d, stderr);
	example_policy(a, &ir);
	if (sysc_check(a, &d, &ir.sys, &arch, 1) == -1 ||
	    emit_blob(a, &d, &ir, &arch, 1, &bytes, len) == -1)
		fail_msg("the example's policy does not compile");
	arena_free(a);
	return bytes;
}

static void
read_page(struct manual *m, char *text)
{
	const char *why = manual_read(m, text);

	if (why != NULL)
		fail_msg("docs/codex-blob.5: %s: fields of a record follow "
		    "each other without a gap, each `.It Dv NAME Ta OFFSET Ta "
		    "TYPE Ta MEANING'", why);
}

static char *
list_blob(const struct manual *m, const struct blob *b)
{
	const char *why;
	char *listing = manual_list(m, b, &why);

	if (listing == NULL)
		fail_msg("%s: the tables of docs/codex-blob.5 and the bytes "
		    "differ; a new record also wants a row in "
		    "tests/lib/manual.c", why);
	return listing;
}

static void
update(void)
{
	char *text = page_text(), *listing;
	struct manual m;
	struct blob b;
	uint8_t *bytes;
	size_t len;

	read_page(&m, text);
	bytes = example_bytes(&len);
	assert_int_equal(blob_open(&b, bytes, len), BLOB_OK);
	listing = list_blob(&m, &b);
	page_write(&m, listing);
	free(listing);
	free(bytes);
	free(text);
}

/* The bytes of the page's example, exactly as many, to be freed. */
static uint8_t *
page_bytes(const struct manual *m, size_t *len)
{
	uint8_t *p = malloc(65536), *q;
	long n = manual_bytes(m, p, 65536);

	if (n < 0)
		fail_msg("the example is no listing; %s", again);
	q = malloc((size_t)n + 1);
	memcpy(q, p, (size_t)n);
	free(p);
	*len = (size_t)n;
	return q;
}

static void
example_is_what_the_writer_makes(void **state)
{
	char *text = page_text();
	size_t len, want_len, i;
	uint8_t *got, *want = example_bytes(&want_len);
	struct manual m;

	(void)state;
	read_page(&m, text);
	got = page_bytes(&m, &len);
	for (i = 0; i < len && i < want_len && got[i] == want[i]; i++)
		;
	if (i < len || i < want_len)
		fail_msg("page and writer differ at offset 0x%04zx of %zu and "
		    "%zu bytes; %s", i, len, want_len, again);
	free(got);
	free(want);
	free(text);
}

static void
same_lines(const char *want, const char *got, size_t len)
{
	size_t i, line = 1, start = 0;

	for (i = 0; i < len && want[i] == got[i]; i++)
		if (got[i] == '\n') {
			line++;
			start = i + 1;
		}
	if (i < len || want[i] != '\0')
		fail_msg("line %zu of the example is\n%.*s\nits bytes and the "
		    "tables say\n%.*s\n%s", line,
		    (int)strcspn(got + start, "\n"), got + start,
		    (int)strcspn(want + start, "\n"), want + start, again);
}

static void
example_says_what_its_bytes_say(void **state)
{
	char *text = page_text(), *listing;
	struct manual m;
	struct blob b;
	uint8_t *bytes;
	size_t len;

	(void)state;
	read_page(&m, text);
	bytes = page_bytes(&m, &len);
	assert_int_equal(blob_open(&b, bytes, len), BLOB_OK);
	listing = list_blob(&m, &b);
	same_lines(listing, m.listing, m.listing_len);
	free(listing);
	free(bytes);
	free(text);
}

/* The reader finds in the page's bytes what the page says above them. */
static void
example_reads_as_the_page_says(void **state)
{
	const char *argv[] = { "rm", "-rf" };
	struct eval_command c = { .argv = argv, .argc = 2 };
	struct arena *a = arena_new(0, NULL);
	char *text = page_text();
	struct eval_verdict v;
	struct blob_rule_info info;
	struct sysc_policy p;
	struct blob_net_head net;
	struct blob_meta meta;
	struct manual m;
	struct blob_fs fs;
	struct blob b;
	uint64_t args[6] = { 0 };
	uint8_t *bytes;
	size_t len;

	(void)state;
	read_page(&m, text);
	bytes = page_bytes(&m, &len);
	assert_int_equal(blob_open(&b, bytes, len), BLOB_OK);
	assert_int_equal(blob_check_digest(&b), BLOB_OK);
	assert_int_equal(blob_meta_get(&b, &meta), BLOB_OK);
	assert_string_equal(blob_str(&b, meta.name), "mini");
	assert_int_equal(blob_fs_get(&b, 0, &fs), BLOB_OK);
	assert_string_equal(blob_str(&b, fs.path), "/");
	assert_int_equal(fs.rights, FS_READ | FS_EXEC);
	assert_int_equal(blob_net_head_get(&b, &net), BLOB_OK);
	assert_int_equal(net.mode, BLOB_NET_NONE);
	assert_int_equal(eval_exec(&b, &c, &v), BLOB_OK);
	assert_int_equal(v.decision, BLOB_FORBIDDEN);
	assert_int_equal(blob_rule_get(&b, v.info, &info), BLOB_OK);
	assert_string_equal(blob_str(&b, info.file), "mini.rules");
	argv[0] = "ls";
	assert_int_equal(eval_exec(&b, &c, &v), BLOB_OK);
	assert_int_equal(v.decision, BLOB_ALLOW);
	assert_int_equal(prove_blob(a, &b, BLOB_BPF0, AUDIT_ARCH_X86_64,
	    NULL, NULL), PROVE_OK);
	assert_int_equal(prove_blob(a, &b, BLOB_BPFN, AUDIT_ARCH_X86_64,
	    NULL, NULL), PROVE_OK);
	assert_int_equal(prove_read_policy(a, &b, AUDIT_ARCH_X86_64, &p),
	    BLOB_OK);
	assert_int_equal(sysc_eval(&p, (uint32_t)sysc_call_number(
	    AUDIT_ARCH_X86_64, "socket"), args, NULL),
	    SECCOMP_RET_ERRNO | EPERM);
	free(bytes);
	free(text);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_is_what_the_writer_makes),
		cmocka_unit_test(example_says_what_its_bytes_say),
		cmocka_unit_test(example_reads_as_the_page_says),
	};

	if (getenv("UPDATE_MANUAL") != NULL)
		update();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
