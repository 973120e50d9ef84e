/* Paths, domains, the environment, variables. */
#include "compiler/lint.h"

#include <string.h>

#include "blob/eval.h"
#include "compiler/expand.h"
#include "compiler/schema.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static bool
is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (strcmp(dir, "/") == 0)
		return path[0] == '/';
	return strncmp(path, dir, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

/* --- write roots ------------------------------------------------------------- */

/* Writing these gives what other sections withhold. */
static const char *const barred[] = {
	"/bin", "/boot", "/dev", "/etc", "/etc/codex", "/lib", "/proc",
	"/root", "/sbin", "/sys", "/usr", "/var/lib", "${home}",
	"${home}/.bashrc", "${home}/.codex", "${home}/.config",
	"${home}/.gnupg", "${home}/.profile", "${home}/.ssh", "/home",
};

static void
check_write_root(struct lint *l, const struct ir_path *p)
{
	const char *path = expand_show(l->a, p->path);
	struct loc at;
	size_t i;

	if (!(p->rights & FS_WRITE) || p->rights & FS_DEVICE ||
	    p->rule_write == 0)
		return;
	at = l->ir->rules[p->rule_write - 1].loc;
	for (i = 0; i < LEN(barred) && lint_is_own(l, at); i++) {
		if (!is_below(barred[i], path))
			continue;
		lint_report(l, at, "everything below %s may be written, %s",
		    path, strcmp(path, barred[i]) == 0 ?
		    "which the rest of the policy rests on" :
		    arena_printf(l->a, "%s among it", barred[i]));
		return;
	}
}

void
lint_fs_write_root(struct lint *l)
{
	size_t i;

	for (i = 0; i < l->ir->npaths; i++)
		check_write_root(l, &l->ir->paths[i]);
}

static const char *
path_text(const struct node *n)
{
	return n->text + (n->text[0] == '?');
}

static void
check_list(struct lint *l, const struct node *list)
{
	const struct node *n, *o;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next)
		for (o = list->first; o != NULL && lint_is_own(l, n->at);
		    o = o->next) {
			if (o == n || o->text[0] == '?' ||
			    !is_below(path_text(n), path_text(o)) ||
			    (strcmp(path_text(n), path_text(o)) == 0 &&
			    o->at.line > n->at.line))
				continue;
			lint_report(l, n->at, "%s adds nothing: %s is in the "
			    "same list", diag_quote(l->a, n->text),
			    diag_quote(l->a, o->text));
			diag_note(l->d, o->at, "listed here");
			break;
		}
}

void
lint_fs_redundant(struct lint *l)
{
	static const char *const keys[] = { "read", "write", "exec" };
	const struct node *fs = node_get(l->root, "filesystem");
	size_t i;

	for (i = 0; i < LEN(keys); i++)
		check_list(l, node_get(fs, keys[i]));
}

/* --- network ----------------------------------------------------------------- */

void
lint_net_dead(struct lint *l)
{
	static const char *const keys[] = { "allow", "deny" };
	const struct node *domains = node_get(node_get(l->root, "network"),
	    "domains"), *list, *n;
	size_t i;

	for (i = 0; i < LEN(keys) && l->ir->net_mode != BLOB_NET_PROXY; i++) {
		list = node_get(domains, keys[i]);
		for (n = list != NULL ? list->first : NULL; n != NULL;
		    n = n->next)
			if (lint_is_own(l, n->at))
				lint_report(l, n->at, "domains need \"mode: "
				    "proxy\", found \"mode: %s\"",
				    schema_net_words[l->ir->net_mode]);
	}
}

/* --- environment ------------------------------------------------------------- */

static const struct ir_env *
find_glob(const struct ir_env *list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (eval_glob(list[i].name, name))
			return &list[i];
	return NULL;
}

/* The rule that lets a variable through, or 0. */
static uint32_t
kept_by(const struct ir *ir, const char *name)
{
	const struct ir_env *e = find_glob(ir->keep, ir->nkeep, name);

	if (e != NULL)
		return e->rule;
	if (ir->is_env_inherited &&
	    find_glob(ir->drop, ir->ndrop, name) == NULL)
		return ir->rule_inherit;
	return 0;
}

static const char *const loader[] = { "LD_PRELOAD", "LD_LIBRARY_PATH",
	"LD_AUDIT", "BASH_ENV" };

static bool
is_loader(const char *name)
{
	size_t i;

	for (i = 0; i < LEN(loader); i++)
		if (strcmp(loader[i], name) == 0)
			return true;
	return false;
}

void
lint_env_loader(struct lint *l)
{
	const char *names = "";
	uint32_t rule = 0, by;
	size_t i;

	for (i = 0; i < LEN(loader); i++) {
		by = kept_by(l->ir, loader[i]);
		if (by == 0)
			continue;
		rule = rule != 0 ? rule : by;
		names = arena_printf(l->a, "%s%s%s", names,
		    *names != '\0' ? ", " : "", loader[i]);
	}
	if (rule != 0 && lint_is_own(l, l->ir->rules[rule - 1].loc))
		lint_report(l, l->ir->rules[rule - 1].loc, "programs take "
		    "code from %s: drop them, as \"LD_*\" does", names);
	for (i = 0; i < l->ir->nset; i++)
		if (is_loader(l->ir->set[i].name) && lint_is_own(l,
		    l->ir->rules[l->ir->set[i].rule - 1].loc))
			lint_report(l, l->ir->rules[l->ir->set[i].rule - 1]
			    .loc, "programs take code from %s",
			    l->ir->set[i].name);
}

/* Exceptions to `drop' that it does not need. */
void
lint_env_dead(struct lint *l)
{
	const struct ir *ir = l->ir;
	struct loc at;
	size_t i;

	for (i = 0; i < ir->nkeep && ir->is_env_inherited; i++) {
		at = ir->rules[ir->keep[i].rule - 1].loc;
		if (strchr(ir->keep[i].name, '*') == NULL &&
		    lint_is_own(l, at) && find_glob(ir->drop, ir->ndrop,
		    ir->keep[i].name) == NULL)
			lint_report(l, at, "%s is kept anyway: nothing in "
			    "\"drop\" matches it", ir->keep[i].name);
	}
}

/* --- variables --------------------------------------------------------------- */

static bool
uses(const struct node *n, const char *reference)
{
	const struct node *c;

	if (n->kind == NODE_SCALAR)
		return strstr(n->text, reference) != NULL;
	for (c = n->first; c != NULL; c = c->next)
		if (uses(c, reference))
			return true;
	return false;
}

void
lint_variable_unused(struct lint *l)
{
	const struct node *v = node_get(l->root, "variables");

	for (v = v != NULL ? v->first : NULL; v != NULL; v = v->next)
		if (lint_is_own(l, v->key->at) && !uses(l->root,
		    arena_printf(l->a, "${%s}", v->key->text)))
			lint_report(l, v->key->at, "nothing uses ${%s}",
			    v->key->text);
}
