/* A line as a record: see record.h. */
#include "audit/record.h"

#include <string.h>

#include "audit/moment.h"
#include "blob/utf8.h"

struct reader {
	const unsigned char *p, *end;
	struct record *r;
	enum record_error err;
	unsigned depth;
	const char *outer;		/* key of the object around, or NULL */
};

static const struct {
	const char *outer, *key;
	bool is_number;
} fields[NFIELDS] = {
	[FIELD_V] = { NULL, "v", true },
	[FIELD_TIMESTAMP] = { NULL, "timestamp", false },
	[FIELD_SEQ] = { NULL, "seq", true },
	[FIELD_SESSION] = { NULL, "session_id", false },
	[FIELD_PARENT] = { NULL, "parent_session", false },
	[FIELD_EVENT] = { NULL, "event", false },
	[FIELD_OPERATION] = { NULL, "operation", false },
	[FIELD_TARGET] = { NULL, "target", false },
	[FIELD_DECISION] = { NULL, "decision", false },
	[FIELD_REASON] = { NULL, "reason", false },
	[FIELD_RULE_ID] = { "rule", "id", false },
	[FIELD_RULE_SRC] = { "rule", "src", false },
	[FIELD_LAYER] = { NULL, "layer", false },
	[FIELD_STRENGTH] = { NULL, "strength", false },
	[FIELD_OUTCOME] = { NULL, "outcome", false },
	[FIELD_ERRNO] = { NULL, "errno", true },
	[FIELD_PID] = { NULL, "pid", true },
	[FIELD_MODE] = { NULL, "mode", false },
	[FIELD_PROFILE] = { "profile", "name", false },
	[FIELD_PROFILE_SHA256] = { "profile", "sha256", false },
	[FIELD_RESOLVED] = { NULL, "resolved", false },
	[FIELD_ORIGIN] = { NULL, "origin", false },
	[FIELD_STATUS] = { NULL, "status", true },
	[FIELD_SIGNAL] = { NULL, "signal", true },
	[FIELD_COUNT] = { NULL, "count", true },
	[FIELD_LOST_RECORDS] = { NULL, "lost_records", true },
	[FIELD_PREV] = { NULL, "prev", false },
};

const char *
record_strerror(enum record_error e)
{
	static const char *const texts[RECORD_NERRORS] = {
		[RECORD_OK] = "no error",
		[RECORD_ERR_SYNTAX] = "not a JSON object",
		[RECORD_ERR_TEXT] = "a text that is not UTF-8 or holds a "
		    "control character",
		[RECORD_ERR_DEPTH] = "nested too deep",
		[RECORD_ERR_LONG] = "a line too long for a record",
		[RECORD_ERR_FIELD] = "not an audit record: v, timestamp or "
		    "event is missing or wrong",
		[RECORD_ERR_TWICE] = "a key that is there twice",
	};

	return e < RECORD_NERRORS ? texts[e] : "unknown error";
}

static bool
fail(struct reader *x, enum record_error e)
{
	if (x->err == RECORD_OK)
		x->err = e;
	return false;
}

static void
skip_blanks(struct reader *x)
{
	while (x->p < x->end && (*x->p == ' ' || *x->p == '\t' ||
	    *x->p == '\r'))
		x->p++;
}

static bool
take(struct reader *x, char c)
{
	skip_blanks(x);
	if (x->p == x->end || *x->p != (unsigned char)c)
		return false;
	x->p++;
	return true;
}

/* --- text --------------------------------------------------------------- */

