/* The answer of `execpolicy check', byte for byte as Codex prints it. */
#include "compiler/rules.h"

#include <string.h>

#include "blob/program.h"

struct json {
	FILE *out;
	bool is_pretty;
	unsigned level;
	bool has_item;		/* a comma is due */
};

static void
newline(struct json *j)
{
	unsigned i;

	if (!j->is_pretty)
		return;
	putc('\n', j->out);
	for (i = 0; i < j->level; i++)
		fputs("  ", j->out);
}

static void
item(struct json *j)
{
	if (j->has_item)
		putc(',', j->out);
	newline(j);
	j->has_item = true;
}

static void
begin(struct json *j, char bracket)
{
	putc(bracket, j->out);
	j->level++;
	j->has_item = false;
}

static void
end(struct json *j, char bracket)
{
	j->level--;
	if (j->has_item)
		newline(j);
	putc(bracket, j->out);
	j->has_item = true;
}

static void
string(struct json *j, const char *s)
{
	static const char from[] = "\"\\\b\t\n\f\r", to[] = "\"\\btnfr";
	const char *simple;

	putc('"', j->out);
	for (; *s != '\0'; s++) {
		simple = strchr(from, *s);
		if (simple != NULL)
			fprintf(j->out, "\\%c", to[simple - from]);
		else if ((unsigned char)*s < 0x20)
			fprintf(j->out, "\\u%04x", (unsigned char)*s);
		else if ((unsigned char)s[0] == 0xc0) {
			fputs("\\u0000", j->out);	/* see rules.h */
			s++;
		} else
			putc(*s, j->out);
	}
	putc('"', j->out);
}

static void
key(struct json *j, const char *name)
{
	item(j);
	string(j, name);
	fputs(j->is_pretty ? ": " : ":", j->out);
}

static void
member(struct json *j, const char *name, const char *value)
{
	if (value == NULL)
		return;
	key(j, name);
	string(j, value);
}

static void
hit(struct json *j, const struct rules_command *c, const struct rules_hit *h)
{
	size_t i;

	item(j);
	begin(j, '{');
	key(j, "prefixRuleMatch");
	begin(j, '{');
	key(j, "matchedPrefix");
	begin(j, '[');
	for (i = 0; i < h->rule->nelems; i++) {
		item(j);
		string(j, i == 0 && h->is_resolved ?
		    rules_basename(c->resolved) : c->argv[i]);
	}
	end(j, ']');
	member(j, "decision", rules_decision_name(h->rule->decision));
	member(j, "resolvedProgram", h->is_resolved ? c->resolved : NULL);
	member(j, "justification", h->rule->justification);
	end(j, '}');
	end(j, '}');
}

/* What the words of a program are, collected for printing. */
struct parts {
	struct json *j;
	const struct rules_command *c;
	const struct program_view *v;
	enum { FLAGS, OPTS, ARGS } which;
};

static void
number_member(struct json *j, const char *name, size_t n)
{
	key(j, name);
	fprintf(j->out, "%zu", n);
}

static void
print_part(void *ctx, const struct program_part *p)
{
	struct parts *x = ctx;
	bool is_flag = p->type.type == BLOB_PROG_FLAG;

	if (x->which != (is_flag ? FLAGS : p->option != NULL ? OPTS : ARGS))
		return;
	item(x->j);
	begin(x->j, '{');
	if (is_flag)
		member(x->j, "name", x->c->argv[p->word]);
	else if (p->option != NULL)
		member(x->j, "name", p->option);
	else
		number_member(x->j, "index", p->word - 1);
	if (!is_flag) {
		member(x->j, "type", program_type_name(p->type.type));
		member(x->j, "value", x->c->argv[p->word]);
	}
	end(x->j, '}');
}

