/*
 * Commands against specs: options first, then what is left against the
 * arguments, from both ends where one of them takes several words.
 */
#include "blob/program.h"

#include <string.h>

struct trial {
	const struct program_view *v;
	const struct program_command *c;
	struct program_spec_view s;
	struct program_verdict *out;
	uint32_t npos;			/* positional words */
	/* Of the spec's arguments: before and behind the one for several. */
	uint32_t nbefore, nbehind;
	enum blob_prog_type many;	/* BLOB_PROG_FLAG: there is none */
	bool has_writes;
};

static int
fail(struct trial *t, enum program_cause cause, size_t word, uint32_t detail)
{
	t->out->result = PROGRAM_UNVERIFIED;
	t->out->decision = BLOB_PROMPT;
	t->out->cause = cause;
	t->out->word = (uint32_t)word;
	t->out->detail = detail;
	return BLOB_OK;
}

static bool
is_failed(const struct trial *t)
{
	return t->out->cause != PROGRAM_FITS;
}

/* A decimal number of 64 bits, perhaps behind a "+". */
static bool
is_number(const char *s, size_t n, bool *is_zero)
{
	uint64_t x = 0;
	size_t i, sign = n > 0 && s[0] == '+';

	for (i = sign; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || x > UINT64_MAX / 10 ||
		    (x == UINT64_MAX / 10 && s[i] > '5'))
			return false;
		x = x * 10 + (uint64_t)(s[i] - '0');
	}
	*is_zero = x == 0;
	return n > sign;
}

/* `N,Mp': print lines N to M. */
static bool
is_sed_command(const char *s)
{
	size_t n = strlen(s), comma = strcspn(s, ",");
	bool is_zero;

	return n > 0 && s[n - 1] == 'p' && comma < n &&
	    is_number(s, comma, &is_zero) &&
	    is_number(s + comma + 1, n - comma - 2, &is_zero);
}

static enum program_cause
check_value(const struct program_view *v, const struct program_type *t,
    const char *s)
{
	bool is_zero;

	switch (t->type) {
	case BLOB_PROG_LITERAL:
		return strcmp(s, program_str(v, t->literal)) == 0 ?
		    PROGRAM_FITS : PROGRAM_NOT_LITERAL;
	case BLOB_PROG_RFILE:
	case BLOB_PROG_WFILE:
	case BLOB_PROG_RFILES:
	case BLOB_PROG_RFILES_OR_CWD:
		return *s != '\0' ? PROGRAM_FITS : PROGRAM_NO_FILE_NAME;
	case BLOB_PROG_POS_INT:
		return is_number(s, strlen(s), &is_zero) && !is_zero ?
		    PROGRAM_FITS : PROGRAM_NOT_POS_INT;
	case BLOB_PROG_SED_COMMAND:
		return is_sed_command(s) ? PROGRAM_FITS :
		    PROGRAM_NOT_SED_COMMAND;
	default:
		return PROGRAM_FITS;
	}
}

static void
note_type(struct trial *t, enum blob_prog_type type)
{
	if (type == BLOB_PROG_WFILE || type == BLOB_PROG_UNVERIFIED)
		t->has_writes = true;
}

/* BLOB_OK, BLOB_ERR_MISSING, or the section is damaged. */
static int
find_option(const struct trial *t, const char *name,
    struct program_option *out)
{
	uint32_t i;
	int r;

	for (i = 0; i < t->s.opts.n; i++) {
		r = program_option_get(t->v, t->s.opts.first + i, out);
		if (r != BLOB_OK)
			return r;
		if (strcmp(program_str(t->v, out->name), name) == 0)
			return BLOB_OK;
	}
	return BLOB_ERR_MISSING;
}

/* The option at word *i, and its value; *i is left at the last of them. */
static int
take_option(struct trial *t, size_t *i)
{
	const char *const *argv = t->c->argv;
	struct program_option o;
	enum program_cause cause;
	int r;

	if (strcmp(argv[*i], "--") == 0)
		return fail(t, PROGRAM_DOUBLE_DASH, *i, 0);
	r = find_option(t, argv[*i], &o);
	if (r == BLOB_ERR_MISSING)
		return fail(t, PROGRAM_UNKNOWN_OPTION, *i, 0);
	if (r != BLOB_OK || o.value.type == BLOB_PROG_FLAG)
		return r;
	if (*i + 1 == t->c->argc)
		return fail(t, PROGRAM_NO_VALUE, *i, o.name);
	++*i;
	if (argv[*i][0] == '-')
		return fail(t, PROGRAM_OPTION_AS_VALUE, *i, o.name);
	cause = check_value(t->v, &o.value, argv[*i]);
	if (cause != PROGRAM_FITS)
		return fail(t, cause, *i, cause == PROGRAM_NOT_LITERAL ?
		    o.value.literal : o.name);
	note_type(t, o.value.type);
	return BLOB_OK;
}

