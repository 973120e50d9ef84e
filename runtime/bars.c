/*
 * Names to keep or hide, found on the file system: see bars.h.
 *
 * A mount holds a name only as long as the name leads to it, so everything on
 * the way that stands in a writable folder is pinned: a folder's own mount
 * can't be renamed, nor a link's be replaced.
 */
#include "runtime/bars.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/aliases.h"
#include "runtime/gitdirs.h"
#include "runtime/plan.h"
#include "runtime/walk.h"

#define MAX_BARS	2048

struct search {
	struct bars *b;
	struct plan *plan;
	struct vars *vars;
	const struct policy *policy;
	struct failure *f;
	bool is_unix_closed;	/* by some policy's filter */
};

/* The rule that asks, and where it led. */
struct sought {
	const char *path;
	uint32_t rule;
	uint16_t kind;
	bool is_optional;
};

static bool
is_writable(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan_is_write_root(plan->rules[i].rights) &&
		    path_is_within(path, plan->rules[i].path))
			return true;
	return false;
}

/* Could something at path or below it be written? */
static bool
concerns_writing(const struct plan *plan, const char *path)
{
	if (is_writable(plan, path))
		return true;
	for (size_t i = 0; i < plan->count; i++)
		if (plan_is_write_root(plan->rules[i].rights) &&
		    path_is_within(plan->rules[i].path, path))
			return true;
	return false;
}

static int
add_bar(struct search *s, const struct bar *want)
{
	struct bars *b = s->b;
	struct bar *bar;

	if (b->list == NULL)
		b->list = scratch_alloc(s->vars->mem,
		    MAX_BARS * sizeof(*b->list));
	if (b->list == NULL)
		return refuse(s->f, EXIT_RUNNER, ENOMEM, "mounts", NULL);
	for (size_t i = 0; i < b->count; i++) {
		bar = &b->list[i];
		if (strcmp(bar->path, want->path) != 0)
			continue;
		if (want->policy != NULL && want->kind > bar->kind) {
			bar->dev = want->dev;
			bar->ino = want->ino;
			bar->policy = want->policy;
			bar->rule = want->rule;
		}
		bar->kind |= want->kind;
		return 0;
	}
	if (b->count == MAX_BARS)
		return refuse(s->f, EXIT_RUNNER, 0, "more than 2048 mounts",
		    NULL);
	bar = &b->list[b->count++];
	*bar = *want;
	bar->path = scratch_dup(s->vars->mem, want->path, strlen(want->path));
	if (bar->path == NULL)
		return refuse(s->f, EXIT_RUNNER, ENOMEM, want->path, NULL);
	return 0;
}

/* Keep the name at w->real if its folder can be written. */
static int
pin(struct search *s, struct walk *w)
{
	struct bar bar = { .path = w->real, .kind = BAR_PIN,
		.is_dir = S_ISDIR(w->st.st_mode),
		.is_link = S_ISLNK(w->st.st_mode) };
	char *slash = strrchr(w->real, '/');
	bool is_held;

	if (slash == w->real) {
		is_held = is_writable(s->plan, "/");
	} else {
		*slash = '\0';
		is_held = is_writable(s->plan, w->real);
		*slash = '/';
	}
	return is_held ? add_bar(s, &bar) : 0;
}

static int
pin_on_the_way(void *arg, struct walk *w)
{
	return pin(arg, w);
}

static int
note(struct search *s, const char *path, bool is_optional)
{
	struct bars *b = s->b;
	const char *copy;

	for (size_t i = 0; i < b->nabsent; i++)
		if (strcmp(b->absent[i], path) == 0)
			return 0;
	copy = scratch_dup(s->vars->mem, path, strlen(path));
	if (b->absent == NULL && !is_optional)
		b->absent = scratch_alloc(s->vars->mem,
		    MAX_BARS * sizeof(*b->absent));
	if (copy == NULL || (b->absent == NULL && !is_optional))
		return refuse(s->f, EXIT_RUNNER, ENOMEM, path, NULL);
	if (b->nabsent == MAX_BARS || s->plan->nskipped == s->plan->cap)
		return refuse(s->f, EXIT_RUNNER, 0, "too many names are not "
		    "there: ", path, NULL);
	if (is_optional)
		s->plan->skipped[s->plan->nskipped++] = copy;
	else
		b->absent[b->nabsent++] = copy;
	return 0;
}

