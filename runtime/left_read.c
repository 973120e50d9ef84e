/*
 * What counts in files that decide what is run: see left_kind.h.  The bytes
 * are the command's, so whatever does not fit the form is passed over as the
 * tool itself would, or taken for the worse.
 */
#include <string.h>
#include <strings.h>

#include "runtime/left_kind.h"

#define NAME_CAP	48	/* longer than any name that is looked for */

struct scan {
	const char *p, *end;
	struct sha256 *h;
	struct text *detail;
	bool has_some;
};

/* One thing that counts: its name, and the bytes that it is set to. */
static void
found(struct scan *s, const char *name, const char *value, size_t len)
{
	sha256_update(s->h, name, strlen(name) + 1);
	sha256_update(s->h, value, len);
	sha256_update(s->h, "", 1);
	if (!s->has_some)
		text_str(s->detail, name);
	s->has_some = true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* --- git's settings ----------------------------------------------------- */

enum value { ANY, COMMAND, SHELL };	/* SHELL: begins with ! */

static const struct {
	char section[12], key[22];	/* key "": all */
	uint8_t when;			/* enum value */
} settings[] = {
	{ "core", "fsmonitor", COMMAND }, { "core", "hookspath", ANY },
	{ "core", "sshcommand", ANY }, { "core", "gitproxy", ANY },
	{ "core", "pager", COMMAND }, { "core", "editor", ANY },
	{ "core", "askpass", ANY }, { "core", "alternaterefscommand", ANY },
	{ "alias", "", SHELL }, { "pager", "", COMMAND },
	{ "include", "path", ANY }, { "includeif", "path", ANY },
	{ "filter", "clean", ANY }, { "filter", "smudge", ANY },
	{ "filter", "process", ANY }, { "diff", "external", ANY },
	{ "diff", "command", ANY }, { "diff", "textconv", ANY },
	{ "merge", "driver", ANY }, { "mergetool", "cmd", ANY },
	{ "mergetool", "path", ANY }, { "difftool", "cmd", ANY },
	{ "difftool", "path", ANY }, { "guitool", "cmd", ANY },
	{ "credential", "helper", ANY }, { "gpg", "program", ANY },
	{ "sequence", "editor", ANY }, { "interactive", "difffilter", ANY },
	{ "init", "templatedir", ANY }, { "remote", "uploadpack", ANY },
	{ "remote", "receivepack", ANY }, { "remote", "vcs", ANY },
	{ "protocol", "allow", ANY }, { "submodule", "update", SHELL },
	{ "trailer", "command", ANY }, { "trailer", "cmd", ANY },
	{ "tar", "command", ANY }, { "man", "cmd", ANY },
	{ "man", "path", ANY }, { "browser", "cmd", ANY },
	{ "browser", "path", ANY }, { "hook", "command", ANY },
	{ "uploadpack", "packobjectshook", ANY },
	{ "sendemail", "smtpserver", ANY }, { "sendemail", "tocmd", ANY },
	{ "sendemail", "cccmd", ANY }, { "sendemail", "headercmd", ANY },
	{ "sendemail", "sendmailcmd", ANY }, { "instaweb", "httpd", ANY },
};

static bool
is_switch(const char *v)
{
	static const char words[][6] = {
		"true", "false", "yes", "no", "on", "off", "1", "0",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(v, words[i]) == 0)
			return true;
	return false;
}

static bool
is_meant(enum value when, const char *value)
{
	if (value[0] == '\0')
		return false;
	return when == ANY || (when == SHELL ? value[0] == '!'
					     : !is_switch(value));
}

static void
take_setting(struct scan *s, const char *section, const char *key,
    const char *value, const char *raw)
{
	char name[2 * NAME_CAP];
	struct text t;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (strcmp(settings[i].section, section) != 0 ||
		    (settings[i].key[0] != '\0' &&
		    strcmp(settings[i].key, key) != 0) ||
		    !is_meant(settings[i].when, value))
			continue;
		text_init(&t, name, sizeof(name));
		text_str(&t, section);
		text_str(&t, ".");
		text_str(&t, key);
		found(s, name, raw, (size_t)(s->p - raw));
		return;
	}
}

