/* Commands that run another one: see wrap.h. */
#include "blob/wrap.h"

#include <string.h>

#define THIN	1u	/* does nothing but run the inner command */
#define NAMED	2u	/* NAME=VALUE may stand before the command */
#define SHELL	4u	/* runs a script with -c */
#define BUILTIN	8u	/* means something in scripts alone */
#define ALONE	32u	/* has no command inside */
#define VARIABLES 64u	/* sets variables that its words name */
#define MOVES	128u
#define FIND	256u
#define GIT	512u
#define SYNTAX	1024u	/* a reserved word, no command */

/*
 * Options are letters, and long names between blanks, each followed by what
 * it is: `:' has a value, `;' may have one attached, `@' the same as `:' and
 * goes to another directory, `%' has one that cannot be seen through, `!'
 * cannot be seen through, `.' makes the command run nothing.
 */
#define KINDS	":;@%!."

/* Names, letters, long options, flags, operands before the command, why. */
#define ROWS(X) \
	X("env", "iv0u:C@S!", "ignore-environment null unset: chdir@ debug" \
	    " block-signal; default-signal; ignore-signal; argv0:", \
	    THIN | NAMED, 0, 0) \
	X("timeout", "k:s:fpv", "kill-after: signal: foreground verbose" \
	    " preserve-status", THIN, 1, 0) \
	X("nice", "n:0123456789", "adjustment:", THIN, 0, 0) \
	X("ionice", "c:n:tp.P.u.", "class: classdata: ignore", THIN, 0, 0) \
	X("nohup", "", "", THIN, 0, 0) \
	X("setsid", "cfw", "ctty fork wait", THIN, 0, 0) \
	X("stdbuf", "i:o:e:", "input: output: error:", THIN, 0, 0) \
	X("time", "pvaqo:f:V.", "portability verbose append quiet output:" \
	    " format: version.", THIN, 0, 0) \
	X("busybox", "", "list. list-full. install. help.", THIN, 0, 0) \
	X("sudo", "AbBEHnNPSkiseg:u:h:p:D@R:r:t:T:U:C:l.v.K.e.V.", \
	    "askpass background bell preserve-env; set-home" \
	    " non-interactive no-update preserve-groups stdin reset-timestamp" \
	    " login shell user: group: host: prompt: chdir@ chroot@ role:" \
	    " type: command-timeout: other-user: close-from: list. validate." \
	    " remove-timestamp. edit. version. help.", NAMED, 0, 0) \
	X("doas", "nsu:a:L.C.", "", NAMED, 0, 0) \
	X("chroot", "", "userspec: groups: skip-chdir", MOVES, 1, 0) \
	X("xargs", "0rtpxoE:I:L:n:P:s:d:a:e;i;l;", "null arg-file: eof;" \
	    " delimiter: replace; max-lines; max-args: interactive exit" \
	    " max-procs: process-slot-var: no-run-if-empty max-chars:" \
	    " verbose open-tty", THIN, 0, SHELL_ARGUMENTS) \
	X("sh bash dash zsh ash ksh mksh rbash", "", "login posix norc" \
	    " noprofile noediting restricted verbose version. help.", \
	    SHELL | THIN, 0, 0) \
	X("find", "", "", FIND, 0, 0) \
	X("git", "C@c%pPv.h.", "git-dir% work-tree: namespace: config-env%" \
	    " paginate no-pager bare no-replace-objects no-lazy-fetch" \
	    " literal-pathspecs glob-pathspecs noglob-pathspecs" \
	    " icase-pathspecs no-optional-locks no-advice attr-source:" \
	    " list-cmds: exec-path! html-path. man-path. info-path. version." \
	    " help.", THIN | GIT, 0, 0) \
	X("command", "pv.V.", "", THIN | BUILTIN, 0, 0) \
	X("exec", "cla:", "", THIN | BUILTIN, 0, 0) \
	X("builtin noglob nocorrect -", "", "", THIN | BUILTIN, 0, 0) \
	X("! {", "", "", SYNTAX | BUILTIN, 0, 0) \
	X("}", "", "", SYNTAX | BUILTIN | ALONE, 0, 0) \
	X("if then elif else while until do coproc always", "", "", \
	    SYNTAX | BUILTIN, 0, SHELL_COMPOUND) \
	X("fi done esac for foreach case select in end [[", "", "", \
	    SYNTAX | BUILTIN | ALONE, 0, SHELL_COMPOUND) \
	X("repeat", "", "", SYNTAX | BUILTIN, 1, SHELL_COMPOUND) \
	X("function", "", "", SYNTAX | BUILTIN, 1, SHELL_FUNCTION) \
	X("eval", "", "", THIN | BUILTIN, 0, SHELL_EVAL) \
	X(". source alias trap hash enable let bind complete compgen fc" \
	    " mapfile readarray emulate zmodload autoload", "", "", \
	    BUILTIN | ALONE, 0, SHELL_EVAL) \
	X("printf", "v%", "", BUILTIN | ALONE, 0, 0) \
	X("export declare typeset readonly local read unset getopts integer" \
	    " float", "", "", BUILTIN | ALONE | VARIABLES, 0, 0) \
	X("cd pushd popd chdir", "", "", BUILTIN | ALONE | MOVES, 0, 0)

