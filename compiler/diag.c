/*
 * Print diagnostics with the line they are about.  Decides nothing: whether
 * a policy is refused is read from the counts.
 */
#include "compiler/diag.h"

#include <stdarg.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#define EXCERPT_MAX	160	/* bytes of a source line that are shown */
#define QUOTE_MAX	80
#define TEXT_MAX	2048	/* bytes of a message for a sink */

void
diag_init(struct diag *d, FILE *out)
{
	memset(d, 0, sizeof(*d));
	d->out = out;
}

bool
diag_is_full(const struct diag *d)
{
	return d->errors >= DIAG_MAX_ERRORS;
}

/*
 * Length of what at p may not be shown as it is (a control, or a character
 * that reverses the order of the text around it); 0 if it may.
 */
static size_t
unshowable(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0], c1, c2;

	if (c < 0x20 || c == 0x7f)
		return 1;
	c1 = n > 1 ? (unsigned char)p[1] : 0;
	c2 = n > 2 ? (unsigned char)p[2] : 0;
	if (c == 0xc2 && c1 >= 0x80 && c1 <= 0x9f)
		return 2;		/* C1 */
	if (c == 0xd8 && c1 == 0x9c)
		return 2;		/* U+061C */
	if (c == 0xe2 && c1 == 0x80 &&
	    (c2 == 0x8e || c2 == 0x8f || (c2 >= 0xa8 && c2 <= 0xae)))
		return 3;		/* U+200E, U+200F, U+2028..U+202E */
	if (c == 0xe2 && c1 == 0x81 && c2 >= 0xa6 && c2 <= 0xa9)
		return 3;		/* U+2066..U+2069 */
	if (c == 0xef && c1 == 0xbb && c2 == 0xbf)
		return 3;		/* U+FEFF, seen nowhere */
	return 0;
}

/* Bytes of the UTF-8 character at p, 1 for a byte that begins none. */
static size_t
char_len(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0];
	size_t len = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 :
	    c < 0xf5 ? 4 : 1, i;

	for (i = 1; i < len; i++)
		if (i >= n || ((unsigned char)p[i] & 0xc0) != 0x80)
			return 1;
	return len;
}

/*
 * Bytes of the character at p; *width: the columns that it takes, 1 where a
 * '?' is printed in its place (!*is_shown).
 */
static size_t
column(const char *p, size_t n, int *width, bool *is_shown)
{
	size_t len = char_len(p, n);
	ucs4_t c;

	*is_shown = p[0] == '\t' || (unshowable(p, n) == 0 &&
	    (len > 1 || (unsigned char)p[0] < 0x80));
	*width = 1;
	if (*is_shown && len > 1 &&
	    u8_mbtouc(&c, (const uint8_t *)p, len) == (int)len)
		*width = uc_width(c, "UTF-8");
	if (*width < 0)
		*width = 1;
	return len;
}

/* What cannot be shown becomes a '?': columns stay right. */
static void
put_excerpt(FILE *out, const char *line, size_t from, size_t to)
{
	bool is_shown;
	int width;
	size_t n;

	for (; from < to; from += n) {
		n = column(line + from, to - from, &width, &is_shown);
		if (is_shown)
			fwrite(line + from, 1, n, out);
		else
			putc('?', out);
	}
}

/* The line below: blanks up to col, a caret, tildes for the rest. */
static void
put_caret(FILE *out, const char *line, size_t from, size_t to, size_t col,
    size_t mark)
{
	size_t n, end = mark < to - col ? col + mark : to;
	bool is_shown;
	int width;

	for (; from < end; from += n) {
		n = column(line + from, to - from, &width, &is_shown);
		if (from <= col && col < from + n) {
			putc('^', out);
			width--;
		}
		for (; width > 0; width--)
			putc(from > col || col < from + n ? '~' :
			    line[from] == '\t' ? '\t' : ' ', out);
	}
	if (col >= end)
		putc('^', out);
}

/* Where the part of a long line begins that shows byte col. */
static size_t
window(const char *line, size_t col)
{
	size_t from = col < EXCERPT_MAX ? 0 : col - EXCERPT_MAX / 2;

	while (from > 0 && from < col &&
	    ((unsigned char)line[from] & 0xc0) == 0x80)
		from++;
	return from;
}