/* A word in small letters, up to a byte of `ends'; cut where it is long. */
static void
take_word(struct scan *s, const char *ends, char *out)
{
	size_t n = 0;

	for (; s->p < s->end && *s->p != '\0' && strchr(ends, *s->p) == NULL;
	    s->p++)
		if (n < NAME_CAP - 1)
			out[n++] = lower(*s->p);
	out[n] = '\0';
}

static void
skip_line(struct scan *s)
{
	while (s->p < s->end && *s->p != '\n')
		s->p++;
}

static void
skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
}

/* [core], [filter "x"], [alias.x]: the part before what is named. */
static void
take_section(struct scan *s, char *section)
{
	bool is_quoted = false;

	s->p++;
	skip_blanks(s);
	take_word(s, " \t.]\n", section);
	for (; s->p < s->end && *s->p != '\n'; s->p++) {
		if (*s->p == ']' && !is_quoted)
			break;
		if (*s->p == '"')
			is_quoted = !is_quoted;
		else if (*s->p == '\\' && is_quoted && s->end - s->p > 1)
			s->p++;
	}
	if (s->p < s->end && *s->p == ']')
		s->p++;
}

/* To the end of a value; its beginning without quotes goes to out. */
static void
take_value(struct scan *s, char *out)
{
	bool is_quoted = false;
	size_t n = 0;

	for (; s->p < s->end; s->p++) {
		char c = *s->p;

		if (c == '\n' || (!is_quoted && (c == '#' || c == ';')))
			break;
		if (c == '"') {
			is_quoted = !is_quoted;
			continue;
		}
		if (c == '\\' && s->end - s->p > 1) {
			s->p += s->p[1] == '\r' && s->end - s->p > 2;
			c = *++s->p;
			if (c == '\n')
				continue;
		}
		if (n == 0 && !is_quoted && (c == ' ' || c == '\t'))
			continue;
		if (n < NAME_CAP - 1 && c != '\0')
			out[n++] = c;
	}
	while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\t' ||
	    out[n - 1] == '\r'))
		n--;
	out[n] = '\0';
}

static void
read_settings(struct scan *s)
{
	char section[NAME_CAP] = "", key[NAME_CAP], value[NAME_CAP];
	const char *raw;

	for (; s->p < s->end; ) {
		char c = *s->p;

		if (c == '[') {
			take_section(s, section);
		} else if (c == '#' || c == ';') {
			skip_line(s);
		} else if (lower(c) >= 'a' && lower(c) <= 'z') {
			take_word(s, " \t\r\n=#;", key);
			skip_blanks(s);
			if (s->p == s->end || *s->p != '=')
				continue;
			s->p++;
			skip_blanks(s);
			raw = s->p;
			take_value(s, value);
			take_setting(s, section, key, value, raw);
		} else {
			s->p++;
		}
	}
}

/* --- package.json ------------------------------------------------------- */

static const char unasked[][28] = {
	"preinstall", "install", "postinstall", "prepublish", "preprepare",
	"prepare", "postprepare", "dependencies", "prepack", "postpack",
	"prepublishOnly", "preuninstall", "uninstall", "postuninstall",
	"pre-install-cmd", "post-install-cmd", "pre-update-cmd",
	"post-update-cmd", "pre-autoload-dump", "post-autoload-dump",
	"post-root-package-install", "post-create-project-cmd",
};

/* \u00XX: what a name could be hidden with. */
static char
take_escape(struct scan *s)
{
	unsigned v = 0;

	if (*s->p != 'u' || s->end - s->p < 5)
		return *s->p;
	for (int i = 1; i <= 4; i++) {
		char c = lower(s->p[i]);

		v = v * 16 + (unsigned)(c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0);
	}
	s->p += 4;
	return v > 0 && v < 128 ? (char)v : '?';
}

/* From the opening quote to behind the closing one. */
static void
take_string(struct scan *s, char *out)
{
	size_t n = 0;

	for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
		char c = *s->p;

		if (c == '\\' && s->end - s->p > 1) {
			s->p++;
			c = take_escape(s);
		}
		if (n < NAME_CAP - 1)
			out[n++] = c != '\0' ? c : '?';
	}
	s->p += s->p < s->end;
	out[n] = '\0';
}

