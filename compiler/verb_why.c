/* why: one question to a policy, decided and explained. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <linux/seccomp.h>

#include "blob/judge.h"
#include "compiler/stack.h"
#include "compiler/verb.h"
#include "compiler/why.h"

#define MEMORY_LIMIT	((size_t)2 << 30)

struct asked {
	struct why w;
	const struct sysc_arch *arch;	/* NULL: this machine's */
	struct verb_list dirs, defines, workspaces;
	bool is_json;
};

void
verb_why_usage(FILE *out)
{
	unsigned i;

	fputs("usage: codex-policyc why [-I DIR] [-D NAME=VALUE] [-w DIR] "
	    "[--arch ARCH]\n           [--json] BLOB|PROFILE... -- QUERY\n"
	    "QUERY:", out);
	for (i = 0; question_name(i) != NULL; i++)
		fprintf(out, "%s %s %s", i > 0 ? "," : "",
		    question_name(i), question_operand(i));
	putc('\n', out);
}

/* --- the question ------------------------------------------------------- */

/* The first that has no system calls for it, or NULL. */
static const struct why_layer *
who_lacks(const struct why *w, const struct sysc_arch *arch)
{
	struct blob_sysc_head h;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (blob_sysc_head_get(&w->layers[i].p.blob, arch->audit,
		    &h) != BLOB_OK)
			return &w->layers[i];
	return NULL;
}

