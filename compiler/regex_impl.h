/* Between the parser of regular expressions and their automaton. */
#ifndef COMPILER_REGEX_IMPL_H
#define COMPILER_REGEX_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/arena.h"

#define REGEX_MAX_REPEAT	100	/* copies that {m,n} makes */

enum regex_kind {
	REGEX_EMPTY, REGEX_SET, REGEX_THEN, REGEX_OR, REGEX_REPEAT,
	REGEX_BEGIN, REGEX_END
};

struct regex_set {
	uint8_t has[32];		/* a bit for each byte */
};

struct regex_tree {
	enum regex_kind kind;
	struct regex_set set;
	const struct regex_tree *l, *r;
	unsigned least, most;		/* of REPEAT; most 0: no limit */
};

/* NULL after an error, which is *fault at byte *at. */
const struct regex_tree *regex_parse(struct arena *a, const char *text,
    const char **fault, size_t *at);

static inline bool
regex_has(const struct regex_set *s, unsigned byte)
{
	return (s->has[byte >> 3] >> (byte & 7) & 1) != 0;
}

#endif