static bool
runs_unasked(const char *name)
{
	for (size_t i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++)
		if (strcmp(unasked[i], name) == 0)
			return true;
	return false;
}

/* The value behind a name, up to what ends it at this depth. */
static void
skip_value(struct scan *s)
{
	char ignored[NAME_CAP];
	unsigned depth = 0;

	while (s->p < s->end) {
		char c = *s->p;

		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			return;
		if (c == '"') {
			take_string(s, ignored);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		s->p++;
	}
}

static bool
take_colon(struct scan *s)
{
	while (s->p < s->end && strchr(" \t\r\n", *s->p) != NULL &&
	    *s->p != '\0')
		s->p++;
	if (s->p == s->end || *s->p != ':')
		return false;
	s->p++;
	while (s->p < s->end && strchr(" \t\r\n", *s->p) != NULL &&
	    *s->p != '\0')
		s->p++;
	return true;
}

/* Names at the first depth; below "scripts", those of the second. */
static void
read_scripts(struct scan *s)
{
	char name[NAME_CAP];
	bool is_inside = false;
	const char *raw;

	while (s->p < s->end) {
		if (*s->p != '"') {
			is_inside &= *s->p != '}';
			s->p++;
			continue;
		}
		take_string(s, name);
		if (!take_colon(s))
			continue;
		if (!is_inside && strcmp(name, "scripts") == 0 &&
		    s->p < s->end && *s->p == '{') {
			is_inside = true;
			s->p++;
			continue;
		}
		raw = s->p;
		skip_value(s);
		if (is_inside && runs_unasked(name))
			found(s, name, raw, (size_t)(s->p - raw));
	}
}

/* --- the others --------------------------------------------------------- */

static void
read_imports(struct scan *s)
{
	while (s->p < s->end) {
		const char *line = s->p;

		skip_line(s);
		if (s->p - line > 7 && memcmp(line, "import", 6) == 0 &&
		    (line[6] == ' ' || line[6] == '\t'))
			found(s, "import", line, (size_t)(s->p - line));
		s->p += s->p < s->end;
	}
}

/* "exec COMMAND", which `git rebase --continue' runs; "x" for short. */
static void
read_todo(struct scan *s)
{
	while (s->p < s->end) {
		const char *line;
		size_t n = 0;

		skip_blanks(s);
		for (line = s->p; s->p < s->end && *s->p != ' ' &&
		    *s->p != '\t' && *s->p != '\n'; s->p++)
			n++;
		skip_line(s);
		if ((n == 4 && memcmp(line, "exec", n) == 0) ||
		    (n == 1 && *line == 'x'))
			found(s, "exec", line, (size_t)(s->p - line));
		s->p += s->p < s->end;
	}
}

/* A line that may begin with "gitdir: ". */
static void
read_pointer(struct scan *s)
{
	static const char word[] = "gitdir: ";
	size_t n = sizeof(word) - 1;
	const char *line;

	if ((size_t)(s->end - s->p) > n && memcmp(s->p, word, n) == 0)
		s->p += n;
	line = s->p;
	while (s->p < s->end && *s->p != '\n' && *s->p != '\r' &&
	    *s->p != '\0')
		s->p++;
	text_bytes(s->detail, line, (size_t)(s->p - line));
	sha256_update(s->h, line, (size_t)(s->p - line));
	s->has_some = s->p > line;
}

static void
read_whole(struct scan *s)
{
	sha256_update(s->h, s->p, (size_t)(s->end - s->p));
	s->has_some = true;
}

bool
left_read(enum left_reader how, const char *p, size_t len, struct sha256 *h,
    struct text *detail)
{
	static void (*const readers[])(struct scan *s) = {
		[LEFT_WHOLE] = read_whole, [LEFT_SETTINGS] = read_settings,
		[LEFT_SCRIPTS] = read_scripts, [LEFT_IMPORTS] = read_imports,
		[LEFT_TODO] = read_todo, [LEFT_POINTER] = read_pointer,
		[LEFT_PROGRAM] = read_whole,
	};
	struct scan s = { p, p + len, h, detail, false };

	/* A byte order mark is skipped by who reads such files. */
	if (len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		s.p += 3;
	readers[how](&s);
	return s.has_some;
}
