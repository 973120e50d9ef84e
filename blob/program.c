/*
 * The PROG section: validation, getters, the automaton of regexes.  Leaves
 * what words mean to program_check.c.
 */
#include "blob/program.h"

#include <string.h>

#include "blob/bytes.h"

static const uint8_t *
take(struct blob_span *s, uint64_t n, size_t size, bool *is_short)
{
	const uint8_t *p = s->p;

	if (n > s->len / size) {
		*is_short = true;
		return p;
	}
	s->p += (size_t)n * size;
	s->len -= (size_t)n * size;
	return p;
}

static bool
head_ok(const struct program_view *v)
{
	bool regexes_ok = v->nregexes == 0 ?
	    v->nstates == 0 && v->nclasses == 0 :
	    v->nstates >= 2 && v->nstates <= PROG_MAX_STATES &&
	    v->nclasses >= 1 && v->nclasses <= PROG_BYTE_MAP;

	return v->nspecs <= PROG_MAX && v->nopts <= PROG_MAX &&
	    v->nargs <= PROG_MAX && v->npaths <= PROG_MAX &&
	    v->nsubstrings <= PROG_MAX && v->nregexes <= PROG_MAX &&
	    regexes_ok;
}

int
program_open(struct program_view *v, struct blob_span s,
    struct blob_span strs)
{
	struct program_view w = { .strs = strs };
	const uint8_t *p = s.p;
	bool is_short = false;

	if (s.len < PROG_HEAD)
		return BLOB_ERR_TRUNCATED;
	w.nspecs = bytes_le32(p + PROG_NSPECS);
	w.nopts = bytes_le32(p + PROG_NOPTS);
	w.nargs = bytes_le32(p + PROG_NARGS);
	w.npaths = bytes_le32(p + PROG_NPATHS);
	w.nsubstrings = bytes_le32(p + PROG_NSUBSTRINGS);
	w.nregexes = bytes_le32(p + PROG_NREGEXES);
	w.nstates = bytes_le32(p + PROG_NSTATES);
	w.nclasses = bytes_le32(p + PROG_NCLASSES);
	if (!head_ok(&w))
		return BLOB_ERR_VALUE;
	take(&s, 1, PROG_HEAD, &is_short);
	w.specs = take(&s, w.nspecs, PROG_SPEC_LEN, &is_short);
	w.opts = take(&s, w.nopts, PROG_OPT_LEN, &is_short);
	w.args = take(&s, w.nargs, PROG_ARG_LEN, &is_short);
	w.paths = take(&s, w.npaths, PROG_PATH_LEN, &is_short);
	w.substrings = take(&s, w.nsubstrings, PROG_SUBSTRING_LEN, &is_short);
	w.regexes = take(&s, w.nregexes, PROG_REGEX_LEN, &is_short);
	w.ends = take(&s, w.nstates, 1, &is_short);
	w.byte_map = take(&s, w.nregexes == 0 ? 0 : PROG_BYTE_MAP, 1,
	    &is_short);
	w.next = take(&s, (uint64_t)w.nstates * w.nclasses, 2, &is_short);
	if (is_short || s.len != 0)
		return BLOB_ERR_COUNT;
	*v = w;
	return BLOB_OK;
}

int
program_view_of(struct program_view *v, const struct blob *b)
{
	struct blob_span prog, strs;
	int r;

	if ((r = blob_section(b, BLOB_PROG, 0, &prog)) != BLOB_OK ||
	    (r = blob_section(b, BLOB_STRS, 0, &strs)) != BLOB_OK)
		return r;
	return program_open(v, prog, strs);
}

const char *
program_str(const struct program_view *v, uint32_t off)
{
	if (off >= v->strs.len || v->strs.p[v->strs.len - 1] != '\0')
		return "";
	return (const char *)v->strs.p + off;
}

/* As in exec.c: the run of entry i, whose first member's number is at p. */
static int
run_get(const uint8_t *p, uint32_t i, uint32_t n, uint32_t total,
    struct program_run *out)
{
	uint32_t first = bytes_le32(p), next = total;

	if (i + 1 < n)
		next = bytes_le32(p + PROG_SPEC_LEN);
	if (first > next || next > total)
		return BLOB_ERR_ORDER;
	*out = (struct program_run){ .first = first, .n = next - first };
	return BLOB_OK;
}

int
program_spec_get(const struct program_view *v, uint32_t i,
    struct program_spec_view *out)
{
	const uint8_t *p;
	int r;

	if (i >= v->nspecs)
		return BLOB_ERR_RANGE;
	p = v->specs + (size_t)i * PROG_SPEC_LEN;
	out->name = bytes_le32(p + PROG_S_NAME);
	out->reason = bytes_le32(p + PROG_S_REASON);
	out->rule = bytes_le32(p + PROG_S_RULE);
	if ((r = run_get(p + PROG_S_OPT, i, v->nspecs, v->nopts,
	    &out->opts)) != BLOB_OK ||
	    (r = run_get(p + PROG_S_ARG, i, v->nspecs, v->nargs,
	    &out->args)) != BLOB_OK)
		return r;
	return run_get(p + PROG_S_PATH, i, v->nspecs, v->npaths, &out->paths);
}

int
program_option_get(const struct program_view *v, uint32_t i,
    struct program_option *out)
{
	const uint8_t *p;

