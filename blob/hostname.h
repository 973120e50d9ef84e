/*
 * Names of hosts as text: compared without regard to case, a final dot is
 * no part of them.
 */
#ifndef BLOB_HOSTNAME_H
#define BLOB_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

#define HOSTNAME_MAX	253
#define HOSTNAME_CAP	(HOSTNAME_MAX + 1)

/*
 * Labels of letters, digits, "-" and "_", none of them empty.  Not what a
 * resolver could read as an address: 127.1, 0x7f000001.
 */
bool hostname_is_valid(const char *s, size_t n);

bool hostname_is_same(const char *x, const char *y);

/* "*.example.com" is every name below example.com, "*" every name at all. */
bool hostname_matches(const char *pattern, const char *host);

/* A name or an address that stays on this machine: 127.0.0.0/8 or ::1. */
bool hostname_is_loopback(const char *host);

#endif
