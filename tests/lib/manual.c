/*
 * Parse codex-blob(5), and decode a blob by nothing but its tables.
 */
#include "tests/lib/manual.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES	8	/* in one line of a listing */

/* --- the page ------------------------------------------------------------ */

static size_t
type_width(const char *type)
{
	static const struct { const char *name; size_t width; } types[] = {
		{ "u8", 1 }, { "u16", 2 }, { "u32", 4 }, { "u64", 8 },
		{ "string", 4 }, { "template", 4 }, { "rule", 4 },
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i].name) == 0)
			return types[i].width;
	if (strncmp(type, "u8[", 3) == 0)
		return strtoul(type + 3, NULL, 10);
	return 0;
}

/* A field stands where the one before it ends. */
static const char *
add_field(struct manual *m, const char *line, size_t list)
{
	struct manual_field f = { .list = list }, *last;
	size_t want = 0;
	int n = 0;

	sscanf(line, ".It Dv %39s Ta %zu Ta %15s Ta %n", f.name, &f.off,
	    f.type, &n);
	if (n == 0 || (f.width = type_width(f.type)) == 0)
		return NULL;
	if (m->nfields == MANUAL_MAX_FIELDS)
		return "too many fields";
	last = m->nfields > 0 ? &m->fields[m->nfields - 1] : NULL;
	if (last != NULL && last->list == list)
		want = last->off + last->width;
	m->fields[m->nfields] = f;
	if (f.off != want)
		return m->fields[m->nfields].name;
	m->nfields++;
	return NULL;
}

static const char *
next_line(const char *p)
{
	p = strchr(p, '\n');
	return p == NULL ? NULL : p + 1;
}

const char *
manual_read(struct manual *m, const char *text)
{
	const char *p, *end, *why;
	size_t list = 0;

	*m = (struct manual){ .text = text };
	for (p = text; p != NULL; p = next_line(p)) {
		list += strncmp(p, ".Bl", 3) == 0;
		if ((why = add_field(m, p, list)) != NULL)
			return why;
	}
	p = strstr(text, "\n.Sh EXAMPLES");
	p = p == NULL ? NULL : strstr(p, "\n.Bd -literal\n");
	end = p == NULL ? NULL : strstr(p, "\n.Ed");
	if (end == NULL)
		return "no example";
	m->listing = next_line(p + 1);
	m->listing_len = (size_t)(end + 1 - m->listing);
	return NULL;
}

/* `OFFSET  XX XX ...': the bytes; 0 for a heading, -1 for a wrong line. */
static long
line_bytes(const char *line, size_t at, uint8_t *p, size_t cap)
{
	char *end;
	size_t off, n = 0;

	off = strtoul(line, &end, 16);
	if (end != line + 4 || strncmp(end, "  ", 2) != 0)
		return 0;
	if (off != at)
		return -1;
	for (line += 6; n < LINE_BYTES && isxdigit((unsigned char)line[0]) &&
	    isxdigit((unsigned char)line[1]) &&
	    (line[2] == ' ' || line[2] == '\n'); line += 3) {
		if (n == cap)
			return -1;
		p[n++] = (uint8_t)strtoul(line, NULL, 16);
		if (line[2] == '\n')
			break;
	}
	return n == 0 ? -1 : (long)n;
}

long
manual_bytes(const struct manual *m, uint8_t *p, size_t cap)
{
	const char *line, *end = m->listing + m->listing_len;
	size_t n = 0;
	long r;

	for (line = m->listing; line < end; line = next_line(line)) {
		r = line_bytes(line, n, p + n, cap - n);
		if (r < 0)
			return -1;
		n += (size_t)r;
	}
	return (long)n;
}

/* --- the listing --------------------------------------------------------- */

/* The records of a section, in order; heads stand at its start. */
struct record {
	enum blob_kind kind;
	const char *first;	/* field, or what a u32 without a table is */
	const char *count[2];	/* fields of the head; none: once */
	enum { ONCE, TO_END, WORDS } how;
};

