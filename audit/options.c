/* The command line: see options.h. */
#include "audit/options.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "audit/moment.h"
#include "audit/verb.h"

#define READERS	(VERB_TAIL | VERB_QUERY | VERB_STATS | VERB_METRICS | \
		    VERB_EXPORT)

struct option_row {
	char letter;			/* or 0 */
	const char *name, *argument, *help;
	unsigned verbs;
	const char *(*set)(struct options *o, const char *arg);
};

/* Each returns what was expected, or NULL when it is that. */
static const char *
set_since(struct options *o, const char *arg)
{
	return moment_read_option(arg, moment_now(), &o->filter.since) ? NULL
	    : "a date, a time of RFC 3339, or 10m, 2h, 7d";
}

static const char *
set_until(struct options *o, const char *arg)
{
	return moment_read_option(arg, moment_now(), &o->filter.until) ? NULL
	    : "a date, a time of RFC 3339, or 10m, 2h, 7d";
}

/* One of the words, or what they are. */
static const char *
set_word(const char *const *words, const char *arg, const char **out,
    const char *wanted)
{
	for (; *words != NULL; words++)
		if (strcmp(arg, *words) == 0) {
			*out = *words;
			return NULL;
		}
	return wanted;
}

#define DECISIONS	"allowed, denied or requires_approval"
#define EVENTS		"start, decision, approval, exit, lost or clear"
#define OPERATIONS	"command_exec, process_spawn, file_read, " \
			"file_write, network_access, syscall, mcp_call or " \
			"policy_change"

static const char *
set_decision(struct options *o, const char *arg)
{
	static const char *const words[] = { "allowed", "denied",
		"requires_approval", NULL };

	return set_word(words, arg, &o->filter.decision, DECISIONS);
}

static const char *
set_event(struct options *o, const char *arg)
{
	static const char *const words[] = { "start", "decision", "approval",
		"exit", "lost", "clear", NULL };

	return set_word(words, arg, &o->filter.event, EVENTS);
}

static const char *
set_operation(struct options *o, const char *arg)
{
	static const char *const words[] = { "command_exec", "process_spawn",
		"file_read", "file_write", "network_access", "syscall",
		"mcp_call", "policy_change", NULL };

	return set_word(words, arg, &o->filter.operation, OPERATIONS);
}

static const char *
check_hash(const char *arg, const char **out)
{
	if (strlen(arg) != 64 || strspn(arg, "0123456789abcdef") != 64)
		return "64 lower-case hexadecimal digits";
	*out = arg;
	return NULL;
}

static const char *
set_anchor(struct options *o, const char *arg)
{
	return check_hash(arg, &o->anchor);
}

static const char *
set_from(struct options *o, const char *arg)
{
	return check_hash(arg, &o->from);
}

static const char *
set_last(struct options *o, const char *arg)
{
	size_t n = strlen(arg);

	if (n < 1 || n > 4 || strspn(arg, "0123456789") != n)
		return "a number from 0 to 9999";
	o->last = (unsigned)strtoul(arg, NULL, 10);
	return NULL;
}

#define TEXT_OPTION(name, field) \
	static const char * \
	set_##name(struct options *o, const char *arg) \
	{ \
		o->field = arg; \
		return NULL; \
	}
TEXT_OPTION(session, filter.session)
TEXT_OPTION(rule, filter.rule)
TEXT_OPTION(profile, filter.profile)
TEXT_OPTION(target, filter.target)
TEXT_OPTION(output, output)
#undef TEXT_OPTION

static const char *
set_json(struct options *o, const char *arg)
{
	(void)arg;
	o->is_json = true;
	return NULL;
}

static const char *
set_follow(struct options *o, const char *arg)
{
	(void)arg;
	o->is_following = true;
	return NULL;
}

static const char *
set_quiet(struct options *o, const char *arg)
{
	(void)arg;
	o->is_quiet = true;
	return NULL;
}

static const struct option_row rows[] = {
	{ 'f', "follow", NULL, "wait for more, also in a file that takes its "
	    "place", VERB_TAIL, set_follow },
	{ 'n', "lines", "N", "begin with the last N records, or show N rows "
	    "(default: 10)", VERB_TAIL | VERB_STATS, set_last },
	{ 0, "since", "TIME", "from then on: a date, a time of RFC 3339, or "
	    "an age such as 10m, 2h, 7d", READERS, set_since },
	{ 0, "until", "TIME", "before then", READERS, set_until },
	{ 0, "session", "ID", "of that session, or started from it", READERS,
	    set_session },
	{ 0, "event", "NAME", EVENTS, READERS, set_event },
	{ 0, "operation", "NAME", OPERATIONS, READERS,
	    set_operation },
	{ 0, "decision", "WORD", DECISIONS, READERS,
	    set_decision },
	{ 0, "rule", "RULE", "an id, or FILE:LINE", READERS, set_rule },
	{ 0, "profile", "NAME", "under that profile", READERS, set_profile },
	{ 0, "target", "GLOB", "a target that GLOB matches as a whole",
	    READERS, set_target },
	{ 0, "json", NULL, "JSON instead of text", VERB_TAIL | VERB_QUERY |
	    VERB_STATS | VERB_VERIFY, set_json },
	{ 'o', "output", "FILE", "write FILE, which takes its name when it "
	    "is complete", VERB_METRICS | VERB_EXPORT, set_output },
	{ 0, "anchor", "HASH", "a record must have this digest",
	    VERB_VERIFY, set_anchor },
	{ 0, "from", "HASH", "digest of the record before the first",
	    VERB_VERIFY, set_from },
	{ 'q', "quiet", NULL, "only the exit status, and errors", VERB_VERIFY,
	    set_quiet },
};
#define NROWS	(sizeof(rows) / sizeof(rows[0]))

