/*
 * Load a profile with all that it extends.  The tree of each file is checked
 * by itself before it is joined, so that messages speak of what was written.
 */
#include "compiler/merge.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "compiler/schema.h"

#ifndef CODEX_PROFILE_DIR
#define CODEX_PROFILE_DIR "/usr/local/share/codex/profiles"
#endif

struct file {
	struct file *next;
	const char *path;
	struct node *root;	/* as written; NULL if it was refused */
};

struct loader {
	struct arena *a;
	struct diag *d;
	const struct merge_options *opt;
	const char *base;	/* folder of the first file, with its slash */
	struct file *files;
	const char *stack[MERGE_MAX_DEPTH];
	size_t depth;
};

static struct node *load(struct loader *l, const char *path, struct loc from);

/* The part of path up to and with its last slash; "" without one. */
static const char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? "" : arena_strndup(a, path,
	    (size_t)(slash - path) + 1);
}

/* Cut `.' and `..' out of a path, as text. */
static const char *
tidy(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2), *last;
	size_t n = 0, len;
	const char *p = path;

	if (*p == '/')
		out[n++] = '/';
	for (; *p != '\0'; p += len) {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0 || (len == 1 && p[0] == '.'))
			continue;
		out[n] = '\0';
		last = n > 1 ? strrchr(out, '/') : NULL;
		last = last != NULL ? last + (last == out) : out;
		if (len == 2 && p[0] == '.' && p[1] == '.' && n > 0 &&
		    strcmp(out, "/") != 0 && strcmp(*last == '/' ? last + 1 :
		    last, "..") != 0) {
			n = (size_t)(last - out);
			continue;
		}
		if (n > 0 && out[n - 1] != '/')
			out[n++] = '/';
		memcpy(out + n, p, len);
		n += len;
	}
	out[n] = '\0';
	return out;
}

const char *
merge_resolve(struct arena *a, const char *holder, const char *ref)
{
	if (ref[0] == '/')
		return tidy(a, ref);
	return tidy(a, arena_printf(a, "%s%s", folder_of(a, holder), ref));
}

/* Shown relative to the folder of the first file. */
static const char *
shown_name(const struct loader *l, const char *path)
{
	size_t n = strlen(l->base), i;
	const char *slash = strrchr(path, '/');

	if (strncmp(path, l->base, n) == 0 && (n > 0 || path[0] != '/'))
		return path + n;
	for (i = 0; i < l->opt->ndirs; i++) {
		n = strlen(l->opt->dirs[i]);
		if (strncmp(path, l->opt->dirs[i], n) == 0 && path[n] == '/')
			return path + n + 1;
	}
	return slash != NULL ? slash + 1 : path;
}

static const struct source *
open_source(struct loader *l, const char *path, const char *shown,
    struct loc from)
{
	const struct source *src;
	int r = source_load(l->a, path, shown, &src);

	if (r == SOURCE_OK) {
		if (l->opt->on_file != NULL)
			l->opt->on_file(l->opt->ctx, path);
		return src;
	}
	diag_error(l->d, from, "profile %s %s%s%s", diag_quote(l->a, shown),
	    source_strerror(r), r == SOURCE_ERR_OPEN ? ": " : "",
	    r == SOURCE_ERR_OPEN ? strerror(errno) : "");
	return NULL;
}

/* Read and check one file, once. */
static struct node *
file_tree(struct loader *l, const char *path, const char *shown,
    struct loc from)
{
	const struct source *src;
	struct file *f;
	unsigned errors;

	for (f = l->files; f != NULL; f = f->next)
		if (strcmp(f->path, path) == 0)
			return f->root;
	f = arena_alloc(l->a, sizeof(*f));
	f->path = path;
	f->next = l->files;
	l->files = f;
	src = open_source(l, path, shown, from);
	if (src == NULL)
		return NULL;
	errors = l->d->errors;
	f->root = yaml_read(l->a, l->d, src);
	if (f->root != NULL)
		schema_check(l->a, l->d, f->root);
	if (l->d->errors != errors)
		f->root = NULL;
	return f->root;
}

static bool
same_place(const struct node *x, const struct node *y)
{
	return x->at.src == y->at.src && x->at.line == y->at.line &&
	    x->at.col == y->at.col;
}

/* Add copies of from's entries; what is there already came by two ways. */
static void
add_all(struct arena *a, struct node *to, const struct node *from)
{
	const struct node *c, *old;

	for (c = from->first; c != NULL; c = c->next) {
		for (old = to->first; old != NULL; old = old->next)
			if (same_place(old, c))
				break;
		if (old == NULL)
			node_add(to, node_copy(a, c));
	}
}

