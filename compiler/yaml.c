/*
 * YAML text to a node tree, by libyaml's events; the only file that knows
 * libyaml.  What the tree may hold is schema.c's.
 */
#include <yaml.h>

#include <string.h>

#include "compiler/node.h"

#define BOM	"\357\273\277"
#define BOM_LEN	3

struct reader {
	struct arena *a;
	struct diag *d;
	const struct source *src;
	yaml_parser_t parser;
	yaml_event_t event;
	size_t count;
	int depth;
	bool has_failed;
	bool has_mark;		/* a byte order mark stands first */
	/* The line of the last value that began: the next is seldom before. */
	struct source rest;	/* the text from there on */
	uint32_t rest_line;
};

/* Like source_line(), from where values begin now. */
static const char *
line_of(const struct reader *r, uint32_t line, size_t *len)
{
	if (r->rest_line == 0 || line < r->rest_line)
		return source_line(r->src, line, len);
	return source_line(&r->rest, line - r->rest_line + 1, len);
}

static void
go_on_from(struct reader *r, uint32_t line)
{
	size_t len;
	const char *p = line_of(r, line, &len);

	if (line < r->rest_line || *p == '\0')
		return;
	r->rest.text = p;
	r->rest.len = (size_t)(r->src->text + r->src->len - p);
	r->rest_line = line;
}

/* libyaml counts columns in characters; we count bytes. */
static struct loc
loc_of(const struct reader *r, yaml_mark_t mark)
{
	struct loc at = { .src = r->src, .line = (uint32_t)mark.line + 1,
	    .len = 1 };
	size_t len, i = 0, chars = mark.column + (mark.line == 0 && r->has_mark);
	const char *line = line_of(r, at.line, &len);

	while (chars > 0 && i < len) {
		i++;
		while (i < len && ((unsigned char)line[i] & 0xc0) == 0x80)
			i++;
		chars--;
	}
	at.col = (uint32_t)(i + chars) + 1;
	return at;
}

static struct loc
span_of(const struct reader *r, yaml_mark_t start, yaml_mark_t end)
{
	struct loc at = loc_of(r, start), stop = loc_of(r, end);
	size_t len;

	line_of(r, at.line, &len);
	if (stop.line != at.line)
		stop.col = (uint32_t)len + 1;
	at.len = stop.col > at.col ? stop.col - at.col : 1;
	return at;
}

static struct loc
loc_at_offset(const struct source *src, size_t off)
{
	struct loc at = { .src = src, .line = 1, .col = 1, .len = 1 };
	size_t i;

	for (i = 0; i < off && i < src->len; i++) {
		at.col++;
		if (src->text[i] == '\n') {
			at.line++;
			at.col = 1;
		}
	}
	return at;
}

/*
 * What libyaml found, in words that say what to write instead; its own where
 * they do.
 */
static const char *
problem_text(const struct reader *r, struct loc at)
{
	static const char begins[] = "found character that cannot start any "
	    "token";
	static const char escape[] = "found unknown escape character";
	const char *problem = r->parser.problem, *line;
	size_t len;

	if (problem == NULL)
		return "not valid YAML";
	if (strcmp(problem, escape) == 0)
		return "unknown escape; write \\\\ for a backslash, or use "
		    "single quotes";
	line = line_of(r, at.line, &len);
	if (strcmp(problem, begins) != 0 || at.col > len)
		return problem;
	if (line[at.col - 1] == '\t')
		return "a tab cannot indent; use blanks";
	return arena_printf(r->a, "a value that begins with %s needs quotes",
	    diag_quote(r->a, arena_strndup(r->a, line + at.col - 1, 1)));
}

static void
report_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct loc at = loc_of(r, p->problem_mark);
	const char *text;

	if (p->error == YAML_MEMORY_ERROR) {
		diag_error(r->d, at, "out of memory");
		return;
	}
	if (p->error == YAML_READER_ERROR)
		at = loc_at_offset(r->src, p->problem_offset +
		    (r->has_mark ? BOM_LEN : 0));
	text = problem_text(r, at);
	if (text != p->problem || p->context == NULL)
		diag_error(r->d, at, "%s", text);
	else
		diag_error(r->d, at, "%s %s", text, p->context);
	if (p->context != NULL && p->context_mark.line != p->problem_mark.line)
		diag_note(r->d, loc_of(r, p->context_mark), "it began here");
}

/*
 * YAML ends lines also with a carriage return alone and with three characters
 * of Unicode, which editors show as nothing: lines would be counted otherwise
 * than everywhere else.
 */
