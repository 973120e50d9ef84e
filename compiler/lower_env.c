/* Section "environment" of a profile to ir. */
#include "compiler/lower.h"

#include <string.h>

#include "blob/format.h"
#include "compiler/expand.h"

static void
env_add(struct lower *l, struct ir_env **list, size_t *n, size_t *cap,
    struct ir_env e)
{
	*list = arena_grow(l->a, *list, *n, cap, sizeof(**list));
	(*list)[(*n)++] = e;
}

/* Patterns, each for all variables of its kind. */
static const struct group {
	const char *name;
	const char *const *globs;
} groups[] = {
	/*
	 * What makes loaders, interpreters, shells and git run or load code
	 * that nobody named.  Not in it: where modules are searched for
	 * (PYTHONPATH, NODE_PATH, PERL5LIB), which much needs.
	 */
	{ "@code", (const char *const[]){
		"LD_*", "GLIBC_TUNABLES", "GCONV_PATH",
		"BASH_ENV", "BASH_FUNC_*", "ENV", "SHELLOPTS", "BASHOPTS",
		"PS4", "PROMPT_COMMAND", "ZDOTDIR",
		"PYTHONSTARTUP", "PYTHONHOME", "PYTHONINSPECT",
		"PYTHONBREAKPOINT", "PYTHONUSERBASE",
		"PERL5OPT", "PERL5DB", "PERL5SHELL", "RUBYOPT",
		"NODE_OPTIONS", "NODE_REPL_EXTERNAL_MODULE",
		"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS",
		"LUA_INIT*", "PHPRC", "PHP_INI_SCAN_DIR",
		"GIT_ASKPASS", "GIT_CONFIG*", "GIT_EDITOR", "GIT_EXEC_PATH",
		"GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_PROXY_COMMAND",
		"GIT_SEQUENCE_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND",
		"GIT_TEMPLATE_DIR", "SSH_ASKPASS", "LESSOPEN", "LESSCLOSE",
		"MANPAGER", NULL } },
};
#define NGROUPS	(sizeof(groups) / sizeof(groups[0]))

static void
add_group(struct lower *l, const struct node *n, const char *name,
    struct ir_env **list, size_t *count, size_t *cap)
{
	struct near near = { .word = n->text };
	uint32_t rule = lower_rule(l, name, n);

	for (size_t i = 0; i < NGROUPS; i++) {
		near_try(&near, groups[i].name);
		if (strcmp(n->text, groups[i].name) != 0)
			continue;
		for (const char *const *g = groups[i].globs; *g != NULL; g++)
			env_add(l, list, count, cap, (struct ir_env){
			    .name = *g, .rule = rule });
		return;
	}
	diag_error(l->d, n->at, "%s is no group of variables%s",
	    diag_quote(l->a, n->text), near_hint(l->a, &near));
}

static void
lower_globs(struct lower *l, const struct node *env, const char *key,
    struct ir_env **list, size_t *count, size_t *cap)
{
	const struct node *n = node_get(env, key);
	const char *name = arena_printf(l->a, "environment.%s", key);

	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next) {
		if (n->text[0] == '@') {
			add_group(l, n, name, list, count, cap);
			continue;
		}
		if (n->text[0] == '\0' || strchr(n->text, '=') != NULL) {
			diag_error(l->d, n->at, "%s is no variable name or "
			    "pattern", diag_quote(l->a, n->text));
			continue;
		}
		env_add(l, list, count, cap, (struct ir_env){
		    .name = n->text, .rule = lower_rule(l, name, n) });
	}
}

void
lower_environment(struct lower *l, const struct node *env)
{
	const struct node *inherit = node_get(env, "inherit"), *n;
	struct ir *ir = l->ir;
	const char *value;

	ir->is_env_inherited = inherit != NULL &&
	    strcmp(inherit->text, "true") == 0;
	ir->rule_inherit = lower_rule(l, "environment.inherit",
	    inherit != NULL ? inherit : env);
	lower_globs(l, env, "drop", &ir->drop, &ir->ndrop, &ir->cap_drop);
	lower_globs(l, env, "keep", &ir->keep, &ir->nkeep, &ir->cap_keep);
	n = node_get(env, "set");
	for (n = n != NULL ? n->first : NULL; n != NULL; n = n->next) {
		if (n->key->text[0] == '\0' ||
		    strchr(n->key->text, '=') != NULL) {
			diag_error(l->d, n->key->at, "%s is no variable name",
			    diag_quote(l->a, n->key->text));
			continue;
		}
		value = expand_text(&l->x, n);
		if (value != NULL)
			env_add(l, &ir->set, &ir->nset, &ir->cap_set,
			    (struct ir_env){ .name = n->key->text,
			    .value = value,
			    .rule = lower_rule(l, "environment.set", n) });
	}
	if (ir->ndrop > BLOB_MAX_ENV || ir->nkeep > BLOB_MAX_ENV ||
	    ir->nset > BLOB_MAX_ENV)
		diag_error(l->d, env->at, "more than %d entries in a list "
		    "of \"environment\"", BLOB_MAX_ENV);
}
