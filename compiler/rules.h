/*
 * Exec rules: what evaluating `.rules' files leaves behind, in file order.
 *
 * The scanner, parser and evaluator of the language fill a rule_set; the
 * automaton is built from it, and `show' prints it.  All memory is the
 * arena's.  Texts are UTF-8; U+0000 is kept as the two bytes C0 80, which no
 * argument of a process can be, so that they can end with NUL.
 */
#ifndef COMPILER_RULES_H
#define COMPILER_RULES_H

#include <stdbool.h>

#include "blob/format.h"
#include "compiler/diag.h"

/* One place of a pattern: at least one alternative. */
struct rule_elem {
	const char *const *alts;
	const bool *is_glob;		/* of each; NULL: all are literal */
	size_t nalts;
};

struct rule_pattern {
	const struct rule_elem *elems;
	size_t nelems;			/* at least 1 */
};

struct prefix_rule {
	struct loc loc;			/* the call's first byte */
	const char *id;			/* NULL without one */
	const struct rule_elem *elems;	/* elems[0] has one alternative */
	size_t nelems;
	enum blob_decision decision;
	const char *justification;	/* NULL without one */
	bool is_exact;			/* no further arguments */
	/*
	 * Words are compared in rules_fold()'s form, and the rule is found
	 * by every argv[0] that is the same in it.
	 */
	bool is_canonical;
	bool is_inherited;	/* of a profile that this one extends */
	const struct rule_pattern *unless;	/* exceptions: prefixes too */
	size_t nunless;
};

struct network_rule {
	struct loc loc;
	const char *host;		/* normalised */
	unsigned protocol;		/* one NET_PROTO_* bit */
	enum blob_decision decision;
	const char *justification;
};

struct host_executable {
	struct loc loc;
	const char *name;
	const char *const *paths;	/* absolute, normalised */
	size_t npaths;
};

/* A place for words of a program: a literal word or a type. */
struct program_arg {
	enum blob_prog_type type;
	const char *literal;		/* of BLOB_PROG_LITERAL, else NULL */
};

struct program_opt {
	const char *name;
	struct program_arg value;	/* BLOB_PROG_FLAG: has none */
	bool is_required;
};

struct program_def {
	struct loc loc;
	const char *name;
	const char *const *paths;	/* absolute */
	size_t npaths;
	const struct program_opt *opts;	/* ascending by name */
	size_t nopts;
	const struct program_arg *args;
	size_t nargs;
	const char *forbidden;		/* the reason, or NULL */
};

/* What is forbidden in any command. */
struct program_ban {
	struct loc loc;
	const char *text;		/* a substring, or an expression */
	const char *reason;		/* of expressions */
};

struct rule_set {
	struct prefix_rule *prefix;
	size_t nprefix, cap_prefix;
	struct network_rule *network;
	size_t nnetwork, cap_network;
	struct host_executable *hosts;
	size_t nhosts, cap_hosts;
	struct program_def *programs;
	size_t nprograms, cap_programs;
	struct program_ban *substrings, *regexes;
	size_t nsubstrings, cap_substrings, nregexes, cap_regexes;
};

/* An example of a rule, tried. */
struct rules_tried {
	struct loc loc, rule;		/* of the example; of the call */
	const char *list;		/* "match", "should_not_match" ... */
	const char *text;		/* the command, quoted; copy it */
	const char *fault;		/* what is wrong, NULL: nothing; copy it */
};

struct rules_options {
	bool has_extensions;		/* exact=, unless=, glob(), id=, ... */
	/* Takes the examples, whose faults are then no errors, or NULL. */
	void (*on_example)(void *ctx, const struct rules_tried *t);
	void *ctx;
};

/*
 * Evaluate one file, add its rules to *set, and run its self-tests.
 * Errors go to d, with locations; returns 0, or -1 if there was any.
 */
int rules_read(struct arena *a, struct diag *d, const struct source *src,
    const struct rules_options *opt, struct rule_set *set);

/* s in the form of the canonical, caseless comparison; itself if no UTF-8. */
const char *rules_fold(struct arena *a, const char *s);

/*
 * path made absolute, against cwd if need be (and "~" against home, unless
 * that is NULL), and normalised lexically.
 */
const char *rules_absolute(struct arena *a, const char *path,
    const char *cwd, const char *home);
/* Last component of a normalised path; NULL for "/". */
const char *rules_basename(const char *path);

/* A command to look up. */
struct rules_command {
	const char *const *argv;
	size_t argc;
	const char *resolved;		/* argv[0], absolute; NULL: do not */
};

struct rules_hit {
	const struct prefix_rule *rule;
	bool is_resolved;		/* found by the last path component */
};

/*
 * All rules that match, those whose first word is argv[0] itself before
 * those that are only canonically equal to it, each in file order.  Plain,
 * for self-tests and as the automaton's witness.  Returns how many.
 */
size_t rules_match_naive(struct arena *a, const struct rule_set *set,
    const struct rules_command *c, struct rules_hit **out);
/* The same among the n rules at `rules', with all of the set's hosts. */
size_t rules_match_some(struct arena *a, const struct rule_set *set,
    const struct prefix_rule *rules, size_t n, const struct rules_command *c,
    struct rules_hit **out);

/* Split as a POSIX shell does, without expansion; false: not closed. */
bool rules_shlex(struct arena *a, const char *text, size_t n,
    const char *const **words, size_t *nwords);

/* A normalised host, or NULL and what is wrong with raw. */
const char *rules_host(struct arena *a, const char *raw, const char **fault);

const char *rules_decision_name(enum blob_decision d);

/*
 * All rules that match, by the blob that was made of the set: what
 * rules_match_naive() gives, in its order.  BLOB_OK or the blob's fault.
 */
struct blob;
int rules_match_blob(struct arena *a, const struct rule_set *set,
    const struct blob *b, const struct rules_command *c,
    struct rules_hit **out, size_t *nhits);

/* What the rules, and the programs of the blob, say of one command. */
struct program_verdict;
struct rules_answer {
	struct rules_command command;
	const struct rules_hit *hits;
	size_t nhits;
	const struct program_verdict *program;	/* NULL: not asked */
};

/* Something seen inside of a command: shell strings, wrappers. */
struct rules_part {
	const char *kind;		/* "exec", "read", "write", "opaque" */
	const char *construct;		/* of "opaque", else NULL */
	unsigned column;		/* in its script; 0: in none */
	const char *const *argv;	/* of a redirection: the path */
	size_t argc;
	bool is_open;			/* no rule speaks of it */
};

/*
 * What `execpolicy check' prints, without the newline at the end: for one
 * command; and with --split for all that is inside of it.
 */
struct rules_result {
	const struct rules_answer *answers;
	size_t nanswers;
	const struct rules_part *parts;
	size_t nparts;
	bool is_split;
	const struct blob *b;
};
void rules_print_json(FILE *out, const struct rules_result *r,
    bool is_pretty);

#endif
