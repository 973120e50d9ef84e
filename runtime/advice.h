/*
 * What to write into a profile so that a denied thing is allowed: the least
 * that does it, and nothing for places that should stay closed.
 */
#ifndef RUNTIME_ADVICE_H
#define RUNTIME_ADVICE_H

#include "blob/judge.h"
#include "runtime/resolve.h"
#include "runtime/text.h"

/* For a file; nothing where a file should not be had that way. */
void advice_file(const struct judge_verdict *v, const struct resolved *at,
    const struct judge_vars *vars, struct text *out);

/* For a call that no rule names. */
void advice_call(const struct judge_verdict *v, const char *name,
    struct text *out);

/* For a port. */
void advice_port(const struct judge_verdict *v, uint16_t port,
    struct text *out);

/* For a name or an address that the proxy is asked for. */
void advice_domain(const char *host, uint16_t port, struct text *out);

/* May advice name this path? */
bool advice_may_name(const char *path, const struct judge_vars *vars);

/* And this socket's?  Some hand over the machine, or somebody's keys. */
bool advice_may_connect(const char *path, const struct judge_vars *vars);

#endif
