/*
 * The PROG section's bytes.
 */
#include "compiler/program_put.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/regex.h"

struct put {
	const struct rule_set *set;
	const struct program_numbers *numbers;
	const uint32_t *order;
	struct blob_writer *w;
	struct blob_buf *out;
	struct regexes *regexes;
};

bool
program_is_used(const struct rule_set *set)
{
	return set->nprograms + set->nsubstrings + set->nregexes > 0;
}

struct place {
	const char *name;
	uint32_t program;
};

static int
by_name(const void *vx, const void *vy)
{
	const struct place *x = vx, *y = vy;
	int c = strcmp(x->name, y->name);

	if (c != 0)
		return c;
	return x->program < y->program ? -1 : x->program > y->program;
}

const uint32_t *
program_order(struct arena *a, const struct rule_set *set)
{
	struct place *places = arena_array(a, set->nprograms,
	    sizeof(*places));
	uint32_t *order = arena_array(a, set->nprograms, sizeof(*order));
	size_t i;

	for (i = 0; i < set->nprograms; i++)
		places[i] = (struct place){ set->programs[i].name,
		    (uint32_t)i };
	if (set->nprograms > 1)
		qsort(places, set->nprograms, sizeof(*places), by_name);
	for (i = 0; i < set->nprograms; i++)
		order[i] = places[i].program;
	return order;
}

static const struct program_def *
def_at(const struct put *u, size_t i)
{
	return &u->set->programs[u->order[i]];
}

static void
put_string(struct put *u, const char *s)
{
	blob_put32(u->out, s == NULL ? 0 : blob_writer_string(u->w, s));
}

static void
put_number(struct put *u, const uint32_t *numbers, size_t i)
{
	blob_put32(u->out, numbers == NULL ? 0 : numbers[i]);
}

static void
put_head(struct put *u)
{
	size_t i, opts = 0, args = 0, paths = 0;

	for (i = 0; i < u->set->nprograms; i++) {
		opts += u->set->programs[i].nopts;
		args += u->set->programs[i].nargs;
		paths += u->set->programs[i].npaths;
	}
	blob_put32(u->out, (uint32_t)u->set->nprograms);
	blob_put32(u->out, (uint32_t)opts);
	blob_put32(u->out, (uint32_t)args);
	blob_put32(u->out, (uint32_t)paths);
	blob_put32(u->out, (uint32_t)u->set->nsubstrings);
	blob_put32(u->out, (uint32_t)u->set->nregexes);
	blob_put32(u->out, (uint32_t)regexes_nstates(u->regexes));
	blob_put32(u->out, (uint32_t)regexes_nclasses(u->regexes));
}

static void
put_specs(struct put *u)
{
	const struct program_def *p;
	size_t i, opts = 0, args = 0, paths = 0;

	for (i = 0; i < u->set->nprograms; i++) {
		p = def_at(u, i);
		put_string(u, p->name);
		put_string(u, p->forbidden);
		put_number(u, u->numbers->programs, u->order[i]);
		blob_put32(u->out, (uint32_t)opts);
		blob_put32(u->out, (uint32_t)args);
		blob_put32(u->out, (uint32_t)paths);
		opts += p->nopts;
		args += p->nargs;
		paths += p->npaths;
	}
}

static void
put_opts(struct put *u)
{
	const struct program_opt *o;
	size_t i, k;

	for (i = 0; i < u->set->nprograms; i++)
		for (k = 0; k < def_at(u, i)->nopts; k++) {
			o = &def_at(u, i)->opts[k];
			put_string(u, o->name);
			put_string(u, o->value.literal);
			blob_put8(u->out, o->value.type);
			blob_put8(u->out, o->is_required);
			blob_put16(u->out, 0);
		}
}

static void
put_args(struct put *u)
{
	const struct program_arg *a;
	size_t i, k;

	for (i = 0; i < u->set->nprograms; i++)
		for (k = 0; k < def_at(u, i)->nargs; k++) {
			a = &def_at(u, i)->args[k];
			put_string(u, a->literal);
			blob_put32(u->out, a->type);	/* and padding */
		}
}

static void
put_rest(struct put *u)
{
	const struct rule_set *set = u->set;
	size_t i, k;

	for (i = 0; i < set->nprograms; i++)
		for (k = 0; k < def_at(u, i)->npaths; k++)
			put_string(u, def_at(u, i)->paths[k]);
	for (i = 0; i < set->nsubstrings; i++) {
		put_string(u, set->substrings[i].text);
		put_number(u, u->numbers->substrings, i);
	}
	for (i = 0; i < set->nregexes; i++) {
		put_string(u, set->regexes[i].reason);
		put_number(u, u->numbers->regexes, i);
		blob_put32(u->out, regexes_start(u->regexes, i));
		put_string(u, set->regexes[i].text);
	}
	regexes_put(u->regexes, u->out);
}

