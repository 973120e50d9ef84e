/* why: one question to a policy, decided and explained. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "compiler/dump_quote.h"
#include "compiler/jsonout.h"
#include "compiler/policy.h"
#include "compiler/question.h"
#include "compiler/verb.h"

#define MEMORY_LIMIT	((size_t)2 << 30)

struct why {
	struct arena *a;
	const struct blob *b;
	const char *file;		/* the blob's; NULL: compiled here */
	const struct sysc_arch *arch;	/* NULL: this machine's */
	struct verb_list dirs, defines, workspaces;
	bool is_json;
	struct place place;
	struct question q;
	struct answer answer;
};

void
verb_why_usage(FILE *out)
{
	unsigned i;

	fputs("usage: codex-policyc why [-I DIR] [-D NAME=VALUE] [-w DIR] "
	    "[--arch ARCH]\n           [--json] BLOB|PROFILE -- QUERY\n"
	    "QUERY:", out);
	for (i = 0; question_name(i) != NULL; i++)
		fprintf(out, "%s %s %s", i > 0 ? "," : "",
		    question_name(i), question_operand(i));
	putc('\n', out);
}

/* --- the question ------------------------------------------------------- */

/* This machine's, or else the first that the blob has a policy for. */
static const struct sysc_arch *
choose_arch(const struct why *w)
{
	const struct sysc_arch *arch = w->arch;
	struct blob_sysc_head h;
	struct utsname u;
	size_t i;

	if (arch == NULL && uname(&u) == 0) {
		arch = sysc_arch_by_name(u.machine);
		if (arch != NULL && blob_sysc_head_get(w->b, arch->audit,
		    &h) != BLOB_OK)
			arch = NULL;
	}
	for (i = 0; arch == NULL && (arch = sysc_arch_at(i)) != NULL; i++)
		if (blob_sysc_head_get(w->b, arch->audit, &h) != BLOB_OK)
			arch = NULL;
	return arch;
}

/* `socket domain=AF_INET' as `socket(domain=AF_INET)'. */
static const char *
call_text(struct arena *a, char **words, size_t n)
{
	const char *text = words[0];
	size_t i;

	for (i = 1; i < n; i++)
		text = arena_printf(a, "%s%s%s", text, i == 1 ? "(" : ", ",
		    words[i]);
	return n > 1 ? arena_printf(a, "%s)", text) : text;
}

static int
ask(struct why *w, enum question_kind kind, char **words, size_t n)
{
	const char *fault;

	if (n == 0 || (n > 1 && kind != QUESTION_EXEC &&
	    kind != QUESTION_SYSCALL))
		return VERB_SYNTAX;
	if (kind == QUESTION_EXEC) {
		question_exec(w->a, &w->place, w->b,
		    (const char *const *)words, n, &w->q);
		return VERB_OK;
	}
	if (question_read(w->a, &w->place, kind, kind == QUESTION_SYSCALL ?
	    call_text(w->a, words, n) : words[0], &w->q, &fault) == -1)
		die("\"%s\" takes %s, found %s", question_name(kind), fault,
		    diag_quote(w->a, words[0]));
	if (kind != QUESTION_SYSCALL)
		return VERB_OK;
	w->q.arch = choose_arch(w);
	if (w->q.arch == NULL)
		die("the policy has system calls for no architecture");
	w->q.loc = (struct loc){ source_text(w->a, "query", w->q.text,
	    strlen(w->q.text)), 1, 1, 1 };
	return VERB_OK;
}

static int
read_query(struct why *w, char **words, size_t n)
{
	struct near near = { .word = n > 0 ? words[0] : "" };
	unsigned kind;

	if (n == 0)
		return VERB_SYNTAX;
	for (kind = 0; question_name(kind) != NULL; kind++) {
		if (strcmp(question_name(kind), words[0]) == 0)
			return ask(w, (enum question_kind)kind, words + 1,
			    n - 1);
		near_try(&near, question_name(kind));
	}
	die("unknown query %s%s", diag_quote(w->a, words[0]),
	    near_hint(w->a, &near));
}

/* --- the answer --------------------------------------------------------- */

