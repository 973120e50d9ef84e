/* Text in a caller's buffer: see text.h. */
#include "runtime/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
text_init(struct text *t, char *buf, size_t cap)
{
	*t = (struct text){ .p = buf, .cap = cap, .fd = -1 };
	buf[0] = '\0';
}

void
text_flush(struct text *t)
{
	size_t done = 0;

	while (done < t->len) {
		ssize_t n = write(t->fd, t->p + done, t->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			t->is_cut = true;
			break;
		}
		done += (size_t)n;
	}
	t->len = 0;
	t->p[0] = '\0';
}

void
text_bytes(struct text *t, const char *p, size_t n)
{
	while (n > t->cap - 1 - t->len) {
		size_t part = t->cap - 1 - t->len;

		memcpy(t->p + t->len, p, part);
		t->len += part;
		t->p[t->len] = '\0';
		if (t->fd < 0) {
			t->is_cut = true;
			return;
		}
		text_flush(t);
		p += part;
		n -= part;
	}
	memcpy(t->p + t->len, p, n);
	t->len += n;
	t->p[t->len] = '\0';
}

void
text_str(struct text *t, const char *s)
{
	text_bytes(t, s, strlen(s));
}

void
text_padded(struct text *t, uint64_t n, unsigned width)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (sizeof(digits) - i < width && i > 0)
		digits[--i] = '0';
	text_bytes(t, digits + i, sizeof(digits) - i);
}

void
text_num(struct text *t, uint64_t n)
{
	text_padded(t, n, 1);
}

void
text_time(struct text *t, time_t when)
{
	struct tm tm;

	gmtime_r(&when, &tm);
	text_padded(t, (uint64_t)tm.tm_year + 1900, 4);
	text_str(t, "-");
	text_padded(t, (uint64_t)tm.tm_mon + 1, 2);
	text_str(t, "-");
	text_padded(t, (uint64_t)tm.tm_mday, 2);
	text_str(t, "T");
	text_padded(t, (uint64_t)tm.tm_hour, 2);
	text_str(t, ":");
	text_padded(t, (uint64_t)tm.tm_min, 2);
	text_str(t, ":");
	text_padded(t, (uint64_t)tm.tm_sec, 2);
}

void
text_proc(struct text *t, pid_t pid, const char *rest)
{
	text_str(t, "/proc/");
	text_num(t, (uint64_t)pid);
	text_str(t, rest);
}

void
text_fd(struct text *t, int fd)
{
	text_str(t, "/proc/self/fd/");
	text_num(t, (uint64_t)(unsigned)fd);
}

void
text_hex(struct text *t, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		text_bytes(t, &digit[p[i] >> 4], 1);
		text_bytes(t, &digit[p[i] & 15], 1);
	}
}

uint64_t
text_parse_num(const char *s)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < 20 && s[i] >= '0' && s[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(s[i] - '0');
	return i < 20 ? n : 0;
}

/* Length of the UTF-8 sequence at s and its character, or 0. */
static size_t
utf8_next(const unsigned char *s, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1
	    : s[0] >= 0xf5     ? 0
	    : s[0] >= 0xf0     ? 4
	    : s[0] >= 0xe0     ? 3
	    : s[0] >= 0xc2     ? 2
			       : 0;

	if (n <= 1) {
		*cp = s[0];
		return n;
	}
	*cp = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >> 11) == 0x1b)
		return 0;
	return n;
}

/* Characters that move the cursor, hide text or change its direction. */
static bool
is_deceiving(uint32_t c)
{
	static const struct {
		uint32_t lo, hi;
	} ranges[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].lo && c <= ranges[i].hi)
			return true;
	return false;
}

void
text_escaped(struct text *t, const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c;

	while (*u != '\0') {
		size_t n = utf8_next(u, &c);

		if (n > 0 && !is_deceiving(c)) {
			text_bytes(t, (const char *)u, n);
			u += n;
			continue;
		}
		for (n = n > 0 ? n : 1; n > 0; n--, u++) {
			text_str(t, "\\x");
			text_hex(t, u, 1);
		}
	}
}

/* \uXXXX, as a pair above the first plane. */
static void
json_unicode(struct text *t, uint32_t c)
{
	if (c > 0xffff) {
		json_unicode(t, 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	text_str(t, "\\u");
	text_hex(t, (const uint8_t[]){ (uint8_t)(c >> 8), (uint8_t)c }, 2);
}

void
text_json(struct text *t, const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	text_str(t, "\"");
	while (*u != '\0') {
		uint32_t c;
		size_t n = utf8_next(u, &c);

		if (n == 0)
			text_str(t, "\\ufffd");
		else if (is_deceiving(c))
			json_unicode(t, c);
		else if (c == '"' || c == '\\')
			text_bytes(t, c == '"' ? "\\\"" : "\\\\", 2);
		else
			text_bytes(t, (const char *)u, n);
		u += n > 0 ? n : 1;
	}
	text_str(t, "\"");
}

void
text_shell(struct text *t, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%^";

	if (*s != '\0' && s[strspn(s, plain)] == '\0') {
		text_str(t, s);
		return;
	}
	text_str(t, "'");
	for (const char *q; (q = strchr(s, '\'')) != NULL; s = q + 1) {
		text_bytes(t, s, (size_t)(q - s));
		text_str(t, "'\\''");
	}
	text_str(t, s);
	text_str(t, "'");
}
