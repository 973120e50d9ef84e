/* Programs with typed arguments, and bans, as calls of the .rules language. */
#include "compiler/dump.h"
#include "compiler/dump_quote.h"
#include "compiler/textbuf.h"

static const char *
quoted(const struct dump *d, uint32_t string)
{
	return dump_quote_star(d->a, program_str(&d->programs, string));
}

static const char *
type_text(const struct dump *d, const struct program_type *t)
{
	static const char *const names[BLOB_NPROGTYPES] = {
		[BLOB_PROG_OPAQUE] = "ARG_OPAQUE_VALUE",
		[BLOB_PROG_RFILE] = "ARG_RFILE",
		[BLOB_PROG_WFILE] = "ARG_WFILE",
		[BLOB_PROG_POS_INT] = "ARG_POS_INT",
		[BLOB_PROG_SED_COMMAND] = "ARG_SED_COMMAND",
		[BLOB_PROG_RFILES] = "ARG_RFILES",
		[BLOB_PROG_RFILES_OR_CWD] = "ARG_RFILES_OR_CWD",
		[BLOB_PROG_UNVERIFIED] = "ARG_UNVERIFIED_VARARGS",
	};

	return t->type == BLOB_PROG_LITERAL ? quoted(d, t->literal) :
	    names[t->type];
}

static void
add_options(const struct dump *d, struct textbuf *t, struct program_run run)
{
	struct program_option o;
	uint32_t i;

	for (i = 0; i < run.n; i++) {
		if (program_option_get(&d->programs, run.first + i, &o) !=
		    BLOB_OK)
			continue;
		textbuf_add(t, "%s%s(%s", i > 0 ? ", " : "",
		    o.value.type == BLOB_PROG_FLAG ? "flag" : "opt",
		    quoted(d, o.name));
		if (o.value.type != BLOB_PROG_FLAG)
			textbuf_add(t, ", %s%s", type_text(d, &o.value),
			    o.is_required ? ", required = True" : "");
		textbuf_add(t, ")");
	}
}

static const char *
spec_text(const struct dump *d, const struct program_spec_view *s)
{
	struct textbuf t = { .a = d->a };
	struct program_type a;
	uint32_t i, path;

	textbuf_add(&t, "define_program(program = %s, system_path = [",
	    quoted(d, s->name));
	for (i = 0; i < s->paths.n; i++)
		if (program_path_get(&d->programs, s->paths.first + i,
		    &path) == BLOB_OK)
			textbuf_add(&t, "%s%s", i > 0 ? ", " : "",
			    quoted(d, path));
	textbuf_add(&t, "], options = [");
	add_options(d, &t, s->opts);
	textbuf_add(&t, "], args = [");
	for (i = 0; i < s->args.n; i++)
		if (program_arg_get(&d->programs, s->args.first + i, &a) ==
		    BLOB_OK)
			textbuf_add(&t, "%s%s", i > 0 ? ", " : "",
			    type_text(d, &a));
	textbuf_add(&t, "]");
	if (*program_str(&d->programs, s->reason) != '\0')
		textbuf_add(&t, ", forbidden = %s", quoted(d, s->reason));
	textbuf_add(&t, ")");
	return textbuf_text(&t);
}

const char *
dump_program(const struct dump *d, uint32_t i, uint32_t *rule)
{
	const struct program_view *v = &d->programs;
	struct program_spec_view s;
	struct program_regex x;
	uint32_t text;

	if (i < v->nspecs) {
		if (program_spec_get(v, i, &s) != BLOB_OK)
			return NULL;
		*rule = s.rule;
		return spec_text(d, &s);
	}
	i -= v->nspecs;
	if (i < v->nsubstrings)
		return program_substring_get(v, i, &text, rule) == BLOB_OK ?
		    arena_printf(d->a, "forbid_substrings(strings = [%s])",
		    quoted(d, text)) : NULL;
	i -= v->nsubstrings;
	if (program_regex_get(v, i, &x) != BLOB_OK)
		return NULL;
	*rule = x.rule;
	return arena_printf(d->a, "forbid_program_regex(regex = %s, "
	    "reason = %s)", quoted(d, x.text), quoted(d, x.reason));
}
