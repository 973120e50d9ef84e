/*
 * Several policies that apply together, as `codex-exec -p A -p B' has them:
 * what is done has to be allowed by each.  One row for each thing that all of
 * them let be done, or that one of them keeps from being done, with every
 * layer whose line is behind it.
 */
#ifndef COMPILER_STACK_H
#define COMPILER_STACK_H

#include "compiler/dump.h"

#define STACK_MAX	16	/* layers of Landlock */

enum stack_section {
	STACK_FILES, STACK_NETWORK, STACK_SYSCALLS, STACK_EXEC,
	STACK_ENVIRONMENT, STACK_LIMITS, STACK_PROCESS, STACK_AUDIT,
	STACK_DEGRADE, STACK_NSECTIONS
};

/* A line of a layer. */
struct stack_by {
	size_t layer;			/* from 0 */
	uint32_t rule;			/* DBGI; 0: it has no line for it */
	struct stack_by *next;
};

struct stack_row {
	enum stack_section section;
	const char *what;		/* "read", "syscall" ... */
	const char *target;		/* "" where what is all */
	const char *status, *strength;
	const char *note;		/* or NULL */
	struct stack_by *by, **by_end;
	struct stack_row *next;
};

struct stack {
	struct arena *a;
	struct dump layers[STACK_MAX];
	struct blob_meta meta[STACK_MAX];
	size_t n;
	const struct sysc_arch *arch;	/* of the system calls */
	struct stack_row *rows, **end;
};

/*
 * Fill the rows from s->layers; s->arch NULL: the first that all have.
 * BLOB_OK, or the error of a damaged section.
 */
int stack_build(struct stack *s);

void stack_print(const struct stack *s, FILE *out);
void stack_print_table(const struct stack *s, FILE *out);
void stack_print_json(const struct stack *s, FILE *out);

/* --- shared by what fills it -------------------------------------------- */

/* A row at the end; texts are kept, not copied. */
struct stack_row *stack_add(struct stack *s, enum stack_section section,
    const char *what, const char *target, const char *status,
    const char *strength);
/* One more layer behind it; the same line twice is one. */
void stack_add_by(const struct stack *s, struct stack_row *row, size_t layer,
    uint32_t rule);

void stack_files(struct stack *s);
void stack_network(struct stack *s);
void stack_syscalls(struct stack *s);
void stack_exec(struct stack *s);
void stack_environment(struct stack *s);
void stack_limits(struct stack *s);
void stack_process(struct stack *s);

/*
 * How two templates of paths stand to each other, whatever their variables
 * come to be.
 */
enum stack_relation {
	STACK_APART,
	STACK_SAME,
	STACK_WITHIN,			/* the first lies below the second */
	STACK_AROUND,			/* the other way */
	STACK_UNKNOWN			/* that depends on the variables */
};
enum stack_relation stack_relate(const char *x, const char *y);

/* Does a variable that a layer sets lose the value of one before it? */
bool stack_replaces(const char *name, const char *old);

/* The kernel's order: 0 lets it through, the largest is the strictest. */
unsigned stack_severity(uint32_t action);

#endif