static struct node *
join_lists(struct arena *a, const struct node *base, const struct node *own,
    bool own_first)
{
	struct node *n = node_copy(a, own);

	n->first = n->last = NULL;
	if (own_first)
		add_all(a, n, own);
	if (!own->is_replace)
		add_all(a, n, base);
	if (!own_first)
		add_all(a, n, own);
	return n;
}

static struct node *join_maps(struct arena *a, const struct schema *table,
    const struct node *base, const struct node *own);

static struct node *
join(struct arena *a, const struct schema *s, const struct node *base,
    const struct node *own)
{
	if (base == NULL || own->kind != base->kind ||
	    own->kind == NODE_SCALAR)
		return node_copy(a, own);
	if (own->kind == NODE_LIST)
		return join_lists(a, base, own, s != NULL && s->own_first);
	return join_maps(a, s != NULL ? s->sub : NULL, base, own);
}

static struct node *
join_maps(struct arena *a, const struct schema *table,
    const struct node *base, const struct node *own)
{
	struct node *n = node_copy(a, own);
	const struct schema *s;
	const struct node *c;

	n->first = n->last = NULL;
	for (c = base->first; c != NULL; c = c->next) {
		s = table != NULL ? schema_find(table, c->key->text) : NULL;
		if (node_get(own, c->key->text) == NULL &&
		    (s == NULL || !s->is_local))
			node_add(n, node_copy(a, c));
	}
	for (c = own->first; c != NULL; c = c->next) {
		s = table != NULL ? schema_find(table, c->key->text) : NULL;
		node_add(n, join(a, s, s != NULL && s->is_local ? NULL :
		    node_get(base, c->key->text), c));
	}
	return n;
}

static bool
is_name(const char *ref)
{
	size_t len = strlen(ref);

	return strchr(ref, '/') == NULL &&
	    (len < 5 || strcmp(ref + len - 5, ".yaml") != 0) &&
	    (len < 4 || strcmp(ref + len - 4, ".yml") != 0);
}

static bool
exists(struct arena *a, const char *path)
{
	const struct source *src;

	return source_load(a, path, path, &src) != SOURCE_ERR_OPEN;
}

const char *
merge_alias(const char *name)
{
	static const struct { const char *alias, *name; } aliases[] = {
		{ "read-net", "net-read-only" },
		{ "workspace", "workspace-write" },
		{ "full-access", "trusted" },
	};
	size_t i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].alias, name) == 0)
			return aliases[i].name;
	return NULL;
}

/* Path of a name: beside its holder, in the -I folders, where installed. */
static const char *
find_name(struct loader *l, const char *holder, const char *name)
{
	const char *path = arena_printf(l->a, "%s%s.yaml",
	    folder_of(l->a, holder), name);
	size_t i;

	if (exists(l->a, path))
		return path;
	for (i = 0; i < l->opt->ndirs; i++) {
		path = arena_printf(l->a, "%s/%s.yaml", l->opt->dirs[i], name);
		if (exists(l->a, path))
			return path;
	}
	path = arena_printf(l->a, "%s/%s.yaml", CODEX_PROFILE_DIR, name);
	return exists(l->a, path) ? path : NULL;
}

static void
near_folder(struct loader *l, struct near *near, const char *folder)
{
	DIR *d = opendir(folder[0] != '\0' ? folder : ".");
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);

		if (len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0)
			near_try(near, arena_printf(l->a, "%.*s",
			    (int)(len - 5), e->d_name));
	}
	if (d != NULL)
		closedir(d);
}

/* Where find_name() looks. */
static const char *
hint_name(struct loader *l, const char *holder, const char *name)
{
	struct near near = { .word = name };
	size_t i;

	near_folder(l, &near, folder_of(l->a, holder));
	for (i = 0; i < l->opt->ndirs; i++)
		near_folder(l, &near, l->opt->dirs[i]);
	near_folder(l, &near, CODEX_PROFILE_DIR);
	return near_hint(l->a, &near);
}

static struct node *
load_extended(struct loader *l, const char *holder, const struct node *ref)
{
	const char *path;

	if (!is_name(ref->text))
		return load(l, merge_resolve(l->a, holder, ref->text),
		    ref->at);
	path = find_name(l, holder, ref->text);
	if (path == NULL && merge_alias(ref->text) != NULL)
		path = find_name(l, holder, merge_alias(ref->text));
	if (path != NULL)
		return load(l, path, ref->at);
	diag_error(l->d, ref->at, "no profile %s: looked for %s.yaml beside "
	    "this file, in the -I folders and where profiles are installed%s",
	    diag_quote(l->a, ref->text), ref->text, hint_name(l, holder, ref->text));
	return NULL;
}