static bool
check_breaks(struct reader *r)
{
	static const struct { const char *bytes, *name; } breaks[] = {
		{ "\302\205", "NEL (U+0085)" }, { "\342\200\250",
		"LINE SEPARATOR (U+2028)" }, { "\342\200\251",
		"PARAGRAPH SEPARATOR (U+2029)" },
	};
	const char *text = r->src->text, *p;
	size_t i;

	for (p = strchr(text, '\r'); p != NULL; p = strchr(p + 1, '\r'))
		if (p[1] != '\n') {
			diag_error(r->d, loc_at_offset(r->src,
			    (size_t)(p - text)), "a carriage return without "
			    "a newline; lines end with LF or CR LF");
			return false;
		}
	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		p = strstr(text, breaks[i].bytes);
		if (p == NULL)
			continue;
		diag_error(r->d, loc_at_offset(r->src, (size_t)(p - text)),
		    "the line break %s; lines end with LF or CR LF",
		    breaks[i].name);
		return false;
	}
	return true;
}

static bool
next_event(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (r->has_failed)
		return false;
	if (!yaml_parser_parse(&r->parser, &r->event)) {
		report_syntax(r);
		r->has_failed = true;
		return false;
	}
	return true;
}

static void
refuse(struct reader *r, const char *what)
{
	diag_error(r->d, span_of(r, r->event.start_mark, r->event.end_mark),
	    "%s", what);
	r->has_failed = true;
}

/* The tag and anchor of whatever the event begins. */
static bool
event_marks(const yaml_event_t *e, const char **tag, const char **anchor)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		*tag = (const char *)e->data.scalar.tag;
		*anchor = (const char *)e->data.scalar.anchor;
		return true;
	case YAML_SEQUENCE_START_EVENT:
		*tag = (const char *)e->data.sequence_start.tag;
		*anchor = (const char *)e->data.sequence_start.anchor;
		return true;
	case YAML_MAPPING_START_EVENT:
		*tag = (const char *)e->data.mapping_start.tag;
		*anchor = (const char *)e->data.mapping_start.anchor;
		return true;
	default:
		return false;
	}
}

static struct node *read_node(struct reader *r);

static struct node *
read_scalar(struct reader *r, struct node *n)
{
	const yaml_event_t *e = &r->event;
	const char *text = (const char *)e->data.scalar.value;
	size_t quotes;

	n->kind = NODE_SCALAR;
	if (strlen(text) != e->data.scalar.length) {
		refuse(r, "a value cannot hold a NUL byte");
		return NULL;
	}
	n->text = arena_strdup(r->a, text);
	n->is_plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	quotes = n->is_plain ? 0 : 2;
	n->is_exact = e->start_mark.line == e->end_mark.line &&
	    n->loc.len == strlen(text) + quotes &&
	    e->data.scalar.style != YAML_LITERAL_SCALAR_STYLE &&
	    e->data.scalar.style != YAML_FOLDED_SCALAR_STYLE;
	return n;
}

static struct node *
read_list(struct reader *r, struct node *n)
{
	struct node *child;

	n->kind = NODE_LIST;
	n->loc.len = 1;
	while (next_event(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
		child = read_node(r);
		if (child == NULL)
			return NULL;
		node_add(n, child);
	}
	return r->has_failed ? NULL : n;
}

static struct node *
read_key(struct reader *r, struct node *map)
{
	struct node *key = read_node(r), *old;

	if (key == NULL)
		return NULL;
	if (key->kind != NODE_SCALAR) {
		diag_error(r->d, key->at, "a key must be text, found %s",
		    node_what(r->a, key));
		r->has_failed = true;
		return NULL;
	}
	if (strcmp(key->text, "<<") == 0 && key->is_plain) {
		diag_error(r->d, key->at,
		    "merge keys are not supported; use `extends'");
		r->has_failed = true;
		return NULL;
	}
	old = node_get(map, key->text);
	if (old != NULL) {
		diag_error(r->d, key->at, "key %s is given twice",
		    diag_quote(r->a, key->text));
		diag_note(r->d, old->key->at, "first given here");
	}
	return key;
}

static struct node *
read_map(struct reader *r, struct node *n)
{
	struct node *key, *value;

	n->kind = NODE_MAP;
	n->loc.len = 1;
	while (next_event(r) && r->event.type != YAML_MAPPING_END_EVENT) {
		key = read_key(r, n);
		if (key == NULL || !next_event(r))
			return NULL;
		value = read_node(r);
		if (value == NULL)
			return NULL;
		value->key = key;
		if (node_get(n, key->text) == NULL)
			node_add(n, value);
	}
	return r->has_failed ? NULL : n;
}

/* Digits to a line or column, which count from 1. */
static bool
place_number(const char *s, const char *end, uint32_t *out)
{
	uint64_t v = 0;

	if (s == end)
		return false;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9' || v > UINT32_MAX)
			return false;
		v = v * 10 + (uint64_t)(*s - '0');
	}
	*out = (uint32_t)v;
	return v >= 1 && v <= UINT32_MAX;
}