static int
take_options(struct trial *t)
{
	size_t i;
	int r;

	for (i = 1; i < t->c->argc; i++) {
		if (t->c->argv[i][0] != '-') {
			t->npos++;
			continue;
		}
		if ((r = take_option(t, &i)) != BLOB_OK || is_failed(t))
			return r;
	}
	return BLOB_OK;
}

/* A word that begins with "-" is never a value, so this finds options. */
static bool
is_given(const struct trial *t, const char *option)
{
	size_t i;

	for (i = 1; i < t->c->argc; i++)
		if (strcmp(t->c->argv[i], option) == 0)
			return true;
	return false;
}

static int
check_required(struct trial *t)
{
	struct program_option o;
	uint32_t i;
	int r;

	for (i = 0; i < t->s.opts.n; i++) {
		r = program_option_get(t->v, t->s.opts.first + i, &o);
		if (r != BLOB_OK)
			return r;
		if (o.is_required && !is_given(t, program_str(t->v, o.name)))
			return fail(t, PROGRAM_OPTION_MISSING, 0, o.name);
	}
	return BLOB_OK;
}

static int
partition(struct trial *t)
{
	struct program_type a;
	uint32_t i;
	int r;

	for (i = 0; i < t->s.args.n; i++) {
		r = program_arg_get(t->v, t->s.args.first + i, &a);
		if (r != BLOB_OK)
			return r;
		if (a.type >= BLOB_PROG_RFILES) {
			if (t->many != BLOB_PROG_FLAG)
				return BLOB_ERR_VALUE;
			t->many = a.type;
		} else if (t->many == BLOB_PROG_FLAG) {
			t->nbefore++;
		} else {
			t->nbehind++;
		}
	}
	return BLOB_OK;
}

/* Does each word have a place? */
static int
check_count(struct trial *t)
{
	uint32_t least = t->nbefore + t->nbehind +
	    (t->many == BLOB_PROG_RFILES);

	if (t->npos < least)
		return fail(t, PROGRAM_TOO_FEW, 0, 0);
	if (t->npos > least && t->many == BLOB_PROG_FLAG)
		return fail(t, PROGRAM_TOO_MANY, 0, 0);
	return BLOB_OK;
}

/* The type of positional word k. */
static int
type_of(const struct trial *t, uint32_t k, struct program_type *out)
{
	uint32_t i = k;

	if (k >= t->npos - t->nbehind)
		i = t->s.args.n - (t->npos - k);
	else if (k > t->nbefore)
		i = t->nbefore;
	return program_arg_get(t->v, t->s.args.first + i, out);
}

/* Tell visit of each word, or check the positional ones if it is NULL. */
static int
walk_words(struct trial *t, program_part_fn *visit, void *ctx)
{
	struct program_part p;
	struct program_option o;
	enum program_cause cause;
	uint32_t k = 0;
	size_t i;
	int r;

	for (i = 1; i < t->c->argc; i++) {
		p = (struct program_part){ .word = i };
		if (t->c->argv[i][0] == '-') {
			r = find_option(t, t->c->argv[i], &o);
			if (r != BLOB_OK)
				return BLOB_ERR_VALUE;
			if (visit != NULL && o.value.type == BLOB_PROG_FLAG)
				visit(ctx, &p);
			if (o.value.type == BLOB_PROG_FLAG)
				continue;
			p = (struct program_part){ .word = i + 1,
			    .option = t->c->argv[i], .type = o.value };
			i++;
			if (visit != NULL)
				visit(ctx, &p);
			continue;
		}
		if ((r = type_of(t, k++, &p.type)) != BLOB_OK)
			return r;
		if (visit != NULL) {
			visit(ctx, &p);
			continue;
		}
		cause = check_value(t->v, &p.type, t->c->argv[i]);
		if (cause != PROGRAM_FITS)
			return fail(t, cause, i, p.type.literal);
		note_type(t, p.type.type);
	}
	return BLOB_OK;
}

