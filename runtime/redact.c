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
	char prefix[16];	/* no pointers: nothing to relocate */
	unsigned char least;
	bool has_digit;		/* without one it is an ordinary name */
} shapes[] = {
	{ "sk-", 20, true }, { "sk_", 20, true }, { "rk_live_", 20, false },
	{ "ghp_", 20, false }, { "gho_", 20, false }, { "ghs_", 20, false },
	{ "ghu_", 20, false }, { "ghr_", 20, false },
	{ "github_pat_", 20, false }, { "glpat-", 20, false },
	{ "xoxb-", 15, false }, { "xoxp-", 15, false },
	{ "xoxa-", 15, false }, { "xapp-", 15, false },
	{ "AKIA", 20, false }, { "ASIA", 20, false }, { "AIza", 35, false },
	{ "npm_", 30, true }, { "pypi-", 30, true }, { "hf_", 30, false },
	{ "dop_v1_", 40, false }, { "dckr_pat_", 20, false },
	{ "AGE-SECRET-KEY-", 40, false }, { "eyJ", 30, false },
	{ "ya29", 30, true },
};

/*
 * Length of the secret that begins with the word of n bytes at s, or 0.  What
 * may follow the word is looked for only behind a prefix: it can be long.
 */
static size_t
secret_length(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		size_t len = strlen(shapes[i].prefix), more, all;

		if (strncmp(s, shapes[i].prefix, len) != 0)
			continue;
		more = strspn(s + n, ".+/=" "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
		all = s[n] == '.' ? n + more : n;
		if (all >= shapes[i].least)
			return !shapes[i].has_digit || strcspn(s + len,
			    "0123456789") < all - len ? n + more : 0;
	}
	return 0;
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Length of the first part of a name: my-name, MY_NAME, myName. */
static size_t
part_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] != '_' && s[i] != '-' &&
	    !(i > 0 && is_lower(s[i - 1]) && is_upper(s[i])))
		i++;
	return i;
}

/* list: words with a NUL behind each, the last one empty. */
static bool
is_one_of(const char *s, size_t n, const char *list, bool is_end)
{
	for (size_t len; (len = strlen(list)) > 0; list += len + 1)
		if ((is_end ? len <= n : len == n) &&
		    strncasecmp(s + n - len, list, len) == 0)
			return true;
	return false;
}

/*
 * True for a name whose value is private: API_TOKEN, --db-password, authKey,
 * PGPASSWORD.  Not for what only speaks of one: --max-tokens,
 * --password-file.
 */
static bool
is_secret_name(const char *s, size_t n)
{
	static const char ends[] = "token\0secret\0password\0passwd\0"
	    "passphrase\0apikey\0credential\0credentials\0"
	    "authorization\0bearer\0";
	static const char wholes[] = "pass\0secrets\0";
	static const char before_key[] = "api\0access\0private\0secret\0"
	    "signing\0encryption\0auth\0";
	static const char of_it[] = "file\0path\0dir\0name\0type\0"
	    "length\0count\0limit\0ttl\0policy\0";
	const char *last = NULL;
	bool is_secret = false, can_be_key = false;
	size_t len = 0;

	for (; n > 0; s += len, n -= len) {
		if (*s == '-' || *s == '_') {
			len = 1;
			continue;
		}
		len = part_length(s, n);
		is_secret |= is_one_of(s, len, ends, true) ||
		    is_one_of(s, len, wholes, false) ||
		    (can_be_key && len == 3 && strncasecmp(s, "key", 3) == 0)
		    || (last != NULL && len == 3 &&
		    strncasecmp(s, "pwd", 3) == 0);
		can_be_key = is_one_of(s, len, before_key, false);
		last = s;
	}
	return is_secret && !is_one_of(last, (size_t)(s - last), of_it, false);
}

/* Length of what follows a secret's name up to its value, or 0. */
static size_t
gap_to_value(const char *s)
{
	size_t n = strspn(s, " '\"=:\\");

	return s[n] == '\0' ? 0 : n;
}

/*
 * Length of a value: to the quote that ends it, or to a blank.  is_whole: its
 * name began a quoted word, so that the value is all of the rest.
 */
static size_t
value_length(const char *s, char before, bool is_whole)
{
	if (before == '"' || before == '\'')
		return strcspn(s, before == '"' ? "\"" : "'");
	return strcspn(s, is_whole ? "'\n" : " '\"&;|\n");
}

