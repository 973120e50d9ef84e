/*
 * Heads of HTTP/1 requests: see proxy_http.h.  Strict where servers differ
 * about what a request means: whoever reads such a head otherwise than we do
 * would be led elsewhere.
 */
#include "runtime/proxy_http.h"

#include <string.h>

#define PORT_HTTP	80
#define SCHEME		"http://"

struct slice {
	const char *p;
	size_t n;
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_word(struct slice s, const char *word)
{
	size_t i;

	for (i = 0; i < s.n && word[i] != '\0'; i++)
		if (lower(s.p[i]) != lower(word[i]))
			return false;
	return i == s.n && word[i] == '\0';
}

/* tchar of RFC 9110. */
static bool
is_token(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
		    strchr("\"(),/:;<=>?@[\\]{}", s.p[i]) != NULL)
			return false;
	return s.n > 0;
}

/* Up to the byte c, which is skipped. */
static bool
cut(struct slice *rest, char c, struct slice *out)
{
	const char *at = memchr(rest->p, c, rest->n);

	if (at == NULL)
		return false;
	*out = (struct slice){ rest->p, (size_t)(at - rest->p) };
	rest->n -= out->n + 1;
	rest->p = at + 1;
	return true;
}

/* A line without its CR LF; none may be within it. */
static bool
cut_line(struct slice *rest, struct slice *out)
{
	if (!cut(rest, '\n', out) || out->n == 0 ||
	    out->p[out->n - 1] != '\r')
		return false;
	out->n--;
	return memchr(out->p, '\r', out->n) == NULL &&
	    memchr(out->p, '\0', out->n) == NULL;
}

static struct slice
trim(struct slice s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* "NAME: VALUE"; no blank before the colon, no continuation. */
static bool
cut_header(struct slice line, struct slice *name, struct slice *value)
{
	if (!cut(&line, ':', name) || !is_token(*name))
		return false;
	*value = trim(line);
	return true;
}

/* --- the first line ----------------------------------------------------- */

static bool
is_printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '#')
			return false;
	return s.n > 0;
}

static void
set_path(struct proxy_head *h, const char *start, struct slice path)
{
	h->path = (size_t)(path.p - start);
	h->path_len = path.n;
	h->is_path_bare = path.n == 0 || path.p[0] == '?';
}

/* "http://HOST:PORT/PATH" */
static bool
read_url(struct proxy_head *h, const char *start, struct slice url)
{
	const size_t n = sizeof(SCHEME) - 1;
	struct slice host;

	if (url.n < n || !is_word((struct slice){ url.p, n }, SCHEME))
		return false;
	url.p += n;
	url.n -= n;
	host = url;
	for (host.n = 0; host.n < url.n && url.p[host.n] != '/' &&
	    url.p[host.n] != '?'; host.n++)
		continue;
	url.p += host.n;
	url.n -= host.n;
	set_path(h, start, url);
	return proxy_target_read(&h->target, host.p, host.n, PORT_HTTP);
}

static bool
read_target(struct proxy_head *h, const char *start, struct slice target,
    const struct proxy_target *tunnel)
{
	if (!is_printable(target))
		return false;
	if (tunnel == NULL)
		return h->is_connect ? proxy_target_read(&h->target,
		    target.p, target.n, 0) : read_url(h, start, target);
	h->target = *tunnel;
	set_path(h, start, target);
	return !h->is_connect && (target.p[0] == '/' || is_word(target, "*"));
}

static bool
read_first(struct proxy_head *h, const char *start, struct slice line,
    const struct proxy_target *tunnel)
{
	struct slice method, target;

	if (!cut(&line, ' ', &method) || !is_token(method) ||
	    !cut(&line, ' ', &target))
		return false;
	h->method = method.n;
	h->is_connect = method.n == 7 && memcmp(method.p, "CONNECT", 7) == 0;
	if (line.n != 8 || (memcmp(line.p, "HTTP/1.1", 8) != 0 &&
	    memcmp(line.p, "HTTP/1.0", 8) != 0))
		return false;
	h->is_old = line.p[7] == '0';
	return read_target(h, start, target, tunnel);
}

/* --- headers ------------------------------------------------------------ */

/* What they say so far. */
struct seen {
	bool has_host, has_length, has_coding;
};

static bool
read_host(struct proxy_head *h, struct slice value)
{
	struct proxy_target t;

	if (!proxy_target_read(&t, value.p, value.n, h->target.port))
		return false;
	h->is_other_host = t.port != h->target.port ||
	    strcmp(t.host, h->target.host) != 0;
	return !h->is_other_host;
}