static int
trial_run(struct trial *t)
{
	static int (*const steps[])(struct trial *t) = {
		partition, take_options, check_count, check_required
	};
	size_t i;
	int r;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if ((r = steps[i](t)) != BLOB_OK || is_failed(t))
			return r;
	return walk_words(t, NULL, NULL);
}

static int
try_spec(struct trial *t, uint32_t spec)
{
	struct program_verdict *out = t->out;
	int r = program_spec_get(t->v, spec, &t->s);

	*out = (struct program_verdict){ .spec = spec };
	if (r != BLOB_OK)
		return r;
	out->rule = t->s.rule;
	if ((r = trial_run(t)) != BLOB_OK || is_failed(t))
		return r;
	if (*program_str(t->v, t->s.reason) != '\0') {
		out->result = PROGRAM_FORBIDDEN;
		out->cause = PROGRAM_BY_SPEC;
		out->decision = BLOB_FORBIDDEN;
		out->why = t->s.reason;
		return BLOB_OK;
	}
	out->result = t->has_writes ? PROGRAM_MATCH : PROGRAM_SAFE;
	out->decision = t->has_writes ? BLOB_PROMPT : BLOB_ALLOW;
	return BLOB_OK;
}

int
program_try(const struct program_view *v, uint32_t spec,
    const struct program_command *c, program_part_fn *visit, void *ctx,
    struct program_verdict *out)
{
	struct trial t = { .v = v, .c = c, .out = out };
	int r = try_spec(&t, spec);

	if (r != BLOB_OK || visit == NULL ||
	    out->result == PROGRAM_UNVERIFIED)
		return r;
	return walk_words(&t, visit, ctx);
}

const char *
program_result_name(enum program_result r)
{
	static const char *const names[] = {
		[PROGRAM_NONE] = "none", [PROGRAM_SAFE] = "safe",
		[PROGRAM_MATCH] = "match", [PROGRAM_UNVERIFIED] = "unverified",
		[PROGRAM_FORBIDDEN] = "forbidden",
	};

	return r < PROGRAM_NRESULTS ? names[r] : "?";
}

const char *
program_cause_name(enum program_cause c)
{
	static const char *const names[] = {
		[PROGRAM_FITS] = "fits",
		[PROGRAM_BY_NAME] = "the program's name is forbidden",
		[PROGRAM_BY_SUBSTRING] = "a forbidden substring",
		[PROGRAM_BY_SPEC] = "forbidden",
		[PROGRAM_BY_FILE] = "a file that the policy refuses",
		[PROGRAM_OTHER_FILE] = "not one of the system paths",
		[PROGRAM_UNKNOWN_OPTION] = "unknown option",
		[PROGRAM_DOUBLE_DASH] = "\"--\" is not looked through",
		[PROGRAM_OPTION_AS_VALUE] = "an option where a value is due",
		[PROGRAM_NO_VALUE] = "an option lacks its value",
		[PROGRAM_OPTION_MISSING] = "a required option is missing",
		[PROGRAM_TOO_FEW] = "too few arguments",
		[PROGRAM_TOO_MANY] = "too many arguments",
		[PROGRAM_NOT_LITERAL] = "another word is expected",
		[PROGRAM_NO_FILE_NAME] = "an empty file name",
		[PROGRAM_NOT_POS_INT] = "not a positive number",
		[PROGRAM_NOT_SED_COMMAND] = "not a sed command of the form N,Mp",
		[PROGRAM_PATH_TOO_LONG] = "a path too long to be judged",
	};

	return c < PROGRAM_NCAUSES ? names[c] : "?";
}

const char *
program_type_name(enum blob_prog_type t)
{
	static const char *const names[] = {
		[BLOB_PROG_FLAG] = "flag", [BLOB_PROG_LITERAL] = "literal",
		[BLOB_PROG_OPAQUE] = "opaque", [BLOB_PROG_RFILE] = "rfile",
		[BLOB_PROG_WFILE] = "wfile", [BLOB_PROG_POS_INT] = "posInt",
		[BLOB_PROG_SED_COMMAND] = "sedCommand",
		[BLOB_PROG_RFILES] = "rfile",
		[BLOB_PROG_RFILES_OR_CWD] = "rfile",
		[BLOB_PROG_UNVERIFIED] = "unverified",
	};

	return t < BLOB_NPROGTYPES ? names[t] : "?";
}
