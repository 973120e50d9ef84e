/* Reading of questions: see question.h. */
#include "compiler/question.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/rules.h"

static const struct {
	const char *name, *operand;
} kinds[QUESTION_NKINDS] = {
	[QUESTION_EXEC] = { "exec", "CMD..." },
	[QUESTION_READ] = { "read", "PATH" },
	[QUESTION_WRITE] = { "write", "PATH" },
	[QUESTION_RUN] = { "run", "PATH" },
	[QUESTION_CONNECT] = { "connect", "HOST:PORT" },
	[QUESTION_BIND] = { "bind", "PORT" },
	[QUESTION_SYSCALL] = { "syscall", "NAME [ARG=VALUE...]" },
	[QUESTION_ENV] = { "env", "NAME" },
};

const char *
question_name(unsigned kind)
{
	return kind < QUESTION_NKINDS ? kinds[kind].name : NULL;
}

const char *
question_operand(unsigned kind)
{
	return kind < QUESTION_NKINDS ? kinds[kind].operand : NULL;
}

static int
read_port(const char *s, uint16_t *port)
{
	size_t n = strspn(s, "0123456789");
	unsigned long v = strtoul(s, NULL, 10);

	if (n == 0 || n > 5 || s[n] != '\0' || v < 1 || v > 65535)
		return -1;
	*port = (uint16_t)v;
	return 0;
}

/* "name:443", "127.0.0.1:80", "[::1]:22"; or a Unix socket's path. */
static int
read_address(struct arena *a, const struct place *p, struct question *q)
{
	const char *colon = strrchr(q->text, ':'), *host;
	bool unused;

	if (q->text[0] == '/') {
		q->path = place_path(a, p, q->text, &unused);
		return 0;
	}
	if (colon == NULL || colon == q->text ||
	    read_port(colon + 1, &q->port) == -1)
		return -1;
	host = arena_strndup(a, q->text, (size_t)(colon - q->text));
	/* Without brackets it is anyone's guess where the port begins. */
	if (strchr(host, ':') != NULL &&
	    (host[0] != '[' || colon[-1] != ']'))
		return -1;
	q->host = host;
	return 0;
}

int
question_read(struct arena *a, const struct place *p,
    enum question_kind kind, const char *text, struct question *q,
    const char **fault)
{
	static const char *const takes[QUESTION_NKINDS] = {
		[QUESTION_READ] = "a path", [QUESTION_WRITE] = "a path",
		[QUESTION_RUN] = "a path",
		[QUESTION_CONNECT] = "HOST:PORT with a port from 1 to 65535 "
		    "(an IPv6 address in brackets), or the path of a Unix "
		    "socket",
		[QUESTION_BIND] = "a port from 1 to 65535",
		[QUESTION_ENV] = "a variable's name",
		[QUESTION_SYSCALL] = "a call such as socket(domain = AF_INET)",
	};

	*q = (struct question){ .kind = kind, .text = text };
	*fault = takes[kind];
	switch (kind) {
	case QUESTION_READ:
	case QUESTION_WRITE:
	case QUESTION_RUN:
		if (text[0] != '\0')
			q->path = place_path(a, p, text, &q->exists);
		return q->path != NULL ? 0 : -1;
	case QUESTION_CONNECT:
		return read_address(a, p, q);
	case QUESTION_BIND:
		return read_port(text, &q->port);
	case QUESTION_ENV:
		return text[0] != '\0' && strchr(text, '=') == NULL ? 0 : -1;
	case QUESTION_SYSCALL:
		return text[0] != '\0' ? 0 : -1;
	case QUESTION_EXEC:
	case QUESTION_NKINDS:
		break;
	}
	return -1;
}

/* A word as a shell would take it, if it needs quoting. */
static const char *
shell_word(struct arena *a, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%^";
	const char *out = "'", *end;

	if (s[0] != '\0' && s[strspn(s, plain)] == '\0')
		return s;
	for (; (end = strchr(s, '\'')) != NULL; s = end + 1)
		out = arena_printf(a, "%s%.*s'\\''", out, (int)(end - s), s);
	return arena_printf(a, "%s%s'", out, s);
}

const char *
question_shell_text(struct arena *a, const char *const *argv, size_t argc)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < argc; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? " " : "",
		    shell_word(a, argv[i]));
	return text;
}

/* The PATH that the command will have; NULL: none. */
static const char *
path_left(struct arena *a, const struct place *p,
    const struct blob *const *blobs, size_t n)
{
	const char *path = p->is_real ? getenv("PATH") : NULL;
	struct judge_verdict v;
	struct blob_env_set set;
	size_t i;

	for (i = 0; p->is_real && i < n; i++) {
		if (judge_env_set(blobs[i], "PATH", &set) == BLOB_OK)
			path = place_expand(a, p, blob_str(blobs[i],
			    set.value), p->vars.workspaces[0]);
		else if (judge_env(blobs[i], "PATH", &v) != BLOB_OK ||
		    v.decision != BLOB_ALLOW)
			return NULL;
	}
	return path;
}

void
question_exec(struct arena *a, const struct place *p,
    const struct blob *const *blobs, size_t n, const char *const *argv,
    size_t argc, struct question *q)
{
	*q = (struct question){ .kind = QUESTION_EXEC,
	    .text = question_shell_text(a, argv, argc), .argv = argv, .argc = argc,
	    .file = place_program(a, p, argv[0], path_left(a, p, blobs, n)) };
	/* Where no file is looked at, programs are where most are. */
	q->resolved = q->file != NULL || p->is_real ? q->file :
	    rules_absolute(a, argv[0], "/usr/bin", NULL);
}
