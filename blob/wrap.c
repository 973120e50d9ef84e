/* Commands that run another one: see wrap.h; the table is wrap_row.c. */
#include "blob/wrap_row.h"

#include <string.h>

/* Of words that are the same to a shell as they are written. */
#define PLAIN_BYTES \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
	"_-./=:,+@%"

/* The words of a command while options are taken off its front. */
struct cut {
	struct wrap_row row;
	const char *const *argv;
	size_t argc, i;
	struct wrap *out;
	bool has_script, is_done;	/* -c; an option that ends it all */
	bool is_exact;			/* words are no script, though JOINED */
};

static void
end_cut(struct cut *c, enum shell_construct what)
{
	c->is_done = true;
	if (what != SHELL_PLAIN)
		c->out->what = what;
}

/* What an option's kind says; value: the one in the same word, or NULL. */
static void
apply(struct cut *c, char kind, const char *value)
{
	if (kind == '!')
		end_cut(c, SHELL_OPTION);
	else if (kind == '.')
		end_cut(c, SHELL_PLAIN);
	if (kind == '@')
		c->out->is_moving = true;
	if (kind == '%')
		c->out->what = SHELL_OPTION;
	if (kind == '^')
		c->is_exact = true;
	if (kind == '\0' || strchr(":@%$~", kind) == NULL)
		return;
	if (value == NULL && ++c->i < c->argc)
		value = c->argv[c->i];
	if (value == NULL)
		return;
	if (kind == '~')
		end_cut(c, SHELL_OPTION);
	if (kind == '$' || kind == '~')
		c->out->script = value;
	/* Where a file is named, some take a command: strace -o '|rm x'. */
	else if (*value == '|' || *value == '!')
		c->out->what = SHELL_OPTION;
}

static void
cut_long(struct cut *c, const char *name)
{
	size_t n = strcspn(name, "=");
	const char *p = wrap_find_name(c->row.longs, name, n);

	if (p == NULL || n == 0)
		end_cut(c, SHELL_OPTION);
	else
		apply(c, *p == ' ' ? '\0' : *p,
		    name[n] == '=' ? name + n + 1 : NULL);
}

static void
cut_letters(struct cut *c, const char *s)
{
	const char *p;
	char kind;

	for (; *s != '\0' && !c->is_done; s++) {
		p = strchr(KINDS, *s) != NULL ? NULL :
		    strchr(c->row.letters, *s);
		if (p == NULL) {
			end_cut(c, SHELL_OPTION);
			return;
		}
		kind = p[1] != '\0' && strchr(KINDS, p[1]) != NULL ? p[1] :
		    '\0';
		apply(c, kind, s[1] != '\0' ? s + 1 : NULL);
		if (kind != '\0' && kind != '^')
			return;
	}
}

/* Options of shells: any letter; -o and -O have a value. */
static void
cut_shell(struct cut *c, const char *word)
{
	const char *s = word + 1;

	if (word[0] == '-' && strchr(s, 'c') != NULL)
		c->has_script = true;
	s += strcspn(s, "oO");
	if (*s == '\0')
		return;
	c->i++;
	if (s[1] != '\0')
		end_cut(c, SHELL_OPTION);
}

static void
cut_options(struct cut *c)
{
	bool is_shell = c->row.flags & SHELL;
	const char *w;

	for (; !c->is_done && c->i < c->argc; c->i++) {
		w = c->argv[c->i];
		if (w[0] != '-' && !(is_shell && w[0] == '+'))
			return;
		if (w[1] == '\0' || strcmp(w, "--") == 0) {
			c->i += is_shell || c->row.flags & NAMED || w[1];
			return;
		}
		if (w[0] == '-' && w[1] == '-')
			cut_long(c, w + 2);
		else if (is_shell)
			cut_shell(c, w);
		else
			cut_letters(c, w + 1);
	}
}

static void
cut_operands(struct cut *c)
{
	const char *w;

	/* env takes any word with a `=' for a variable. */
	if (c->row.flags & NAMED)
		for (; c->i < c->argc && strchr(c->argv[c->i], '=') != NULL;
		    c->i++)
			if (shell_assigned(c->argv[c->i]) == 0 ||
			    shell_is_risky(c->argv[c->i]))
				c->out->what = SHELL_VARIABLE;
	w = c->i < c->argc ? c->argv[c->i] : "";
	if (!(c->row.flags & NUMBER) ||
	    (*w != '\0' && strchr("+-0123456789", *w) != NULL))
		c->i += c->row.skip;
	if (c->row.skip > 0 && c->i < c->argc &&
	    strcmp(c->argv[c->i], "--") == 0)
		c->i++;
}

/*
 * One -exec after the other, each such word, as one may be the operand of a
 * test and the next be meant.
 */
static void
open_find(const char *const *argv, size_t argc, struct wrap *out)
{
	size_t i = out->next > 0 ? out->next : 1, end;

	while (i < argc && wrap_find_name("-exec -execdir -ok -okdir", argv[i],
	    strlen(argv[i])) == NULL)
		i++;
	for (end = ++i; end < argc && strcmp(argv[end], ";") != 0; end++) {
		bool has_name = strstr(argv[end], "{}") != NULL;

		if (has_name)
			out->what = SHELL_ARGUMENTS;
		if (has_name && end + 1 < argc &&
		    strcmp(argv[end + 1], "+") == 0)
			break;
	}
	out->is_moving = true;		/* -execdir */
	out->next = i < argc ? i : 0;
	if (i < argc && end > i) {
		out->argv = argv + i;
		out->argc = end - i;
	}
}

