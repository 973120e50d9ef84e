/*
 * What the runtime reads of places that others write: git's configuration,
 * the table of mounts.  Nothing crashes; a value stays within its buffer; a
 * mount that is taken has absolute paths.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/aliases.h"
#include "runtime/gitdirs.h"

#define CHUNK	((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_config(const char *text)
{
	char value[64];

	(void)git_config_is_split(text);
	if (git_config_worktree(text, value, sizeof(value)) &&
	    (value[0] == '\0' || strlen(value) >= sizeof(value) ||
	    strpbrk(value, "\"\r\n") != NULL))
		abort();
}

static void
read_mounts(char *text, size_t len)
{
	static char memory[CHUNK];
	struct scratch mem = { .p = memory, .cap = sizeof(memory) };
	struct aliases a;

	memset(memory, 0, sizeof(memory));
	if (aliases_parse(&a, &mem, text, len) < 0)
		return;
	for (size_t i = 0; i < a.count; i++)
		if (a.list[i].root[0] != '/' || a.list[i].at[0] != '/' ||
		    strchr(a.list[i].device, '\n') != NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	read_config(text);
	read_mounts(text, size);
	free(text);
	return 0;
}
