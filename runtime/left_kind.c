/*
 * The names that tools run or follow unasked: see left_kind.h.  A Makefile is
 * not among them: what is run because somebody names it is reviewed as code.
 */
#include "runtime/left_kind.h"

#include <string.h>

/* Arrays in tables: a pointer costs a relocation at each start. */
static const char kinds[LEFT_NKINDS][16] = {
	[LEFT_GIT_CONFIG] = "git-config",
	[LEFT_GIT_HOOK] = "git-hook",
	[LEFT_GIT_DIR] = "git-dir",
	[LEFT_ENVRC] = "envrc",
	[LEFT_PACKAGES] = "package-config",
	[LEFT_PACKAGE_SCRIPT] = "package-script",
	[LEFT_EDITOR] = "editor",
	[LEFT_AGENT] = "agent",
	[LEFT_PYTHON] = "python",
	[LEFT_SHELL] = "shell",
	[LEFT_BUILD] = "build",
	[LEFT_DEBUGGER] = "debugger",
	[LEFT_LOGIN] = "login",
	[LEFT_SYMLINK] = "symlink",
	[LEFT_SOCKET] = "socket",
	[LEFT_SETUID] = "setuid",
	[LEFT_DEVICE] = "device",
	[LEFT_UNSEEN] = "unseen",
};

static const struct left_row rows[] = {
	{ LEFT_GIT_CONFIG, LEFT_SETTINGS, false, ".gitconfig" },
	{ LEFT_GIT_CONFIG, LEFT_SETTINGS, false, ".config/git/config" },
	{ LEFT_GIT_HOOK, LEFT_PROGRAM, false, ".husky/*" },
	{ LEFT_GIT_HOOK, LEFT_WHOLE, false, ".pre-commit-config.yaml" },
	{ LEFT_GIT_DIR, LEFT_POINTER, false, ".git" },
	{ LEFT_ENVRC, LEFT_WHOLE, false, ".envrc" },
	{ LEFT_ENVRC, LEFT_WHOLE, false, "mise.toml" },
	{ LEFT_ENVRC, LEFT_WHOLE, false, ".mise.toml" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, ".npmrc" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, ".yarnrc*" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, ".yarnrc" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, ".pnpmfile.cjs" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, "bunfig.toml" },
	{ LEFT_PACKAGES, LEFT_WHOLE, false, "pip.conf" },
	{ LEFT_PACKAGE_SCRIPT, LEFT_SCRIPTS, false, "package.json" },
	{ LEFT_PACKAGE_SCRIPT, LEFT_SCRIPTS, false, "composer.json" },
	{ LEFT_PACKAGE_SCRIPT, LEFT_WHOLE, false, "binding.gyp" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".vscode/tasks.json" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".vscode/settings.json" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".vscode/launch.json" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, "*.code-workspace" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, "devcontainer.json" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".devcontainer.json" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".idea/workspace.xml" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, "runConfigurations/*.xml" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".exrc" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".vimrc" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".nvimrc" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".nvim.lua" },
	{ LEFT_EDITOR, LEFT_WHOLE, false, ".dir-locals.el" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".mcp.json" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".vscode/mcp.json" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".cursor/mcp.json" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".codex/config.toml" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".claude/settings.json" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".claude/settings.local.json" },
	{ LEFT_AGENT, LEFT_WHOLE, false, ".gemini/settings.json" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "sitecustomize.py" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "sitecustomize.pyc" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "sitecustomize*.so" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "sitecustomize/__init__.py" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "usercustomize.py" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "usercustomize.pyc" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "usercustomize*.so" },
	{ LEFT_PYTHON, LEFT_WHOLE, false, "usercustomize/__init__.py" },
	{ LEFT_PYTHON, LEFT_IMPORTS, false, "*.pth" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".bashrc" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".bash_*" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".profile" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".zshenv" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".zshrc" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".zprofile" },
	{ LEFT_SHELL, LEFT_WHOLE, false, ".zlogin" },
	{ LEFT_SHELL, LEFT_WHOLE, false, "fish/config.fish" },
	{ LEFT_SHELL, LEFT_WHOLE, false, "conf.d/*.fish" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".cargo/config" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".cargo/config.toml" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".bazelrc" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".mvn/*" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".bundle/config" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".Rprofile" },
	{ LEFT_BUILD, LEFT_WHOLE, false, ".irbrc" },
	{ LEFT_DEBUGGER, LEFT_WHOLE, false, ".gdbinit" },
	{ LEFT_DEBUGGER, LEFT_WHOLE, false, ".lldbinit" },
	{ LEFT_DEBUGGER, LEFT_WHOLE, false, "*-gdb.py" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, ".ssh/authorized_keys" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, ".ssh/config" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, ".ssh/rc" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, ".config/autostart/*.desktop" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, "systemd/user/*" },
	{ LEFT_LOGIN, LEFT_WHOLE, false, ".pam_environment" },
	/* Git's own names are others' too (.ssh/config): they come last. */
	{ LEFT_GIT_CONFIG, LEFT_SETTINGS, true, "config" },
	{ LEFT_GIT_CONFIG, LEFT_SETTINGS, true, "config.worktree" },
	{ LEFT_GIT_HOOK, LEFT_PROGRAM, true, "hooks/*" },
	{ LEFT_GIT_HOOK, LEFT_WHOLE, true, "hooks" },	/* a link */
	{ LEFT_GIT_HOOK, LEFT_TODO, true, "rebase-merge/git-rebase-todo" },
	{ LEFT_GIT_DIR, LEFT_POINTER, true, "commondir" },
};

