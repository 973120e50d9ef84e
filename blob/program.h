/*
 * Decisions by programs with typed arguments (define_program), from the PROG
 * section.  No allocation, no I/O.
 *
 * A command is, in this order: forbidden, when its program's name matches a
 * forbidden expression or an argument has a forbidden substring; what the
 * first spec of its program gives that all its words fit: forbidden, safe, or
 * a match, which may write files; unverified, when no spec fits.  Programs
 * without a spec are nothing to this section.
 */
#ifndef BLOB_PROGRAM_H
#define BLOB_PROGRAM_H

#include "blob/judge.h"

enum program_result {
	PROGRAM_NONE,			/* no spec, and nothing forbidden */
	PROGRAM_SAFE,
	PROGRAM_MATCH,			/* may write files */
	PROGRAM_UNVERIFIED,
	PROGRAM_FORBIDDEN,
	PROGRAM_NRESULTS
};

/* Why it is not safe. */
enum program_cause {
	PROGRAM_FITS,
	PROGRAM_BY_NAME,		/* forbidden by a regex */
	PROGRAM_BY_SUBSTRING,
	PROGRAM_BY_SPEC,
	PROGRAM_BY_FILE,		/* the policy's filesystem refuses it */
	PROGRAM_OTHER_FILE,		/* not one of its system paths */
	PROGRAM_UNKNOWN_OPTION,
	PROGRAM_DOUBLE_DASH,
	PROGRAM_OPTION_AS_VALUE,
	PROGRAM_NO_VALUE,		/* of an option */
	PROGRAM_OPTION_MISSING,		/* one that is required */
	PROGRAM_TOO_FEW,
	PROGRAM_TOO_MANY,
	PROGRAM_NOT_LITERAL,
	PROGRAM_NO_FILE_NAME,
	PROGRAM_NOT_POS_INT,
	PROGRAM_NOT_SED_COMMAND,
	PROGRAM_PATH_TOO_LONG,		/* to be judged */
	PROGRAM_NCAUSES
};

struct program_view {
	struct blob_span strs;
	uint32_t nspecs, nopts, nargs, npaths, nsubstrings, nregexes;
	uint32_t nstates, nclasses;
	const uint8_t *specs, *opts, *args, *paths, *substrings, *regexes;
	const uint8_t *ends, *byte_map, *next;
};

struct program_run {
	uint32_t first, n;
};

struct program_spec_view {
	uint32_t name, reason;		/* strings; "": not forbidden */
	uint32_t rule;			/* DBGI */
	struct program_run opts, args, paths;
};

struct program_type {
	enum blob_prog_type type;
	uint32_t literal;		/* string */
};

struct program_option {
	uint32_t name;			/* string */
	struct program_type value;	/* BLOB_PROG_FLAG: has none */
	bool is_required;
};

/* A command, and what is known around it. */
struct program_command {
	const char *const *argv;
	size_t argc;
	const char *file;		/* that will run; NULL: not known */
	const char *cwd;		/* for relative paths; absolute */
	const struct judge_vars *vars;	/* NULL: files are not judged */
	const struct blob *policy;	/* judges them */
};

struct program_verdict {
	enum program_result result;
	enum program_cause cause;
	enum blob_decision decision;	/* not of PROGRAM_NONE */
	uint32_t spec;			/* that fits, or the last one tried */
	uint32_t word;			/* of argv at fault; 0: none alone */
	uint32_t detail;		/* string: option, literal, regex, ... */
	uint32_t rule;			/* DBGI: of the spec or what forbids */
	uint32_t why;			/* string: reason, or "" */
	struct judge_verdict file;	/* PROGRAM_BY_FILE: who refuses it */
};

#define PROGRAM_NO_SPEC	0xffffffffu

/* Check a section; ndbgi is the number of DBGI's entries. */
int program_validate(struct blob_span prog, size_t strs_len, uint32_t ndbgi);
/* *v borrows both, which must have been validated. */
int program_open(struct program_view *v, struct blob_span prog,
    struct blob_span strs);
/* The view of a blob's PROG; BLOB_ERR_MISSING without one. */
int program_view_of(struct program_view *v, const struct blob *b);

const char *program_str(const struct program_view *v, uint32_t off);
int program_spec_get(const struct program_view *v, uint32_t i,
    struct program_spec_view *out);
int program_option_get(const struct program_view *v, uint32_t i,
    struct program_option *out);
int program_arg_get(const struct program_view *v, uint32_t i,
    struct program_type *out);
int program_path_get(const struct program_view *v, uint32_t i,
    uint32_t *string);
int program_substring_get(const struct program_view *v, uint32_t i,
    uint32_t *text, uint32_t *rule);
struct program_regex {
	uint32_t text, reason, rule, state;
};
int program_regex_get(const struct program_view *v, uint32_t i,
    struct program_regex *out);
/* Does the regex that begins in a state match some part of s? */
bool program_regex_matches(const struct program_view *v, uint32_t state,
    const char *s);

/* What a word of a fitting command is. */
struct program_part {
	size_t word;			/* of argv */
	const char *option;		/* whose value it is, or NULL */
	struct program_type type;	/* a flag's is BLOB_PROG_FLAG */
};
typedef void program_part_fn(void *ctx, const struct program_part *p);

/*
 * One spec alone.  *out is PROGRAM_SAFE, PROGRAM_MATCH, PROGRAM_FORBIDDEN or
 * PROGRAM_UNVERIFIED with its cause; files are not judged.  visit, unless
 * NULL, is told the words of a command that fits, in order.
 */
int program_try(const struct program_view *v, uint32_t spec,
    const struct program_command *c, program_part_fn *visit, void *ctx,
    struct program_verdict *out);

/* The whole decision.  BLOB_OK, or the section is damaged: forbidden. */
int program_decide(const struct program_view *v,
    const struct program_command *c, struct program_verdict *out);

/* arg made absolute and normalised; false when that takes too much room. */
bool program_make_path(const char *cwd, const char *arg, char *out,
    size_t cap);

/* "safe", "unknown option" ...; "?" outside of the enumeration. */
const char *program_result_name(enum program_result r);
const char *program_cause_name(enum program_cause c);
const char *program_type_name(enum blob_prog_type t);

#endif
