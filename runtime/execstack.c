/* The stack of a fresh program: see execstack.h. */
#include "runtime/execstack.h"

#include <string.h>

#include "runtime/kernel.h"

struct stack {
	const uint8_t *p;
	size_t len, at;
	uint64_t sp;
	size_t word;
};

/* The next word; 0 past the end, which ends every list. */
static uint64_t
next(struct stack *s)
{
	uint64_t v = 0;

	if (s->len - s->at < s->word) {
		s->at = s->len;
		return 0;
	}
	memcpy(&v, s->p + s->at, s->word);
	s->at += s->word;
	return v;
}

/* The string at an address, or NULL: it does not lie in these bytes. */
static const char *
string_at(const struct stack *s, uint64_t address)
{
	uint64_t off = address - s->sp;

	if (address < s->sp || off >= s->len ||
	    memchr(s->p + off, '\0', (size_t)(s->len - off)) == NULL)
		return NULL;
	return (const char *)(s->p + off);
}

int
execstack_read(const uint8_t *p, size_t len, uint64_t sp, size_t word,
    const char **argv, size_t cap, struct execstack *out)
{
	struct stack s = { .p = p, .len = len, .sp = sp, .word = word };
	uint64_t argc = next(&s), key, value;

	*out = (struct execstack){ .argv = argv };
	if (argc > cap)
		return -1;
	for (; out->argc < argc; out->argc++) {
		argv[out->argc] = string_at(&s, next(&s));
		if (argv[out->argc] == NULL)
			return -1;
	}
	if (next(&s) != 0)
		return -1;
	while (next(&s) != 0)
		;
	while ((key = next(&s)) != 0) {
		value = next(&s);
		if (key == K_AT_EXECFN)
			out->execfn = string_at(&s, value);
	}
	return 0;
}