/* Every array of the section is checked by its own limit. */
static bool
is_small(const struct rule_set *set, struct diag *d)
{
	size_t i, n = 0;

	for (i = 0; i < set->nprograms; i++) {
		n += 1 + set->programs[i].nopts + set->programs[i].nargs +
		    set->programs[i].npaths;
		if (n <= PROG_MAX)
			continue;
		diag_error(d, set->programs[i].loc, "the programs up to this "
		    "one have more than %d parts", PROG_MAX);
		return false;
	}
	for (i = 0; i < 2; i++) {
		n = i == 0 ? set->nsubstrings : set->nregexes;
		if (n <= PROG_MAX)
			continue;
		diag_error(d, (i == 0 ? set->substrings :
		    set->regexes)[PROG_MAX].loc, "more than %d of these",
		    PROG_MAX);
		return false;
	}
	return true;
}

static int
build_regexes(struct put *u, struct arena *a, struct diag *d)
{
	const struct program_ban *bans = u->set->regexes;
	const char *fault;
	size_t i, at;
	long worst;

	u->regexes = regexes_new(a);
	for (i = 0; i < u->set->nregexes; i++) {
		fault = regexes_add(u->regexes, bans[i].text, &at);
		if (fault == NULL)
			continue;
		diag_error(d, bans[i].loc, "%s: %s",
		    diag_quote(a, bans[i].text), fault);
		return -1;
	}
	if (u->set->nregexes == 0)
		return 0;
	worst = regexes_build(u->regexes, PROG_MAX_STATES);
	if (worst == -1)
		return 0;
	diag_error(d, bans[worst].loc, "with this expression those of "
	    "programs need more than %d states", PROG_MAX_STATES);
	return -1;
}

int
program_put(struct arena *a, struct diag *d, const struct rule_set *set,
    const struct program_numbers *numbers, struct blob_writer *w,
    struct blob_buf *out)
{
	struct put u = { .set = set, .numbers = numbers, .w = w, .out = out,
	    .order = program_order(a, set) };

	if (!is_small(set, d) || build_regexes(&u, a, d) == -1)
		return -1;
	put_head(&u);
	put_specs(&u);
	put_opts(&u);
	put_args(&u);
	put_rest(&u);
	return 0;
}

static int
put_sections(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, struct blob_writer *w)
{
	static const struct { enum blob_kind kind; size_t len; } others[] = {
		{ BLOB_META, META_LEN }, { BLOB_FSRL, FSRL_HEAD },
		{ BLOB_NETW, NETW_HEAD }, { BLOB_ENVR, ENVR_HEAD },
		{ BLOB_AUDT, AUDT_LEN }, { BLOB_DBGI, DBGI_HEAD },
	};
	static const struct program_numbers none = { NULL, NULL, NULL };
	struct blob_buf *b;
	size_t i, k;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		b = blob_writer_section(w, others[i].kind, 0,
		    BLOB_SF_CRITICAL);
		for (k = 0; k < others[i].len; k++)
			blob_put8(b, 0);
	}
	b = blob_writer_section(w, BLOB_EXEC, 0, BLOB_SF_CRITICAL);
	if (automaton_build(a, d, spec, w, b) != 0)
		return -1;
	if (!program_is_used(spec->set))
		return 0;
	b = blob_writer_section(w, BLOB_PROG, 0, BLOB_SF_CRITICAL);
	return program_put(a, d, spec->set, &none, w, b);
}

int
program_blob(struct arena *a, struct diag *d,
    const struct automaton_spec *spec, uint8_t **p, size_t *len)
{
	struct blob_writer *w = blob_writer_new();
	int r = -1, err;

	if (w == NULL) {
		diag_error(d, (struct loc){ .src = NULL }, "out of memory");
		return -1;
	}
	if (put_sections(a, d, spec, w) == -1)
		goto out;
	err = blob_writer_finish(w, p, len);
	if (err == BLOB_WRITE_OK)
		r = 0;
	else
		diag_error(d, (struct loc){ .src = NULL }, "%s",
		    blob_write_strerror(err));
out:
	blob_writer_free(w);
	return r;
}
