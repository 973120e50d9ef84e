/*
 * Path rules, expanded: see plan.h.  A write root is canonicalised and
 * checked against the places that no policy but an all-writing one may let
 * be written; apply_landlock opens that very path without symbolic links.
 */
#include "runtime/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob/roots.h"

#define MAX_OPEN	64

bool
plan_is_write_root(uint16_t rights)
{
	return roots_is_one(rights);
}

static uint32_t
rule_of(const struct blob_fs *fs)
{
	return fs->rule_write != 0 ? fs->rule_write
	    : fs->rule_read != 0 ? fs->rule_read : fs->rule_exec;
}

static int
fail_rule(const struct policy *p, uint32_t rule, int err, const char *path,
    const char *why, struct failure *f)
{
	char buf[512];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	policy_put_rule(p, rule, NULL, &t);
	return refuse(f, EXIT_RUNNER, err, path, why, buf, NULL);
}

/* -w alone can make the home directory one. */
static bool
is_named_workspace(const char *root, const struct vars *v)
{
	for (size_t i = 0; v->is_workspace_given && i < v->nworkspaces; i++)
		if (strcmp(v->workspaces[i], root) == 0)
			return true;
	return false;
}

/*
 * Why a canonical path may not be a write root; 0: it may.  Not inlined, so
 * that its buffers are on the stack only where there is such a root.
 */
static __attribute__((noinline)) int
check_write_root(const struct plan_rule *r, struct vars *v,
    struct failure *f)
{
	const char *config = vars_get(v, BLOB_VAR_XDG_CONFIG_HOME);
	char own[PATH_CAP + 8], why[2 * PATH_CAP];
	struct roots_fault fault;
	struct text t;

	text_init(&t, own, sizeof(own));
	text_str(&t, config != NULL ? config : "/etc");
	text_str(&t, "/codex");
	const struct roots roots = {
		.home = is_named_workspace(r->path, v) ? NULL :
		    vars_get(v, BLOB_VAR_HOME),
		.policies = own, .shipped = CODEX_DATADIR "/codex",
		.policy = r->policy->path,
	};

	if (!roots_refuse(&roots, r->path, &fault))
		return 0;
	text_init(&t, why, sizeof(why));
	text_str(&t, " cannot be written: it ");
	text_str(&t, fault.is_inside ? "lies within " : "is or holds ");
	text_str(&t, fault.place);
	return fail_rule(r->policy, r->rule, 0, r->path, why, f);
}

/* Where a write root leads to; not inlined, as above. */
static __attribute__((noinline)) const char *
find_root(const char *path, struct scratch *mem, struct stat *st)
{
	char real[PATH_CAP];

	if (realpath(path, real) == NULL || stat(real, st) < 0)
		return NULL;
	return scratch_dup(mem, real, strlen(real));
}

/*
 * Any other path.  What is looked at stays open, so that Landlock need not
 * look again; not too many, for there can be thousands.  What a node is need
 * not be asked.
 */
static const char *
find_path(const struct plan *plan, const char *path, bool is_node,
    struct scratch *mem, struct stat *st, int *out)
{
	/* openat: musl's open() adds a call that sets FD_CLOEXEC again. */
	int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	const char *copy = NULL;

	if (fd < 0)
		return NULL;
	if (is_node || fstat(fd, st) == 0)
		copy = scratch_dup(mem, path, strlen(path));
	if (copy == NULL || plan->count >= MAX_OPEN)
		close(fd);
	else
		*out = fd;
	return copy;
}

/* One path of one rule, expanded. */
static int
add_path(struct plan *plan, const struct policy *p, const struct blob_fs *fs,
    const char *path, struct vars *v, struct failure *f)
{
	bool is_change = plan_is_write_root(fs->rights);
	struct plan_rule *r = &plan->rules[plan->count];
	const char *found;
	struct stat st = { .st_mode = 0 };
	int err = 0, fd = -1;

	if (path[0] != '/')
		return fail_rule(p, rule_of(fs), 0, path,
		    " is not absolute", f);
	if (is_change)
		found = find_root(path, v->mem, &st);
	else
		found = find_path(plan, path, (fs->flags & FS_NODE) != 0,
		    v->mem, &st, &fd);
	if (found == NULL)
		err = errno;
	if ((err == ENOENT || err == ENOTDIR) &&
	    (fs->flags & FS_OPTIONAL) != 0) {
		plan->skipped[plan->nskipped] = scratch_dup(v->mem, path,
		    strlen(path));
		if (plan->skipped[plan->nskipped++] == NULL)
			return refuse(f, EXIT_RUNNER, ENOMEM, path, NULL);
		return 0;
	}
	if (err != 0)
		return fail_rule(p, rule_of(fs), err, path, "", f);
	*r = (struct plan_rule){
		.path = found, .policy = p, .rule = rule_of(fs),
		.rights = fs->rights, .is_dir = S_ISDIR(st.st_mode), .fd = fd,
	};
	plan->count++;
	if (!is_change || (p->meta.predicates & META_ALLOWS_FULL_WRITE) != 0)
		return 0;
	return check_write_root(r, v, f);
}

