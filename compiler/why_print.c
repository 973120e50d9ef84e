/* Answers of `why' in words and as JSON: see why.h. */
#include "compiler/why.h"

#include <stdio.h>
#include <string.h>

#include "compiler/dump_quote.h"
#include "compiler/jsonout.h"

static const char *
rule_place(const struct why *w, const struct why_layer *l, uint32_t rule,
    const char **name)
{
	struct blob_rule_info info;

	if (blob_rule_get(&l->p.blob, rule, &info) != BLOB_OK)
		return NULL;
	*name = dump_escape(w->a, blob_str(&l->p.blob, info.name));
	return arena_printf(w->a, "%s:%u", dump_escape(w->a,
	    blob_str(&l->p.blob, info.file)), info.line);
}

static const char *const decisions[] = { [BLOB_ALLOW] = "allowed",
	[BLOB_PROMPT] = "prompt", [BLOB_FORBIDDEN] = "denied" };

/* Two constructs of one command: the line is the same. */
static bool
is_repeated(const struct answer_part *before, const struct answer_part *p)
{
	return before != NULL && before->kind == p->kind &&
	    before->depth == p->depth && before->rule == p->rule &&
	    before->decision == p->decision && before->counts == p->counts &&
	    strcmp(before->text, p->text) == 0;
}

/* All that was looked at, where that is more than the command. */
static void
print_parts(const struct why *w, const struct why_layer *l)
{
	const struct answer_part *p = l->answer.parts, *before = NULL;
	const char *name, *at;

	for (; p != NULL && l->answer.parts->next != NULL;
	    before = p, p = p->next) {
		if (is_repeated(before, p))
			continue;
		at = rule_place(w, l, p->rule, &name);
		printf("  %*s%s %s: %s%s%s%s%s%s\n", (int)p->depth * 2, "",
		    decide_kind_name(p->kind), dump_escape(w->a, p->text),
		    p->counts ? decisions[p->decision] : "by what is inside",
		    at != NULL ? "  [" : "", at != NULL ? name : "",
		    at != NULL ? ", " : "", at != NULL ? at : "",
		    at != NULL ? "]" : "");
	}
}

static void
print_layer(const struct why *w, const struct why_layer *l)
{
	const struct answer *x = &l->answer;
	const char *name, *at = rule_place(w, l, x->rule, &name);
	size_t i;

	printf("%s: %s %s  [", x->word, question_name(l->q.kind),
	    dump_escape(w->a, l->q.text));
	if (at != NULL)
		printf("%s, %s, ", name, at);
	printf("%s]\n", x->strength);
	printf("  %s%s%s%s\n", dump_escape(w->a, x->reason),
	    x->note != NULL ? " (" : "", x->note != NULL ? x->note : "",
	    x->note != NULL ? ")" : "");
	if (l->q.path != NULL && strcmp(l->q.path, l->q.text) != 0)
		printf("  the path is %s\n", dump_escape(w->a, l->q.path));
	if (l->q.kind == QUESTION_EXEC && l->q.file == NULL)
		puts("  there is no such program here");
	print_parts(w, l);
	for (i = 0; i < x->nmatches; i++)
		if (x->matches[i] != x->rule && (at = rule_place(w, l,
		    x->matches[i], &name)) != NULL)
			printf("  %s, %s matches too\n", name, at);
}

static void
print_faults(const struct why *w, const struct why_layer *l)
{
	const struct place_fault *f;
	const char *name, *at;

	for (f = l->place.faults; f != NULL; f = f->next) {
		at = rule_place(w, l, f->rule, &name);
		printf("  codex-exec would not start: %s%s%s%s%s%s\n",
		    dump_escape(w->a, f->text), at != NULL ? "  [" : "",
		    at != NULL ? name : "", at != NULL ? ", " : "",
		    at != NULL ? at : "", at != NULL ? "]" : "");
	}
}

/* Each layer's answer in a line. */
static void
print_stack(const struct why *w)
{
	const struct why_layer *l;
	const char *name, *at;

	if (w->layers[w->by].answer.decision == BLOB_ALLOW)
		puts("  every layer lets it be");
	else
		printf("  layer %zu, \"%s\", decides\n", w->by + 1,
		    dump_escape(w->a, w->layers[w->by].name));
	for (l = w->layers; l < w->layers + w->n; l++) {
		at = rule_place(w, l, l->answer.rule, &name);
		printf("  layer %td, \"%s\": %s  [%s%s%s%s%s]: %s\n",
		    l - w->layers + 1, dump_escape(w->a, l->name),
		    l->answer.word, at != NULL ? name : "",
		    at != NULL ? ", " : "", at != NULL ? at : "",
		    at != NULL ? ", " : "", l->answer.strength,
		    dump_escape(w->a, l->answer.reason));
	}
}