static void
excerpt(FILE *out, struct loc at)
{
	size_t len, from, to, col = at.col > 0 ? at.col - 1 : 0;
	const char *line = source_line(at.src, at.line, &len);

	if (at.src->text == NULL || at.line == 0 || col > len)
		return;
	from = window(line, col);
	to = len - from > EXCERPT_MAX ? from + EXCERPT_MAX : len;
	fputs(from > 0 ? "  ..." : "  ", out);
	put_excerpt(out, line, from, to);
	fputs(to < len ? "...\n  " : "\n  ", out);
	if (from > 0)
		fputs("   ", out);
	put_caret(out, line, from, to, col, at.len > 0 ? at.len : 1);
	putc('\n', out);
}

static void __attribute__((format(printf, 5, 0)))
report(const struct diag *d, const char *kind, const char *check,
    struct loc at, const char *fmt, va_list ap)
{
	FILE *out = d->out;
	char text[TEXT_MAX];

	if (d->sink != NULL) {
		vsnprintf(text, sizeof(text), fmt, ap);
		d->sink(d->sink_ctx, kind, check, source_place(at), text);
		return;
	}
	if (out == NULL)
		return;
	at = source_place(at);
	if (at.src != NULL && at.line > 0)
		fprintf(out, "%s:%u:%u: ", at.src->name, at.line, at.col);
	else if (at.src != NULL)
		fprintf(out, "%s: ", at.src->name);
	fprintf(out, "%s: ", kind);
	vfprintf(out, fmt, ap);
	if (check != NULL)
		fprintf(out, " [-W%s]", check);
	putc('\n', out);
	if (at.src != NULL)
		excerpt(out, at);
}

void
diag_error(struct diag *d, struct loc at, const char *fmt, ...)
{
	va_list ap;

	d->errors++;
	d->is_quiet = false;
	if (d->errors > DIAG_MAX_ERRORS)
		return;
	va_start(ap, fmt);
	report(d, "error", NULL, at, fmt, ap);
	va_end(ap);
	if (d->errors == DIAG_MAX_ERRORS && d->out != NULL)
		fputs("too many errors, giving up\n", d->out);
}

void
diag_warning(struct diag *d, const char *check, struct loc at,
    const char *fmt, ...)
{
	va_list ap;
	size_t i;

	for (i = 0; d->muted != NULL && d->muted[i] != NULL; i++)
		if (strcmp(d->muted[i], check) == 0)
			break;
	d->is_quiet = d->muted != NULL && d->muted[i] != NULL;
	if (d->is_quiet)
		return;
	d->warnings++;
	if (d->is_strict)
		d->errors++;
	va_start(ap, fmt);
	report(d, d->is_strict ? "error" : "warning", check, at, fmt, ap);
	va_end(ap);
}

void
diag_note(struct diag *d, struct loc at, const char *fmt, ...)
{
	va_list ap;

	if (d->errors > DIAG_MAX_ERRORS || d->is_quiet)
		return;
	va_start(ap, fmt);
	report(d, "note", NULL, at, fmt, ap);
	va_end(ap);
}

const char *
diag_quote(struct arena *a, const char *s)
{
	size_t len = strlen(s), i = 0, n = 0, bad;
	size_t shown = len > QUOTE_MAX ? QUOTE_MAX : len;
	char *q = arena_alloc(a, 4 * shown + 8);

	/* Do not cut a UTF-8 character in two. */
	while (shown < len && shown > 0 &&
	    ((unsigned char)s[shown] & 0xc0) == 0x80)
		shown--;
	q[n++] = '"';
	while (i < shown) {
		bad = unshowable(s + i, shown - i);
		if (bad == 0 && s[i] != '"' && s[i] != '\\') {
			q[n++] = s[i++];
			continue;
		}
		if (bad == 0) {
			q[n++] = '\\';
			q[n++] = s[i++];
			continue;
		}
		for (; bad > 0; bad--, i++)
			n += (size_t)sprintf(q + n, "\\x%02x",
			    (unsigned char)s[i]);
	}
	if (shown < len) {
		memcpy(q + n, "...", 3);
		n += 3;
	}
	q[n++] = '"';
	q[n] = '\0';
	return q;
}
