/*
 * Commands that are no wrappers, but take code as the value of an option:
 * git rebase --exec, tar --to-command, rsync -e, ssh -o ProxyCommand.  Every
 * word is looked at, as what an operand is needs the whole of their syntax;
 * so a value may be taken for an option, never the other way round.
 */
#include "blob/wrap_row.h"

#include <string.h>

/* Keys whose values are commands, in lower case. */
static const char *const keys[] = { "proxycommand", "localcommand",
	"knownhostscommand", "exec" };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* The code in KEY=CODE, as ssh reads it; NULL: it is no code. */
static const char *
code_of(const char *value)
{
	size_t i, n;

	value += strspn(value, " \t");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		for (n = 0; keys[i][n] != '\0' &&
		    lower(value[n]) == keys[i][n]; n++)
			;
		if (keys[i][n] == '\0' && value[n] != '\0' &&
		    strchr("= \t\"", value[n]) != NULL)
			return value + n + strspn(value + n, "= \t");
	}
	return NULL;
}

/*
 * An option of this kind; its value is attached, or else the next word, which
 * is still looked at where it may be none.
 */
static void
take(struct wrap *out, char kind, const char *attached,
    const char *const *argv, size_t argc, size_t *i)
{
	const char *value = attached != NULL ? attached :
	    *i < argc ? argv[*i] : NULL;

	if (kind == ':' || kind == ';' || value == NULL)
		return;
	if (kind == '=')
		value = code_of(value);
	if (kind == '%')
		out->what = SHELL_OPTION;
	else
		out->script = value;
	if (attached == NULL && value != NULL && value[0] != '-')
		(*i)++;
}

/* Long options may be shortened as long as they are two letters at least. */
static char
kind_of_long(const struct wrap_row *row, const char *name, size_t n)
{
	const char *p = row->longs;
	size_t len;

	for (; n >= 2 && *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		if (len > n && strncmp(p, name, n) == 0)
			return p[len - 1];
	}
	return '\0';
}

static char
kind_of_letter(const struct wrap_row *row, char letter)
{
	const char *p = strchr(KINDS, letter) != NULL ? NULL :
	    strchr(row->letters, letter);

	return p == NULL || p[1] == '\0' || strchr(KINDS, p[1]) == NULL ?
	    '\0' : p[1];
}

void
wrap_scan(const struct wrap_row *row, const char *const *argv, size_t argc,
    struct wrap *out)
{
	size_t i = out->next > 0 ? out->next : 1, n;
	const char *w;
	char kind;

	out->is_moving = true;
	while (i < argc && out->script == NULL && out->what == SHELL_PLAIN) {
		w = argv[i++];
		if (row->flags & BUNDLE && i == 2 && w[0] != '-' &&
		    strpbrk(w, "IF") != NULL)
			out->what = SHELL_OPTION;
		if (w[0] != '-')
			continue;
		if (w[1] == '-') {
			n = strcspn(w + 2, "=");
			kind = kind_of_long(row, w + 2, n);
			if (kind != '\0')
				take(out, kind, w[2 + n] == '=' ?
				    w + 3 + n : NULL, argv, argc, &i);
			continue;
		}
		while (*++w != '\0' && (kind = kind_of_letter(row, *w)) == '\0')
			;
		if (*w != '\0')
			take(out, kind, w[1] != '\0' ? w + 1 : NULL, argv,
			    argc, &i);
	}
	out->next = i < argc ? i : 0;
}
