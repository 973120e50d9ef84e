/*
 * The table of commands that run another one, and of options that hold code.
 * For blob/wrap.c and blob/wrap_scan.c alone.
 */
#ifndef BLOB_WRAP_ROW_H
#define BLOB_WRAP_ROW_H

#include "blob/wrap.h"

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
#define NUMBER	2048u	/* the operand is left out unless it is a number */
#define JOINED	4096u	/* a shell gets the words joined by blanks */
#define SCAN	8192u	/* no wrapper: code is in the values of its options */
#define BUNDLE	16384u	/* the first word is options without their dash */
#define LOCK	32768u	/* a file, then -c with a script or a command */

/*
 * Options are letters, and long names between blanks, each followed by what
 * it is:
 *	:  has a value
 *	;  may have one, attached
 *	@  has one, and goes to another directory
 *	%  has one that cannot be seen through
 *	$  has one that is a script
 *	=  has one that is a script behind a name that says so, KEY=SCRIPT
 *	~  has one that is nearly a script, with words behind it
 *	!  cannot be seen through
 *	.  makes the command run nothing
 *	^  passes words on as they are, where a shell would get them joined
 * Rows of SCAN list only what matters: all else is passed over.
 */
#define KINDS	":;@%$=~!.^"

struct wrap_row {
	const char *names, *letters, *longs;
	unsigned flags, skip;
	enum shell_construct what;
};

/* The row of a command; builtins and reserved words are for scripts. */
bool wrap_find_row(const char *arg, bool is_script, struct wrap_row *out);

/*
 * Behind the n bytes of name in a list of words, where its kind may stand;
 * NULL: not there.
 */
const char *wrap_find_name(const char *list, const char *name, size_t n);

/* The next value that is code, of a command of SCAN, from word out->next. */
void wrap_scan(const struct wrap_row *row, const char *const *argv,
    size_t argc, struct wrap *out);

#endif
