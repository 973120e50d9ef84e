/* Exec rules: dead, needless and over-broad ones. */
#include "compiler/lint.h"

#include <string.h>

#include "compiler/lint_cover.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* --- rules that others cover ------------------------------------------------ */

/* One that is stricter, or one that says the same. */
static const struct prefix_rule *
find_cover(const struct lint_cover *c, const struct prefix_rule *r,
    bool is_stricter)
{
	const struct prefix_rule *first = NULL, *o;
	enum blob_decision d;

	if (!is_stricter)
		return lint_cover_find(c, r, r->decision);
	for (d = r->decision + 1; d <= BLOB_FORBIDDEN; d++) {
		o = lint_cover_find(c, r, d);
		if (o != NULL && (first == NULL || o < first))
			first = o;
	}
	return first;
}

static bool
same_place(struct loc x, struct loc y)
{
	return x.src == y.src && x.line == y.line && x.col == y.col;
}

/*
 * A call whose first place has alternatives is a rule for each of them: it
 * is reported when all are covered.  Returns the first cover.
 */
static const struct prefix_rule *
call_cover(const struct rule_set *set, const struct lint_cover *c, size_t i,
    bool is_stricter)
{
	const struct prefix_rule *first = NULL, *o;
	size_t k;

	if (i > 0 && same_place(set->prefix[i - 1].loc, set->prefix[i].loc))
		return NULL;
	for (k = i; k < set->nprefix && same_place(set->prefix[k].loc,
	    set->prefix[i].loc); k++) {
		o = find_cover(c, &set->prefix[k], is_stricter);
		if (o == NULL)
			return NULL;
		if (first == NULL)
			first = o;
	}
	return first;
}

static void
report_covered(struct lint *l, bool is_stricter, const char *fmt)
{
	const struct rule_set *set = &l->ir->exec;
	const struct lint_cover *c = lint_cover_new(l->a, set);
	const struct prefix_rule *by;
	size_t i;

	for (i = 0; i < set->nprefix; i++) {
		by = call_cover(set, c, i, is_stricter);
		if (by == NULL || set->prefix[i].is_inherited)
			continue;
		lint_report(l, set->prefix[i].loc, "%s: %s", fmt,
		    rules_decision_name(by->decision));
		diag_note(l->d, by->loc, "decided here");
	}
}

void
lint_exec_dead(struct lint *l)
{
	report_covered(l, true, "this rule never decides: whatever it matches "
	    "is decided more strictly");
}

void
lint_exec_redundant(struct lint *l)
{
	report_covered(l, false, "this rule says nothing new: whatever it "
	    "matches is decided already");
}

/* --- interpreters ----------------------------------------------------------- */

static const char *const interpreters[] = {
	"R", "Rscript", "ash", "awk", "bash", "bun", "busybox", "csh", "dash",
	"deno", "emacs", "expect", "fish", "gawk", "gdb", "ghci", "guile",
	"irb", "ksh", "lua", "luajit", "mawk", "node", "nodejs", "ocaml",
	"perl", "php", "psql", "python", "python2", "python3", "ruby",
	"sh", "sqlite3", "tclsh", "tcsh", "vi", "vim", "wish", "zsh",
};

/* Run the command that their arguments name. */
static const char *const launchers[] = {
	"bwrap", "chroot", "chrt", "doas", "docker", "env", "find", "flock",
	"ionice", "make", "nice", "nohup", "npx", "nsenter", "parallel",
	"pipx", "pkexec", "podman", "script", "setpriv", "setsid", "ssh",
	"stdbuf", "strace", "su", "sudo", "systemd-run", "taskset", "time",
	"timeout", "unshare", "uvx", "watch", "xargs",
};

/* After these comes a program's text. */
static const char *const code_options[] = {
	"--command", "--eval", "--execute", "-c", "-e", "-ec", "-lc", "-ic",
};

static bool
is_one_of(const char *s, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static bool
has_code_option(const struct rule_elem *e)
{
	size_t i;

	for (i = 0; i < e->nalts; i++)
		if (is_one_of(e->alts[i], code_options, LEN(code_options)))
			return true;
	return false;
}

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
check_interpreter(struct lint *l, const struct prefix_rule *r)
{
	const char *name = last_component(r->elems[0].alts[0]);
	bool runs_code = is_one_of(name, interpreters, LEN(interpreters));
	bool runs_others = is_one_of(name, launchers, LEN(launchers));

	if (r->decision != BLOB_ALLOW || r->is_exact)
		return;
	if (r->nelems == 1 && (runs_code || runs_others))
		lint_report(l, r->loc, "%s with any arguments is allowed, and "
		    "%s", name, runs_code ? "runs whatever program they give" :
		    "runs whatever command they name");
	else if (r->nelems == 2 && runs_code && has_code_option(&r->elems[1]))
		lint_report(l, r->loc, "%s is allowed with the text of any "
		    "program", name);
}

void
lint_exec_interpreter(struct lint *l)
{
	const struct rule_set *set = &l->ir->exec;
	size_t i;

	for (i = 0; i < set->nprefix; i++)
		check_interpreter(l, &set->prefix[i]);
}

void
lint_exec_opaque(struct lint *l)
{
	const struct node *n = node_get(node_get(l->root, "exec"), "opaque");
	const struct ir *ir = l->ir;

	if (n != NULL && lint_is_own(l, n->at) &&
	    ir->exec_opaque < ir->exec_default)
		lint_report(l, n->at, "what cannot be seen through is %s, "
		    "but what no rule names is %s: a command need only hide",
		    rules_decision_name(ir->exec_opaque),
		    rules_decision_name(ir->exec_default));
}
