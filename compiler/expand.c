/* Expansion of variables; what a value is for is the caller's. */
#include "compiler/expand.h"

#include <stdint.h>
#include <string.h>

#include "blob/vardef.h"
#include "compiler/scalar.h"
#include "compiler/star_value.h"

#define EXPAND_MAX	4096	/* PATH_MAX: no kernel path is longer */
#define NSTACK	(sizeof(((struct expand *)NULL)->stack) / sizeof(void *))

struct text {
	char buf[EXPAND_MAX + 1];
	size_t len;
	bool is_full;
};

static bool expand_into(struct expand *x, struct text *t,
    const struct node *n, const char *s);

const char *
expand_var_name(unsigned var)
{
	return var < BLOB_NVARS ? vardef_of(var)->name : NULL;
}

const char *
expand_show(struct arena *a, const char *template)
{
	const char *p, *out = "";
	unsigned c;

	for (p = template; *p != '\0'; p++) {
		c = (unsigned char)*p;
		if (c >= BLOB_VAR_BASE && c < BLOB_VAR_BASE + BLOB_NVARS)
			out = arena_printf(a, "%s${%s}", out,
			    expand_var_name(c - BLOB_VAR_BASE));
		else if (c == '$')
			out = arena_printf(a, "%s$$", out);
		else
			out = arena_printf(a, "%s%c", out, *p);
	}
	return out;
}

static void
put(struct text *t, char c)
{
	if (t->len == EXPAND_MAX)
		t->is_full = true;
	else
		t->buf[t->len++] = c;
}

/*
 * Where bytes of s stand: of the end of n's text, or of a definition, which is
 * all there where it is used.
 */
static struct loc
part(const struct expand *x, const struct node *n, const char *s, size_t off,
    size_t len)
{
	size_t all = strlen(n->text), rest = strlen(s);

	return rest <= all && n->text + (all - rest) == s ?
	    scalar_part(x->a, n, all - rest + off, len) : n->at;
}

static void
unknown(struct expand *x, struct loc at, const char *name)
{
	struct near near = { .word = name };
	const struct node *v;
	size_t i;

	for (i = 0; i < BLOB_NVARS; i++)
		near_try(&near, expand_var_name((unsigned)i));
	for (v = x->variables != NULL ? x->variables->first : NULL; v != NULL;
	    v = v->next)
		near_try(&near, v->key->text);
	diag_error(x->d, at, "unknown variable %s%s",
	    diag_quote(x->a, name), near_hint(x->a, &near));
}

bool
expand_is_run_time(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < BLOB_NVARS; i++)
		if (strlen(expand_var_name((unsigned)i)) == len &&
		    strncmp(expand_var_name((unsigned)i), name, len) == 0)
			return true;
	return false;
}

void
expand_check_names(const struct expand *x)
{
	const struct node *v = x->variables != NULL ? x->variables->first :
	    NULL;

	for (; v != NULL; v = v->next)
		if (expand_is_run_time(v->key->text, strlen(v->key->text)))
			diag_error(x->d, v->key->at, "variable %s is known "
			    "when the command runs; choose another name",
			    diag_quote(x->a, v->key->text));
}

static const char *
defined(const struct expand *x, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 0; x->defines != NULL && x->defines[i] != NULL; i++)
		if (strncmp(x->defines[i], name, len) == 0 &&
		    x->defines[i][len] == '=')
			return x->defines[i] + len + 1;
	return NULL;
}

static bool
expand_variable(struct expand *x, struct text *t, const struct node *v)
{
	size_t i;
	bool ok;

	for (i = 0; i < x->depth; i++)
		if (x->stack[i] == v) {
			diag_error(x->d, v->at, "variable %s stands for "
			    "itself", diag_quote(x->a, v->key->text));
			return false;
		}
	if (x->depth == NSTACK) {
		diag_error(x->d, v->at, "variables are nested more than %zu "
		    "deep", NSTACK);
		return false;
	}
	x->stack[x->depth++] = v;
	ok = expand_into(x, t, v, v->text);
	x->depth--;
	return ok;
}

/* A definition of -D may name others; one that names itself ends here. */
static bool
expand_define(struct expand *x, struct text *t, const struct node *n,
    const char *name, const char *value)
{
	bool ok;

	if (!star_utf8_valid(value, strlen(value))) {
		diag_error(x->d, n->at, "the value of -D %s is not UTF-8",
		    name);
		return false;
	}
	if (x->depth == NSTACK) {
		diag_error(x->d, n->at, "definitions are nested more than %zu "
		    "deep", NSTACK);
		return false;
	}
	x->stack[x->depth++] = NULL;
	ok = expand_into(x, t, n, value);
	x->depth--;
	return ok;
}