/* A name that is not there: what could come to stand at it? */
static int
bar_absent(struct search *s, const struct sought *x, struct walk *w)
{
	char *slash = strrchr(w->real, '/'), name[2 * PATH_CAP];
	struct text t;

	text_init(&t, name, sizeof(name));
	text_str(&t, w->real);
	text_str(&t, w->rest);
	if (w->err != ENOENT && w->err != ENOTDIR && w->err != EACCES)
		return refuse(s->f, EXIT_RUNNER, w->err, x->path, NULL);
	if (slash != NULL)
		slash[slash == w->real] = '\0';
	/* No one but the owner of the folder can lead us there. */
	if (w->err == EACCES && is_writable(s->plan, w->real))
		return refuse(s->f, EXIT_RUNNER, EACCES, x->path, NULL);
	/* Landlock lets nothing be made there. */
	if (x->kind == BAR_KEEP && !is_writable(s->plan, w->real))
		return 0;
	return note(s, name, x->is_optional);
}

static int
bar_found(struct search *s, const struct sought *x)
{
	size_t before = s->b->count;
	struct walk w;

	if (walk(&w, x->path, pin_on_the_way, s) < 0)
		return -1;
	if (w.err != 0) {
		s->b->count = before;
		return bar_absent(s, x, &w);
	}
	if (w.real[0] == '\0')
		return refuse(s->f, EXIT_RUNNER, 0, x->path, " is the root "
		    "directory, which can't be protected or denied", NULL);
	if (x->kind == BAR_KEEP && !concerns_writing(s->plan, w.real)) {
		s->b->count = before;
		return 0;
	}
	s->b->is_needed = true;
	return add_bar(s, &(struct bar){ .path = w.real, .kind = x->kind,
	    .policy = s->policy, .rule = x->rule,
	    .is_dir = S_ISDIR(w.st.st_mode), .dev = w.st.st_dev,
	    .ino = w.st.st_ino, .has_links = !S_ISDIR(w.st.st_mode) &&
	    w.st.st_nlink > 1 });
}

/* What needs no mount is what a usual run meets: one look at each. */
static int
bar_path(struct search *s, const struct sought *x)
{
	struct stat st;

	if (x->path[0] != '/')
		return refuse(s->f, EXIT_RUNNER, 0, x->path,
		    " is not absolute", NULL);
	if (stat(x->path, &st) < 0)
		return x->is_optional && (errno == ENOENT || errno == ENOTDIR)
		    ? note(s, x->path, true) : bar_found(s, x);
	/* No socket can be connected, and nothing else be done with one. */
	if (x->kind == BAR_HIDE && S_ISSOCK(st.st_mode) && s->is_unix_closed)
		return 0;
	return bar_found(s, x);
}

/* What a rule asks for, and for whom. */
struct wish {
	struct search *s;
	struct sought sought;
};

static int
bar_wish(void *arg, const char *path)
{
	struct wish *w = arg;

	w->sought.path = path;
	return bar_path(w->s, &w->sought);
}

static int
bar_git(struct search *s, const struct sought *x)
{
	struct wish w = { .s = s, .sought = *x };

	w.sought.kind = BAR_KEEP;
	return git_find(x->path, bar_wish, &w);
}

