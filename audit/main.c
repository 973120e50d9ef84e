/* codex-audit: read, search, count, verify and convert audit records. */
#include <string.h>

#include "audit/verb.h"

static const struct verb {
	const char *name, *operands, *help;
	unsigned kind;
	int (*run)(const struct options *o);
} verbs[] = {
	{ "verify", "FILE...", "check the hash chain of files, in order",
	    VERB_VERIFY, verb_verify },
	{ "tail", "FILE", "the last records, and with -f those to come",
	    VERB_TAIL, verb_tail },
	{ "query", "[FILE...]", "records that fit", VERB_QUERY, verb_query },
	{ "stats", "[FILE...]", "what happened how often, what was denied "
	    "most", VERB_STATS, verb_stats },
	{ "metrics", "[FILE...]", "counters as Prometheus reads them",
	    VERB_METRICS, verb_metrics },
	{ "export", "ocsf|ecs|cef [FILE...]", "records in a foreign format",
	    VERB_EXPORT, verb_export },
	{ "clear", "FILE", "empty a file; a record says so", VERB_CLEAR,
	    verb_clear },
};
#define NVERBS	(sizeof(verbs) / sizeof(verbs[0]))

static void
print_help(FILE *out)
{
	fputs("usage: codex-audit VERB [options] [FILE...]\n"
	      "Read the audit records of codex-exec.\n", out);
	for (size_t i = 0; i < NVERBS; i++) {
		fprintf(out, "\n%s [options] %s\n    %s\n", verbs[i].name,
		    verbs[i].operands, verbs[i].help);
		options_print(verbs[i].kind, out);
	}
	fputs("\n  -v, --version\n          print the version\n"
	      "  -h, --help\n          print this text\n"
	      "\nExit status: 0 fine; 1 verify: damaged; 2 usage, or a file "
	      "that cannot be\nread or written.\n", out);
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	struct options o;

	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0) {
		print_help(stdout);
		return finish_output(stdout, "stdout");
	}
	if (strcmp(word, "-v") == 0 || strcmp(word, "--version") == 0) {
		puts("codex-audit " CODEX_VERSION);
		return finish_output(stdout, "stdout");
	}
	for (size_t i = 0; i < NVERBS; i++) {
		int r;

		if (strcmp(word, verbs[i].name) != 0)
			continue;
		r = options_parse(&o, verbs[i].kind, argc - 2, argv + 2);
		if (r < 0)
			return EXIT_USAGE;
		if (r == 0)
			return verbs[i].run(&o);
		print_help(stdout);
		return finish_output(stdout, "stdout");
	}
	fputs("codex-audit: ", stderr);
	if (word[0] == '\0') {
		fputs("no verb; see codex-audit --help\n", stderr);
	} else {
		fputs("unknown verb '", stderr);
		print_plain(stderr, word);
		fputs("'; see codex-audit --help\n", stderr);
	}
	return EXIT_USAGE;
}