static const struct option_row *
find_row(const char *word, unsigned verb)
{
	for (size_t i = 0; i < NROWS; i++) {
		size_t n = strlen(rows[i].name);

		if ((rows[i].verbs & verb) == 0)
			continue;
		if (word[1] != '-' ? rows[i].letter != 0 &&
		    rows[i].letter == word[1]
		    : strncmp(word + 2, rows[i].name, n) == 0 &&
		    (word[2 + n] == '\0' || word[2 + n] == '='))
			return &rows[i];
	}
	return NULL;
}

/* "codex-audit: --NAME: 'VALUE' is not WANTED" */
static int
refuse_value(const struct option_row *row, const char *value,
    const char *wanted)
{
	fprintf(stderr, "codex-audit: --%s: '", row->name);
	print_plain(stderr, value);
	fprintf(stderr, "' is not %s\n", wanted);
	return -1;
}

static int
refuse_option(const char *word)
{
	fputs("codex-audit: unknown option '", stderr);
	print_plain(stderr, word);
	fputs("'; see codex-audit --help\n", stderr);
	return -1;
}

static int
parse_one(struct options *o, unsigned verb, char **argv, int *i)
{
	const char *word = argv[*i], *wanted;
	const struct option_row *row = find_row(word, verb);
	const char *value = word[1] != '-' ? word + 2 : strchr(word, '=');

	if (row == NULL)
		return refuse_option(word);
	if (word[1] == '-' && value != NULL)
		value++;
	else if (value != NULL && *value == '\0')
		value = NULL;
	if (row->argument == NULL && value != NULL) {
		fprintf(stderr, "codex-audit: --%s takes no value\n",
		    row->name);
		return -1;
	}
	if (row->argument != NULL && value == NULL)
		value = argv[++*i];
	if (row->argument != NULL && (value == NULL || *value == '\0')) {
		fprintf(stderr, "codex-audit: --%s needs %s\n", row->name,
		    row->argument);
		return -1;
	}
	wanted = row->set(o, value);
	return wanted == NULL ? 0 : refuse_value(row, value, wanted);
}

int
options_parse(struct options *o, unsigned verb, int argc, char **argv)
{
	bool is_end = false;

	*o = (struct options){ .last = 10, .files = argv, .filter = {
		.since = INT64_MIN, .until = INT64_MAX,
	} };
	/* Options may stand behind files; those move together. */
	for (int i = 0; i < argc; i++) {
		bool is_option = !is_end && argv[i][0] == '-' &&
		    argv[i][1] != '\0';

		if (is_option && strcmp(argv[i], "--") == 0)
			is_end = true;
		else if (is_option && (strcmp(argv[i], "-h") == 0 ||
		    strcmp(argv[i], "--help") == 0))
			return 1;
		else if (!is_option)
			argv[o->nfiles++] = argv[i];
		else if (parse_one(o, verb, argv, &i) < 0)
			return -1;
	}
	return 0;
}

void
options_print(unsigned verb, FILE *out)
{
	for (size_t i = 0; i < NROWS; i++) {
		char letter[] = { '-', rows[i].letter, ',', ' ', '\0' };

		if ((rows[i].verbs & verb) != 0)
			fprintf(out, "  %s--%s%s%s\n          %s\n",
			    rows[i].letter != 0 ? letter : "    ",
			    rows[i].name, rows[i].argument != NULL ? " " : "",
			    rows[i].argument != NULL ? rows[i].argument : "",
			    rows[i].help);
	}
}

static bool
is_like(const char *want, const char *got)
{
	return want == NULL || strcmp(want, got) == 0;
}

bool
filter_takes(const struct filter *f, const struct record *r)
{
	if (r->ms < f->since || r->ms >= f->until)
		return false;
	if (f->session != NULL &&
	    !is_like(f->session, r->text[FIELD_SESSION]) &&
	    !is_like(f->session, r->text[FIELD_PARENT]))
		return false;
	if (f->rule != NULL && !is_like(f->rule, r->text[FIELD_RULE_ID]) &&
	    !is_like(f->rule, r->text[FIELD_RULE_SRC]))
		return false;
	return is_like(f->event, r->text[FIELD_EVENT]) &&
	    is_like(f->operation, r->text[FIELD_OPERATION]) &&
	    is_like(f->decision, r->text[FIELD_DECISION]) &&
	    is_like(f->profile, r->text[FIELD_PROFILE]) &&
	    (f->target == NULL ||
	    fnmatch(f->target, r->text[FIELD_TARGET], 0) == 0);
}
