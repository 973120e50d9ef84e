/* Fuzz target of a script's first line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static bool
is_word(const struct script_line *l, const char *w)
{
	return w > l->head && w < l->head + SCRIPT_HEAD && *w != '\0' &&
	    strchr(" \t\n", *w) == NULL;
}

/* What is found lies in the line, and begins where a word does. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct script_line *l = calloc(1, sizeof(*l));

	if (l == NULL)
		abort();
	memcpy(l->head, p, len < SCRIPT_HEAD ? len : SCRIPT_HEAD);
	if (script_parse(l) > 0 && (*l->interpreter != '/' ||
	    !is_word(l, l->interpreter) || strchr(l->interpreter, ' ') != NULL
	    || (l->argument != NULL && (!is_word(l, l->argument) ||
	    strchr(l->argument, '\n') != NULL))))
		abort();
	free(l);
	return 0;
}