static bool
read_length(struct proxy_head *h, struct slice value)
{
	if (value.n == 0 || value.n > 18)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return false;
		h->body.left = h->body.left * 10 +
		    (uint64_t)(value.p[i] - '0');
	}
	return true;
}

/* Each of these once at most, and only one that says where the body ends. */
static bool
read_header(struct proxy_head *h, struct seen *seen, struct slice name,
    struct slice value)
{
	if (is_word(name, "host")) {
		if (seen->has_host)
			return false;
		seen->has_host = true;
		return h->is_connect || read_host(h, value);
	}
	if (is_word(name, "content-length")) {
		if (seen->has_length || seen->has_coding)
			return false;
		seen->has_length = true;
		return read_length(h, value);
	}
	if (is_word(name, "transfer-encoding")) {
		if (seen->has_length || seen->has_coding)
			return false;
		seen->has_coding = true;
		h->body.kind = PROXY_BODY_CHUNKED;
		return !h->is_old && is_word(value, "chunked");
	}
	return true;
}

/* How long the head is; 0: it has no end yet. */
static size_t
head_len(const char *p, size_t n)
{
	for (size_t i = 3; i < n; i++)
		if (p[i] == '\n' && memcmp(p + i - 3, "\r\n\r\n", 4) == 0)
			return i + 1;
	return 0;
}

enum proxy_read
proxy_http_read(const char *p, size_t n, const struct proxy_target *tunnel,
    struct proxy_head *out)
{
	struct slice rest = { p, n }, line, name, value;
	struct seen seen = { false, false, false };

	*out = (struct proxy_head){ .len = head_len(p, n) };
	if (out->len == 0 && n < PROXY_HEAD_MAX)
		return n > 0 && !is_token((struct slice){ p, 1 }) ?
		    PROXY_BAD : PROXY_MORE;
	if (out->len == 0 || out->len > PROXY_HEAD_MAX)
		return PROXY_BAD;
	rest.n = out->len;
	if (!cut_line(&rest, &line) || !read_first(out, p, line, tunnel))
		return PROXY_BAD;
	while (cut_line(&rest, &line) && line.n > 0)
		if (!cut_header(line, &name, &value) ||
		    !read_header(out, &seen, name, value))
			return PROXY_BAD;
	/* It ended with the empty line, not with a bad one. */
	if (rest.n != 0)
		return PROXY_BAD;
	out->body.is_done = out->body.kind == PROXY_BODY_LENGTH &&
	    out->body.left == 0;
	return PROXY_DONE;
}

/* --- what is sent on ---------------------------------------------------- */

/* Of this connection, not of the request; and the one that we write. */
static bool
is_ours(struct slice name)
{
	static const char *const words[] = {
		"host", "connection", "proxy-connection", "keep-alive", "te",
		"upgrade", "proxy-authorization", "proxy-authenticate",
		"http2-settings",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(name, words[i]))
			return true;
	return false;
}

static void
put_slice(struct text *out, struct slice s)
{
	text_bytes(out, s.p, s.n);
}

static void
put_host(const struct proxy_target *t, struct text *out)
{
	bool is_wide = strchr(t->host, ':') != NULL;

	text_str(out, "Host: ");
	if (t->port != PORT_HTTP) {
		proxy_target_put(t, out);
	} else {
		text_str(out, is_wide ? "[" : "");
		text_str(out, t->host);
		text_str(out, is_wide ? "]" : "");
	}
	text_str(out, "\r\n");
}

void
proxy_http_put(const char *p, const struct proxy_head *h, struct text *out)
{
	struct slice rest = { p, h->len }, line, name, value;

	if (!cut_line(&rest, &line))
		return;
	text_bytes(out, p, h->method);
	text_str(out, h->is_path_bare ? " /" : " ");
	text_bytes(out, p + h->path, h->path_len);
	/* " HTTP/1.1" */
	put_slice(out, (struct slice){ line.p + line.n - 9, 9 });
	text_str(out, "\r\n");
	put_host(&h->target, out);
	while (cut_line(&rest, &line) && line.n > 0 &&
	    cut_header(line, &name, &value))
		if (!is_ours(name)) {
			put_slice(out, line);
			text_str(out, "\r\n");
		}
	text_str(out, "Connection: close\r\n\r\n");
}
