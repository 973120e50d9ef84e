/*
 * Shell scripts as far as they are plain: one simple command after the other,
 * unquoted, with its redirections.  No allocation: words are written into the
 * caller's room.
 *
 * Plain are words with quotes, joined by `&&', `||', `;', `|', `&' and
 * newlines, in subshells or not, with comments, assignments in front and
 * redirections to literal paths.  All else is noted by its kind and column,
 * and scanning goes on as well as it can: what is found behind can only make
 * a decision stricter.  Reserved words are no matter of the scanner: they
 * come as the first word of a command, see blob/wrap.h.
 */
#ifndef BLOB_SHELL_H
#define BLOB_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHELL_MAX_WORDS		1024	/* of a command and what surrounds it */
#define SHELL_MAX_TEXT		32768
#define SHELL_MAX_FILES		16	/* redirections of a command */
#define SHELL_MAX_LATER		8	/* substitutions still to be read */
#define SHELL_MAX_SUBSTITUTIONS	64	/* of a script, that are looked into */

/* Why something cannot be seen through. */
enum shell_construct {
	SHELL_PLAIN,
	SHELL_EXPANSION,	/* $x, ${x}, $'x' */
	SHELL_SUBSTITUTION,	/* $(x), `x`, <(x) */
	SHELL_GLOB,
	SHELL_BRACE,
	SHELL_TILDE,
	SHELL_HERE,
	SHELL_FUNCTION,		/* or what looks so: array, extended glob */
	SHELL_COMPOUND,		/* if, for, while, case, [[ ... */
	SHELL_EVAL,		/* eval, source, alias, trap ... */
	SHELL_VARIABLE,		/* PATH and others that change commands */
	SHELL_ARGUMENTS,	/* some come from elsewhere: xargs, find */
	SHELL_OPTION,		/* one that is not known */
	SHELL_DIRECTORY,	/* relative path behind `cd' */
	SHELL_SYNTAX,
	SHELL_TOO_LONG,
	SHELL_TOO_DEEP,
	SHELL_NCONSTRUCTS
};

/* Where the words of commands are; need not be initialised. */
struct shell_room {
	const char *words[SHELL_MAX_WORDS];
	char text[SHELL_MAX_TEXT];
};

struct shell_file {
	const char *path;
	uint32_t column;
	bool is_read, is_write;
};

struct shell_note {
	enum shell_construct what;
	uint32_t column;	/* bytes from 1; 0: in no script */
};

struct shell_scan {
	/* The command that shell_next() found; argc may be 0. */
	const char *const *argv;
	size_t argc;
	uint32_t column;	/* where it begins */
	struct shell_file files[SHELL_MAX_FILES];
	size_t nfiles;
	struct shell_note note;	/* the first thing that is not plain */
	/* The rest is the scanner's. */
	const char *script, *p;
	struct shell_room *room;
	size_t words, text;	/* what of the room is taken by others */
	size_t ntext;		/* and by this command */
	uint32_t later[SHELL_MAX_LATER];
	unsigned nlater, nsubstitutions;
	unsigned depth;		/* of parentheses */
	char end;		/* what ends this piece: 0, ')' or '`' */
	bool is_here;		/* a here-document begins with the next line */
};

/*
 * Begin; the first words and text bytes of the room stay as they are.  The
 * script must not be changed meanwhile, and may stand in that part.
 */
void shell_start(struct shell_scan *s, const char *script,
    struct shell_room *room, size_t words, size_t text);

/* The next command; false at the end. */
bool shell_next(struct shell_scan *s);

/* "expansion", "here-document" ... */
const char *shell_construct_name(enum shell_construct c);

/*
 * Is word an assignment, or the name, of a variable that changes which
 * commands run or what they are: PATH, IFS, LD_PRELOAD ...?
 */
bool shell_is_risky(const char *word);

/* The length of the name in NAME=VALUE or NAME+=VALUE, or 0. */
size_t shell_assigned(const char *word);

#endif
