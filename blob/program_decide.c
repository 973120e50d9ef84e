/*
 * The decision on a command: what is forbidden anywhere, the specs of its
 * program in turn, its files.  Leaves one spec to program_check.c.
 */
#include "blob/program.h"

#include <string.h>

#define MAX_PATH	4096	/* the kernel's PATH_MAX */

bool
program_make_path(const char *cwd, const char *arg, char *out, size_t cap)
{
	const char *parts[] = { arg[0] == '/' ? "" : cwd, arg }, *p;
	size_t n = 0, len, i;

	for (i = 0; i < 2; i++)
		for (p = parts[i]; *(p += strspn(p, "/")) != '\0'; p += len) {
			len = strcspn(p, "/");
			if (len == 1 && p[0] == '.')
				continue;
			if (len == 2 && p[0] == '.' && p[1] == '.') {
				while (n > 0 && out[--n] != '/')
					continue;
				continue;
			}
			if (len + 2 > cap - n)
				return false;
			out[n++] = '/';
			memcpy(out + n, p, len);
			n += len;
		}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	return true;
}

static void
unverify(struct program_verdict *out, enum program_cause cause, size_t word)
{
	out->result = PROGRAM_UNVERIFIED;
	out->cause = cause;
	out->decision = BLOB_PROMPT;
	out->word = (uint32_t)word;
}

/* The files of a command that fits, judged one by one. */
struct files {
	const struct program_command *c;
	struct program_verdict *out;
	int r;
	bool has_unverified, has_files;
};

static void
judge_file(struct files *f, enum judge_right right, const char *name,
    size_t word)
{
	struct program_verdict *out = f->out;
	struct judge_verdict j;
	char path[MAX_PATH];

	if (!program_make_path(f->c->cwd, name, path, sizeof(path))) {
		unverify(out, PROGRAM_PATH_TOO_LONG, word);
		return;
	}
	f->r = judge_path(f->c->policy, f->c->vars, right, path, &j);
	if (f->r != BLOB_OK || j.decision == BLOB_ALLOW)
		return;
	out->result = PROGRAM_FORBIDDEN;
	out->cause = PROGRAM_BY_FILE;
	out->decision = BLOB_FORBIDDEN;
	out->word = (uint32_t)word;
	out->file = j;
}

static void
judge_part(void *ctx, const struct program_part *p)
{
	struct files *f = ctx;
	const char *word = f->c->argv[p->word];

	if (f->r != BLOB_OK || f->out->cause != PROGRAM_FITS)
		return;
	switch (p->type.type) {
	case BLOB_PROG_WFILE:
		judge_file(f, JUDGE_WRITE, word, p->word);
		break;
	case BLOB_PROG_RFILES_OR_CWD:
		f->has_files = true;
		/* fall through */
	case BLOB_PROG_RFILE:
	case BLOB_PROG_RFILES:
		judge_file(f, JUDGE_READ, word, p->word);
		break;
	case BLOB_PROG_UNVERIFIED:
		f->has_unverified = true;
		break;
	default:
		break;
	}
}

static bool
reads_cwd(const struct program_view *v, const struct program_spec_view *s,
    const struct files *f)
{
	struct program_type a;
	uint32_t i;

	for (i = 0; i < s->args.n; i++)
		if (program_arg_get(v, s->args.first + i, &a) == BLOB_OK &&
		    a.type == BLOB_PROG_RFILES_OR_CWD)
			return !f->has_files;
	return false;
}