static const struct record records[] = {
	{ BLOB_META, "META_NAME", { NULL }, ONCE },
	{ BLOB_FSRL, "FSRL_COUNT", { NULL }, ONCE },
	{ BLOB_FSRL, "FSRL_E_PATH", { "FSRL_COUNT" }, ONCE },
	{ BLOB_NETW, "NETW_MODE", { NULL }, ONCE },
	{ BLOB_NETW, "NETW_P_KIND", { "NETW_NPORTS" }, ONCE },
	{ BLOB_NETW, "NETW_H_HOST", { "NETW_NHOSTS" }, ONCE },
	{ BLOB_NETW, "NETW_U_PATH", { "NETW_NUNIX" }, ONCE },
	{ BLOB_NETW, "NETW_D_HOST", { "NETW_NDOMAINS" }, ONCE },
	{ BLOB_SYSC, "SYSC_DEFAULT", { NULL }, ONCE },
	{ BLOB_SYSC, "SYSC_I_CALLS", { "SYSC_NITEMS" }, ONCE },
	{ BLOB_SYSC, "SYSC_A_ARG", { "SYSC_NATOMS" }, ONCE },
	{ BLOB_SYSC, "SYSC_O_ACTION", { "SYSC_NOUTCOMES" }, ONCE },
	{ BLOB_BPF0, "BPF_I_CODE", { NULL }, TO_END },
	{ BLOB_BPFN, "BPFN_FLAGS", { NULL }, ONCE },
	{ BLOB_BPFN, "BPF_I_CODE", { NULL }, TO_END },
	{ BLOB_HINT, "HINT_KERNEL", { NULL }, ONCE },
	{ BLOB_HINT, "HINT_E_CALL", { "HINT_COUNT" }, ONCE },
	{ BLOB_EXEC, "EXEC_DEFAULT", { NULL }, ONCE },
	{ BLOB_EXEC, "EXEC_K_TAG", { "EXEC_TOK_HOMES", "EXEC_TOK_PROBE" },
	    ONCE },
	{ BLOB_EXEC, "EXEC_G_STATE", { "EXEC_EDGE_HOMES", "EXEC_EDGE_PROBE" },
	    ONCE },
	{ BLOB_EXEC, "EXEC_T_ACCEPT", { "EXEC_NSTATES" }, ONCE },
	{ BLOB_EXEC, "accept", { "EXEC_NACCEPTS" }, WORDS },
	{ BLOB_EXEC, "EXEC_R_DECISION", { "EXEC_NRULES" }, ONCE },
	{ BLOB_EXEC, "exception", { "EXEC_NUNLESS" }, WORDS },
	{ BLOB_EXEC, "element", { "EXEC_NELEMS" }, WORDS },
	{ BLOB_EXEC, "alternative", { "EXEC_NALTS" }, WORDS },
	{ BLOB_EXEC, "EXEC_H_NAME", { "EXEC_NHOSTS" }, ONCE },
	{ BLOB_EXEC, "path", { "EXEC_NPATHS" }, WORDS },
	{ BLOB_ENVR, "ENVR_INHERIT", { NULL }, ONCE },
	{ BLOB_ENVR, "ENVR_G_GLOB", { "ENVR_NDROP", "ENVR_NKEEP" }, ONCE },
	{ BLOB_ENVR, "ENVR_S_NAME", { "ENVR_NSET" }, ONCE },
	{ BLOB_LIMT, "LIMT_E_RESOURCE", { NULL }, TO_END },
	{ BLOB_AUDT, "AUDT_EVENTS", { NULL }, ONCE },
	{ BLOB_DBGI, "DBGI_COUNT", { NULL }, ONCE },
	{ BLOB_DBGI, "DBGI_E_NAME", { "DBGI_COUNT" }, ONCE },
};

struct list {
	const struct manual *m;
	const struct blob *b;
	FILE *out;
	const char *why;
	size_t at;		/* what was listed so far */
	/* The line that is being filled. */
	size_t line_at;
	char text[256];
};

static void
flush(struct list *l)
{
	size_t i;

	if (l->at == l->line_at)
		return;
	fprintf(l->out, "%04zx ", l->line_at);
	for (i = l->line_at; i < l->at; i++)
		fprintf(l->out, " %02x", l->b->all.p[i]);
	if (l->text[0] != '\0')
		fprintf(l->out, "%*s  %s", (int)(3 * (LINE_BYTES -
		    (l->at - l->line_at))), "", l->text);
	putc('\n', l->out);
	l->line_at = l->at;
	l->text[0] = '\0';
}

/* n bytes and what they are; long ones fill lines of their own. */
static void
__attribute__((format(printf, 3, 4)))
put(struct list *l, size_t n, const char *fmt, ...)
{
	size_t used, part;
	va_list ap;

	if (l->at + n - l->line_at > LINE_BYTES)
		flush(l);
	used = strlen(l->text);
	if (used > 0)
		used += (size_t)snprintf(l->text + used,
		    sizeof(l->text) - used, ", ");
	va_start(ap, fmt);
	vsnprintf(l->text + used, sizeof(l->text) - used, fmt, ap);
	va_end(ap);
	for (; n > 0; n -= part) {
		part = n < LINE_BYTES ? n : LINE_BYTES;
		l->at += part;
		if (n > LINE_BYTES)
			flush(l);
	}
}

static const struct manual_field *
find(const struct manual *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->nfields; i++)
		if (strcmp(m->fields[i].name, name) == 0)
			return &m->fields[i];
	return NULL;
}

static uint64_t
number(const uint8_t *p, size_t width)
{
	uint64_t v = 0;

	while (width-- > 0)
		v = v << 8 | p[width];
	return v;
}

