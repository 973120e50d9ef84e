/* What the verbs share: see verb.h. */
#include "audit/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/moment.h"
#include "runtime/text.h"

void *
must_alloc(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL) {
		fputs("codex-audit: no memory\n", stderr);
		exit(EXIT_USAGE);
	}
	return p;
}

int
complain(const char *name, const char *what)
{
	fputs("codex-audit: ", stderr);
	print_plain(stderr, name);
	fprintf(stderr, ": %s\n", what);
	return EXIT_USAGE;
}

int
finish_output(FILE *out, const char *name)
{
	if (fflush(out) != 0 || ferror(out) != 0)
		return complain(name, strerror(errno));
	return 0;
}

/* --- reading ------------------------------------------------------------ */

static void
report_damage(const char *name, uint64_t damaged, uint64_t first,
    enum record_error why)
{
	if (damaged == 0)
		return;
	fputs("codex-audit: ", stderr);
	print_plain(stderr, name);
	fprintf(stderr, ": %llu damaged line%s passed over, the first is line "
	    "%llu: %s\n", (unsigned long long)damaged, damaged > 1 ? "s" : "",
	    (unsigned long long)first, record_strerror(why));
}

int
scan_open(struct scan *s, const struct options *o, const char *name,
    void (*each)(void *arg, const struct scan *s), void *arg)
{
	enum record_error e, why = RECORD_OK;
	uint64_t damaged = 0, first = 0;
	int r;

	while ((r = lines_next(&s->lines)) > 0) {
		e = record_read(&s->record, s->lines.line, s->lines.len);
		if (e == RECORD_OK) {
			if (filter_takes(&o->filter, &s->record))
				each(arg, s);
		} else if (damaged++ == 0) {
			first = s->lines.number;
			why = e;
		}
	}
	if (r < 0)
		return complain(name, strerror(errno)), -1;
	report_damage(name, damaged, first, why);
	s->damaged += damaged;
	return 0;
}

int
scan_files(struct scan *s, const struct options *o,
    void (*each)(void *arg, const struct scan *s), void *arg)
{
	int fd, r = 0;

	if (o->nfiles == 0) {
		lines_init(&s->lines, 0, false);
		return scan_open(s, o, "stdin", each, arg);
	}
	for (size_t i = 0; i < o->nfiles && r == 0; i++) {
		bool is_stdin = strcmp(o->files[i], "-") == 0;

		fd = is_stdin ? 0 : open(o->files[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return complain(o->files[i], strerror(errno)), -1;
		lines_init(&s->lines, fd, false);
		r = scan_open(s, o, o->files[i], each, arg);
		if (!is_stdin)
			close(fd);
	}
	return r;
}

/* --- printing ----------------------------------------------------------- */

/* Escapes make six bytes of one at most. */
static void
print_with(FILE *out, const char *s,
    void (*put)(struct text *t, const char *s))
{
	size_t cap = 6 * strlen(s) + 3;
	char small[1024];
	char *buf = cap <= sizeof(small) ? small : must_alloc(cap);
	struct text t;

	text_init(&t, buf, cap);
	put(&t, s);
	fwrite(t.p, 1, t.len, out);
	if (buf != small)
		free(buf);
}

void
print_plain(FILE *out, const char *s)
{
	print_with(out, s, text_escaped);
}

void
print_json(FILE *out, const char *s)
{
	print_with(out, s, text_json);
}

void
print_member(FILE *out, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	fprintf(out, ",\"%s\":", name);
	print_json(out, value);
}

size_t
character_length(char first)
{
	unsigned char c = (unsigned char)first;

	return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
}

/*
 * In valid JSON what would be escaped stands within strings only, and there
 * text_json() writes it as \uXXXX; its own quotes and backslashes stay.
 */
void
print_line(FILE *out, const char *line, size_t len)
{
	size_t i, from = 0;

	for (i = 0; i < len; i++) {
		char one[5] = { line[i] };
		struct text t;
		char buf[40];
		size_t n;

		if ((unsigned char)line[i] < 0x7f)
			continue;
		n = character_length(line[i]);
		memcpy(one, line + i, n <= len - i ? n : len - i);
		text_init(&t, buf, sizeof(buf));
		text_json(&t, one);
		fwrite(line + from, 1, i - from, out);
		fwrite(buf + 1, 1, t.len - 2, out);
		i += n - 1;
		from = i + 1;
	}
	if (from < len)
		fwrite(line + from, 1, len - from, out);
	fputc('\n', out);
}

void
print_record(FILE *out, const struct record *r)
{
	const char *const *f = r->text;
	char when[MOMENT_CAP];

	moment_put(r->ms, when);
	fprintf(out, "%s ", when);
	print_plain(out, f[FIELD_PROFILE][0] != '\0' ? f[FIELD_PROFILE] : "-");
	fputc(' ', out);
	print_plain(out, f[FIELD_EVENT]);
	fputc(' ', out);
	print_plain(out, f[FIELD_DECISION][0] != '\0' ? f[FIELD_DECISION]
	    : "-");
	fputc(' ', out);
	print_plain(out, f[FIELD_OPERATION][0] != '\0' ? f[FIELD_OPERATION]
	    : "-");
	fputs(": ", out);
	print_plain(out, f[FIELD_TARGET]);
	if (f[FIELD_RULE_ID][0] != '\0') {
		fputs("  [", out);
		print_plain(out, f[FIELD_RULE_ID]);
		fputs(", ", out);
		print_plain(out, f[FIELD_RULE_SRC]);
		fputs(", ", out);
		print_plain(out, f[FIELD_STRENGTH]);
		fputc(']', out);
	}
	if (r->has_number[FIELD_STATUS])
		fprintf(out, "  status %llu",
		    (unsigned long long)r->number[FIELD_STATUS]);
	if (r->has_number[FIELD_LOST_RECORDS])
		fprintf(out, "  lost %llu",
		    (unsigned long long)r->number[FIELD_LOST_RECORDS]);
	if (r->has_number[FIELD_COUNT])
		fprintf(out, "  %llu times",
		    (unsigned long long)r->number[FIELD_COUNT]);
	if (f[FIELD_REASON][0] != '\0') {
		fputs(" (", out);
		print_plain(out, f[FIELD_REASON]);
		fputc(')', out);
	}
	fputc('\n', out);
}
