/*
 * Lines of an audit file.  Nothing crashes; a record that is taken has its
 * texts within its own memory, each with its end.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_line(struct record *r, const char *line, size_t len)
{
	enum record_error e = record_read(r, line, len);

	require(e < RECORD_NERRORS && record_strerror(e)[0] != '\0');
	if (e != RECORD_OK)
		return;
	require(r->used <= sizeof(r->arena));
	for (int i = 0; i < NFIELDS; i++)
		require(strlen(r->text[i]) <= len);
	require(r->number[FIELD_V] == 1 && r->text[FIELD_EVENT][0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record *r = malloc(sizeof(*r));
	const char *p = (const char *)data, *end = p + size;

	require(r != NULL);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *to = nl != NULL ? nl : end;

		check_line(r, p, (size_t)(to - p));
		p = to + 1;
	}
	free(r);
	return 0;
}
