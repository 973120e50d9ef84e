/* Names of constructs and of variables: see shell.h. */
#include "blob/shell.h"

#include <string.h>

const char *
shell_construct_name(enum shell_construct c)
{
	/* In the order of the enumeration. */
	static const char names[] = "plain command\0expansion\0"
	    "substitution\0glob\0brace expansion\0tilde expansion\0"
	    "here-document\0function or array\0compound command\0eval\0"
	    "assignment that changes commands\0arguments from elsewhere\0"
	    "unknown option\0path after a change of directory\0syntax\0"
	    "too long\0too deep";
	const char *p = names;
	unsigned i;

	if ((unsigned)c >= SHELL_NCONSTRUCTS)
		return "?";
	for (i = 0; i < (unsigned)c; i++)
		p += strlen(p) + 1;
	return p;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (is_name(s[n]) || (n > 0 && is_digit(s[n])))
		n++;
	return n;
}

size_t
shell_assigned(const char *word)
{
	size_t n = name_length(word);

	return n > 0 && (word[n] == '=' || (word[n] == '+' &&
	    word[n + 1] == '=')) ? n : 0;
}

bool
shell_is_risky(const char *word)
{
	static const char names[] = " PATH IFS ENV BASH_ENV SHELLOPTS BASHOPTS"
	    " ZDOTDIR FPATH path fpath PS4 PROMPT_COMMAND BASH_CMDS"
	    " BASH_ALIASES aliases commands functions"
	    " GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH GIT_PAGER GIT_EDITOR"
	    " GIT_DIR HOME XDG_CONFIG_HOME PAGER EDITOR VISUAL"
	    " PYTHONPATH PYTHONSTARTUP PERL5OPT PERL5LIB"
	    " RUBYOPT NODE_OPTIONS GLIBC_TUNABLES ";
	size_t n = name_length(word);
	const char *p;

	if (strncmp(word, "LD_", 3) == 0 ||
	    strncmp(word, "GIT_CONFIG", 10) == 0)
		return true;
	for (p = names; n > 0 && (p = strchr(p, ' ')) != NULL; )
		if (strncmp(++p, word, n) == 0 && p[n] == ' ')
			return true;
	return false;
}
