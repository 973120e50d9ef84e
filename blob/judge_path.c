/*
 * Decisions on paths, of Unix sockets too.  A template is compared with a path
 * as it is expanded, byte for byte, so that nothing needs room; slashes that
 * meet where a value ends or begins with one count as one.
 */
#include "blob/judge.h"

#include <string.h>

#include "blob/eval.h"

/* Where a path stands to an entry's. */
enum relation {
	APART,
	ABOVE,			/* the entry lies below the path */
	SAME,
	BELOW
};

/* One expansion of one template. */
struct place {
	const char *template;
	const struct judge_vars *vars;
	const char *workspace, *home;
};

/* Bytes of a place, in order. */
struct reader {
	const struct place *at;
	const char *template, *value;
	bool is_missing;	/* a variable without value was met */
};

static const char *
value_of(const struct place *at, unsigned var)
{
	switch (var) {
	case BLOB_VAR_WORKSPACE:
		return at->workspace;
	case BLOB_VAR_HOME:
		return at->home;
	default:
		return at->vars->value[var];
	}
}

/* The next byte, 0 at the end. */
static unsigned char
next(struct reader *r)
{
	unsigned char c;

	for (;;) {
		if (r->value != NULL && *r->value != '\0')
			return (unsigned char)*r->value++;
		c = (unsigned char)*r->template;
		if (c < BLOB_VAR_BASE || c >= BLOB_VAR_BASE + BLOB_NVARS)
			break;
		r->value = value_of(r->at, c - BLOB_VAR_BASE);
		if (r->value == NULL) {
			r->is_missing = true;
			return 0;
		}
		r->template++;
	}
	if (c != '\0')
		r->template++;
	return c;
}

/*
 * How path stands to the place; *depth is how many of the path's bytes the
 * two have in common.
 */
static enum relation
relate(const struct place *at, const char *path, size_t *depth)
{
	const char *p = strcmp(path, "/") == 0 ? "" : path;
	struct reader r = { .at = at, .template = at->template };
	bool is_slash = false, is_above = false, is_absolute = false;
	unsigned char c;

	*depth = 0;
	while ((c = next(&r)) != '\0') {
		if (c == '/') {
			is_slash = is_absolute = true;
			continue;
		}
		if (!is_absolute)
			return APART;
		if (is_slash && *p == '\0')
			is_above = true;
		else if (is_slash && *p++ != '/')
			return APART;
		is_slash = false;
		if (!is_above && (unsigned char)*p++ != c)
			return APART;
	}
	*depth = (size_t)(p - path);
	if (r.is_missing || !is_absolute)
		return APART;
	if (is_above)
		return ABOVE;
	return *p == '\0' ? SAME : *p == '/' ? BELOW : APART;
}

bool
judge_is_within(const char *path, const char *root)
{
	static const struct judge_vars none;
	const struct place at = { .template = root, .vars = &none };
	size_t depth;

	return relate(&at, path, &depth) >= SAME;
}

