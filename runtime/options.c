/* The command line, one table row an option: see options.h. */
#include "runtime/options.h"

#include <errno.h>
#include <string.h>

#include "runtime/left_kind.h"
#include "runtime/sink.h"
#include "runtime/vars.h"

struct option_row {
	char letter;			/* or 0 */
	const char *name;
	const char *argument;		/* NULL: takes none */
	const char *help;		/* NULL: of a later version */
	int (*set)(struct options *o, const char *arg, struct failure *f);
};

static int
add(const char **list, size_t *n, const char *arg, struct failure *f)
{
	if (*n == OPTIONS_MAX)
		return refuse(f, EXIT_RUNNER, 0, "more than 16 times: ", arg,
		    NULL);
	list[(*n)++] = arg;
	return 0;
}

static bool
is_word(const char *s, size_t n)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-";

	return n >= 1 && n <= 64 && strspn(s, word) >= n;
}

static int
set_profile(struct options *o, const char *arg, struct failure *f)
{
	if (o->nprofiles == OPTIONS_MAX)
		return refuse_layer(f, E2BIG, arg);
	return add(o->profiles, &o->nprofiles, arg, f);
}

static int
set_workspace(struct options *o, const char *arg, struct failure *f)
{
	return add(o->workspaces, &o->nworkspaces, arg, f);
}

static int
set_label(struct options *o, const char *arg, struct failure *f)
{
	const char *eq = strchr(arg, '=');

	if (eq == NULL || !is_word(arg, (size_t)(eq - arg)) ||
	    strlen(eq + 1) > 256)
		return refuse(f, EXIT_RUNNER, 0, "label '", arg,
		    "' is not KEY=VALUE with a key of [A-Za-z0-9_-]{1,64} "
		    "and a value up to 256 bytes", NULL);
	for (size_t i = 0; i < o->nlabels; i++)
		if (strncmp(o->labels[i], arg, (size_t)(eq - arg) + 1) == 0)
			return refuse(f, EXIT_RUNNER, 0, "label '", arg,
			    "' is there already", NULL);
	return add(o->labels, &o->nlabels, arg, f);
}

static int
set_directory(struct options *o, const char *arg, struct failure *f)
{
	(void)f;
	o->directory = arg;
	return 0;
}

/* One of each kind; the file comes first. */
static int
set_audit(struct options *o, const char *arg, struct failure *f)
{
	const char **place = &o->audit[sink_is_socket(arg)];

	if (*place != NULL)
		return refuse(f, EXIT_RUNNER, 0, "--audit ", arg, ": there "
		    "is ", *place, " already", NULL);
	*place = arg;
	return 0;
}

static int
set_json_fd(struct options *o, const char *arg, struct failure *f)
{
	size_t n = strlen(arg);

	if (n < 1 || n > 6 || strspn(arg, "0123456789") != n)
		return refuse(f, EXIT_RUNNER, 0, "'", arg,
		    "' is not a descriptor (0 to 999999)", NULL);
	o->json_fd = 0;
	for (; *arg != '\0'; arg++)
		o->json_fd = o->json_fd * 10 + (*arg - '0');
	return 0;
}

static int
set_session(struct options *o, const char *arg, struct failure *f)
{
	if (!is_word(arg, strlen(arg)))
		return refuse(f, EXIT_RUNNER, 0, "session '", arg,
		    "' is not [A-Za-z0-9_-]{1,64}", NULL);
	o->session = arg;
	return 0;
}

/* "65536", "10M": bytes. */
static int
set_rotate(struct options *o, const char *arg, struct failure *f)
{
	static const char units[] = "KMG";
	size_t n = strspn(arg, "0123456789");
	const char *unit = arg[n] != '\0' ? strchr(units, arg[n]) : NULL;

	o->rotate_at = 0;
	for (size_t i = 0; i < n && n <= 9; i++)
		o->rotate_at = o->rotate_at * 10 + (uint64_t)(arg[i] - '0');
	if (unit != NULL)
		o->rotate_at <<= 10 * (unit - units + 1);
	if (o->rotate_at < 65536 ||
	    (arg[n] != '\0' && (unit == NULL || arg[n + 1] != '\0')))
		return refuse(f, EXIT_RUNNER, 0, "size '", arg, "' is not a "
		    "number of bytes from 64K, with K, M or G", NULL);
	return 0;
}

/* "90", "1500ms", "10m": up to a year, in milliseconds. */
static int
set_timeout(struct options *o, const char *arg, struct failure *f)
{
	static const struct { const char *unit; uint64_t ms; } units[] = {
		{ "", 1000 }, { "s", 1000 }, { "ms", 1 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 },
	};
	size_t n = strspn(arg, "0123456789");
	uint64_t value = 0;

	for (size_t i = 0; i < n && n <= 11; i++)
		value = value * 10 + (uint64_t)(arg[i] - '0');
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(arg + n, units[i].unit) == 0)
			o->timeout_ms = value * units[i].ms;
	if (n == 0 || o->timeout_ms == 0 ||
	    o->timeout_ms > UINT64_C(366) * 86400000)
		return refuse(f, EXIT_RUNNER, 0, "timeout '", arg, "' is not "
		    "a time of 1ms to 366d: a number with ms, s, m, h or d",
		    NULL);
	return 0;
}

