/* The part of YAML that is JSON: see json.h. */
#include "compiler/json.h"

#include <string.h>

struct walk {
	struct arena *a;
	struct diag *d;
};

static void check(const struct walk *w, const struct node *n);

/* The text from where a node stands to the end of that line. */
static const char *
text_at(const struct node *n, size_t *len)
{
	size_t all, col = n->at.col - 1;
	const char *line = source_line(n->at.src, n->at.line, &all);

	*len = col < all ? all - col : 0;
	return line + (col < all ? col : all);
}

static bool
begins_with(const struct node *n, char c)
{
	size_t len;
	const char *p = text_at(n, &len);

	return len > 0 && *p == c;
}

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

static bool
is_number(const char *s)
{
	size_t n;

	s += *s == '-';
	n = digits(s);
	if (n == 0 || (n > 1 && *s == '0'))
		return false;
	s += n;
	if (*s == '.') {
		n = digits(s + 1);
		if (n == 0)
			return false;
		s += 1 + n;
	}
	if (*s == 'e' || *s == 'E') {
		s += 1 + (s[1] == '+' || s[1] == '-');
		n = digits(s);
		if (n == 0)
			return false;
		s += n;
	}
	return *s == '\0';
}

/* YAML folds the lines of a string; JSON has none to fold. */
static void
check_string(const struct walk *w, const struct node *n)
{
	size_t len, i;
	const char *p = text_at(n, &len);

	for (i = 1; i < len && p[i] != '"'; i++)
		i += p[i] == '\\';
	if (i >= len)
		diag_error(w->d, n->at, "a string goes on over the end of its "
		    "line");
}

static void
check_scalar(const struct walk *w, const struct node *n)
{
	if (json_is_text(n)) {
		check_string(w, n);
		return;
	}
	if (n->is_plain && (strcmp(n->text, "true") == 0 ||
	    strcmp(n->text, "false") == 0 || strcmp(n->text, "null") == 0 ||
	    is_number(n->text)))
		return;
	if (!n->is_plain)
		diag_error(w->d, n->at, "text stands in double quotes");
	else
		diag_error(w->d, n->at, "expected a JSON value, found %s",
		    n->text[0] == '\0' ? "nothing" : diag_quote(w->a, n->text));
}

static void
check_children(const struct walk *w, const struct node *n, char open)
{
	const struct node *c;

	if (!begins_with(n, open))
		diag_error(w->d, n->at, "expected a JSON value, found a %s "
		    "that only YAML has", open == '{' ? "map" : "list");
	for (c = n->first; c != NULL && !diag_is_full(w->d); c = c->next) {
		if (open == '{' && !begins_with(c->key, '"'))
			diag_error(w->d, c->key->at, "a JSON key stands in "
			    "double quotes, found %s",
			    diag_quote(w->a, c->key->text));
		check(w, c);
	}
}

static void
check(const struct walk *w, const struct node *n)
{
	switch (n->kind) {
	case NODE_SCALAR:
		check_scalar(w, n);
		break;
	case NODE_LIST:
		check_children(w, n, '[');
		break;
	case NODE_MAP:
		check_children(w, n, '{');
		break;
	}
}

/* Before YAML's own messages, which speak of profiles. */
static bool
is_object(struct arena *a, struct diag *d, const struct source *src)
{
	size_t n = strspn(src->text, " \t\r\n"), i;
	struct loc at = { src, 1, 1, 1 };

	for (i = 0; i < n; i++) {
		at.col++;
		if (src->text[i] == '\n') {
			at.line++;
			at.col = 1;
		}
	}
	if (src->text[n] == '{')
		return true;
	diag_error(d, at, "expected \"{\", found %s", n == src->len ?
	    "the end" : diag_quote(a, arena_strndup(a, src->text + n, 1)));
	return false;
}

struct node *
json_read(struct arena *a, struct diag *d, const struct source *src)
{
	struct walk w = { .a = a, .d = d };
	unsigned errors = d->errors;
	struct node *root;

	if (!is_object(a, d, src))
		return NULL;
	root = yaml_read(a, d, src);
	if (root == NULL || d->errors != errors)
		return NULL;
	check(&w, root);
	return d->errors == errors ? root : NULL;
}

const struct node *
json_get(const struct node *map, const char *key)
{
	const struct node *n = node_get(map, key);

	if (n != NULL && n->kind == NODE_SCALAR && n->is_plain &&
	    strcmp(n->text, "null") == 0)
		return NULL;
	return n;
}

bool
json_is_text(const struct node *n)
{
	return n->kind == NODE_SCALAR && !n->is_plain && begins_with(n, '"');
}

bool
json_number(const struct node *n, uint64_t *value)
{
	const char *p;
	uint64_t v = 0;

	if (n->kind != NODE_SCALAR || !n->is_plain || !is_number(n->text))
		return false;
	for (p = n->text; *p >= '0' && *p <= '9'; p++) {
		if (v > (UINT64_MAX - (uint64_t)(*p - '0')) / 10)
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	*value = v;
	return *p == '\0';
}