/* The words of a command that fits its spec. */
static void
words(struct parts *x, const struct program_verdict *p)
{
	static const char *const names[] = { "flags", "opts", "args" };
	const struct program_command pc = { .argv = x->c->argv,
	    .argc = x->c->argc };
	struct program_spec_view spec;
	struct program_verdict again;
	uint32_t i, path;

	for (x->which = FLAGS; x->which <= ARGS; x->which++) {
		key(x->j, names[x->which]);
		begin(x->j, '[');
		program_try(x->v, p->spec, &pc, print_part, x, &again);
		end(x->j, ']');
	}
	if (program_spec_get(x->v, p->spec, &spec) != BLOB_OK)
		return;
	key(x->j, "systemPath");
	begin(x->j, '[');
	for (i = 0; i < spec.paths.n; i++)
		if (program_path_get(x->v, spec.paths.first + i, &path) ==
		    BLOB_OK) {
			item(x->j);
			string(x->j, program_str(x->v, path));
		}
	end(x->j, ']');
}

static void
program(struct json *j, const struct rules_command *c, const struct blob *b,
    const struct program_verdict *p)
{
	struct program_view v;
	struct parts x = { .j = j, .c = c, .v = &v };
	bool fits = p->cause == PROGRAM_FITS || p->cause == PROGRAM_BY_SPEC;

	if (program_view_of(&v, b) != BLOB_OK)
		return;
	item(j);
	begin(j, '{');
	key(j, "programMatch");
	begin(j, '{');
	member(j, "program", c->argv[0]);
	member(j, "result", program_result_name(p->result));
	member(j, "decision", rules_decision_name(p->decision));
	if (p->cause != PROGRAM_FITS)
		member(j, "cause", program_cause_name(p->cause));
	if (p->word > 0)
		number_member(j, "index", p->word - 1);
	member(j, "detail", p->detail == 0 ? NULL :
	    program_str(&v, p->detail));
	member(j, "reason", p->why == 0 ? NULL : program_str(&v, p->why));
	if (fits)
		words(&x, p);
	end(j, '}');
	end(j, '}');
}

/* The strictest so far, once there is any. */
struct strictest {
	enum blob_decision decision;
	bool is_any, is_open;
};

static void
add_decision(struct strictest *s, enum blob_decision d)
{
	s->is_any = true;
	if (d > s->decision)
		s->decision = d;
}

static void
answer(struct json *j, const struct rules_answer *a, const struct blob *b,
    struct strictest *s)
{
	const struct program_verdict *p = a->program;
	size_t i;

	for (i = 0; i < a->nhits; i++) {
		hit(j, &a->command, &a->hits[i]);
		add_decision(s, a->hits[i].rule->decision);
	}
	if (p != NULL && p->result != PROGRAM_NONE) {
		program(j, &a->command, b, p);
		add_decision(s, p->decision);
	}
}

static void
part(struct json *j, const struct rules_part *p, struct strictest *s)
{
	size_t i;

	item(j);
	begin(j, '{');
	member(j, "kind", p->kind);
	if (p->construct != NULL)
		add_decision(s, BLOB_PROMPT);
	s->is_open |= p->is_open;
	member(j, "construct", p->construct);
	if (p->column > 0)
		number_member(j, "column", p->column);
	key(j, "words");
	begin(j, '[');
	for (i = 0; i < p->argc; i++) {
		item(j);
		string(j, p->argv[i]);
	}
	end(j, ']');
	end(j, '}');
}

void
rules_print_json(FILE *out, const struct rules_result *r, bool is_pretty)
{
	struct json j = { .out = out, .is_pretty = is_pretty };
	struct strictest s = { .decision = BLOB_ALLOW };
	size_t i;

	begin(&j, '{');
	key(&j, "matchedRules");
	begin(&j, '[');
	for (i = 0; i < r->nanswers; i++)
		answer(&j, &r->answers[i], r->b, &s);
	end(&j, ']');
	if (r->is_split) {
		key(&j, "parts");
		begin(&j, '[');
		for (i = 0; i < r->nparts; i++)
			part(&j, &r->parts[i], &s);
		end(&j, ']');
	}
	/* Where no rule speaks of a part, none allows the whole. */
	if (s.is_any && !(s.is_open && s.decision == BLOB_ALLOW))
		member(&j, "decision", rules_decision_name(s.decision));
	end(&j, '}');
}