/* What is asked for, this machine's, or else the first that all blobs have. */
static const struct sysc_arch *
choose_arch(const struct asked *x)
{
	const struct sysc_arch *arch = x->arch;
	const struct why_layer *l;
	struct utsname u;
	size_t i;

	if (arch != NULL) {
		if ((l = who_lacks(&x->w, arch)) != NULL)
			die("%s: no system calls for %s", l->arg, arch->name);
		return arch;
	}
	if (uname(&u) == 0) {
		arch = sysc_arch_by_name(u.machine);
		if (arch != NULL && who_lacks(&x->w, arch) != NULL)
			arch = NULL;
	}
	for (i = 0; arch == NULL && (arch = sysc_arch_at(i)) != NULL; i++)
		if (who_lacks(&x->w, arch) != NULL)
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

/* The PATH of a command is what all policies leave of it. */
static void
ask_command(struct why *w, struct why_layer *l, char **words, size_t n)
{
	const struct blob *blobs[WHY_MAX];
	size_t i;

	for (i = 0; i < w->n; i++)
		blobs[i] = &w->layers[i].p.blob;
	question_exec(w->a, &l->place, blobs, w->n,
	    (const char *const *)words, n, &l->q);
}

static int
ask(struct asked *x, struct why_layer *l, enum question_kind kind,
    char **words, size_t n)
{
	struct arena *a = x->w.a;
	const char *fault;

	if (n == 0 || (n > 1 && kind != QUESTION_EXEC &&
	    kind != QUESTION_SYSCALL))
		return VERB_SYNTAX;
	if (kind == QUESTION_EXEC) {
		ask_command(&x->w, l, words, n);
		return VERB_OK;
	}
	if (question_read(a, &l->place, kind, kind == QUESTION_SYSCALL ?
	    call_text(a, words, n) : words[0], &l->q, &fault) == -1)
		die("\"%s\" takes %s, found %s", question_name(kind), fault,
		    diag_quote(a, words[0]));
	if (kind != QUESTION_SYSCALL)
		return VERB_OK;
	l->q.arch = choose_arch(x);
	if (l->q.arch == NULL)
		die("the policy has system calls for no architecture");
	l->q.loc = (struct loc){ source_text(a, "query", l->q.text,
	    strlen(l->q.text)), 1, 1, 1 };
	return VERB_OK;
}

static enum question_kind
read_kind(struct arena *a, const char *word)
{
	struct near near = { .word = word };
	unsigned kind;

	for (kind = 0; question_name(kind) != NULL; kind++) {
		if (strcmp(question_name(kind), word) == 0)
			return (enum question_kind)kind;
		near_try(&near, question_name(kind));
	}
	die("unknown query %s%s", diag_quote(a, word), near_hint(a, &near));
}

/* --- the answer --------------------------------------------------------- */

static bool
is_hard(const struct answer *x)
{
	return strcmp(x->strength, judge_strength_name(JUDGE_HARD)) == 0;
}

/* Does the layer say more than the one that decides so far? */
static bool
is_stricter(const struct why_layer *l, const struct why_layer *by)
{
	struct blob_env_set set;

	/* Of two answers that are as strict the kernel gives the last one's. */
	if (l->q.kind == QUESTION_SYSCALL)
		return stack_severity(l->answer.action) >=
		    stack_severity(by->answer.action);
	if (l->answer.decision != by->answer.decision)
		return l->answer.decision > by->answer.decision;
	if (l->q.kind == QUESTION_ENV && l->answer.decision == BLOB_ALLOW)
		return judge_env_set(&l->p.blob, l->q.text, &set) ==
		    BLOB_OK && (judge_env_set(&by->p.blob, l->q.text, &set) !=
		    BLOB_OK || stack_replaces(l->q.text, blob_str(
		    &by->p.blob, set.value)));
	return l->answer.decision != BLOB_ALLOW && is_hard(&l->answer) &&
	    !is_hard(&by->answer);
}

static void
decide(struct why *w)
{
	size_t i;

	for (i = 1; i < w->n; i++)
		if (is_stricter(&w->layers[i], &w->layers[w->by]))
			w->by = i;
}

/* --- the verb ----------------------------------------------------------- */

static int
answer(struct asked *x, struct why_layer *l, struct diag *d)
{
	int r = question_answer(x->w.a, d, &l->p.blob, &l->place, &l->q,
	    &l->answer);

	if (r == QUESTION_UNASKABLE)
		return VERB_USAGE;
	if (r == BLOB_OK)
		return VERB_OK;
	fprintf(stderr, "codex-policyc: the policy cannot decide: %s\n",
	    blob_strerror(r));
	return VERB_REFUSED;
}

static int
look_round(struct asked *x, struct why_layer *l)
{
	struct blob_meta meta;
	const char *bad;

	if (blob_meta_get(&l->p.blob, &meta) != BLOB_OK)
		return VERB_REFUSED;
	l->name = blob_str(&l->p.blob, meta.name);
	if (place_here(x->w.a, x->workspaces.v, x->workspaces.n, &l->place,
	    &bad) == -1)
		die("workspace %s: %s", diag_quote(x->w.a, bad),
		    strerror(errno));
	place_learn(x->w.a, &l->place, &l->p.blob, l->p.ir == NULL ? l->arg :
	    NULL);
	return VERB_OK;
}

static int
explain(struct asked *x, char **words, size_t n)
{
	struct why_layer *l;
	enum question_kind kind;
	struct diag d;
	int r = VERB_OK;
	size_t i;

	if (n == 0)
		return VERB_SYNTAX;
	kind = read_kind(x->w.a, words[0]);
	diag_init(&d, stderr);
	for (i = 0; i < x->w.n && r == VERB_OK; i++) {
		l = &x->w.layers[i];
		r = look_round(x, l);
		if (r == VERB_OK)
			r = ask(x, l, kind, words + 1, n - 1);
		if (r == VERB_OK)
			r = answer(x, l, &d);
	}
	if (r != VERB_OK)
		return r;
	decide(&x->w);
	(x->is_json ? why_print_json : why_print)(&x->w);
	return VERB_OK;
}

static int
parse_options(struct asked *w, int argc, char **argv)
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

/* [OPTION...] BLOB... -- QUERY: where the query begins, or NULL. */
static char **
find_query(struct asked *x, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		continue;
	if (i == argc || parse_options(x, i, argv) == -1 || optind == i)
		return NULL;
	if (i - optind > WHY_MAX)
		die("more than %d policies, the limit of Landlock", WHY_MAX);
	for (; optind < i; optind++)
		x->w.layers[x->w.n++].arg = argv[optind];
	return argv + i + 1;
}

/* Each layer's policy, proved. */
static int
open_layers(struct asked *x)
{
	struct policy_request q = { .merge = { .dirs = x->dirs.v,
	    .ndirs = x->dirs.n }, .lower = { .defines = x->defines.v } };
	int r = VERB_OK;
	size_t i;

	for (i = 0; i < x->w.n && r == VERB_OK; i++) {
		r = policy_open(&x->w.layers[i].p, x->w.a, x->w.layers[i].arg,
		    &q);
		if (r == VERB_OK)
			r = policy_prove(x->w.a, &x->w.layers[i].p.blob,
			    x->w.layers[i].arg);
	}
	return r;
}

int
verb_why(int argc, char **argv)
{
	struct asked x = { .is_json = false };
	char **query = find_query(&x, argc, argv);
	size_t i;
	int r;

	if (query == NULL)
		return VERB_SYNTAX;
	x.w.a = arena_new(MEMORY_LIMIT, die_full);
	r = open_layers(&x);
	if (r == VERB_OK)
		r = explain(&x, query, (size_t)(argv + argc - query));
	for (i = 0; i < x.w.n; i++)
		policy_clear(&x.w.layers[i].p);
	arena_free(x.w.a);
	return r;
}