void
why_print(const struct why *w)
{
	size_t i;

	print_layer(w, &w->layers[w->by]);
	if (w->n > 1)
		print_stack(w);
	for (i = 0; i < w->n; i++)
		print_faults(w, &w->layers[i]);
}

static void
put_rule(const struct why *w, const struct why_layer *l, struct jsonout *j,
    const char *key, uint32_t rule)
{
	struct blob_rule_info info;

	if (blob_rule_get(&l->p.blob, rule, &info) != BLOB_OK)
		return;
	jsonout_open(j, key, '{');
	jsonout_string(j, "id", blob_str(&l->p.blob, info.name));
	jsonout_string(j, "src", arena_printf(w->a, "%s:%u",
	    blob_str(&l->p.blob, info.file), info.line));
	jsonout_number(j, "column", info.col);
	jsonout_close(j, '}');
}

static void
put_command(const struct why *w, const struct why_layer *l,
    struct jsonout *j)
{
	const struct answer_part *p;
	size_t i;

	jsonout_open(j, "matches", '[');
	for (i = 0; i < l->answer.nmatches; i++)
		put_rule(w, l, j, NULL, l->answer.matches[i]);
	jsonout_close(j, ']');
	jsonout_open(j, "parts", '[');
	for (p = l->answer.parts; p != NULL; p = p->next) {
		jsonout_open(j, NULL, '{');
		jsonout_string(j, "kind", decide_kind_name(p->kind));
		jsonout_string(j, "target", p->text);
		jsonout_number(j, "depth", p->depth);
		if (p->column > 0)
			jsonout_number(j, "column", p->column);
		jsonout_string(j, "decision", decisions[p->decision]);
		jsonout_bool(j, "counts", p->counts);
		jsonout_bool(j, "decided", p->has_decided);
		put_rule(w, l, j, "rule", p->rule);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void
put_answer(const struct why *w, const struct why_layer *l, struct jsonout *j)
{
	const struct answer *x = &l->answer;

	jsonout_string(j, "decision", decisions[x->decision]);
	jsonout_string(j, "result", x->word);
	jsonout_string(j, "cause", x->cause);
	put_rule(w, l, j, "rule", x->rule);
	jsonout_string(j, "strength", x->strength);
	jsonout_string(j, "reason", x->reason);
	if (x->note != NULL)
		jsonout_string(j, "note", x->note);
}

/* Only of several: which one decides, and what each says. */
static void
put_layers(const struct why *w, struct jsonout *j)
{
	size_t i;

	if (w->n == 1)
		return;
	jsonout_number(j, "layer", w->by + 1);
	jsonout_string(j, "profile", w->layers[w->by].name);
	jsonout_open(j, "layers", '[');
	for (i = 0; i < w->n; i++) {
		jsonout_open(j, NULL, '{');
		jsonout_number(j, "layer", i + 1);
		jsonout_string(j, "profile", w->layers[i].name);
		put_answer(w, &w->layers[i], j);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

void
why_print_json(const struct why *w)
{
	const struct why_layer *l = &w->layers[w->by];
	struct jsonout j = { .a = w->a, .out = stdout };
	const struct place_fault *f;
	size_t i;

	jsonout_open(&j, NULL, '{');
	jsonout_string(&j, "query", question_name(l->q.kind));
	jsonout_string(&j, "target", l->q.text);
	if (l->q.path != NULL)
		jsonout_string(&j, "path", l->q.path);
	if (l->q.file != NULL)
		jsonout_string(&j, "file", l->q.file);
	if (l->q.arch != NULL)
		jsonout_string(&j, "arch", l->q.arch->name);
	put_answer(w, l, &j);
	if (l->q.kind == QUESTION_EXEC)
		put_command(w, l, &j);
	jsonout_open(&j, "faults", '[');
	for (i = 0; i < w->n; i++)
		for (f = w->layers[i].place.faults; f != NULL; f = f->next)
			jsonout_string(&j, NULL, f->text);
	jsonout_close(&j, ']');
	put_layers(w, &j);
	jsonout_close(&j, '}');
}
