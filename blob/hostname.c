/* Names of hosts: see hostname.h. */
#include "blob/hostname.h"

#include <string.h>

#include "blob/address.h"

#define LABEL_MAX	63

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A final dot says "from the root", where every name starts anyway. */
static size_t
host_len(const char *host)
{
	size_t n = strlen(host);

	return n > 1 && host[n - 1] == '.' ? n - 1 : n;
}

static bool
same_text(const char *x, const char *y, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (lower(x[i]) != lower(y[i]))
			return false;
	return true;
}

/* The last label of a name is no number: those of addresses are. */
static bool
is_number(const char *s, size_t n)
{
	size_t i;

	if (n >= 2 && s[0] == '0' && lower(s[1]) == 'x')
		return true;
	for (i = 0; i < n && is_digit(s[i]); i++)
		continue;
	return i == n;
}

static bool
is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) ||
	    c == '-' || c == '_';
}

bool
hostname_is_valid(const char *s, size_t n)
{
	size_t start = 0, i;

	if (n > 1 && s[n - 1] == '.')
		n--;
	if (n == 0 || n > HOSTNAME_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] != '.') {
			if (!is_letter(s[i]) || i - start >= LABEL_MAX)
				return false;
			continue;
		}
		if (i == start || i + 1 == n)
			return false;
		start = i + 1;
	}
	return !is_number(s + start, n - start);
}

bool
hostname_is_same(const char *x, const char *y)
{
	struct address a, b;
	size_t n = host_len(x);

	if (address_parse(x, &a) && address_parse(y, &b))
		return address_is_same(&a, &b);
	return n == host_len(y) && same_text(x, y, n);
}

bool
hostname_matches(const char *pattern, const char *host)
{
	size_t n, len = host_len(host);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (strncmp(pattern, "*.", 2) != 0)
		return hostname_is_same(pattern, host);
	pattern++;
	n = host_len(pattern);
	return len > n && same_text(pattern, host + len - n, n);
}

bool
hostname_is_loopback(const char *host)
{
	struct address a;

	return hostname_is_same(host, "localhost") ||
	    (address_parse(host, &a) && address_is_loopback(&a));
}
