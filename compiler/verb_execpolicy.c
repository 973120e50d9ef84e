/*
 * execpolicy check: stands in for `codex execpolicy check', whose options,
 * output and exit status it has: 0 for every decision, 1 for rules that are
 * refused or cannot be read, 2 for usage.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blob/decide.h"
#include "compiler/execpolicy_help.h"
#include "compiler/feature.h"
#include "compiler/program_put.h"
#include "compiler/rules.h"
#include "compiler/star_value.h"
#include "compiler/verb.h"

struct request {
	const char **rules;
	size_t nrules, cap_rules;
	const char *unknown;		/* a feature */
	bool is_pretty, is_resolving, has_extensions, is_split, is_help;
	bool is_long;			/* the help asked for */
	const char *const *command;
	size_t ncommand;
	struct arena *a;
};

struct option {
	const char *name, *letter;	/* letter may be NULL */
	const char *value;		/* NULL: takes none */
	size_t flag;			/* offset of a bool in the request */
};

#define FLAG(f)	offsetof(struct request, f)
#define NO_FLAG	((size_t)-1)

/* Settings of Codex change nothing here, but they may be given. */
static const struct option options[] = {
	{ "--rules", "-r", "PATH", NO_FLAG },
	{ "--pretty", NULL, NULL, FLAG(is_pretty) },
	{ "--resolve-host-executables", NULL, NULL, FLAG(is_resolving) },
	{ "--extensions", NULL, NULL, FLAG(has_extensions) },
	{ "--split", NULL, NULL, FLAG(is_split) },
	{ "--config", "-c", "KEY=VALUE", NO_FLAG },
	{ "--enable", NULL, "FEATURE", NO_FLAG },
	{ "--disable", NULL, "FEATURE", NO_FLAG },
	{ "--help", "-h", NULL, FLAG(is_help) },
};

#define NOPTIONS	(sizeof(options) / sizeof(options[0]))

void
verb_execpolicy_usage(FILE *out)
{
	fputs("usage: codex-policyc execpolicy check [OPTION...] --rules "
	    "PATH COMMAND...\n", out);
}

static int
usage(const char *what, const char *fault)
{
	fprintf(stderr, "codex-policyc: execpolicy check: %s %s\n", what,
	    fault);
	return VERB_SYNTAX;
}

#define LETTERS	"rch"

/*
 * The option that word is; *value points behind its `='.  A single letter
 * takes an attached value only if that is made of such letters, too: `-rFILE'
 * is a word of the command.
 */
static const struct option *
find_option(const char *word, const char **value)
{
	size_t i, n;

	*value = NULL;
	for (i = 0; i < NOPTIONS; i++) {
		n = strlen(options[i].name);
		if (options[i].letter != NULL &&
		    strncmp(word, options[i].letter, 2) == 0 &&
		    word[1 + strspn(word + 1, LETTERS)] == '\0') {
			if (options[i].value != NULL && word[2] != '\0')
				*value = word + 2;
			return &options[i];
		}
		if (strncmp(word, options[i].name, n) != 0 ||
		    (word[n] != '\0' && word[n] != '='))
			continue;
		if (word[n] == '=')
			*value = word + n + 1;
		return &options[i];
	}
	return NULL;
}

/* One option with its value, if it takes one; 0 or the exit status. */
static int
take_option(struct request *q, const struct option *o, const char *value)
{
	bool *flag;

	if (o->value == NULL) {
		flag = (bool *)((char *)q + o->flag);
		if (value != NULL)
			return usage(o->name, "takes no value");
		if (*flag)
			return usage(o->name, "is given twice");
		*flag = true;
		return 0;
	}
	if (value == NULL || (*value == '\0' && o == &options[0]))
		return usage(o->name, "needs a value");
	if (strcmp(o->value, "FEATURE") == 0 && q->unknown == NULL &&
	    !feature_is_known(value))
		q->unknown = value;
	if (o != &options[0])
		return 0;
	q->rules = arena_grow(q->a, q->rules, q->nrules, &q->cap_rules,
	    sizeof(*q->rules));
	q->rules[q->nrules++] = value;
	return 0;
}

/* Nobody's long option: no value either. */
static bool
has_bad_name(const char *word)
{
	return strncmp(word, "--", 2) == 0 &&
	    !star_utf8_valid(word, strcspn(word, "="));
}

