/*
 * Any bytes as a blob: refused, or everything that reads a blob stays inside
 * it: getters, decisions, texts, the proof.  The digest is not looked at, so
 * that the fuzzer gets past it.
 */
#include <stdlib.h>
#include <string.h>

#include "compiler/dump.h"
#include "compiler/prove.h"
#include "compiler/question.h"
#include "tests/lib/blobwalk.h"

#define ARENA_LIMIT	(512u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_full(const char *what)
{
	(void)what;
	abort();
}

static void
prove_all(struct arena *a, const struct blob *b)
{
	struct blob_span s;
	uint32_t i, arch;
	uint16_t kind;

	for (i = 0; blob_section_at(b, i, &kind, &arch, &s) == BLOB_OK; i++)
		if (kind == BLOB_BPF0)
			prove_blob(a, b, BLOB_BPF0, arch, NULL, NULL);
}

/* Printed into memory; dump_resolved() is left out: it compiles. */
static void
print_all(struct arena *a, const struct blob *b)
{
	static void (*const print[])(struct dump *) = { dump_plain,
		dump_table, dump_json, dump_yaml };
	char *text = NULL;
	struct dump d;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		abort();
	if (dump_open(&d, a, out, b) == BLOB_OK)
		for (i = 0; i < sizeof(print) / sizeof(print[0]); i++)
			print[i](&d);
	fclose(out);
	free(text);
}

/* One question of each kind, and of calls on each architecture. */
static void
ask_all(struct arena *a, const struct blob *b)
{
	static const char *const texts[QUESTION_NKINDS] = {
		[QUESTION_READ] = "/etc/passwd",
		[QUESTION_WRITE] = "/home/user/workspace/a",
		[QUESTION_RUN] = "/bin/sh", [QUESTION_CONNECT] = "a.b:443",
		[QUESTION_BIND] = "80", [QUESTION_SYSCALL] = "read(fd = 1)",
		[QUESTION_ENV] = "HOME" };
	static const char *const argv[] = { "git", "push", "/x" };
	const struct sysc_arch *arch;
	struct question q;
	struct answer x;
	const char *fault;
	struct place p;
	struct diag d;
	unsigned kind;
	size_t i;

	diag_init(&d, NULL);
	place_fixed(&p);
	place_learn(a, &p, b, NULL);
	question_exec(a, &p, &b, 1, argv, 3, &q);
	(void)question_answer(a, &d, b, &p, &q, &x);
	for (kind = QUESTION_EXEC + 1; kind < QUESTION_NKINDS; kind++) {
		if (question_read(a, &p, kind, texts[kind], &q, &fault) == -1)
			abort();
		for (i = 0; (arch = sysc_arch_at(i)) != NULL; i++) {
			q.arch = arch;
			(void)question_answer(a, &d, b, &p, &q, &x);
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a;
	struct blob b;

	if (blob_open(&b, data, size) != BLOB_OK)
		return 0;
	blobwalk(&b);
	a = arena_new(ARENA_LIMIT, on_full);
	print_all(a, &b);
	ask_all(a, &b);
	prove_all(a, &b);
	arena_free(a);
	return 0;
}