static const char *
rule_place(const struct why *w, uint32_t rule, const char **name)
{
	struct blob_rule_info info;

	if (blob_rule_get(w->b, rule, &info) != BLOB_OK)
		return NULL;
	*name = dump_escape(w->a, blob_str(w->b, info.name));
	return arena_printf(w->a, "%s:%u", dump_escape(w->a,
	    blob_str(w->b, info.file)), info.line);
}

static const char *const decisions[] = { [BLOB_ALLOW] = "allowed",
	[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "denied" };

/* All that was looked at, where that is more than the command. */
static void
print_parts(const struct why *w)
{
	const struct answer_part *p = w->answer.parts;
	const char *name, *at;

	for (; p != NULL && w->answer.parts->next != NULL; p = p->next) {
		at = rule_place(w, p->rule, &name);
		printf("  %*s%s %s: %s%s%s%s%s%s\n", (int)p->depth * 2, "",
		    decide_kind_name(p->kind), dump_escape(w->a, p->text),
		    p->counts ? decisions[p->decision] : "by what is inside",
		    at != NULL ? "  [" : "", at != NULL ? name : "",
		    at != NULL ? ", " : "", at != NULL ? at : "",
		    at != NULL ? "]" : "");
	}
}

static void
print_text(const struct why *w)
{
	const struct answer *x = &w->answer;
	const char *name, *at = rule_place(w, x->rule, &name);
	const struct place_fault *f;
	size_t i;

	printf("%s: %s %s  [", x->word, question_name(w->q.kind),
	    dump_escape(w->a, w->q.text));
	if (at != NULL)
		printf("%s, %s, ", name, at);
	printf("%s]\n", x->strength);
	printf("  %s%s%s%s\n", dump_escape(w->a, x->reason),
	    x->note != NULL ? " (" : "", x->note != NULL ? x->note : "",
	    x->note != NULL ? ")" : "");
	if (w->q.path != NULL && strcmp(w->q.path, w->q.text) != 0)
		printf("  the path is %s\n", dump_escape(w->a, w->q.path));
	if (w->q.kind == QUESTION_EXEC && w->q.file == NULL)
		puts("  there is no such program here");
	print_parts(w);
	for (i = 0; i < x->nmatches; i++)
		if (x->matches[i] != x->rule && (at = rule_place(w,
		    x->matches[i], &name)) != NULL)
			printf("  %s, %s matches too\n", name, at);
	for (f = w->place.faults; f != NULL; f = f->next) {
		at = rule_place(w, f->rule, &name);
		printf("  codex-exec would not start: %s%s%s%s%s%s\n",
		    dump_escape(w->a, f->text), at != NULL ? "  [" : "",
		    at != NULL ? name : "", at != NULL ? ", " : "",
		    at != NULL ? at : "", at != NULL ? "]" : "");
	}
}

static void
put_rule(const struct why *w, struct jsonout *j, const char *key,
    uint32_t rule)
{
	struct blob_rule_info info;

	if (blob_rule_get(w->b, rule, &info) != BLOB_OK)
		return;
	jsonout_open(j, key, '{');
	jsonout_string(j, "id", blob_str(w->b, info.name));
	jsonout_string(j, "src", arena_printf(w->a, "%s:%u",
	    blob_str(w->b, info.file), info.line));
	jsonout_number(j, "column", info.col);
	jsonout_close(j, '}');
}

static void
put_command(const struct why *w, struct jsonout *j)
{
	const struct answer_part *p;
	size_t i;

	jsonout_open(j, "matches", '[');
	for (i = 0; i < w->answer.nmatches; i++)
		put_rule(w, j, NULL, w->answer.matches[i]);
	jsonout_close(j, ']');
	jsonout_open(j, "parts", '[');
	for (p = w->answer.parts; p != NULL; p = p->next) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "kind", decide_kind_name(p->kind));
		jsonout_string(j, "target", p->text);
		jsonout_number(j, "depth", p->depth);
		if (p->column > 0)
			jsonout_number(j, "column", p->column);
		jsonout_string(j, "decision", decisions[p->decision]);
		jsonout_bool(j, "counts", p->counts);
		jsonout_bool(j, "decided", p->has_decided);
		put_rule(w, j, "rule", p->rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void
print_json(const struct why *w)
{
	struct jsonout j = { .a = w->a, .out = stdout };
	const struct answer *x = &w->answer;
	const struct place_fault *f;

	jsonout_open(&j, NULL, '{');
	jsonout_string(&j, "query", question_name(w->q.kind));
	jsonout_string(&j, "target", w->q.text);
	if (w->q.path != NULL)
		jsonout_string(&j, "path", w->q.path);
	if (w->q.file != NULL)
		jsonout_string(&j, "file", w->q.file);
	if (w->q.arch != NULL)
		jsonout_string(&j, "arch", w->q.arch->name);
	jsonout_string(&j, "decision", decisions[x->decision]);
	jsonout_string(&j, "result", x->word);
	jsonout_string(&j, "cause", x->cause);
	put_rule(w, &j, "rule", x->rule);
	jsonout_string(&j, "strength", x->strength);
	jsonout_string(&j, "reason", x->reason);
	if (x->note != NULL)
		jsonout_string(&j, "note", x->note);
	if (w->q.kind == QUESTION_EXEC)
		put_command(w, &j);
	jsonout_open(&j, "faults", '[');
	for (f = w->place.faults; f != NULL; f = f->next)
		jsonout_string(&j, NULL, f->text);
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
}

/* --- the verb ----------------------------------------------------------- */

static int
explain(struct why *w, char **words, size_t n)
{
	struct diag d;
	const char *bad;
	int r;

	if (place_here(w->a, w->workspaces.v, w->workspaces.n, &w->place,
	    &bad) == -1)
		die("workspace %s: %s", diag_quote(w->a, bad),
		    strerror(errno));
	place_learn(w->a, &w->place, w->b, w->file);
	r = read_query(w, words, n);
	if (r != VERB_OK)
		return r;
	diag_init(&d, stderr);
	r = question_answer(w->a, &d, w->b, &w->place, &w->q, &w->answer);
	if (r == QUESTION_UNASKABLE)
		return VERB_USAGE;
	if (r != BLOB_OK) {
		fprintf(stderr, "codex-policyc: the policy cannot decide: "
		    "%s\n", blob_strerror(r));
		return VERB_REFUSED;
	}
	if (w->is_json)
		print_json(w);
	else
		print_text(w);
	return VERB_OK;
}

static int
parse_options(struct why *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "workspace", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "I:D:w:", options, NULL)) != -1)
		switch (c) {
		case 'I': verb_list_add(&w->dirs, optarg); break;
		case 'D': verb_define(&w->defines, optarg); break;
		case 'w': verb_list_add(&w->workspaces, optarg); break;
		case 'a': w->arch = verb_arch(optarg); break;
		case 'j': w->is_json = true; break;
		default: return -1;
		}
	return 0;
}

/* [OPTION...] BLOB -- QUERY: where the query begins, or NULL. */
static char **
find_query(struct why *w, int argc, char **argv, const char **arg)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		continue;
	if (i == argc || parse_options(w, i, argv) == -1 || optind != i - 1)
		return NULL;
	*arg = argv[optind];
	return argv + i + 1;
}

int
verb_why(int argc, char **argv)
{
	struct why w = { .is_json = false };
	struct policy_request q = { .merge = { .ndirs = 0 } };
	struct policy p;
	const char *arg;
	char **query = find_query(&w, argc, argv, &arg);
	int r;

	if (query == NULL)
		return VERB_SYNTAX;
	q.merge.dirs = w.dirs.v;
	q.merge.ndirs = w.dirs.n;
	q.lower.defines = w.defines.v;
	w.a = arena_new(MEMORY_LIMIT, die_full);
	r = policy_open(&p, w.a, arg, &q);
	if (r == VERB_OK)
		r = policy_prove(w.a, &p.blob, arg);
	w.b = &p.blob;
	w.file = p.ir == NULL ? arg : NULL;
	if (r == VERB_OK)
		r = explain(&w, query, (size_t)(argv + argc - query));
	policy_clear(&p);
	arena_free(w.a);
	return r;
}