/* All texts one after the other: pointers would cost more than they hold. */
#define TEXT(names, letters, longs, flags, skip, what) \
	names "\0" letters "\0" longs "\0"
#define META(names, letters, longs, flags, skip, what) \
	{ flags, skip, what, sizeof(names), sizeof(letters), sizeof(longs) },

static const char texts[] = ROWS(TEXT);
static const struct {
	uint16_t flags;
	uint8_t skip;
	uint8_t what;		/* enum shell_construct */
	uint16_t names, letters, longs;	/* bytes in texts, with their NUL */
} metas[] = { ROWS(META) };

struct row {
	const char *names, *letters, *longs;
	unsigned flags, skip;
	enum shell_construct what;
};

#define NROWS	(sizeof(metas) / sizeof(metas[0]))

/* Where the n bytes of name stand in a list of words, or NULL. */
static const char *
find_name(const char *list, const char *name, size_t n)
{
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		if (len >= n && strncmp(list, name, n) == 0 &&
		    (len == n || (len == n + 1 && strchr(KINDS, list[n]))))
			return list + n;
	}
	return NULL;
}

/*
 * Is name one of the words of a list?  Every command of every policy is
 * looked for in all rows, so nothing is looked at twice.
 */
static bool
is_among(const char *list, const char *name)
{
	const char *p = list, *q;

	for (;;) {
		for (q = name; *p == *q && *p != '\0' && *p != ' '; q++)
			p++;
		if (*q == '\0' && (*p == ' ' || *p == '\0'))
			return true;
		while (*p != ' ' && *p != '\0')
			p++;
		if (*p++ == '\0')
			return false;
	}
}

static bool
find_row(const char *arg, bool is_script, struct row *out)
{
	const char *slash = strrchr(arg, '/'), *p = texts;
	const char *base = slash == NULL ? arg : slash + 1;

	for (size_t i = 0; i < NROWS; i++) {
		bool is_builtin = metas[i].flags & BUILTIN;
		const char *name = is_builtin ? arg : base;

		if (*name != '\0' && (!is_builtin || is_script) &&
		    is_among(p, name)) {
			out->names = p;
			out->letters = p + metas[i].names;
			out->longs = out->letters + metas[i].letters;
			out->flags = metas[i].flags;
			out->skip = metas[i].skip;
			out->what = (enum shell_construct)metas[i].what;
			return true;
		}
		p += metas[i].names + metas[i].letters + metas[i].longs;
	}
	return false;
}

/* The words of a command while options are taken off its front. */
struct cut {
	struct row row;
	const char *const *argv;
	size_t argc, i;
	struct wrap *out;
	bool has_script, is_done;	/* -c; an option that ends it all */
};

static void
end_cut(struct cut *c, enum shell_construct what)
{
	c->is_done = true;
	if (what != SHELL_PLAIN)
		c->out->what = what;
}

/* What an option's kind says; attached: its value in the same word. */
static void
apply(struct cut *c, char kind, bool is_attached)
{
	if (kind == '!')
		end_cut(c, SHELL_OPTION);
	else if (kind == '.')
		end_cut(c, SHELL_PLAIN);
	if (kind == '@')
		c->out->is_moving = true;
	if (kind == '%')
		c->out->what = SHELL_OPTION;
	if (kind != '\0' && strchr(":@%", kind) != NULL && !is_attached)
		c->i++;
}

static void
cut_long(struct cut *c, const char *name)
{
	size_t n = strcspn(name, "=");
	const char *p = find_name(c->row.longs, name, n);

	if (p == NULL || n == 0)
		end_cut(c, SHELL_OPTION);
	else
		apply(c, *p == ' ' ? '\0' : *p, name[n] == '=');
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
		apply(c, kind, s[1] != '\0');
		if (kind != '\0')
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
	/* env takes any word with a `=' for a variable. */
	if (c->row.flags & NAMED)
		for (; c->i < c->argc && strchr(c->argv[c->i], '=') != NULL;
		    c->i++)
			if (shell_assigned(c->argv[c->i]) == 0 ||
			    shell_is_risky(c->argv[c->i]))
				c->out->what = SHELL_VARIABLE;
	c->i += c->row.skip;
}

/*
 * One -exec after the other, each such word, as one may be the operand of a
 * test and the next be meant.
 */
static void
open_find(const char *const *argv, size_t argc, struct wrap *out)
{
	size_t i = out->next > 0 ? out->next : 1, end;

	while (i < argc && find_name("-exec -execdir -ok -okdir", argv[i],
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
	if (c->i >= c->argc || (flags & GIT && c->i == 1))
		return;
	out->argv = c->argv + c->i;
	out->argc = c->argc - c->i;
	out->is_git = flags & GIT;
}

bool
wrap_open(const char *const *argv, size_t argc, bool is_script,
    struct wrap *out)
{
	size_t next = out->next;
	struct cut c = { .argv = argv, .argc = argc, .i = 1, .out = out };

	*out = (struct wrap){ .next = next };
	if (argc == 0 || !find_row(argv[0], is_script, &c.row))
		return false;
	out->is_moving = c.row.flags & MOVES;
	out->is_transparent = c.row.flags & THIN;
	out->is_syntax = c.row.flags & SYNTAX;
	if (c.row.flags & FIND) {
		open_find(argv, argc, out);
		return out->argv != NULL;
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