bool
plan_has_workspace(const char *template)
{
	return strchr(template, BLOB_VAR_BASE + BLOB_VAR_WORKSPACE) != NULL;
}

/* One rule: one path, or one for every workspace. */
static int
add_rule(struct plan *plan, const struct policy *p, const struct blob_fs *fs,
    struct vars *v, struct failure *f)
{
	const char *template = blob_str(&p->blob, fs->path);
	size_t n = plan_has_workspace(template) && v->nworkspaces > 0 ?
	    v->nworkspaces : 1;
	enum blob_var missing;
	char buf[PATH_CAP];
	struct text t;

	for (size_t i = 0; i < n; i++) {
		text_init(&t, buf, sizeof(buf));
		if (vars_expand(v, template, v->workspaces[i], &t,
		    &missing) < 0) {
			if ((fs->flags & FS_OPTIONAL) != 0)
				continue;
			return fail_rule(p, rule_of(fs), 0,
			    vars_name(missing), " has no value here", f);
		}
		if (t.is_cut)
			return fail_rule(p, rule_of(fs), ENAMETOOLONG, "path",
			    "", f);
		if (add_path(plan, p, fs, buf, v, f) < 0)
			return -1;
	}
	return 0;
}

static size_t
count_most(const struct policies *all, const struct vars *v)
{
	struct blob_fs_head h;
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		if (blob_fs_head_get(&all->list[i].blob, &h) == BLOB_OK)
			/* Twice: $HOME may be another place than ${home}. */
			n += (size_t)h.count * (v->nworkspaces + 1) * 2;
	return n;
}

static int
add_policy(struct plan *plan, const struct policy *p, struct vars *v,
    struct failure *f)
{
	struct blob_fs_head h = { 0 };	/* no section: no path at all */
	struct blob_fs fs;

	(void)blob_fs_head_get(&p->blob, &h);
	for (uint32_t i = 0; i < h.count; i++) {
		if (blob_fs_get(&p->blob, i, &fs) != BLOB_OK)
			return refuse(f, EXIT_RUNNER, 0, p->path,
			    ": path rules are damaged", NULL);
		fs.rights &= FS_READ | FS_WRITE | FS_EXEC | FS_DEVICE;
		if (fs.rights != 0 && add_rule(plan, p, &fs, v, f) < 0)
			return -1;
	}
	return 0;
}

int
plan_build(struct plan *plan, const struct policies *all, struct vars *v,
    struct failure *f)
{
	size_t most = count_most(all, v);

	*plan = (struct plan){ .cap = most };
	plan->rules = scratch_alloc(v->mem, most * sizeof(*plan->rules));
	plan->skipped = scratch_alloc(v->mem, most * sizeof(*plan->skipped));
	if (plan->rules == NULL || plan->skipped == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "path rules", NULL);
	for (size_t i = 0; i < all->count; i++) {
		struct blob_net_head net = { 0 };

		(void)blob_net_head_get(&all->list[i].blob, &net);
		plan->is_proxied |= net.mode == BLOB_NET_PROXY;
		plan->is_loopback |= net.mode == BLOB_NET_LOOPBACK ||
		    net.mode == BLOB_NET_PROXY;
		/* `unix: any' means what the user's others share. */
		plan->has_own_ipc |= net.unix_mode != BLOB_UNIX_ANY;
		plan->namespaces |= all->list[i].meta.namespaces;
		if (add_policy(plan, &all->list[i], v, f) < 0)
			return -1;
	}
	return bars_build(&plan->bars, all, plan, v, f);
}

const struct plan_rule *
plan_writable(const struct plan *plan, const char *path, bool is_all)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_rule *r = &plan->rules[i];

		if (plan_is_write_root(r->rights) && (is_all ||
		    (r->policy->meta.predicates & META_ALLOWS_FULL_WRITE) == 0)
		    && path_is_within(path, r->path))
			return r;
	}
	return NULL;
}

void
plan_close(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rules[i].fd >= 0)
			close(plan->rules[i].fd);
		plan->rules[i].fd = -1;
	}
}
