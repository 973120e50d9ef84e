/* The answer of `execpolicy check', byte for byte as Codex prints it. */
#include "compiler/rules.h"

#include <string.h>

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

void
rules_print_json(FILE *out, const struct rules_command *c,
    const struct rules_hit *hits, size_t nhits, bool is_pretty)
{
	struct json j = { .out = out, .is_pretty = is_pretty };
	enum blob_decision strictest = BLOB_ALLOW;
	size_t i;

	begin(&j, '{');
	key(&j, "matchedRules");
	begin(&j, '[');
	for (i = 0; i < nhits; i++) {
		hit(&j, c, &hits[i]);
		if (hits[i].rule->decision > strictest)
			strictest = hits[i].rule->decision;
	}
	end(&j, ']');
	if (nhits > 0)
		member(&j, "decision", rules_decision_name(strictest));
	end(&j, '}');
}