/* May the files be read and written?  Else the verdict is changed. */
static int
judge_files(const struct program_view *v, const struct program_spec_view *s,
    const struct program_command *c, struct program_verdict *out)
{
	struct files f = { .c = c, .out = out };
	struct program_verdict again;
	int r = program_try(v, out->spec, c, judge_part, &f, &again);

	if (r == BLOB_OK && f.r == BLOB_OK && out->cause == PROGRAM_FITS &&
	    reads_cwd(v, s, &f))
		judge_file(&f, JUDGE_READ, ".", 0);
	if (r != BLOB_OK || f.r != BLOB_OK)
		return r != BLOB_OK ? r : f.r;
	if (out->cause == PROGRAM_FITS && !f.has_unverified)
		out->decision = BLOB_ALLOW;	/* all was looked at */
	return BLOB_OK;
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* 1 when path is a system path of the spec, 0 when not, or a code. */
static int
has_path(const struct program_view *v, const struct program_spec_view *spec,
    const char *path)
{
	uint32_t i, s;
	int r;

	for (i = 0; i < spec->paths.n; i++) {
		r = program_path_get(v, spec->paths.first + i, &s);
		if (r != BLOB_OK)
			return r;
		if (strcmp(program_str(v, s), path) == 0)
			return 1;
	}
	return 0;
}

/*
 * Is it the spec's program that will run?  By a path, or where the file is
 * known, it must be one of the system paths, if there are any.
 */
static int
check_program(const struct program_view *v,
    const struct program_spec_view *spec, const struct program_command *c,
    struct program_verdict *out)
{
	const char *file = c->file;
	int r;

	if (file == NULL && strchr(c->argv[0], '/') != NULL)
		file = c->argv[0];
	if (file == NULL || spec->paths.n == 0)
		return BLOB_OK;
	r = has_path(v, spec, file);
	if (r == 0)
		unverify(out, PROGRAM_OTHER_FILE, 0);
	return r < 0 ? r : BLOB_OK;
}

/* The first spec of a name; nspecs if there is none. */
static uint32_t
first_spec(const struct program_view *v, const char *name)
{
	struct program_spec_view s;
	uint32_t lo = 0, hi = v->nspecs, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (program_spec_get(v, mid, &s) != BLOB_OK ||
		    strcmp(program_str(v, s.name), name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* One spec of the program's name, with all that is known of the command. */
static int
consider(const struct program_view *v, uint32_t i,
    const struct program_spec_view *s, const struct program_command *c,
    struct program_verdict *out)
{
	int r = program_try(v, i, c, NULL, NULL, out);

	if (r != BLOB_OK || out->cause != PROGRAM_FITS)
		return r;
	r = check_program(v, s, c, out);
	if (r != BLOB_OK || out->cause != PROGRAM_FITS || c->vars == NULL)
		return r;
	return judge_files(v, s, c, out);
}

static int
try_all(const struct program_view *v, const struct program_command *c,
    struct program_verdict *out)
{
	const char *name = last_component(c->argv[0]);
	struct program_spec_view s;
	uint32_t i;
	int r;

	for (i = first_spec(v, name); i < v->nspecs; i++) {
		if ((r = program_spec_get(v, i, &s)) != BLOB_OK)
			return r;
		if (strcmp(program_str(v, s.name), name) != 0)
			break;
		if (name != c->argv[0] && s.paths.n == 0)
			continue;	/* it could be any program */
		r = consider(v, i, &s, c, out);
		if (r != BLOB_OK || out->result != PROGRAM_UNVERIFIED)
			return r;
	}
	return BLOB_OK;
}

static void
forbid(struct program_verdict *out, enum program_cause cause, size_t word,
    uint32_t detail, uint32_t rule)
{
	out->result = PROGRAM_FORBIDDEN;
	out->decision = BLOB_FORBIDDEN;
	out->cause = cause;
	out->word = (uint32_t)word;
	out->detail = detail;
	out->rule = rule;
}

/* The program's name in each of its forms. */
static bool
name_matches(const struct program_view *v, const struct program_command *c,
    uint32_t state)
{
	return program_regex_matches(v, state, c->argv[0]) ||
	    program_regex_matches(v, state, last_component(c->argv[0])) ||
	    (c->file != NULL && program_regex_matches(v, state, c->file));
}

static int
check_bans(const struct program_view *v, const struct program_command *c,
    struct program_verdict *out)
{
	struct program_regex x;
	uint32_t i, text, rule;
	size_t k;
	int r;

	for (i = 0; i < v->nregexes; i++) {
		if ((r = program_regex_get(v, i, &x)) != BLOB_OK)
			return r;
		if (!name_matches(v, c, x.state))
			continue;
		forbid(out, PROGRAM_BY_NAME, 0, x.text, x.rule);
		out->why = x.reason;
		return BLOB_OK;
	}
	for (k = 1; k < c->argc; k++)
		for (i = 0; i < v->nsubstrings; i++) {
			r = program_substring_get(v, i, &text, &rule);
			if (r != BLOB_OK)
				return r;
			if (strstr(c->argv[k], program_str(v, text)) == NULL)
				continue;
			forbid(out, PROGRAM_BY_SUBSTRING, k, text, rule);
			return BLOB_OK;
		}
	return BLOB_OK;
}

int
program_decide(const struct program_view *v,
    const struct program_command *c, struct program_verdict *out)
{
	int r;

	*out = (struct program_verdict){ .spec = PROGRAM_NO_SPEC };
	if (c->argc == 0)
		return BLOB_OK;
	r = check_bans(v, c, out);
	if (r != BLOB_OK || out->result != PROGRAM_NONE)
		return r;
	return try_all(v, c, out);
}
