/* SARIF from diagnostics: see sarif.h. */
#include "compiler/sarif.h"

#include <string.h>

#define SCHEMA	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/" \
		"schemas/sarif-schema-2.1.0.json"
#define REFUSED	"policy-error"	/* what has no name of its own */

struct place {
	struct loc at;
	const char *text;
	struct place *next;
};

struct result {
	const char *rule, *level, *text;
	struct loc at;
	struct place *notes, *last_note;
	struct result *next;
};

struct rule {
	const char *id, *summary;
	struct rule *next;
};

struct sarif {
	struct arena *a;
	const char *version;
	struct rule *rules, *last_rule;
	struct result *results, *last_result;
};

struct sarif *
sarif_new(struct arena *a, const char *version)
{
	struct sarif *s = arena_alloc(a, sizeof(*s));

	s->a = a;
	s->version = version;
	sarif_rule(s, REFUSED, "a policy that does not compile");
	return s;
}

void
sarif_rule(struct sarif *s, const char *id, const char *summary)
{
	struct rule *r = arena_alloc(s->a, sizeof(*r));

	*r = (struct rule){ .id = id, .summary = summary };
	if (s->last_rule != NULL)
		s->last_rule->next = r;
	else
		s->rules = r;
	s->last_rule = r;
}

static int
rule_index(const struct sarif *s, const char *id)
{
	const struct rule *r;
	int i = 0;

	for (r = s->rules; r != NULL; r = r->next, i++)
		if (strcmp(r->id, id) == 0)
			return i;
	return -1;
}

static void
add_note(struct sarif *s, struct loc at, const char *text)
{
	struct place *p = arena_alloc(s->a, sizeof(*p));
	struct result *r = s->last_result;

	if (r == NULL)
		return;
	*p = (struct place){ .at = at, .text = arena_strdup(s->a, text) };
	if (r->last_note != NULL)
		r->last_note->next = p;
	else
		r->notes = p;
	r->last_note = p;
}

void
sarif_sink(void *ctx, const char *kind, const char *check, struct loc at,
    const char *text)
{
	struct sarif *s = ctx;
	struct result *r;

	if (strcmp(kind, "note") == 0) {
		add_note(s, at, text);
		return;
	}
	r = arena_alloc(s->a, sizeof(*r));
	*r = (struct result){ .rule = check != NULL ? check : REFUSED,
	    .level = kind, .text = arena_strdup(s->a, text), .at = at };
	if (rule_index(s, r->rule) == -1)
		sarif_rule(s, r->rule, "a warning of the compiler");
	if (s->last_result != NULL)
		s->last_result->next = r;
	else
		s->results = r;
	s->last_result = r;
}

/* --- text ------------------------------------------------------------------ */

/* Text is UTF-8 or escaped already; a stray byte becomes U+FFFD. */
static void
put_string(FILE *out, const char *s)
{
	size_t n;

	putc('"', out);
	for (; *s != '\0'; s += n) {
		unsigned char c = (unsigned char)*s;
		size_t want = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 :
		    c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

		for (n = 1; n < want && ((unsigned char)s[n] & 0xc0) == 0x80;)
			n++;
		if (n != want)
			fputs("\\ufffd", out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fwrite(s, 1, n, out);
	}
	putc('"', out);
}

/* A path as the path of a URI. */
static void
put_uri(FILE *out, const char *path)
{
	putc('"', out);
	for (; *path != '\0'; path++)
		if ((*path >= 'a' && *path <= 'z') || (*path >= 'A' &&
		    *path <= 'Z') || (*path >= '0' && *path <= '9') ||
		    strchr("/._-~", *path) != NULL)
			putc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*path);
	putc('"', out);
}

/* Column in characters; ours are bytes. */
static unsigned
column_of(struct loc at)
{
	size_t len, i;
	const char *line = source_line(at.src, at.line, &len);
	unsigned n = 1;

	if (at.src->text == NULL)
		return at.col;
	for (i = 0; i + 1 < at.col && i < len; i++)
		n += ((unsigned char)line[i] & 0xc0) != 0x80;
	return n;
}

static void
put_location(FILE *out, struct loc at)
{
	fputs("{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ", out);
	put_uri(out, at.src->name);
	putc('}', out);
	if (at.line > 0)
		fprintf(out, ", \"region\": {\"startLine\": %u, "
		    "\"startColumn\": %u}", at.line, column_of(at));
	putc('}', out);
}

static void
put_notes(FILE *out, const struct place *p)
{
	const char *comma = "";

	fputs(",\n\t\t\t\t\"relatedLocations\": [", out);
	for (; p != NULL; p = p->next) {
		if (p->at.src == NULL)
			continue;
		fputs(comma, out);
		put_location(out, p->at);
		fputs(", \"message\": {\"text\": ", out);
		put_string(out, p->text);
		fputs("}}", out);
		comma = ", ";
	}
	putc(']', out);
}

static void
put_result(const struct sarif *s, FILE *out, const struct result *r)
{
	fputs("\n\t\t\t{\n\t\t\t\t\"ruleId\": ", out);
	put_string(out, r->rule);
	fprintf(out, ",\n\t\t\t\t\"ruleIndex\": %d,\n\t\t\t\t\"level\": \"%s\","
	    "\n\t\t\t\t\"message\": {\"text\": ", rule_index(s, r->rule),
	    r->level);
	put_string(out, r->text);
	fputs("}", out);
	if (r->at.src != NULL) {
		fputs(",\n\t\t\t\t\"locations\": [", out);
		put_location(out, r->at);
		fputs("}]", out);
	}
	if (r->notes != NULL)
		put_notes(out, r->notes);
	fputs("\n\t\t\t}", out);
}

void
sarif_write(const struct sarif *s, FILE *out)
{
	const struct result *r;
	const struct rule *rule;

	fputs("{\n\t\"$schema\": \"" SCHEMA "\",\n\t\"version\": \"2.1.0\",\n"
	    "\t\"runs\": [{\n\t\t\"tool\": {\"driver\": {\n"
	    "\t\t\t\"name\": \"codex-policyc\",\n\t\t\t\"version\": ", out);
	put_string(out, s->version);
	fputs(",\n\t\t\t\"rules\": [", out);
	for (rule = s->rules; rule != NULL; rule = rule->next) {
		fputs("\n\t\t\t\t{\"id\": ", out);
		put_string(out, rule->id);
		fputs(", \"shortDescription\": {\"text\": ", out);
		put_string(out, rule->summary);
		fputs(rule->next != NULL ? "}}," : "}}", out);
	}
	fputs("\n\t\t\t]\n\t\t}},\n\t\t\"columnKind\": \"unicodeCodePoints\","
	    "\n\t\t\"results\": [", out);
	for (r = s->results; r != NULL; r = r->next) {
		put_result(s, out, r);
		if (r->next != NULL)
			putc(',', out);
	}
	fputs("\n\t\t]\n\t}]\n}\n", out);
}
