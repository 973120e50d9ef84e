/*
 * The rules as they were written, and the host executables, as the last
 * arrays of the EXEC section: for who explains a decision.
 */
#ifndef COMPILER_AUTOMATON_RULES_H
#define COMPILER_AUTOMATON_RULES_H

#include "compiler/automaton_put.h"

/* By name, each once. */
struct automaton_hosts {
	const struct host_executable **v;
	size_t n, npaths;
};

/* Of several for one name the last holds. */
void automaton_sort_hosts(struct arena *a, const struct rule_set *set,
    struct automaton_hosts *out);

/* Rules, exceptions, elements, alternatives, hosts and their paths. */
void automaton_put_rules(struct arena *a, const struct automaton_parts *p,
    const struct automaton_hosts *hosts, struct blob_writer *w,
    struct blob_buf *out);

#endif
