/*
 * Fuzz target of shell strings: the input is a script.  What the scanner
 * gives stays in its bounds; a script is decided on as strictly behind a
 * wrapper as without; with a forbidden command behind it, on a line of its
 * own, one that was allowed is forbidden.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob/decide.h"
#include "compiler/program_put.h"
#include "compiler/rules.h"

#define MAX_INPUT	65536

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
full(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void
expect(bool holds, const char *what)
{
	if (!holds)
		full(what);
}

/* A policy that is made once; nothing of it changes after that. */
static const struct blob *
policy(void)
{
	static const char text[] = "prefix_rule(['ls'])\n"
	    "prefix_rule(['git', 'push'], decision='prompt')\n"
	    "prefix_rule(['rm'], decision='forbidden')\n";
	static const struct rules_options opt = { .has_extensions = true };
	static struct blob b;
	static uint8_t *bytes;
	struct automaton_spec spec = { .dflt = BLOB_ALLOW,
	    .opaque = BLOB_PROMPT };
	struct rule_set set = { .nprefix = 0 };
	struct arena *a;
	struct diag d;
	size_t len;

	if (bytes != NULL)
		return &b;
	a = arena_new(0, full);
	diag_init(&d, stderr);
	expect(rules_read(a, &d, source_text(a, "t.rules", text,
	    strlen(text)), &opt, &set) == 0, "rules");
	spec.set = &set;
	expect(program_blob(a, &d, &spec, &bytes, &len) == 0, "automaton");
	expect(blob_open(&b, bytes, len) == BLOB_OK, "blob");
	arena_free(a);
	return &b;
}

static void
check_part(void *ctx, const struct decide_part *p)
{
	size_t len = *(const size_t *)ctx, i;

	expect(p->column <= len + 1, "a column behind the script");
	expect(p->depth <= DECIDE_MAX_DEPTH + 1, "too deep");
	for (i = 0; i < p->command.argc; i++)
		expect(strlen(p->command.argv[i]) <= len, "a word grew");
}

static enum blob_decision
decide(const char *const *argv, size_t argc, size_t len)
{
	const struct eval_command c = { .argv = argv, .argc = argc,
	    .resolved = argv[0], .cwd = "/" };
	struct decide_verdict v;

	expect(decide_command(policy(), &c, len > 0 ? check_part : NULL, &len,
	    &v) == BLOB_OK, "no decision");
	return v.decision;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const char *wrapped[] = { "/usr/bin/env", "A=b", "/bin/sh", "-c",
	    NULL };
	enum blob_decision d;
	char *script;

	if (len > MAX_INPUT || memchr(p, '\0', len) != NULL ||
	    (script = malloc(len + 8)) == NULL)
		return 0;
	memcpy(script, p, len);
	script[len] = '\0';
	wrapped[4] = script;
	d = decide(wrapped + 2, 3, len + 8);
	expect(decide(wrapped, 5, 0) >= d, "a wrapper weakens");
	/* A backslash at the end would join the lines. */
	memcpy(script + len, len > 0 && p[len - 1] == '\\' ? ";;\nrm x" :
	    "\nrm x", len > 0 && p[len - 1] == '\\' ? 8 : 6);
	expect(d != BLOB_ALLOW || decide(wrapped + 2, 3, 0) ==
	    BLOB_FORBIDDEN, "a forbidden line is not seen");
	free(script);
	return 0;
}
