/* The scanner of shell scripts: see shell.h. */
#include "blob/shell.h"

#include <string.h>

/* The word being read. */
struct word {
	char *text;
	uint32_t column;
	size_t quoted;		/* where in it quoting begins, or its length */
	enum shell_construct what;
	bool has_brace;
};

static bool
is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void
shell_start(struct shell_scan *s, const char *script,
    struct shell_room *room, size_t words, size_t text)
{
	s->script = s->p = script;
	s->room = room;
	s->words = words;
	s->text = text;
	s->nlater = s->nsubstitutions = s->depth = 0;
	s->end = '\0';
	s->is_here = false;
}

static uint32_t
column(const struct shell_scan *s)
{
	return (uint32_t)(s->p - s->script) + 1;
}

static void
note(struct shell_scan *s, enum shell_construct what, uint32_t col)
{
	if (s->note.what == SHELL_PLAIN)
		s->note = (struct shell_note){ what, col };
}

static void
put(struct shell_scan *s, char c)
{
	if (s->ntext + 1 < SHELL_MAX_TEXT)
		s->room->text[s->ntext++] = c;
	else
		note(s, SHELL_TOO_LONG, column(s));
}

/* put() leaves room for it. */
static void
end_word(struct shell_scan *s)
{
	s->room->text[s->ntext] = '\0';
	if (s->ntext + 1 < SHELL_MAX_TEXT)
		s->ntext++;
}

/* Copy n bytes as they stand. */
static void
take(struct shell_scan *s, size_t n)
{
	for (; n > 0 && *s->p != '\0'; n--)
		put(s, *s->p++);
}

/* A backslash and newline are nothing, wherever they stand unquoted. */
static void
join_lines(struct shell_scan *s)
{
	while (s->p[0] == '\\' && s->p[1] == '\n')
		s->p += 2;
}

static void
mark(struct shell_scan *s, struct word *w, enum shell_construct what)
{
	w->what = what;
	note(s, what, column(s));
}

/* Copy up to the bracket that closes the one at p; roughly, for quotes. */
static void
take_balanced(struct shell_scan *s, char open, char close)
{
	unsigned depth = 0;
	char quote = '\0', c;

	while ((c = *s->p) != '\0') {
		take(s, c == '\\' && quote != '\'' ? 2 : 1);
		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == open)
			depth++;
		else if (c == close && --depth == 0)
			return;
	}
	note(s, SHELL_SYNTAX, column(s));
}

/* A substitution's commands are read when the rest has been. */
static void
keep_for_later(struct shell_scan *s, const char *from)
{
	if (s->nlater == SHELL_MAX_LATER ||
	    s->nsubstitutions == SHELL_MAX_SUBSTITUTIONS)
		return;		/* it is noted anyway */
	s->later[s->nlater++] = (uint32_t)(from - s->script);
	s->nsubstitutions++;
}

static void
read_backquote(struct shell_scan *s, struct word *w)
{
	mark(s, w, SHELL_SUBSTITUTION);
	keep_for_later(s, s->p + 1);
	take(s, 1);
	while (*s->p != '\0' && *s->p != '`')
		take(s, *s->p == '\\' ? 2 : 1);
	take(s, 1);
}

static void
read_parenthesis(struct shell_scan *s, struct word *w)
{
	mark(s, w, SHELL_SUBSTITUTION);
	keep_for_later(s, s->p + 2);
	take(s, 1);
	take_balanced(s, '(', ')');
}

static void
read_dollar(struct shell_scan *s, struct word *w, bool is_quoted)
{
	char c = s->p[1];

	if (c == '(') {
		read_parenthesis(s, w);
	} else if (c == '{') {
		mark(s, w, SHELL_EXPANSION);
		take(s, 1);
		take_balanced(s, '{', '}');
	} else if (is_name(c) || is_digit(c) || is_in(c, "@*#?-$!\\[") ||
	    (!is_quoted && is_in(c, "'\""))) {
		mark(s, w, SHELL_EXPANSION);
		take(s, 1);
	} else {
		take(s, 1);
	}
}

