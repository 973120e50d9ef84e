/* Commas, indentation and quotes. */
#include "compiler/jsonout.h"

#include <inttypes.h>

#include "compiler/dump_quote.h"

static void
new_line(const struct jsonout *j)
{
	unsigned i;

	putc('\n', j->out);
	for (i = 0; i < j->depth; i++)
		fputs("  ", j->out);
}

static void
begin(struct jsonout *j, const char *key)
{
	if (j->has_members)
		putc(',', j->out);
	if (j->depth > 0)
		new_line(j);
	if (key != NULL)
		fprintf(j->out, "%s: ", dump_quote_json(j->a, key));
	j->has_members = true;
}

void
jsonout_open(struct jsonout *j, const char *key, char bracket)
{
	begin(j, key);
	putc(bracket, j->out);
	j->depth++;
	j->has_members = false;
}

void
jsonout_close(struct jsonout *j, char bracket)
{
	bool was_empty = !j->has_members;

	j->depth--;
	if (!was_empty)
		new_line(j);
	putc(bracket, j->out);
	j->has_members = true;
	if (j->depth == 0)
		putc('\n', j->out);
}

void
jsonout_string(struct jsonout *j, const char *key, const char *s)
{
	begin(j, key);
	fputs(dump_quote_json(j->a, s), j->out);
}

void
jsonout_number(struct jsonout *j, const char *key, uint64_t v)
{
	begin(j, key);
	fprintf(j->out, "%" PRIu64, v);
}

void
jsonout_bool(struct jsonout *j, const char *key, bool v)
{
	begin(j, key);
	fputs(v ? "true" : "false", j->out);
}

void
jsonout_hex(struct jsonout *j, const char *key, uint64_t v)
{
	begin(j, key);
	fprintf(j->out, "\"0x%" PRIx64 "\"", v);
}
