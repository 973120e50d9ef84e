/*
 * The text of one policy file and places in it.
 *
 * A source owns nothing that outlives the arena; locations point to it.  A
 * source without text stands for a file that is only known by name (a value
 * that carries its origin): it has locations but no excerpt.
 */
#ifndef COMPILER_SOURCE_H
#define COMPILER_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "compiler/arena.h"

#define SOURCE_MAX_BYTES	(16u << 20)

struct loc;

struct source {
	const char *name;	/* as shown in diagnostics and DBGI */
	const char *path;	/* as opened; file references start here */
	const char *text;	/* len bytes and a NUL, or NULL */
	size_t len;
	/* Where the text's first byte comes from (`!from'), or NULL. */
	const struct loc *origin;
	/*
	 * Where a place in it really is; NULL: here.  Looked up when a message
	 * needs it.  Columns count on through the whole text (scalar.h).
	 */
	struct loc (*place)(struct loc at);
	const void *holder;	/* for that function */
};

struct loc {
	const struct source *src;	/* NULL: nowhere */
	uint32_t line;			/* from 1 */
	uint32_t col;			/* bytes, from 1 */
	uint32_t len;			/* bytes to underline, at least 1 */
};

/* Where what stands there comes from: the place itself, or its origin. */
struct loc source_origin(struct loc at);

/* Where a place really is, that of a source which stands elsewhere. */
struct loc source_place(struct loc at);
/*
 * A source for text that was made from what stands at `at': all of it is
 * there.
 */
struct loc source_made(struct arena *a, const char *text, struct loc at);

enum source_error {
	SOURCE_OK = 0,
	SOURCE_ERR_OPEN = -1,	/* see errno */
	SOURCE_ERR_READ = -2,	/* see errno */
	SOURCE_ERR_SIZE = -3,	/* more than SOURCE_MAX_BYTES */
	SOURCE_ERR_KIND = -4	/* not a regular file */
};

const char *source_strerror(int err);

/* Read path; name is copied too.  On error *out is untouched. */
int source_load(struct arena *a, const char *path, const char *name,
    const struct source **out);

/* The same of a pipe or a device, too, whose end is waited for. */
int source_load_any(struct arena *a, const char *path, const char *name,
    const struct source **out);

/* A source of n bytes in memory, which are copied. */
const struct source *source_text(struct arena *a, const char *name,
    const char *text, size_t n);

/* A file known by its name alone. */
const struct source *source_named(struct arena *a, const char *name);

/* Line number `line' without its newline; "" and *len 0 past the end. */
const char *source_line(const struct source *s, uint32_t line, size_t *len);

#endif