/* One rule with the values of v, one path for every workspace. */
static int
bar_rule(struct search *s, const struct blob_fs *fs, struct vars *v)
{
	const char *template = blob_str(&s->policy->blob, fs->path);
	struct sought x = { .rule = fs->rule_bar,
		.kind = (fs->rights & FS_DENY) != 0 ? BAR_HIDE : BAR_KEEP,
		.is_optional = (fs->flags & FS_BAR_OPTIONAL) != 0 };
	size_t n = plan_has_workspace(template) && v->nworkspaces > 0 ?
	    v->nworkspaces : 1;
	enum blob_var missing;
	char buf[PATH_CAP];
	struct text t;

	for (size_t i = 0; i < n; i++) {
		text_init(&t, buf, sizeof(buf));
		if (vars_expand(v, template, v->workspaces[i], &t,
		    &missing) < 0) {
			if (x.is_optional)
				continue;
			return refuse(s->f, EXIT_RUNNER, 0,
			    vars_name(missing), " has no value here", NULL);
		}
		if (t.is_cut)
			return refuse(s->f, EXIT_RUNNER, ENAMETOOLONG,
			    "path", NULL);
		x.path = buf;
		if ((fs->rights & FS_GIT) != 0 && bar_git(s, &x) < 0)
			return -1;
		if ((fs->rights & (FS_PROTECT | FS_DENY)) != 0 &&
		    bar_path(s, &x) < 0)
			return -1;
	}
	return 0;
}

/* Does it hold a second time where $HOME is another place? */
static bool
has_home(const char *template)
{
	static const char homes[] = { BLOB_VAR_BASE + BLOB_VAR_HOME,
		BLOB_VAR_BASE + BLOB_VAR_XDG_CACHE_HOME,
		BLOB_VAR_BASE + BLOB_VAR_XDG_CONFIG_HOME,
		BLOB_VAR_BASE + BLOB_VAR_XDG_DATA_HOME, '\0' };

	return template[strcspn(template, homes)] != '\0';
}

static int
bar_policy(struct search *s)
{
	const struct policy *p = s->policy;
	bool is_full = (p->meta.predicates & META_ALLOWS_FULL_WRITE) != 0;
	struct blob_fs fs;
	struct vars other;

	for (uint32_t i = 0; blob_fs_get(&p->blob, i, &fs) == BLOB_OK; i++) {
		if ((fs.rights & FS_BARS) == 0)
			continue;
		/* What is written in may change: then all else may not. */
		if ((fs.rights & (FS_PROTECT | FS_GIT)) != 0 && !is_full &&
		    (p->meta.predicates & META_ALLOWS_WRITE) != 0)
			s->b->is_needed = true;
		if (bar_rule(s, &fs, s->vars) < 0 ||
		    (has_home(blob_str(&p->blob, fs.path)) &&
		    vars_other_home(s->vars, &other) &&
		    bar_rule(s, &fs, &other) < 0))
			return -1;
	}
	return 0;
}

/* The same at every other place where the file systems are mounted. */
static int
bar_aliases(struct search *s)
{
	struct wish w = { .s = s };
	struct aliases a;
	size_t n = s->b->count;

	if (!s->b->is_needed || n == 0)
		return 0;
	if (aliases_load(&a, s->vars->mem) < 0)
		return refuse(s->f, EXIT_RUNNER, errno,
		    "/proc/self/mountinfo", NULL);
	for (size_t i = 0; i < n; i++) {
		const struct bar *bar = &s->b->list[i];

		if ((bar->kind & (BAR_KEEP | BAR_HIDE)) == 0)
			continue;
		s->policy = bar->policy;
		w.sought = (struct sought){ .rule = bar->rule,
			.kind = bar->kind & (BAR_KEEP | BAR_HIDE) };
		if (aliases_find(&a, bar->path, bar_wish, &w) < 0)
			return -1;
	}
	return 0;
}

/*
 * Does a policy let something be executed, but nothing at path or below it?
 * Landlock then refuses execve; the mount also what a loader would map.
 */