/* "file:12:3" to a place in a file known by name; false if it is none. */
static bool
parse_origin(struct arena *a, const char *text, struct loc *at)
{
	const char *end = text + strlen(text), *col = end, *line;
	struct loc found = { .len = 1 };

	while (col > text && col[-1] != ':')
		col--;
	if (col == text || !place_number(col, end, &found.col))
		return false;
	end = line = col - 1;
	while (line > text && line[-1] != ':')
		line--;
	if (line <= text + 1 || !place_number(line, end, &found.line))
		return false;
	found.src = source_named(a, arena_strndup(a, text,
	    (size_t)(line - 1 - text)));
	*at = found;
	return true;
}

/* `!from ["file:12:3", value]': the value, as if it stood there. */
static struct node *
unwrap_from(struct reader *r, struct node *n)
{
	struct node *value;
	struct loc at;

	if (n->kind != NODE_LIST || n->first == NULL ||
	    n->first->next == NULL || n->first->next != n->last) {
		diag_error(r->d, n->at, "`!from' takes [\"file:line:column\", "
		    "value], found %s", n->kind == NODE_LIST ?
		    "another list" : node_what(r->a, n));
		r->has_failed = true;
		return NULL;
	}
	if (n->first->kind != NODE_SCALAR ||
	    !parse_origin(r->a, n->first->text, &at)) {
		diag_error(r->d, n->first->at, "`!from' takes a place such as "
		    "\"file:12:3\", found %s", node_what(r->a, n->first));
		return n->last;
	}
	value = n->last;
	value->loc = at;	/* messages go on to speak of value->at */
	return value;
}

static struct node *
read_tagged(struct reader *r, struct node *n, const char *tag)
{
	bool is_from = tag != NULL && strcmp(tag, "!from") == 0;
	bool is_replace = tag != NULL && strcmp(tag, "!replace") == 0;

	if (tag != NULL && !is_from && !is_replace) {
		diag_error(r->d, n->at, "unknown tag %s; there are !replace "
		    "and !from", diag_quote(r->a, tag));
		r->has_failed = true;
		return NULL;
	}
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		n = read_scalar(r, n);
		break;
	case YAML_SEQUENCE_START_EVENT:
		n = read_list(r, n);
		break;
	default:
		n = read_map(r, n);
		break;
	}
	if (n == NULL)
		return NULL;
	if (is_from && (n = unwrap_from(r, n)) == NULL)
		return NULL;
	if (is_replace && n->kind != NODE_LIST)
		diag_error(r->d, n->at, "`!replace' belongs to a list, found "
		    "%s", node_what(r->a, n));
	n->is_replace |= is_replace;	/* perhaps of the value in !from */
	return n;
}

static struct node *
read_node(struct reader *r)
{
	const char *tag = NULL, *anchor = NULL;
	struct node *n;

	if (r->event.type == YAML_ALIAS_EVENT) {
		refuse(r, "YAML aliases (*name) are not supported; use "
		    "`variables'");
		return NULL;
	}
	if (!event_marks(&r->event, &tag, &anchor))
		return NULL;
	if (anchor != NULL) {
		refuse(r, "YAML anchors (&name) are not supported; use "
		    "`variables'");
		return NULL;
	}
	if (r->depth >= NODE_MAX_DEPTH) {
		refuse(r, "nested more than 32 deep");
		return NULL;
	}
	if (++r->count > NODE_MAX_COUNT) {
		refuse(r, "more than 1000000 values in one file");
		return NULL;
	}
	n = arena_alloc(r->a, sizeof(*n));
	go_on_from(r, (uint32_t)r->event.start_mark.line + 1);
	n->loc = n->at = span_of(r, r->event.start_mark, r->event.end_mark);
	r->depth++;
	n = read_tagged(r, n, tag);
	r->depth--;
	return n;
}

static struct node *
read_document(struct reader *r)
{
	struct node *root;

	if (!next_event(r) || !next_event(r))	/* stream, document start */
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		diag_error(r->d, (struct loc){ r->src, 1, 1, 1 },
		    "the file is empty; a profile begins with `version: 1'");
		return NULL;
	}
	if (!next_event(r))
		return NULL;
	root = read_node(r);
	if (root == NULL || !next_event(r) || !next_event(r))
		return NULL;
	if (r->event.type != YAML_STREAM_END_EVENT) {
		refuse(r, "a second YAML document; a profile is one document");
		return NULL;
	}
	if (root->kind != NODE_MAP) {
		diag_error(r->d, root->at, "a profile is a map of keys, found "
		    "%s", node_what(r->a, root));
		return NULL;
	}
	return root;
}

struct node *
yaml_read(struct arena *a, struct diag *d, const struct source *src)
{
	struct reader r = { .a = a, .d = d, .src = src };
	struct node *root;

	if (!yaml_parser_initialize(&r.parser)) {
		diag_error(d, (struct loc){ .src = src }, "out of memory");
		return NULL;
	}
	r.has_mark = strncmp(src->text, BOM, BOM_LEN) == 0;
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)
	    src->text + (r.has_mark ? BOM_LEN : 0),
	    src->len - (r.has_mark ? BOM_LEN : 0));
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	root = check_breaks(&r) ? read_document(&r) : NULL;
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return root;
}