static void
read_double(struct shell_scan *s, struct word *w)
{
	for (s->p++; *s->p != '"'; ) {
		if (*s->p == '\0') {
			mark(s, w, SHELL_SYNTAX);
			return;
		} else if (*s->p == '$') {
			read_dollar(s, w, true);
		} else if (*s->p == '`') {
			read_backquote(s, w);
		} else if (s->p[0] == '\\' && s->p[1] == '\n') {
			s->p += 2;
		} else {
			if (s->p[0] == '\\' && is_in(s->p[1], "$`\"\\"))
				s->p++;
			take(s, 1);
		}
	}
	s->p++;
}

static void
read_single(struct shell_scan *s, struct word *w)
{
	size_t n;

	s->p++;
	n = strcspn(s->p, "'");
	take(s, n);
	if (*s->p == '\0')
		mark(s, w, SHELL_SYNTAX);
	else
		s->p++;
}

static bool
ends_word(char c)
{
	return c == '\0' || is_in(c, " \t\n;&|()<>");
}

/* A byte without quotes that is part of the word. */
static void
read_bare(struct shell_scan *s, struct word *w, bool is_first)
{
	char c = *s->p, before = is_first ? ' ' : s->room->text[s->ntext - 1];
	bool is_last = ends_word(s->p[1]), is_alone = is_first && is_last;
	bool is_test = c == '[' && (is_alone || (is_first && s->p[1] == '[') ||
	    (is_last && s->room->text + s->ntext == w->text + 1));

	if (is_in(c, "*?") || (c == '[' && !is_test))
		mark(s, w, SHELL_GLOB);
	else if (c == '~' && is_in(before, s->argc > 0 ? " =" : " =:"))
		mark(s, w, SHELL_TILDE);
	else if (c == '=' && is_first && !is_alone && s->p[1] != '=')
		mark(s, w, SHELL_EXPANSION);	/* zsh: the path of a command */
	else if (is_in(c, "{}") && is_alone && s->argc > 0)
		mark(s, w, SHELL_BRACE);
	else if (w->has_brace && (c == ',' || (c == '.' && before == '.')))
		mark(s, w, SHELL_BRACE);
	w->has_brace |= c == '{';
	take(s, 1);
}

/* s->p stands on a byte that begins a word. */
static void
read_word(struct shell_scan *s, struct word *w)
{
	size_t begin = s->ntext;

	*w = (struct word){ .text = s->room->text + begin,
	    .column = column(s), .quoted = SIZE_MAX };
	for (;;) {
		join_lines(s);
		if (is_in(*s->p, "'\"\\`$") && w->quoted == SIZE_MAX)
			w->quoted = s->ntext - begin;
		if (ends_word(*s->p) || (*s->p == '`' && s->end == '`'))
			break;
		if (*s->p == '\'') {
			read_single(s, w);
		} else if (*s->p == '"') {
			read_double(s, w);
		} else if (*s->p == '`') {
			read_backquote(s, w);
		} else if (*s->p == '$') {
			read_dollar(s, w, false);
		} else if (*s->p == '\\') {
			s->p += s->p[1] != '\0';
			take(s, 1);
		} else {
			read_bare(s, w, s->ntext == begin);
		}
	}
	end_word(s);
}

/* NAME=VALUE in front of a command; false when it is a word of it. */
static bool
take_assignment(struct shell_scan *s, const struct word *w)
{
	size_t n = shell_assigned(w->text);

	if (s->argc > 0 || n == 0 || n >= w->quoted)
		return false;
	if (shell_is_risky(w->text))
		note(s, SHELL_VARIABLE, w->column);
	return true;
}

static void
add_word(struct shell_scan *s, const struct word *w)
{
	size_t i = s->words + s->argc;

	if (i >= SHELL_MAX_WORDS) {
		note(s, SHELL_TOO_LONG, w->column);
		return;
	}
	s->room->words[i] = w->text;
	s->argc++;
}

static bool
is_descriptor(const char *s)
{
	while (is_digit(*s))
		s++;
	return *s == '\0' || (*s == '-' && s[1] == '\0');
}

static void
add_file(struct shell_scan *s, const struct word *w, bool is_read,
    bool is_write)
{
	if (w->what != SHELL_PLAIN)
		return;		/* noted already */
	if (s->nfiles == SHELL_MAX_FILES)
		note(s, SHELL_TOO_LONG, w->column);
	else
		s->files[s->nfiles++] = (struct shell_file){ w->text,
		    w->column, is_read, is_write };
}

static void
skip_blanks(struct shell_scan *s)
{
	for (;;) {
		join_lines(s);
		if (!is_in(*s->p, " \t"))
			return;
		s->p++;
	}
}

