/* JSON on its way out: indented, keys in the order of the calls. */
#ifndef COMPILER_JSONOUT_H
#define COMPILER_JSONOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "compiler/arena.h"

struct jsonout {
	struct arena *a;
	FILE *out;
	unsigned depth;
	bool has_members;	/* in the object or array at hand */
};

/* key is NULL within an array and for the whole. */
void jsonout_open(struct jsonout *j, const char *key, char bracket);
void jsonout_close(struct jsonout *j, char bracket);
void jsonout_string(struct jsonout *j, const char *key, const char *s);
void jsonout_number(struct jsonout *j, const char *key, uint64_t v);
void jsonout_bool(struct jsonout *j, const char *key, bool v);
/* In text, since readers keep 53 bits of a number. */
void jsonout_hex(struct jsonout *j, const char *key, uint64_t v);

#endif