/* Whether the descriptor or the program can be had shows when it is taken. */
static int
set_approve(struct options *o, const char *arg, struct failure *f)
{
	if (strcmp(arg, "never") == 0) {
		o->approve = NULL;
		return 0;
	}
	o->approve = arg;
	if (strcmp(arg, "tty") == 0 || strncmp(arg, "fd:", 3) == 0 ||
	    strncmp(arg, "cmd:", 4) == 0)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, "--approve takes never, tty, fd:N or "
	    "cmd:PATH, not '", arg, "'", NULL);
}

static int
set_approve_log(struct options *o, const char *arg, struct failure *f)
{
	(void)f;
	o->approve_log = arg;
	return 0;
}

static int
set_strength(struct options *o, const char *arg, struct failure *f)
{
	o->is_strict = true;
	if (strcmp(arg, "hard") == 0)
		return 0;
	return refuse(f, EXIT_RUNNER, 0, "strength '", arg, "' is not "
	    "'hard', the only one that can be asked for", NULL);
}

static int
set_fail_on_left(struct options *o, const char *arg, struct failure *f)
{
	return left_kinds_parse(arg, &o->fail_on_left, f);
}

#define FLAG(field) \
	static int set_##field(struct options *o, const char *arg, \
	    struct failure *f) \
	{ \
		(void)arg, (void)f; \
		o->field = true; \
		return 0; \
	}
FLAG(is_dry_run)
FLAG(is_doctor)
FLAG(is_proof)
FLAG(wants_json)
FLAG(is_quiet)
FLAG(is_explained)
FLAG(wants_help)
FLAG(wants_version)
#undef FLAG

static const struct option_row rows[] = {
	{ 'p', "profile", "P", "apply policy P: a file if it has a / or ends "
	    "in .bin, else a name; repeatable, all apply", set_profile },
	{ 'C', "cd", "DIR", "change to DIR first", set_directory },
	{ 'w', "workspace", "DIR", "what ${workspace} stands for; repeatable "
	    "(default: the working directory)", set_workspace },
	{ 0, "audit", "FILE", "append audit events to FILE; journald: and "
	    "syslog: send them there, too", set_audit },
	{ 0, "audit-rotate", "SIZE", "begin another FILE when it would grow "
	    "beyond SIZE; FILE.1 to FILE.9 are kept", set_rotate },
	{ 0, "json-fd", "N", "write audit events to descriptor N",
	    set_json_fd },
	{ 0, "session", "ID", "session id of the events (default: "
	    "$CODEX_SESSION_ID, else a fresh one)", set_session },
	{ 0, "label", "K=V", "carried in every event; repeatable",
	    set_label },
	{ 0, "dry-run", NULL, "print what would be done, run nothing",
	    set_is_dry_run },
	{ 0, "doctor", NULL, "print what this kernel offers and what that "
	    "means for the policy", set_is_doctor },
	{ 0, "prove-here", NULL, "try each line of the policy on this machine, "
	    "print what held", set_is_proof },
	{ 0, "json", NULL, "with --dry-run, --doctor, --prove-here: JSON",
	    set_wants_json },
	{ 0, "timeout", "DUR", "kill the command and all below it after DUR: "
	    "a number with ms, s, m, h or d", set_timeout },
	{ 0, "strict-strength", "hard", "refuse to run where a line of the "
	    "policy would be kept less strongly", set_strength },
	{ 0, "approve", "WHO", "who is asked where a rule says prompt: never "
	    "(the default), tty, fd:N or cmd:PATH", set_approve },
	{ 0, "approve-log", "FILE", "append the rules that answers amount to, "
	    "to be reviewed", set_approve_log },
	{ 0, "explain", NULL, "stay, and say after the end what was denied by "
	    "which line", set_is_explained },
	{ 0, "fail-on-left", "LIST", "stay, and end with 126 where the run left "
	    "such things behind: kinds, or any", set_fail_on_left },
	{ 'q', "quiet", NULL, "no footer", set_is_quiet },
	{ 'v', "version", NULL, "print the version", set_wants_version },
	{ 'h', "help", NULL, "print this text", set_wants_help },
	{ 0, "learn", "LOG", NULL, NULL },
	{ 0, "mcp", NULL, NULL, NULL },
	{ 0, "require-signature", NULL, NULL, NULL },
};
#define NROWS	(sizeof(rows) / sizeof(rows[0]))

