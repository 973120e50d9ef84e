/* The command's environment: see env.h. */
#include "runtime/env.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "blob/judge_env.h"

#define SECCOMP_FILTER	2	/* what a filter is under */
#define NAME_CAP	1024	/* a longer name is dropped */

void
env_put_name(struct text *out, const char *entry)
{
	text_bytes(out, entry, strcspn(entry, "="));
}

/* An entry without a name, or without `=', reaches no command. */
static bool
is_kept(const struct judge_envs *e, const char *entry)
{
	struct judge_verdict v;
	char name[NAME_CAP];
	size_t n = strcspn(entry, "=");

	if (n == 0 || n >= sizeof(name) || entry[n] == '\0')
		return false;
	memcpy(name, entry, n);
	name[n] = '\0';
	return judge_envs_ask(e, name, n, &v) == BLOB_OK &&
	    v.decision == BLOB_ALLOW;
}

static void
filter(struct env *e, const struct blob *b)
{
	struct judge_envs envs;
	size_t n = 0;

	judge_envs_open(&envs, b);
	for (size_t i = 0; i < e->count; i++)
		if (is_kept(&envs, e->list[i]))
			e->list[n++] = e->list[i];
		else
			e->dropped[e->ndropped++] = e->list[i];
	e->count = n;
	e->list[n] = NULL;
}

void
env_put(struct env *e, char *entry)
{
	size_t name = strcspn(entry, "=") + 1, n = 0;

	for (size_t i = 0; i < e->count; i++)
		if (e->list[i][0] != entry[0] ||
		    strncmp(e->list[i], entry, name) != 0)
			e->list[n++] = e->list[i];
	e->list[n++] = entry;
	e->list[n] = NULL;
	e->count = n;
}

/* NAME=VALUE into t, as far as there is room. */
static int
expand_set(const struct policy *p, const struct blob_env_set *set,
    struct vars *v, struct text *t, struct failure *f)
{
	enum blob_var missing = BLOB_NVARS;

	text_str(t, blob_str(&p->blob, set->name));
	text_str(t, "=");
	if (vars_expand(v, blob_str(&p->blob, set->value), v->workspaces[0],
	    t, &missing) < 0)
		return refuse(f, EXIT_RUNNER, 0, "environment variable ",
		    blob_str(&p->blob, set->name), " needs ${",
		    vars_name(missing), "}, which has no value here", NULL);
	return 0;
}

static int
set_in(struct env *e, const struct policy *p, const struct blob_env_set *set,
    struct vars *v, struct text *t, struct failure *f)
{
	char *entry;

	if (expand_set(p, set, v, t, f) < 0)
		return -1;
	if (t->is_cut)
		return 1;
	entry = scratch_dup(v->mem, t->p, t->len);
	if (entry == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "environment variable ",
		    blob_str(&p->blob, set->name), NULL);
	env_put(e, entry);
	return 0;
}

/* Not inlined: all the room would be touched for the short ones, too. */
static __attribute__((noinline)) int
set_long(struct env *e, const struct policy *p,
    const struct blob_env_set *set, struct vars *v, struct failure *f)
{
	char buf[2 * PATH_CAP];
	struct text t;
	int r;

	text_init(&t, buf, sizeof(buf));
	r = set_in(e, p, set, v, &t, f);
	if (r <= 0)
		return r;
	return refuse(f, EXIT_RUNNER, ENAMETOOLONG, "environment variable ",
	    blob_str(&p->blob, set->name), NULL);
}

static int
set_one(struct env *e, const struct policy *p,
    const struct blob_env_set *set, struct vars *v, struct failure *f)
{
	char buf[256];
	struct text t;
	int r;

	text_init(&t, buf, sizeof(buf));
	r = set_in(e, p, set, v, &t, f);
	return r > 0 ? set_long(e, p, set, v, f) : r;
}

/* Would each of the policies before p let it through, or set it itself? */
static bool
is_common(const struct policies *all, const struct policy *p,
    const char *name)
{
	struct judge_verdict verdict;
	struct blob_env_set set;

	for (const struct policy *o = all->list; o < p; o++)
		if (judge_env_set(&o->blob, name, &set) != BLOB_OK &&
		    (judge_env(&o->blob, name, &verdict) != BLOB_OK ||
		    verdict.decision != BLOB_ALLOW))
			return false;
	return true;
}

/*
 * That there is no network, said by a policy before p or by another sandbox,
 * is not taken back by one that has a network; who calls may be mistaken.
 */
static bool
is_contradicted(const struct env *e, const struct policies *all,
    const struct policy *p, const char *name)
{
	static const char none[] = "CODEX_SANDBOX_NETWORK_DISABLED=1";

	if (strncmp(name, none, sizeof(none) - 3) != 0 ||
	    name[sizeof(none) - 3] != '\0')
		return false;
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->list[i], none) == 0)
			return p > all->list || prctl(PR_GET_SECCOMP, 0, 0, 0,
			    0) == SECCOMP_FILTER;
	return false;
}

static int
apply_policy(struct env *e, const struct policies *all,
    const struct policy *p, struct vars *v, struct failure *f)
{
	struct blob_env_head h = { 0 };	/* no section: nothing is let through */
	struct blob_env_set set;
	const char *name;

	(void)blob_env_head_get(&p->blob, &h);
	filter(e, &p->blob);
	for (uint32_t i = 0; i < h.nset; i++) {
		if (blob_env_set_get(&p->blob, i, &set) != BLOB_OK)
			return refuse(f, EXIT_RUNNER, 0, p->path,
			    ": environment rules are damaged", NULL);
		name = blob_str(&p->blob, set.name);
		if (!is_common(all, p, name))
			e->dropped[e->ndropped++] = name;
		else if (!is_contradicted(e, all, p, name) &&
		    set_one(e, p, &set, v, f) < 0)
			return -1;
	}
	return 0;
}

/* How many entries there can be at most: what comes in and what is set. */
static size_t
count_most(const struct policies *all, char *const *env)
{
	struct blob_env_head h;
	size_t n = 0;

	while (env[n] != NULL)
		n++;
	for (size_t i = 0; i < all->count; i++)
		if (blob_env_head_get(&all->list[i].blob, &h) == BLOB_OK)
			n += h.nset;
	return n;
}

int
env_build(struct env *e, const struct policies *all, struct vars *v,
    struct failure *f)
{
	size_t most = count_most(all, v->env);

	*e = (struct env){ 0 };
	e->list = scratch_alloc(v->mem, (most + 2 + ENV_MORE) * sizeof(*e->list));
	e->dropped = scratch_alloc(v->mem, (most + 1) * sizeof(*e->dropped));
	if (e->list == NULL || e->dropped == NULL)
		return refuse(f, EXIT_RUNNER, ENOMEM, "environment", NULL);
	for (; v->env[e->count] != NULL; e->count++)
		e->list[e->count] = v->env[e->count];
	for (size_t i = 0; i < all->count; i++)
		if (apply_policy(e, all, &all->list[i], v, f) < 0)
			return -1;
	return 0;
}