static void
check_variables(const char *const *argv, size_t argc, struct wrap *out)
{
	for (size_t i = 1; i < argc; i++)
		if (shell_is_risky(argv[i]))
			out->what = SHELL_VARIABLE;
}

/* Words that a shell gets joined by blanks: one of them is a script. */
static void
open_joined(struct cut *c)
{
	const char *const *argv = c->argv + c->i;
	size_t n = 0, i;

	while (c->i + n < c->argc && strncmp(argv[n], ":::", 3) != 0)
		n++;
	if (n == 1) {
		c->out->script = argv[0];
		return;
	}
	for (i = 0; i < n; i++)
		if (argv[i][strspn(argv[i], PLAIN_BYTES)] != '\0')
			c->out->what = SHELL_EVAL;
	if (n > 0) {
		c->out->argv = argv;
		c->out->argc = n;
	} else {
		c->out->what = c->row.what;
	}
}

static void
open_inner(struct cut *c)
{
	struct wrap *out = c->out;
	const char *w = c->argv[c->i];

	if (c->row.flags & JOINED && !c->is_exact) {
		open_joined(c);
		return;
	}
	if (c->row.flags & LOCK && (strcmp(w, "-c") == 0 ||
	    wrap_find_name("--command", w, strlen(w)) != NULL)) {
		if (c->i + 1 < c->argc)
			out->script = c->argv[c->i + 1];
		return;
	}
	out->argv = c->argv + c->i;
	out->argc = c->argc - c->i;
	out->is_git = c->row.flags & GIT;
}

/* git bisect run COMMAND, git submodule foreach COMMAND or SCRIPT. */
static void
open_git(struct cut *c)
{
	const char *name = c->argv[1];
	bool is_bisect = strcmp(name, "bisect") == 0;
	size_t i = 2;

	if (!is_bisect && strcmp(name, "submodule") != 0)
		return;
	while (!is_bisect && i < c->argc && c->argv[i][0] == '-')
		i++;
	if (i >= c->argc || strcmp(c->argv[i++], is_bisect ? "run" :
	    "foreach") != 0)
		return;
	while (!is_bisect && i < c->argc && c->argv[i][0] == '-')
		i++;
	if (i >= c->argc)
		return;
	c->i = i;
	c->out->is_moving = true;
	if (is_bisect)
		open_inner(c);
	else
		open_joined(c);
	c->out->is_git = false;
}

static void
open_row(struct cut *c)
{
	struct wrap *out = c->out;
	unsigned flags = c->row.flags;

	if (c->row.letters[0] != '\0' || c->row.longs[0] != '\0' ||
	    !(flags & BUILTIN))
		cut_options(c);
	if (!c->is_done && c->i < c->argc)
		cut_operands(c);
	if (c->is_done || flags & ALONE)
		return;
	if (flags & SHELL) {
		if (c->has_script && c->i < c->argc)
			out->script = c->argv[c->i];
		else if (c->has_script)
			out->what = SHELL_SYNTAX;
		return;
	}
	if (c->i >= c->argc)
		return;
	if (flags & GIT && c->i == 1)
		open_git(c);
	else
		open_inner(c);
}

/* The row of "git-NAME". */
static bool
find_git(const char *name, struct wrap_row *out)
{
	char full[32] = "git-";
	size_t n = strlen(name);

	if (n >= sizeof(full) - 4)
		return false;
	memcpy(full + 4, name, n + 1);
	return wrap_find_row(full, false, out);
}

bool
wrap_open(const char *const *argv, size_t argc, bool is_script,
    struct wrap *out)
{
	size_t next = out->next;
	struct cut c = { .argv = argv, .argc = argc, .i = 1, .out = out };
	struct wrap_row inner;

	*out = (struct wrap){ .next = next };
	if (argc == 0 || !wrap_find_row(argv[0], is_script, &c.row))
		return false;
	out->is_moving = c.row.flags & MOVES;
	out->is_transparent = c.row.flags & THIN;
	out->is_syntax = c.row.flags & SYNTAX;
	if (c.row.flags & FIND) {
		open_find(argv, argc, out);
		return out->argv != NULL;
	}
	if (c.row.flags & SCAN) {
		wrap_scan(&c.row, argv, argc, out);
		return out->script != NULL || out->what != SHELL_PLAIN;
	}
	if (c.row.flags & GIT && argc > 1 && find_git(argv[1], &inner)) {
		out->is_transparent = false;
		wrap_scan(&inner, argv, argc, out);
		return out->script != NULL || out->what != SHELL_PLAIN;
	}
	if (c.row.flags & VARIABLES)
		check_variables(argv, argc, out);
	open_row(&c);
	/* What runs nothing is not in doubt. */
	if (out->what == SHELL_PLAIN && (out->argv != NULL ||
	    out->script != NULL || c.row.flags & ALONE))
		out->what = c.row.what;
	return out->argv != NULL || out->script != NULL ||
	    out->what != SHELL_PLAIN || out->is_moving || out->is_syntax;
}
