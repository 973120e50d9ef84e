/*
 * The shape of a profile: which keys there are and what each may hold.
 *
 * One table serves the check of a file, the way lists are joined by
 * `extends', and the reference in the manual.
 */
#ifndef COMPILER_SCHEMA_H
#define COMPILER_SCHEMA_H

#include "compiler/node.h"

enum schema_type {
	SCHEMA_TEXT,	/* any scalar */
	SCHEMA_BOOL,	/* true | false */
	SCHEMA_INT,	/* 0 .. max */
	SCHEMA_WORD,	/* one of words */
	SCHEMA_LIST,	/* of elem */
	SCHEMA_MAP,	/* of the keys in sub */
	SCHEMA_ANY_MAP,	/* any key to elem */
	SCHEMA_FREE	/* shape is checked where it is read */
};

struct schema {
	const char *key;
	enum schema_type type;
	const char *const *words;	/* NULL-terminated */
	const struct schema *sub;	/* ends with a NULL key */
	const struct schema *elem;
	unsigned long min, max;
	bool own_first;		/* a list's own entries before inherited */
	bool is_local;		/* not inherited by `extends' */
};

/* The keys of a profile's root; ends with a NULL key. */
const struct schema *schema_root(void);
const struct schema *schema_find(const struct schema *table, const char *key);

/*
 * The words of keys that take one, NULL-terminated, in the order of the
 * format's enumerations and bits.
 */
extern const char *const schema_device_words[];
extern const char *const schema_net_words[];
extern const char *const schema_decision_words[];
extern const char *const schema_scope_words[];
extern const char *const schema_session_words[];
extern const char *const schema_event_words[];
extern const char *const schema_redact_words[];
extern const char *const schema_namespace_words[];
extern const char *const schema_degrade_words[];
extern const char *const schema_arch_words[];	/* as sysc_arch_at() */

/* Which of words a checked node is; `otherwise' without a node. */
unsigned schema_word_index(const struct node *n, const char *const *words,
    unsigned otherwise);

/* Report every key or value of the tree that does not fit. */
void schema_check(struct arena *a, struct diag *d, const struct node *root);

#endif