/* Options end at the first word that is none, or behind `--'. */
static int
parse(struct request *q, int argc, char **argv)
{
	const struct option *o;
	const char *value, *other;
	int i, r;

	for (i = 0; i < argc && !q->is_help; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		o = find_option(argv[i], &value);
		if (o == NULL)
			break;
		/* A value may look like an option, but not like one of ours. */
		if (o->value != NULL && value == NULL && i + 1 < argc &&
		    strcmp(argv[i + 1], "--") != 0 &&
		    !has_bad_name(argv[i + 1]) &&
		    find_option(argv[i + 1], &other) == NULL)
			value = argv[++i];
		if (value != NULL && o->flag == NO_FLAG && o != &options[0] &&
		    !star_utf8_valid(value, strlen(value)))
			return usage(o->name, "is not UTF-8");
		q->is_long = argv[i][1] == '-';
		r = take_option(q, o, value);
		if (r != 0)
			return r;
	}
	q->command = (const char *const *)argv + i;
	q->ncommand = (size_t)(argc - i);
	for (; i < argc && !q->is_help; i++)
		if (!star_utf8_valid(argv[i], strlen(argv[i])))
			return usage("an argument", "is not UTF-8");
	return 0;
}

static const char *
resolve(struct arena *a, const char *program)
{
	const char *home = getenv("HOME"), *out;
	const struct passwd *pw;
	char *cwd = getcwd(NULL, 0);

	if (home == NULL || *home == '\0') {
		pw = getpwuid(getuid());
		home = pw != NULL ? pw->pw_dir : NULL;
	}
	out = rules_absolute(a, program, cwd != NULL ? cwd : "/", home);
	free(cwd);
	return out;
}

static int
read_all(const struct request *q, struct rule_set *set)
{
	const struct rules_options opt = {
		.has_extensions = q->has_extensions };
	const struct source *src;
	bool has_errno;
	struct diag d;
	size_t i;
	int r;

	diag_init(&d, stderr);
	for (i = 0; i < q->nrules; i++) {
		r = source_load_any(q->a, q->rules[i], q->rules[i], &src);
		if (r != SOURCE_OK) {
			has_errno = r == SOURCE_ERR_OPEN ||
			    r == SOURCE_ERR_READ;
			fprintf(stderr, "codex-policyc: %s %s%s%s\n",
			    diag_quote(q->a, q->rules[i]), source_strerror(r),
			    has_errno ? ": " : "",
			    has_errno ? strerror(errno) : "");
			return VERB_REFUSED;
		}
		if (rules_read(q->a, &d, src, &opt, set) == -1)
			return VERB_REFUSED;
	}
	return VERB_OK;
}

/* What the programs of the blob say; PROGRAM_NONE without any. */
static int
ask_programs(const struct blob *b, const struct rules_command *c,
    struct program_verdict *out)
{
	const struct program_command pc = { .argv = c->argv, .argc = c->argc };
	struct program_view v;
	int r = program_view_of(&v, b);

	*out = (struct program_verdict){ .result = PROGRAM_NONE };
	if (r == BLOB_ERR_MISSING)
		return BLOB_OK;
	return r == BLOB_OK ? program_decide(&v, &pc, out) : r;
}

/* What is found out about a command and its parts. */
struct finding {
	struct arena *a;
	const struct rule_set *set;
	const struct blob *b;
	struct rules_answer *answers;
	struct rules_part *parts;
	size_t nanswers, cap_answers, nparts, cap_parts;
	int r;
};

static void
add_answer(struct finding *f, const struct rules_command *c)
{
	struct rules_answer answer = { .command = *c };
	struct program_verdict *p = arena_array(f->a, 1, sizeof(*p));
	struct rules_hit *hits = NULL;

	if ((f->r = rules_match_blob(f->a, f->set, f->b, c, &hits,
	    &answer.nhits)) != BLOB_OK ||
	    (f->r = ask_programs(f->b, c, p)) != BLOB_OK)
		return;
	answer.hits = hits;
	answer.program = p;
	f->answers = arena_grow(f->a, f->answers, f->nanswers,
	    &f->cap_answers, sizeof(*f->answers));
	f->answers[f->nanswers++] = answer;
}

/* Words of a part, which do not last. */
static const char *const *
copy_words(struct arena *a, const struct eval_command *c)
{
	const char **words = arena_array(a, c->argc, sizeof(*words));
	size_t i;

	for (i = 0; i < c->argc; i++)
		words[i] = arena_strndup(a, c->argv[i], strlen(c->argv[i]));
	return words;
}