bool
judge_is_loader(const char *path)
{
	static const char *const globs[] = {
		"ld-*.so*", "ld.so*", "ld64.so*",
		"libc.so*",	/* musl's */
	};
	const char *name = strrchr(path, '/');
	size_t i;

	name = name == NULL ? path : name + 1;
	for (i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		if (eval_glob(globs[i], name))
			return true;
	return false;
}

/* A question, and the best answers so far. */
struct search {
	const struct blob *b;
	const struct judge_vars *vars;
	const char *path;
	enum judge_right right;
	uint32_t entry;			/* the one looked at */
	struct blob_fs fs;
	struct found {
		uint32_t entry, rule;
		size_t depth;
	} deny, protect, given, readable;
};

static void
note(struct found *f, const struct search *s, uint32_t rule, size_t depth)
{
	if (f->entry == JUDGE_NO_ENTRY || depth > f->depth)
		*f = (struct found){ s->entry, rule, depth };
}

/* Does a bar that stands so to the path refuse? */
static bool
is_barred(enum judge_right right, enum relation rel)
{
	/* Who moves a folder away moves what is below it. */
	return rel >= SAME || (rel == ABOVE && right == JUDGE_REMOVE);
}

/* How many bytes of path its first name has, which begins behind a slash. */
static size_t
name_length(const char *path)
{
	return *path == '/' ? strcspn(path + 1, "/") : 0;
}

static bool
is_named(const char *path, const char *name)
{
	size_t n = strlen(name);

	return name_length(path) == n && memcmp(path + 1, name, n) == 0;
}

/* A name in a git directory that git runs or obeys. */
static bool
is_obeyed(const char *path)
{
	static const char *const names[] = { "hooks", "config",
		"config.worktree", "commondir", "gitdir", "info" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_named(path, names[i]))
			return true;
	return false;
}

/*
 * Is path, seen from a working tree, kept for git?  Only the name counts:
 * where `.git' is a file, what it leads to has names of its own.
 */
static bool
is_kept_for_git(enum judge_right right, const char *path)
{
	bool is_away = right == JUDGE_REMOVE;

	if (!is_named(path, ".git"))
		return false;
	path += strlen("/.git");
	if (!is_named(path, "modules") && !is_named(path, "worktrees"))
		return is_obeyed(path) || (is_away && *path == '\0');
	path += 1 + name_length(path);
	if (*path == '\0')
		return is_away;
	path += 1 + name_length(path);
	/* Names of submodules may have slashes. */
	for (is_away &= *path == '\0'; *path == '/' && !is_away;
	    path += 1 + name_length(path))
		is_away = is_obeyed(path);
	return is_away;
}

static bool
changes_names(enum judge_right right)
{
	return right == JUDGE_CREATE || right == JUDGE_REMOVE;
}

static void
note_place(struct search *s, enum relation rel, size_t depth)
{
	const struct blob_fs *fs = &s->fs;

	if (is_barred(s->right, rel) && fs->rights & FS_DENY)
		note(&s->deny, s, fs->rule_bar, depth);
	if (is_barred(s->right, rel) && fs->rights & FS_PROTECT)
		note(&s->protect, s, fs->rule_bar, depth);
	if (rel == BELOW && fs->rights & FS_GIT &&
	    is_kept_for_git(s->right, s->path + depth))
		note(&s->protect, s, fs->rule_bar, depth);
	if (rel < SAME)
		return;
	if (fs->rights & FS_READ)
		note(&s->readable, s, fs->rule_read, depth);
	if (s->right == JUDGE_RUN && fs->rights & FS_EXEC)
		note(&s->given, s, fs->rule_exec, depth);
	if (s->right == JUDGE_WRITE && fs->rights & FS_WRITE)
		note(&s->given, s, fs->rule_write, depth);
	/* A root's own name stands in a folder that is not given. */
	if (changes_names(s->right) && rel == BELOW && fs->rights & FS_WRITE
	    && !(fs->rights & FS_DEVICE))
		note(&s->given, s, fs->rule_write, depth);
}

static void
look_at(struct search *s, const char *template, const char *workspace,
    const char *home)
{
	const struct place at = { template, s->vars, workspace, home };
	size_t depth;
	enum relation rel = relate(&at, s->path, &depth);

	if (rel != APART)
		note_place(s, rel, depth);
}

/* Every expansion of the entry's template, then its other names. */
static void
look_at_entry(struct search *s)
{
	const struct judge_vars *v = s->vars;
	const char *template = blob_str(s->b, s->fs.path);
	const char *home = v->value[BLOB_VAR_HOME];
	bool is_bar = s->fs.rights & FS_BARS;
	bool has_workspace = strchr(template, BLOB_VAR_BASE +
	    BLOB_VAR_WORKSPACE) != NULL;
	size_t i, n = has_workspace ? v->nworkspaces : 1;

	for (i = 0; i < n; i++) {
		const char *workspace = has_workspace ? v->workspaces[i] :
		    NULL;

		look_at(s, template, workspace, home);
		if (is_bar && v->other_home != NULL)
			look_at(s, template, workspace, v->other_home);
	}
	for (i = 0; i < v->naliases; i++)
		if (v->aliases[i].entry == s->entry)
			look_at(s, v->aliases[i].path, NULL, NULL);
}

static void
answer(struct judge_verdict *out, enum blob_decision d, enum judge_cause c,
    const struct found *f)
{
	out->decision = d;
	out->cause = c;
	out->rule = f->rule;
	out->entry = f->entry;
}

static void
decide(const struct search *s, const struct blob_fs_head *h,
    struct judge_verdict *out)
{
	struct found list = { JUDGE_NO_ENTRY, h->list_write, 0 };
	const struct found *given = s->right == JUDGE_READ ? &s->readable :
	    &s->given;
	bool is_change = s->right == JUDGE_WRITE || changes_names(s->right);

	if (s->right == JUDGE_READ)
		list.rule = h->list_read;
	if (s->right == JUDGE_RUN)
		list.rule = given->entry == JUDGE_NO_ENTRY ? h->list_exec :
		    h->list_read;
	if (s->deny.entry != JUDGE_NO_ENTRY)
		answer(out, BLOB_FORBIDDEN, JUDGE_BY_DENY, &s->deny);
	else if (is_change && s->protect.entry != JUDGE_NO_ENTRY)
		answer(out, BLOB_FORBIDDEN, JUDGE_BY_PROTECT, &s->protect);
	else if (given->entry == JUDGE_NO_ENTRY || (s->right == JUDGE_RUN &&
	    s->readable.entry == JUDGE_NO_ENTRY))
		answer(out, BLOB_FORBIDDEN, JUDGE_BY_ABSENCE, &list);
	else
		answer(out, BLOB_ALLOW, JUDGE_BY_RULE, given);
}

int
judge_path(const struct blob *b, const struct judge_vars *vars,
    enum judge_right right, const char *path, struct judge_verdict *out)
{
	static const struct found nothing = { .entry = JUDGE_NO_ENTRY };
	struct search s = { .b = b, .vars = vars, .path = path,
	    .right = right, .deny = nothing, .protect = nothing,
	    .given = nothing, .readable = nothing };
	struct blob_fs_head h = { .count = 0 };	/* no section: no path */

	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = right, .cause = JUDGE_BY_ABSENCE,
	    .entry = JUDGE_NO_ENTRY };
	if (path[0] != '/' || right > JUDGE_RUN)
		return BLOB_ERR_VALUE;
	(void)blob_fs_head_get(b, &h);
	for (s.entry = 0; s.entry < h.count; s.entry++) {
		if (blob_fs_get(b, s.entry, &s.fs) != BLOB_OK)
			return BLOB_ERR_RANGE;
		look_at_entry(&s);
	}
	decide(&s, &h, out);
	return BLOB_OK;
}

