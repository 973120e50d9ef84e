/*
 * Redaction: see redact.h.  Only whole words and path components are
 * replaced.  A secret is known by its shape (an issuer's prefix), by the
 * name it is assigned to, or by standing between `://' and `@'.
 */
#include "runtime/redact.h"

#include <string.h>
#include <strings.h>

static const char word_chars[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static bool
is_word_char(char c)
{
	return c != '\0' && strchr(word_chars, c) != NULL;
}

/* A word known by its first bytes, and the least length of all of it. */
static const struct {
	const char *prefix;
	size_t least;
} shapes[] = {
	{ "sk-", 20 }, { "sk_live_", 20 }, { "ghp_", 20 }, { "gho_", 20 },
	{ "ghs_", 20 }, { "ghu_", 20 }, { "github_pat_", 20 },
	{ "glpat-", 20 }, { "xoxb-", 15 }, { "xoxp-", 15 }, { "xoxa-", 15 },
	{ "AKIA", 20 }, { "ASIA", 20 }, { "AIza", 35 }, { "npm_", 30 },
	{ "pypi-", 30 }, { "eyJ", 30 },
};

static bool
has_secret_shape(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (n >= shapes[i].least && strncmp(s, shapes[i].prefix,
		    strlen(shapes[i].prefix)) == 0)
			return true;
	return false;
}

/* True for a name whose value is private: API_TOKEN, --db-password. */
static bool
is_secret_name(const char *s, size_t n)
{
	static const char *const parts[] = {
		"token", "secret", "passw", "apikey", "api_key", "api-key",
		"credential", "private_key", "access_key", "bearer",
		"authorization",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		size_t len = strlen(parts[i]);

		for (size_t k = 0; k + len <= n; k++)
			if (strncasecmp(s + k, parts[i], len) == 0)
				return true;
	}
	return false;
}

/* Length of what follows a secret's name up to its value, or 0. */
static size_t
gap_to_value(const char *s)
{
	size_t n = strspn(s, " '\"=:");

	return s[n] == '\0' ? 0 : n;
}

/* Length of the user:password part that ends with @ at s, or 0. */
static size_t
userinfo(const char *s)
{
	size_t n = strcspn(s, "/@ '\"?#");

	return s[n] == '@' && memchr(s, ':', n) != NULL ? n : 0;
}

/* The home directory at s, if it stands there whole: its length, or 0. */
static size_t
put_home(const struct redact *r, const char *s, struct text *out)
{
	size_t n = r->home != NULL ? strlen(r->home) : 0;

	if (n <= 1 || strncmp(s, r->home, n) != 0 || is_word_char(s[n]))
		return 0;
	text_str(out, "[HOME]");
	return n;
}

/* What stands between :// and @ of an address at s: its length, or 0. */
static size_t
put_userinfo(const struct redact *r, const char *s, struct text *out)
{
	size_t n;

	if (!r->has_secrets || strncmp(s, "://", 3) != 0 ||
	    (n = userinfo(s + 3)) == 0)
		return 0;
	text_str(out, "://[SECRET]");
	return 3 + n;
}

/* The word of n bytes at s, and a secret that it announces. */
static size_t
put_word(const struct redact *r, const char *s, size_t n, struct text *out)
{
	size_t gap, value;

	if (r->user != NULL && strlen(r->user) == n &&
	    memcmp(s, r->user, n) == 0) {
		text_str(out, "[USER]");
		return n;
	}
	if (r->has_secrets && has_secret_shape(s, n)) {
		text_str(out, "[SECRET]");
		return n + strspn(s + n, ".+/=" "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	}
	text_bytes(out, s, n);
	if (!r->has_secrets || !is_secret_name(s, n) ||
	    (gap = gap_to_value(s + n)) == 0)
		return n;
	/* A blank announces a value only after an option, or "Bearer". */
	if (strpbrk(s + n, "=:") != s + n + strcspn(s + n, "=: ") &&
	    s[0] != '-' && strncasecmp(s, "bearer", 6) != 0)
		return n;
	value = strcspn(s + n + gap, " '\"&\n");
	if (strncasecmp(s + n + gap, "bearer", 6) == 0)
		value = 0;	/* that word announces the value itself */
	text_bytes(out, s + n, gap);
	if (value > 0)
		text_str(out, "[SECRET]");
	return n + gap + value;
}

void
redact_put(const struct redact *r, const char *s, struct text *out)
{
	bool is_start = true;	/* no word byte before s */

	while (*s != '\0') {
		size_t n = is_start ? put_home(r, s, out) : 0;

		if (n == 0 && is_start && (n = strspn(s, word_chars)) > 0)
			n = put_word(r, s, n, out);
		if (n == 0)
			n = put_userinfo(r, s, out);
		if (n == 0) {
			text_bytes(out, s, 1);
			n = 1;
		}
		s += n;
		is_start = !is_word_char(s[-1]);
	}
}