/* Length of the user:password part that ends with @ at s, or 0. */
static size_t
userinfo(const char *s)
{
	size_t n = strcspn(s, "/@ '\"?#");

	return s[n] == '@' && memchr(s, ':', n) != NULL ? n : 0;
}

/* Does the directory stand at s whole?  Its length, or 0. */
static size_t
directory_at(const char *s, const char *dir)
{
	size_t n = dir != NULL ? strlen(dir) : 0;

	if (n <= 1 || strncmp(s, dir, n) != 0 ||
	    (s[n] != '\0' && strchr("/ '\":,;)=&|<>\n", s[n]) == NULL))
		return 0;
	return n;
}

/* A home directory at s: its length, or 0. */
static size_t
put_home(const struct redact *r, const char *s, struct text *out)
{
	size_t n = directory_at(s, r->home);

	if (n == 0)
		n = directory_at(s, r->other_home);
	if (n > 0)
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

/* Where `what' begins in the first `most' bytes of s, or NULL. */
static const char *
find(const char *s, size_t most, const char *what)
{
	size_t n = strlen(what);

	for (; most > 0 && *s != '\0'; s++, most--)
		if (strncmp(s, what, n) == 0)
			return s;
	return NULL;
}

/* A private key in its armour at s: its length, or 0. */
static size_t
put_key(const struct redact *r, const char *s, struct text *out)
{
	const char *kind, *end;

	if (!r->has_secrets || strncmp(s, "-----BEGIN ", 11) != 0)
		return 0;
	kind = find(s, 40, "PRIVATE KEY");
	if (kind == NULL)
		return 0;
	end = find(kind, SIZE_MAX, "-----END");
	text_str(out, "[SECRET]");
	return end != NULL ? (size_t)(end - s) : strlen(s);
}

/* "Basic ", "Bearer ": of an Authorization header, not yet the value. */
static size_t
scheme_length(const char *s)
{
	static const char schemes[] = "basic \0bearer \0token \0";
	const char *k = schemes;

	for (size_t n; (n = strlen(k)) > 0; k += n + 1)
		if (strncasecmp(s, k, n) == 0)
			return n;
	return 0;
}

/* Does the gap after a name announce a value? */
static bool
is_announced(const char *s, size_t n)
{
	/* A blank does only after an option, or "Bearer". */
	return s[n + strcspn(s + n, "=: ")] != ' ' || s[0] == '-' ||
	    strncasecmp(s, "bearer", 6) == 0;
}

/* The word of n bytes at s, and a secret that it announces. */
static size_t
put_word(const struct redact *r, const char *s, size_t n, bool is_quoted,
    struct text *out)
{
	size_t gap, value, secret;

	if (r->user != NULL && strlen(r->user) == n &&
	    memcmp(s, r->user, n) == 0) {
		text_str(out, "[USER]");
		return n;
	}
	secret = r->has_secrets ? secret_length(s, n) : 0;
	if (secret > 0) {
		text_str(out, "[SECRET]");
		return secret;
	}
	text_bytes(out, s, n);
	if (!r->has_secrets || !is_secret_name(s, n) ||
	    (gap = gap_to_value(s + n)) == 0 || !is_announced(s, n))
		return n;
	is_quoted |= s[n + gap - 1] == '\'';
	gap += scheme_length(s + n + gap);
	value = value_length(s + n + gap, s[n + gap - 1], is_quoted);
	text_bytes(out, s + n, gap);
	if (value > 0)
		text_str(out, "[SECRET]");
	return n + gap + value;
}

void
redact_put(const struct redact *r, const char *s, struct text *out)
{
	bool is_start = true;	/* no word byte before s */
	char before = ' ', earlier = ' ';

	while (*s != '\0') {
		bool is_quoted = before == '\'' && earlier == ' ';
		size_t n = is_start ? put_home(r, s, out) : 0;

		if (n == 0 && is_start)
			n = put_key(r, s, out);
		if (n == 0 && is_start && (n = strspn(s, word_chars)) > 0)
			n = put_word(r, s, n, is_quoted, out);
		if (n == 0)
			n = put_userinfo(r, s, out);
		if (n == 0) {
			text_bytes(out, s, 1);
			n = 1;
		}
		/* "-I/home/...": one letter before a path is an option. */
		is_start = !is_word_char(s[n - 1]) ||
		    (n == 2 && s[0] == '-' && is_start);
		earlier = n > 1 ? s[n - 2] : before;
		s += n;
		before = s[-1];
	}
}
