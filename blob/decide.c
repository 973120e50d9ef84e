/* The whole decision on a command: see decide.h. */
#include "blob/decide.h"

#include <string.h>

#include "blob/exec.h"
#include "blob/wrap.h"

struct run {
	const struct blob *b;
	const struct eval_command *c;	/* as it was asked */
	enum blob_decision opaque;
	uint32_t rule_opaque;
	decide_fn *visit;
	void *ctx;
	struct decide_verdict *out;
	struct room {
		struct shell_room shell;
		char path[EVAL_PATH], real[EVAL_PATH];
	} *room;			/* NULL: nothing is inside */
	size_t words, text;		/* of it that are in use */
	bool has_moved;			/* a script has changed directory */
	uint32_t ncounted;		/* commands that decided something */
	int r;
};

/* Where a command stands. */
struct place {
	unsigned depth;
	uint32_t column;
	bool is_script, has_moved;
};

const char *
decide_kind_name(enum decide_kind k)
{
	static const char names[DECIDE_NKINDS][8] = {
		"exec", "read", "write", "opaque" };

	return (unsigned)k < DECIDE_NKINDS ? names[k] : "?";
}

bool
decide_is_wrapper(const char *const *argv, size_t argc)
{
	struct wrap w = { .next = 0 };

	return wrap_open(argv, argc, false, &w);
}

/* One part is decided on: keep it if it is the strictest so far. */
static void
count(struct run *r, struct decide_part *p)
{
	struct decide_verdict *o = r->out;
	bool is_first = r->ncounted == 0;

	p->number = o->nparts++;
	if (p->counts) {
		r->ncounted += p->kind == DECIDE_COMMAND;
		if (is_first ? p->decision >= o->decision :
		    p->decision > o->decision) {
			o->decision = p->decision;
			o->rule = p->kind == DECIDE_COMMAND ?
			    p->verdict.info : p->kind == DECIDE_OPAQUE ?
			    r->rule_opaque : p->file.rule;
			o->kind = p->kind;
			o->part = p->number;
			o->column = p->column;
			o->construct = p->construct;
			o->verdict = p->verdict;
			o->file = p->file;
		}
	}
	if (r->visit != NULL)
		r->visit(r->ctx, p);
}

static void
note_opaque(struct run *r, const struct decide_part *of,
    enum shell_construct what, uint32_t column)
{
	struct decide_part p = *of;

	p.kind = DECIDE_OPAQUE;
	p.decision = r->opaque;
	p.counts = true;
	p.construct = what;
	p.column = column;
	p.verdict = (struct eval_verdict){ .nmatches = 0 };
	count(r, &p);
}

/* Names of descriptors that are open already, or of nothing to be kept. */
static bool
is_open_already(const char *path)
{
	return strncmp(path, "/dev/std", 8) == 0 ||
	    strncmp(path, "/dev/fd/", 8) == 0 ||
	    strncmp(path, "/proc/", 6) == 0;
}

/* What no list gives by its name may be given by where it leads to. */
static int
judge_file(struct run *r, enum judge_right right, struct judge_verdict *out)
{
	const char *path = r->room->path;
	int e = judge_path(r->b, r->c->vars, right, path, out);

	if (e != BLOB_OK || out->decision == BLOB_ALLOW ||
	    out->cause != JUDGE_BY_ABSENCE || r->c->canonical == NULL ||
	    !r->c->canonical(path, r->room->real))
		return e;
	return judge_path(r->b, r->c->vars, right, r->room->real, out);
}

/* A redirection, if there is something that could judge it. */
static void
decide_file(struct run *r, const struct decide_part *of,
    const struct shell_file *f, bool is_write, bool has_moved)
{
	struct decide_part p = *of;

	if (f->path[0] != '/' && has_moved) {
		note_opaque(r, of, SHELL_DIRECTORY, f->column);
		return;
	}
	p.command.argv = &f->path;
	p.command.argc = 1;
	p.kind = is_write ? DECIDE_WRITE : DECIDE_READ;
	p.column = f->column;
	p.verdict = (struct eval_verdict){ .nmatches = 0 };
	p.decision = BLOB_ALLOW;
	if (strncmp(f->path, "/dev/tcp/", 9) == 0 ||
	    strncmp(f->path, "/dev/udp/", 9) == 0) {
		note_opaque(r, of, SHELL_SYNTAX, f->column);
		return;
	}
	p.counts = r->c->vars != NULL && r->c->cwd != NULL &&
	    !is_open_already(f->path);
	if (p.counts) {
		if (!program_make_path(r->c->cwd, f->path, r->room->path,
		    EVAL_PATH)) {
			note_opaque(r, of, SHELL_TOO_LONG, f->column);
			return;
		}
		r->r = judge_file(r, is_write ? JUDGE_WRITE : JUDGE_READ,
		    &p.file);
		p.decision = p.file.decision;
	}
	count(r, &p);
}

static void look(struct run *r, const char *const *argv, size_t argc,
    struct place at);