static bool
push(struct loader *l, const char *path, struct loc from)
{
	size_t i;

	for (i = 0; i < l->depth; i++)
		if (strcmp(l->stack[i], path) == 0) {
			diag_error(l->d, from, "profile %s extends or uses itself "
			    "(through %zu file%s)", diag_quote(l->a,
			    shown_name(l, path)), l->depth - i,
			    l->depth - i == 1 ? "" : "s");
			return false;
		}
	if (l->depth == MERGE_MAX_DEPTH) {
		diag_error(l->d, from, "`extends' is nested more than %d deep",
		    MERGE_MAX_DEPTH);
		return false;
	}
	l->stack[l->depth++] = path;
	return true;
}

/* --- `use' ------------------------------------------------------------------ */

static struct node *
new_scalar(struct arena *a, const char *text, struct loc at)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	n->kind = NODE_SCALAR;
	n->loc = n->at = at;
	n->is_plain = true;
	n->text = text;
	return n;
}

/* A map with one value replaced, or added. */
static struct node *
with_value(struct arena *a, const struct node *map, const char *key,
    struct node *value)
{
	struct node *n = node_copy(a, map);
	const struct node *c;

	n->first = n->last = NULL;
	for (c = map->first; c != NULL; c = c->next)
		if (strcmp(c->key->text, key) != 0)
			node_add(n, node_copy(a, c));
	if (value->key == NULL || strcmp(value->key->text, key) != 0)
		value->key = new_scalar(a, key, value->at);
	node_add(n, value);
	return n;
}

/* The rules of one profile that is used, behind the others in *out. */
static bool
use_one(struct loader *l, const char *path, const struct node *ref,
    struct node *out)
{
	const struct node *name = ref, *override = NULL, *rule;
	struct node *root;

	if (ref->kind == NODE_MAP) {
		name = node_get(ref, "profile");
		override = node_get(ref, "override");
	}
	if (name == NULL || name->kind != NODE_SCALAR || (ref->kind ==
	    NODE_MAP && (override == NULL || ref->first->next != ref->last ||
	    override->kind != NODE_SCALAR ||
	    strcmp(override->text, "true") != 0))) {
		diag_error(l->d, ref->at, "\"use\" takes a profile, or "
		    "{profile: NAME, override: true}, found %s",
		    node_what(l->a, ref));
		return false;
	}
	root = load_extended(l, path, name);
	if (root == NULL)
		return false;
	rule = node_get(node_get(root, "syscalls"), "rules");
	if (rule == NULL || rule->first == NULL) {
		diag_error(l->d, name->at, "profile %s has no system call "
		    "rules to use", diag_quote(l->a, name->text));
		return false;
	}
	for (rule = rule->first; rule != NULL; rule = rule->next)
		node_add(out, override == NULL || rule->kind != NODE_MAP ?
		    node_copy(l->a, rule) : with_value(l->a, rule, "override",
		    new_scalar(l->a, "true", override->at)));
	return true;
}

/* The profile with the rules that its `use' names behind its own. */
static struct node *
with_used(struct loader *l, const char *path, struct node *own)
{
	const struct node *syscalls = node_get(own, "syscalls");
	const struct node *use = node_get(syscalls, "use"), *ref;
	struct node *rules = node_get(syscalls, "rules"), *all;

	if (use == NULL)
		return own;
	all = node_copy(l->a, rules != NULL ? rules : use);
	all->first = all->last = NULL;
	if (rules != NULL)
		add_all(l->a, all, rules);
	for (ref = use->first; ref != NULL; ref = ref->next)
		if (!use_one(l, path, ref, all))
			return NULL;
	return with_value(l->a, own, "syscalls",
	    with_value(l->a, syscalls, "rules", all));
}

static struct node *
load(struct loader *l, const char *path, struct loc from)
{
	struct node *own, *base = NULL, *one;
	const struct node *list, *ref;

	if (!push(l, path, from))
		return NULL;
	own = file_tree(l, path, shown_name(l, path), from);
	list = node_get(own, "extends");
	own = with_used(l, path, own);
	for (ref = list != NULL ? list->first : NULL; ref != NULL;
	    ref = ref->next) {
		one = load_extended(l, path, ref);
		if (one == NULL)
			own = NULL;
		else
			base = base == NULL ? one :
			    join_maps(l->a, schema_root(), base, one);
	}
	l->depth--;
	if (own == NULL || base == NULL)
		return own;
	return join_maps(l->a, schema_root(), base, own);
}

struct node *
merge_load(struct arena *a, struct diag *d, const char *path,
    const struct merge_options *opt)
{
	struct loader l = { .a = a, .d = d, .opt = opt };

	l.base = folder_of(a, tidy(a, path));
	return load(&l, tidy(a, path), (struct loc){ .src = NULL });
}
