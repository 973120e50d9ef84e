/*
 * A profile as written: maps, lists and scalars with their places.
 *
 * yaml.c makes the tree from text, schema.c checks its shape, merge.c joins
 * the trees of `extends', lower.c reads values.  Nodes live in the arena.
 */
#ifndef COMPILER_NODE_H
#define COMPILER_NODE_H

#include <stdbool.h>

#include "compiler/diag.h"

#define NODE_MAX_DEPTH	32
#define NODE_MAX_COUNT	1000000	/* nodes of one file */

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct loc loc;		/* where the value comes from (`!from') */
	struct loc at;		/* where it stands */
	bool is_plain;		/* scalar without quotes */
	bool is_exact;		/* text stands on one line, byte for byte */
	bool is_replace;	/* list tagged `!replace' */
	const char *text;	/* scalar */
	struct node *key;	/* in a map: the key's scalar */
	struct node *first, *last;	/* list, map */
	struct node *next;	/* in its list or map */
};

/* Value of a map's key, or NULL. */
struct node *node_get(const struct node *map, const char *key);
void node_add(struct node *list, struct node *child);
/* Shallow copy, without siblings. */
struct node *node_copy(struct arena *a, const struct node *n);
/* "a list", "a map", "text \"x\"", "nothing": for messages. */
const char *node_what(struct arena *a, const struct node *n);

/*
 * Parse one YAML document.  Returns the root map, or NULL when
 * nothing can be made of it; d counts what is wrong either way.  Anchors, aliases, several documents, and tags other than
 * `!replace' and `!from [ORIGIN, VALUE]' are refused by name.
 */
struct node *yaml_read(struct arena *a, struct diag *d,
    const struct source *src);

#endif
