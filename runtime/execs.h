/*
 * exec.scope tree: every exec below us is decided on.
 *
 * Twice, where a rule can refuse.  First as the call is made, on what its
 * addresses hold at that moment: an honest program gets a clean EPERM.  Who
 * passes is traced until its exec has happened: then the new program stands
 * still with arguments that nobody else can write to, and is decided on
 * again, by what will run.  What may not is killed before its first
 * instruction; all others are let go untraced.
 */
#ifndef RUNTIME_EXECS_H
#define RUNTIME_EXECS_H

#include <signal.h>

#include "runtime/approve.h"
#include "runtime/audit.h"
#include "runtime/binding.h"
#include "runtime/denials.h"
#include "runtime/judged.h"
#include "runtime/peek.h"
#include "runtime/notify.h"
#include "runtime/ruling.h"

#define EXECS_MAX	256	/* more wait in the kernel until there is room */
#define EXECS_GRANTS	64
#define EXECS_REFUSALS	16
#define EXECS_TARGET	4096	/* of a command line in records */

enum exec_state {
	EXEC_ASKED,	/* about which somebody is asked */
	EXEC_WAITING,	/* another thread of its process is in an exec */
	EXEC_TRACED,	/* goes on; stops when it has become the program */
	EXEC_KILLED	/* will be reaped */
};

struct exec_pending {
	uint64_t id;		/* of its question */
	pid_t tid;
	enum exec_state state;
	/* Of who has approval, or is about to. */
	bool is_approved;
	uint64_t question;
	struct binding binding;
	struct ruling ruling;
};

/* An approval for the whole run. */
struct exec_grant {
	struct binding binding;
	int64_t until;		/* seconds since 1970; 0: no end */
};

/*
 * Who has been refused what: a shell that finds the same file in another
 * folder is not asked about again.
 */
struct exec_refusal {
	pid_t tid;
	struct binding_file file;
};

/* What the decisions need of a run. */
struct execs_setup {
	const struct policies *all;
	const struct judge_vars *vars;
	const struct command *command;
	struct audit *audit;
	struct denials *denials;
	/* Could a program be changed after it was decided on? */
	bool is_exposed;
	struct approve *approve;	/* NULL: nobody is asked */
};

struct execs {
	struct execs_setup s;
	int listener;
	bool is_checked;	/* some rule can refuse: look twice */
	bool has_records;
	const char *strength;
	pid_t command;		/* the one that was started */
	bool has_killed_command;
	bool is_approval;	/* for it was not what had been approved */
	struct peek mem;
	struct exec_pending pending[EXECS_MAX];
	size_t npending;
	struct exec_grant grants[EXECS_GRANTS];
	size_t ngrants;
	struct exec_refusal refusals[EXECS_REFUSALS];
	size_t nrefusals;
	char path[PATH_CAP], exe[PATH_CAP], cwd[PATH_CAP];
	char target[EXECS_TARGET];
};

/* Can any of these refuse an exec or ask about one? */
bool execs_can_refuse(const struct policies *all);

/* *x is zeroed. */
int execs_init(struct execs *x, const struct execs_setup *s,
    struct failure *f);

/* A question about an exec. */
void execs_ask(struct execs *x, const struct k_notif *n);

/*
 * The command itself, at its exec event.  It has been decided on by its name:
 * here only a rule counts that forbids what it is, as a script's interpreter.
 */
bool execs_may_begin(struct execs *x, pid_t pid);

/* Somebody has answered. */
void execs_answer(struct execs *x, const struct answer *a);

/* An answer for the run; when the table is full the oldest goes. */
void execs_grant(struct execs *x, const struct binding *b, int64_t until);

/* Is there room for one more? */
bool execs_have_room(const struct execs *x);

/*
 * Something happened to a process below us.  True: it was a stop of one that
 * we trace, and nobody else's business.
 */
bool execs_on_child(struct execs *x, const siginfo_t *info);

#endif