/* Is path one expansion of the template? */
static bool
is_listed(const struct judge_vars *v, const char *template, const char *path)
{
	struct place at = { template, v, NULL, v->value[BLOB_VAR_HOME] };
	bool has_workspace = strchr(template, BLOB_VAR_BASE +
	    BLOB_VAR_WORKSPACE) != NULL;
	size_t i, depth, n = has_workspace ? v->nworkspaces : 1;

	for (i = 0; i < n; i++) {
		if (has_workspace)
			at.workspace = v->workspaces[i];
		if (relate(&at, path, &depth) == SAME)
			return true;
	}
	return false;
}

int
judge_unix(const struct blob *b, const struct judge_vars *vars,
    const char *path, struct judge_verdict *out)
{
	/* No section: no socket at all, by no line. */
	struct blob_net_head h = { .unix_mode = BLOB_UNIX_NONE };
	struct blob_net_unix e;
	struct judge_verdict file;
	uint32_t i;
	int r = blob_net_head_get(b, &h);

	*out = (struct judge_verdict){ .decision = BLOB_FORBIDDEN,
	    .right = JUDGE_UNIX, .cause = JUDGE_BY_MODE,
	    .rule = h.rule_unix, .entry = JUDGE_NO_ENTRY };
	if (r != BLOB_OK && r != BLOB_ERR_MISSING)
		return r;
	if (h.unix_mode <= BLOB_UNIX_PAIR)
		return BLOB_OK;
	/* What is hidden can't be connected to either. */
	if (path[0] == '/' && judge_path(b, vars, JUDGE_READ, path, &file) ==
	    BLOB_OK && file.cause == JUDGE_BY_DENY) {
		*out = file;
		out->right = JUDGE_UNIX;
		return BLOB_OK;
	}
	if (h.unix_mode == BLOB_UNIX_ANY) {
		out->decision = BLOB_ALLOW;
		return BLOB_OK;
	}
	out->cause = JUDGE_BY_ABSENCE;
	out->strength = JUDGE_SUPERVISED;
	for (i = 0; blob_net_unix_get(b, i, &e) == BLOB_OK; i++)
		if (is_listed(vars, blob_str(b, e.path), path)) {
			out->decision = BLOB_ALLOW;
			out->cause = JUDGE_BY_RULE;
			out->rule = e.rule;
			return BLOB_OK;
		}
	return BLOB_OK;
}
