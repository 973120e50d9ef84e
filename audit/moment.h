/*
 * Points in time, in milliseconds since 1970.
 */
#ifndef AUDIT_MOMENT_H
#define AUDIT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* RFC 3339: 2026-11-24T12:42:56.161Z, or +01:00 for the Z. */
bool moment_read(const char *s, int64_t *ms);

/* What a person writes: RFC 3339, a date, or "10m" for ten minutes ago. */
bool moment_read_option(const char *s, int64_t now, int64_t *ms);

int64_t moment_now(void);

#define MOMENT_CAP	32
void moment_put(int64_t ms, char out[MOMENT_CAP]);

#endif