/* The part of a name that all fields of its record have, up to a `_'. */
static size_t
stem_len(const struct manual *m, const struct manual_field *first)
{
	const struct manual_field *f, *end = m->fields + m->nfields;
	size_t n = strlen(first->name), i;

	for (f = first; f < end && f->list == first->list; f++) {
		for (i = 0; i < n && f->name[i] == first->name[i]; i++)
			;
		n = i;
	}
	while (n > 0 && first->name[n - 1] != '_')
		n--;
	return n;
}

static void
list_field(struct list *l, const struct manual_field *f, size_t stem)
{
	uint64_t v = f->width <= 8 ? number(l->b->all.p + l->at, f->width) : 0;
	const char *name = f->name + stem;
	bool is_text = strcmp(f->type, "string") == 0 ||
	    strcmp(f->type, "template") == 0;

	if (strncmp(f->type, "u8[", 3) == 0)
		put(l, f->width, "%s", name);
	else if (is_text && v != 0 && v != EXEC_NONE)
		put(l, f->width, "%s %u \"%s\"", name, (unsigned)v,
		    blob_str(l->b, (uint32_t)v));
	else if (v > 0xffff)
		put(l, f->width, "%s 0x%llx", name, (unsigned long long)v);
	else
		put(l, f->width, "%s %llu", name, (unsigned long long)v);
}

static void
list_record(struct list *l, const char *first_name, size_t end)
{
	const struct manual_field *f = find(l->m, first_name), *first = f;
	const struct manual_field *stop = l->m->fields + l->m->nfields;
	size_t stem;

	if (f == NULL) {
		l->why = first_name;
		return;
	}
	stem = stem_len(l->m, first);
	flush(l);
	for (; f < stop && f->list == first->list; f++) {
		if (f->width > end - l->at) {
			l->why = f->name;
			return;
		}
		list_field(l, f, stem);
	}
	flush(l);
}

/* How many of a record stand in the section that begins at start. */
static uint64_t
record_count(struct list *l, const struct record *r, size_t start, size_t end)
{
	const struct manual_field *f;
	uint64_t n = 0;
	size_t i;

	if (r->count[0] == NULL)
		return r->how == TO_END ? UINT64_MAX : 1;
	for (i = 0; i < 2 && r->count[i] != NULL; i++) {
		f = find(l->m, r->count[i]);
		if (f == NULL || f->off + f->width > end - start) {
			l->why = r->count[i];
			return 0;
		}
		n += number(l->b->all.p + start + f->off, f->width);
	}
	return n;
}

static void
list_strings(struct list *l, size_t end)
{
	const char *s;

	while (l->at < end) {
		s = (const char *)l->b->all.p + l->at;
		put(l, strlen(s) + 1, "\"%s\"", s);
		flush(l);
	}
}

static void
list_section(struct list *l, uint16_t kind, size_t end)
{
	size_t start = l->at, i;
	uint64_t n;

	if (kind == BLOB_STRS)
		list_strings(l, end);
	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		if (records[i].kind != kind)
			continue;
		n = record_count(l, &records[i], start, end);
		for (; n > 0 && l->at < end && l->why == NULL; n--)
			if (records[i].how == WORDS)
				put(l, 4, "%s 0x%x", records[i].first,
				    blob_le32(l->b->all.p + l->at));
			else
				list_record(l, records[i].first, end);
		flush(l);
	}
	if (l->why == NULL && l->at != end)
		l->why = "bytes of a section that no table tells";
}

static void
list_all(struct list *l)
{
	static const char *const names[BLOB_NKINDS] = { "", "META", "STRS",
		"FSRL", "NETW", "SYSC", "BPF0", "EXEC", "ENVR", "LIMT",
		"AUDT", "DBGI", "MCPR", "BPFN", "HINT" };
	size_t off, end = l->b->all.len;
	struct blob_span s;
	uint16_t kind;
	uint32_t i, arch;

	fputs("Header\n", l->out);
	list_record(l, "BLOB_H_MAGIC", end);
	fputs("Section table\n", l->out);
	for (i = 0; i < l->b->nsections && l->why == NULL; i++)
		list_record(l, "BLOB_S_KIND", end);
	for (i = 0; i < l->b->nsections && l->why == NULL; i++) {
		if (blob_section_at(l->b, i, &kind, &arch, &s) != BLOB_OK)
			return;
		off = (size_t)(s.p - l->b->all.p);
		if (off > l->at)
			put(l, off - l->at, "padding");
		flush(l);
		fprintf(l->out, "%s\n", names[kind]);
		list_section(l, kind, off + s.len);
	}
}

char *
manual_list(const struct manual *m, const struct blob *b, const char **why)
{
	struct list l = { .m = m, .b = b };
	char *text = NULL;
	size_t len;

	l.out = open_memstream(&text, &len);
	if (l.out == NULL) {
		*why = "out of memory";
		return NULL;
	}
	list_all(&l);
	fclose(l.out);
	*why = l.why;
	if (l.why == NULL)
		return text;
	free(text);
	return NULL;
}
