/* Between rules.c, which reads a file, and its builtins. */
#ifndef COMPILER_RULES_IMPL_H
#define COMPILER_RULES_IMPL_H

#include "compiler/rules.h"
#include "compiler/star_value.h"

struct rules_example {
	const char *const *argv;
	size_t argc;
	struct loc loc;
};

/* The examples of one call, which made the rules [first, first + n). */
struct rules_test {
	size_t first, n;
	struct loc loc;
	struct rules_example *match, *not_match;
	size_t nmatch, nnot_match;
};

/* The examples of one define_program(), which made program `program'. */
struct rules_program_test {
	size_t program;
	struct loc loc;
	struct rules_example *match, *not_match;	/* without the name */
	size_t nmatch, nnot_match;
};

struct rules_context {
	struct arena *a;		/* of the rules; not the values' */
	struct rule_set *set;
	struct rules_test *tests;
	size_t ntests, cap_tests;
	struct rules_program_test *program_tests;
	size_t nprogram_tests, cap_program_tests;
};

/* The context of the evaluation. */
static inline struct rules_context *
rules_context(struct star *s)
{
	return s->host;
}

/* A text that outlives the evaluation; NUL as C0 80 (see rules.h). */
const char *rules_keep(struct star *s, struct star_text t);
/* Speak of an argument from here on; name NULL: of the call. */
void rules_at_arg(struct star *s, struct loc call, const char *name,
    size_t pos);

/* Arguments: false after an error. */
bool rules_want_list(struct star *s, const struct star_value *v,
    const char *what);
bool rules_read_justification(struct star *s, const struct star_value *v,
    const char **out);
struct rules_word {
	const char *name;
	unsigned value;
};
/* The value of one of some words; the last has no name. */
bool rules_read_enum(struct star *s, const struct star_value *v,
    const char *what, const struct rules_word *words, unsigned *out);

/*
 * v NULL: none were given.  With is_argv an example is a command, which may
 * be one string; else it is a list of arguments, which may be empty.
 */
bool rules_read_examples(struct star *s, const struct star_value *v,
    const char *what, size_t pos, bool is_argv, struct rules_example **out,
    size_t *n);

/* define_program() and what goes with it; see rules_prog.c. */
#define RULES_PROGRAM_PARAMS "program system_path? options? args? " \
	"forbidden? should_match? should_not_match?"
typedef struct star_value *rules_call(struct star *s,
    struct star_value *self, struct star_value **arg);
rules_call rules_define_program, rules_forbid_substrings,
    rules_forbid_program_regex, rules_opt, rules_flag, rules_arg_type;
/* Run the examples of programs that this file defined. */
void rules_test_programs(struct arena *work, struct diag *d,
    const struct rules_options *opt, const struct rules_context *c);
/* To who wants to know, else a fault is an error; what: "rule", "program". */
void rules_tell(struct diag *d, const struct rules_options *opt,
    const struct rules_tried *t, const char *what);

struct star_value *rules_network_rule(struct star *s,
    struct star_value *self, struct star_value **arg);
struct star_value *rules_host_executable(struct star *s,
    struct star_value *self, struct star_value **arg);

/* What a `.rules' file can call, without and with the extensions. */
extern const struct star_builtin rules_builtins[];
extern const struct star_builtin rules_extended[];

#endif
