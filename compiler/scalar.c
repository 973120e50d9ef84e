/* From the text of a value back to the file: see scalar.h. */
#include "compiler/scalar.h"

#include <string.h>

struct walk {
	const char *p, *end;		/* of the file */
	uint32_t line, col;
	const char *text;		/* of the value: */
	size_t n;			/* this much is found */
	size_t want, last;		/* bytes that are looked for */
	struct loc first, end_at;	/* their places, once n is past them */
	const struct source *src;
};

static void
take(struct walk *w, size_t n)
{
	for (; n > 0 && w->p < w->end; n--, w->p++) {
		w->col++;
		if (*w->p == '\n') {
			w->line++;
			w->col = 1;
		}
	}
}

/* The next byte of the text stands there. */
static void
found(struct walk *w, struct loc at)
{
	if (w->n == w->want)
		w->first = at;
	if (w->n == w->last)
		w->end_at = at;
	w->n++;
}

/* The next n bytes of the text are what stands in the next `wide' bytes. */
static bool
match(struct walk *w, const char *bytes, size_t n, size_t wide)
{
	size_t i;

	if (strncmp(w->text + w->n, bytes, n) != 0)
		return false;
	for (i = 0; i < n; i++)
		found(w, (struct loc){ w->src, w->line, w->col,
		    (uint32_t)wide });
	take(w, wide);
	return true;
}

