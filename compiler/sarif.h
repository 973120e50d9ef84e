/*
 * Findings as SARIF 2.1.0, the format that code hosts show beside the lines.
 * Messages are collected through a diag's sink and written at the end.
 */
#ifndef COMPILER_SARIF_H
#define COMPILER_SARIF_H

#include "compiler/diag.h"

struct sarif;

struct sarif *sarif_new(struct arena *a, const char *version);
/* A kind of finding, in the order in which they are listed. */
void sarif_rule(struct sarif *s, const char *id, const char *summary);
/* For struct diag. */
void sarif_sink(void *s, const char *kind, const char *check, struct loc at,
    const char *text);
void sarif_write(const struct sarif *s, FILE *out);

#endif