/* One operator character, if it is among those of a set. */
static char
accept(struct shell_scan *s, const char *set)
{
	join_lines(s);
	return is_in(*s->p, set) ? *s->p++ : '\0';
}

/* s->p stands on `<' or `>'. */
static void
read_redirection(struct shell_scan *s)
{
	char way = *s->p, more;
	uint32_t begin = column(s);
	struct word w;

	s->p++;
	more = accept(s, way == '<' ? "<&>" : ">&|");
	if (way == '<' && more == '<') {
		note(s, SHELL_HERE, begin);
		s->is_here = accept(s, "<-") != '<';
	}
	skip_blanks(s);
	if (ends_word(*s->p)) {
		note(s, SHELL_SYNTAX, begin);
		return;
	}
	if (*s->p == '!')
		note(s, SHELL_SYNTAX, column(s));	/* zsh: part of `>!' */
	read_word(s, &w);
	if (way == '<' && more == '<')
		return;
	if (more != '&' || !is_descriptor(w.text))
		add_file(s, &w, way == '<', way == '>' || more == '>');
}

static void
read_item(struct shell_scan *s)
{
	struct word w;

	if (*s->p == '<' || *s->p == '>') {
		if (s->p[1] != '(') {
			read_redirection(s);
			return;
		}
		w = (struct word){ .text = s->room->text + s->ntext,
		    .column = column(s) };
		read_parenthesis(s, &w);
		end_word(s);
	} else {
		read_word(s, &w);
		if (is_in(*s->p, "<>") && w.quoted == SIZE_MAX) {
			if (is_digit(w.text[0]) && w.text[1] == '\0')
				return;		/* of a descriptor */
			/* To some shells this is one too. */
			if (w.text[0] == '{' || is_digit(w.text[0]))
				note(s, SHELL_SYNTAX, w.column);
		}
	}
	if (!take_assignment(s, &w))
		add_word(s, &w);
	else if (*s->p == '(')
		note(s, SHELL_FUNCTION, column(s));
}

/* What stands between commands, or ends the piece; false at its end. */
static bool
read_separator(struct shell_scan *s)
{
	char c = *s->p;

	if (c == '\0' || (c == '`' && s->end == '`') ||
	    (c == ')' && s->end == ')' && s->depth == 0) ||
	    (c == '\n' && s->is_here))
		return false;
	if (c == '(') {
		if (s->argc > 0)
			note(s, SHELL_FUNCTION, column(s));
		else if (s->p[1] == '(')
			note(s, SHELL_COMPOUND, column(s));	/* ((x)) */
		s->depth++;
	} else if (c == ')') {
		if (s->depth == 0)
			note(s, SHELL_COMPOUND, column(s));
		else
			s->depth--;
	}
	s->p++;
	return true;
}

/* Go on with a substitution that was met. */
static bool
next_piece(struct shell_scan *s)
{
	if (s->nlater == 0)
		return false;
	s->p = s->script + s->later[--s->nlater];
	s->end = s->p[-1] == '`' ? '`' : ')';
	s->depth = 0;
	s->is_here = false;
	return true;
}

static void
begin_command(struct shell_scan *s)
{
	s->argc = s->nfiles = 0;
	s->ntext = s->text;
	s->argv = s->room->words + s->words;
	s->note = (struct shell_note){ SHELL_PLAIN, 0 };
	s->column = 0;
}

static bool
has_command(const struct shell_scan *s)
{
	return s->argc > 0 || s->nfiles > 0 || s->note.what != SHELL_PLAIN;
}

bool
shell_next(struct shell_scan *s)
{
	begin_command(s);
	for (;;) {
		skip_blanks(s);
		if (*s->p == '#')
			s->p += strcspn(s->p, "\n");
		if (s->column == 0)
			s->column = column(s);
		if (s->p[0] == '&' && s->p[1] == '>')
			s->p++;		/* both streams, where it is bash */
		if (*s->p != '\0' && !is_in(*s->p, "\n;&|()") &&
		    !(*s->p == '`' && s->end == '`')) {
			read_item(s);
			continue;
		}
		if (!read_separator(s) && !has_command(s)) {
			if (!next_piece(s))
				return false;
		} else if (has_command(s)) {
			return true;
		}
		if (s->argc == 0)
			s->column = 0;
	}
}
