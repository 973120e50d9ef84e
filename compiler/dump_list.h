/*
 * Values of a profile as YAML, each with where it came from, and lists of them
 * in the order of their rules.
 */
#ifndef COMPILER_DUMP_LIST_H
#define COMPILER_DUMP_LIST_H

#include "compiler/dump.h"

/* A value of a list, with its rule number: lists are printed in its order. */
struct dump_entry {
	uint32_t rule;
	size_t at;
	const char *text;	/* as YAML */
};

struct dump_list {
	struct dump_entry *v;
	size_t n, cap;
};

void dump_list_add(struct dump *d, struct dump_list *l, uint32_t rule,
    const char *text);
void dump_list_sort(struct dump_list *l);

/* A list whose own line is `rule' (0: none); entries by their numbers. */
void dump_list_put(const struct dump *d, const char *key, uint32_t rule,
    struct dump_list *l);

/* The value as it came from its line; as it is without one. */
const char *dump_from(const struct dump *d, uint32_t rule,
    const char *value);

#endif
