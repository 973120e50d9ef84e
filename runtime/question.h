/*
 * What is asked of who approves: as a line of JSON, as text for a terminal,
 * and as the rule that would make the question unnecessary.
 */
#ifndef RUNTIME_QUESTION_H
#define RUNTIME_QUESTION_H

#include <time.h>

#include "runtime/load.h"

struct question {
	uint64_t id;
	const char *const *argv;
	size_t argc;
	const char *path, *cwd;
	const struct policy *by;	/* who asks */
	uint32_t rule;			/* DBGI */
	bool is_tree;			/* one of the execs below the command */
	const struct judge_vars *vars;
	const char *why;		/* or "" */
	time_t expires;
};

/* With its newline. */
void question_put_json(const struct question *q, struct text *out);

/* A few lines, all foreign text escaped. */
void question_put_text(const struct question *q, struct text *out);

/*
 * In the syntax of .rules files, a line for each rule that asks, into empty
 * text.  Nothing where no rule could help: a part that nobody sees through,
 * a program's typed arguments.
 */
void question_put_amendment(const struct question *q, struct text *out);

#endif