	if (i >= v->nopts)
		return BLOB_ERR_RANGE;
	p = v->opts + (size_t)i * PROG_OPT_LEN;
	if ((p[PROG_O_TYPE] >= BLOB_PROG_RFILES &&
	    p[PROG_O_TYPE] != BLOB_PROG_UNVERIFIED) || p[PROG_O_REQUIRED] > 1 ||
	    (p[PROG_O_REQUIRED] && p[PROG_O_TYPE] == BLOB_PROG_FLAG) ||
	    bytes_le16(p + PROG_O_PAD) != 0)
		return BLOB_ERR_VALUE;
	*out = (struct program_option){
		.name = bytes_le32(p + PROG_O_NAME),
		.value = { .type = p[PROG_O_TYPE],
		    .literal = bytes_le32(p + PROG_O_LITERAL) },
		.is_required = p[PROG_O_REQUIRED],
	};
	return BLOB_OK;
}

int
program_arg_get(const struct program_view *v, uint32_t i,
    struct program_type *out)
{
	const uint8_t *p;

	if (i >= v->nargs)
		return BLOB_ERR_RANGE;
	p = v->args + (size_t)i * PROG_ARG_LEN;
	if (p[PROG_A_TYPE] == BLOB_PROG_FLAG ||
	    p[PROG_A_TYPE] >= BLOB_NPROGTYPES || p[PROG_A_PAD] != 0 ||
	    p[PROG_A_PAD + 1] != 0 || p[PROG_A_PAD + 2] != 0)
		return BLOB_ERR_VALUE;
	out->type = p[PROG_A_TYPE];
	out->literal = bytes_le32(p + PROG_A_LITERAL);
	return BLOB_OK;
}

int
program_path_get(const struct program_view *v, uint32_t i, uint32_t *string)
{
	if (i >= v->npaths)
		return BLOB_ERR_RANGE;
	*string = bytes_le32(v->paths + (size_t)i * PROG_PATH_LEN);
	return BLOB_OK;
}

int
program_substring_get(const struct program_view *v, uint32_t i,
    uint32_t *text, uint32_t *rule)
{
	const uint8_t *p;

	if (i >= v->nsubstrings)
		return BLOB_ERR_RANGE;
	p = v->substrings + (size_t)i * PROG_SUBSTRING_LEN;
	*text = bytes_le32(p + PROG_B_TEXT);
	*rule = bytes_le32(p + PROG_B_RULE);
	return BLOB_OK;
}

int
program_regex_get(const struct program_view *v, uint32_t i,
    struct program_regex *out)
{
	const uint8_t *p;

	if (i >= v->nregexes)
		return BLOB_ERR_RANGE;
	p = v->regexes + (size_t)i * PROG_REGEX_LEN;
	*out = (struct program_regex){
		.reason = bytes_le32(p + PROG_X_REASON),
		.rule = bytes_le32(p + PROG_X_RULE),
		.state = bytes_le32(p + PROG_X_STATE),
		.text = bytes_le32(p + PROG_X_TEXT),
	};
	return out->state < v->nstates ? BLOB_OK : BLOB_ERR_VALUE;
}

bool
program_regex_matches(const struct program_view *v, uint32_t state,
    const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c;

	for (; state > 1 && state < v->nstates && *u != '\0'; u++) {
		c = v->byte_map[*u];
		if (c >= v->nclasses)
			return true;	/* damaged: better forbidden */
		state = bytes_le16(v->next +
		    ((size_t)state * v->nclasses + c) * 2);
	}
	return state == 1 || state >= v->nstates ||
	    (state > 1 && v->ends[state] != 0);
}

static bool
specs_ok(const struct program_view *v, size_t nstrs, uint32_t ndbgi)
{
	struct program_spec_view s;
	uint32_t i;

	for (i = 0; i < v->nspecs; i++)
		if (program_spec_get(v, i, &s) != BLOB_OK ||
		    s.name >= nstrs || s.reason >= nstrs || s.rule > ndbgi)
			return false;
	return v->nspecs == 0 ? v->nopts + v->nargs + v->npaths == 0 :
	    bytes_le32(v->specs + PROG_S_OPT) == 0 &&
	    bytes_le32(v->specs + PROG_S_ARG) == 0 &&
	    bytes_le32(v->specs + PROG_S_PATH) == 0;
}

static bool
members_ok(const struct program_view *v, size_t nstrs)
{
	struct program_option o;
	struct program_type a;
	uint32_t i, path;

	for (i = 0; i < v->nopts; i++)
		if (program_option_get(v, i, &o) != BLOB_OK ||
		    o.name >= nstrs || o.value.literal >= nstrs)
			return false;
	for (i = 0; i < v->nargs; i++)
		if (program_arg_get(v, i, &a) != BLOB_OK ||
		    a.literal >= nstrs)
			return false;
	for (i = 0; i < v->npaths; i++)
		if (program_path_get(v, i, &path) != BLOB_OK || path >= nstrs)
			return false;
	return true;
}

static bool
bans_ok(const struct program_view *v, size_t nstrs, uint32_t ndbgi)
{
	struct program_regex x;
	uint32_t i, text, rule;

	for (i = 0; i < v->nsubstrings; i++)
		if (program_substring_get(v, i, &text, &rule) != BLOB_OK ||
		    text == 0 || text >= nstrs || rule > ndbgi)
			return false;
	for (i = 0; i < v->nregexes; i++)
		if (program_regex_get(v, i, &x) != BLOB_OK ||
		    x.reason >= nstrs || x.text >= nstrs || x.rule > ndbgi)
			return false;
	for (i = 0; i < v->nstates; i++)
		if (v->ends[i] > 1)
			return false;
	return true;
}

int
program_validate(struct blob_span s, size_t nstrs, uint32_t ndbgi)
{
	struct program_view v;
	int r = program_open(&v, s, (struct blob_span){ .p = NULL });

	if (r != BLOB_OK)
		return r;
	return specs_ok(&v, nstrs, ndbgi) && members_ok(&v, nstrs) &&
	    bans_ok(&v, nstrs, ndbgi) ? BLOB_OK : BLOB_ERR_VALUE;
}