const char *
left_kind_name(enum left_kind k)
{
	return k < LEFT_NKINDS ? kinds[k] : "?";
}

static uint32_t
bits_of(const char *word, size_t n)
{
	if (n == 3 && memcmp(word, "any", 3) == 0)
		return (UINT32_C(1) << LEFT_NKINDS) - 1;
	for (unsigned k = 0; k < LEFT_NKINDS; k++)
		if (strlen(kinds[k]) == n && memcmp(kinds[k], word, n) == 0)
			return UINT32_C(1) << k;
	return 0;
}

int
left_kinds_parse(const char *list, uint32_t *bits, struct failure *f)
{
	char known[512];
	struct text t;

	*bits = 0;
	for (;;) {
		size_t n = strcspn(list, ",");
		uint32_t some = bits_of(list, n);

		if (some == 0)
			break;
		*bits |= some;
		if (list[n] == '\0')
			return 0;
		list += n + 1;
	}
	text_init(&t, known, sizeof(known));
	for (unsigned k = 0; k < LEFT_NKINDS; k++) {
		text_str(&t, kinds[k]);
		text_str(&t, ", ");
	}
	return refuse(f, EXIT_RUNNER, 0, "--fail-on-left: '", list,
	    "' does not begin with a kind: ", known, "or any", NULL);
}

/* One name, n bytes, against a pattern of pn bytes. */
static bool
is_name(const char *p, size_t pn, const char *s, size_t n)
{
	const char *star = memchr(p, '*', pn);
	size_t head = star != NULL ? (size_t)(star - p) : 0;

	if (star == NULL)
		return n == pn && memcmp(p, s, n) == 0;
	return n >= pn && memcmp(p, s, head) == 0 &&
	    memcmp(star + 1, s + n - (pn - head - 1), pn - head - 1) == 0;
}

/* Where the last name of the n bytes at s begins. */
static size_t
last_name(const char *s, size_t n)
{
	while (n > 0 && s[n - 1] != '/')
		n--;
	return n;
}

static bool
is_suffix(const char *pattern, const char *path, size_t n)
{
	size_t pn = strlen(pattern);

	for (;;) {
		size_t pat = last_name(pattern, pn), at = last_name(path, n);

		if (!is_name(pattern + pat, pn - pat, path + at, n - at))
			return false;
		if (pat == 0)
			return true;
		if (at == 0)
			return false;
		pn = pat - 1;
		n = at - 1;
	}
}

/* Most names are told from a pattern by their last byte. */
static bool
can_end(const char *pattern, const char *path, size_t n)
{
	char last = pattern[strlen(pattern) - 1];

	return last == '*' || (n > 0 && last == path[n - 1]);
}

/* What a package manager has put there was its to run, when it did. */
static bool
is_installed(const struct left_row *r, const char *path)
{
	return r->kind == LEFT_PACKAGE_SCRIPT &&
	    strstr(path, "/node_modules/") != NULL;
}

/* Samples in every new git directory, and what a shell remembers. */
static bool
is_inert(const char *path, size_t n)
{
	return is_suffix("hooks/*.sample", path, n) ||
	    is_suffix(".bash_history", path, n);
}

const struct left_row *
left_match(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (can_end(rows[i].name, path, n) &&
		    is_suffix(rows[i].name, path, n))
			return is_installed(&rows[i], path) ||
			    is_inert(path, n) ? NULL : &rows[i];
	return NULL;
}