/* Length of the UTF-8 sequence at p, or 0. */
static size_t
utf8_len(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xf5 ? 0 : p[0] >= 0xf0 ? 4
	    : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static bool
read_hex4(struct reader *x, uint32_t *c)
{
	*c = 0;
	if (x->end - x->p < 4)
		return fail(x, RECORD_ERR_SYNTAX);
	for (int i = 0; i < 4; i++) {
		unsigned char d = *x->p++;

		if (d >= '0' && d <= '9')
			*c = *c << 4 | (uint32_t)(d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			*c = *c << 4 | (uint32_t)((d | 0x20) - 'a' + 10);
		else
			return fail(x, RECORD_ERR_SYNTAX);
	}
	return true;
}

/* \uXXXX; halves of a pair that stand alone and NUL become U+FFFD. */
static bool
read_unicode(struct reader *x, uint32_t *c)
{
	uint32_t low;

	if (!read_hex4(x, c))
		return false;
	if (*c >= 0xd800 && *c < 0xdc00 && x->end - x->p >= 6 &&
	    x->p[0] == '\\' && x->p[1] == 'u') {
		const unsigned char *at = x->p;

		x->p += 2;
		if (!read_hex4(x, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000) {
			*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
			return true;
		}
		x->p = at;
	}
	if (*c == 0 || (*c >= 0xd800 && *c < 0xe000))
		*c = 0xfffd;
	return true;
}

static bool
read_escape(struct reader *x, uint32_t *c)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (x->p == x->end)
		return fail(x, RECORD_ERR_SYNTAX);
	if (*x->p == 'u') {
		x->p++;
		return read_unicode(x, c);
	}
	at = *x->p != '\0' ? strchr(letters, *x->p) : NULL;
	if (at == NULL)
		return fail(x, RECORD_ERR_SYNTAX);
	x->p++;
	*c = (unsigned char)values[at - letters];
	return true;
}

/* A string; *out lies in the arena with a NUL behind it. */
static bool
read_text(struct reader *x, const char **out)
{
	char *to = x->r->arena + x->r->used;
	uint32_t c;

	*out = to;
	if (!take(x, '"'))
		return fail(x, RECORD_ERR_SYNTAX);
	while (x->p < x->end && *x->p != '"') {
		size_t n = utf8_len(x->p, (size_t)(x->end - x->p));

		if (n == 0 || *x->p < 0x20)
			return fail(x, RECORD_ERR_TEXT);
		if (*x->p != '\\') {
			memcpy(to, x->p, n);
			x->p += n;
			to += n;
			continue;
		}
		x->p++;
		if (!read_escape(x, &c))
			return false;
		to += utf8_put(to, c);
	}
	if (!take(x, '"'))
		return fail(x, RECORD_ERR_SYNTAX);
	*to++ = '\0';
	x->r->used = (size_t)(to - x->r->arena);
	return true;
}

/* --- values ------------------------------------------------------------- */

static bool read_value(struct reader *x, int field);

/* How many digits are here, taken. */
static size_t
take_digits(struct reader *x)
{
	const unsigned char *from = x->p;

	while (x->p < x->end && *x->p >= '0' && *x->p <= '9')
		x->p++;
	return (size_t)(x->p - from);
}

static bool
read_number(struct reader *x, int field)
{
	const unsigned char *from = x->p;
	bool is_whole = *x->p != '-';
	uint64_t n = 0;
	size_t digits;

	x->p += !is_whole;
	digits = take_digits(x);
	if (digits == 0 || (digits > 1 && x->p[-(long)digits] == '0'))
		return fail(x, RECORD_ERR_SYNTAX);
	for (size_t i = 0; is_whole && i < digits && digits <= 18; i++)
		n = n * 10 + (uint64_t)(from[i] - '0');
	if (x->p < x->end && *x->p == '.') {
		is_whole = false;
		x->p++;
		if (take_digits(x) == 0)
			return fail(x, RECORD_ERR_SYNTAX);
	}
	if (x->p < x->end && (*x->p | 0x20) == 'e') {
		is_whole = false;
		x->p++;
		if (x->p < x->end && (*x->p == '+' || *x->p == '-'))
			x->p++;
		if (take_digits(x) == 0)
			return fail(x, RECORD_ERR_SYNTAX);
	}
	if (field >= 0 && is_whole && digits <= 18) {
		x->r->number[field] = n;
		x->r->has_number[field] = true;
	}
	return true;
}

static bool
read_word(struct reader *x)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);

		if ((size_t)(x->end - x->p) >= n &&
		    memcmp(x->p, words[i], n) == 0) {
			x->p += n;
			return true;
		}
	}
	return fail(x, RECORD_ERR_SYNTAX);
}