static bool
is_done(const struct walk *w)
{
	return w->n > w->last || w->text[w->n] == '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Blanks that end with a line: how many bytes, or 0. */
static size_t
line_end(const struct walk *w)
{
	const char *p = w->p;

	while (p < w->end && is_blank(*p))
		p++;
	if (p + 1 < w->end && p[0] == '\r' && p[1] == '\n')
		p++;
	return p < w->end && *p == '\n' ? (size_t)(p - w->p) + 1 : 0;
}

/*
 * Lines that end here: one is a blank, more are one newline less.  The blanks
 * around them are no text.
 */
static bool
fold(struct walk *w)
{
	size_t lines = 0, wide, i;

	struct loc at = { w->src, w->line, w->col, 1 };
	while ((wide = line_end(w)) > 0) {
		take(w, wide);
		lines++;
	}
	while (w->p < w->end && is_blank(*w->p))
		take(w, 1);
	for (i = 0; i < (lines > 1 ? lines - 1 : 1); i++) {
		if (w->text[w->n] != (lines > 1 ? '\n' : ' '))
			return false;
		found(w, at);
	}
	return true;
}

/* --- the styles --------------------------------------------------------- */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t
put_utf8(uint32_t c, char out[4])
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

/* \xNN, \uNNNN, \UNNNNNNNN. */
static bool
match_code(struct walk *w, size_t digits)
{
	uint32_t code = 0;
	char bytes[4];
	size_t i;

	for (i = 0; i < digits; i++) {
		if (w->p + 2 + i >= w->end || hex_digit(w->p[2 + i]) < 0)
			return false;
		code = code << 4 | (uint32_t)hex_digit(w->p[2 + i]);
	}
	return code <= 0x10ffff &&
	    match(w, bytes, put_utf8(code, bytes), 2 + digits);
}

static bool
match_escape(struct walk *w)
{
	static const struct { char c; const char *bytes; } simple[] = {
		{ 'a', "\a" }, { 'b', "\b" }, { 't', "\t" }, { '\t', "\t" },
		{ 'n', "\n" }, { 'v', "\v" }, { 'f', "\f" }, { 'r', "\r" },
		{ 'e', "\033" }, { ' ', " " }, { '"', "\"" }, { '/', "/" },
		{ '\\', "\\" }, { 'N', "\302\205" }, { '_', "\302\240" },
		{ 'L', "\342\200\250" }, { 'P', "\342\200\251" },
	};
	char c = w->p + 1 < w->end ? w->p[1] : '\0';
	size_t i;

	if (c == 'x' || c == 'u' || c == 'U')
		return match_code(w, c == 'x' ? 2 : c == 'u' ? 4 : 8);
	if (c == '\n' || c == '\r') {	/* the line goes on */
		take(w, c == '\r' ? 3 : 2);
		while (w->p < w->end && is_blank(*w->p))
			take(w, 1);
		return true;
	}
	for (i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (simple[i].c == c)
			return match(w, simple[i].bytes,
			    strlen(simple[i].bytes), 2);
	return false;
}

/* One byte, or all blanks up to one: a run is looked at once. */
static bool
match_run(struct walk *w)
{
	do {
		if (!match(w, w->p, 1, 1))
			return false;
	} while (is_blank(w->p[-1]) && w->p < w->end && is_blank(*w->p) &&
	    !is_done(w));
	return true;
}

/* Plain (quote 0) and quoted values. */
static bool
walk_flow(struct walk *w, char quote)
{
	while (!is_done(w)) {
		if (w->p >= w->end)
			return false;
		if (line_end(w) > 0) {
			if (!fold(w))
				return false;
		} else if (quote == '"' && *w->p == '\\') {
			if (!match_escape(w))
				return false;
		} else if (quote == '\'' && *w->p == '\'') {
			if (!match(w, "'", 1, 2))
				return false;
		} else if (!match_run(w)) {
			return false;
		}
	}
	return true;
}

/* `|' and `>': the lines after the first, without their indentation. */
static bool
walk_block(struct walk *w)
{
	size_t indent;

	while (w->p < w->end && *w->p != '\n')
		take(w, 1);
	take(w, 1);
	while (line_end(w) > 0 && w->text[w->n] != '\n')
		take(w, line_end(w));
	indent = strspn(w->p, " ");
	while (!is_done(w)) {
		if (w->p >= w->end)
			return false;
		if (w->col == 1)
			take(w, strspn(w->p, " ") < indent ?
			    strspn(w->p, " ") : indent);
		/* A newline may be one, a blank, or nothing. */
		if (*w->p != '\n') {
			if (!match(w, w->p, 1, 1))
				return false;
		} else if (w->text[w->n] == '\n' || w->text[w->n] == ' ') {
			match(w, w->text + w->n, 1, 1);
		} else {
			take(w, 1);
		}
	}
	return true;
}

/* --- the whole ---------------------------------------------------------- */

static const char *
start_of(const struct loc *at)
{
	size_t len;
	const char *line = at->src->text == NULL ? NULL :
	    source_line(at->src, at->line, &len);

	return line != NULL && at->col <= len ? line + at->col - 1 : NULL;
}

/* From the value's text to its file; the whole value, where that fails. */
static struct loc
find_place(struct loc at)
{
	const struct node *n = at.src->holder;
	size_t len = at.len > 0 ? at.len : 1;
	struct walk w = { .p = start_of(&n->at), .src = n->at.src,
	    .line = n->at.line, .col = n->at.col, .text = n->text,
	    .want = at.col - 1, .last = at.col - 1 + len - 1 };
	char quote = w.p == NULL || n->is_plain ? '\0' : *w.p;
	size_t all = strlen(n->text);

	if (w.p == NULL)
		return n->at;
	w.end = n->at.src->text + n->at.src->len;
	if (w.last >= all)
		w.last = all > 0 ? all - 1 : 0;
	if (quote == '\'' || quote == '"')
		take(&w, 1);
	if (quote == '|' || quote == '>' ? !walk_block(&w) :
	    !walk_flow(&w, quote))
		return n->at;
	if (w.want >= all)		/* behind the last byte */
		return (struct loc){ w.src, w.line, w.col, 1 };
	if (w.end_at.line != w.first.line)
		w.first.len = UINT16_MAX;	/* to the end of the line */
	else
		w.first.len = w.end_at.col + w.end_at.len - w.first.col;
	return w.first;
}

static struct loc
exact(const struct node *n, size_t off, size_t len)
{
	struct loc at = n->at;

	at.col += (uint32_t)off + (n->is_plain ? 0 : 1);
	at.len = (uint32_t)len;
	return at;
}

struct loc
scalar_part(struct arena *a, const struct node *n, size_t off, size_t len)
{
	struct loc at = scalar_loc(a, n);

	at.col += (uint32_t)off;
	at.len = (uint32_t)len;
	return at;
}

struct loc
scalar_loc(struct arena *a, const struct node *n)
{
	struct source *src;
	size_t len = strlen(n->text);

	if (n->is_exact)
		return exact(n, 0, len);
	src = arena_alloc(a, sizeof(*src));
	*src = *n->at.src;
	src->text = n->text;
	src->len = len;
	src->place = find_place;
	src->holder = n;
	return (struct loc){ src, 1, 1, (uint32_t)len };
}

/* --- whole texts -------------------------------------------------------- */

struct lines {
	struct loc at;			/* of the value */
	uint32_t lines, cols;		/* to add to a place in the text */
};

static struct loc
add_lines(struct loc at)
{
	const struct lines *l = at.src->holder;

	at.src = l->at.src;
	at.col += l->cols;
	at.line += l->lines;
	return at;
}

/* Does each line of the text stand behind as many blanks as the first? */
static bool
measure_block(const struct node *n, uint32_t *indent)
{
	const struct source *src = n->at.src;
	const char *line = start_of(&n->at), *text = n->text, *nl;
	const char *end = src->text + src->len;
	size_t len, blanks = SIZE_MAX;

	if (line == NULL || *line != '|')
		return false;
	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			return false;
		line = nl + 1;
		len = strcspn(text, "\n");
		if (len == 0)
			continue;
		if (blanks == SIZE_MAX)
			blanks = strspn(line, " ") - strspn(text, " ");
		if ((size_t)(end - line) < blanks ||
		    strspn(line, " ") < blanks ||
		    strncmp(line + blanks, text, len) != 0)
			return false;
	}
	*indent = (uint32_t)blanks;
	return blanks != SIZE_MAX;
}

struct source *
scalar_source(struct arena *a, const struct node *n)
{
	struct source *src = arena_alloc(a, sizeof(*src));
	struct lines *l = arena_alloc(a, sizeof(*l));

	*l = (struct lines){ .at = n->at };
	*src = (struct source){ .path = n->at.src->path, .text = n->text,
	    .len = strlen(n->text), .name = n->at.src->name,
	    .holder = l, .place = add_lines };
	if (n->is_exact) {
		l->lines = n->at.line - 1;
		l->cols = n->at.col - 1 + (n->is_plain ? 0 : 1);
	} else if (measure_block(n, &l->cols)) {
		l->lines = n->at.line;
	} else {
		src->place = NULL;
		src->name = arena_printf(a, "%s:%u (inline)",
		    n->at.src->name, n->at.line);
	}
	return src;
}