/* The commands of a script, one after the other. */
static void
look_at_script(struct run *r, const char *script, struct place at)
{
	size_t words = r->words, text = r->text, i;
	struct decide_part p = { .depth = at.depth };
	struct shell_scan s;

	at.is_script = true;
	shell_start(&s, script, &r->room->shell, words, text);
	while (r->r == BLOB_OK && shell_next(&s)) {
		bool moved = at.has_moved || r->has_moved;

		p.command = (struct eval_command){ .argv = s.argv,
		    .argc = s.argc };
		if (s.note.what != SHELL_PLAIN)
			note_opaque(r, &p, s.note.what, s.note.column);
		for (i = 0; i < s.nfiles; i++) {
			if (s.files[i].is_read)
				decide_file(r, &p, &s.files[i], false, moved);
			if (s.files[i].is_write)
				decide_file(r, &p, &s.files[i], true, moved);
		}
		r->words = words + s.argc;
		r->text = s.ntext;
		at.column = s.column;
		if (s.argc > 0)
			look(r, s.argv, s.argc, at);
	}
	r->words = words;
	r->text = text;
}

/* argv with "git" before it. */
static void
look_at_git(struct run *r, const char *git, const struct wrap *w,
    struct place at)
{
	size_t words = r->words;

	if (w->argc >= SHELL_MAX_WORDS - words) {
		at.depth = DECIDE_MAX_DEPTH;	/* too much: not looked at */
		look(r, w->argv, w->argc, at);
		return;
	}
	r->room->shell.words[words] = git;
	memcpy(r->room->shell.words + words + 1, w->argv,
	    w->argc * sizeof(w->argv[0]));
	r->words += w->argc + 1;
	look(r, r->room->shell.words + words, w->argc + 1, at);
	r->words = words;
}

/* argv[0] with a slash, as the automaton wants it; NULL when not known. */
static const char *
resolve(const struct run *r, const char *name, bool has_moved)
{
	char *path = r->room->path;

	if (r->c->resolved == NULL || strchr(name, '/') == NULL ||
	    (name[0] != '/' && (has_moved || r->c->cwd == NULL)))
		return NULL;
	return program_make_path(name[0] == '/' ? "" : r->c->cwd, name, path,
	    EVAL_PATH) ? path : NULL;
}

/* The question that a part is. */
static void
ask(const struct run *r, struct decide_part *p, bool has_moved)
{
	struct eval_command *c = &p->command;

	if (p->depth == 0) {
		*c = *r->c;
		return;
	}
	c->resolved = c->file = resolve(r, c->argv[0], has_moved);
	if (!has_moved) {
		c->cwd = r->c->cwd;
		c->vars = r->c->vars;
	}
}

static void
look_inside(struct run *r, struct wrap *w, const struct decide_part *p,
    struct place at)
{
	const char *const *argv = p->command.argv;
	bool is_script = at.is_script, has_moved = at.has_moved;

	at.depth++;
	do {
		if (w->what != SHELL_PLAIN)
			note_opaque(r, p, w->what, at.column);
		at.has_moved = has_moved || w->is_moving;
		if (w->argv == NULL && w->script == NULL)
			r->has_moved |= w->is_moving;
		else if (at.depth > DECIDE_MAX_DEPTH || r->room == NULL)
			note_opaque(r, p, SHELL_TOO_DEEP, at.column);
		else if (w->script != NULL)
			look_at_script(r, w->script, at);
		else if (w->is_git)
			look_at_git(r, argv[0], w, at);
		else
			look(r, w->argv, w->argc, at);
	} while (r->r == BLOB_OK && w->next > 0 &&
	    wrap_open(argv, p->command.argc, is_script, w));
}

static void
look(struct run *r, const char *const *argv, size_t argc, struct place at)
{
	struct decide_part p = { .kind = DECIDE_COMMAND, .depth = at.depth,
	    .column = at.column, .command = { .argv = argv, .argc = argc } };
	bool has_moved = at.has_moved || r->has_moved;
	struct wrap w = { .next = 0 };
	bool has_inside;
	uint32_t before = r->ncounted;

	if (at.depth > DECIDE_MAX_DEPTH) {
		note_opaque(r, &p, SHELL_TOO_DEEP, at.column);
		return;
	}
	has_inside = wrap_open(argv, argc, at.is_script, &w);
	if (w.is_syntax) {
		look_inside(r, &w, &p, at);
		return;
	}
	ask(r, &p, has_moved);
	r->r = eval_exec(r->b, &p.command, &p.verdict);
	if (r->r != BLOB_OK)
		return;
	p.decision = p.verdict.decision;
	p.counts = !has_inside || !w.is_transparent ||
	    p.verdict.nmatches > 0;
	if (p.counts)
		count(r, &p);
	if (!has_inside)
		return;
	look_inside(r, &w, &p, at);
	if (!p.counts) {
		/* Nothing inside spoke: then the default does. */
		p.counts = r->ncounted == before;
		ask(r, &p, has_moved);
		count(r, &p);
	}
}

/* Apart, so that a plain command does not pay for the room. */
static __attribute__((noinline)) void
look_with_room(struct run *r, struct place at)
{
	struct room room;

	r->room = &room;
	look(r, r->c->argv, r->c->argc, at);
	r->room = NULL;
}

int
decide_command(const struct blob *b, const struct eval_command *c,
    decide_fn *visit, void *ctx, struct decide_verdict *out)
{
	struct decide_verdict o = { .decision = BLOB_ALLOW };
	struct run r = { .b = b, .c = c, .visit = visit, .ctx = ctx,
	    .out = &o };
	struct place at = { .depth = 0 };
	struct exec_view v;
	int e = exec_view_of(&v, b);

	if (e != BLOB_OK)
		return e;
	r.opaque = v.opaque;
	r.rule_opaque = v.rule_opaque;
	if (decide_is_wrapper(c->argv, c->argc))
		look_with_room(&r, at);
	else
		look(&r, c->argv, c->argc, at);
	if (r.r == BLOB_OK)
		*out = o;
	return r.r;
}
