/*
 * Words of an example, split as a POSIX shell splits them: quotes,
 * backslashes, comments; nothing is expanded.  As in Codex, and unlike in a
 * shell, a backslash and newline alone are an empty word.
 */
#include "compiler/rules.h"

#include <string.h>

struct words {
	struct arena *a;
	const char **v;
	size_t n, cap;
	char *word;		/* room for all of the text */
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void
end_word(struct words *w)
{
	w->v = arena_grow(w->a, w->v, w->n, &w->cap, sizeof(*w->v));
	w->v[w->n++] = arena_strndup(w->a, w->word, w->len);
	w->len = 0;
}

/* Inside double quotes, from p; returns behind the quote, or NULL. */
static const char *
double_quoted(struct words *w, const char *p, const char *end)
{
	for (; p < end && *p != '"'; p++) {
		if (*p != '\\') {
			w->word[w->len++] = *p;
			continue;
		}
		if (++p == end)
			return NULL;
		if (*p == '\n')
			continue;
		/* Elsewhere the backslash is an ordinary character. */
		if (strchr("$`\"\\", *p) == NULL || *p == '\0')
			w->word[w->len++] = '\\';
		w->word[w->len++] = *p;
	}
	return p < end ? p + 1 : NULL;
}

static const char *
single_quoted(struct words *w, const char *p, const char *end)
{
	for (; p < end && *p != '\''; p++)
		w->word[w->len++] = *p;
	return p < end ? p + 1 : NULL;
}

/* The rest of a word, to a blank or the end; NULL: something is open. */
static const char *
word(struct words *w, const char *p, const char *end)
{
	while (p != NULL && p < end && !is_blank(*p)) {
		if (*p == '"') {
			p = double_quoted(w, p + 1, end);
		} else if (*p == '\'') {
			p = single_quoted(w, p + 1, end);
		} else if (*p == '\\') {
			if (++p == end)
				return NULL;
			if (*p != '\n')
				w->word[w->len++] = *p;
			p++;
		} else {
			w->word[w->len++] = *p++;
		}
	}
	return p;
}

bool
rules_shlex(struct arena *a, const char *text, size_t n,
    const char *const **out, size_t *nout)
{
	struct words w = { .a = a, .word = arena_alloc(a, n + 1) };
	const char *p = text, *end = text + n;

	while (p < end) {
		if (is_blank(*p)) {
			p++;
			continue;
		}
		if (*p == '#') {
			while (p < end && *p != '\n')
				p++;
			continue;
		}
		p = word(&w, p, end);
		if (p == NULL)
			return false;
		end_word(&w);
	}
	*out = w.v;
	*nout = w.n;
	return true;
}