static bool
forbids_exec(const struct plan *plan, const struct policy *p,
    const char *path)
{
	bool is_limited = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_rule *r = &plan->rules[i];

		if (r->policy != p || (r->rights & FS_EXEC) == 0)
			continue;
		if (path_is_within(path, r->path) ||
		    path_is_within(r->path, path))
			return false;
		is_limited = true;
	}
	return is_limited;
}

/* Trees that can be written and not executed. */
static int
add_noexec(struct search *s, const struct policies *all)
{
	for (size_t i = 0; i < s->plan->count; i++) {
		const struct plan_rule *r = &s->plan->rules[i];

		for (size_t k = 0; plan_is_write_root(r->rights) &&
		    k < all->count; k++) {
			if (!forbids_exec(s->plan, &all->list[k], r->path))
				continue;
			s->b->is_needed = true;
			if (add_bar(s, &(struct bar){ .path = r->path,
			    .is_dir = r->is_dir, .kind = BAR_NOEXEC }) < 0)
				return -1;
			break;
		}
	}
	return 0;
}

/* Is path below a write root of every policy? */
static bool
is_written_by_all(const struct policies *all, const struct plan *plan,
    const char *path)
{
	for (size_t k = 0; k < all->count; k++) {
		bool is_found = false;

		for (size_t i = 0; i < plan->count && !is_found; i++)
			is_found = plan->rules[i].policy == &all->list[k] &&
			    plan_is_write_root(plan->rules[i].rights) &&
			    path_is_within(path, plan->rules[i].path);
		if (!is_found)
			return false;
	}
	return true;
}

/* What stays writable where all else becomes read-only. */
static int
add_roots(struct search *s, const struct policies *all)
{
	for (size_t i = 0; i < s->plan->count; i++) {
		const struct plan_rule *r = &s->plan->rules[i];

		if (plan_is_write_root(r->rights) &&
		    is_written_by_all(all, s->plan, r->path) &&
		    add_bar(s, &(struct bar){ .path = r->path,
		    .is_dir = r->is_dir, .kind = BAR_ROOT }) < 0)
			return -1;
	}
	return 0;
}

static bool
closes_unix(const struct policy *p)
{
	struct blob_net_head net = { 0 };

	(void)blob_net_head_get(&p->blob, &net);
	return net.unix_mode <= BLOB_UNIX_PAIR &&
	    (p->meta.may_lack & META_MAY_LACK_SECCOMP) == 0;
}

static bool
has_bars(const struct policies *all)
{
	struct blob_fs fs;

	for (size_t i = 0; i < all->count; i++)
		for (uint32_t k = 0; blob_fs_get(&all->list[i].blob, k,
		    &fs) == BLOB_OK; k++)
			if ((fs.rights & FS_BARS) != 0)
				return true;
	return false;
}

int
bars_build(struct bars *b, const struct policies *all, struct plan *plan,
    struct vars *v, struct failure *f)
{
	struct search s = { .b = b, .plan = plan, .vars = v, .f = f };
	bool is_full = true;

	*b = (struct bars){ .list = NULL };
	if (add_noexec(&s, all) < 0)
		return -1;
	if (!b->is_needed && !has_bars(all))
		return 0;
	for (size_t i = 0; i < all->count; i++) {
		s.is_unix_closed |= closes_unix(&all->list[i]);
		is_full &= (all->list[i].meta.predicates &
		    META_ALLOWS_FULL_WRITE) != 0;
	}
	for (size_t i = 0; i < all->count; i++) {
		s.policy = &all->list[i];
		if (bar_policy(&s) < 0)
			return -1;
	}
	if (bar_aliases(&s) < 0 ||
	    (b->is_needed && !is_full && add_roots(&s, all) < 0))
		return -1;
	b->keeps_rest = b->is_needed && !is_full;
	bars_tidy(b);
	bars_drop_hidden(b, plan);
	return bars_list_files(b, v->mem) == 0 ? 0 : refuse(f, EXIT_RUNNER,
	    ENOMEM, "mounts", NULL);
}