/* The row for --NAME or --NAME=VALUE, or for -x; NULL if there is none. */
static const struct option_row *
find_row(const char *word)
{
	for (size_t i = 0; i < NROWS; i++) {
		size_t n = strlen(rows[i].name);

		if (word[1] != '-') {
			if (rows[i].letter != 0 && rows[i].letter == word[1])
				return &rows[i];
		} else if (strncmp(word + 2, rows[i].name, n) == 0 &&
		    (word[2 + n] == '\0' || word[2 + n] == '=')) {
			return &rows[i];
		}
	}
	return NULL;
}

/* What follows the option in the same word, or NULL. */
static const char *
attached_value(const char *word)
{
	const char *eq;

	if (word[1] != '-')
		return word[2] != '\0' ? word + 2 : NULL;
	eq = strchr(word, '=');
	return eq != NULL ? eq + 1 : NULL;
}

/* One option at argv[*i]; *i ends on its last word. */
static int
parse_one(struct options *o, char *const *argv, int *i, struct failure *f)
{
	const char *word = argv[*i];
	const struct option_row *row = find_row(word);
	const char *value = attached_value(word);

	if (row == NULL)
		return refuse(f, EXIT_RUNNER, 0, "unknown option '", word,
		    "'; see codex-exec --help", NULL);
	if (row->set == NULL)
		return refuse(f, EXIT_RUNNER, 0, "this version does not have "
		    "--", row->name, NULL);
	if (row->argument == NULL && value != NULL)
		return refuse(f, EXIT_RUNNER, 0, "--", row->name,
		    " takes no value, in '", word, "'", NULL);
	if (row->argument != NULL && value == NULL)
		value = argv[++*i];
	if (row->argument != NULL && (value == NULL || *value == '\0'))
		return refuse(f, EXIT_RUNNER, 0, "--", row->name, " needs ",
		    row->argument, NULL);
	return row->set(o, value, f);
}

int
options_parse(struct options *o, int argc, char *const *argv,
    char *const *env, struct failure *f)
{
	const char *session = env_lookup(env, "CODEX_SESSION_ID");
	int i;

	*o = (struct options){ .json_fd = -1 };
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (parse_one(o, argv, &i, f) < 0)
			return -1;
	}
	if (i < argc) {
		o->argv = argv + i;
		o->argc = (size_t)(argc - i);
	}
	if (o->wants_help || o->wants_version)
		return 0;
	if (o->session == NULL && session != NULL && *session != '\0' &&
	    set_session(o, session, f) < 0)
		return -1;
	if (session != NULL && *session != '\0' && o->session != session) {
		if (!is_word(session, strlen(session)))
			return refuse(f, EXIT_RUNNER, 0, "$CODEX_SESSION_ID "
			    "is not [A-Za-z0-9_-]{1,64}", NULL);
		o->parent = strcmp(o->session, session) != 0 ? session : NULL;
	}
	if (o->rotate_at > 0 && o->audit[0] == NULL)
		return refuse(f, EXIT_RUNNER, 0,
		    "--audit-rotate goes with --audit FILE", NULL);
	if (o->wants_json && !o->is_dry_run && !o->is_doctor && !o->is_proof)
		return refuse(f, EXIT_RUNNER, 0, "--json goes with --dry-run, "
		    "--doctor or --prove-here", NULL);
	if (o->is_dry_run && o->is_doctor)
		return refuse(f, EXIT_RUNNER, 0, "--dry-run and --doctor do "
		    "not go together: each prints one report", NULL);
	if (o->is_proof && (o->argc > 0 || o->audit[0] != NULL ||
	    o->audit[1] != NULL || o->json_fd >= 0 || o->is_explained ||
	    o->approve != NULL || o->is_dry_run || o->is_doctor))
		return refuse(f, EXIT_RUNNER, 0, "--prove-here goes without a "
		    "command, --audit, --json-fd, --explain, --approve, "
		    "--dry-run and --doctor", NULL);
	if (o->argc == 0 && !o->is_doctor && !o->is_proof)
		return refuse(f, EXIT_RUNNER, 0,
		    "no command; see codex-exec --help", NULL);
	return 0;
}

void
options_print_help(struct text *out)
{
	text_str(out, "usage: codex-exec [options] [--] CMD [ARG...]\n"
		      "Run CMD under a compiled security policy.\n\n");
	for (size_t i = 0; i < NROWS && rows[i].help != NULL; i++) {
		char letter[] = { '-', rows[i].letter, ',', ' ', '\0' };

		text_str(out, "  ");
		text_str(out, rows[i].letter != 0 ? letter : "    ");
		text_str(out, "--");
		text_str(out, rows[i].name);
		if (rows[i].argument != NULL) {
			text_str(out, " ");
			text_str(out, rows[i].argument);
		}
		text_str(out, "\n          ");
		text_str(out, rows[i].help);
		text_str(out, "\n");
	}
	text_str(out, "\nExit status: the command's own; 124 the time was up; "
		      "125 we failed and the\ncommand did not run; 126 found but not "
		      "executable, or forbidden by policy; 127 not found.\n");
}