static bool
expand_name(struct expand *x, struct text *t, const struct node *n,
    const char *s, size_t off, const char *name)
{
	const char *value = defined(x, name);
	const struct node *v = node_get(x->variables, name);
	unsigned i;

	for (i = 0; i < BLOB_NVARS; i++)
		if (strcmp(expand_var_name(i), name) == 0) {
			put(t, (char)(BLOB_VAR_BASE + i));
			return true;
		}
	if (value != NULL)
		return expand_define(x, t, n, name, value);
	if (v != NULL)
		return expand_variable(x, t, v);
	unknown(x, part(x, n, s, off, strlen(name) + 3), name);
	return false;
}

static bool
expand_dollar(struct expand *x, struct text *t, const struct node *n,
    const char *s, size_t *i)
{
	const char *p = s + *i, *end;

	if (p[1] == '$') {
		put(t, '$');
		*i += 2;
		return true;
	}
	end = p[1] == '{' ? strchr(p, '}') : NULL;
	if (end == NULL) {
		diag_error(x->d, part(x, n, s, *i, 1), p[1] == '{' ?
		    "\"${\" without its \"}\"" : "\"$\" begins a variable as "
		    "in \"${home}\"; write \"$$\" for the character itself");
		return false;
	}
	*i += (size_t)(end - p) + 1;
	return expand_name(x, t, n, s, (size_t)(p - s), arena_strndup(x->a,
	    p + 2, (size_t)(end - p) - 2));
}

static bool
expand_into(struct expand *x, struct text *t, const struct node *n,
    const char *s)
{
	unsigned char c;
	size_t i = 0;

	while (s[i] != '\0') {
		c = (unsigned char)s[i];
		if (c == '$') {
			if (!expand_dollar(x, t, n, s, &i))
				return false;
			continue;
		}
		if (c >= BLOB_VAR_BASE && c < 0x20) {
			diag_error(x->d, n->at, "control character 0x%02x "
			    "in a value", c);
			return false;
		}
		put(t, s[i++]);
	}
	return true;
}

static const char *
expand_from(struct expand *x, const struct node *n, const char *s)
{
	struct text t = { .len = 0 };

	if (!expand_into(x, &t, n, s))
		return NULL;
	if (t.is_full) {
		diag_error(x->d, n->at, "longer than %d bytes", EXPAND_MAX);
		return NULL;
	}
	return arena_strndup(x->a, t.buf, t.len);
}

const char *
expand_text(struct expand *x, const struct node *n)
{
	return expand_from(x, n, n->text);
}

static bool
is_absolute(const char *template)
{
	unsigned c = (unsigned char)template[0];

	return c == '/' || (c >= BLOB_VAR_BASE &&
	    c < BLOB_VAR_BASE + BLOB_NVARS &&
	    c != BLOB_VAR_BASE + BLOB_VAR_USER &&
	    c != BLOB_VAR_BASE + BLOB_VAR_UID);
}

/* One slash between names, none at the end, no `.'; NULL where `..' is. */
static const char *
tidy(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 2);
	size_t n = 0, len;

	while (*s != '\0') {
		len = strcspn(s, "/");
		if (len == 2 && s[0] == '.' && s[1] == '.')
			return NULL;
		if (len > 0 && !(len == 1 && s[0] == '.')) {
			memcpy(out + n, s, len);
			n += len;
		}
		s += len;
		if (*s == '/' && (n == 0 || out[n - 1] != '/'))
			out[n++] = '/';
		s += strspn(s, "/");
	}
	while (n > 1 && out[n - 1] == '/')
		n--;
	out[n] = '\0';
	return out;
}

static bool
has_controls(const char *s)
{
	unsigned c;

	for (; *s != '\0'; s++) {
		c = (unsigned char)*s;
		if (c < BLOB_VAR_BASE || c == 0x7f)
			return true;
	}
	return false;
}

const char *
expand_path(struct expand *x, const struct node *n, bool *is_optional)
{
	const char *s = n->text, *path, *tidied;
	bool is_marked = s[0] == '?';

	if (is_marked && is_optional == NULL) {
		diag_error(x->d, n->at, "\"?\" (left out where it does not "
		    "exist) is for paths of \"filesystem\"");
		return NULL;
	}
	path = expand_from(x, n, s + is_marked);
	if (path == NULL)
		return NULL;
	if (!is_absolute(path)) {
		diag_error(x->d, n->at, "path %s is not absolute; begin it "
		    "with \"/\" or a variable such as \"${workspace}/\"",
		    diag_quote(x->a, n->text));
		return NULL;
	}
	if (has_controls(path)) {
		diag_error(x->d, n->at, "control character in path %s",
		    diag_quote(x->a, path));
		return NULL;
	}
	tidied = tidy(x->a, path);
	if (tidied == NULL) {
		diag_error(x->d, n->at, "path %s contains \"..\"; name the "
		    "folder that is meant", diag_quote(x->a, n->text));
		return NULL;
	}
	if (is_optional != NULL)
		*is_optional = is_marked;
	return tidied;
}
