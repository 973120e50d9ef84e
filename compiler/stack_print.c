/* A stack as lines, as a table, as JSON: see stack.h. */
#include <string.h>

#include "compiler/columns.h"
#include "compiler/dump_quote.h"
#include "compiler/jsonout.h"
#include "compiler/stack.h"

static const char *const sections[STACK_NSECTIONS] = {
	[STACK_FILES] = "filesystem", [STACK_NETWORK] = "network",
	[STACK_SYSCALLS] = "syscalls", [STACK_EXEC] = "exec",
	[STACK_ENVIRONMENT] = "environment", [STACK_LIMITS] = "limits",
	[STACK_PROCESS] = "process", [STACK_AUDIT] = "audit",
	[STACK_DEGRADE] = "degrade",
};

static const char *
layer_name(const struct stack *s, size_t layer)
{
	return blob_str(s->layers[layer].b, s->meta[layer].name);
}

static const char *
digest_text(const struct stack *s, size_t layer)
{
	const uint8_t *p = blob_digest(s->layers[layer].b);
	char *hex = arena_alloc(s->a, 65);
	size_t i;

	for (i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	return hex;
}

static const char *
resource_of(const struct stack *s, const struct stack_row *row)
{
	return dump_escape(s->a, row->target[0] == '\0' ? row->what :
	    arena_printf(s->a, "%s %s", row->what, row->target));
}

/* "1 offline.yaml:8, 2": who is behind it, by number. */
static const char *
by_text(const struct stack *s, const struct stack_row *row)
{
	const struct stack_by *by;
	const char *text = "", *at;

	for (by = row->by; by != NULL; by = by->next) {
		at = dump_rule_line(&s->layers[by->layer], by->rule);
		text = arena_printf(s->a, "%s%s%zu%s%s", text,
		    by == row->by ? "" : ", ", by->layer + 1,
		    at != NULL ? " " : "", at != NULL ? at : "");
	}
	return text[0] == '\0' ? "-" : dump_escape(s->a, text);
}

static void
print_layers(const struct stack *s, FILE *out)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		fprintf(out, "layer %zu: %s  # sha256 %s\n", i + 1,
		    dump_escape(s->a, layer_name(s, i)), digest_text(s, i));
	if (s->arch != NULL)
		fprintf(out, "architecture: %s\n", s->arch->name);
}

void
stack_print(const struct stack *s, FILE *out)
{
	const struct stack_row *row;

	print_layers(s, out);
	for (row = s->rows; row != NULL; row = row->next)
		fprintf(out, "%s: %s%s%s%s  # layer %s\n",
		    resource_of(s, row), dump_escape(s->a, row->status),
		    row->note != NULL ? " (" : "",
		    row->note != NULL ? row->note : "",
		    row->note != NULL ? ")" : "", by_text(s, row));
}

/* --- columns ------------------------------------------------------------ */

void
stack_print_table(const struct stack *s, FILE *out)
{
	size_t width[3] = { 8, 6, 8 };
	const struct stack_row *row;

	print_layers(s, out);
	for (row = s->rows; row != NULL; row = row->next) {
		width[0] = columns_widest(width[0], resource_of(s, row));
		width[1] = columns_widest(width[1], dump_escape(s->a, row->status));
		width[2] = columns_widest(width[2], row->strength);
	}
	columns_put(out, "RESOURCE", width[0]);
	columns_put(out, "STATUS", width[1]);
	columns_put(out, "STRENGTH", width[2]);
	fputs("LAYER AND LINE\n", out);
	for (row = s->rows; row != NULL; row = row->next) {
		columns_put(out, resource_of(s, row), width[0]);
		columns_put(out, dump_escape(s->a, row->status), width[1]);
		columns_put(out, row->strength, width[2]);
		fputs(by_text(s, row), out);
		if (row->note != NULL)
			fprintf(out, "  (%s)", row->note);
		putc('\n', out);
	}
}

/* --- JSON --------------------------------------------------------------- */

static void
put_by(const struct stack *s, struct jsonout *j, const struct stack_by *by)
{
	const struct dump *d = &s->layers[by->layer];
	const char *at = dump_rule_line(d, by->rule);

	jsonout_open(j, NULL, '{');
	jsonout_number(j, "layer", by->layer + 1);
	jsonout_string(j, "profile", layer_name(s, by->layer));
	if (at != NULL) {
		jsonout_string(j, "id", dump_rule_name(d, by->rule));
		jsonout_string(j, "src", at);
	}
	jsonout_close(j, '}');
}

static void
put_row(const struct stack *s, struct jsonout *j,
    const struct stack_row *row)
{
	const struct stack_by *by;

	jsonout_open(j, NULL, '{');
	jsonout_string(j, "resource", row->what);
	jsonout_string(j, "target", row->target);
	jsonout_string(j, "status", row->status);
	jsonout_string(j, "strength", row->strength);
	if (row->note != NULL)
		jsonout_string(j, "note", row->note);
	jsonout_open(j, "by", '[');
	for (by = row->by; by != NULL; by = by->next)
		put_by(s, j, by);
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

void
stack_print_json(const struct stack *s, FILE *out)
{
	struct jsonout j = { .a = s->a, .out = out };
	const struct stack_row *row;
	unsigned k;
	size_t i;

	jsonout_open(&j, NULL, '{');
	jsonout_number(&j, "format", 1);
	jsonout_open(&j, "layers", '[');
	for (i = 0; i < s->n; i++) {
		jsonout_open(&j, NULL, '{');
		jsonout_number(&j, "layer", i + 1);
		jsonout_string(&j, "name", layer_name(s, i));
		jsonout_string(&j, "sha256", digest_text(s, i));
		jsonout_close(&j, '}');
	}
	jsonout_close(&j, ']');
	if (s->arch != NULL)
		jsonout_string(&j, "architecture", s->arch->name);
	for (k = 0; k < STACK_NSECTIONS; k++) {
		jsonout_open(&j, sections[k], '[');
		for (row = s->rows; row != NULL; row = row->next)
			if (row->section == k)
				put_row(s, &j, row);
		jsonout_close(&j, ']');
	}
	jsonout_close(&j, '}');
}