static int
find_field(const struct reader *x, const char *key)
{
	for (int i = 0; i < NFIELDS; i++) {
		if (strcmp(fields[i].key, key) != 0)
			continue;
		if (x->depth == 1 ? fields[i].outer == NULL
		    : x->depth == 2 && x->outer != NULL &&
		    fields[i].outer != NULL &&
		    strcmp(fields[i].outer, x->outer) == 0)
			return i;
	}
	return -1;
}

/* What a key's value is read for: a field, or -1; what is around, below. */
static bool
read_member(struct reader *x)
{
	size_t mark = x->r->used;
	const char *key, *outer = x->outer;
	int field;
	bool ok;

	if (!read_text(x, &key))
		return false;
	if (!take(x, ':'))
		return fail(x, RECORD_ERR_SYNTAX);
	field = find_field(x, key);
	/* Two readers could take two values: whoever writes that lies. */
	if (field >= 0 && x->r->is_there[field])
		return fail(x, RECORD_ERR_TWICE);
	if (field >= 0) {
		x->r->is_there[field] = true;
		x->r->used = mark;
		return read_value(x, field);
	}
	x->outer = x->depth == 1 ? key : NULL;
	ok = read_value(x, -1);
	x->outer = outer;
	return ok;
}

static bool
read_list(struct reader *x, char close, bool (*item)(struct reader *x))
{
	if (++x->depth > RECORD_DEPTH)
		return fail(x, RECORD_ERR_DEPTH);
	x->p++;
	if (!take(x, close)) {
		do {
			if (!item(x))
				return false;
		} while (take(x, ','));
		if (!take(x, close))
			return fail(x, RECORD_ERR_SYNTAX);
	}
	x->depth--;
	return true;
}

static bool
read_element(struct reader *x)
{
	x->outer = NULL;
	return read_value(x, -1);
}

static bool
read_value(struct reader *x, int field)
{
	size_t mark = x->r->used;
	const char *text;

	skip_blanks(x);
	if (x->p == x->end)
		return fail(x, RECORD_ERR_SYNTAX);
	switch (*x->p) {
	case '{':
		return read_list(x, '}', read_member);
	case '[':
		return read_list(x, ']', read_element);
	case '"':
		if (!read_text(x, &text))
			return false;
		if (field >= 0 && !fields[field].is_number)
			x->r->text[field] = text;
		else
			x->r->used = mark;
		return true;
	default:
		if (*x->p == '-' || (*x->p >= '0' && *x->p <= '9'))
			return read_number(x, fields[field < 0 ? 0 :
			    field].is_number ? field : -1);
		return read_word(x);
	}
}

enum record_error
record_read(struct record *r, const char *line, size_t len)
{
	struct reader x = {
		.p = (const unsigned char *)line, .r = r,
		.end = (const unsigned char *)line + len,
	};

	memset(r, 0, offsetof(struct record, arena));
	r->used = 0;
	for (int i = 0; i < NFIELDS; i++)
		r->text[i] = "";
	if (len > RECORD_LINE_CAP)
		return RECORD_ERR_LONG;
	skip_blanks(&x);
	if (x.p == x.end || *x.p != '{')
		return RECORD_ERR_SYNTAX;
	if (!read_value(&x, -1))
		return x.err;
	skip_blanks(&x);
	if (x.p != x.end)
		return RECORD_ERR_SYNTAX;
	if (r->number[FIELD_V] != 1 || r->text[FIELD_EVENT][0] == '\0' ||
	    !moment_read(r->text[FIELD_TIMESTAMP], &r->ms))
		return RECORD_ERR_FIELD;
	return RECORD_OK;
}