static void
add_part(void *ctx, const struct decide_part *p)
{
	struct finding *f = ctx;
	const char *resolved = p->command.resolved;
	struct rules_command c = { .argv = copy_words(f->a, &p->command),
	    .argc = p->command.argc };
	bool is_opaque = p->kind == DECIDE_OPAQUE;

	if (f->r != BLOB_OK)
		return;
	if (resolved != NULL)
		c.resolved = arena_strndup(f->a, resolved, strlen(resolved));
	f->parts = arena_grow(f->a, f->parts, f->nparts, &f->cap_parts,
	    sizeof(*f->parts));
	f->parts[f->nparts++] = (struct rules_part){
		.kind = decide_kind_name(p->kind),
		.construct = is_opaque ? shell_construct_name(p->construct) :
		    NULL,
		.column = p->column, .argv = c.argv, .argc = c.argc,
		.is_open = p->kind == DECIDE_COMMAND && p->counts &&
		    p->verdict.nmatches == 0 };
	if (p->kind == DECIDE_COMMAND)
		add_answer(f, &c);
}

static int
find_out(const struct request *q, struct finding *f,
    const struct rules_command *c)
{
	const struct eval_command ec = { .argv = c->argv, .argc = c->argc,
	    .resolved = c->resolved };
	struct decide_verdict ignored;
	int r;

	if (!q->is_split) {
		add_answer(f, c);
		return f->r;
	}
	r = decide_command(f->b, &ec, add_part, f, &ignored);
	return r != BLOB_OK ? r : f->r;
}

/* Decide by a blob of the rules, as the runtime does, and print. */
static int
decide(const struct request *q, const struct rule_set *set,
    const struct rules_command *c)
{
	struct automaton_spec spec = { .set = set };
	struct finding f = { .a = q->a, .set = set };
	struct rules_result result = { .is_split = q->is_split };
	uint8_t *bytes = NULL;
	struct diag d;
	struct blob b;
	size_t len;
	int r;

	diag_init(&d, stderr);
	if (program_blob(q->a, &d, &spec, &bytes, &len) == -1)
		return VERB_REFUSED;
	f.b = result.b = &b;
	if ((r = blob_open(&b, bytes, len)) == BLOB_OK)
		r = find_out(q, &f, c);
	if (r == BLOB_OK) {
		result.answers = f.answers;
		result.nanswers = f.nanswers;
		result.parts = f.parts;
		result.nparts = f.nparts;
		rules_print_json(stdout, &result, q->is_pretty);
		putchar('\n');
	} else {
		fprintf(stderr, "codex-policyc: the command cannot be decided "
		    "on: %s\n", blob_strerror(r));
	}
	free(bytes);
	return r == BLOB_OK ? VERB_OK : VERB_REFUSED;
}

static int
check(struct request *q, int argc, char **argv)
{
	struct rule_set set = { .nprefix = 0 };
	struct rules_command c;
	int r = parse(q, argc, argv);

	if (r != 0)
		return r;
	if (q->is_help) {
		fputs(q->is_long ? execpolicy_help_long :
		    execpolicy_help_short, stdout);
		return VERB_OK;
	}
	if (q->nrules == 0 || q->ncommand == 0)
		return usage(q->nrules == 0 ? "--rules" : "the command",
		    "is missing");
	if (q->unknown != NULL) {
		fprintf(stderr, "codex-policyc: execpolicy check: feature %s "
		    "is unknown\n", diag_quote(q->a, q->unknown));
		return VERB_REFUSED;
	}
	r = read_all(q, &set);
	if (r != VERB_OK)
		return r;
	c = (struct rules_command){ .argv = q->command, .argc = q->ncommand,
	    .resolved = q->is_resolving ? resolve(q->a, q->command[0]) :
	    NULL };
	return decide(q, &set, &c);
}

int
verb_execpolicy(int argc, char **argv)
{
	struct request q = { .nrules = 0 };
	int r;

	if (argc < 2 || strcmp(argv[1], "check") != 0)
		return usage("\"check\"", "is the one thing to do");
	q.a = arena_new(0, die_full);
	r = check(&q, argc - 2, argv + 2);
	arena_free(q.a);
	return r;
}
